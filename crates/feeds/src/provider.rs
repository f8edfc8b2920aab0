//! Asking an identity provider: what it tells of itself, its keys, and a token for a code. Past the guard, without redirects,
//! and no longer than a person waits.

use std::time::Duration;

use ureq::Body;
use ureq::http::Response;

use crate::guard::Reach;
use crate::http::{Failed, agent, words};

/// Longest answer that is read.
const MOST: u64 = 256 << 10;

/// How long an answer may take.
const WAIT: Duration = Duration::from_secs(10);

/// An open connection is spoken to only where the operator listed the host.
const SCHEMES: &[&str] = &["https", "http"];

fn admitted(reach: &Reach, address: &str) -> Result<String, Failed> {
    let failed = |words: String| Failed {
        words,
        retry_after: None,
    };
    let (parts, _) = reach
        .admit(address, SCHEMES)
        .map_err(|barred| failed(format!("the address {barred}")))?;
    if parts.scheme == "http" && !reach.lists(&parts.host, parts.port) {
        return Err(failed("the address is not one under TLS".to_owned()));
    }
    Ok(parts.to_string())
}

/// Reads what stands at an address.
///
/// # Errors
/// When nothing usable came; the words are for the operator.
pub fn read(reach: &Reach, address: &str) -> Result<String, Failed> {
    let answer = agent(reach)
        .get(admitted(reach, address)?)
        .config()
        .timeout_global(Some(WAIT))
        .build()
        .header("accept", "application/json")
        .call()
        .map_err(|error| because(words(&error)))?;
    body(answer)
}

/// Sends a form, with a secret in the header where there is one, and reads what comes back.
///
/// # Errors
/// When nothing usable came; the words are for the operator and hold nothing of what was sent.
pub fn send(
    reach: &Reach,
    address: &str,
    form: &str,
    authorization: Option<&str>,
) -> Result<String, Failed> {
    let mut request = agent(reach)
        .post(admitted(reach, address)?)
        .config()
        .timeout_global(Some(WAIT))
        .build()
        .header("accept", "application/json")
        .header("content-type", "application/x-www-form-urlencoded");
    if let Some(authorization) = authorization {
        request = request.header("authorization", authorization);
    }
    let answer = request.send(form).map_err(|error| because(words(&error)))?;
    body(answer)
}

fn because(words: String) -> Failed {
    Failed {
        words,
        retry_after: None,
    }
}

fn body(mut answer: Response<Body>) -> Result<String, Failed> {
    if !answer.status().is_success() {
        return Err(because(format!("it answered {}", answer.status())));
    }
    answer
        .body_mut()
        .with_config()
        .limit(MOST)
        .read_to_string()
        .map_err(|error| because(format!("its answer cannot be read: {error}")))
}

/// The header by which a client of a name proves itself (RFC 6749, §2.3.1).
pub fn authorization(client: &str, secret: &str) -> String {
    use base64::Engine as _;
    use domain::open_id::written;
    let both = format!("{}:{}", written(client), written(secret));
    format!(
        "Basic {}",
        base64::engine::general_purpose::STANDARD.encode(both)
    )
}
