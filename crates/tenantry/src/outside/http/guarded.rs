//! The client that reaches the public internet and nothing else.
//!
//! A name is resolved once, by our own resolver; one address that isn't public spoils them all; the connection goes to
//! an address that was checked, so that a second look-up can't lead elsewhere (rebinding). The certificate is verified
//! against the name. No redirect is followed, no proxy is asked, and size and time have ends.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use http::header::{ACCEPT, CONNECTION, CONTENT_LENGTH, HOST, RETRY_AFTER, USER_AGENT};
use http::{Method, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use model::outbound::{Host, Target, is_public};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::{Answer, BODY, Client, Post, SendError};
use crate::config::{ConfigError, Outbound};
use crate::outside::dns::{Dns, Kind, LookUpError, Record};

/// Bytes of an answer's head.
const HEAD: usize = 16 << 10;
/// Addresses of a name that are tried.
const ADDRESSES: usize = 4;

/// Opens connections to addresses that were checked. Tests lead them to a server of their own.
pub trait Dial: Send + Sync {
    fn dial(&self, address: SocketAddr) -> BoxFuture<'_, std::io::Result<TcpStream>>;
}

/// Connects to the address itself.
pub struct NetworkDial;

impl Dial for NetworkDial {
    fn dial(&self, address: SocketAddr) -> BoxFuture<'_, std::io::Result<TcpStream>> {
        TcpStream::connect(address).boxed()
    }
}

/// Sends requests over the network.
pub struct Guarded {
    dns: Dns,
    dial: Arc<dyn Dial>,
    tls: TlsConnector,
    /// Addresses of this machine may be reached, as the configuration of a development server allows.
    loopback: bool,
    connect: Duration,
    total: Duration,
}

impl Guarded {
    /// # Errors
    /// When the file of further authorities can't be read.
    pub fn new(dns: Dns, settings: &Outbound) -> Result<Self, ConfigError> {
        Ok(Self {
            dns,
            dial: Arc::new(NetworkDial),
            tls: TlsConnector::from(Arc::new(trusting(settings)?)),
            loopback: settings.loopback,
            connect: Duration::from_secs(settings.connect_timeout),
            total: Duration::from_secs(settings.timeout),
        })
    }

    /// The same with another way to connect.
    #[must_use]
    pub fn dialing(self, dial: impl Dial + 'static) -> Self {
        Self { dial: Arc::new(dial), ..self }
    }

    async fn exchange(&self, target: &Target, request: Sent, most: usize) -> Result<Answer, SendError> {
        let stream = timeout(self.connect, self.connected(target)).await;
        let stream = stream.map_err(|_| SendError::Unreachable)??;
        if !target.is_secure() {
            return speak(stream, request, most).await;
        }
        let name = match target.host() {
            Host::Name(name) => ServerName::try_from(name.clone()).map_err(|_| SendError::Insecure)?,
            Host::Loopback(address) => ServerName::IpAddress((*address).into()),
        };
        let stream = self.tls.connect(name, stream).await.map_err(|error| {
            tracing::debug!(%error, "no TLS with a receiver");
            SendError::Insecure
        })?;
        speak(stream, request, most).await
    }

    async fn in_time(
        &self,
        target: &Target,
        request: Option<Sent>,
        most: usize,
    ) -> Result<Answer, SendError> {
        let request = request.ok_or(SendError::Unreadable)?;
        let ended = timeout(self.total, self.exchange(target, request, most)).await;
        ended.unwrap_or(Err(SendError::Timeout))
    }

    async fn connected(&self, target: &Target) -> Result<TcpStream, SendError> {
        for address in self.addresses(target.host()).await?.into_iter().take(ADDRESSES) {
            if let Ok(stream) = self.dial.dial(SocketAddr::new(address, target.port())).await {
                return Ok(stream);
            }
        }
        Err(SendError::Unreachable)
    }

    /// The addresses of a host, all of which may be reached.
    async fn addresses(&self, host: &Host) -> Result<Vec<IpAddr>, SendError> {
        let name = match host {
            Host::Loopback(address) if self.loopback => return Ok(vec![*address]),
            Host::Loopback(_) => return Err(SendError::Unreachable),
            Host::Name(name) => name,
        };
        let (four, six) = tokio::join!(self.dns.ask(name, Kind::A), self.dns.ask(name, Kind::Aaaa));
        let mut addresses = Vec::new();
        for answer in [four, six] {
            match answer {
                Ok(answer) => {
                    addresses.extend(answer.records.into_iter().filter_map(|record| match record {
                        Record::Address(address) => Some(address),
                        _ => None,
                    }))
                }
                Err(LookUpError::NoSuchName { .. } | LookUpError::NoRecord { .. }) => {}
                Err(LookUpError::ServerFailure | LookUpError::Timeout) => {
                    return Err(SendError::Unreachable);
                }
            }
        }
        let may = |address: &IpAddr| is_public(*address) || self.loopback && address.is_loopback();
        if !addresses.is_empty() && addresses.iter().all(may) {
            Ok(addresses)
        } else {
            Err(SendError::Unreachable)
        }
    }
}

impl Client for Guarded {
    fn post<'a>(&'a self, post: &'a Post) -> BoxFuture<'a, Result<Answer, SendError>> {
        let request = request(&post.target, Method::POST, &post.headers, &post.body);
        self.in_time(&post.target, request, BODY).boxed()
    }

    fn get<'a>(&'a self, target: &'a Target, most: usize) -> BoxFuture<'a, Result<Answer, SendError>> {
        self.in_time(target, request(target, Method::GET, &[], &[]), most).boxed()
    }
}

type Sent = Request<Full<Bytes>>;

fn trusting(settings: &Outbound) -> Result<ClientConfig, ConfigError> {
    let wrong = |error: &dyn std::fmt::Display| {
        ConfigError::Value(format!("outbound.authorities: {}: {error}", settings.authorities))
    };
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if !settings.authorities.is_empty() {
        let file = CertificateDer::pem_file_iter(&settings.authorities).map_err(|error| wrong(&error))?;
        for certificate in file {
            roots.add(certificate.map_err(|error| wrong(&error))?).map_err(|error| wrong(&error))?;
        }
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| wrong(&error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

fn request(target: &Target, method: Method, headers: &[(&'static str, String)], body: &[u8]) -> Option<Sent> {
    let mut request = Request::builder()
        .method(method)
        .uri(target.path())
        .header(HOST, target.authority())
        .header(USER_AGENT, "Tenantry")
        .header(ACCEPT, "*/*")
        .header(CONNECTION, "close");
    if !body.is_empty() {
        request = request.header(CONTENT_LENGTH, body.len());
    }
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    request.body(Full::new(Bytes::copy_from_slice(body))).ok()
}

async fn speak(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    request: Sent,
    most: usize,
) -> Result<Answer, SendError> {
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(HEAD)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|_| SendError::Unreadable)?;
    // Ends with this function: nothing is left of a receiver that doesn't stop.
    let mut carried = JoinSet::new();
    carried.spawn(connection);
    let answer = sender.send_request(request).await.map_err(|error| {
        tracing::debug!(%error, "no answer of a receiver");
        SendError::Unreadable
    })?;
    read(answer, most).await
}

async fn read(answer: Response<Incoming>, most: usize) -> Result<Answer, SendError> {
    let header = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let (status, retry_after) = (answer.status().as_u16(), header.map(str::to_owned));
    let mut incoming = answer.into_body();
    let mut body = Vec::new();
    while body.len() < most {
        match incoming.frame().await {
            Some(Ok(frame)) => {
                let data = frame.into_data().unwrap_or_default();
                body.extend_from_slice(&data[..data.len().min(most - body.len())]);
            }
            Some(Err(_)) => return Err(SendError::Unreadable),
            None => break,
        }
    }
    Ok(Answer { status, retry_after, body })
}
