//! Proposals: the queue, and the match card on which a person judges one.

use askama::Template;

use super::parts::{
    Certainty, Choice, Field, FieldError, Frame, Property, Refusal, SourceMark, Tag,
};

/// `GET /cases/{c}/proposals`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "proposals.html")]
pub struct Proposals {
    /// Frame of the case.
    pub frame: Frame,
    /// Path of this page, for its filter.
    pub href: String,
    /// Words looked for in names.
    pub words: String,
    /// Kinds that occur.
    pub kinds: Vec<Choice>,
    /// Whether only some are shown.
    pub filtered: bool,
    /// Links that somebody contests.
    pub contested: Vec<ProposalRow>,
    /// What waits, in the order of its use.
    pub waiting: Vec<ProposalRow>,
    /// Pairs a person left unsure.
    pub unsure: Vec<ProposalRow>,
    /// Pairs on which a person has decided.
    pub judged: Vec<ProposalRow>,
    /// Up to when the resolution is current, in words.
    pub watermark: String,
    /// Why the matcher does not work now.
    pub stopped: Option<String>,
}

/// A proposal in the queue.
#[derive(Debug, Clone, Default)]
pub struct ProposalRow {
    /// Path of the match card.
    pub href: String,
    /// Name on the left.
    pub left: String,
    /// Source on the left.
    pub left_marks: Vec<SourceMark>,
    /// Name on the right.
    pub right: String,
    /// Source on the right.
    pub right_marks: Vec<SourceMark>,
    /// Kind in words.
    pub kind: String,
    /// How sure, and by whom.
    pub certainty: Certainty,
    /// What speaks for it most.
    pub strongest_for: String,
    /// What speaks against it most; empty for nothing.
    pub strongest_against: String,
    /// Subject of the case it touches; empty for none.
    pub subject: String,
}

/// `GET /cases/{c}/proposals/{a}/{b}`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "match.html")]
pub struct MatchCard {
    /// Frame of the case.
    pub frame: Frame,
    /// Kind in words.
    pub kind: String,
    /// Left record.
    pub left: Side,
    /// Right record.
    pub right: Side,
    /// Values beside one another, with the weight of each comparison.
    pub rows: Vec<MatchRow>,
    /// What the machine makes of them; none while it is stopped.
    pub machine: Option<Machine>,
    /// The judgement in force; empty for none.
    pub judged: String,
    /// What was said first and waits for another person; empty for none.
    pub waits: String,
    /// That this case takes two people; empty where one is enough.
    pub two: String,
    /// Judgements that were made before and withdrawn, or by others.
    pub past: Vec<super::identity::JudgementLine>,
    /// The form; none where the reader may not judge.
    pub form: Option<JudgeForm>,
    /// The form that contests the link; none where there is no link or the reader may not.
    pub challenge: Option<Field>,
    /// Why the reader may not judge.
    pub barred: Option<Refusal>,
}

/// What the machine makes of a pair.
#[derive(Debug, Clone, Default)]
pub struct Machine {
    /// Weights in order, from the prior to the sum.
    pub waterfall: Waterfall,
    /// Probability in words and number.
    pub probability: String,
    /// The same as a sentence about counts, `about 94 in 100 pairs that look like this are one`.
    pub in_counts: String,
    /// The nearest rival of the right record, in words; empty for none.
    pub rival: String,
    /// Path of the rival's record; empty for none.
    pub rival_href: String,
    /// What single fact would flip the view.
    pub flips: Vec<String>,
}

/// One of the two records.
#[derive(Debug, Clone, Default)]
pub struct Side {
    /// Record id, for the form.
    pub id: String,
    /// Name.
    pub name: String,
    /// Language tag; empty where unknown.
    pub lang: String,
    /// Path of the record.
    pub href: String,
    /// Its source.
    pub mark: SourceMark,
    /// Identity it belongs to, in words; empty for none.
    pub identity: String,
    /// The release in which it last changed, handed back with the judgement so that a change in between is noticed.
    pub seen: String,
}

/// One property of both records.
#[derive(Debug, Clone, Default)]
pub struct MatchRow {
    /// Property label.
    pub label: String,
    /// Values on the left.
    pub left: Property,
    /// Values on the right.
    pub right: Property,
    /// How they compare, `same, in another script`.
    pub verdict: Tag,
    /// Weight in bits, with sign; empty where not compared.
    pub weight: String,
    /// How common the value is, `1 in 41 000 records`.
    pub rarity: String,
}

/// The waterfall of weights, laid out for a picture 100 units wide.
#[derive(Debug, Clone, Default)]
pub struct Waterfall {
    /// The steps in order: prior, comparisons, sum.
    pub steps: Vec<WaterfallStep>,
    /// Where zero lies, 0 to 100.
    pub zero: String,
    /// Label of the left end of the axis.
    pub low: String,
    /// Label of the right end of the axis.
    pub high: String,
}

/// One bar.
#[derive(Debug, Clone, Default)]
pub struct WaterfallStep {
    /// What was compared.
    pub label: String,
    /// What was found, in words.
    pub words: String,
    /// Weight in bits, with sign.
    pub bits: String,
    /// Left end of the bar, 0 to 100.
    pub x: String,
    /// Width of the bar, at least a hairline.
    pub width: String,
    /// `for`, `against`, `prior` or `sum`.
    pub class: String,
}

/// What goes into a waterfall: label, words, weight in bits.
#[derive(Debug, Clone, Default)]
pub struct Weight {
    /// What was compared.
    pub label: String,
    /// What was found, in words.
    pub words: String,
    /// Weight in bits.
    pub bits: f64,
}

impl Waterfall {
    /// Lays out the bars: each begins where the one before ended; the first is the prior, and a sum closes them.
    pub fn lay_out(prior: f64, weights: &[Weight]) -> Self {
        let (mut low, mut high, mut sum) = (prior.min(0.0), prior.max(0.0), prior);
        for weight in weights {
            sum += weight.bits;
            low = low.min(sum);
            high = high.max(sum);
        }
        let scale = 100.0 / (high - low).max(1.0);
        let place = |value: f64| (value - low) * scale;
        let step = |label: &str, words: &str, from: f64, to: f64, class: &str| WaterfallStep {
            label: label.to_owned(),
            words: words.to_owned(),
            bits: crate::format::bits(to - from),
            x: format!("{:.2}", place(from.min(to))),
            width: format!("{:.2}", (place(to) - place(from)).abs().max(0.4)),
            class: class.to_owned(),
        };
        let mut steps = vec![step(
            "Before looking",
            "how rarely any two records are one",
            0.0,
            prior,
            "prior",
        )];
        let mut reached = prior;
        for weight in weights {
            let class = if weight.bits < 0.0 { "against" } else { "for" };
            steps.push(step(
                &weight.label,
                &weight.words,
                reached,
                reached + weight.bits,
                class,
            ));
            reached += weight.bits;
        }
        steps.push(step("Sum", "weight of all evidence", 0.0, reached, "sum"));
        Self {
            steps,
            zero: format!("{:.2}", place(0.0)),
            low: crate::format::bits(low),
            high: crate::format::bits(high),
        }
    }
}

/// The judgement form; it posts `a`, `b`, `verdict` and `reason` to `/cases/{c}/judgements`.
#[derive(Debug, Clone, Default)]
pub struct JudgeForm {
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// The verdict typed before an error: `same`, `different`, `unsure`, or empty. Nothing is chosen beforehand.
    pub verdict: String,
    /// What is wrong with the verdict; empty for nothing.
    pub verdict_error: String,
    /// Reason (`reason`).
    pub reason: Field,
    /// What "same" brings about, in words.
    pub effect: String,
}

impl JudgeForm {
    /// The empty form; `effect` says what "same" brings about.
    pub fn form(effect: &str) -> Self {
        Self {
            reason: Field::reason("What convinced you, so that another person could check it."),
            effect: effect.to_owned(),
            ..Self::default()
        }
    }
}
