//! A receiver of webhooks: a real server over TLS on loopback, with a certificate authority of its own.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tempfile::TempDir;
use tenantry::outside::http::guarded::Dial;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// What it does with every request.
#[derive(Clone)]
pub enum Manner {
    Answer(&'static str),
    /// Begins to answer and never ends.
    Stall,
    /// Sends this again and again.
    Endless(&'static str, &'static str),
}

/// One request as it came.
#[derive(Clone, Debug)]
pub struct Received {
    pub head: String,
    pub body: String,
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        let pairs = self.head.lines().filter_map(|line| line.split_once(": "));
        let found = pairs.clone().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim()).unwrap_or_else(|| panic!("no {name}: {}", self.head))
    }
}

pub struct Receiver {
    pub address: SocketAddr,
    /// PEM of the authority that signed its certificate.
    pub authority: String,
    manner: Arc<Mutex<Manner>>,
    received: Arc<Mutex<Vec<Received>>>,
    folder: TempDir,
}

impl Receiver {
    /// Over TLS, with a certificate for that name.
    pub async fn start(name: &str, manner: Manner) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = folder.path().join("authority.pem");
        std::fs::write(&authority, params.self_signed(&key).unwrap().pem()).unwrap();
        let issuer = Issuer::new(params, key);
        let own = KeyPair::generate().unwrap();
        let certificate =
            CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&own, &issuer).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::try_from(own.serialize_der()).unwrap(),
            )
            .unwrap();
        Self::listen(
            Some(TlsAcceptor::from(Arc::new(config))),
            manner,
            (folder, authority.display().to_string()),
        )
        .await
    }

    /// Without TLS.
    pub async fn plain(manner: Manner) -> Self {
        Self::listen(None, manner, (tempfile::tempdir().unwrap(), String::new())).await
    }

    async fn listen(
        tls: Option<TlsAcceptor>,
        manner: Manner,
        (folder, authority): (TempDir, String),
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let received = Arc::new(Mutex::new(Vec::new()));
        let (address, kept) = (listener.local_addr().unwrap(), Arc::clone(&received));
        let manner = Arc::new(Mutex::new(manner));
        let present = Arc::clone(&manner);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (tls, manner, kept) = (tls.clone(), present.lock().unwrap().clone(), Arc::clone(&kept));
                tokio::spawn(async move {
                    match tls {
                        None => serve(stream, &manner, &kept).await,
                        Some(tls) => match tls.accept(stream).await {
                            Ok(stream) => serve(stream, &manner, &kept).await,
                            Err(_) => None,
                        },
                    }
                });
            }
        });
        Self { address, authority, manner, received, folder }
    }

    /// Does so from now on.
    pub fn behave(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    /// All that came so far.
    pub fn received(&self) -> Vec<Received> {
        assert!(self.folder.path().exists());
        self.received.lock().unwrap().clone()
    }
}

async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    manner: &Manner,
    kept: &Mutex<Vec<Received>>,
) -> Option<()> {
    let mut read = Vec::new();
    let received = loop {
        let mut part = [0; 4096];
        let count = stream.read(&mut part).await.ok().filter(|count| *count > 0)?;
        read.extend_from_slice(&part[..count]);
        let text = String::from_utf8_lossy(&read).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let received = Received { head: head.to_owned(), body: body.to_owned() };
        // One that only asks has no body and says nothing of its length.
        let length = match received.head.starts_with("GET ") {
            true => 0,
            false => received.header("content-length").parse().unwrap(),
        };
        if body.len() >= length {
            break received;
        }
    };
    kept.lock().unwrap().push(received);
    match manner {
        Manner::Answer(answer) => {
            stream.write_all(answer.as_bytes()).await.ok()?;
            stream.shutdown().await.ok()
        }
        Manner::Stall => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n1").await.ok()?;
            stream.flush().await.ok()?;
            std::future::pending().await
        }
        Manner::Endless(start, more) => {
            stream.write_all(start.as_bytes()).await.ok()?;
            loop {
                stream.write_all(more.as_bytes()).await.ok()?;
            }
        }
    }
}

/// Leads every connection to a receiver, and keeps where it was meant to go.
#[derive(Clone)]
pub struct Rerouted {
    pub to: SocketAddr,
    pub dialled: Arc<Mutex<Vec<SocketAddr>>>,
}

impl Rerouted {
    pub fn to(receiver: &Receiver) -> Self {
        Self { to: receiver.address, dialled: Arc::default() }
    }

    pub fn dialled(&self) -> Vec<String> {
        self.dialled.lock().unwrap().iter().map(ToString::to_string).collect()
    }
}

impl Dial for Rerouted {
    fn dial(&self, address: SocketAddr) -> BoxFuture<'_, std::io::Result<TcpStream>> {
        self.dialled.lock().unwrap().push(address);
        TcpStream::connect(self.to).boxed()
    }
}
