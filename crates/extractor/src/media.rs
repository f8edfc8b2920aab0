//! Media types, and what the end of a name promises.

pub const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
pub const XLSB: &str = "application/vnd.ms-excel.sheet.binary.macroEnabled.12";
pub const PPTX: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
pub const ODT: &str = "application/vnd.oasis.opendocument.text";
pub const ODS: &str = "application/vnd.oasis.opendocument.spreadsheet";
pub const ODP: &str = "application/vnd.oasis.opendocument.presentation";
const EPUB: &str = "application/epub+zip";

/// What each end of a name promises.
const PROMISES: &[(&str, &[&str])] = &[
    ("pdf", &["application/pdf"]),
    ("doc", &["application/msword", "application/rtf"]),
    ("xls", &["application/vnd.ms-excel"]),
    ("ppt", &["application/vnd.ms-powerpoint"]),
    ("msg", &["application/vnd.ms-outlook"]),
    ("docx", &[DOCX]),
    ("docm", &[DOCX]),
    ("xlsx", &[XLSX]),
    ("xlsm", &[XLSX]),
    ("xlsb", &[XLSB]),
    ("pptx", &[PPTX]),
    ("odt", &[ODT]),
    ("ods", &[ODS]),
    ("odp", &[ODP]),
    ("epub", &[EPUB]),
    ("rtf", &["application/rtf"]),
    ("html", &["text/html", "application/xhtml+xml"]),
    ("htm", &["text/html", "application/xhtml+xml"]),
    (
        "xml",
        &["application/xml", "application/xhtml+xml", "image/svg+xml"],
    ),
    ("svg", &["image/svg+xml"]),
    ("txt", &["text/plain"]),
    ("csv", &["text/plain"]),
    ("eml", &["message/rfc822", "application/mbox"]),
    ("mbox", &["application/mbox"]),
    ("zip", &["application/zip"]),
    ("tar", &["application/x-tar"]),
    ("gz", &["application/gzip"]),
    ("tgz", &["application/gzip"]),
    ("7z", &["application/x-7z-compressed"]),
    ("png", &["image/png"]),
    ("jpg", &["image/jpeg"]),
    ("jpeg", &["image/jpeg"]),
    ("tif", &["image/tiff"]),
    ("tiff", &["image/tiff"]),
    ("gif", &["image/gif"]),
    ("bmp", &["image/bmp"]),
    ("webp", &["image/webp"]),
];

/// Says how a name contradicts a media type, if it promises another.
pub fn against_name(name: &str, media_type: &str) -> Option<String> {
    let ending = ending(name)?;
    let (_, promised) = PROMISES.iter().find(|(known, _)| *known == ending)?;
    (!promised.contains(&media_type))
        .then(|| format!("its name ends in `.{ending}`, its content is {media_type}"))
}

/// The end of a name after its last dot, in small letters.
pub fn ending(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next()?;
    let (_, ending) = last.rsplit_once('.')?;
    Some(ending.to_ascii_lowercase())
}

/// Knows the media types that documents in zip archives declare.
pub fn office(declared: &str) -> Option<&'static str> {
    [ODT, ODS, ODP, EPUB]
        .into_iter()
        .find(|known| declared.strip_suffix("-template").unwrap_or(declared) == *known)
}

/// Tells whether it is a picture in which text can be recognised.
pub fn is_picture(media_type: &str) -> bool {
    matches!(
        media_type,
        "image/png" | "image/jpeg" | "image/tiff" | "image/gif" | "image/bmp" | "image/webp"
    )
}

/// Where documents of a media type keep what they tell of themselves.
pub fn source_of(media_type: &str) -> &'static str {
    match media_type {
        "application/pdf" => "document information of the PDF",
        DOCX | XLSX | XLSB | PPTX => "document properties (docProps)",
        ODT | ODS | ODP => "document properties (meta.xml)",
        EPUB => "package document",
        "application/msword" | "application/vnd.ms-excel" | "application/vnd.ms-powerpoint" => {
            "summary information stream"
        }
        "application/rtf" => "information group",
        "text/html" | "application/xhtml+xml" => "head of the page",
        "application/vnd.ms-outlook" => "properties of the message",
        "message/rfc822" | "application/mbox" => "header of the message",
        _ => "the document",
    }
}
