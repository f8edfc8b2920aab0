//! Canonical composition, which every text from outside gets before its value is cleaned.

use std::borrow::Cow;

use domain::value;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Composes a text (NFC) and removes what no value should hold.
pub(crate) fn sanitise(raw: &str) -> Cow<'_, str> {
    // All characters below U+0300 are composed already: their UTF-8 begins with a byte below 0xcc.
    if raw.bytes().all(|byte| byte < 0xcc) || is_nfc_quick(raw.chars()) == IsNormalized::Yes {
        return value::sanitize(raw);
    }
    let composed: String = raw.nfc().collect();
    Cow::Owned(value::sanitize(&composed).into_owned())
}

/// As [`sanitise`], for a text that may be owned already.
pub(crate) fn sanitise_cow(raw: Cow<'_, str>) -> Cow<'_, str> {
    match raw {
        Cow::Borrowed(text) => sanitise(text),
        Cow::Owned(text) => Cow::Owned(sanitise(&text).into_owned()),
    }
}
