//! Style sheet, scripts and fonts, embedded in the program and served under `/assets/{hash}/{name}`.
//!
//! One hash stands for the whole table, so that a style sheet can name its fonts and a script its neighbours by relative
//! address; whoever holds a page holds addresses whose bytes never change, and they may be cached for ever.

use std::sync::LazyLock;

/// One embedded file.
#[derive(Debug, Clone, Copy)]
pub struct Asset {
    /// Name in the address, without folders.
    pub name: &'static str,
    /// Content type.
    pub media_type: &'static str,
    /// The bytes.
    pub bytes: &'static [u8],
}

/// Value of the `Cache-Control` header of every asset asked for under the current hash.
pub const CACHING: &str = "public, max-age=31536000, immutable";

const SCRIPT: &str = "text/javascript; charset=utf-8";
const FONT: &str = "font/woff2";

/// The style sheet: its parts in order of reading.
const STYLE: &str = concat!(
    include_str!("../assets/css/tokens.css"),
    include_str!("../assets/css/frame.css"),
    include_str!("../assets/css/parts.css"),
    include_str!("../assets/css/pages.css"),
    include_str!("../assets/css/print.css"),
);

/// Describes a font file.
macro_rules! font {
    ($name:literal) => {
        Asset {
            name: $name,
            media_type: FONT,
            bytes: include_bytes!(concat!("../assets/fonts/", $name)),
        }
    };
}

/// Describes a script.
macro_rules! script {
    ($name:literal) => {
        Asset {
            name: $name,
            media_type: SCRIPT,
            bytes: include_bytes!(concat!("../assets/js/", $name)),
        }
    };
}

/// Everything there is.
pub static ALL: [Asset; 31] = [
    Asset {
        name: "desk.css",
        media_type: "text/css; charset=utf-8",
        bytes: STYLE.as_bytes(),
    },
    Asset {
        name: "mark.svg",
        media_type: "image/svg+xml",
        bytes: include_bytes!("../assets/mark.svg"),
    },
    script!("theme.js"),
    script!("desk.js"),
    script!("keys.js"),
    script!("drawer.js"),
    script!("inbox.js"),
    script!("palette.js"),
    script!("passage.js"),
    script!("viewer.js"),
    script!("map.js"),
    script!("upload.js"),
    script!("passkey.js"),
    script!("board.js"),
    script!("board-state.js"),
    script!("board-gather.js"),
    script!("board-draw.js"),
    script!("board-camera.js"),
    script!("board-side.js"),
    script!("board-table.js"),
    script!("board-hands.js"),
    script!("board-tools.js"),
    script!("board-layout.js"),
    script!("board-bulk.js"),
    font!("inter-latin-wght-normal.woff2"),
    font!("inter-latin-ext-wght-normal.woff2"),
    font!("inter-cyrillic-wght-normal.woff2"),
    font!("inter-greek-wght-normal.woff2"),
    font!("source-serif-4-latin-wght-normal.woff2"),
    font!("source-serif-4-latin-wght-italic.woff2"),
    font!("jetbrains-mono-latin-wght-normal.woff2"),
];

static HASH: LazyLock<String> = LazyLock::new(|| {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for asset in &ALL {
        for byte in asset.name.bytes().chain(asset.bytes.iter().copied()) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
});

static PREFIX: LazyLock<String> = LazyLock::new(|| format!("/assets/{}", HASH.as_str()));

/// Hash of the whole table (FNV-1a, 16 hexadecimal digits): it tells versions apart and protects nothing.
pub fn hash() -> &'static str {
    HASH.as_str()
}

/// Address prefix of the current table, `/assets/{hash}`.
pub fn prefix() -> &'static str {
    PREFIX.as_str()
}

/// Entity tag of every asset, in quotes.
pub fn etag() -> String {
    format!("\"{}\"", hash())
}

/// Finds an asset by name. Another hash than the current one finds nothing.
pub fn find(hash_asked: &str, name: &str) -> Option<&'static Asset> {
    if hash_asked != hash() {
        return None;
    }
    ALL.iter().find(|asset| asset.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assets_are_found_by_hash_and_name_only() {
        assert!(find(hash(), "desk.css").is_some());
        assert!(find("0000000000000000", "desk.css").is_none());
        assert!(find(hash(), "../Cargo.toml").is_none());
        assert_eq!(prefix(), format!("/assets/{}", hash()));
    }

    #[test]
    fn every_address_in_the_style_sheet_and_scripts_names_an_asset() {
        let mut named = 0;
        for asset in &ALL {
            if asset.media_type == FONT {
                continue;
            }
            let text = std::str::from_utf8(asset.bytes).expect("text");
            for part in text
                .split("url(\"")
                .skip(1)
                .chain(text.split("from \"./").skip(1))
            {
                let name = part.split('"').next().expect("a quoted name");
                assert!(
                    find(hash(), name).is_some(),
                    "{} names `{name}`",
                    asset.name
                );
                named += 1;
            }
        }
        assert!(named >= 7, "only {named} addresses found");
    }

    #[test]
    fn fonts_stay_under_400_kb_and_each_script_under_8_kb() {
        let fonts: usize = ALL
            .iter()
            .filter(|a| a.media_type == FONT)
            .map(|a| a.bytes.len())
            .sum();
        assert!(fonts < 400_000, "fonts weigh {fonts}");
        for asset in ALL.iter().filter(|a| a.media_type == SCRIPT) {
            assert!(
                asset.bytes.len() < 8 * 1024,
                "{} weighs {}",
                asset.name,
                asset.bytes.len()
            );
        }
    }
}
