//! Drops what the permit does not cover, before anything is counted, ranked or shown.

use domain::case::SubjectKind;
use domain::id::CaseId;
use domain::policy::{Permit, PermitKind, Target};

use crate::SearchError;
use crate::view::Segment;

/// What a permit lets be seen.
pub(crate) struct Guard<'a> {
    permit: &'a Permit,
    case: CaseId,
    kinds: Vec<SubjectKind>,
}

impl<'a> Guard<'a> {
    /// Takes a permit for looking up inside a case, and the kinds that are asked for.
    pub fn new(permit: &'a Permit, kinds: &[SubjectKind]) -> Result<Self, SearchError> {
        let case = permit
            .case()
            .filter(|_| {
                permit.kind() == PermitKind::Case && permit.act().target() == Target::LookUp
            })
            .ok_or(SearchError::WrongPermit)?;
        let kinds = kinds
            .iter()
            .copied()
            .filter(|kind| permit.kinds().contains(kind))
            .collect();
        Ok(Self {
            permit,
            case,
            kinds,
        })
    }

    /// The kinds that may be seen.
    pub fn kinds(&self) -> &[SubjectKind] {
        &self.kinds
    }

    /// The same for one segment, with everything looked up that does not change from document to document.
    pub fn of<'s>(&self, segment: &'s Segment) -> Result<SegmentGuard<'s>, SearchError> {
        let datasets = segment
            .datasets
            .iter()
            .map(|dataset| self.permit.covers(*dataset))
            .collect();
        let case = match &segment.sealed {
            Some(column) => column.dictionary().term_ord(self.case.to_string())?,
            None => None,
        };
        let mut kinds = [false; SubjectKind::ALL.len()];
        for kind in &self.kinds {
            if let Some(place) = kinds.get_mut(*kind as usize) {
                *place = true;
            }
        }
        Ok(SegmentGuard {
            segment,
            datasets,
            case,
            kinds,
        })
    }
}

/// The guard of one segment.
pub(crate) struct SegmentGuard<'s> {
    segment: &'s Segment,
    datasets: Vec<bool>,
    case: Option<u64>,
    kinds: [bool; SubjectKind::ALL.len()],
}

impl SegmentGuard<'_> {
    /// Says whether a document may be seen. Whatever cannot be read may not.
    ///
    /// A case's own material is seen by that case alone, whatever its scope; everything else by the datasets that the
    /// permit covers.
    pub fn lets_pass(&self, document: u32) -> bool {
        let segment = self.segment;
        if segment.reader.is_deleted(document) {
            return false;
        }
        let kind = segment.kind.first(document).unwrap_or(u64::MAX) as usize;
        if !self.kinds.get(kind).copied().unwrap_or(false) {
            return false;
        }
        let sealed = segment
            .sealed
            .as_ref()
            .and_then(|column| column.ords().first(document));
        if sealed.is_some() {
            return sealed == self.case;
        }
        segment
            .dataset
            .as_ref()
            .and_then(|column| column.ords().first(document))
            .and_then(|number| self.datasets.get(number as usize))
            .copied()
            .unwrap_or(false)
    }
}
