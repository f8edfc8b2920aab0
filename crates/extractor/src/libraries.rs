//! The libraries that read, with their versions, for the recipe. A test holds them against the lock file.

/// A library with its version.
pub type Library = (&'static str, &'static str);

pub const CFB: Library = ("cfb", "0.15.0");
pub const CHARDETNG: Library = ("chardetng", "1.0.0");
pub const ENCODING_RS: Library = ("encoding_rs", "0.8.44");
pub const FLATE2: Library = ("flate2", "1.1.11");
pub const LOPDF: Library = ("lopdf", "0.45.0");
pub const MAIL_PARSER: Library = ("mail-parser", "0.11.9");
pub const QUICK_XML: Library = ("quick-xml", "0.42.0");
pub const SEVEN_ZIP: Library = ("sevenz-rust2", "0.25.0");
pub const TAR: Library = ("tar", "0.4.46");
pub const WHATLANG: Library = ("whatlang", "0.18.0");
pub const XBERG: Library = ("xberg", "1.3.10");
pub const NATIVE_PDF: Library = ("xberg-native-pdf", "1.3.10");
pub const ZIP: Library = ("zip", "9.8.1");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_those_of_the_lock_file() {
        let lock = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock");
        let lock = std::fs::read_to_string(lock).unwrap();
        for (name, version) in [
            CFB,
            CHARDETNG,
            ENCODING_RS,
            FLATE2,
            LOPDF,
            MAIL_PARSER,
            QUICK_XML,
            SEVEN_ZIP,
            TAR,
            WHATLANG,
            XBERG,
            NATIVE_PDF,
            ZIP,
        ] {
            let entry = format!("name = \"{name}\"\nversion = \"{version}\"\n");
            assert!(lock.contains(&entry), "{name} {version}");
        }
    }
}
