//! One's own account, and the pages on the way to it: the code of a second factor, an invitation, the first administrator.

use askama::Template;

use super::parts::{Field, FieldError, FieldKind, Frame, Tag};

/// A page with one form: `GET` and `POST` of `/sign-in/code`, `/invited`, `/first`, `/account/prove` and
/// `/account/second-factor`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "step.html")]
pub struct Step {
    /// Frame.
    pub frame: Frame,
    /// What it is about.
    pub why: String,
    /// Why the last attempt failed; empty for none.
    pub failed: String,
    /// What has to be written down before one goes on, label and text.
    pub shown: Vec<(String, String)>,
    /// Words shown once, such as recovery codes.
    pub once: Vec<String>,
    /// Where the form goes; empty for no form.
    pub action: String,
    /// Hidden fields.
    pub hidden: Vec<(String, String)>,
    /// Fields.
    pub fields: Vec<Field>,
    /// Word on the button.
    pub button: String,
    /// Where to go on without a form; empty for nowhere.
    pub on_href: String,
    /// What stands on the way on; empty for "Go on".
    pub on_label: String,
    /// Whether the browser goes on by itself.
    pub by_itself: bool,
    /// A passkey to make or to use.
    pub passkey: Option<Passkey>,
    /// Identity providers that do instead of the form: address and what people call them.
    pub ways: Vec<(String, String)>,
}

/// A passkey to make or to use: a form that the page's script fills in.
#[derive(Debug, Clone, Default)]
pub struct Passkey {
    /// Where the form goes.
    pub action: String,
    /// `make` or `use`.
    pub way: String,
    /// The host that passkeys are made for.
    pub host: String,
    /// The challenge.
    pub challenge: String,
    /// The account's id, to make one.
    pub user: String,
    /// The account's name, to make one.
    pub name: String,
    /// The account's passkeys, between blanks.
    pub known: String,
    /// What its owner calls it, to make one.
    pub label: String,
    /// Word on the button.
    pub button: String,
}

/// `GET /account`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "account.html")]
pub struct Account {
    /// Frame of the desk.
    pub frame: Frame,
    /// What is wrong in a form.
    pub errors: Vec<FieldError>,
    /// A warning of tried codes; empty for none.
    pub warning: String,
    /// How the account is protected, label and text.
    pub facts: Vec<(String, String)>,
    /// Second factors.
    pub factors: Vec<FactorRow>,
    /// Whether there are recovery codes to renew.
    pub has_factor: bool,
    /// The form for a new password.
    pub password: Vec<Field>,
    /// Whether a passkey can be made here.
    pub passkeys: bool,
    /// Links to identity providers: provider, since when, where it is taken away.
    pub links: Vec<LinkRow>,
    /// Providers that the account can be linked to; empty where none is set up.
    pub link: Vec<Field>,
    /// Tokens of programs.
    pub tokens: Vec<TokenRow>,
    /// The form for a new token.
    pub token: Vec<Field>,
}

/// A link to an identity provider.
#[derive(Debug, Clone, Default)]
pub struct LinkRow {
    /// What people call the provider.
    pub provider: String,
    /// Since when.
    pub since: String,
    /// Where it is taken away.
    pub remove: String,
}

/// A second factor.
#[derive(Debug, Clone, Default)]
pub struct FactorRow {
    /// What its owner calls it.
    pub label: String,
    /// Authenticator or passkey.
    pub kind: String,
    /// Since when.
    pub since: String,
    /// Works, waits for its first code.
    pub state: Tag,
    /// Where it is taken away.
    pub remove: String,
}

/// A token of a program.
#[derive(Debug, Clone, Default)]
pub struct TokenRow {
    /// What its owner calls it.
    pub name: String,
    /// For what, where.
    pub purpose: String,
    /// Until when.
    pub until: String,
    /// Good, revoked, run out.
    pub state: Tag,
    /// Where it is revoked; empty where it is good no more.
    pub revoke: String,
}

/// The field for a code of a second factor.
pub fn code_field() -> Field {
    Field::text("code", "Code")
        .required()
        .autocomplete("one-time-code")
        .hint("Six digits from your authenticator, or a recovery code.")
}

/// The field for a password that is being chosen.
pub fn new_password_field(label: &str) -> Field {
    Field::text("password", label)
        .required()
        .kind(FieldKind::NewPassword)
        .hint("At least twelve characters.")
}
