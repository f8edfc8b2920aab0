//! Encrypted connections, with certificates checked against what the machine trusts (`SSL_CERT_FILE` names another list).

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use rustls_platform_verifier::{BuilderVerifierExt as _, Verifier};

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn unusable(error: Error) -> String {
    format!("no encrypted connection can be made: {error}")
}

/// Settings of a client that knows the server's name.
pub(crate) fn config() -> Result<ClientConfig, String> {
    let config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_platform_verifier())
        .map_err(unusable)?;
    Ok(config.with_no_client_auth())
}

/// Settings of a client that calls the server by its number, since the guard has looked up the name: the certificate must be
/// for `host` nevertheless.
pub(crate) fn config_for(host: &str) -> Result<ClientConfig, String> {
    let name = ServerName::try_from(host.to_owned()).map_err(|_| "its host is no name")?;
    let inner = Verifier::new(provider()).map_err(unusable)?;
    let config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Named { name, inner }));
    Ok(config.with_no_client_auth())
}

/// Checks certificates against a name of its own, whatever name the connection goes by.
#[derive(Debug)]
struct Named {
    name: ServerName<'static>,
    inner: Verifier,
}

impl ServerCertVerifier for Named {
    fn verify_server_cert(
        &self,
        end: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        _called: &ServerName<'_>,
        stapled: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.inner
            .verify_server_cert(end, between, &self.name, stapled, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner
            .verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner
            .verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}
