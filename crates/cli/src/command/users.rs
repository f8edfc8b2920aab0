//! `init` and `user`: the first administrator, and everybody after.

use std::path::PathBuf;

use anyhow::bail;
use clap::Subcommand;
use desk::users::NewUser;
use domain::authority::Role;

use crate::acting::{Acting, password};
use crate::{root, say};

/// Makes a data directory with its first administrator.
#[derive(clap::Args)]
pub struct Init {
    /// The data directory to make.
    #[arg(long, default_value = "predicate-data", env = "PREDICATE_DATA_DIR")]
    data: PathBuf,
    /// Name for signing in.
    #[arg(long)]
    name: String,
    /// Name for people.
    #[arg(long)]
    title: String,
}

/// Acts on users.
#[derive(Subcommand)]
pub enum Command {
    /// Adds a user; the new password is read from PREDICATE_NEW_PASSWORD.
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
}

/// Runs `init`.
pub fn init(arguments: &Init) -> anyhow::Result<()> {
    let opened = root::open(&arguments.data, true, false)?;
    let new = NewUser {
        name: arguments.name.clone(),
        title: arguments.title.clone(),
        roles: vec![Role::Administrator],
        password: password()?,
    };
    opened.desk.first_user(&new)?;
    say::line(format!(
        "`{}` is administrator of {}",
        arguments.name,
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
            let Ok(password) = std::env::var("PREDICATE_NEW_PASSWORD") else {
                bail!(
                    "the new user's password is read from PREDICATE_NEW_PASSWORD, which is not set"
                )
            };
            let new = NewUser {
                name: name.clone(),
                title: title.clone(),
                roles: known(roles)?,
                password,
            };
            let id = opened.desk.add_user(&visitor.actor, &new)?;
            say::line(id);
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
                    say::line(format!(
                        "{}\t{}\t{}{state}",
                        user.name,
                        user.title,
                        roles.join(", ")
                    ));
                }
            }
        }
        Command::Disable { acting, name } => {
            let (opened, visitor) = acting.enter()?;
            let users = opened.desk.users(&visitor.actor)?;
            let Some(user) = users.iter().find(|user| user.name == *name) else {
                bail!("there is no user `{name}`")
            };
            opened.desk.set_disabled(&visitor.actor, user.id, true)?;
        }
    }
    Ok(())
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
