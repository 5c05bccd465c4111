//! DNS over the network, against a server that is none of ours.

use std::net::{SocketAddr, UdpSocket};

use tenantry::config;
use tenantry::outside::dns::network::NetworkDns;
use tenantry::outside::dns::{Answer, Deliverable, Dns, Kind, LookUpError, Record};

use crate::support::authority::{Authority, dns_at};

fn texts(answer: Result<Answer, LookUpError>) -> Vec<String> {
    let text = |record| match record {
        Record::Text(text) => text,
        other => panic!("{other:?} is no text"),
    };
    let mut texts: Vec<_> = answer.unwrap().records.into_iter().map(text).collect();
    texts.sort();
    texts
}

#[tokio::test]
async fn records_are_seen_as_they_come_and_go() {
    let authority = Authority::start().await;
    let dns = authority.dns();
    let ask = async || dns.ask("contoso.test", Kind::Txt).await;
    assert_eq!(ask().await, Err(LookUpError::NoRecord { ttl: Some(60) }));
    authority.publish("contoso.test", "@", "TXT", "one");
    assert_eq!(ask().await, Ok(Answer { records: vec![Record::Text("one".to_owned())], ttl: 60 }));
    authority.publish("contoso.test", "@", "TXT", "\"two words\"");
    assert_eq!(texts(ask().await), ["one", "two words"]);
    authority.withdraw("contoso.test", "@", "TXT");
    assert_eq!(ask().await, Err(LookUpError::NoRecord { ttl: Some(60) }), "nothing is remembered");
}

#[tokio::test]
async fn each_no_is_told_apart() {
    let authority = Authority::start().await;
    let dns = authority.dns();
    assert_eq!(
        dns.ask("nothing.contoso.test", Kind::Txt).await,
        Err(LookUpError::NoSuchName { ttl: Some(60) })
    );
    assert_eq!(dns.ask("ns.contoso.test", Kind::Txt).await, Err(LookUpError::NoRecord { ttl: Some(60) }));
    assert_eq!(dns.ask("broken.test", Kind::Txt).await, Err(LookUpError::ServerFailure), "SERVFAIL");
    assert_eq!(dns.ask("elsewhere.test", Kind::Txt).await, Err(LookUpError::ServerFailure), "REFUSED");
    assert_eq!(dns.ask("not a name..", Kind::Txt).await, Err(LookUpError::NoSuchName { ttl: None }));
}

#[tokio::test]
async fn a_server_that_never_answers_costs_the_timeout_and_says_nothing() {
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let dns = dns_at(silent.local_addr().unwrap());
    let asked = tokio::time::timeout(std::time::Duration::from_secs(4), dns.ask("contoso.test", Kind::Txt));
    assert_eq!(asked.await.unwrap(), Err(LookUpError::Timeout));
    assert_eq!(dns.deliverable("contoso.test").await, Deliverable::Unknown);
}

#[tokio::test]
async fn nobody_listening_says_nothing() {
    let gone = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let answer = dns_at(gone).ask("contoso.test", Kind::Txt).await;
    assert!(answer.is_err_and(|error| !error.is_absence()));
}

#[tokio::test]
async fn the_second_server_answers_for_the_first() {
    let authority = Authority::start().await;
    let gone: SocketAddr = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let servers = vec![gone, authority.address];
    let dns = Dns::new(NetworkDns::new(&config::Dns { servers, timeout: 2 }));
    authority.publish("contoso.test", "@", "TXT", "here");
    assert_eq!(texts(dns.ask("contoso.test", Kind::Txt).await), ["here"]);
}

#[tokio::test]
async fn long_texts_come_in_one_piece_and_many_of_them_by_tcp() {
    let authority = Authority::start().await;
    let (front, back) = ("a".repeat(255), "b".repeat(245));
    authority.publish("contoso.test", "long", "TXT", &format!("\"{front}\" \"{back}\""));
    let dns = authority.dns();
    assert_eq!(texts(dns.ask("long.contoso.test", Kind::Txt).await), [format!("{front}{back}")]);
    // 30 records of 200 bytes are more than a datagram of 1,232 bytes takes.
    let long: Vec<String> = (10..40).map(|number| format!("{number}{}", "c".repeat(200))).collect();
    for text in &long {
        authority.publish("contoso.test", "many", "TXT", text);
    }
    assert_eq!(texts(dns.ask("many.contoso.test", Kind::Txt).await), long);
}

#[tokio::test]
async fn mail_and_addresses_are_read() {
    let authority = Authority::start().await;
    let dns = authority.dns();
    assert_eq!(dns.deliverable("contoso.test").await, Deliverable::No);
    authority.publish("contoso.test", "@", "AAAA", "2001:db8::1");
    assert_eq!(dns.deliverable("contoso.test").await, Deliverable::Yes);
    authority.publish("contoso.test", "@", "MX", "0 .");
    assert_eq!(dns.deliverable("contoso.test").await, Deliverable::No, "the null MX wins over addresses");
    authority.publish("fabrikam.test", "@", "MX", "10 Mail.fabrikam.test.");
    assert_eq!(dns.deliverable("fabrikam.test").await, Deliverable::Yes);
    let answer = dns.ask("FABRIKAM.test.", Kind::Mx).await.unwrap();
    assert_eq!(answer.records, [Record::MailExchange("mail.fabrikam.test".to_owned())]);
    assert_eq!(dns.deliverable("absent.fabrikam.test").await, Deliverable::No);
    assert_eq!(dns.deliverable("broken.test").await, Deliverable::Unknown);
}
