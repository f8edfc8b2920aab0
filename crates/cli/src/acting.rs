//! Who acts on the command line: a user of the installation, with name, password and second factor, or with a token made
//! for it. There is no bypass for whoever has a shell on the server.

use std::io::{BufRead, Write};
use std::path::PathBuf;

use anyhow::{Context, bail};
use desk::sign_in::Visitor;
use desk::{Desk, DeskError};
use domain::authority::{Origin, SessionStage};

use crate::root::{self, Opened};

/// The data directory and the user.
#[derive(clap::Args, Debug, Clone)]
pub struct Acting {
    /// The data directory.
    #[arg(long, default_value = "predicate-data", env = "PREDICATE_DATA_DIR")]
    pub data: PathBuf,
    /// The user who acts; the password is read from PREDICATE_PASSWORD or asked for, the code of a
    /// second factor from PREDICATE_CODE. PREDICATE_TOKEN takes the place of both.
    #[arg(long = "as", value_name = "NAME")]
    pub user: String,
}

impl Acting {
    /// Opens the data directory and signs in.
    pub fn enter(&self) -> anyhow::Result<(Opened, Visitor)> {
        let opened = root::open(&self.data, false, false)?;
        let visitor = signed_in(&opened.desk, &self.user, Origin::CommandLine)?;
        Ok((opened, visitor))
    }
}

/// Signs somebody in: by the token in PREDICATE_TOKEN, or by password and, where there is a second factor, its code.
pub fn signed_in(desk: &Desk, name: &str, origin: Origin) -> anyhow::Result<Visitor> {
    if let Ok(token) = std::env::var("PREDICATE_TOKEN") {
        let visitor = desk.visitor(&token, Origin::CommandLine).context(
            "PREDICATE_TOKEN holds no token that is good on the command line of this server",
        )?;
        if visitor.user.name != name {
            bail!("the token in PREDICATE_TOKEN is not one of `{name}`");
        }
        return Ok(visitor);
    }
    let signed_in = match desk.sign_in(name, &password()?, origin) {
        // Only then is it the sign-in that failed; a service that takes nothing says so itself.
        Err(error @ DeskError::NotSignedIn) => {
            return Err(error).with_context(|| {
                format!("`{name}` is not signed in: name and password do not fit")
            });
        }
        other => other?,
    };
    let token = match signed_in.stage {
        SessionStage::Code => {
            desk.prove(&signed_in.token, &code()?, origin)
                .context("this is not the code of now, or it was used before")?
                .token
        }
        SessionStage::Enrolment => bail!(
            "this installation wants a second factor of `{name}`; sign in on the desk and set one up"
        ),
        SessionStage::Full | SessionStage::Token => signed_in.token,
    };
    Ok(desk.visitor(&token, origin)?)
}

/// The code of the second factor from the environment or from standard input.
fn code() -> anyhow::Result<String> {
    match std::env::var("PREDICATE_CODE") {
        Ok(code) => Ok(code),
        Err(_) => asked("code of your second factor: "),
    }
}

/// The password from the environment or, line by line, from standard input.
pub fn password() -> anyhow::Result<String> {
    if let Ok(password) = std::env::var("PREDICATE_PASSWORD") {
        return Ok(password);
    }
    asked("password: ")
}

fn asked(what: &str) -> anyhow::Result<String> {
    let _ = write!(std::io::stderr(), "{what}");
    let _ = std::io::stderr().flush();
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .context("nothing was given")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
