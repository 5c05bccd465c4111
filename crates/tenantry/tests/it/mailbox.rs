//! The mailbox page of a first run.

use std::net::IpAddr;
use std::process::Command;

use axum::body::Body;
use http::Method;
use tenantry::config::Config;
use tenantry::error::Error;
use tenantry::mail::{self, Message};
use tenantry::transaction;

use crate::support::TestApp;
use crate::support::browser::Browser;

both_engines!(
    mail_is_shown_newest_first_and_by_recipient,
    nothing_is_shown_where_mail_is_sent(|config| {
        config.mail.transport = "smtp".to_owned();
        config.mail.smtp_url = "smtp://127.0.0.1:9".to_owned();
    }),
    the_mailbox_is_for_this_machine_alone(|config| config.server.development_peers.clear()),
    who_comes_through_a_proxy_is_who_it_says(|config| {
        config.server.development_peers.clear();
        config.server.trusted_proxies = vec!["127.0.0.1".to_owned(), "192.0.2.0/24".to_owned()];
    }),
    nothing_is_shown_away_from_this_machine(
        |config| config.server.public_url = "https://id.contoso.com".to_owned()
    ),
);

async fn send(t: &TestApp, to: &str, code: &str) {
    let link = t.app.link("/sign-in");
    let message = Message::new(to, "en", "mail-sample").code(code).action("layout-sign-in", link);
    let sent: Result<(), Error> =
        transaction!(t.app.db, |scope| mail::send(scope, message.clone(), &t.app.moment()).await);
    sent.unwrap();
    t.advance(jiff::SignedDuration::from_secs(1));
    t.run_jobs().await;
}

async fn mail_is_shown_newest_first_and_by_recipient(t: &mut TestApp) {
    let mut ana = t.browser();
    ana.get("/dev/mailbox").await.assert_shows(&["No mail here"]);
    send(t, "ana+work@contoso.test", "111111").await;
    send(t, "ben@contoso.test", "222222").await;
    let page = ana.get("/dev/mailbox").await;
    page.assert_shows(&["111111", "222222", "2 March 2026"]);
    assert!(page.text().find("222222") < page.text().find("111111"), "{}", page.text());
    assert_eq!(page.attributes(".letter .body a", "href"), [t.app.link("/sign-in"), t.app.link("/sign-in")]);
    let to_ana = page.attributes(".letter .to", "href").pop().unwrap();
    assert_eq!(to_ana, "/dev/mailbox?to=ana%2Bwork%40contoso.test");
    let page = ana.get(&to_ana).await;
    assert!(page.text().contains("111111") && !page.text().contains("222222"), "{}", page.text());
    let page = ana.submit(&page, &[("to", "BEN@contoso.test ")]).await;
    assert!(page.text().contains("222222") && !page.text().contains("111111"), "{}", page.text());
    let page = ana.get("/dev/mailbox?to=%3Cscript%3Ealert(1)%3C/script%3E").await;
    page.assert_shows(&["No mail here"]);
    assert!(!page.body.contains("<script>alert"), "{}", page.body);
    ana.get("/dev/mailbox?to=ana%00").await.assert_refused(422, "");
}

async fn nothing_is_shown_where_mail_is_sent(t: &mut TestApp) {
    t.browser().get("/dev/mailbox").await.assert_refused(404, "");
}

async fn nothing_is_shown_away_from_this_machine(t: &mut TestApp) {
    for path in ["/dev/mailbox", "/dev/pieces"] {
        t.browser().get(path).await.assert_refused(404, "");
    }
}

async fn ask(browser: &mut Browser, headers: &[(&'static str, &str)]) -> u16 {
    let mut request = browser.request(Method::GET, "/dev/mailbox");
    for (name, value) in headers {
        request.headers_mut().unwrap().insert(*name, value.parse().unwrap());
    }
    browser.send("/dev/mailbox", request.body(Body::empty()).unwrap()).await.status.as_u16()
}

async fn the_mailbox_is_for_this_machine_alone(t: &mut TestApp) {
    let mut browser = t.browser();
    for (address, status) in [
        ("192.0.2.1", 404),
        ("172.17.0.1", 404),
        ("2001:db8::1", 404),
        ("127.0.0.1", 200),
        ("::1", 200),
        ("::ffff:127.0.0.1", 200),
    ] {
        browser.address = address.parse::<IpAddr>().unwrap();
        assert_eq!(ask(&mut browser, &[]).await, status, "{address}");
        assert_eq!(browser.get("/dev/pieces").await.status.as_u16(), status, "{address}");
        assert_eq!(browser.post("/dev/pieces/check", &[]).await.status.as_u16(), status, "{address}");
    }
    for (name, value) in [
        ("x-forwarded-for", "198.51.100.7"),
        ("x-forwarded-for", "127.0.0.1"),
        ("forwarded", "for=127.0.0.1"),
        ("host", "attacker.example:8080"),
        ("host", "192.0.2.9"),
        ("host", "localhost.attacker.example"),
        ("host", ""),
    ] {
        assert_eq!(ask(&mut browser, &[(name, value)]).await, 404, "{name}: {value}");
    }
    for host in ["localhost:8080", "127.0.0.1:8080", "[::1]:8080", "id.localhost"] {
        assert_eq!(ask(&mut browser, &[("host", host)]).await, 200, "{host}");
    }
}

async fn who_comes_through_a_proxy_is_who_it_says(t: &mut TestApp) {
    let mut browser = t.browser();
    for (peer, forwarded, status) in [
        ("127.0.0.1", "198.51.100.7", 404),
        ("127.0.0.1", "127.0.0.1, 198.51.100.7", 404),
        ("127.0.0.1", "127.0.0.1", 200),
        ("192.0.2.1", "127.0.0.1", 404),
        ("198.51.100.7", "127.0.0.1", 404),
    ] {
        browser.address = peer.parse::<IpAddr>().unwrap();
        assert_eq!(ask(&mut browser, &[("x-forwarded-for", forwarded)]).await, status, "{peer}: {forwarded}");
    }
}

fn config(variables: &[(&str, &str)]) -> Config {
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::load(None, variables).unwrap()
}

#[test]
fn a_network_that_nobody_named_is_not_served() {
    let open = ("TENANTRY_SERVER_LISTEN", "0.0.0.0:8080");
    let refused = config(&[open]).may_serve().unwrap_err().to_string();
    for told in ["server.public_url", "mail.transport", "mail.smtp_url", "TENANTRY_SERVER_DEVELOPMENT_PEERS"]
    {
        assert!(refused.contains(told), "{refused}");
    }
    assert!(config(&[]).may_serve().is_ok());
    assert!(config(&[open, ("TENANTRY_SERVER_DEVELOPMENT_PEERS", "172.17.0.1")]).may_serve().is_ok());
    let smtp = [("TENANTRY_MAIL_TRANSPORT", "smtp"), ("TENANTRY_MAIL_SMTP_URL", "smtp://mail.contoso.test")];
    assert!(config(&[open, smtp[0], smtp[1]]).may_serve().is_ok());

    let folder = tempfile::tempdir().unwrap();
    let served = Command::new(env!("CARGO_BIN_EXE_tenantry"))
        .args(["serve", "--listen", "0.0.0.0:0"])
        .current_dir(folder.path())
        .env_clear()
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&served.stderr).into_owned();
    assert!(!served.status.success() && told.contains("server.development_peers"), "{told}");
}
