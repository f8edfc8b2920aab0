//! Mail by SMTP, to a server of the house that takes it without encryption.

use std::time::Duration;

use lettre::message::Mailbox;
use lettre::message::header::ContentType;
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

/// Hands a mail to the server at `smtp://host:port`.
///
/// # Errors
/// When the server did not take it.
pub fn send(reach: &Reach, server: &str, mail: &Mail<'_>) -> Result<(), Failed> {
    let failed = |words: String| Failed {
        words,
        retry_after: None,
    };
    let (_, found) = reach
        .admit(server, &["smtp"])
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
    SmtpTransport::builder_dangerous(address.ip().to_string())
        .port(address.port())
        .timeout(Some(Duration::from_secs(20)))
        .build()
        .send(&message)
        .map(drop)
        .map_err(|error| failed(format!("the mail server did not take it: {error}")))
}
