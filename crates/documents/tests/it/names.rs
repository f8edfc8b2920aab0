//! Archives with names and links that lead elsewhere.

use documents::{Account, Reason};
use sevenz_rust2::{ArchiveEntry, ArchiveWriter};

use crate::ground::Ground;
use crate::made::Zip;

const ODD: [(&str, &str); 5] = [
    ("../canary", "leads out of the archive"),
    ("a/../../canary", "leads out of the archive"),
    ("/tmp/predicate-canary", "absolute path"),
    ("..\\canary", "backslashes"),
    ("C:\\canary", "absolute path"),
];

fn marked(account: &Account, name: &str, words: &str) -> bool {
    account
        .parts
        .iter()
        .any(|part| part.name == name && part.marks.iter().any(|mark| mark.contains(words)))
}

fn left_as_link(account: &Account, name: &str) -> bool {
    account
        .unread
        .iter()
        .any(|unread| unread.place.as_deref() == Some(name) && unread.reason == Reason::Outside)
}

fn tar_header(kind: tar::EntryType, name: &[u8], link: &[u8], size: u64) -> tar::Header {
    let mut header = tar::Header::new_old();
    let raw = header.as_old_mut();
    raw.name[..name.len()].copy_from_slice(name);
    raw.linkname[..link.len()].copy_from_slice(link);
    header.set_entry_type(kind);
    header.set_mode(0);
    header.set_size(size);
    header.set_cksum();
    header
}

fn tar_archive() -> Vec<u8> {
    use tar::EntryType;
    let mut archive = tar::Builder::new(Vec::new());
    for (name, _) in ODD {
        let header = tar_header(EntryType::Regular, name.as_bytes(), b"", 4);
        archive.append(&header, &b"evil"[..]).unwrap();
    }
    for (kind, name, link) in [
        (EntryType::Symlink, &b"soft"[..], &b"../canary"[..]),
        (EntryType::Link, b"hard", b"../canary"),
        (EntryType::Char, b"device", b""),
    ] {
        archive
            .append(&tar_header(kind, name, link, 0), &b""[..])
            .unwrap();
    }
    let through = tar_header(EntryType::Regular, b"soft/inside", b"", 4);
    archive.append(&through, &b"evil"[..]).unwrap();
    archive.into_inner().unwrap()
}

fn zip_archive() -> Vec<u8> {
    let mut archive = Zip::default();
    for (name, _) in ODD {
        archive = archive.file(name, b"evil");
    }
    archive
        .with_mode("soft", b"../canary", 0o120_777)
        .file("soft/inside", b"evil")
        .with_mode("no rights", b"none", 0o100_000)
        .file("Same", b"one")
        .file("same", b"two")
        .end()
}

fn seven_zip_archive() -> Vec<u8> {
    let mut archive = ArchiveWriter::new(std::io::Cursor::new(Vec::new())).unwrap();
    for (name, _) in ODD {
        let entry = ArchiveEntry::new_file(name);
        archive
            .push_archive_entry(entry, Some(&b"evil"[..]))
            .unwrap();
    }
    let mut link = ArchiveEntry::new_file("soft");
    link.has_windows_attributes = true;
    link.windows_attributes = 0o120_777 << 16 | 0x8000;
    archive
        .push_archive_entry(link, Some(&b"../canary"[..]))
        .unwrap();
    archive.finish().unwrap().into_inner()
}

/// Zip, tar, 7z and gzip with names that lead out, absolute names, links, a device, names that differ only in
/// capitals, and no rights. The ground checks canary, original and scratch folder at every reading.
#[test]
fn up_01_archives_write_nothing_outside_and_follow_nothing_c1() {
    let Some(ground) = Ground::find() else {
        return;
    };
    for (name, archive) in [
        ("a.zip", zip_archive()),
        ("a.tar", tar_archive()),
        ("a.7z", seven_zip_archive()),
    ] {
        let account = ground.read(name, &archive);
        for (odd, words) in ODD {
            assert!(
                marked(&account, odd, words),
                "{name}: {odd}: {:?}",
                account.parts
            );
        }
        assert!(
            left_as_link(&account, "soft"),
            "{name}: {:?}",
            account.unread
        );
        assert!(!std::path::Path::new("/tmp/predicate-canary").exists());
    }
    let account = ground.read("a.zip", &zip_archive());
    assert!(marked(&account, "same", "only in capitals"));
    assert!(account.parts.iter().any(|part| part.name == "no rights"));
    let account = ground.read("a.tar", &tar_archive());
    assert!(left_as_link(&account, "hard"));
    assert!(
        account
            .unread
            .iter()
            .any(|unread| unread.place.as_deref() == Some("device"))
    );
    let mut packed = flate2::GzBuilder::new()
        .filename("../canary")
        .write(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, b"evil").unwrap();
    let account = ground.read("a.gz", &packed.finish().unwrap());
    assert!(marked(&account, "../canary", "leads out of the archive"));
}

#[test]
fn the_same_bytes_twice_are_one_part_under_two_names() {
    let Some(ground) = Ground::find() else {
        return;
    };
    let account = ground.read(
        "a.zip",
        &Zip::default().file("one", b"x").file("two", b"x").end(),
    );
    assert_eq!(account.parts.len(), 2);
    assert_eq!(account.parts[0].sha256, account.parts[1].sha256);
}
