//! `search`: a look-up inside a case, for a stated reason.

use anyhow::Context;
use desk::look_up::LookUp;
use domain::authority::Reason;
use domain::case::SubjectKind;
use domain::policy::selector::Asked;
use search::Question;

use crate::acting::Acting;
use crate::command::case::numbered;
use crate::say;

/// Searches inside a case.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    acting: Acting,
    /// Number of the case, or its id, by which a token of that case goes.
    #[arg(long)]
    case: String,
    /// Line of inquiry that the search serves.
    #[arg(long)]
    line: String,
    /// What the search should settle.
    #[arg(long)]
    settles: String,
    /// Words to look for: a company, a vessel, a document; the full name of a person.
    text: String,
    /// Looks for persons; needs one of the details below, or a number as text.
    #[arg(long)]
    person: bool,
    /// Birth date or year.
    #[arg(long, default_value = "")]
    birth: String,
    /// Street address.
    #[arg(long, default_value = "")]
    address: String,
    /// Employer or co-party.
    #[arg(long, default_value = "")]
    associate: String,
    /// Identifier.
    #[arg(long, default_value = "")]
    identifier: String,
}

/// Runs `search`.
pub fn run(arguments: &Arguments, json: bool) -> anyhow::Result<()> {
    let (opened, visitor) = arguments.acting.enter()?;
    let case = numbered(&opened.desk, &visitor.actor, &arguments.case)?;
    let reason =
        Reason::new(&arguments.line, &arguments.settles).context("the reason says nothing")?;
    let kinds = if arguments.person {
        vec![SubjectKind::Persons]
    } else {
        vec![
            SubjectKind::Organisations,
            SubjectKind::Assets,
            SubjectKind::Papers,
        ]
    };
    let look_up = LookUp {
        reason: Some(reason),
        asked: Asked {
            name: arguments.text.clone(),
            birth: arguments.birth.clone(),
            address: arguments.address.clone(),
            associate: arguments.associate.clone(),
            identifier: arguments.identifier.clone(),
            contact: String::new(),
        },
        question: Question {
            text: arguments.text.clone(),
            kinds,
            limit: 20,
            ..Question::default()
        },
    };
    let found = opened.desk.look_up(&visitor.actor, case, &look_up)?;
    let persons = found
        .persons
        .iter()
        .flatten()
        .flat_map(|persons| &persons.hits);
    for hit in found
        .things
        .iter()
        .flat_map(|things| &things.hits)
        .chain(persons)
    {
        if json {
            say::line(
                serde_json::json!({ "record": hit.record, "schema": hit.schema, "caption": hit.caption,
                "score": hit.score }),
            );
        } else {
            say::row([&hit.record.to_string(), &hit.schema, &hit.caption]);
        }
    }
    Ok(())
}
