//! The overview of a case.

use askama::Template;

use super::course::CoursePanel;
use super::emergency::EmergencyCard;
use super::inbox::AlertCard;
use super::parts::{Choice, Field, FieldKind, Frame, Pill, Refusal, Tag};
use super::subjects::{SubjectRow, SuspicionCard};

/// `GET /cases/{c}`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "overview.html")]
pub struct Overview {
    /// Frame of the case.
    pub frame: Frame,
    /// State.
    pub state: Tag,
    /// The facts that justify the case, one paragraph each.
    pub facts: Vec<String>,
    /// Legal basis in words.
    pub basis: String,
    /// Purpose in words.
    pub purpose: String,
    /// Datasets in scope.
    pub datasets: Vec<String>,
    /// Kinds of entity in scope.
    pub kinds: Vec<String>,
    /// When it expires.
    pub expires: String,
    /// Who opened it and when.
    pub opened: String,
    /// Who decided on it and when; empty while undecided.
    pub decided: String,
    /// The panel that asks for or awaits a decision.
    pub approval: Option<Approval>,
    /// Members.
    pub members: Vec<Member>,
    /// Who asks to be let in; empty where the reader does not decide.
    pub asking: Vec<Asking>,
    /// The form that adds one; none where the reader may not.
    pub add_member: Option<AddMember>,
    /// Deadlines, the nearest first.
    pub clocks: Vec<Pill>,
    /// Uses of emergency access, the newest first.
    pub emergencies: Vec<EmergencyCard>,
    /// Path of the form for emergency access; empty where it is not needed or not for this reader.
    pub declare: String,
    /// Written bases that wait for another person.
    pub suspicions: Vec<SuspicionCard>,
    /// The first subjects.
    pub subjects: Vec<SubjectRow>,
    /// How many subjects there are beyond those shown.
    pub more_subjects: u64,
    /// The latest alerts.
    pub alerts: Vec<AlertCard>,
    /// Decisions by which things found for another purpose may come in, in words.
    pub purposes: Vec<String>,
    /// The form of such a decision; none where the reader may not decide.
    pub decide_purpose: Option<DecidePurpose>,
    /// The form in which the reader says whether they have a conflict of interest; none unless they are of the team.
    pub interest: Option<InterestForm>,
    /// Who declared a conflict, with whom and when.
    pub conflicts: Vec<String>,
    /// The form that lets a member make more look-ups today; none where the reader may not.
    pub raise: Option<RaiseBudget>,
    /// Lines of inquiry.
    pub lines: Vec<String>,
    /// Where it stands by its type.
    pub course: CoursePanel,
    /// Fields of the form that closes the case ([`Overview::close_fields`]); none where the reader may not.
    pub close: Vec<Field>,
}

/// The form of a decision that things found for another purpose may come in.
#[derive(Debug, Clone, Default)]
pub struct DecidePurpose {
    /// The case in which they were found (`from`), a closed list.
    pub from: Field,
    /// Why (`reason`).
    pub reason: Field,
}

impl DecidePurpose {
    /// The empty form.
    pub fn form(cases: Vec<Choice>) -> Self {
        Self {
            from: Field::text("from", "Found in").required().options(cases),
            reason: Field::reason(
                "Why what was found there may be used for the purpose of this case.",
            )
            .id("purpose-reason"),
        }
    }
}

/// The form in which a member says whether they have a conflict of interest.
#[derive(Debug, Clone, Default)]
pub struct InterestForm {
    /// Whether they have not said anything yet: the form then stands open.
    pub open: bool,
    /// With whom (`subject`), a closed list.
    pub subject: Field,
    /// In words (`words`).
    pub words: Field,
}

impl InterestForm {
    /// The empty form.
    pub fn form(open: bool, subjects: Vec<Choice>) -> Self {
        Self {
            open,
            subject: Field::text("subject", "With whom")
                .options(subjects)
                .blank("The case as a whole")
                .id("interest-subject"),
            words: Field::text("words", "What the conflict is")
                .kind(FieldKind::Area)
                .hint("Kinship, money, employment, an earlier matter. Needed if there is one.")
                .id("interest-words"),
        }
    }
}

/// The form that lets a member make more look-ups today.
#[derive(Debug, Clone, Default)]
pub struct RaiseBudget {
    /// Who (`user`), a closed list.
    pub who: Field,
    /// How many more (`extra`).
    pub extra: Field,
    /// Why (`reason`).
    pub reason: Field,
}

impl RaiseBudget {
    /// The empty form.
    pub fn form(members: Vec<Choice>) -> Self {
        Self {
            who: Field::text("user", "Who")
                .required()
                .options(members)
                .id("raise-user"),
            extra: Field::text("extra", "Look-ups more, today")
                .required()
                .width("narrow")
                .value("200"),
            reason: Field::reason("What they are needed for.").id("raise-reason"),
        }
    }
}

/// A case that waits for another person.
#[derive(Debug, Clone, Default)]
pub struct Approval {
    /// Who asked and when.
    pub asked: String,
    /// Why this reader cannot decide; none if they can.
    pub barred: Option<Refusal>,
    /// Exactly what an approval brings about.
    pub effects: Vec<String>,
    /// Reason (`reason`) for a refusal.
    pub reason: Field,
}

/// A member of the case.
#[derive(Debug, Clone, Default)]
pub struct Member {
    /// Name.
    pub name: String,
    /// Role in the case.
    pub role: String,
    /// Since when, and added by whom.
    pub since: String,
}

/// Somebody who asks to be let in.
#[derive(Debug, Clone, Default)]
pub struct Asking {
    /// Their id.
    pub user: String,
    /// Their name.
    pub name: String,
    /// Why, in their words; may be empty.
    pub words: String,
    /// When they asked.
    pub when: String,
}

/// `GET /cases/{c}/ask`, and what it says once it was sent.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "ask_in.html")]
pub struct AskIn {
    /// Frame of the desk.
    pub frame: Frame,
    /// Where the form is sent.
    pub href: String,
    /// Why (`reason`); none once it was sent.
    pub words: Option<Field>,
}

/// The form that adds a member.
#[derive(Debug, Clone, Default)]
pub struct AddMember {
    /// Who (`user`), a closed list.
    pub who: Field,
    /// Role (`role`), radio buttons.
    pub roles: Vec<Choice>,
}

impl Overview {
    /// Fields of the form that closes the case: its outcome by its type, what the type asks for, and words.
    pub fn close_fields(outcomes: Vec<Choice>, asked: Vec<Field>) -> Vec<Field> {
        let mut fields = Vec::new();
        if !outcomes.is_empty() {
            fields.push(
                Field::text("result", "Outcome")
                    .required()
                    .options(outcomes),
            );
        }
        fields.extend(asked);
        fields.push(Field::reason("What was found, or why it is given up.").id("close-reason"));
        fields
    }
}

impl Approval {
    /// The panel for a reader who can decide.
    pub fn form(asked: &str, effects: Vec<String>) -> Self {
        Self {
            asked: asked.to_owned(),
            barred: None,
            effects,
            reason: Field::reason("Why the stated facts do not justify looking into this data."),
        }
    }

    /// The panel for a reader who cannot.
    pub fn barred(asked: &str, why: Refusal) -> Self {
        Self {
            asked: asked.to_owned(),
            barred: Some(why),
            ..Self::default()
        }
    }
}

impl AddMember {
    /// The empty form.
    pub fn form(people: Vec<Choice>, roles: Vec<Choice>) -> Self {
        Self {
            who: Field::text("user", "Who").required().options(people),
            roles,
        }
    }
}
