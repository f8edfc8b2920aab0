//! The matcher's page.

use axum::extract::Path;
use desk::watch_matching::{MatchingPage, Reliability};
use domain::authority::Role;
use domain::id::{DatasetId, UserId};

use super::around::{desk_frame, name_of};
use super::ask::{Answer, Here, Sent, go, mended, shown};
use super::stop::Stop;
use pages::format;
use pages::matching::{BandRow, Matching, SourceRow, Switch};
use pages::parts::{FieldError, Tag, Tone};

pub(super) async fn page(here: Here) -> Answer {
    shown(&read(&here).await?)
}

async fn read(here: &Here) -> Result<Matching, Stop> {
    let (page, people) = here
        .ask("reading how the matcher does", |desk, actor| {
            Ok((desk.matching(actor)?, desk.names()?))
        })
        .await?;
    Ok(laid_out(here, &page, &people))
}

fn laid_out(here: &Here, page: &MatchingPage, people: &[(UserId, String)]) -> Matching {
    let running = page.switch.as_ref().is_none_or(|switch| switch.running);
    let may = here.is(Role::DataSteward) || here.is(Role::Supervisor);
    let (decided, against) = (page.agreement.decided, page.agreement.overridden);
    Matching {
        frame: desk_frame(&here.visitor, "Matcher", "w"),
        state: match running {
            true => Tag::new("working", Tone::Confirmed),
            false => Tag::new("stopped", Tone::Attention),
        },
        switched: page.switch.as_ref().map_or_else(String::new, |switch| {
            format!(
                "{} by {} on {}: {}",
                if switch.running {
                    "Let work again"
                } else {
                    "Stopped"
                },
                name_of(people, switch.by),
                format::minute(switch.at.micros()),
                switch.reason
            )
        }),
        counts: page
            .standing
            .iter()
            .rev()
            .map(|(tenth, count)| {
                let (from, to) = (*tenth as f64 / 10.0, (*tenth + 1) as f64 / 10.0);
                (
                    format!("Candidates of {from:.1} to {to:.1}"),
                    format::count(*count),
                )
            })
            .collect(),
        overridden: match decided {
            0 => String::new(),
            _ => format!(
                "People decided on {}, and in {} against the machine ({:.0} %).",
                format::counted(decided, "proposed pair", "proposed pairs"),
                format::count(against),
                against as f64 / decided as f64 * 100.0
            ),
        },
        bands: page.agreement.bands.iter().map(band).collect(),
        sources: page
            .sources
            .iter()
            .map(|(dataset, once)| SourceRow {
                id: dataset.id.to_string(),
                title: dataset.title.clone(),
                once: *once,
            })
            .collect(),
        may_say: here.is(Role::DataSteward),
        switch: may.then(|| Switch::form(!running)),
    }
}

pub(super) async fn say_once(Path(dataset): Path<String>, Sent { here, form }: Sent) -> Answer {
    let dataset: DatasetId = here.id(&dataset)?;
    let (once, reason) = (form.get("once") == "true", form.get("reason").to_owned());
    here.ask("saying what a source names once", move |desk, actor| {
        desk.say_each_once(actor, dataset, once, &reason)
    })
    .await
    .map_err(|stop| stop.back("Back to the matcher", "/matching"))?;
    go("/matching")
}

fn band(band: &Reliability) -> BandRow {
    BandRow {
        band: format!("{} to {}", band.band.0, band.band.1),
        decided: format::count(band.decided),
        stated: format!("{:.3}", band.stated),
        found: format!("{:.3}", band.same),
        x: format!("{:.1}", band.stated * 100.0),
        y: format!("{:.1}", 100.0 - band.same * 100.0),
    }
}

pub(super) async fn switch(Sent { here, form }: Sent) -> Answer {
    let (running, reason) = (form.get("running") == "true", form.get("reason").to_owned());
    if reason.is_empty() {
        let mut page = read(&here).await?;
        if let Some(switch) = &mut page.switch {
            let text = "Say why.".to_owned();
            switch.reason.error = Some(text.clone());
            switch.errors.push(FieldError {
                field: "reason".to_owned(),
                text,
            });
        }
        return mended(&page);
    }
    here.ask("switching the matcher", move |desk, actor| {
        desk.switch_matching(actor, running, &reason)
    })
    .await
    .map_err(|stop| stop.back("Back to the matcher", "/matching"))?;
    go("/matching")
}
