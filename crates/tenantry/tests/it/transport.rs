//! `tenantry serve` as the network meets it: TLS, limits, slow clients, proxies, cookies. Each test speaks to the real
//! program over real sockets.

#![expect(clippy::disallowed_methods, reason = "the network takes its time, and tests measure it")]

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use tempfile::TempDir;

use crate::input::routes::routes;
use crate::support::program::program;

/// The program in a folder of its own.
struct Service {
    child: Child,
    port: u16,
    folder: TempDir,
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers(name).into_iter().next()
    }

    fn headers(&self, name: &str) -> Vec<&str> {
        let pairs = self.head.lines().filter_map(|line| line.split_once(": "));
        pairs.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value).collect()
    }
}

impl Service {
    fn start(settings: &[(&str, &str)]) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), settings)
    }

    fn start_in(folder: TempDir, settings: &[(&str, &str)]) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let child = program()
            .arg("serve")
            .env("TENANTRY_SERVER_LISTEN", format!("127.0.0.1:{port}"))
            .env("TENANTRY_PASSWORDS_MEMORY", "64")
            .envs(settings.iter().copied())
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut service = Self { child, port, folder };
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = service.child.try_wait().unwrap();
            assert!(ended.is_none() && started.elapsed() < Duration::from_secs(60), "{}", service.log());
            std::thread::sleep(Duration::from_millis(20));
        }
        service
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream
    }

    fn send(&self, request: &str) -> Answer {
        let mut stream = self.connect();
        // A service that has refused already needn't read the rest.
        let _ = stream.write_all(request.as_bytes());
        read_answer(stream)
    }

    fn get(&self, path: &str, headers: &str) -> Answer {
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Connection: close\r\n\r\n"))
    }

    fn post(&self, path: &str, headers: &str, body: &str) -> Answer {
        self.send(&post(path, headers, body))
    }

    /// How long the service keeps a connection on which this was said and nothing more.
    fn patience(&self, said: &str) -> Duration {
        let mut stream = self.connect();
        stream.write_all(said.as_bytes()).unwrap();
        let since = Instant::now();
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
        since.elapsed()
    }
}

fn post(path: &str, headers: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n{headers}Connection: close\r\n\r\n{body}",
        body.len()
    )
}

fn read_answer(stream: impl Read) -> Answer {
    let mut reader = BufReader::new(stream);
    let (mut head, mut line) = (String::new(), String::new());
    while reader.read_line(&mut line).unwrap_or(0) > 2 {
        head.push_str(&line);
        line.clear();
    }
    let mut body = Vec::new();
    let _ = reader.read_to_end(&mut body);
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let body = String::from_utf8_lossy(&body).into_owned();
    Answer { status: status.unwrap_or_else(|| panic!("no answer: {head:?}")), head, body }
}

#[test]
fn bodies_and_headers_have_limits() {
    let service = Service::start(&[("TENANTRY_SERVER_BODY_LIMIT", "2048")]);
    let fits = service.post("/theme", "", &format!("theme=dark&x={}", "x".repeat(2000)));
    assert_eq!(fits.status, 303, "{}", fits.head);
    let large = service.post("/theme", "", &format!("theme=dark&x={}", "x".repeat(2100)));
    assert_eq!(large.status, 413);
    assert!(large.body.contains("larger than this page accepts"), "{}", large.body);
    let million = service.post("/v1.0/check/email", "", &" ".repeat(1_000_000));
    assert_eq!((million.status, million.header("content-type")), (413, Some("application/problem+json")));
    // A body whose length nobody told is counted while it comes.
    let chunk = format!("7d0\r\n{}\r\n", "x".repeat(2000));
    let chunked = service.send(&format!(
        "POST /theme HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n{chunk}{chunk}0\r\n\r\n"
    ));
    assert_eq!(chunked.status, 413);
    for headers in [format!("X-Long: {}\r\n", "x".repeat(100_000)), "X-Many: 1\r\n".repeat(100)] {
        assert_eq!(service.get("/", &headers).status, 431);
    }
    let long = service.get(&format!("/{}", "x".repeat(100_000)), "");
    assert!([414, 431].contains(&long.status), "{}", long.status);
    for broken in ["GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n", "\0\0\0\0\r\n\r\n", "GET  HTTP/9\r\n\r\n"] {
        assert_eq!(service.send(broken).status, 400, "{broken:?}");
    }
    assert_eq!(service.get("/", "").status, 200, "the service is well");
}

#[test]
fn whoever_is_slow_is_let_go() {
    let service =
        Service::start(&[("TENANTRY_SERVER_HEADER_TIMEOUT", "1"), ("TENANTRY_SERVER_REQUEST_TIMEOUT", "1")]);
    let slow = post("/theme", "", "theme=dark").replace("Content-Length: 10", "Content-Length: 20");
    std::thread::scope(|scope| {
        // Says nothing, says how it begins, doesn't end its headers, asks again for nothing, doesn't end its body.
        for said in
            ["", "GET", "GET / HTTP/1.1\r\nHost: a\r\nX: ", "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", &slow]
        {
            let service = &service;
            scope.spawn(move || {
                let kept = service.patience(said);
                let range = Duration::from_millis(900)..Duration::from_secs(10);
                assert!(range.contains(&kept), "{said:?} is kept for {kept:?}");
            });
        }
    });
    // Headers that come byte by byte don't last longer either.
    let mut stream = service.connect();
    let since = Instant::now();
    let mut begun = stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
    while begun.is_ok() && since.elapsed() < Duration::from_secs(20) {
        stream.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        begun = match stream.read(&mut [0; 512]) {
            Ok(0) => break,
            _ => stream.write_all(b"x"),
        };
    }
    assert!(since.elapsed() < Duration::from_secs(10), "{:?}", since.elapsed());
    assert_eq!(service.get("/", "").status, 200);
}

#[test]
fn limits_answer_when_to_come_back() {
    let service = Service::start(&[
        ("TENANTRY_LIMITS_SENSITIVE_PER_MINUTE", "1"),
        ("TENANTRY_LIMITS_CHECKS_PER_MINUTE", "1"),
    ]);
    let soon = |answer: &Answer| {
        let seconds: u32 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=60).contains(&seconds), "{seconds}");
    };
    for path in ["/sign-in", "/reset", "/sign-up"] {
        service.post(path, "", "username=a%40contoso.com&email=a%40contoso.com");
        let refused = service.post(path, "", "username=a%40contoso.com&email=a%40contoso.com");
        assert_eq!(refused.status, 429, "{path}: {}", refused.head);
        assert!(refused.body.contains("Too many requests came from your network"), "{}", refused.body);
        assert!(refused.header("content-type").unwrap().starts_with("text/html"));
        soon(&refused);
    }
    service.post("/v1.0/check/email", "", "{\"email\":\"a@contoso.com\"}");
    let refused = service.post("/v1.0/check/email", "", "{\"email\":\"a@contoso.com\"}");
    assert_eq!((refused.status, refused.header("content-type")), (429, Some("application/problem+json")));
    let problem: serde_json::Value = serde_json::from_str(&refused.body).unwrap();
    assert_eq!(problem["code"], "too-many-requests");
    soon(&refused);
}

/// Whether requests with these headers count as one visitor's, where one may ask once a minute.
fn counts_as_one(proxies: &str, headers: [&str; 2]) -> bool {
    let service = Service::start(&[
        ("TENANTRY_LIMITS_CHECKS_PER_MINUTE", "1"),
        ("TENANTRY_SERVER_TRUSTED_PROXIES", proxies),
    ]);
    let [first, second] = headers.map(|headers| service.post("/v1.0/check/email", headers, "{}").status);
    assert_eq!(first, 200);
    second == 429
}

#[test]
fn only_listed_proxies_say_who_asks() {
    let (one, two) = ("X-Forwarded-For: 192.0.2.1\r\n", "X-Forwarded-For: 192.0.2.2\r\n");
    assert!(counts_as_one("", [one, two]), "nobody is listed: both are this machine");
    assert!(counts_as_one("10.0.0.0/8", [one, two]), "another proxy is listed");
    assert!(!counts_as_one("127.0.0.0/8", [one, two]), "a listed proxy is believed");
    // What the visitor wrote stands before what the proxy adds, on the same line or on one before.
    let (spoofed, again) = (
        "X-Forwarded-For: 10.1.1.1, 192.0.2.1\r\n",
        "X-Forwarded-For: 10.2.2.2\r\nX-Forwarded-For: 192.0.2.1\r\n",
    );
    assert!(counts_as_one("127.0.0.1", [spoofed, again]), "the last entry counts");
    let chained = "X-Forwarded-For: 192.0.2.1, 10.9.9.9\r\n";
    assert!(
        counts_as_one("127.0.0.1,10.0.0.0/8", [spoofed, chained]),
        "a proxy behind a proxy is passed over"
    );
    let odd = "X-Forwarded-For: 192.0.2.1, unknown\r\n";
    assert!(counts_as_one("127.0.0.1", [odd, "X-Forwarded-For: \r\n"]), "what is no address is no visitor");
}

/// Scheme and host are the configuration's, whatever headers say.
#[test]
fn cookies_belong_to_this_host_alone() {
    let service = Service::start(&[
        ("TENANTRY_SERVER_PUBLIC_URL", "https://accounts.localhost"),
        ("TENANTRY_SERVER_TRUSTED_PROXIES", "127.0.0.1"),
    ]);
    for said in ["", "X-Forwarded-Proto: http\r\nX-Forwarded-Host: evil.example\r\n"] {
        let answer = service.post("/sign-in", said, "username=a%40contoso.com");
        assert_eq!((answer.status, answer.header("location")), (303, Some("/sign-in/password")));
        let cookies = answer.headers("set-cookie");
        assert!(!cookies.is_empty());
        for cookie in cookies {
            assert!(cookie.starts_with("__Host-"), "{cookie}");
            for attribute in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
                assert!(cookie.contains(attribute), "{cookie} lacks {attribute}");
            }
            assert!(!cookie.contains("Domain"), "{cookie}");
        }
        assert_eq!(answer.header("strict-transport-security"), Some("max-age=31536000; includeSubDomains"));
    }
    let dark = service.post("/theme", "", "theme=dark");
    let cookie = dark.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-theme=dark") && cookie.contains("; Secure"), "{cookie}");
    let page = service.get("/", "Cookie: __Host-theme=dark\r\nX-Forwarded-Host: evil.example\r\n");
    assert!(
        page.body.contains("data-theme=\"dark\"") && !page.body.contains("evil.example"),
        "{}",
        page.body
    );
}

/// What clients of other sites send: nothing of it acts for the person whose cookies come along.
const FOR_OTHER_SITES: [&str; 8] = [
    "/oauth2/v2.0/authorize",
    "/oauth2/v2.0/devicecode",
    "/oauth2/v2.0/token",
    "/oauth2/v2.0/introspect",
    "/oauth2/v2.0/revoke",
    "/oauth2/v2.0/par",
    "/oauth2/v2.0/logout",
    "/openid/userinfo",
];

/// Every route that changes something, before it looks at anything else.
#[test]
fn posts_of_other_sites_change_nothing() {
    let service = Service::start(&[("TENANTRY_SERVER_PUBLIC_URL", "http://localhost:8080")]);
    let foreign = [
        "Origin: https://attacker.example\r\n",
        "Origin: null\r\n",
        "Origin: http://localhost:8081\r\n",
        "Origin: http://localhost:8080.attacker.example\r\n",
        "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\n",
        "Sec-Fetch-Site: cross-site\r\nOrigin: http://localhost:8080\r\n",
    ];
    for route in routes().iter().filter(|route| route.is_post) {
        let path = route.path.replace(['{', '}'], "");
        for headers in foreign {
            let answer = service.post(&path, headers, "theme=dark");
            if FOR_OTHER_SITES.iter().any(|open| path.ends_with(open)) {
                assert!(answer.status != 403 && answer.header("set-cookie").is_none(), "{path}");
                continue;
            }
            assert_eq!(answer.status, 403, "{path} {headers:?}");
            let json = path.starts_with("/v1.0/");
            let told = if json { "\"code\":\"cross-site\"" } else { "This form was sent from another site." };
            assert!(answer.body.contains(told), "{path}: {}", answer.body);
            assert!(answer.header("set-cookie").is_none());
        }
    }
}

/// A certificate for localhost, signed by nobody else; its files as `serve` reads them.
fn certificate(service: &TempDir) -> (CertificateDer<'static>, String, String) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (certificate, key) = (made.cert.pem(), made.signing_key.serialize_pem());
    write_pair(service, &certificate, &key);
    (made.cert.der().clone(), certificate, key)
}

fn write_pair(folder: &TempDir, certificate: &str, key: &str) {
    for (name, text) in [("tls.crt", certificate), ("tls.key", key)] {
        // As certificate tools do it: a new file takes the old one's place at once.
        let new = folder.path().join("new");
        std::fs::write(&new, text).unwrap();
        std::fs::rename(&new, folder.path().join(name)).unwrap();
    }
}

fn over_tls(port: u16, trusted: &CertificateDer<'static>, request: &str) -> std::io::Result<Answer> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let client = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = StreamOwned::new(client, TcpStream::connect(("127.0.0.1", port))?);
    stream.write_all(request.as_bytes())?;
    Ok(read_answer(stream))
}

const ASK: &str = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

#[test]
fn certificates_are_read_again_and_broken_ones_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (first, ..) = certificate(&folder);
    let service = Service::start_in(
        folder,
        &[
            ("TENANTRY_SERVER_PUBLIC_URL", "https://localhost"),
            ("TENANTRY_SERVER_TLS_CERTIFICATE", "tls.crt"),
            ("TENANTRY_SERVER_TLS_KEY", "tls.key"),
            ("TENANTRY_SERVER_HEADER_TIMEOUT", "1"),
            ("TENANTRY_SERVER_REQUEST_TIMEOUT", "1"),
        ],
    );
    let answer = over_tls(service.port, &first, ASK).unwrap();
    assert_eq!(answer.status, 200);
    assert!(answer.header("strict-transport-security").is_some());
    let until = |what: &str, came: &dyn Fn() -> bool| {
        let since = Instant::now();
        while !came() {
            assert!(since.elapsed() < Duration::from_secs(20), "{what}: {}", service.log());
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    // A certificate without its key, and one that is none: what was there goes on, and the log says why.
    let (_, other, _) = certificate(&tempfile::tempdir().unwrap());
    for (times, broken) in [(1, other.as_str()), (2, "-----BEGIN CERTIFICATE-----\nno\n")] {
        std::fs::write(service.folder.path().join("tls.crt"), broken).unwrap();
        let told = || service.log().matches("the new certificate can't be used").count() >= times;
        until("the log tells of a broken certificate", &told);
        assert_eq!(over_tls(service.port, &first, ASK).unwrap().status, 200);
    }
    let (second, ..) = certificate(&service.folder);
    let renewed = || over_tls(service.port, &second, ASK).is_ok_and(|answer| answer.status == 200);
    until("the new certificate is served", &renewed);
    assert!(over_tls(service.port, &first, ASK).is_err(), "the old one is gone");
    // Who speaks no TLS, or begins it and goes silent, is let go.
    assert!(service.patience("") < Duration::from_secs(10));
    assert!(service.patience("\x16\x03\x01") < Duration::from_secs(10));
    assert!(service.patience("GET / HTTP/1.1\r\n\r\n") < Duration::from_secs(10));
    assert!(!service.log().contains("panicked"), "{}", service.log());
}

#[test]
fn nobody_needs_to_read_what_serve_says() {
    let folder = tempfile::tempdir().unwrap();
    let mut serve = program();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let serve = serve.args(["serve", "--listen", &format!("127.0.0.1:{port}")]).current_dir(folder.path());
    let mut child = serve.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    drop(child.stdout.take());
    let mut service = Service { child, port, folder };
    let since = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(service.child.try_wait().unwrap().is_none() && since.elapsed() < Duration::from_secs(60));
        std::thread::yield_now();
    }
    assert_eq!(service.get("/healthz", "").status, 200);
}
