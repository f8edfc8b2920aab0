//! What the layout may reach: itself, the order as data, and the fonts in this program. Nothing else exists for it.

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World};

const LAYOUT: &str = include_str!("layout.typ");

/// The fonts: Libertinus Serif for text, DejaVu Sans Mono for hashes; both come with the library under free licences.
pub(crate) fn fonts() -> Vec<Font> {
    typst_assets::fonts()
        .flat_map(|bytes| Font::iter(Bytes::new(bytes)))
        .filter(|font| {
            let family = &font.info().family;
            family.starts_with("Libertinus Serif") || family.starts_with("DejaVu Sans Mono")
        })
        .collect()
}

/// A desk with nothing on it but the order.
pub(crate) struct Desk {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    layout: Source,
    order: (FileId, Bytes),
}

impl Desk {
    pub(crate) fn new(fonts: Vec<Font>, order: String) -> Result<Self, String> {
        Ok(Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            layout: Source::new(named("layout.typ")?, LAYOUT.to_owned()),
            order: (named("order.json")?, Bytes::from_string(order)),
        })
    }
}

fn named(name: &str) -> Result<FileId, String> {
    let path = VirtualPath::new(name).map_err(|error| format!("{error:?}"))?;
    Ok(FileId::new(RootedPath::new(VirtualRoot::Project, path)))
}

fn denied<T>() -> FileResult<T> {
    Err(FileError::AccessDenied)
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }
    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }
    fn main(&self) -> FileId {
        self.layout.id()
    }
    fn source(&self, id: FileId) -> FileResult<Source> {
        match id == self.layout.id() {
            true => Ok(self.layout.clone()),
            false => denied(),
        }
    }
    fn file(&self, id: FileId) -> FileResult<Bytes> {
        match id == self.order.0 {
            true => Ok(self.order.1.clone()),
            false => denied(),
        }
    }
    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
