//! Writes every sample page with its assets to a folder: `cargo run -p pages --example gallery -- FOLDER`.
//!
//! Addresses of assets are made relative, so that the pages open from the folder; links between pages lead nowhere.

use std::io;
use std::path::PathBuf;
use std::{env, fs};

// The samples look for the pages under the root, as they do in the crate.
use pages::*;

#[path = "../src/samples/mod.rs"]
mod samples;

fn main() -> io::Result<()> {
    let Some(folder) = env::args_os().nth(1).map(PathBuf::from) else {
        return Err(io::Error::other("name a folder to write to"));
    };
    fs::create_dir_all(folder.join("assets"))?;
    for asset in &assets::ALL {
        fs::write(folder.join("assets").join(asset.name), asset.bytes)?;
    }
    let mut list =
        String::from("<!doctype html><html lang=\"en\"><title>Gallery</title><h1>Gallery</h1><ul>");
    for sample in samples::all() {
        let html = sample
            .html
            .map_err(io::Error::other)?
            .replace(assets::prefix(), "assets");
        fs::write(folder.join(sample.name).with_extension("html"), html)?;
        list.push_str(&format!("<li><a href=\"{0}.html\">{0}</a>", sample.name));
    }
    fs::write(folder.join("index.html"), list + "</ul></html>\n")
}
