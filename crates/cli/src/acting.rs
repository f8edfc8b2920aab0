//! Who acts on the command line: a user of the installation, with name and password. There is no bypass for whoever has
//! a shell on the server.

use std::io::{BufRead, Write};
use std::path::PathBuf;

use anyhow::Context;
use desk::DeskError;
use desk::sign_in::Visitor;
use domain::authority::Origin;

use crate::root::{self, Opened};

/// The data directory and the user.
#[derive(clap::Args, Debug, Clone)]
pub struct Acting {
    /// The data directory.
    #[arg(long, default_value = "predicate-data", env = "PREDICATE_DATA_DIR")]
    pub data: PathBuf,
    /// The user who acts; the password is read from PREDICATE_PASSWORD or asked for.
    #[arg(long = "as", value_name = "NAME")]
    pub user: String,
}

impl Acting {
    /// Opens the data directory and signs in.
    pub fn enter(&self) -> anyhow::Result<(Opened, Visitor)> {
        let opened = root::open(&self.data, false, false)?;
        let signed_in = opened
            .desk
            .sign_in(&self.user, &password()?, Origin::CommandLine);
        let signed_in = match signed_in {
            // Only then is it the sign-in that failed; a service that takes nothing says so itself.
            Err(error @ DeskError::NotSignedIn) => {
                return Err(error).with_context(|| {
                    format!(
                        "`{}` is not signed in: name and password do not fit",
                        self.user
                    )
                });
            }
            other => other?,
        };
        let visitor = opened.desk.visitor(&signed_in.token, Origin::CommandLine)?;
        Ok((opened, visitor))
    }
}

/// The password from the environment or, line by line, from standard input.
pub fn password() -> anyhow::Result<String> {
    if let Ok(password) = std::env::var("PREDICATE_PASSWORD") {
        return Ok(password);
    }
    let _ = write!(std::io::stderr(), "password: ");
    let _ = std::io::stderr().flush();
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .context("no password was given")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
