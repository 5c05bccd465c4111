//! The harness itself: what it lets a test do, a person can do, and nothing more.

use jiff::SignedDuration;
use tenantry::error::Error;
use tenantry::mail::{self, Message};
use tenantry::outside::dns::Kind;
use tenantry::transaction;
use tenantry::web::limits::Limit;

use crate::support::TestApp;

both_engines!(
    forms_are_filled_as_people_fill_them,
    mail_exists_exactly_if_its_cause_does,
    dns_answers_what_the_test_put,
    visitors_count_apart(|config| config.limits.sensitive_per_minute = 1),
);

async fn forms_are_filled_as_people_fill_them(t: &mut TestApp) {
    let mut ana = t.browser();
    let flow = ana.get("/dev/pieces/flow").await;
    flow.assert_refused(422, "Which organisation are you signing for?");
    let form =
        flow.form_with(&[("sample_name", "")]).fill("sample_way", "own").fill("sample_authority", "yes");
    let value =
        |name: &str| form.values.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!(value("sample_name"), Some("Ελληνικά Λιμάνια Α.Ε."));
    assert_eq!(value("sample_country"), Some("GR"));
    assert_eq!(value("sample_way"), Some("own"));
    assert_eq!(value("sample_authority"), Some("yes"));
    assert_eq!(value("use.sample_city"), None, "a button that isn't pressed sends nothing");
    assert_eq!(form.clone().fill("sample_authority", "").values.len(), form.values.len() - 1);

    let again = ana.submit(&flow, &[("sample_name", "Contoso Ltd"), ("sample_way", "join")]).await;
    assert_eq!((again.path.as_str(), again.status.as_u16()), ("/dev/pieces/flow", 422));
    let again = ana.submit_and_follow(&again, &[("sample_city", "Athens")]).await;
    assert_eq!(again.status.as_u16(), 422);

    let choice = ana.submit_to(&flow, "/theme", &[("theme", "dark")]).await;
    assert_eq!(choice.location(), "/dev/pieces/flow");
    assert_eq!(ana.cookie("theme"), Some("dark"));
    let page = ana.follow(&choice).await;
    assert_eq!(page.attributes("html", "data-theme"), ["dark"]);
    ana.set_cookie("theme", "light");
    assert_eq!(ana.get("/dev/pieces").await.attributes("html", "data-theme"), ["light"]);
    ana.get("/dev/pieces").await.assert_shows(&["Nothing is charged at sign-up"]);
}

async fn mail_exists_exactly_if_its_cause_does(t: &mut TestApp) {
    let app = t.app.clone();
    let link = app.link("/sign-up/code");
    let message = |to: &str| {
        Message::new(to, "en", "mail-sample").code("204816").action("layout-sign-in", link.as_str())
    };
    let undone: Result<(), Error> = transaction!(app.db, |scope| {
        mail::send(scope, message("ben@contoso.test"), &app.moment()).await?;
        Err(Error::internal("on purpose"))
    });
    assert!(undone.is_err());
    let sent: Result<(), Error> =
        transaction!(app.db, |scope| mail::send(scope, message("Ana@contoso.test"), &app.moment()).await);
    sent.unwrap();
    assert_eq!(t.count("SELECT count(*) FROM job").await, 1);

    let got = t.mail_to("ana@contoso.test").await;
    assert_eq!((got.to.as_str(), got.code().as_str()), ("Ana@contoso.test", "204816"));
    assert_eq!(got.link(), "/sign-up/code");
    assert!(!got.subject.is_empty() && got.html.contains("204816"));
    t.advance(SignedDuration::from_hours(1));
    assert!(t.mails_to("ana@contoso.test").await.is_empty(), "a mail is sent once");
    assert!(t.mails_to("ben@contoso.test").await.is_empty(), "nothing came of the undone one");
    t.assert_nothing_left().await;
}

async fn dns_answers_what_the_test_put(t: &mut TestApp) {
    t.dns.text("contoso.test", &["v=spf1 -all"]);
    let dns = &t.app.outside.dns;
    assert_eq!(dns.ask("contoso.test", Kind::Txt).await.unwrap().records.len(), 1);
    assert!(dns.ask("fabrikam.test", Kind::Txt).await.unwrap_err().is_absence());
}

async fn visitors_count_apart(t: &mut TestApp) {
    assert_eq!(t.app.config.limits.sensitive_per_minute, 1);
    let (ana, ben) = (t.browser(), t.browser());
    let address = |browser: &crate::support::browser::Browser| browser.address;
    for visitor in [&ana, &ben] {
        t.app.limits.count(Limit::Sensitive, address(visitor)).unwrap();
    }
    assert!(t.app.limits.count(Limit::Sensitive, address(&ana)).is_err());
}
