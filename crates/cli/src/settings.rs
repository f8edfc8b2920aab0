//! A file of settings for `serve`: the long options of the command, by their names, in TOML. What the command line says
//! goes before it.

use std::ffi::OsString;
use std::path::Path;

use anyhow::{Context, bail};
use clap::parser::ValueSource;
use clap::{ArgAction, ArgMatches, Command};
use domain::open_id::Provider;

mod providers;

/// The words of a command line with what the file says added, as far as the command line says nothing of it.
///
/// # Errors
/// When the file cannot be read, names something that is no option of the command, or gives a value of the wrong kind.
pub fn added(
    words: &[OsString],
    command: &Command,
    given: &ArgMatches,
    path: &Path,
) -> anyhow::Result<Vec<OsString>> {
    let named = || format!("the settings in `{}`", path.display());
    let text = std::fs::read_to_string(path).with_context(named)?;
    let table: toml::Table = toml::from_str(&text).with_context(named)?;
    let mut words = words.to_vec();
    for (name, value) in &table {
        if name == providers::TABLE {
            continue;
        }
        let option = command.get_arguments().find(|option| {
            option.get_long() == Some(name) && !NOT_IN_FILES.contains(&name.as_str())
        });
        let Some(option) = option else {
            bail!("{}: there is no setting `{name}`", named());
        };
        if given.value_source(option.get_id().as_str()) == Some(ValueSource::CommandLine) {
            continue;
        }
        let takes_value = !matches!(option.get_action(), ArgAction::SetTrue);
        let wrong = || format!("{}: `{name}` is not of the right kind", named());
        if takes_value {
            for value in texts(value).with_context(wrong)? {
                words.push(format!("--{name}={value}").into());
            }
        } else if value.as_bool().with_context(wrong)? {
            words.push(format!("--{name}").into());
        }
    }
    Ok(words)
}

/// The identity providers that a file of settings names; none without a file.
///
/// # Errors
/// When one of them is not set up as it has to be.
pub fn providers(path: Option<&Path>, address: &str) -> anyhow::Result<Vec<Provider>> {
    let Some(path) = path else {
        return Ok(Vec::new());
    };
    let named = || format!("the settings in `{}`", path.display());
    let text = std::fs::read_to_string(path).with_context(named)?;
    providers::read(&text, address).with_context(named)
}

/// What no file of settings holds: itself, and what only a test asks for.
const NOT_IN_FILES: [&str; 3] = ["config", "test-profile", "help"];

/// A text, a number, or a list of texts.
fn texts(value: &toml::Value) -> Option<Vec<String>> {
    match value {
        toml::Value::String(text) => Some(vec![text.clone()]),
        toml::Value::Integer(number) => Some(vec![number.to_string()]),
        toml::Value::Array(all) => all
            .iter()
            .map(|one| Some(one.as_str()?.to_owned()))
            .collect(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use clap::{Arg, CommandFactory as _, FromArgMatches as _};

    use super::*;

    fn serve() -> Command {
        Command::new("serve")
            .arg(Arg::new("listen").long("listen"))
            .arg(Arg::new("reach").long("reach").action(ArgAction::Append))
            .arg(
                Arg::new("behind_proxy")
                    .long("behind-proxy")
                    .action(ArgAction::SetTrue),
            )
    }

    fn with(file: &str, words: &[&str]) -> anyhow::Result<Vec<String>> {
        let path = tempfile::NamedTempFile::new()?;
        std::fs::write(path.path(), file)?;
        let words: Vec<OsString> = words.iter().map(OsString::from).collect();
        let given = serve().try_get_matches_from(&words)?;
        let all = added(&words, &serve(), &given, path.path())?;
        Ok(all
            .into_iter()
            .map(|word| word.to_string_lossy().into_owned())
            .collect())
    }

    #[test]
    fn what_the_command_line_says_goes_before_the_file() {
        let file = "listen = \"127.0.0.1:9000\"\nbehind-proxy = true\nreach = [\"a\", \"b:1\"]\n";
        let all = with(file, &["serve", "--listen", "127.0.0.1:1"]).unwrap();
        assert_eq!(
            all,
            [
                "serve",
                "--listen",
                "127.0.0.1:1",
                "--behind-proxy",
                "--reach=a",
                "--reach=b:1"
            ]
        );
    }

    #[test]
    fn an_unknown_name_and_a_wrong_kind_are_refused_by_name() {
        let unknown = with("listens = \"127.0.0.1:9000\"", &["serve"]).unwrap_err();
        assert!(unknown.to_string().contains("`listens`"), "{unknown}");
        let wrong = with("behind-proxy = \"yes\"", &["serve"]).unwrap_err();
        assert!(wrong.to_string().contains("`behind-proxy`"), "{wrong}");
    }

    #[test]
    fn the_settings_that_are_shipped_are_known_to_serve() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging/predicate.toml");
        let command = crate::Arguments::command();
        let serve = command.find_subcommand("serve").unwrap();
        let words: Vec<OsString> = ["predicate", "serve"].map(OsString::from).to_vec();
        let given = command.clone().try_get_matches_from(&words).unwrap();
        let given = given.subcommand_matches("serve").unwrap();
        let all = added(&words, serve, given, &path).unwrap();
        assert!(all.len() > 4, "{all:?}");
        let matches = command.clone().try_get_matches_from(all).unwrap();
        crate::Arguments::from_arg_matches(&matches).unwrap();
    }
}
