//! View models that every page shares: the frame, form fields, source marks, certainty lines, clock pills, refusals.
//!
//! All text is formatted before it gets here; templates only lay it out. Links are paths that begin with `/`.

use crate::assets;

/// What surrounds every page.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Title of the page, also its heading.
    pub title: String,
    /// `light`, `dark`, or empty for the reader's system.
    pub theme: String,
    /// Address prefix of the assets.
    pub assets: String,
    /// Token that every form carries.
    pub csrf: String,
    /// Who is signed in.
    pub person: Option<Person>,
    /// The open case, inside one.
    pub case: Option<CaseBar>,
    /// Whether the reader is told at once of releases that wait for a decision.
    pub decides_releases: bool,
    /// Whether the reader is told at once of emergencies.
    pub watches_emergencies: bool,
    /// Entries of the left rail.
    pub rail: Vec<RailItem>,
    /// Links above the heading, where the page lies deeper than two.
    pub crumbs: Vec<Link>,
    /// One message about what just happened.
    pub notice: Option<Notice>,
    /// Two-clock bar at the foot.
    pub clocks: Option<Clocks>,
    /// Header of the printed page.
    pub exhibit: Option<Exhibit>,
}

impl Default for Frame {
    fn default() -> Self {
        Self {
            title: String::new(),
            theme: String::new(),
            assets: assets::prefix().to_owned(),
            csrf: String::new(),
            person: None,
            case: None,
            decides_releases: false,
            watches_emergencies: false,
            rail: Vec::new(),
            crumbs: Vec::new(),
            notice: None,
            clocks: None,
            exhibit: None,
        }
    }
}

impl Frame {
    /// A frame without rail or person, for the sign-in page.
    pub fn alone(title: &str, csrf: &str) -> Self {
        Self {
            title: title.to_owned(),
            csrf: csrf.to_owned(),
            ..Self::default()
        }
    }

    /// The desk outside a case; `here` is the `key` of the current rail entry.
    pub fn desk(title: &str, csrf: &str, person: Person, here: &str) -> Self {
        let entries = [
            ("c", "case", "My cases", "/cases"),
            ("a", "overview", "All cases", "/cases/all"),
            ("t", "inbox", "Tips", "/tips"),
            ("v", "check", "Look-ups", "/look-ups"),
            ("d", "dataset", "Datasets", "/datasets"),
            ("s", "in", "Live sources", "/sources"),
            ("w", "match", "Matcher", "/matching"),
            ("n", "warn", "Incidents", "/incidents"),
            ("r", "note-i", "Processing", "/processing"),
            ("l", "log", "Log", "/log"),
            ("u", "people", "People", "/users"),
        ];
        let rail = entries
            .into_iter()
            .map(|(key, icon, label, href)| RailItem {
                key: key.to_owned(),
                icon: icon.to_owned(),
                label: label.to_owned(),
                href: href.to_owned(),
                count: 0,
                current: key == here,
            })
            .collect();
        Self {
            person: Some(person),
            rail,
            ..Self::alone(title, csrf)
        }
    }

    /// Inside a case; `here` is the `key` of the current rail entry.
    pub fn in_case(title: &str, csrf: &str, person: Person, case: CaseBar, here: &str) -> Self {
        let entries = [
            ("o", "overview", "Overview", "", 0),
            ("i", "inbox", "Inbox", "/inbox", case.alerts),
            ("s", "search", "Search", "/search", 0),
            ("b", "subject", "Subjects", "/subjects", 0),
            ("k", "link", "Link board", "/board", 0),
            ("t", "timeline", "Timeline", "/timeline", 0),
            ("a", "map", "Map", "/map", 0),
            ("m", "match", "Matches", "/proposals", case.proposals),
            ("n", "note", "Notes and findings", "/notes", 0),
            ("e", "evidence", "Evidence", "/evidence", 0),
            ("w", "check", "Work", "/work", 0),
            ("p", "out", "Reports", "/reports", 0),
            ("l", "log", "Log of this case", "/log", 0),
        ];
        let rail = entries
            .into_iter()
            .map(|(key, icon, label, path, count)| RailItem {
                key: key.to_owned(),
                icon: icon.to_owned(),
                label: label.to_owned(),
                href: format!("{}{path}", case.href),
                count,
                current: key == here,
            })
            .collect();
        Self {
            person: Some(person),
            case: Some(case),
            rail,
            ..Self::alone(title, csrf)
        }
    }
}

/// Who is signed in.
#[derive(Debug, Clone, Default)]
pub struct Person {
    /// Name for people.
    pub name: String,
    /// Role in words.
    pub role: String,
}

/// The case in the top bar.
#[derive(Debug, Clone, Default)]
pub struct CaseBar {
    /// Number, `2026-014`.
    pub number: String,
    /// Title.
    pub title: String,
    /// Path of the case, `/cases/{c}`.
    pub href: String,
    /// State of the case.
    pub state: Tag,
    /// Purpose in words.
    pub purpose: String,
    /// Unread alerts.
    pub alerts: u64,
    /// Proposals that wait for a judgement.
    pub proposals: u64,
    /// Whether the page listens for new alerts.
    pub live: bool,
}

/// An entry of the left rail.
#[derive(Debug, Clone, Default)]
pub struct RailItem {
    /// Letter that goes there after `g`.
    pub key: String,
    /// Name of the icon.
    pub icon: String,
    /// Label.
    pub label: String,
    /// Path.
    pub href: String,
    /// What waits there.
    pub count: u64,
    /// Whether this page is there.
    pub current: bool,
}

/// A link.
#[derive(Debug, Clone, Default)]
pub struct Link {
    /// Text.
    pub label: String,
    /// Path.
    pub href: String,
}

impl Link {
    /// Makes a link.
    pub fn to(label: &str, href: &str) -> Self {
        Self {
            label: label.to_owned(),
            href: href.to_owned(),
        }
    }
}

/// Meaning of a tag or notice: four meanings and none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tone {
    /// No meaning beyond the word.
    #[default]
    Plain,
    /// Asks for attention.
    Attention,
    /// Refused or adverse.
    Adverse,
    /// Confirmed.
    Confirmed,
    /// Information.
    Information,
}

impl Tone {
    /// Style class.
    pub fn class(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Attention => "t-amber",
            Self::Adverse => "t-brick",
            Self::Confirmed => "t-green",
            Self::Information => "t-blue",
        }
    }

    /// Icon that says the same as the colour.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Attention => "warn",
            Self::Adverse => "stop",
            Self::Confirmed => "check",
            Self::Information => "note-i",
        }
    }

    /// Icon, or another where the tone has none.
    pub fn icon_or(self, other: &'static str) -> &'static str {
        if self == Self::Plain {
            other
        } else {
            self.icon()
        }
    }
}

/// A word with a meaning.
#[derive(Debug, Clone, Default)]
pub struct Tag {
    /// The word.
    pub text: String,
    /// Its meaning.
    pub tone: Tone,
}

impl Tag {
    /// Makes a tag.
    pub fn new(text: &str, tone: Tone) -> Self {
        Self {
            text: text.to_owned(),
            tone,
        }
    }
}

/// A message above the page.
#[derive(Debug, Clone, Default)]
pub struct Notice {
    /// Text.
    pub text: String,
    /// Meaning.
    pub tone: Tone,
}

/// The two clocks: when a thing was so, and when we knew it.
#[derive(Debug, Clone, Default)]
pub struct Clocks {
    /// Day typed for "so on"; empty for today.
    pub so_on: String,
    /// Whether the view has days of its own to choose from.
    pub dated: bool,
    /// Day typed for "known on"; empty for now.
    pub known_on: String,
    /// Whether the view is not of now.
    pub moved: bool,
    /// Where the view of now is.
    pub now_href: String,
    /// Other parameters to keep in the address.
    pub keep: Vec<(String, String)>,
}

/// Header of a printed page.
#[derive(Debug, Clone, Default)]
pub struct Exhibit {
    /// Number and title of the case.
    pub case: String,
    /// Moment of printing.
    pub moment: String,
    /// Name and role of the reader.
    pub reader: String,
    /// First clock.
    pub so_on: String,
    /// Second clock.
    pub known_on: String,
    /// Size and root hash of the log.
    pub checkpoint: String,
}

/// What kind of control a field is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FieldKind {
    /// One line of text.
    #[default]
    Text,
    /// A date as people type it.
    Date,
    /// A password that is known already.
    Password,
    /// A password that is being chosen.
    NewPassword,
    /// Several lines.
    Area,
    /// One of a closed list.
    Select,
    /// A file.
    File,
}

impl FieldKind {
    /// Whether it is a text area.
    pub fn is_area(self) -> bool {
        self == Self::Area
    }
    /// Whether it is a closed list.
    pub fn is_select(self) -> bool {
        self == Self::Select
    }
    /// Whether it takes a file.
    pub fn is_file(self) -> bool {
        self == Self::File
    }
    /// Type of the input element.
    pub fn input(self) -> &'static str {
        match self {
            Self::Password | Self::NewPassword => "password",
            Self::File => "file",
            _ => "text",
        }
    }
}

/// One field of a form, with what was typed, what was understood and what is wrong.
#[derive(Debug, Clone, Default)]
pub struct Field {
    /// Name in the form.
    pub name: String,
    /// Id on the page where it differs from the name: two forms of one page may use the same name.
    pub id: String,
    /// Label.
    pub label: String,
    /// Help below the label.
    pub hint: String,
    /// What was typed; kept through errors.
    pub value: String,
    /// What is wrong, as a sentence.
    pub error: Option<String>,
    /// How a date or number was read.
    pub understood: Option<String>,
    /// Kind of control.
    pub kind: FieldKind,
    /// Choices of a closed list.
    pub options: Vec<Choice>,
    /// What choosing nothing means; empty for any.
    pub blank: String,
    /// Whether it must be filled in.
    pub required: bool,
    /// Style class of the control's width: empty, `narrow`, `shorter` or `tall`.
    pub width: String,
    /// Value of the `autocomplete` attribute; empty for none.
    pub autocomplete: String,
    /// Whether `/` jumps here.
    pub focus: bool,
}

impl Field {
    /// An open text field.
    pub fn text(name: &str, label: &str) -> Self {
        Self {
            name: name.to_owned(),
            label: label.to_owned(),
            ..Self::default()
        }
    }
    /// A field that must be filled in.
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }
    /// Sets the help.
    pub fn hint(mut self, hint: &str) -> Self {
        hint.clone_into(&mut self.hint);
        self
    }
    /// Sets what was typed.
    pub fn value(mut self, value: &str) -> Self {
        value.clone_into(&mut self.value);
        self
    }
    /// Sets the kind.
    pub fn kind(mut self, kind: FieldKind) -> Self {
        self.kind = kind;
        self
    }
    /// Sets the width class.
    pub fn width(mut self, width: &str) -> Self {
        width.clone_into(&mut self.width);
        self
    }
    /// Sets the choices and makes it a closed list.
    pub fn options(mut self, options: Vec<Choice>) -> Self {
        self.options = options;
        self.kind = FieldKind::Select;
        self
    }
    /// Sets what choosing nothing means.
    pub fn blank(mut self, blank: &str) -> Self {
        blank.clone_into(&mut self.blank);
        self
    }
    /// Sets what is wrong.
    pub fn error(mut self, error: &str) -> Self {
        self.error = Some(error.to_owned());
        self
    }
    /// Sets how the text was read.
    pub fn understood(mut self, understood: &str) -> Self {
        self.understood = Some(understood.to_owned());
        self
    }
    /// Makes `/` jump here.
    pub fn focus(mut self) -> Self {
        self.focus = true;
        self
    }
    /// A text area that asks for a reason (`reason`).
    pub fn reason(hint: &str) -> Self {
        Self::text("reason", "Reason")
            .kind(FieldKind::Area)
            .required()
            .hint(hint)
    }
    /// Sets the id on the page.
    pub fn id(mut self, id: &str) -> Self {
        id.clone_into(&mut self.id);
        self
    }
    /// Sets the value of the `autocomplete` attribute.
    pub fn autocomplete(mut self, value: &str) -> Self {
        value.clone_into(&mut self.autocomplete);
        self
    }
    /// Takes up what was typed, after an error: in a closed list the choice, elsewhere the text.
    pub fn typed(&mut self, value: &str, error: Option<&str>) {
        value.clone_into(&mut self.value);
        for choice in &mut self.options {
            choice.chosen = choice.value == value;
        }
        self.error = error.map(str::to_owned);
    }
    /// Id on the page, without its prefix.
    pub fn key(&self) -> &str {
        if self.id.is_empty() {
            &self.name
        } else {
            &self.id
        }
    }
    /// Ids of the texts that describe the control.
    pub fn described(&self) -> String {
        let mut ids = Vec::new();
        if !self.hint.is_empty() {
            ids.push(format!("h-{}", self.key()));
        }
        if self.error.is_some() {
            ids.push(format!("e-{}", self.key()));
        }
        ids.join(" ")
    }
    /// Value of the `autocomplete` attribute.
    pub fn complete(&self) -> &str {
        match self.kind {
            FieldKind::Password => "current-password",
            FieldKind::NewPassword => "new-password",
            _ if self.autocomplete.is_empty() => "off",
            _ => &self.autocomplete,
        }
    }
}

/// One of a closed list.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// Value in the form.
    pub value: String,
    /// Label.
    pub label: String,
    /// A line of explanation.
    pub note: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

impl Choice {
    /// Makes a choice that is not chosen.
    pub fn new(value: &str, label: &str, note: &str) -> Self {
        Self {
            value: value.to_owned(),
            label: label.to_owned(),
            note: note.to_owned(),
            chosen: false,
        }
    }
}

/// A line of the error summary.
#[derive(Debug, Clone, Default)]
pub struct FieldError {
    /// Name of the field.
    pub field: String,
    /// What is wrong.
    pub text: String,
}

/// Collects what is wrong in a form for the summary above it.
pub fn errors_of(fields: &[&Field]) -> Vec<FieldError> {
    fields
        .iter()
        .filter_map(|field| {
            field.error.as_ref().map(|text| FieldError {
                field: field.key().to_owned(),
                text: text.clone(),
            })
        })
        .collect()
}

/// How sure a line is, and by whom.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Certainty {
    /// A person judged it; by whom and when.
    Judged(String),
    /// The machine proposes it; probability in words and number.
    Proposed(String),
    /// Only a source says so.
    #[default]
    Asserted,
    /// It ended or was withdrawn; when.
    Ended(String),
    /// It is restricted or disputed; why.
    Restricted(String),
}

impl Certainty {
    /// Name used in style classes.
    pub fn class(&self) -> &'static str {
        match self {
            Self::Judged(_) => "judged",
            Self::Proposed(_) => "proposed",
            Self::Asserted => "asserted",
            Self::Ended(_) => "ended",
            Self::Restricted(_) => "restricted",
        }
    }
    /// The words beside the line.
    pub fn word(&self) -> String {
        match self {
            Self::Judged(by) if by.is_empty() => "judged by a person".to_owned(),
            Self::Judged(by) => format!("judged by {by}"),
            Self::Proposed(how) => format!("proposed, {how}"),
            Self::Asserted => "asserted by source".to_owned(),
            Self::Ended(when) => format!("ended {when}"),
            Self::Restricted(why) => format!("restricted: {why}"),
        }
    }
}

/// The small mark of a dataset beside a value.
#[derive(Debug, Clone, Default)]
pub struct SourceMark {
    /// Unique on the page.
    pub id: String,
    /// Two letters.
    pub code: String,
    /// Hue, 0 to 7.
    pub hue: u8,
    /// Title of the dataset.
    pub dataset: String,
    /// Where the record is.
    pub href: String,
    /// What the source wrote, where it differs.
    pub original: Option<String>,
    /// Label of the release.
    pub release: String,
    /// First and last seen, in words.
    pub seen: String,
    /// When we learned it.
    pub learned: String,
    /// Agreement under which it is held.
    pub agreement: String,
    /// Whether this source no longer says so.
    pub ended: bool,
}

impl SourceMark {
    /// Style class of the hue.
    pub fn hue_class(&self) -> String {
        format!("hue{}", self.hue % 8)
    }
}

/// One value of a property with everything that stands behind it.
#[derive(Debug, Clone, Default)]
pub struct ValueLine {
    /// Id of the statement, for citing; empty where it cannot be cited.
    pub statement: String,
    /// The value as shown.
    pub text: String,
    /// Language tag for readers and fonts; empty where unknown.
    pub lang: String,
    /// Where the value leads (a linked record); empty for none.
    pub href: String,
    /// How sure it is.
    pub certainty: Certainty,
    /// Its sources.
    pub marks: Vec<SourceMark>,
    /// What rests on it, `2 findings`; empty for nothing.
    pub rests: String,
    /// Where that is shown.
    pub rests_href: String,
    /// A remark, `disputed by the subject on 3 May 2024`.
    pub note: String,
}

/// A property and its values.
#[derive(Debug, Clone, Default)]
pub struct Property {
    /// Label.
    pub label: String,
    /// Its values, those that are so before those that ended.
    pub values: Vec<ValueLine>,
    /// Words for a contradiction between sources; empty for none.
    pub conflict: String,
}

/// A legal or case deadline.
#[derive(Debug, Clone, Default)]
pub struct Pill {
    /// What is due.
    pub what: String,
    /// By when, in days and working days.
    pub by: String,
    /// Who has to do it.
    pub who: String,
    /// What happens if it lapses.
    pub lapse: String,
    /// Attention when near, adverse when past.
    pub tone: Tone,
}

/// Why something was refused and what would make it possible.
#[derive(Debug, Clone, Default)]
pub struct Refusal {
    /// Heading, `This look-up was not made`.
    pub title: String,
    /// What was asked for.
    pub what: String,
    /// The rule in plain words.
    pub rule: String,
    /// The rule's name.
    pub rule_name: String,
    /// Where the rule comes from.
    pub rule_source: String,
    /// What would make it possible.
    pub possible: Vec<String>,
    /// Who could do that.
    pub who: String,
    /// The log entry, `entry 1 204`.
    pub entry: String,
    /// Where the entry is shown; empty where the reader may not see it.
    pub entry_href: String,
}
