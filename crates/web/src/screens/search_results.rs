//! What a search found, as the list shows it.

use desk::Hit as Found;
use desk::look_up;

use super::around::Around;
use super::ask::Filled;
use super::stop::sentence;
use super::words;
use crate::problem::refusal_card;
use pages::format;
use pages::parts::Certainty;
use pages::search::{Facet, FacetValue, Hit, Results, Search};

/// Puts what was found on the page.
pub(super) fn show(
    page: &mut Search,
    around: &Around,
    query: &Filled,
    found: &look_up::Found,
    persons: bool,
) {
    match &found.persons {
        Some(Ok(persons)) => {
            let many = persons.hits.len() as u64;
            let count = match (many, persons.more) {
                (0, _) => "Nobody found".to_owned(),
                (_, true) => format!("More than {many} persons"),
                (many, _) => format::counted(many, "person", "persons"),
            };
            let nothing = "No record of a person in the datasets of this case agrees with the name and every detail. \
                           Try another spelling, or a birth year without the day.";
            page.results = Some(results(
                around,
                query,
                &persons.hits,
                &count,
                persons.watermark,
                nothing,
            ));
        }
        Some(Err(refusal)) => page.refusal = Some(refusal_card(refusal)),
        None => {}
    }
    if let Some(things) = found.things.as_ref().filter(|_| !persons) {
        let count = match things.total {
            0 => "Nothing found".to_owned(),
            many => format::counted(many, "record", "records"),
        };
        let nothing = "No record in the datasets of this case carries these words. Try a part of the name, a former \
                       name, or a register number. Datasets outside the scope of this case are not searched.";
        let mut results = results(
            around,
            query,
            &things.hits,
            &count,
            things.watermark,
            nothing,
        );
        let at: u64 = query.get("page").parse().unwrap_or(1).max(1);
        if at.saturating_mul(20) < things.total && at < 500 {
            let next = (at + 1).to_string();
            results.next_href = format!(
                "{}/search?{}",
                around.href(),
                query.query_with("page", &next)
            );
        }
        page.results = Some(results);
        page.facets = facets(around, query, &things.facets);
    }
    if let Some(results) = &mut page.results {
        results.gaps = found.gaps.iter().map(|words| sentence(words)).collect();
    }
}

fn results(
    around: &Around,
    query: &Filled,
    hits: &[Found],
    count: &str,
    upto: u64,
    nothing: &str,
) -> Results {
    Results {
        count: count.to_owned(),
        watermark: format!(
            "The index goes up to entry {} of the log.",
            format::count(upto)
        ),
        hits: hits
            .iter()
            .enumerate()
            .map(|(at, found)| hit(around, query, found, at))
            .collect(),
        next_href: String::new(),
        entry: "a look-up with your reason".to_owned(),
        entry_href: format!("{}/log", around.href()),
        nothing: nothing.to_owned(),
        gaps: Vec::new(),
    }
}

fn hit(around: &Around, query: &Filled, found: &Found, at: usize) -> Hit {
    let record = found.record.to_string();
    let href = format!("{}/records/{record}", around.href());
    let snippet = found.snippet.trim();
    let mut details = vec![around.dataset_title(found.dataset)];
    if found.matched != "names" && !snippet.is_empty() && snippet != found.caption {
        details.push(snippet.to_owned());
    } else if !snippet.is_empty() && !snippet.contains(&found.caption) {
        details.push(format!("also named {snippet}"));
    }
    Hit {
        name: found.caption.clone(),
        preview_href: format!(
            "{}/search?{}",
            around.href(),
            query.query_with("preview", &record)
        ),
        marks: vec![around.mark(found.dataset, &format!("h{at}"), &href)],
        href,
        kind: words::schema(&found.schema),
        details,
        found_by: match found.matched {
            "identifiers" => "an identifier",
            "contacts" => "a contact",
            "addresses" => "an address",
            "text" => "words in its text",
            _ if found.exact => "",
            _ => "a name spelt or written otherwise",
        }
        .to_owned(),
        certainty: Certainty::Asserted,
        selected: query.get("preview") == record,
        ..Hit::default()
    }
}

/// Values shown of one facet.
const FEW: usize = 8;

type Counted = (String, u64);

fn facets(around: &Around, query: &Filled, found: &desk::Facets) -> Vec<Facet> {
    let title = |id: &str| {
        id.parse()
            .map_or_else(|_| id.to_owned(), |id| around.dataset_title(id))
    };
    [
        facet(
            around,
            query,
            "Kind",
            "schema",
            &found.schema,
            &words::schema,
        ),
        facet(around, query, "Dataset", "dataset", &found.dataset, &title),
        facet(
            around,
            query,
            "Country",
            "country",
            &found.country,
            &words::country,
        ),
    ]
    .into_iter()
    .filter(|facet| facet.values.len() > 1 || facet.values.iter().any(|value| value.chosen))
    .collect()
}

fn facet(
    around: &Around,
    query: &Filled,
    label: &str,
    name: &str,
    values: &[Counted],
    words: &dyn Fn(&str) -> String,
) -> Facet {
    let whole = Filled(
        query
            .0
            .iter()
            .filter(|(key, _)| key != "page" && key != "preview")
            .cloned()
            .collect(),
    );
    let value = |(value, many): &Counted| {
        let chosen = query.get(name) == value;
        let next = whole.query_with(name, if chosen { "" } else { value });
        FacetValue {
            label: words(value),
            count: format::count(*many),
            href: format!("{}/search?{next}", around.href()),
            chosen,
        }
    };
    Facet {
        label: label.to_owned(),
        values: values.iter().take(FEW).map(value).collect(),
    }
}
