//! People with an account, for the administrator. The administrator has no door into cases.

use askama::Template;

use super::parts::{Choice, Field, FieldError, FieldKind, Frame, Tag};

/// `GET /users`, and `POST /users` after an error.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "users.html")]
pub struct Users {
    /// Frame of the desk.
    pub frame: Frame,
    /// The accounts.
    pub users: Vec<UserRow>,
    /// What is wrong in the form.
    pub errors: Vec<FieldError>,
    /// Path of a link that sets a password, shown once; empty for none.
    pub link: String,
    /// The roles for which a second factor is a must.
    pub must: Vec<Choice>,
    /// What is wrong with the machine's clock; none while it is believed.
    pub clock: Option<ClockNotice>,
    /// The form; none where the reader may not add an account.
    pub add: Option<AddUser>,
}

/// That the machine's clock jumped, with the form that confirms it; it posts to `/clock`.
#[derive(Debug, Clone, Default)]
pub struct ClockNotice {
    /// What happened, in a sentence.
    pub says: String,
    /// What the machine's clock shows, in words.
    pub shows: String,
    /// The same for the form (`shows`).
    pub moment: String,
    /// The time that the installation goes by, in words.
    pub now: String,
}

/// An account.
#[derive(Debug, Clone, Default)]
pub struct UserRow {
    /// Sign-in name.
    pub sign_in: String,
    /// Name for people.
    pub name: String,
    /// Roles in words.
    pub roles: String,
    /// Open, locked.
    pub state: Tag,
    /// Since when the account is there.
    pub last: String,
    /// Unit; empty for the whole body.
    pub unit: String,
    /// Path under which it is changed.
    pub href: String,
    /// Whether signing in is barred.
    pub disabled: bool,
    /// All roles, with those that are held.
    pub held: Vec<Choice>,
}

/// The form that adds an account: `sign_in`, `name`, `role`, `password`.
#[derive(Debug, Clone, Default)]
pub struct AddUser {
    /// Sign-in name (`sign_in`).
    pub sign_in: Field,
    /// Name (`name`).
    pub name: Field,
    /// Role (`role`), a closed list.
    pub role: Field,
    /// First password (`password`).
    pub password: Field,
}

impl AddUser {
    /// The empty form.
    pub fn form(roles: Vec<Choice>) -> Self {
        Self {
            sign_in: Field::text("sign_in", "Sign-in name").required(),
            name: Field::text("name", "Name").required(),
            role: Field::text("role", "Role").required().options(roles),
            password: Field::text("password", "First password")
                .kind(FieldKind::NewPassword)
                .hint("At least twelve characters; left empty, you get a link for them to set it."),
        }
    }
}
