//! The faces over HTTP: JSON API and server-rendered pages. No rules, no SQL, nothing past the desk.

pub mod assets;
pub mod format;
pub mod pages;
