//! What a board shows, out of what an address, a form or a kept view says of it; shared by both faces.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use desk::DeskError;
use desk::board::{BoardAsked, Form, Picture, Place, Sift, Step, Sure};
use domain::board::Kept;
use domain::id::IdentityId;
use domain::time::Moment;

use crate::screens::typed;

/// Reads steps.
pub(crate) fn steps<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Vec<Step>, DeskError> {
    let texts = texts.into_iter().filter(|text| !text.is_empty());
    texts.map(str::parse).collect()
}

/// Reads a day as people type it; the end of a month or a year.
fn typed_moment(field: &'static str, text: &str) -> Result<Option<Moment>, DeskError> {
    if text.is_empty() {
        return Ok(None);
    }
    let read = Moment::from_rfc3339(text).or_else(|| typed::until(text));
    let wrong = || DeskError::malformed(field, "is no date; write for example 3 May 2024");
    read.map(Some).ok_or_else(wrong)
}

/// What of a board is shown or goes into a file, from what a view of it would hold.
pub(crate) fn picture(form: Form, kept: &Kept, now: Moment) -> Result<Picture, DeskError> {
    kept.check()
        .map_err(|wrong| DeskError::malformed(wrong.0, wrong.1))?;
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let dataset = match kept.dataset.as_str() {
        "" => None,
        text => Some(
            text.parse()
                .map_err(|_| DeskError::malformed("dataset", "is not an identifier"))?,
        ),
    };
    let sure = match kept.certainty.as_str() {
        "" => None,
        word => Some(
            Sure::from_word(word)
                .ok_or_else(|| DeskError::malformed("certainty", "is not a word of its list"))?,
        ),
    };
    let known_on = typed_moment("known_on", &kept.known_on)?;
    let so_on = typed_moment("so_on", &kept.so_on)?;
    let of = |node: &str| node.parse::<IdentityId>().ok();
    let hidden = kept.nodes.iter().filter(|(_, node)| node.hidden);
    let places = kept.nodes.iter().filter_map(|(id, node)| {
        let place = Place {
            x: node.x,
            y: node.y,
        };
        of(id).map(|id| (id, place))
    });
    Ok(Picture {
        asked: BoardAsked {
            steps: steps(kept.steps.iter().map(String::as_str))?,
            count: None,
            known_on: known_on.filter(|moment| *moment < now),
        },
        sift: Sift {
            kind: some(&kept.relation),
            dataset,
            sure,
            so_on: so_on.map(Moment::day),
            hidden: hidden.filter_map(|(id, _)| of(id)).collect(),
        },
        places: places.collect(),
        form,
    })
}

/// Headers of a file. The name is made of a case number and an id: letters, digits and dashes.
pub(crate) fn attached(name: &str, kind: &'static str) -> [(HeaderName, HeaderValue); 2] {
    let disposition = format!("attachment; filename=\"{name}\"");
    [
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (
            CONTENT_DISPOSITION,
            HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment")),
        ),
    ]
}
