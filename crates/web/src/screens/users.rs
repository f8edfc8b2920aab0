//! Accounts, for the administrator.

use desk::users::NewUser;
use domain::authority::Role;

use super::around::desk_frame;
use super::ask::{Answer, Filled, Here, Sent, go, mended, shown};
use super::new_case::set;
use super::words;
use crate::format;
use crate::pages::parts::{Choice, Tag, Tone, errors_of};
use crate::pages::people::{AddUser, UserRow, Users};

pub(super) async fn list(here: Here) -> Answer {
    let page = read(&here).await?;
    shown(&page)
}

async fn read(here: &Here) -> Result<Users, super::stop::Stop> {
    let users = here
        .ask("reading accounts", |desk, actor| desk.users(actor))
        .await?;
    let rows = users.iter().filter(|user| !user.service).map(|user| {
        let roles: Vec<&str> = user.roles.iter().map(|role| words::role(*role)).collect();
        UserRow {
            sign_in: user.name.clone(),
            name: user.title.clone(),
            roles: roles.join(", "),
            state: if user.disabled {
                Tag::new("locked", Tone::Adverse)
            } else {
                Tag::new("open", Tone::Confirmed)
            },
            last: format::day(user.created.micros()),
        }
    });
    let roles = Role::ALL
        .iter()
        .map(|role| Choice::new(role.word(), words::role(*role), ""))
        .collect();
    Ok(Users {
        frame: desk_frame(&here.visitor, "People", "u"),
        users: rows.collect(),
        errors: Vec::new(),
        add: Some(AddUser::form(roles)),
    })
}

pub(super) async fn add(Sent { here, form }: Sent) -> Answer {
    let Some(role) = Role::from_word(form.get("role")) else {
        return again(&here, &form, "role", "Choose a role.").await;
    };
    let new = NewUser {
        name: form.get("sign_in").to_owned(),
        title: form.get("name").to_owned(),
        roles: vec![role],
        password: form.get("password").to_owned(),
    };
    match here
        .ask("adding an account", move |desk, actor| {
            desk.add_user(actor, &new)
        })
        .await
    {
        Ok(_) => go("/users"),
        Err(stop) => match (stop.field(), &stop.error) {
            (Some((field, reason)), _) => again(&here, &form, field, &reason).await,
            (None, desk::DeskError::Conflict(reason)) => {
                let reason = super::stop::sentence(reason);
                again(&here, &form, "name", &reason).await
            }
            _ => Err(stop),
        },
    }
}

/// The form once more. Fields carry the desk's names: its `name` is the name for signing in, its `title` the person's.
async fn again(here: &Here, form: &Filled, field: &str, reason: &str) -> Answer {
    let mut page = read(here).await?;
    if let Some(add) = &mut page.add {
        for field in [&mut add.sign_in, &mut add.name, &mut add.role] {
            let name = field.name.clone();
            set(field, form.get(&name));
        }
        let wrong = match field {
            "role" => &mut add.role,
            "password" => &mut add.password,
            "title" => &mut add.name,
            _ => &mut add.sign_in,
        };
        wrong.error = Some(reason.to_owned());
        page.errors = errors_of(&[&add.sign_in, &add.name, &add.role, &add.password]);
    }
    mended(&page)
}
