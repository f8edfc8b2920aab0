//! Accounts, for the administrator.

use desk::clock::ClockNow;
use desk::users::NewUser;
use domain::authority::Role;

use axum::extract::Path;
use domain::id::UserId;
use domain::time::Moment;
use domain::timekeeping::Standing;

use super::around::desk_frame;
use super::ask::{Answer, Filled, Here, Sent, go, mended, shown};
use super::new_case::set;
use super::words;
use pages::format;
use pages::parts::{Choice, Tag, Tone, errors_of};
use pages::people::{AddUser, ClockNotice, UserRow, Users};

pub(super) async fn list(here: Here) -> Answer {
    let page = read(&here).await?;
    shown(&page)
}

async fn read(here: &Here) -> Result<Users, super::stop::Stop> {
    let users = here
        .ask("reading accounts", |desk, actor| {
            let (users, must) = (desk.users(actor)?, desk.second_factor_roles(actor)?);
            Ok((users, must, desk.clock_now(actor)?))
        })
        .await?;
    let (users, must, clock) = users;
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
            unit: user.unit.clone(),
            href: format!("/users/{}", user.id),
            disabled: user.disabled,
            held: Role::ALL
                .iter()
                .map(|role| Choice {
                    chosen: user.roles.contains(role),
                    ..Choice::new(role.word(), words::role(*role), "")
                })
                .collect(),
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
        link: String::new(),
        must: Role::ALL
            .iter()
            .map(|role| Choice {
                chosen: must.contains(role),
                ..Choice::new(role.word(), words::role(*role), "")
            })
            .collect(),
        clock: clock_notice(&clock),
        add: Some(AddUser::form(roles)),
    })
}

fn clock_notice(clock: &ClockNow) -> Option<ClockNotice> {
    let says = match clock.standing {
        Standing::Together => return None,
        Standing::Unconfirmed => {
            "When the service started, the machine’s clock was more than a day past the latest moment that was kept."
        }
        Standing::Ahead(_) => "The machine’s clock has jumped ahead and is not believed.",
        Standing::Behind(_) => "The machine’s clock has been set back and is not believed.",
    };
    Some(ClockNotice {
        says: says.to_owned(),
        shows: format::minute(clock.wall.micros()),
        moment: clock.wall.to_rfc3339(),
        now: format::minute(clock.now.micros()),
    })
}

/// Says that the machine's clock is right.
pub(super) async fn confirm_clock(Sent { here, form }: Sent) -> Answer {
    let what = "saying that the machine's clock is right";
    let shows = Moment::from_rfc3339(form.get("shows"));
    here.ask(what, move |desk, actor| {
        let shows = shows.ok_or_else(|| desk::DeskError::malformed("shows", "is no moment"))?;
        desk.confirm_clock(actor, shows)
    })
    .await
    .map_err(|stop| stop.back("Back to the accounts", "/users"))?;
    go("/users")
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
            if new.password.is_empty() {
                desk.invite(actor, &new).map(|(_, link)| Some(link))
            } else {
                desk.add_user(actor, &new).map(|_| None)
            }
        })
        .await
    {
        Ok(None) => go("/users"),
        Ok(Some(link)) => with_link(&here, &link).await,
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

async fn with_link(here: &Here, token: &str) -> Answer {
    let mut page = read(here).await?;
    page.link = format!("/invited?token={token}");
    shown(&page)
}

pub(super) async fn invite(Path(user): Path<String>, Sent { here, .. }: Sent) -> Answer {
    let user: UserId = here.id(&user)?;
    let link = here
        .ask("inviting somebody again", move |desk, actor| {
            desk.invite_again(actor, user)
        })
        .await?;
    with_link(&here, &link).await
}

pub(super) async fn disable(Path(user): Path<String>, Sent { here, form }: Sent) -> Answer {
    let user: UserId = here.id(&user)?;
    let disabled = form.get("disabled") == "true";
    here.ask("locking or opening an account", move |desk, actor| {
        desk.set_disabled(actor, user, disabled)
    })
    .await?;
    go("/users")
}

fn roles_in(form: &Filled) -> Vec<Role> {
    form.all("role").filter_map(Role::from_word).collect()
}

pub(super) async fn roles(Path(user): Path<String>, Sent { here, form }: Sent) -> Answer {
    let user: UserId = here.id(&user)?;
    let (roles, unit) = (roles_in(&form), form.get("unit").to_owned());
    here.ask("changing an account", move |desk, actor| {
        let users = desk.users(actor)?;
        let before = users.iter().find(|found| found.id == user);
        if before.is_none_or(|before| before.roles != roles) {
            desk.set_roles(actor, user, &roles)?;
        }
        if before.is_none_or(|before| before.unit != unit) {
            desk.set_unit(actor, user, &unit)?;
        }
        Ok(())
    })
    .await
    .map_err(|stop| stop.back("People", "/users"))?;
    go("/users")
}

pub(super) async fn second_factor(Sent { here, form }: Sent) -> Answer {
    let roles = roles_in(&form);
    here.ask("saying who needs a second factor", move |desk, actor| {
        desk.set_second_factor_roles(actor, &roles)
    })
    .await?;
    go("/users")
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
