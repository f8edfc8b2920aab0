//! Sign in.

use askama::Template;

use super::parts::{Field, FieldKind, Frame};

/// `GET /sign-in`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "sign_in.html")]
pub struct SignIn {
    /// Frame without rail.
    pub frame: Frame,
    /// Name (`name`).
    pub name: Field,
    /// Password (`password`).
    pub password: Field,
    /// Why the last attempt failed; empty for none.
    pub failed: String,
    /// Path to go to afterwards; empty for the case list.
    pub next: String,
    /// What this service is and who answers for it.
    pub house: String,
    /// Identity providers: address and what people call them.
    pub providers: Vec<(String, String)>,
    /// Signing in by a passkey; none where the service does not know its address.
    pub passkey: Option<super::account::Passkey>,
}

impl SignIn {
    /// The empty form; `next` is the path to go to afterwards, or empty.
    pub fn form(frame: Frame, house: &str, next: &str) -> Self {
        Self {
            frame,
            name: Field::text("name", "Name")
                .required()
                .autocomplete("username"),
            password: Field::text("password", "Password")
                .required()
                .kind(FieldKind::Password),
            failed: String::new(),
            next: next.to_owned(),
            house: house.to_owned(),
            providers: Vec::new(),
            passkey: None,
        }
    }
}
