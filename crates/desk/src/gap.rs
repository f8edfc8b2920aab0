//! Gaps: numbers that a source has given and that did not come, and what else may be missing of a dataset.

use domain::id::{DatasetId, LiveSourceId, ReleaseId};
use domain::live::NoticeKind;
use domain::source::Extent;
use store::{Tx, View};

use crate::DeskError;

/// The number that a label is.
pub(crate) fn number_of(label: &str) -> Result<u64, DeskError> {
    label
        .trim()
        .parse()
        .ok()
        .filter(|number| *number > 0)
        .ok_or_else(|| {
            let reason = format!("`{label}` is no number, and this source numbers its deliveries");
            DeskError::malformed("label", reason)
        })
}

/// Closes the gaps that a release fills, and opens the one that it leaves behind it.
pub(crate) fn close_or_open(
    tx: &Tx<'_>,
    dataset: DatasetId,
    release: ReleaseId,
    source: Option<LiveSourceId>,
    number: Option<u64>,
    extent: Extent,
) -> Result<(), DeskError> {
    if extent == Extent::Full {
        tx.close_gaps(dataset, release, number)?;
    }
    let Some(number) = number else { return Ok(()) };
    let expected = tx
        .newest_ordinal(dataset, release)?
        .map_or(1, |newest| newest + 1);
    if number > expected && extent == Extent::Delta {
        open(tx, dataset, source, (expected, number - 1))?;
    }
    for gap in tx.open_gaps(dataset)? {
        let Some((first, last)) = gap.missing else {
            continue;
        };
        // What a stream lost has numbers of its own.
        let of_these = match gap.source {
            None => true,
            Some(source) => tx
                .live_source(source)?
                .is_some_and(|(source, _)| source.numbered),
        };
        if !of_these || !(first..=last).contains(&number) {
            continue;
        }
        tx.close_gap(gap.number, release)?;
        if first < number && extent == Extent::Delta {
            open(tx, dataset, gap.source, (first, number - 1))?;
        }
        if number < last {
            open(tx, dataset, gap.source, (number + 1, last))?;
        }
    }
    Ok(())
}

fn open(
    tx: &Tx<'_>,
    dataset: DatasetId,
    source: Option<LiveSourceId>,
    missing: (u64, u64),
) -> Result<(), DeskError> {
    let words = format!("{} did not come", numbers("number", missing));
    Ok(tx.add_source_notice(dataset, source, NoticeKind::Gap, &words, Some(missing))?)
}

/// Numbers in words: `number 2`, `numbers 2 to 4`.
pub(crate) fn numbers(what: &str, (first, last): (u64, u64)) -> String {
    match first == last {
        true => format!("{what} {first}"),
        false => format!("{what}s {first} to {last}"),
    }
}

/// What may be missing of a dataset, in words.
pub(crate) fn words_of(view: &View<'_>, dataset: DatasetId) -> Result<Vec<String>, DeskError> {
    let gaps = view.open_gaps(dataset)?;
    Ok(gaps
        .into_iter()
        .map(|gap| {
            let since = gap.at.to_rfc3339();
            format!(
                "{}; what is shown may lack something since {since}",
                gap.words
            )
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_numbers_from_one_on() {
        assert_eq!(number_of(" 000007 ").unwrap(), 7);
        for wrong in ["", "0", "-1", "seven", "1.5"] {
            assert!(number_of(wrong).is_err(), "{wrong}");
        }
        assert_eq!(numbers("number", (2, 2)), "number 2");
        assert_eq!(numbers("message", (2, 4)), "messages 2 to 4");
    }
}
