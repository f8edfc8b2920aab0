//! An address that is asked again and again: only what is whole counts, and only what is new is fetched.

use std::fs::File;
use std::io::{self, Read, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use ureq::http::{HeaderMap, Response, StatusCode, Uri};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Body};

use crate::guard::{Address, Reach};

/// The schemes by which the web is spoken to.
pub const SCHEMES: &[&str] = &["https", "http"];

/// What was known of the address when it was asked last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Its entity tag, word for word.
    pub etag: String,
    /// When it was last altered, word for word.
    pub modified: String,
}

/// What an address answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Nothing new since the last time.
    Unchanged,
    /// All bytes are in the file.
    Whole {
        /// How the source names this state of itself.
        known: Known,
        /// SHA-256 of the bytes.
        sha256: String,
        /// How many.
        size: u64,
        /// What the source calls the file; empty where it does not say.
        name: String,
    },
}

/// Why an address gave nothing that counts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct Failed {
    /// In words.
    pub words: String,
    /// Seconds for which the source asks to be left alone.
    pub retry_after: Option<u64>,
}

impl Failed {
    fn because(words: impl Into<String>) -> Self {
        Self {
            words: words.into(),
            retry_after: None,
        }
    }
}

/// Redirects that are followed, each past the guard anew.
const MOST_REDIRECTS: usize = 4;

/// Asks an address and writes what it gives to `to`. A body that ends early, is longer than `most`, or whose end cannot be
/// known leaves no file behind.
///
/// # Errors
/// When there is nothing that counts; the words are for the steward.
pub fn fetch(
    reach: &Reach,
    address: &str,
    secret: Option<&str>,
    known: &Known,
    most: u64,
    to: &Path,
) -> Result<Asked, Failed> {
    let mut address = address.to_owned();
    let mut secret = secret;
    for _ in 0..=MOST_REDIRECTS {
        let (parts, _) = reach
            .admit(&address, SCHEMES)
            .map_err(|barred| Failed::because(format!("the address {barred}")))?;
        let mut request = agent(reach).get(parts.to_string());
        if let Some(secret) = secret {
            request = request.header("authorization", format!("Bearer {secret}"));
        }
        if !known.etag.is_empty() {
            request = request.header("if-none-match", &known.etag);
        }
        if !known.modified.is_empty() {
            request = request.header("if-modified-since", &known.modified);
        }
        let answer = request
            .call()
            .map_err(|error| Failed::because(words(&error)))?;
        let status = answer.status();
        if status == StatusCode::NOT_MODIFIED {
            return Ok(Asked::Unchanged);
        }
        if status.is_redirection() {
            let next = redirected(&parts, header(answer.headers(), "location"))?;
            // A secret is for the host it was given for.
            if next.host != parts.host || next.scheme != parts.scheme || next.port != parts.port {
                secret = None;
            }
            address = next.to_string();
            continue;
        }
        if status != StatusCode::OK {
            return Err(Failed {
                words: format!("it answered {status}"),
                retry_after: header(answer.headers(), "retry-after").parse().ok(),
            });
        }
        return whole(answer, most, to);
    }
    Err(Failed::because("it redirects in circles"))
}

fn redirected(from: &Address, location: &str) -> Result<Address, Failed> {
    let text = match location.strip_prefix('/') {
        Some(rest) if !rest.starts_with('/') => format!(
            "{}",
            Address {
                path: location.to_owned(),
                ..from.clone()
            }
        ),
        _ => location.to_owned(),
    };
    let to = Address::parse(&text, SCHEMES)
        .map_err(|_| Failed::because("it redirects to no address"))?;
    if from.scheme == "https" && to.scheme != "https" {
        return Err(Failed::because(
            "it redirects from a sealed to an open connection",
        ));
    }
    Ok(to)
}

fn whole(mut answer: Response<Body>, most: u64, to: &Path) -> Result<Asked, Failed> {
    let headers = answer.headers().clone();
    let length: Option<u64> = header(&headers, "content-length").parse().ok();
    let chunked = header(&headers, "transfer-encoding")
        .to_ascii_lowercase()
        .contains("chunked");
    if length.is_none() && !chunked {
        return Err(Failed::because(
            "its answer tells neither how long it is nor where it ends, so a cut one would look whole",
        ));
    }
    if length.is_some_and(|length| length > most) {
        return Err(too_long(most));
    }
    let mut body = answer.body_mut().with_config().limit(most + 1).reader();
    match written(&mut body, most, to) {
        Ok((sha256, size)) if length.is_none_or(|length| length == size) => Ok(Asked::Whole {
            known: Known {
                etag: header(&headers, "etag").to_owned(),
                modified: header(&headers, "last-modified").to_owned(),
            },
            sha256,
            size,
            name: file_name(header(&headers, "content-disposition")),
        }),
        Ok(_) => Err(gone(to, Failed::because("its answer was cut off"))),
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => Err(gone(to, too_long(most))),
        Err(error) => Err(gone(
            to,
            Failed::because(format!("its answer was cut off: {error}")),
        )),
    }
}

fn gone(file: &Path, failed: Failed) -> Failed {
    // Left over, it would only lie there: nothing names it.
    let _ = std::fs::remove_file(file);
    failed
}

fn too_long(most: u64) -> Failed {
    Failed::because(format!(
        "its answer is longer than the {most} bytes that are taken"
    ))
}

/// Writes a body durably; gives its digest and size.
///
/// # Errors
/// When it cannot be read or written, or is longer than `most`.
pub fn written(body: &mut dyn Read, most: u64, to: &Path) -> io::Result<(String, u64)> {
    let mut file = File::create(to)?;
    let mut hash = Sha256::new();
    let mut size = 0_u64;
    let mut buffer = vec![0; 64 << 10];
    loop {
        let read = body.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        size += read as u64;
        if size > most {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let bytes = buffer.get(..read).unwrap_or_default();
        hash.update(bytes);
        file.write_all(bytes)?;
    }
    file.sync_all()?;
    Ok((domain::audit::hex(&hash.finalize()), size))
}

/// A client that connects only to what the guard admits, through no proxy, and follows nothing by itself.
pub(crate) fn agent(reach: &Reach) -> Agent {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(provider)
        .build();
    let config = Agent::config_builder()
        .tls_config(tls)
        .proxy(None)
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent("predicate")
        .accept_encoding("identity")
        .timeout_connect(Some(Duration::from_secs(10)))
        .timeout_recv_response(Some(Duration::from_secs(60)))
        .timeout_per_read(Some(Duration::from_secs(60)))
        .timeout_global(Some(Duration::from_secs(3600)))
        .build();
    Agent::with_parts(config, DefaultConnector::default(), Guarded(reach.clone()))
}

/// Looks names up past the guard: what it gives is what is connected to.
#[derive(Debug)]
struct Guarded(Reach);

impl Resolver for Guarded {
    fn resolve(
        &self,
        uri: &Uri,
        _: &ureq::config::Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let address = Address::parse(&uri.to_string(), SCHEMES)
            .map_err(|barred| ureq::Error::BadUri(barred.to_string()))?;
        let found = self
            .0
            .resolve(&address.host, address.port)
            .map_err(|barred| ureq::Error::BadUri(barred.to_string()))?;
        let mut addresses = self.empty();
        for address in found.into_iter().take(16) {
            addresses.push(address);
        }
        Ok(addresses)
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

fn file_name(disposition: &str) -> String {
    let quoted = disposition
        .split(';')
        .find_map(|part| part.trim().strip_prefix("filename="))
        .unwrap_or_default();
    let name = quoted.trim_matches('"');
    name.rsplit(['/', '\\'])
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// What went wrong with a connection, for a steward.
pub(crate) fn words(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => "it did not answer in time".to_owned(),
        ureq::Error::HostNotFound => "its host cannot be found".to_owned(),
        ureq::Error::ConnectionFailed => "it takes no connection".to_owned(),
        ureq::Error::BadUri(reason) => format!("the address {reason}"),
        other => format!("the connection failed: {other}"),
    }
}
