//! Oversight: how long entries are kept, figures of use that give nobody away, the log as a bundle that verifies without
//! this program, and what of it becomes evidence.

use std::io::{Cursor, Write};

use domain::audit::{EntryKind, LogPurpose};
use domain::authority::Actor;
use domain::case::{Custody, Evidence};
use domain::id::{CaseId, EvidenceId};
use domain::oversight::{
    Breakdown, Cells, FIGURES_A_YEAR, Period, effective, lawful_periods, published,
};
use domain::policy::{Act, Refusal};
use domain::time::Moment;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::{Desk, DeskError};

/// How long entries of a kind are kept.
#[derive(Debug, Clone)]
pub struct KeptFor {
    /// The kind.
    pub kind: EntryKind,
    /// The period that holds: the longest.
    pub effective: Period,
    /// All that apply.
    pub all: Vec<Period>,
}

/// Figures of use, with what is left of the year's number of them.
#[derive(Debug, Clone)]
pub struct Figures {
    /// Different records looked at, by cell; nothing where they are few.
    pub cells: Cells,
    /// Tables made this year.
    pub made: u64,
    /// Tables that are made in a year at most.
    pub most: u64,
}

/// Entries that one extract takes at most.
const MOST_EXTRACTED: usize = 100;

const VERIFY: &str = include_str!("../../../scripts/verify_log.py");

const README: &str = "\
The log of an installation, as it lay under the signed head in `checkpoint` when this bundle was made.

  python3 verify_log.py . KEY

verifies it with nothing but Python: the signature of the head by KEY, that the entries are those that the head was signed
over, none missing, changed or moved. KEY is in `key.txt`; compare it with what the body publishes elsewhere, since whoever
could forge the log could forge that file too. `--list` prints the entries as JSON lines. The layout is that of C2SP
tlog-tiles, so that other verifiers read it as well: https://c2sp.org/tlog-tiles
";

impl Desk {
    /// How long entries of each kind are kept.
    pub fn log_periods(&self, actor: &Actor) -> Result<Vec<KeptFor>, DeskError> {
        self.read(&Knock::outside(actor, Act::ReadUsageFigures), |view, _| {
            let set = view.log_periods()?;
            Ok(Touched::new(periods(&set), []))
        })
    }

    /// Sets a period for entries of a kind. It can only be longer than the one that holds.
    pub fn set_log_period(
        &self,
        actor: &Actor,
        kind: EntryKind,
        days: u64,
        source: &str,
    ) -> Result<(), DeskError> {
        let source = required("source", source)?;
        if days > 36_525 {
            return Err(DeskError::malformed("days", "is longer than a century"));
        }
        let asked = format!("{} days for entries of kind {}", days, kind.word());
        let knock = Knock::outside(actor, Act::SetLogPeriod).asking(&asked);
        self.change(&knock, |tx, permit| {
            let set = tx.log_periods()?;
            let held = periods(&set).into_iter().find(|one| one.kind == kind);
            if let Some(held) = held
                && days < held.effective.days
            {
                let reason = format!(
                    "is shorter than the period that holds: {} days ({})",
                    held.effective.days, held.effective.source
                );
                return Err(DeskError::malformed("days", reason));
            }
            tx.add_log_period(kind, days, &source, permit.user())?;
            Ok(Touched::new((), [format!("kind:{}", kind.word())]))
        })
    }

    /// Figures of use for a month that is over: made once, and answered alike ever after.
    pub fn usage_figures(
        &self,
        actor: &Actor,
        month: &str,
        breakdown: Breakdown,
    ) -> Result<Figures, DeskError> {
        let (from, until) = span(month)?;
        let now = self.now();
        if until > now {
            return Err(DeskError::malformed("month", "is not over yet"));
        }
        let year: String = now.day().chars().take(4).collect();
        let asked = format!("{month} by {}", breakdown.word());
        let knock = Knock::outside(actor, Act::ReadUsageFigures).asking(&asked);
        self.change(&knock, |tx, permit| {
            let made = tx.figures_made(&year)?;
            let most = FIGURES_A_YEAR;
            if let Some(cells) = tx.usage_figures(month, breakdown.word())? {
                return Ok(Touched::new(Figures { cells, made, most }, []));
            }
            if made >= most {
                return Err(self.no_more_figures().into());
            }
            let counted = tx.looked_at(permit, (from, until), |entry| {
                let word = match breakdown {
                    Breakdown::Purpose => &entry.purpose,
                    Breakdown::Basis => &entry.basis,
                };
                word.clone().unwrap_or_default()
            })?;
            let cells: Cells = counted
                .into_iter()
                .map(|(cell, count)| {
                    let noise = self.noise(month, breakdown, &cell);
                    (cell, published(count, noise))
                })
                .collect();
            let key = (month, breakdown.word(), year.as_str());
            tx.add_usage_figures(key, &cells, (permit.user(), permit.at()))?;
            let made = made + 1;
            Ok(Touched::new(Figures { cells, made, most }, []))
        })
    }

    fn no_more_figures(&self) -> Refusal {
        let says = format!(
            "The {FIGURES_A_YEAR} tables of figures that are made in one year have been made; each more would tell more of \
             single people."
        );
        let refusal = self.inner.rules.refusal("figures.budget", &says, true);
        Refusal {
            remedy: "Ask for one that was made before; next year (UTC) the count begins anew."
                .to_owned(),
            law: "Regulation (EU) 2016/679 art. 5(1)(c), 25".to_owned(),
            ..refusal
        }
    }

    /// Noise that is the same whenever the same is asked, and that nobody without the key can tell.
    fn noise(&self, month: &str, breakdown: Breakdown, cell: &str) -> u8 {
        let what = format!("{month}/{}/{cell}", breakdown.word());
        let mut sixteen = [0u8; 16];
        let digest = domain::audit::sha256_hex(what.as_bytes());
        for (byte, letter) in sixteen.iter_mut().zip(digest.bytes()) {
            *byte = letter;
        }
        let name = self.pseudonym(&sixteen);
        name.get(2..4)
            .and_then(|digits| u8::from_str_radix(digits, 16).ok())
            .unwrap_or_default()
    }

    /// The whole log as a bundle for a supervisory body: it verifies with a script of its own, without this program.
    pub fn log_bundle(
        &self,
        actor: &Actor,
        purpose: Option<LogPurpose>,
    ) -> Result<Vec<u8>, DeskError> {
        let knock = Knock::outside(actor, Act::ReadLog)
            .for_log(purpose)
            .asking("the whole log as a bundle");
        self.admit(&knock)?;
        self.settle_log()?;
        let size = self.read(&knock, |_, _| {
            let reader = logbook::Reader::open(&self.log_directory()).map_err(unavailable)?;
            Ok(Touched::new(
                reader.size(),
                [format!("entries:{}", reader.size())],
            ))
        })?;
        let bytes = self.bundled().map_err(unavailable)?;
        tracing::info!(
            entries = size,
            bytes = bytes.len(),
            "a bundle of the log was made"
        );
        Ok(bytes)
    }

    fn bundled(&self) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default();
        let key = format!("{}\n", self.log_key_text());
        for (name, text) in [
            ("README.txt", README),
            ("verify_log.py", VERIFY),
            ("key.txt", key.as_str()),
        ] {
            zip.start_file(name, options)?;
            zip.write_all(text.as_bytes())?;
        }
        let root = self.log_directory();
        // The head first: what is appended meanwhile lies beyond it, and is left alone by whoever verifies.
        let head = std::fs::read(root.join("checkpoint"))?;
        zip.start_file("checkpoint", options)?;
        zip.write_all(&head)?;
        let mut folders = vec![root.join("tile")];
        while let Some(folder) = folders.pop() {
            for item in std::fs::read_dir(&folder)? {
                let path = item?.path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(&root)?.to_string_lossy().into_owned();
                    zip.start_file(name, options)?;
                    zip.write_all(&std::fs::read(&path)?)?;
                }
            }
        }
        Ok(zip.finish()?.into_inner())
    }

    /// Makes entries of the log an item of evidence, each with its proof: for criminal proceedings and for nothing else.
    pub fn file_log_extract(
        &self,
        actor: &Actor,
        case: CaseId,
        purpose: Option<LogPurpose>,
        numbers: &[u64],
    ) -> Result<Evidence, DeskError> {
        if numbers.is_empty() || numbers.len() > MOST_EXTRACTED {
            let reason = format!("must be between 1 and {MOST_EXTRACTED} numbers");
            return Err(DeskError::malformed("entries", reason));
        }
        let knock = Knock::inside(actor, Act::FileLogExtract, case).for_log(purpose);
        self.admit(&knock)?;
        self.settle_log()?;
        let mut text = String::new();
        for number in numbers {
            let index = number.saturating_sub(1);
            let entry = logbook::read_entry(&self.log_directory(), index).map_err(|_| {
                DeskError::malformed("entries", format!("there is no entry {number}"))
            })?;
            let proof = logbook::prove(&self.log_directory(), index).map_err(unavailable)?;
            let line = serde_json::json!({
                "number": number, "entry": String::from_utf8_lossy(&entry), "proof": proof,
            });
            text.push_str(&format!("{line}\n"));
        }
        let now = self.now();
        let blob = self.store().put_blob(&mut text.as_bytes())?;
        let names = self.names()?;
        let name = names
            .into_iter()
            .find(|(user, _)| *user == actor.user)
            .map_or_else(|| actor.user.to_string(), |(_, name)| name);
        let item = Evidence {
            id: EvidenceId::fresh(now, self.randomness()),
            case,
            name: format!("log-extract-{}.jsonl", now.day()),
            sha256: blob.sha256,
            size: blob.size,
            media_type: "text/plain".into(),
            source: "the log of this installation".into(),
            collector: name,
            collected: now.day(),
            place: "this installation".into(),
            tool: "predicate".into(),
            authority: "Directive (EU) 2016/680 art. 25(2): criminal proceedings".into(),
            by: actor.user,
            at: now,
        };
        let kept = item.clone();
        self.change(&knock, |tx, permit| {
            tx.add_evidence(&item)?;
            tx.add_custody(&Custody {
                evidence: item.id,
                act: "taken_in".into(),
                from: item.collector.clone(),
                to: crate::evidence::named(tx, permit.user())?,
                place: item.place.clone(),
                reason: item.source.clone(),
                at: permit.at(),
                by: permit.user(),
                holder: Some(permit.user()),
            })?;
            let entries = numbers.iter().map(|number| format!("entry:{number}"));
            let objects = [
                format!("evidence:{}", item.id),
                format!("sha256:{}", item.sha256),
            ];
            Ok(Touched::new((), objects.into_iter().chain(entries)))
        })?;
        Ok(kept)
    }

    /// Whether bytes are data of this log: they name an entry of it. Longer ones than 64 MiB are not looked through.
    pub(crate) fn is_log_data(&self, blob: &store::Blob) -> Result<bool, DeskError> {
        if blob.size > MOST_LOOKED_THROUGH {
            return Ok(false);
        }
        let bytes = self.store().blob(&blob.sha256)?;
        let head = bytes.get(..bytes.len().min(1 << 18)).unwrap_or_default();
        let text = String::from_utf8_lossy(head);
        let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
        let ids = words
            .filter(|word| word.len() == 26)
            .filter_map(|word| word.parse().ok())
            .take(2_000);
        Ok(self.store().read(|view| {
            for id in ids {
                if view.is_log_entry(id)? {
                    return Ok(true);
                }
            }
            Ok(false)
        })?)
    }
}

/// Longest item that is looked through for data of the log.
const MOST_LOOKED_THROUGH: u64 = 64 << 20;

fn unavailable(error: impl std::fmt::Display) -> DeskError {
    DeskError::Unavailable(error.to_string())
}

fn periods(set: &[(EntryKind, u64, String)]) -> Vec<KeptFor> {
    EntryKind::ALL
        .into_iter()
        .filter_map(|kind| {
            let mut all = lawful_periods(kind);
            let own = set.iter().filter(|(of, _, _)| *of == kind);
            all.extend(own.map(|(_, days, source)| Period {
                days: *days,
                life_of_record: false,
                source: source.clone(),
            }));
            let effective = effective(&all)?;
            Some(KeptFor {
                kind,
                effective,
                all,
            })
        })
        .collect()
}

/// The beginning and the end of a month, `2026-05`.
fn span(month: &str) -> Result<(Moment, Moment), DeskError> {
    let from = Some(month)
        .filter(|month| month.len() == 7)
        .and_then(|month| Moment::from_rfc3339(&format!("{month}-01T00:00:00Z")))
        .ok_or_else(|| DeskError::malformed("month", "is no month of the form `2026-05`"))?;
    Ok((from, from.plus_months(1)))
}
