//! FollowTheMoney JSON lines: one entity, or a part of one, on each line.
//!
//! The cast: a *scan* goes over all files once and counts how often each key occurs, at eight bytes a line; the *pass*
//! then reads, cleans and hands over every record at once, and holds back only those whose key comes again. So memory
//! does not grow with the records, and parts of one record meet wherever they lie.

mod line;

use std::collections::{BTreeMap, HashMap};

use domain::schema::traits;
use domain::source::{DeliveredFile, Dropped, Place, Record, Refused};

pub(crate) use line::Line;

use crate::account::{Hand, IntakeError, Item, aside, shortened};
use crate::bytes::{self, LineEnd};
use crate::fragments::{Clash, Fragments, Settled, tidy};
use crate::{Account, Input, Kept, keep};

/// Bytes between two reports of progress.
const PROGRESS_STEP: u64 = 1 << 20;

/// Reads a delivery of FollowTheMoney JSON lines.
pub(crate) fn read(inputs: &[Input], hand: &mut Hand<'_>) -> Result<Account, IntakeError> {
    let repeated = scan(inputs)?;
    run(inputs, repeated, None, hand).map(|(account, _)| account)
}

/// Reads the first lines of each file; answers whether there are more.
pub(crate) fn first(
    inputs: &[Input],
    lines: u64,
    hand: &mut Hand<'_>,
) -> Result<(Account, bool), IntakeError> {
    run(inputs, HashMap::new(), Some(lines), hand)
}

fn run(
    inputs: &[Input],
    repeated: HashMap<u64, u32>,
    most: Option<u64>,
    hand: &mut Hand<'_>,
) -> Result<(Account, bool), IntakeError> {
    let mut pass = Pass {
        hand,
        most,
        more: false,
        repeated,
        held: Fragments::held(),
        account: Account::default(),
        blanked: BTreeMap::new(),
    };
    for (ordinal, input) in (0u32..).zip(inputs) {
        pass.file(ordinal, input)?;
    }
    let more = pass.more;
    pass.finish().map(|account| (account, more))
}

/// Finds the keys that occur more than once, with how often. Two keys with one hash cost memory, nothing else.
fn scan(inputs: &[Input]) -> Result<HashMap<u64, u32>, IntakeError> {
    let mut hashes = Vec::new();
    let mut line = Vec::new();
    for input in inputs {
        let mut opened = bytes::open(input)?;
        // A file that breaks off is told of in the pass.
        while let Ok(Some(_)) = bytes::line(&mut opened.reader, &mut line) {
            if let Some(hash) = line::key_hash(&line) {
                hashes.push(hash);
            }
        }
    }
    hashes.sort_unstable();
    let mut repeated = HashMap::new();
    for same in hashes
        .chunk_by(|left, right| left == right)
        .filter(|same| same.len() > 1)
    {
        if let Some(hash) = same.first() {
            repeated.insert(*hash, u32::try_from(same.len()).unwrap_or(u32::MAX));
        }
    }
    Ok(repeated)
}

struct Pass<'a, 'b> {
    hand: &'a mut Hand<'b>,
    /// Lines of each file to read, where not all are wanted.
    most: Option<u64>,
    more: bool,
    repeated: HashMap<u64, u32>,
    held: Fragments,
    account: Account,
    blanked: BTreeMap<String, u64>,
}

/// Where a line stands.
struct At<'a> {
    input: &'a Input,
    place: Place,
}

impl Pass<'_, '_> {
    fn file(&mut self, ordinal: u32, input: &Input) -> Result<(), IntakeError> {
        let mut opened = bytes::open(input)?;
        let special_before: u64 = self.blanked.values().sum();
        let mut withheld = false;
        let mut line = Vec::new();
        let (mut row, mut reported) = (0, 0);
        self.hand.over(Item::Progress {
            file: ordinal,
            bytes: 0,
            of: opened.size,
        })?;
        loop {
            let end = match bytes::line(&mut opened.reader, &mut line) {
                Ok(Some(end)) => end,
                Ok(None) => break,
                Err(error) => {
                    self.broken_off(input, row + 1, &error.to_string())?;
                    break;
                }
            };
            if self.most == Some(row) {
                self.more = true;
                break;
            }
            row += 1;
            let at = At {
                input,
                place: Place { file: ordinal, row },
            };
            withheld |= self.line(&at, &line, end)?;
            if opened.read() - reported >= PROGRESS_STEP {
                reported = opened.read();
                self.hand.over(Item::Progress {
                    file: ordinal,
                    bytes: reported,
                    of: opened.size,
                })?;
            }
        }
        self.hand.over(Item::Progress {
            file: ordinal,
            bytes: opened.size,
            of: opened.size,
        })?;
        if self.most.is_some() {
            return Ok(());
        }
        let special = withheld || self.blanked.values().sum::<u64>() > special_before;
        self.keep(input, special, opened.packed.is_some())
    }

    fn keep(&mut self, input: &Input, special: bool, packed: bool) -> Result<(), IntakeError> {
        let unreadable = |why| IntakeError::Unreadable {
            file: input.name.clone(),
            why,
        };
        let (sha256, size) = bytes::sha256(&input.path).map_err(unreadable)?;
        let kept = if special {
            keep::blank_lines(input, packed, &|line| Line::blanked(line))?
        } else {
            Kept::AsDelivered(input.path.clone())
        };
        let kept_sha256 = match &kept {
            Kept::AsDelivered(_) => sha256.clone(),
            Kept::Blanked(path) => bytes::sha256(path).map_err(unreadable)?.0,
        };
        self.account.files.push(DeliveredFile {
            name: input.name.clone(),
            size,
            sha256,
            kept_sha256,
        });
        self.account.kept.push(kept);
        Ok(())
    }

    /// Reads one line; answers whether it may hold special categories that were not counted.
    fn line(&mut self, at: &At<'_>, line: &[u8], end: LineEnd) -> Result<bool, IntakeError> {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let line = if at.place.row == 1 {
            line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line)
        } else {
            line
        };
        if line.iter().all(u8::is_ascii_whitespace) && end != LineEnd::TooLong {
            return Ok(false);
        }
        self.account.read += 1;
        if end == LineEnd::TooLong {
            return self.refuse(
                at,
                line,
                None,
                format!("is longer than {} bytes", bytes::LONGEST_LINE),
            );
        }
        let parsed = match Line::parse(line) {
            Ok(parsed) => parsed,
            Err(flaw) => {
                let cut = end == LineEnd::AtEnd && flaw.at_end;
                if cut {
                    self.account.cut.push(at.input.name.clone());
                }
                let reason = if cut {
                    "is cut off at the end of the file".to_owned()
                } else {
                    flaw.reason
                };
                return self.refuse(at, line, flaw.field, reason);
            }
        };
        let unread_special = parsed.special_field();
        let hash = line::hash(parsed.key());
        let record = self.clean(at, parsed)?;
        self.account.fragments += 1;
        match self.repeated.get_mut(&hash) {
            None => self.hand_over(record)?,
            Some(left) => {
                *left = left.saturating_sub(1);
                let last = *left == 0;
                let key = record.key.clone();
                if let Err(clash) = self.hold(record) {
                    self.account.fragments -= 1;
                    let reason = format!(
                        "is told as `{}` here and as `{}` before",
                        clash.now, clash.before
                    );
                    self.refuse(at, line, Some("schema".to_owned()), reason)?;
                    return self
                        .release(last, &key)
                        .map(|()| unread_special || traits_in(line));
                }
                self.release(last, &key)?;
            }
        }
        self.account.rows_taken += 1;
        Ok(unread_special)
    }

    fn hold(&mut self, record: Record) -> Result<(), Clash> {
        if !self.held.add(record)? {
            self.account.merged += 1;
        }
        Ok(())
    }

    /// Hands a held record over when its last part is in.
    fn release(&mut self, last: bool, key: &str) -> Result<(), IntakeError> {
        if !last {
            return Ok(());
        }
        match self.held.take(key) {
            Some(record) => self.hand_over(record),
            None => Ok(()),
        }
    }

    fn hand_over(&mut self, mut record: Record) -> Result<(), IntakeError> {
        tidy(&mut record);
        self.account.taken += 1;
        self.hand.over(Item::Record(record))
    }

    /// Cleans the values; what is not taken is handed over as dropped, or counted and handed over apart where it is special.
    fn clean(&mut self, at: &At<'_>, line: Line<'_>) -> Result<Record, IntakeError> {
        let blanked = &mut self.blanked;
        let mut dropped: Vec<Dropped> = Vec::new();
        let mut special: Vec<(String, String)> = Vec::new();
        let record = line.clean(at.place, &mut dropped, &mut |property, count, values| {
            *blanked.entry(property.to_owned()).or_default() += count;
            special.extend(values.into_iter().map(|one| (property.to_owned(), one)));
        });
        // Whoever only looks sees nothing of it.
        for (property, value) in special.iter().filter(|_| self.most.is_none()) {
            if let Some(one) = aside(at.place, &record.key, property, value) {
                self.hand.over(Item::Aside(one))?;
            }
        }
        self.account.dropped += dropped.len() as u64;
        for lost in dropped {
            self.hand.over(Item::Dropped(lost))?;
        }
        Ok(record)
    }

    /// Refuses a line; answers whether it was withheld because it may hold special categories.
    fn refuse(
        &mut self,
        at: &At<'_>,
        line: &[u8],
        field: Option<String>,
        reason: String,
    ) -> Result<bool, IntakeError> {
        let withheld = traits_in(line);
        let raw = if withheld {
            String::new()
        } else {
            shortened(line)
        };
        self.account.refused += 1;
        let refused = Refused {
            file: at.input.name.clone(),
            row: at.place.row,
            field,
            reason,
            raw,
        };
        self.hand.over(Item::Refused(refused))?;
        Ok(withheld)
    }

    fn broken_off(&mut self, input: &Input, row: u64, error: &str) -> Result<(), IntakeError> {
        self.account.cut.push(input.name.clone());
        self.account.read += 1;
        self.account.refused += 1;
        let reason = format!("the file breaks off: {error}");
        let refused = Refused {
            file: input.name.clone(),
            row,
            field: None,
            reason,
            raw: String::new(),
        };
        self.hand.over(Item::Refused(refused))
    }

    fn finish(mut self) -> Result<Account, IntakeError> {
        let held = std::mem::replace(&mut self.held, Fragments::held());
        held.settle::<IntakeError>(&mut |settled| match settled {
            Settled::Record(record) => self.hand_over(record),
            Settled::Clash(_) => Ok(()),
        })?;
        self.account.blanked = self.blanked.into_iter().collect();
        Ok(self.account)
    }
}

/// Tells whether an unreadable line names a special-category property.
fn traits_in(line: &[u8]) -> bool {
    traits::special_properties()
        .iter()
        .any(|property| memchr::memmem::find(line, property.as_bytes()).is_some())
}
