//! Files made byte by byte, since no library makes them as bad as they come.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

/// A zip archive.
#[derive(Default)]
pub struct Zip {
    bytes: Vec<u8>,
    list: Vec<u8>,
    count: u16,
}

impl Zip {
    /// Adds a file as it is.
    pub fn file(self, name: &str, bytes: &[u8]) -> Self {
        self.entry(name, bytes, 0, bytes.len(), crc(bytes), 0o100_644)
    }

    /// Adds a file with a mode of Unix.
    pub fn with_mode(self, name: &str, bytes: &[u8], mode: u32) -> Self {
        self.entry(name, bytes, 0, bytes.len(), crc(bytes), mode)
    }

    /// Adds what is already packed, with the size that it claims to have.
    pub fn packed(self, name: &str, packed: &[u8], claimed: usize) -> Self {
        self.entry(name, packed, 8, claimed, 0, 0o100_644)
    }

    fn entry(
        mut self,
        name: &str,
        bytes: &[u8],
        method: u16,
        size: usize,
        crc: u32,
        mode: u32,
    ) -> Self {
        let offset = u32::try_from(self.bytes.len()).unwrap();
        let mut fields = Vec::new();
        for number in [20, 0x800, method, 0, 0x21] {
            fields.extend(u16::to_le_bytes(number));
        }
        for number in [crc, bytes.len() as u32, size as u32] {
            fields.extend(number.to_le_bytes());
        }
        fields.extend((name.len() as u16).to_le_bytes());
        fields.extend([0, 0]);
        self.bytes.extend(b"PK\x03\x04");
        self.bytes.extend(&fields);
        self.bytes.extend(name.as_bytes());
        self.bytes.extend(bytes);
        self.list.extend(b"PK\x01\x02\x14\x03");
        self.list.extend(&fields);
        self.list.extend([0; 6]);
        self.list.extend((mode << 16).to_le_bytes());
        self.list.extend(offset.to_le_bytes());
        self.list.extend(name.as_bytes());
        self.count += 1;
        self
    }

    pub fn end(mut self) -> Vec<u8> {
        let (at, size) = (self.bytes.len() as u32, self.list.len() as u32);
        self.bytes.extend(&self.list);
        self.bytes.extend(b"PK\x05\x06\0\0\0\0");
        self.bytes.extend(self.count.to_le_bytes());
        self.bytes.extend(self.count.to_le_bytes());
        self.bytes.extend(size.to_le_bytes());
        self.bytes.extend(at.to_le_bytes());
        self.bytes.extend([0, 0]);
        self.bytes
    }
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// A packed stream of `times` times 16 MiB of `fill`, put together from one packed piece.
pub fn deflated(fill: &[u8], times: usize) -> Vec<u8> {
    let piece = fill.repeat((16 << 20) / fill.len());
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&piece).unwrap();
    // A full flush ends on a byte and forgets what was before, so that pieces can follow each other.
    encoder.flush().unwrap();
    let packed = encoder.get_ref().clone();
    let mut all = packed.repeat(times);
    all.extend(
        DeflateEncoder::new(Vec::new(), Compression::fast())
            .finish()
            .unwrap(),
    );
    all
}

/// A gzip file of `members` times 16 MiB of zeros.
pub fn gzip_of_zeros(members: usize) -> Vec<u8> {
    gzip(&vec![0; 16 << 20]).repeat(members)
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A PDF of the given objects, the first of which is the catalogue.
pub fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in (1..).zip(objects) {
        places.push(bytes.len());
        bytes.extend(format!("{number} 0 obj\n").bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    let table = bytes.len();
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).bytes());
    for place in &places {
        bytes.extend(format!("{place:010} 00000 n \n").bytes());
    }
    let trailer = format!(
        "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n",
        places.len() + 1
    );
    bytes.extend(trailer.bytes());
    bytes
}

/// A stream object.
pub fn stream(fields: &str, content: &[u8]) -> Vec<u8> {
    let mut bytes = format!("<< {fields} /Length {} >>\nstream\n", content.len()).into_bytes();
    bytes.extend(content);
    bytes.extend(b"\nendstream");
    bytes
}

/// A PDF with a page for each text.
pub fn pages(texts: &[&str]) -> Vec<u8> {
    let kids: Vec<String> = (0..texts.len())
        .map(|at| format!("{} 0 R", 4 + 2 * at))
        .collect();
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        format!(
            "<< /Type /Pages /Kids [{}] /Count {} >>",
            kids.join(" "),
            texts.len()
        )
        .into_bytes(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_vec(),
    ];
    for (at, text) in texts.iter().enumerate() {
        let page = format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {} 0 R /Resources << /Font << /F1 3 0 R >> >> >>",
            5 + 2 * at
        );
        objects.push(page.into_bytes());
        let content = format!("BT /F1 24 Tf 72 700 Td ({text}) Tj ET");
        objects.push(stream("", content.as_bytes()));
    }
    pdf(&objects)
}

/// A text document of Word whose main part is given.
pub fn docx(document: &str) -> Vec<u8> {
    Zip::default()
        .file("[Content_Types].xml", CONTENT_TYPES.as_bytes())
        .file("_rels/.rels", RELATIONS.as_bytes())
        .file("word/document.xml", document.as_bytes())
        .end()
}

/// The main part of a text document of Word.
pub fn word(before: &str, text: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{before}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"#
    )
}

pub const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;
pub const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;

/// A text document of the open format whose content is given.
pub fn odt(before: &str, text: &str) -> Vec<u8> {
    let content = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>{before}<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text><text:p>{text}</text:p></office:text></office:body></office:document-content>"#
    );
    Zip::default()
        .file("mimetype", b"application/vnd.oasis.opendocument.text")
        .file("content.xml", content.as_bytes())
        .end()
}

/// A workbook of Excel whose one sheet is given, packed or not.
pub fn xlsx(sheet: impl FnOnce(Zip) -> Zip) -> Vec<u8> {
    let types = CONTENT_TYPES
        .replace("/word/document.xml", "/xl/workbook.xml")
        .replace("wordprocessingml.document.main", "spreadsheetml.sheet.main");
    let workbook = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="One" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    let relations = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    let zip = Zip::default()
        .file("[Content_Types].xml", types.as_bytes())
        .file(
            "_rels/.rels",
            RELATIONS
                .replace("word/document.xml", "xl/workbook.xml")
                .as_bytes(),
        )
        .file("xl/workbook.xml", workbook.as_bytes())
        .file("xl/_rels/workbook.xml.rels", relations.as_bytes());
    sheet(zip).end()
}

/// The beginning of a picture that claims a size.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let points = [&b"IDAT"[..], &zlib(&[0; 1_000])].concat();
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    for chunk in [header, points, b"IEND".to_vec()] {
        bytes.extend((chunk.len() as u32 - 4).to_be_bytes());
        bytes.extend(&chunk);
        bytes.extend(crc(&chunk).to_be_bytes());
    }
    bytes
}
