//! Entry bundles: up to 256 entries, each behind its length in two bytes, big end first (tlog-tiles 0.1.0).

/// The longest entry a bundle can carry, in bytes.
pub const MAX_ENTRY_BYTES: usize = 65_535;

/// Why entries cannot be bundled, or a bundle cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// An entry is too long for its two length bytes.
    #[error("an entry has {bytes} bytes, above the limit of {MAX_ENTRY_BYTES}")]
    EntryTooLong {
        /// The entry's length.
        bytes: usize,
    },
    /// The bundle ends inside an entry.
    #[error("the bundle ends inside entry {place}")]
    CutShort {
        /// Which entry of the bundle, from 0.
        place: usize,
    },
    /// The bundle holds another number of entries.
    #[error("the bundle holds {found} entries instead of {expected}")]
    Count {
        /// How many it must hold.
        expected: usize,
        /// How many it holds.
        found: usize,
    },
}

/// Appends one entry, length first, to the bytes of a bundle.
///
/// # Errors
///
/// [`BundleError::EntryTooLong`] above 65,535 bytes; `bytes` is then unchanged.
pub fn push(bytes: &mut Vec<u8>, entry: &[u8]) -> Result<(), BundleError> {
    let length =
        u16::try_from(entry.len()).map_err(|_| BundleError::EntryTooLong { bytes: entry.len() })?;
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(entry);
    Ok(())
}

/// Reads a bundle that must hold exactly `count` entries.
///
/// # Errors
///
/// [`BundleError::CutShort`] or [`BundleError::Count`].
pub fn entries(bytes: &[u8], count: usize) -> Result<Vec<&[u8]>, BundleError> {
    let mut found = Vec::with_capacity(count.min(256));
    let mut rest = bytes;
    while !rest.is_empty() {
        let cut = BundleError::CutShort { place: found.len() };
        let (length, after) = rest.split_first_chunk::<2>().ok_or(cut)?;
        let (entry, after) = after
            .split_at_checked(usize::from(u16::from_be_bytes(*length)))
            .ok_or(cut)?;
        found.push(entry);
        rest = after;
    }
    if found.len() == count {
        Ok(found)
    } else {
        Err(BundleError::Count {
            expected: count,
            found: found.len(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bundles_are_read_back_and_cut_ones_refused() {
        let mut bytes = Vec::new();
        for entry in [&b"one"[..], b"", &[9; MAX_ENTRY_BYTES]] {
            push(&mut bytes, entry).unwrap();
        }
        let read = entries(&bytes, 3).unwrap();
        assert_eq!(read[0], b"one");
        assert_eq!(read[1], b"");
        assert_eq!(read[2].len(), MAX_ENTRY_BYTES);
        assert_eq!(
            entries(&bytes, 2),
            Err(BundleError::Count {
                expected: 2,
                found: 3
            })
        );
        assert_eq!(
            entries(&bytes, 4),
            Err(BundleError::Count {
                expected: 4,
                found: 3
            })
        );
        assert_eq!(
            entries(&bytes[..4], 1),
            Err(BundleError::CutShort { place: 0 })
        );
        assert_eq!(
            entries(&bytes[..6], 1),
            Err(BundleError::CutShort { place: 1 })
        );
    }

    #[test]
    fn an_entry_above_65_535_bytes_is_refused_and_nothing_cut() {
        let mut bytes = vec![1];
        let refused = push(&mut bytes, &[0; MAX_ENTRY_BYTES + 1]);
        assert_eq!(refused, Err(BundleError::EntryTooLong { bytes: 65_536 }));
        assert_eq!(bytes, [1]);
    }
}
