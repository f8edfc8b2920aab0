//! The identity providers in a file of settings: `[[identity-provider]]`, once for each.

use anyhow::{Context, bail};
use domain::open_id::Provider;
use serde::Deserialize;

/// The name of their table.
pub const TABLE: &str = "identity-provider";

/// What names of environment variables with secrets begin with, as for live sources.
const PREFIX: &str = "PREDICATE_SECRET_";

#[derive(Deserialize)]
struct File {
    #[serde(rename = "identity-provider", default)]
    providers: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    name: String,
    title: String,
    issuer: String,
    client_id: String,
    #[serde(default)]
    client_secret_file: Option<std::path::PathBuf>,
    #[serde(default)]
    client_secret_variable: Option<String>,
}

/// Reads them out of the text of the file.
pub fn read(text: &str, address: &str) -> anyhow::Result<Vec<Provider>> {
    let file: File = toml::from_str(text)?;
    if !file.providers.is_empty() && !address.contains("://") {
        bail!(
            "an identity provider sends people back to this service: set `address` to where they reach it"
        );
    }
    let mut read: Vec<Provider> = Vec::new();
    for written in file.providers {
        let name = written.name.clone();
        let provider = checked(written).with_context(|| format!("{TABLE} `{name}`"))?;
        if read
            .iter()
            .any(|known| known.name == name || known.issuer == provider.issuer)
        {
            bail!("{TABLE} `{name}`: there is another of this name or issuer");
        }
        read.push(provider);
    }
    Ok(read)
}

fn checked(written: Written) -> anyhow::Result<Provider> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if written.name.is_empty() || !written.name.bytes().all(plain) {
        bail!("`name` is not of small letters, digits and dashes");
    }
    if written.title.trim().is_empty() || written.client_id.is_empty() {
        bail!("`title` or `client-id` is empty");
    }
    let issuer = &written.issuer;
    let web = issuer.starts_with("https://") || issuer.starts_with("http://");
    if !web || issuer.contains(['?', '#', ' ']) {
        bail!("`issuer` is no address that a provider has");
    }
    let secret = match (&written.client_secret_file, &written.client_secret_variable) {
        (Some(_), Some(_)) => bail!("the secret is in a file or in a variable, not in both"),
        (Some(path), None) => std::fs::read_to_string(path)
            .with_context(|| format!("its secret in `{}`", path.display()))?,
        (None, Some(variable)) if variable.starts_with(PREFIX) => {
            std::env::var(variable).with_context(|| format!("the variable `{variable}`"))?
        }
        (None, Some(_)) => bail!("the name of a variable with a secret begins with {PREFIX}"),
        (None, None) => String::new(),
    };
    Ok(Provider {
        name: written.name,
        title: written.title.trim().to_owned(),
        issuer: written.issuer,
        client: written.client_id,
        secret: secret.trim().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "listen = \"127.0.0.1:1\"\n[[identity-provider]]\nname = \"city\"\ntitle = \"City\"\n\
                        issuer = \"https://id.example\"\nclient-id = \"desk\"\n";

    fn refused(text: &str, address: &str) -> String {
        format!("{:#}", read(text, address).unwrap_err())
    }

    #[test]
    fn a_provider_is_read_with_its_secret_from_a_file_and_shown_without_it() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "s3cret\n").unwrap();
        let text = format!("{GOOD}client-secret-file = \"{}\"\n", file.path().display());
        let read = read(&text, "https://desk.example").unwrap();
        assert_eq!(read[0].secret, "s3cret");
        assert!(!format!("{read:?}").contains("s3cret"));
    }

    #[test]
    fn what_is_wrong_is_refused_by_name() {
        assert!(refused(GOOD, "").contains("`address`"));
        let at = "https://desk.example";
        let wrong = |from: &str, to: &str| refused(&GOOD.replace(from, to), at);
        assert!(wrong("title =", "titel =").contains("titel"));
        assert!(wrong("\"city\"", "\"City Hall\"").contains("`name`"));
        assert!(wrong("https://", "file://").contains("`issuer`"));
        let twice = format!("{GOOD}{}", GOOD.split_once('\n').unwrap().1);
        assert!(refused(&twice, at).contains("another"));
        let variable = format!("{GOOD}client-secret-variable = \"HOME\"\n");
        assert!(refused(&variable, at).contains("PREDICATE_SECRET_"));
        let both = format!("{GOOD}client-secret-variable = \"A\"\nclient-secret-file = \"/b\"\n");
        assert!(refused(&both, at).contains("not in both"));
    }
}
