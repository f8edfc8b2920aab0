//! The papers of the fictional world, filed as evidence of a case of their own in the demo.

use std::path::{Path, PathBuf};

use anyhow::Context;
use desk::Desk;
use desk::decide_case::Decision;
use desk::evidence::NewEvidence;
use desk::open_case::NewCase;
use domain::authority::{Actor, LegalBasis, Purpose};
use domain::case::SubjectKind;
use domain::id::CaseId;

use crate::command::demo::WorldRelease;

/// What was filed.
#[derive(Debug, Clone)]
pub struct Filed {
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub number: String,
    /// How many papers.
    pub papers: usize,
}

/// Opens a case of `lead`, has it approved by `supervisor`, and files every paper of these releases in it.
pub fn file(
    desk: &Desk,
    (lead, supervisor): (&Actor, &Actor),
    world: &Path,
    releases: &[WorldRelease],
) -> anyhow::Result<Filed> {
    let case = desk.open_case(
        lead,
        &NewCase {
            title: "Papers from the harbour office".into(),
            predicate: "A former clerk handed over letters, minutes and reports that name bidders for harbour works."
                .into(),
            purpose: Some(Purpose::Procurement),
            legal_basis: Some(LegalBasis::StatutoryInquiry),
            datasets: desk.datasets(lead)?.iter().map(|dataset| dataset.id).collect(),
            kinds: SubjectKind::ALL.to_vec(),
            days: 90,
..NewCase::default()
},
    )?;
    desk.decide_case(supervisor, case, &Decision::Approve)?;
    let mut papers = 0;
    for release in releases {
        for path in files(&world.join(&release.path))? {
            let mut bytes =
                std::fs::File::open(&path).with_context(|| path.display().to_string())?;
            desk.add_evidence(lead, case, &handed_over(&path, &release.date), &mut bytes)?;
            papers += 1;
        }
    }
    let number = desk.case(lead, case)?.case.number;
    Ok(Filed {
        case,
        number,
        papers,
    })
}

fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let listed = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut paths = listed
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    Ok(paths)
}

fn handed_over(path: &Path, date: &str) -> NewEvidence {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    NewEvidence {
        name: name.into_owned(),
        source: "a former clerk of the harbour office".into(),
        collector: "Jonas Pell".into(),
        collected: date.into(),
        place: "Merravin".into(),
        tool: "copied from a memory stick".into(),
        authority: "handed over freely, against receipt".into(),
        declared_sha256: None,
        key: None,
    }
}
