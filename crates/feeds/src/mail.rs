//! Mail by SMTP: encrypted from the beginning, after STARTTLS, or not at all to a server of the house.

use std::time::Duration;

use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Message, SmtpTransport, Transport as _};

use crate::guard::Reach;
use crate::http::Failed;

/// A mail to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail<'a> {
    /// Sender's address.
    pub from: &'a str,
    /// Recipient's address.
    pub to: &'a str,
    /// Subject line.
    pub subject: &'a str,
    /// Plain text.
    pub text: &'a str,
    /// Makes it one mail however often it is sent: the recipient's program can tell.
    pub id: &'a str,
}

/// Tells whether a text is a mail address.
pub fn is_address(text: &str) -> bool {
    text.parse::<lettre::Address>().is_ok()
}

/// Ways to a mail server: not encrypted, encrypted from the beginning, and encrypted after STARTTLS or not at all.
const SCHEMES: &[&str] = &["smtp", "smtps", "smtp+starttls"];

/// Hands a mail to the server at `smtps://host:port`, `smtp+starttls://host:port` or `smtp://host:port`; signs in with
/// `user:password` where there is one, and never over a connection that is not encrypted.
///
/// # Errors
/// When the server did not take it.
pub fn send(
    reach: &Reach,
    server: &str,
    secret: Option<&str>,
    mail: &Mail<'_>,
) -> Result<(), Failed> {
    let failed = |words: String| Failed {
        words,
        retry_after: None,
    };
    let (at, found) = reach
        .admit(server, SCHEMES)
        .map_err(|barred| failed(format!("the mail server's address {barred}")))?;
    let address = found
        .first()
        .ok_or_else(|| failed("the mail server has no address".into()))?;
    let mailbox = |text: &str| {
        text.parse::<Mailbox>()
            .map_err(|_| failed(format!("`{text}` is no mail address")))
    };
    let message = Message::builder()
        .from(mailbox(mail.from)?)
        .to(mailbox(mail.to)?)
        .subject(mail.subject)
        .message_id(Some(format!("<{}@predicate>", mail.id)))
        .header(ContentType::TEXT_PLAIN)
        .body(mail.text.to_owned())
        .map_err(|error| failed(format!("the mail cannot be written: {error}")))?;
    let sealed = || {
        TlsParameters::new_rustls(at.host.clone())
            .map_err(|error| failed(format!("no encrypted connection can be made: {error}")))
    };
    let tls = match at.scheme.as_str() {
        "smtps" => Tls::Wrapper(sealed()?),
        "smtp+starttls" => Tls::Required(sealed()?),
        _ => Tls::None,
    };
    let mut transport = SmtpTransport::builder_dangerous(address.ip().to_string())
        .port(address.port())
        .timeout(Some(Duration::from_secs(20)));
    if let Some(secret) = secret {
        let (user, word) = secret.split_once(':').ok_or_else(|| {
            failed("the mail server's secret is not of the form user:password".into())
        })?;
        if matches!(tls, Tls::None) {
            return Err(failed(
                "a password goes to a mail server over an encrypted connection alone: smtps:// or smtp+starttls://".into(),
            ));
        }
        transport = transport.credentials(Credentials::new(user.to_owned(), word.to_owned()));
    }
    transport
        .tls(tls)
        .build()
        .send(&message)
        .map(drop)
        .map_err(|error| failed(format!("the mail server did not take it: {error}")))
}
