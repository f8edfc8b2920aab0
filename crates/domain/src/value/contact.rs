//! Ways to reach someone or something: mail and web addresses, telephone numbers, media types.

use std::borrow::Cow;

/// Checks a mail address and lowers its domain. A leading `mailto:` goes. Domains in other scripts are kept as letters;
/// their Punycode form is decoded.
pub fn email(raw: &str) -> Option<Cow<'_, str>> {
    let text = raw.trim();
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    let (local, domain) = text.rsplit_once('@')?;
    let local_fits = (1..=64).contains(&local.chars().count())
        && !local
            .chars()
            .any(|letter| letter.is_whitespace() || "<>()[],;:?\"@".contains(letter));
    if !local_fits {
        return None;
    }
    let clean = mail_domain(domain)?;
    let same = raw.len() == local.len() + 1 + clean.len() && raw.ends_with(&clean);
    Some(if same {
        Cow::Borrowed(raw)
    } else {
        Cow::Owned(format!("{local}@{clean}"))
    })
}

fn mail_domain(domain: &str) -> Option<String> {
    let lower = domain
        .trim_end_matches('.')
        .to_lowercase()
        .replace(['\u{3002}', '\u{ff0e}', '\u{ff61}'], ".");
    let mut labels = Vec::new();
    for label in lower.split('.') {
        let decoded = match label.strip_prefix("xn--") {
            Some(code) => Cow::Owned(punycode(code)?),
            None => Cow::Borrowed(label),
        };
        let sound = |letter: char| {
            letter == '-'
                || if letter.is_ascii() {
                    letter.is_ascii_alphanumeric()
                } else {
                    letter.is_alphanumeric()
                }
        };
        let hyphens =
            decoded.starts_with('-') || decoded.ends_with('-') || decoded.get(2..4) == Some("--");
        if decoded.is_empty() || label.len() > 63 || hyphens || !decoded.chars().all(sound) {
            return None;
        }
        labels.push(decoded);
    }
    let last = labels.last().filter(|_| labels.len() > 1)?;
    let plausible = last.len() >= 2 && !last.chars().all(|letter| letter.is_ascii_digit());
    (plausible && lower.len() <= 253).then(|| labels.join("."))
}

/// Decodes one label of Punycode (RFC 3492).
fn punycode(code: &str) -> Option<String> {
    let (basic, extended) = code.rsplit_once('-').unwrap_or(("", code));
    let mut letters: Vec<char> = basic.chars().collect();
    let (mut point, mut bias, mut index) = (128u32, 72u32, 0u32);
    let mut digits = extended.bytes();
    while digits.len() > 0 {
        let start = index;
        let (mut weight, mut step) = (1u32, 36u32);
        loop {
            let byte = digits.next()?;
            let digit = match byte {
                b'a'..=b'z' => u32::from(byte - b'a'),
                b'0'..=b'9' => u32::from(byte - b'0') + 26,
                _ => return None,
            };
            index = index.checked_add(digit.checked_mul(weight)?)?;
            let threshold = step.saturating_sub(bias).clamp(1, 26);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(36 - threshold)?;
            step += 36;
        }
        let count = u32::try_from(letters.len()).ok()? + 1;
        bias = adapt(index - start, count, start == 0);
        point = point.checked_add(index / count)?;
        index %= count;
        letters.insert(usize::try_from(index).ok()?, char::from_u32(point)?);
        index += 1;
    }
    Some(letters.into_iter().collect())
}

fn adapt(delta: u32, count: u32, first: bool) -> u32 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta += delta / count;
    let mut steps = 0;
    while delta > 455 {
        delta /= 35;
        steps += 36;
    }
    steps + 36 * delta / (delta + 38)
}

const SCHEMES: [&str; 7] = ["http", "https", "ftp", "mailto", "file", "s3", "gs"];

/// Checks a web address, adds `http` where no scheme is given and `/` where no path is.
pub fn url(raw: &str) -> Option<String> {
    let text: String = raw
        .trim_start_matches(|letter: char| letter <= ' ')
        .chars()
        .filter(|letter| !"\t\r\n".contains(*letter))
        .collect();
    let (scheme, rest) = split_scheme(&text);
    let Some(after) = rest.strip_prefix("//") else {
        let path = rest.split(['#', '?']).next().unwrap_or_default();
        let known = SCHEMES.contains(&scheme.as_str());
        return if known || !path.contains('.') {
            None
        } else {
            assemble("http", text.as_str())
        };
    };
    let authority_end = after.find(['/', '?', '#']).unwrap_or(after.len());
    if authority_end == 0 {
        let path = after.split(['#', '?']).next().unwrap_or_default();
        let retry =
            !SCHEMES.contains(&scheme.as_str()) && path.contains('.') && !text.starts_with("//");
        return if retry {
            assemble("http", text.as_str())
        } else {
            None
        };
    }
    let scheme = if scheme.is_empty() {
        "http".to_owned()
    } else {
        scheme
    };
    if SCHEMES.contains(&scheme.as_str()) {
        assemble(&scheme, after)
    } else {
        None
    }
}

/// Splits a scheme off, in lower case; empty where there is none.
fn split_scheme(text: &str) -> (String, &str) {
    if let Some((head, tail)) = text.split_once(':') {
        let begins = head.starts_with(|letter: char| letter.is_ascii_alphabetic());
        if begins
            && head
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        {
            return (head.to_ascii_lowercase(), tail);
        }
    }
    (String::new(), text)
}

/// Puts an address together from what follows `//`, or nothing when the host is no host.
fn assemble(scheme: &str, after: &str) -> Option<String> {
    let authority_end = after.find(['/', '?', '#']).unwrap_or(after.len());
    let (authority, rest) = after.split_at_checked(authority_end)?;
    if !plausible_authority(authority) {
        return None;
    }
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let last_part = path.rfind('/').unwrap_or(0);
    let parameters_at = path.get(last_part..)?.find(';').map(|at| at + last_part);
    let (path, parameters) = parameters_at
        .and_then(|at| path.split_at_checked(at))
        .unwrap_or((path, ""));
    let path = path.trim();
    let mut out = format!(
        "{scheme}://{authority}{}",
        if path.is_empty() { "/" } else { path }
    );
    for (mark, part) in [
        (
            "",
            parameters
                .strip_suffix(';')
                .filter(|part| part.is_empty())
                .unwrap_or(parameters),
        ),
        ("?", query),
        ("#", fragment),
    ] {
        if !part.is_empty() {
            out.push_str(mark);
            out.push_str(part);
        }
    }
    Some(out)
}

fn plausible_authority(authority: &str) -> bool {
    if authority.chars().any(char::is_whitespace) {
        return false;
    }
    let host_port = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let host = if let Some(inner) = host_port.strip_prefix('[') {
        let Some((address, _)) = inner.split_once(']') else {
            return false;
        };
        return address.parse::<std::net::Ipv6Addr>().is_ok();
    } else if let Some((host, port)) = host_port.split_once(':') {
        if !port.is_empty() && port.parse::<u16>().is_err() {
            return false;
        }
        host
    } else {
        host_port
    };
    if host.parse::<std::net::IpAddr>().is_ok() {
        return true;
    }
    let labels: Vec<&str> = host.trim_end_matches('.').split('.').collect();
    let sound = |label: &&str| {
        (1..=63).contains(&label.chars().count())
            && label
                .chars()
                .all(|letter| letter.is_alphanumeric() || letter == '_' || letter == '-')
            && label.chars().any(char::is_alphanumeric)
    };
    let last_fits = labels
        .last()
        .is_some_and(|last| last.chars().count() >= 2 && !last.chars().all(char::is_numeric));
    labels.iter().all(sound) && (labels.len() == 1 || last_fits)
}

/// Calling codes by country, and the digit that is dialled before a national number there.
const CALLING: &[(&str, &str, &str)] = &[
    ("us", "1", "1"),
    ("ca", "1", "1"),
    ("ru", "7", "8"),
    ("kz", "7", "8"),
    ("eg", "20", "0"),
    ("za", "27", "0"),
    ("gr", "30", ""),
    ("nl", "31", "0"),
    ("be", "32", "0"),
    ("fr", "33", "0"),
    ("es", "34", ""),
    ("hu", "36", "06"),
    ("it", "39", ""),
    ("ro", "40", "0"),
    ("ch", "41", "0"),
    ("at", "43", "0"),
    ("gb", "44", "0"),
    ("dk", "45", ""),
    ("se", "46", "0"),
    ("no", "47", ""),
    ("pl", "48", ""),
    ("de", "49", "0"),
    ("pe", "51", "0"),
    ("mx", "52", ""),
    ("cu", "53", "0"),
    ("ar", "54", "0"),
    ("br", "55", "0"),
    ("cl", "56", ""),
    ("co", "57", ""),
    ("ve", "58", "0"),
    ("my", "60", "0"),
    ("au", "61", "0"),
    ("id", "62", "0"),
    ("ph", "63", "0"),
    ("nz", "64", "0"),
    ("sg", "65", ""),
    ("th", "66", "0"),
    ("jp", "81", "0"),
    ("kr", "82", "0"),
    ("vn", "84", "0"),
    ("cn", "86", "0"),
    ("tr", "90", "0"),
    ("in", "91", "0"),
    ("pk", "92", "0"),
    ("af", "93", "0"),
    ("lk", "94", "0"),
    ("ir", "98", "0"),
    ("ma", "212", "0"),
    ("dz", "213", "0"),
    ("tn", "216", ""),
    ("ly", "218", "0"),
    ("ng", "234", "0"),
    ("ke", "254", "0"),
    ("gi", "350", ""),
    ("pt", "351", ""),
    ("lu", "352", ""),
    ("ie", "353", "0"),
    ("is", "354", ""),
    ("al", "355", "0"),
    ("mt", "356", ""),
    ("cy", "357", ""),
    ("fi", "358", "0"),
    ("bg", "359", "0"),
    ("lt", "370", "0"),
    ("lv", "371", ""),
    ("ee", "372", ""),
    ("md", "373", "0"),
    ("am", "374", "0"),
    ("by", "375", "8"),
    ("ad", "376", ""),
    ("mc", "377", "0"),
    ("sm", "378", ""),
    ("ua", "380", "0"),
    ("rs", "381", "0"),
    ("me", "382", "0"),
    ("xk", "383", "0"),
    ("hr", "385", "0"),
    ("si", "386", "0"),
    ("ba", "387", "0"),
    ("mk", "389", "0"),
    ("cz", "420", ""),
    ("sk", "421", "0"),
    ("li", "423", "0"),
    ("hk", "852", ""),
    ("mo", "853", ""),
    ("tw", "886", "0"),
    ("lb", "961", "0"),
    ("jo", "962", "0"),
    ("sy", "963", "0"),
    ("iq", "964", "0"),
    ("kw", "965", ""),
    ("sa", "966", "0"),
    ("ye", "967", "0"),
    ("om", "968", ""),
    ("ae", "971", "0"),
    ("il", "972", "0"),
    ("bh", "973", ""),
    ("qa", "974", ""),
    ("tj", "992", ""),
    ("tm", "993", "8"),
    ("az", "994", "0"),
    ("ge", "995", "0"),
    ("kg", "996", "0"),
    ("uz", "998", ""),
];

/// Brings a telephone number into E.164, `+442071234567`. A number in national form needs the country it is dialled in.
/// Only the calling code and the length are checked.
pub fn phone(raw: &str, country: Option<&str>) -> Option<String> {
    let text = raw.trim();
    let begin = text.find(|letter: char| letter == '+' || letter.is_ascii_digit())?;
    let text = text.get(begin..)?;
    let international = text.starts_with('+');
    let end = text
        .find(|letter: char| letter.is_alphabetic() || letter == ';' || letter == ',')
        .unwrap_or(text.len());
    let digits: String = text
        .get(..end)?
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    if text.get(..end)?.chars().any(|letter| {
        !letter.is_ascii_digit() && !"+ -./()\u{a0}\u{2010}\u{2011}\u{2013}~".contains(letter)
    }) {
        return None;
    }
    if international {
        let known = (1..=3)
            .filter_map(|length| digits.get(..length))
            .any(calling_code);
        return (known && (8..=15).contains(&digits.len())).then(|| format!("+{digits}"));
    }
    let country = super::country::code(country?, false)?;
    let (_, code, trunk) = CALLING.iter().find(|(known, _, _)| *known == country)?;
    let national = digits
        .strip_prefix(trunk)
        .filter(|_| !trunk.is_empty())
        .unwrap_or(&digits);
    let whole = format!("+{code}{national}");
    (national.len() >= 5 && (9..=16).contains(&whole.len())).then_some(whole)
}

/// Calling codes in use that [`CALLING`] leaves out.
const OTHER_CALLING: &str = "95 211 218 220 221 222 223 224 225 226 227 228 229 230 231 232 233 235 236 237 238 239 240 \
    241 242 243 244 245 246 247 248 249 250 251 252 253 255 256 257 258 260 261 262 263 264 265 266 267 268 269 290 291 \
    297 298 299 500 501 502 503 504 505 506 507 508 509 590 591 592 593 594 595 596 597 598 599 670 672 673 674 675 676 \
    677 678 679 680 681 682 683 685 686 687 688 689 690 691 692 850 855 856 870 880 960 970 975 976 977";

fn calling_code(code: &str) -> bool {
    CALLING.iter().any(|(_, known, _)| *known == code)
        || OTHER_CALLING.split_whitespace().any(|known| known == code)
}

/// Spellings of media types that mean another one.
const MEDIA: &[(&str, &str)] = &[
    ("application/csv", "text/csv"),
    ("text/xml", "application/xml"),
    ("plain/text", "text/plain"),
    ("text/text", "text/plain"),
    ("application/rtf", "text/rtf"),
    ("text/richtext", "text/rtf"),
    ("application/x-msword", "application/msword"),
    ("application/x-excel", "application/vnd.ms-excel"),
    ("application/x-msexcel", "application/vnd.ms-excel"),
    ("application/excel", "application/vnd.ms-excel"),
    ("image/pdf", "application/pdf"),
    ("application/x-pdf", "application/pdf"),
    ("text/pdf", "application/pdf"),
    ("application/x-zip", "application/zip"),
    ("application/x-zip-compressed", "application/zip"),
    ("application/x-gzip", "application/gzip"),
    ("image/jpg", "image/jpeg"),
    ("text/x-vcard", "text/vcard"),
];

/// Brings a media type into lower case without parameters; a type that says nothing is none.
pub fn media_type(raw: &str) -> Option<String> {
    let bare = raw.split(';').next()?.trim().to_lowercase();
    let (family, subtype) = bare.split_once('/')?;
    let bad = |part: &str| part.is_empty() || part.contains([' ', '/']);
    if bad(family) || bad(subtype) {
        return None;
    }
    let known = MEDIA
        .iter()
        .find(|(other, _)| *other == bare)
        .map(|(_, right)| (*right).to_owned());
    let media = known.unwrap_or(bare);
    let empty = [
        "application/octet-stream",
        "*/*",
        "image/*",
        "application/binary",
    ]
    .contains(&media.as_str())
        || media.ends_with("/unknown");
    (!empty).then_some(media)
}
