//! `init` and `user`: the first administrator, and everybody after.

use std::path::PathBuf;

use anyhow::bail;
use clap::Subcommand;
use desk::sign_in::Visitor;
use desk::users::NewUser;
use domain::authority::Role;
use domain::id::UserId;

use crate::acting::{Acting, password};
use crate::root::Opened;
use crate::{root, say};

/// Makes a data directory. Without a name, the first administrator is made on the desk by the one-time token that `serve`
/// tells.
#[derive(clap::Args)]
pub struct Init {
    /// The data directory to make.
    #[arg(long, default_value = "predicate-data", env = "PREDICATE_DATA_DIR")]
    data: PathBuf,
    /// Name for signing in of the first administrator; the password is read from PREDICATE_PASSWORD or asked for.
    #[arg(long, requires = "title")]
    name: Option<String>,
    /// Name for people.
    #[arg(long, requires = "name")]
    title: Option<String>,
}

/// Acts on users.
#[derive(Subcommand)]
pub enum Command {
    /// Adds a user; the new password is read from PREDICATE_NEW_PASSWORD, or a link to set one is told.
    Add {
        #[command(flatten)]
        acting: Acting,
        /// Name for signing in.
        name: String,
        /// Name for people.
        #[arg(long)]
        title: String,
        /// Role; may be given several times.
        #[arg(long = "role", required = true)]
        roles: Vec<String>,
    },
    /// Lists users.
    List {
        #[command(flatten)]
        acting: Acting,
    },
    /// Disables a user; sessions end at once.
    Disable {
        #[command(flatten)]
        acting: Acting,
        /// Name for signing in.
        name: String,
    },
    /// Enables a user again.
    Enable {
        #[command(flatten)]
        acting: Acting,
        /// Name for signing in.
        name: String,
    },
    /// Tells a new link by which a user sets a new password; second factors stay.
    Invite {
        #[command(flatten)]
        acting: Acting,
        /// Name for signing in.
        name: String,
    },
    /// Gives a user other roles; their sessions end.
    Roles {
        #[command(flatten)]
        acting: Acting,
        /// Name for signing in.
        name: String,
        /// Role; may be given several times.
        #[arg(long = "role", required = true)]
        roles: Vec<String>,
    },
    /// Puts a user into a unit; the empty name is the whole body.
    Unit {
        #[command(flatten)]
        acting: Acting,
        /// Name for signing in.
        name: String,
        /// The unit.
        unit: String,
    },
    /// Says whose account it is: accounts of one word are one person's, where two people have to sign.
    Person {
        #[command(flatten)]
        acting: Acting,
        /// Name for signing in.
        name: String,
        /// The word, as a personnel number; empty for nobody else's.
        person: String,
    },
    /// Lets somebody take another's place for some days, with the roles of that other.
    Deputy {
        #[command(flatten)]
        acting: Acting,
        /// Whose place, by name for signing in.
        name: String,
        /// Who takes it, by name for signing in.
        deputy: String,
        /// Days from now on; 0 ends it.
        #[arg(long)]
        days: i64,
    },
    /// Says for which roles a second factor is a must, or, without a role, tells it.
    SecondFactor {
        #[command(flatten)]
        acting: Acting,
        /// Role; may be given several times. `none` for nobody.
        #[arg(long = "role")]
        roles: Vec<String>,
    },
}

/// Runs `init`.
pub fn init(arguments: &Init) -> anyhow::Result<()> {
    let opened = root::open(&arguments.data, true, false)?;
    let (Some(name), Some(title)) = (&arguments.name, &arguments.title) else {
        say::note(
            "nobody can sign in yet: `predicate serve` tells the token by which the first administrator is made",
        );
        return Ok(());
    };
    let new = NewUser {
        name: name.clone(),
        title: title.clone(),
        roles: vec![Role::Administrator],
        password: password()?,
    };
    opened.desk.first_user(&new)?;
    say::line(format!(
        "`{name}` is administrator of {}",
        arguments.data.display()
    ));
    Ok(())
}

/// Runs `user`.
pub fn run(command: &Command, json: bool) -> anyhow::Result<()> {
    match command {
        Command::Add {
            acting,
            name,
            title,
            roles,
        } => {
            let (opened, visitor) = acting.enter()?;
            let password = std::env::var("PREDICATE_NEW_PASSWORD").ok();
            let new = NewUser {
                name: name.clone(),
                title: title.clone(),
                roles: known(roles)?,
                password: password.clone().unwrap_or_default(),
            };
            if password.is_some() {
                say::line(opened.desk.add_user(&visitor.actor, &new)?);
            } else {
                let (id, link) = opened.desk.invite(&visitor.actor, &new)?;
                say::line(id);
                say::line(format!(
                    "link, good once and for three days: /invited?token={link}"
                ));
            }
        }
        Command::List { acting } => {
            let (opened, visitor) = acting.enter()?;
            for user in opened.desk.users(&visitor.actor)? {
                let roles: Vec<&str> = user.roles.iter().map(|role| role.word()).collect();
                if json {
                    let line = serde_json::json!({ "id": user.id, "name": user.name, "title": user.title,
                        "roles": roles, "disabled": user.disabled });
                    say::line(line);
                } else {
                    let state = if user.disabled { " (disabled)" } else { "" };
                    let roles = format!("{}{state}", roles.join(", "));
                    say::row([&user.name, &user.title, &roles]);
                }
            }
        }
        Command::Disable { acting, name } => {
            let (opened, visitor) = acting.enter()?;
            let user = found(&opened, &visitor, name)?;
            opened.desk.set_disabled(&visitor.actor, user, true)?;
        }
        Command::Enable { acting, name } => {
            let (opened, visitor) = acting.enter()?;
            let user = found(&opened, &visitor, name)?;
            opened.desk.set_disabled(&visitor.actor, user, false)?;
        }
        Command::Invite { acting, name } => {
            let (opened, visitor) = acting.enter()?;
            let user = found(&opened, &visitor, name)?;
            let link = opened.desk.invite_again(&visitor.actor, user)?;
            say::line(format!(
                "link, good once and for three days: /invited?token={link}"
            ));
        }
        Command::Roles {
            acting,
            name,
            roles,
        } => {
            let (opened, visitor) = acting.enter()?;
            let user = found(&opened, &visitor, name)?;
            opened
                .desk
                .set_roles(&visitor.actor, user, &known(roles)?)?;
        }
        Command::Unit { acting, name, unit } => {
            let (opened, visitor) = acting.enter()?;
            let user = found(&opened, &visitor, name)?;
            opened.desk.set_unit(&visitor.actor, user, unit)?;
        }
        Command::Person {
            acting,
            name,
            person,
        } => {
            let (opened, visitor) = acting.enter()?;
            let user = found(&opened, &visitor, name)?;
            opened.desk.set_person(&visitor.actor, user, person)?;
        }
        Command::Deputy {
            acting,
            name,
            deputy,
            days,
        } => {
            let (opened, visitor) = acting.enter()?;
            let user = found(&opened, &visitor, name)?;
            let deputy = found(&opened, &visitor, deputy)?;
            let now = opened.desk.now();
            let time = (now, now.plus_days(*days));
            opened.desk.set_deputy(&visitor.actor, user, deputy, time)?;
        }
        Command::SecondFactor { acting, roles } => {
            let (opened, visitor) = acting.enter()?;
            let none = roles.iter().any(|role| role == "none");
            if none || !roles.is_empty() {
                let roles = if none { Vec::new() } else { known(roles)? };
                opened
                    .desk
                    .set_second_factor_roles(&visitor.actor, &roles)?;
            }
            for role in opened.desk.second_factor_roles(&visitor.actor)? {
                say::line(role.word());
            }
        }
    }
    Ok(())
}

fn found(opened: &Opened, visitor: &Visitor, name: &str) -> anyhow::Result<UserId> {
    let users = opened.desk.users(&visitor.actor)?;
    let Some(user) = users.iter().find(|user| user.name == *name) else {
        bail!("there is no user `{name}`")
    };
    Ok(user.id)
}

fn known(words: &[String]) -> anyhow::Result<Vec<Role>> {
    words
        .iter()
        .map(|word| {
            Role::from_word(word).ok_or_else(|| {
                let all: Vec<&str> = Role::ALL.iter().map(|role| role.word()).collect();
                anyhow::anyhow!("`{word}` is no role; roles are {}", all.join(", "))
            })
        })
        .collect()
}
