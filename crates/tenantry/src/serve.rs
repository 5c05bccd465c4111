//! `tenantry serve`: opens the service, says plainly how it is set up, and runs until it is told to stop.

mod connection;

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum_server::Handle;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};

use self::connection::Bounded;

use crate::app::{App, Parts};
use crate::config::{Config, Server, without_password};
use crate::db::Db;
use crate::eligibility;
use crate::error::Error;
use crate::features::agreements::Library;
use crate::jobs;
use crate::mail::Transport;
use crate::moment::{Clock, Random, SystemClock, SystemRandom};
use crate::outside::Outside;
use crate::outside::dns::Dns;
use crate::outside::dns::network::NetworkDns;
use crate::outside::http::Http;
use crate::outside::http::guarded::Guarded;
use crate::outside::payment::Payment;
use crate::outside::payment::sandbox::Sandbox;
use crate::passwords::Hasher;
use crate::routes;
use crate::secrets::Keys;
use crate::transaction;
use crate::web::limits::Limits;
use crate::web::locale::Locales;

/// Why the service doesn't start.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct StartError(String);

fn start<E: std::fmt::Display>(error: E) -> StartError {
    StartError(error.to_string())
}

/// Opens everything that the service needs, with the system's clock and randomness.
///
/// # Errors
/// When the database, the key file, a list or the mail settings can't be used.
pub async fn open(config: Config) -> Result<App, StartError> {
    let random: Arc<dyn Random> = Arc::new(SystemRandom);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let dns = Dns::new(NetworkDns::new(&config.dns));
    let outside = Outside {
        mail: Transport::new(&config.mail).map_err(start)?,
        http: Http::new(Guarded::new(dns.clone(), &config.outbound).map_err(start)?),
        dns,
        payment: Payment::new(Sandbox),
    };
    open_with(config, outside, clock, random).await
}

/// The same with another clock, randomness and neighbours: what tests use.
///
/// # Errors
/// As [`open`].
pub async fn open_with(
    config: Config,
    outside: Outside,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
) -> Result<App, StartError> {
    let keys = Arc::new(Keys::open(Path::new(&config.secrets.key_file), &*random).map_err(start)?);
    let db = Db::open(&config.database.url).await.map_err(start)?.with_keys(Arc::clone(&keys));
    if !is_own_key(&db, &keys).await.map_err(start)? {
        return Err(StartError(format!(
            "master key {}: it isn't the key of this database, which holds secrets that only that key opens; put it back, \
             or name its file in secrets.key_file",
            config.secrets.key_file
        )));
    }
    Ok(App::new(Parts {
        keys,
        locales: Arc::new(Locales::embedded().map_err(start)?),
        passwords: Hasher::start(&config.passwords).map_err(start)?,
        email_rules: eligibility::email_rules(&config.eligibility, config.sign_up.allow_test_names)
            .map_err(start)?,
        limits: Limits::new(&config.limits),
        signing: crate::signing::Opened::default(),
        client_keys: crate::signing::ClientKeys::default(),
        known: crate::features::openid::Known::default(),
        kept: crate::web::kept::Kept::default(),
        agreements: Library::open(&config).map_err(start)?,
        jobs: routes::jobs(),
        db,
        outside,
        clock,
        random,
        config,
    }))
}

/// The name under which a database keeps the mark of its master key.
pub(crate) const KEY_MARK: &str = "master-key";

/// By what a master key is known again.
pub(crate) fn mark_of(keys: &Keys) -> Vec<u8> {
    keys.hash("deployment", b"master key", "")
}

/// Leaves a mark of the master key at the first start; later tells whether it is still that key.
async fn is_own_key(db: &Db, keys: &Keys) -> Result<bool, Error> {
    let mark = mark_of(keys);
    transaction!(db, |scope| {
        match scope.mark(KEY_MARK).await? {
            Some(kept) => Ok(kept == mark),
            None => scope.set_mark(KEY_MARK, &mark).await.map(|()| true),
        }
    })
}

/// The certificate with its key, which must fit it.
pub(crate) async fn certificate(server: &Server) -> std::io::Result<RustlsConfig> {
    RustlsConfig::from_pem_file(&server.tls_certificate, &server.tls_key).await
}

/// Serves until SIGTERM or Ctrl-C, then finishes what is under way.
///
/// # Errors
/// When the address can't be listened on or the certificate can't be used.
pub async fn serve(app: App) -> Result<(), StartError> {
    app.config.may_serve().map_err(start)?;
    if app.db.ignores_row_security().await.map_err(start)? {
        tracing::warn!(
            "the role of database.url is SUPERUSER or BYPASSRLS: row-level security, the second wall between tenants, doesn't \
             count for it; give the service a role of its own"
        );
    }
    let server = &app.config.server;
    let handle = Handle::new();
    tokio::spawn(jobs::run_forever(app.clone()));
    tokio::spawn(stop_on_signal(handle.clone()));
    let make_service = routes::router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let listener = std::net::TcpListener::bind(server.listen)
        .map_err(|error| StartError(format!("{}: {error}", server.listen)))?;
    listener.set_nonblocking(true).map_err(start)?;
    // Nobody need listen to it.
    let _ = std::io::stdout().write_all(announcement(&app).as_bytes());
    let first = Duration::from_secs(server.header_timeout);
    let bounded = Bounded { first, later: first + Duration::from_secs(server.request_timeout) };
    if server.tls_certificate.is_empty() {
        let mut http = axum_server::from_tcp(listener).map_err(start)?.acceptor(bounded).handle(handle);
        bound(http.http_builder(), first);
        http.serve(make_service).await.map_err(start)?;
    } else {
        let tls = certificate(server).await.map_err(start)?;
        tokio::spawn(reload_certificate(app.clone(), tls.clone()));
        let acceptor = RustlsAcceptor::new(tls).handshake_timeout(first).acceptor(bounded);
        let mut https = axum_server::from_tcp(listener).map_err(start)?.acceptor(acceptor).handle(handle);
        bound(https.http_builder(), first);
        https.serve(make_service).await.map_err(start)?;
    }
    app.db.settle().await.map_err(start)
}

// Slow or endless headers must not hold a connection.
fn bound(
    builder: &mut hyper_util::server::conn::auto::Builder<hyper_util::rt::TokioExecutor>,
    header_timeout: Duration,
) {
    builder
        .http1()
        .timer(hyper_util::rt::TokioTimer::new())
        .header_read_timeout(header_timeout)
        .max_headers(64)
        .max_buf_size(64 * 1024);
    builder
        .http2()
        .timer(hyper_util::rt::TokioTimer::new())
        .max_header_list_size(32 * 1024)
        .max_concurrent_streams(128);
}

/// The start-up lines: what a newcomer must know, plainly.
fn announcement(app: &App) -> String {
    let config = &app.config;
    let mail = match config.mail.transport.as_str() {
        "local" => format!("kept here, nothing is sent: {}", app.link("/dev/mailbox")),
        _ => format!("by SMTP, from {}", config.mail.from),
    };
    let (name, url, database) =
        (&config.product.name, &config.server.public_url, without_password(&config.database.url));
    let engine = app.db.engine_name();
    let mut text = format!(
        "{name} is ready at {url}\n  database   {database} ({engine})\n  mail       {mail}\n  payment    sandbox: test \
         cards only, nothing is ever charged\n  passwords  Argon2id on {}\n",
        argon2_dispatch::path()
    );
    if config.server.is_local() && !config.server.listen.ip().is_loopback() {
        let (listen, peers) = (config.server.listen, config.server.development_peers.join(", "));
        text.push_str(&format!(
            "  warning    {listen} is open to the network, with plain http and a public_url on this machine\n             \
             the pages under /dev are shown to this machine, {peers} and nobody else\n"
        ));
    }
    if !config.server.is_secure() {
        text.push_str(
            "  transport  plain http, for this machine only; see server.public_url and server.tls_certificate\n",
        );
    }
    text
}

async fn stop_on_signal(handle: Handle<SocketAddr>) {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        else {
            return;
        };
        tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
    }
    #[cfg(not(unix))]
    let _ = interrupt.await;
    handle.graceful_shutdown(Some(Duration::from_secs(10)));
}

// Certificates are renewed by other programs; a file that can't be used leaves the present one in force.
async fn reload_certificate(app: App, tls: RustlsConfig) {
    let server = &app.config.server;
    let changed_at = || {
        [&server.tls_certificate, &server.tls_key]
            .map(|file| std::fs::metadata(file).and_then(|metadata| metadata.modified()).ok())
    };
    let mut seen = changed_at();
    loop {
        tokio::time::sleep(Duration::from_secs(2)).await;
        let now = changed_at();
        if now != seen {
            match tls.reload_from_pem_file(&server.tls_certificate, &server.tls_key).await {
                Ok(()) => tracing::info!("the certificate was read again"),
                Err(error) => {
                    tracing::error!(%error, "the new certificate can't be used; the present one stays")
                }
            }
            seen = now;
        }
    }
}
