//! Tokens of programs: shown once, bound to a purpose, a face and a case, expiring, revocable. A token acts as its owner and
//! reaches no further than both its owner and its bounds; no grave act is done with one.

use domain::audit::EntryKind;
use domain::authority::{Origin, SessionStage};
use domain::id::{CaseId, SessionId};
use domain::policy::{Act, Target};
use store::ApiToken;

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::sign_in::{Visitor, token_hash};
use crate::{Desk, DeskError};

/// Longest life of a token, in days.
pub const MOST_DAYS: u32 = 90;

/// Most tokens of one user that are good at a time.
const MOST_TOKENS: usize = 20;

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenPurpose {
    /// Looking up and reading in one case.
    LookUp,
    /// Looking up, reading and writing in one case.
    Work,
    /// Delivering releases.
    Deliver,
    /// Showing what falls due in a calendar.
    Calendar,
}

impl TokenPurpose {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::LookUp, Self::Work, Self::Deliver, Self::Calendar];
    /// The word used in tables and addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::LookUp => "look_up",
            Self::Work => "work",
            Self::Deliver => "deliver",
            Self::Calendar => "calendar",
        }
    }
    /// The words for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::LookUp => "Look up and read in one case",
            Self::Work => "Look up, read and write in one case",
            Self::Deliver => "Deliver releases of datasets",
            Self::Calendar => "Show my deadlines in a calendar, without names",
        }
    }
    /// Finds the purpose of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.word() == word)
    }
    const fn is_in_case(self) -> bool {
        matches!(self, Self::LookUp | Self::Work)
    }
}

/// A token to be.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// What its owner calls it.
    pub name: String,
    /// For what.
    pub purpose: TokenPurpose,
    /// The face at which it may be shown: the HTTP interface or the command line.
    pub audience: Origin,
    /// The case, for purposes inside one.
    pub case: Option<CaseId>,
    /// Days that it lives.
    pub days: u32,
}

/// Whether a token may be shown at a face.
pub(crate) fn may_be_shown_at(token: &ApiToken, origin: Origin) -> bool {
    origin != Origin::Desk && token.audience == origin.word()
}

/// Whether a token reaches as far as an act.
pub(crate) fn covers(token: &ApiToken, act: Act, case: Option<CaseId>) -> bool {
    // A person unmasks, never a program.
    let inside = matches!(act.target(), Target::LookUp | Target::Case)
        && token.case == case
        && case.is_some()
        && act != Act::Unmask;
    let reads = act.entry_kind() == EntryKind::Consultation;
    match TokenPurpose::from_word(&token.purpose) {
        Some(TokenPurpose::LookUp) => inside && reads,
        Some(TokenPurpose::Work) => {
            let writes = matches!(
                act.entry_kind(),
                EntryKind::Alteration | EntryKind::Collection | EntryKind::Combination
            );
            inside && (reads || writes) && !act.is_grave()
        }
        Some(TokenPurpose::Deliver) => {
            matches!(act, Act::LoadRelease | Act::ReadReceipt | Act::ReadDatasets)
        }
        Some(TokenPurpose::Calendar) => act == Act::ReadCalendar,
        None => false,
    }
}

impl Desk {
    /// Makes a token; its secret is told now and never again.
    pub fn add_token(
        &self,
        visitor: &Visitor,
        new: &NewToken,
    ) -> Result<(SessionId, String), DeskError> {
        let now = self.now();
        let name = required("name", &new.name)?;
        if !(1..=MOST_DAYS).contains(&new.days) {
            return Err(DeskError::malformed(
                "days",
                format!("is between 1 and {MOST_DAYS}"),
            ));
        }
        if !matches!(new.audience, Origin::Api | Origin::CommandLine) {
            return Err(DeskError::malformed(
                "audience",
                "is `api` or `command_line`",
            ));
        }
        if new.purpose.is_in_case() != new.case.is_some() {
            return Err(DeskError::malformed(
                "case",
                "goes with the purposes `look_up` and `work`, and with no other",
            ));
        }
        if let Some(case) = new.case {
            // Whoever may not read a case makes no token for it, and does not learn that there is one.
            self.admit(&Knock::inside(&visitor.actor, Act::ReadCase, case))?;
        }
        let (mut session, secret) = self.new_session(visitor.user.id, SessionStage::Token, None);
        session.expires = now.plus_days(i64::from(new.days));
        let token = format!("predicate_{secret}");
        let made = ApiToken {
            session: session.id,
            name,
            purpose: new.purpose.word().to_owned(),
            audience: new.audience.word().to_owned(),
            case: new.case,
            created: now,
            expires: session.expires,
            ended: None,
        };
        let hash = token_hash(&token);
        let id = session.id;
        self.change(
            &Knock::outside(&visitor.actor, Act::OwnAccount),
            move |tx, _| {
                if let Some(case) = made.case {
                    self.on_its_basis(tx, case)?;
                }
                let good = tx.api_tokens(session.user)?;
                let good = good
                    .iter()
                    .filter(|token| token.ended.is_none() && now < token.expires);
                if good.count() >= MOST_TOKENS {
                    return Err(DeskError::Conflict(format!(
                        "there are {MOST_TOKENS} tokens already; revoke one"
                    )));
                }
                tx.add_session(&session, &hash)?;
                tx.add_api_token(&made)?;
                Ok(Touched::new((), [format!("token:{id}")]))
            },
        )?;
        Ok((id, token))
    }

    /// Lists one's own tokens, without their secrets.
    pub fn tokens(&self, visitor: &Visitor) -> Result<Vec<ApiToken>, DeskError> {
        let knock = Knock::outside(&visitor.actor, Act::OwnAccount);
        self.read(&knock, |view, _| {
            Ok(Touched::new(view.api_tokens(visitor.user.id)?, []))
        })
    }

    /// Revokes one of one's own tokens; it is good for nothing from then on.
    pub fn revoke_token(&self, visitor: &Visitor, token: SessionId) -> Result<(), DeskError> {
        let (now, user) = (self.now(), visitor.user.id);
        self.change(
            &Knock::outside(&visitor.actor, Act::OwnAccount),
            move |tx, _| {
                let own = tx.api_tokens(user)?;
                if !own.iter().any(|made| made.session == token) {
                    return Err(DeskError::NotFound("token"));
                }
                tx.end_session(token, now)?;
                Ok(Touched::new((), [format!("token:{token}")]))
            },
        )
    }
}
