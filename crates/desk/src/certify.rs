//! Certifying exhibits: a pack with the exhibits, their hashes, how each came in and was kept, a certificate whose words are
//! left to a person, and a record of the notices that were served.
//!
//! A pack leaves the case, so it is a line of the ledger first, like any disclosure. The program says what it did and what
//! it knows; whether the exhibits are what somebody says they are is for the person who signs.

use std::collections::BTreeSet;
use std::io::{Cursor, Write as _};

use domain::audit::sha256_hex;
use domain::authority::Actor;
use domain::case::{Custody, Evidence};
use domain::disclosure::{Disclosed, Disclosure};
use domain::id::{CaseId, DisclosureId, EvidenceId, UserId};
use domain::policy::Act;
use domain::value::Hints;
use store::{Certification, ServedNotice};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::act::Touched;
use crate::disclose::{Handed, Proven, accounted};
use crate::door::Knock;
use crate::error::required;
use crate::{Desk, DeskError};

/// Exhibits of one pack.
const MOST_ITEMS: usize = 500;
/// Bytes of all exhibits of one pack: it is made in memory.
const MOST_BYTES: u64 = 512 << 20;
/// Letters of a file's name in a pack.
const LONGEST_NAME: usize = 80;

/// An exhibit with its bytes.
struct Offered {
    item: Evidence,
    chain: Vec<Custody>,
    bytes: Vec<u8>,
    /// Its file in the pack.
    file: String,
}

impl Desk {
    /// Makes a pack of exhibits for somebody who certifies them.
    ///
    /// # Errors
    /// Malformed without exhibits or with a field of the accounting missing; a conflict where one was erased, is damaged,
    /// or all together are too large.
    pub fn certify(
        &self,
        actor: &Actor,
        case: CaseId,
        items: &[EvidenceId],
        told: &Disclosed,
    ) -> Result<Handed, DeskError> {
        let told = accounted(told)?;
        let items: BTreeSet<EvidenceId> = items.iter().copied().collect();
        if items.is_empty() || items.len() > MOST_ITEMS {
            let reason = format!("names between 1 and {MOST_ITEMS} exhibits");
            return Err(DeskError::malformed("items", reason));
        }
        let id = DisclosureId::fresh(self.now(), self.randomness());
        let recipient = format!("{}\n{}", told.recipient, told.address);
        let asked = format!("{}\n{}\n{}", told.purpose, told.authority, told.nature);
        let knock = Knock::inside(actor, Act::Disclose, case).asking(&asked);
        let (number, line, case_number, offered, people) = self.change(&knock, |tx, permit| {
            let file = tx.case(case)?.ok_or(DeskError::NotFound("case"))?;
            let mut offered = Vec::with_capacity(items.len());
            let mut size = 0_u64;
            for (at, item) in (1..).zip(&items) {
                let found = tx
                    .evidence_item(permit, *item)?
                    .ok_or_else(|| DeskError::not_of_case("items", "evidence", item))?;
                if tx.evidence_erasure(permit, *item)?.is_some() {
                    return Err(DeskError::Conflict(format!("exhibit {item} was erased")));
                }
                size = size.saturating_add(found.size);
                if size > MOST_BYTES {
                    let words = "the exhibits have more than 512 MB together; make several packs";
                    return Err(DeskError::Conflict(words.into()));
                }
                offered.push(Offered {
                    chain: tx.custody(permit, *item)?,
                    file: format!("exhibits/{at:03}-{}", plain(&found.name)),
                    bytes: Vec::new(),
                    item: found,
                });
            }
            let line = Disclosure {
                id,
                case,
                told,
                items: Vec::new(),
                by: permit.user(),
                at: permit.at(),
            };
            tx.add_disclosure(permit, &line)?;
            let hashed = offered
                .iter()
                .map(|one| (one.item.id, one.item.sha256.clone()));
            let new = Certification {
                id,
                case,
                items: hashed.collect(),
                notices: Vec::new(),
                by: permit.user(),
                at: permit.at(),
            };
            tx.add_certification(permit, &new)?;
            let people = tx.users()?.into_iter().map(|user| (user.id, user.title));
            let people: Vec<(UserId, String)> = people.collect();
            let objects: Vec<String> = [format!("disclosure:{id}"), format!("case:{case}")]
                .into_iter()
                .chain(
                    offered
                        .iter()
                        .map(|one| format!("sha256:{}", one.item.sha256)),
                )
                .collect();
            let done = (tx.sequence().0, line, file.number, offered, people);
            Ok(Touched::new(done, objects).given_to(recipient))
        })?;
        let mut offered = offered;
        for one in &mut offered {
            one.bytes = match self.store().blob(&one.item.sha256) {
                Err(store::StoreError::Integrity { .. }) => {
                    let words = format!(
                        "the bytes of exhibit {} are no longer those that were filed; nothing is handed out",
                        one.item.id
                    );
                    return Err(DeskError::Conflict(words));
                }
                read => read?,
            };
        }
        let proven = self.proven(number)?;
        let bytes = made(&case_number, &line, &offered, &people, &proven)
            .map_err(|error| DeskError::Internal(error.to_string()))?;
        // Making it takes a while: whoever has left the case meanwhile gets nothing.
        self.admit(&Knock::inside(actor, Act::Disclose, case))?;
        Ok(Handed {
            name: format!("{case_number}-certification-{id}.zip"),
            line,
            entry: number,
            bytes,
        })
    }

    /// Lists the packs of a case with the notices that were served, the newest first.
    pub fn certifications(
        &self,
        actor: &Actor,
        case: CaseId,
    ) -> Result<Vec<Certification>, DeskError> {
        let knock = Knock::inside(actor, Act::ReadCase, case);
        self.read(&knock, |view, permit| {
            let all = view.certifications(permit)?;
            let objects: Vec<String> = all
                .iter()
                .map(|one| format!("disclosure:{}", one.id))
                .collect();
            Ok(Touched::new(all, objects))
        })
    }

    /// Records that notice of a pack was served on a party.
    ///
    /// # Errors
    /// Malformed where the party, the way or the day is missing, or the day is none.
    pub fn record_notice(
        &self,
        actor: &Actor,
        case: CaseId,
        id: DisclosureId,
        (party, way, served): (&str, &str, &str),
    ) -> Result<(), DeskError> {
        let party = required("party", party)?;
        let way = required("way", way)?;
        let day = required("served", served)?;
        let hints = Hints::default();
        let whole = domain::value::clean(domain::schema::Kind::Date, &day, &hints);
        if whole.is_err() || day.len() != 10 {
            return Err(DeskError::malformed("served", "is no day like 2026-03-12"));
        }
        let asked = format!("{party}\n{way}\n{day}");
        let knock = Knock::inside(actor, Act::ServeNotice, case).asking(&asked);
        self.change(&knock, |tx, permit| {
            if !tx.has_certification(permit, id)? {
                return Err(DeskError::NotFound("certification pack"));
            }
            let notice = ServedNotice {
                party,
                way,
                served: day,
                by: permit.user(),
                at: permit.at(),
            };
            tx.add_served_notice(permit, id, &notice)?;
            Ok(Touched::new((), [format!("disclosure:{id}")]))
        })
    }
}

/// A name that every file system takes, and no shell takes for anything else.
fn plain(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let letters = last.chars().map(|letter| match letter {
        letter if letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-') => letter,
        _ => '_',
    });
    let plain: String = letters.take(LONGEST_NAME).collect();
    match plain.trim_matches('.') {
        "" => "exhibit".to_owned(),
        _ => plain,
    }
}

fn made(
    number: &str,
    line: &Disclosure,
    offered: &[Offered],
    people: &[(UserId, String)],
    proven: &Proven,
) -> zip::result::ZipResult<Vec<u8>> {
    let mut files: Vec<(String, Vec<u8>)> = offered
        .iter()
        .map(|one| (one.file.clone(), one.bytes.clone()))
        .collect();
    let told = [
        ("process.txt", process(number, line, offered, people)),
        ("certificate.txt", certificate(number, offered)),
        ("notice.txt", notice(number, line)),
        ("log-proof.txt", proven.proof.clone()),
        ("log-key.txt", format!("{}\n", proven.key.trim_end())),
    ];
    files.extend(told.map(|(name, text)| (name.to_owned(), text.into_bytes())));
    files.push(("log-entry.json".to_owned(), proven.entry.clone()));
    let sums: String = files
        .iter()
        .map(|(name, bytes)| format!("{}  {name}\n", sha256_hex(bytes)))
        .collect();
    files.push(("SHA256SUMS".to_owned(), sums.into_bytes()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in &files {
        archive.start_file(name.as_str(), options)?;
        archive.write_all(bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

fn name_of(people: &[(UserId, String)], user: UserId) -> &str {
    let found = people.iter().find(|(id, _)| *id == user);
    found.map_or("somebody who is gone", |(_, name)| name.as_str())
}

/// One line of words: a line break in what somebody typed would make another line.
fn one_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn process(
    number: &str,
    line: &Disclosure,
    offered: &[Offered],
    people: &[(UserId, String)],
) -> String {
    let mut text = format!(
        "HOW THESE COPIES WERE MADE\n\n\
         Case {number}. Made on {at} by {by} with predicate {version}.\n\n\
         1. When a file is taken in, the service computes the SHA-256 of its bytes while they arrive and keeps the bytes under\n\
         \x20  that hash. They are never written over. If the sender told a hash, nothing is kept unless it agrees.\n\
         2. Each act on an exhibit is an entry of a log that only grows, a hash tree whose head is signed. The entry of this pack is\n\
         \x20  log-entry.json, log-proof.txt proves it under the signed head, log-key.txt is the key to check it with.\n\
         3. For this pack the bytes were read from where they are kept, hashed again, and compared with the hash under which\n\
         \x20  they were filed; had one differed, no pack would have been made. The files under exhibits/ are these bytes.\n\
         4. `sha256sum -c SHA256SUMS`, run in this folder, compares every file with its hash.\n\n\
         THE EXHIBITS\n",
        at = line.at.to_rfc3339(),
        by = one_line(name_of(people, line.by)),
        version = env!("CARGO_PKG_VERSION"),
    );
    for one in offered {
        let item = &one.item;
        text.push_str(&format!(
            "\n{file}\n  called: {name}\n  exhibit: {id}\n  SHA-256: {sha256}\n  bytes: {size}\n  type, by its content: {kind}\n",
            file = one.file,
            name = one_line(&item.name),
            id = item.id,
            sha256 = item.sha256,
            size = item.size,
            kind = item.media_type,
        ));
        for (label, words) in [
            ("from", &item.source),
            ("collected by", &item.collector),
            ("collected", &item.collected),
            ("where", &item.place),
            ("with", &item.tool),
            ("under the authority of", &item.authority),
        ] {
            text.push_str(&format!("  {label}: {}\n", one_line(words)));
        }
        text.push_str("  custody:\n");
        for link in &one.chain {
            text.push_str(&format!(
                "    {at} {act}: {from} to {to}, {place}; {reason}; recorded by {by}\n",
                at = link.at.to_rfc3339(),
                act = link.act,
                from = one_line(&link.from),
                to = one_line(&link.to),
                place = one_line(&link.place),
                reason = one_line(&link.reason),
                by = one_line(name_of(people, link.by)),
            ));
        }
    }
    text
}

fn certificate(number: &str, offered: &[Offered]) -> String {
    let hashes: String = offered
        .iter()
        .map(|one| format!("  {}  {}\n", one.item.sha256, one.file))
        .collect();
    format!(
        "CERTIFICATE\n\n\
         Case {number}\n\n\
         The words of this certificate are those of the person who signs it. Nothing below was filled in by a program but the\n\
         list of hashes. Strike what does not apply.\n\n\
         Name and position:   ______________________________________________\n\n\
         How I am qualified:  ______________________________________________\n\n\
         What I certify (records of a regularly conducted activity; records generated by an electronic process or system; data\n\
         copied from an electronic device, storage medium or file, authenticated by digital identification):\n\n\
         ____________________________________________________________________\n\n\
         ____________________________________________________________________\n\n\
         How I know it, and what of process.txt I have checked myself:\n\n\
         ____________________________________________________________________\n\n\
         ____________________________________________________________________\n\n\
         The copies to which this certificate belongs, by the SHA-256 of their bytes:\n\n{hashes}\n\
         Place and date:      ______________________________________________\n\n\
         Signature:           ______________________________________________\n"
    )
}

fn notice(number: &str, line: &Disclosure) -> String {
    format!(
        "NOTICE\n\n\
         Case {number}. This pack stands in the ledger of the case as {id} of {at}.\n\n\
         A party against whom these copies are to be offered has to be given notice in time, and has to be able to inspect copies\n\
         and certificate. Record on the page of disclosures on whom, how and on which day notice was served; the record is kept with\n\
         the pack and in the log. None had been recorded when this pack was made.\n\n\
         Served on:           ______________________________________________\n\n\
         How:                 ______________________________________________\n\n\
         On (day):            ______________________________________________\n",
        id = line.id,
        at = line.at.to_rfc3339(),
    )
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn names_of_files_are_plain() {
        let check = |name: &str, want: &str| assert_eq!(plain(name), want, "{name}");
        check("../../etc/passwd", "passwd");
        check("a b\n\"c\".pdf", "a_b__c_.pdf");
        check("..", "exhibit");
        check("", "exhibit");
        check("C:\\x\\bill.txt", "bill.txt");
        assert_eq!(plain(&"é".repeat(300)).len(), 80);
    }
}
