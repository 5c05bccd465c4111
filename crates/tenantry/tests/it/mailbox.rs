//! The mailbox page of a first run.

use tenantry::error::Error;
use tenantry::mail::{self, Message};
use tenantry::transaction;

use crate::support::TestApp;

both_engines!(
    mail_is_shown_newest_first_and_by_recipient,
    nothing_is_shown_where_mail_is_sent(|config| {
        config.mail.transport = "smtp".to_owned();
        config.mail.smtp_url = "smtp://127.0.0.1:9".to_owned();
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
