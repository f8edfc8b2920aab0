//! TLS of the service itself, for installations without a proxy: a certificate that can be renewed without a stop.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::version::{TLS12, TLS13};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// A certificate with its key, as read last.
#[derive(Clone)]
pub struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    read: Arc<RwLock<Arc<ServerConfig>>>,
}

/// Why a certificate is not served.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read, or holds no PEM of its kind.
    #[error("`{path}`: {reason}")]
    File {
        /// Which.
        path: String,
        /// Why.
        reason: String,
    },
    /// Certificate and key do not fit, or are of a kind that is not served.
    #[error("certificate and key do not go together: {0}")]
    Together(#[from] rustls::Error),
}

impl Tls {
    /// Reads a chain of certificates, the service's own first, and its private key, both PEM.
    ///
    /// # Errors
    /// [`TlsError`] names the file and the reason.
    pub fn read(certificate: &Path, key: &Path) -> Result<Tls, TlsError> {
        Ok(Tls {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
            read: Arc::new(RwLock::new(configured(certificate, key)?)),
        })
    }

    /// Reads both files again: connections made from now on get the new certificate. What cannot be served changes nothing.
    ///
    /// # Errors
    /// [`TlsError`] names the file and the reason.
    pub fn renew(&self) -> Result<(), TlsError> {
        let fresh = configured(&self.certificate, &self.key)?;
        *self.read.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    pub(crate) async fn accept(&self, stream: TcpStream) -> std::io::Result<TlsStream<TcpStream>> {
        let config = {
            let read = self.read.read().unwrap_or_else(PoisonError::into_inner);
            read.clone()
        };
        TlsAcceptor::from(config).accept(stream).await
    }
}

/// TLS 1.2 and 1.3 without client certificates, HTTP/1.1 alone.
fn configured(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let wrong = |path: &Path| {
        let path = path.display().to_string();
        move |error: rustls::pki_types::pem::Error| TlsError::File {
            path,
            reason: error.to_string(),
        }
    };
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect)
        .map_err(wrong(certificate))?;
    if chain.is_empty() {
        return Err(wrong(certificate)(
            rustls::pki_types::pem::Error::NoItemsFound,
        ));
    }
    let key = PrivateKeyDer::from_pem_file(key).map_err(wrong(key))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&TLS13, &TLS12])?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
