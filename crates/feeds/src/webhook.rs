//! Signed webhooks, as the Standard Webhooks specification has them: the recipient can tell who sent what, and when.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::guard::Reach;
use crate::http::{Failed, SCHEMES, agent, words};

/// Marks a secret of this kind, as the specification writes them.
const MARK: &str = "whsec_";

/// Writes a secret as recipients keep it.
pub fn secret_text(secret: &[u8]) -> String {
    format!("{MARK}{}", STANDARD.encode(secret))
}

/// Makes a secret out of a key and a name, so that it need not be kept.
pub fn derived(key: &[u8], name: &[u8]) -> [u8; 32] {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return [0; 32]; // every length is taken as a key
    };
    mac.update(name);
    mac.finalize().into_bytes().into()
}

/// Signs what is sent: HMAC-SHA256 over id, seconds and body.
pub fn signature(secret: &[u8], id: &str, seconds: i64, body: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else {
        return String::new(); // every length is taken as a key
    };
    mac.update(format!("{id}.{seconds}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// Sends one message.
///
/// # Errors
/// When it did not arrive: the recipient answered anything but 2xx, or not at all. Redirects are not followed.
pub fn send(
    reach: &Reach,
    address: &str,
    secret: &[u8],
    id: &str,
    seconds: i64,
    body: &str,
) -> Result<(), Failed> {
    let failed = |words: String, retry_after| Failed { words, retry_after };
    let (address, _) = reach
        .admit(address, SCHEMES)
        .map_err(|barred| failed(format!("the address {barred}"), None))?;
    let answer = agent(reach)
        .post(address.to_string())
        .config()
        .timeout_global(Some(Duration::from_secs(20)))
        .build()
        .header("content-type", "application/json")
        .header("webhook-id", id)
        .header("webhook-timestamp", seconds.to_string())
        .header("webhook-signature", signature(secret, id, seconds, body))
        .send(body)
        .map_err(|error| failed(words(&error), None))?;
    if answer.status().is_success() {
        return Ok(());
    }
    let asked = answer.headers().get("retry-after");
    Err(failed(
        format!("it answered {}", answer.status()),
        asked.and_then(|value| value.to_str().ok()?.parse().ok()),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own libraries.
    #[test]
    fn a_signature_is_the_one_that_the_specification_gives() {
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = signature(
            &secret,
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(
            secret_text(&secret),
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        );
    }
}
