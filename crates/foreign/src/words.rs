//! Single values.

use std::path::Path;

use domain::schema::Kind;
use domain::value::{Hints, clean_raw};

const KINDS: [Kind; 21] = [
    Kind::Address,
    Kind::Checksum,
    Kind::Country,
    Kind::Date,
    Kind::Email,
    Kind::Entity,
    Kind::Gender,
    Kind::Html,
    Kind::Identifier,
    Kind::Ip,
    Kind::Json,
    Kind::Language,
    Kind::Mimetype,
    Kind::Name,
    Kind::Number,
    Kind::Phone,
    Kind::String,
    Kind::Text,
    Kind::Topic,
    Kind::Url,
    Kind::Name,
];

const FORMATS: [Option<&str>; 8] = [
    None,
    Some("%d/%m/%Y"),
    Some("%Y%j"),
    Some("lei"),
    Some("iban"),
    Some("imo"),
    Some("gb"),
    Some("de"),
];

/// A value for each kind, with a hint that the first byte chooses: what is clean stays as it is.
pub(crate) fn value(bytes: &[u8], _: &Path) {
    let Some((choice, raw)) = bytes.split_first() else {
        return;
    };
    let raw = String::from_utf8_lossy(raw);
    let hints = Hints {
        format: FORMATS
            .get(usize::from(choice >> 1) % FORMATS.len())
            .copied()
            .flatten(),
        fuzzy: choice & 1 == 1,
    };
    for kind in KINDS {
        let Ok(clean) = clean_raw(kind, &raw, &hints) else {
            continue;
        };
        let again = clean_raw(kind, &clean, &Hints::default());
        // Commas that only come to lie side by side are put in order the second time, as in the package we equal.
        let is_settled = kind == Kind::Address && again.is_ok();
        assert!(
            is_settled || again.as_deref() == Ok(&*clean),
            "{kind:?} with {hints:?}: {raw:?} gave {clean:?}, and that gave {again:?}"
        );
    }
}
