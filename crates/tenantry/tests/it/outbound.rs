//! The guarded client, against a real server over TLS: what it reaches, and all that it doesn't.

use std::sync::{Arc, Mutex};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, ready};
use model::outbound::Target;
use tenantry::config::Outbound;
use tenantry::outside::dns::memory::MemoryDns;
use tenantry::outside::dns::{Answer as DnsAnswer, Dns, Kind, LookUpError, Record, Resolver};
use tenantry::outside::http::guarded::Guarded;
use tenantry::outside::http::{Answer, Client as _, Post, SendError};

use crate::support::receiver::{Manner, Receiver, Rerouted};

const NAME: &str = "hooks.contoso.com";
const PUBLIC: &str = "93.184.215.14";
const OK: Manner = Manner::Answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

fn settings(receiver: &Receiver) -> Outbound {
    Outbound {
        ports: vec!["443".to_owned()],
        authorities: receiver.authority.clone(),
        loopback: false,
        connect_timeout: 1,
        timeout: 1,
    }
}

fn addresses(addresses: &[&str]) -> DnsAnswer {
    let records = addresses.iter().map(|address| Record::Address(address.parse().unwrap())).collect();
    DnsAnswer { records, ttl: 0 }
}

fn zone(of: &[&str]) -> Dns {
    let zone = MemoryDns::default();
    let (six, four): (Vec<&str>, Vec<&str>) = of.iter().partition(|address| address.contains(':'));
    for (kind, of) in [(Kind::A, four), (Kind::Aaaa, six)] {
        if !of.is_empty() {
            zone.put(NAME, kind, Ok(addresses(&of)));
        }
    }
    Dns::new(zone)
}

fn post(url: &str, settings: &Outbound) -> Post {
    let target = Target::parse(url, &settings.rules()).unwrap();
    Post { target, headers: vec![("x-own", "value".to_owned())], body: b"{\"a\":1}".to_vec() }
}

async fn sent(receiver: &Receiver, dns: Dns, url: &str) -> (Result<Answer, SendError>, Vec<String>) {
    let (settings, way) = (settings(receiver), Rerouted::to(receiver));
    let client = Guarded::new(dns, &settings).unwrap().dialing(way.clone());
    (client.post(&post(url, &settings)).await, way.dialled())
}

#[tokio::test]
async fn a_request_goes_to_the_address_that_was_checked_under_its_name() {
    let receiver = Receiver::start(NAME, OK).await;
    let (answer, dialled) =
        sent(&receiver, zone(&[PUBLIC, "2606:2800::1"]), "https://hooks.contoso.com/x?y=1").await;
    let answer = answer.unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (200, b"ok".as_slice()));
    assert_eq!(dialled, [format!("{PUBLIC}:443")]);
    let received = receiver.received();
    let [request] = received.as_slice() else { panic!("{received:?}") };
    assert!(request.head.starts_with("POST /x?y=1 HTTP/1.1\r\n"), "{}", request.head);
    assert_eq!(
        (request.header("host"), request.header("x-own"), request.body.as_str()),
        (NAME, "value", "{\"a\":1}")
    );
}

#[tokio::test]
async fn inner_addresses_are_refused_wherever_they_stand() {
    let receiver = Receiver::start(NAME, OK).await;
    for inner in [
        &["127.0.0.1"][..],
        &["10.1.2.3"],
        &["169.254.169.254"],
        &[PUBLIC, "192.168.0.1"],
        &[PUBLIC, "::1"],
        &["::ffff:127.0.0.1"],
        &["64:ff9b::a00:1"],
        &["fd00::1"],
        &["0.0.0.0"],
        &[],
    ] {
        let (answer, dialled) = sent(&receiver, zone(inner), "https://hooks.contoso.com/").await;
        assert_eq!(answer, Err(SendError::Unreachable), "{inner:?}");
        assert!(dialled.is_empty(), "{inner:?}: {dialled:?}");
    }
    // Nothing was checked where one half of the answer is missing.
    let half = MemoryDns::default();
    half.put(NAME, Kind::A, Ok(addresses(&[PUBLIC])));
    half.put(NAME, Kind::Aaaa, Err(LookUpError::ServerFailure));
    let (answer, dialled) = sent(&receiver, Dns::new(half), "https://hooks.contoso.com/").await;
    assert_eq!((answer, dialled.len()), (Err(SendError::Unreachable), 0));
}

/// Public when it is first asked, this machine from then on.
#[derive(Clone, Default)]
struct Rebinding(Arc<Mutex<Vec<Kind>>>);

impl Resolver for Rebinding {
    fn ask<'a>(&'a self, _: &'a str, kind: Kind) -> BoxFuture<'a, Result<DnsAnswer, LookUpError>> {
        let mut asked = self.0.lock().unwrap();
        asked.push(kind);
        let again = asked.iter().filter(|known| **known == kind).count() > 1;
        let answer = match kind {
            Kind::A if again => Ok(addresses(&["127.0.0.1"])),
            Kind::A => Ok(addresses(&[PUBLIC])),
            _ => Err(LookUpError::NoRecord { ttl: None }),
        };
        ready(answer).boxed()
    }
}

#[tokio::test]
async fn a_name_that_changes_its_mind_leads_nowhere_else() {
    let receiver = Receiver::start(NAME, OK).await;
    let (settings, way, dns) = (settings(&receiver), Rerouted::to(&receiver), Rebinding::default());
    let client = Guarded::new(Dns::new(dns.clone()), &settings).unwrap().dialing(way.clone());
    let post = post("https://hooks.contoso.com/", &settings);
    assert!(client.post(&post).await.is_ok());
    assert_eq!(way.dialled(), [format!("{PUBLIC}:443")]);
    assert_eq!(dns.0.lock().unwrap().len(), 2, "A and AAAA once each");
    assert_eq!(client.post(&post).await, Err(SendError::Unreachable));
    assert_eq!(way.dialled().len(), 1);
}

#[tokio::test]
async fn redirects_are_answers_like_others() {
    const REDIRECT: &str = "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1/admin\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n";
    let receiver = Receiver::start(NAME, Manner::Answer(REDIRECT)).await;
    let (answer, dialled) = sent(&receiver, zone(&[PUBLIC]), "https://hooks.contoso.com/").await;
    let answer = answer.unwrap();
    assert_eq!((answer.status, answer.retry_after.as_deref()), (307, Some("7")));
    assert_eq!((dialled.len(), receiver.received().len()), (1, 1));
}

#[tokio::test]
async fn a_certificate_must_be_of_the_name_and_of_a_known_authority() {
    let other = Receiver::start("other.contoso.com", OK).await;
    let (answer, _) = sent(&other, zone(&[PUBLIC]), "https://hooks.contoso.com/").await;
    assert_eq!(answer, Err(SendError::Insecure));
    let receiver = Receiver::start(NAME, OK).await;
    let settings = Outbound { authorities: String::new(), ..settings(&receiver) };
    let client = Guarded::new(zone(&[PUBLIC]), &settings).unwrap().dialing(Rerouted::to(&receiver));
    assert_eq!(client.post(&post("https://hooks.contoso.com/", &settings)).await, Err(SendError::Insecure));
    let plain = Receiver::plain(OK).await;
    let (answer, _) = sent(&plain, zone(&[PUBLIC]), "https://hooks.contoso.com/").await;
    assert!(answer.is_err());
    assert!(other.received().is_empty() && receiver.received().is_empty() && plain.received().is_empty());
}

#[tokio::test]
async fn answers_end_in_time_and_size() {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (manner, expected) in [
        (Manner::Stall, Err(SendError::Timeout)),
        (Manner::Endless(head, "400\r\n"), Err(SendError::Unreadable)),
        (Manner::Endless("HTTP/1.1 200 OK\r\n", "X-More: and more and more\r\n"), Err(SendError::Unreadable)),
        (Manner::Answer("220 mail.contoso.com ESMTP\r\n"), Err(SendError::Unreadable)),
        (Manner::Answer("HTTP/1.1 204 No Content\r\n\r\n"), Ok(0)),
    ] {
        let receiver = Receiver::start(NAME, manner).await;
        let (answer, _) = sent(&receiver, zone(&[PUBLIC]), "https://hooks.contoso.com/").await;
        assert_eq!(answer.map(|answer| answer.body.len()), expected);
    }
    let endless = Manner::Endless("HTTP/1.1 200 OK\r\n\r\n", "and so on, ");
    let receiver = Receiver::start(NAME, endless).await;
    let (answer, _) = sent(&receiver, zone(&[PUBLIC]), "https://hooks.contoso.com/").await;
    assert_eq!(answer.unwrap().body.len(), 64 << 10);
    // Who wants more, or less, says so.
    let settings = settings(&receiver);
    let client = Guarded::new(zone(&[PUBLIC]), &settings).unwrap().dialing(Rerouted::to(&receiver));
    let target = Target::parse("https://hooks.contoso.com/", &settings.rules()).unwrap();
    for most in [10, 100_000] {
        assert_eq!(client.get(&target, most).await.unwrap().body.len(), most);
    }
}

#[tokio::test]
async fn this_machine_is_reached_where_the_configuration_says_so_alone() {
    let receiver = Receiver::plain(OK).await;
    let near = Outbound { loopback: true, ..settings(&receiver) };
    let url = format!("http://localhost:{}/", receiver.address.port());
    let request = post(&url, &near);
    let client = Guarded::new(Dns::new(MemoryDns::default()), &near).unwrap();
    assert_eq!(client.post(&request).await.unwrap().status, 200);
    // The client looks for itself, whoever read the address.
    let strict = Guarded::new(Dns::new(MemoryDns::default()), &settings(&receiver)).unwrap();
    assert_eq!(strict.post(&request).await, Err(SendError::Unreachable));
    assert_eq!(receiver.received().len(), 1);
    let set = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let wrong = [
        set("TENANTRY_SERVER_PUBLIC_URL", "https://id.contoso.com"),
        set("TENANTRY_OUTBOUND_LOOPBACK", "true"),
        set("TENANTRY_MAIL_TRANSPORT", "smtp"),
        set("TENANTRY_MAIL_SMTP_URL", "smtp://mail.contoso.com"),
    ];
    let refused = tenantry::config::Config::load(None, wrong).unwrap_err().to_string();
    assert!(refused.contains("outbound.loopback"), "{refused}");
}
