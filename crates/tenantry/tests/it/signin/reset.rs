//! Resetting a forgotten password.

use jiff::SignedDuration;
use tenantry::features::reset::SendResetCode;
use tenantry::features::signin::RecordRefusal;
use tenantry::jobs::Job;

use super::*;
use crate::support::statements::statements_of;

both_engines!(
    a_forgotten_password_is_replaced,
    the_second_factor_is_owed_too,
    asking_answers_alike_for_every_name,
    a_flooded_queue_refuses_every_name_alike(super::unlimited),
    codes_cant_be_guessed(super::unlimited),
    codes_and_resets_expire,
    no_step_of_a_reset_is_skipped,
    a_mailbox_is_not_flooded(super::unlimited),
    a_reset_opens_a_locked_account(super::unlimited),
);

async fn ask(browser: &mut Browser, name: &str) -> Page {
    let page = browser.get("/reset").await;
    let page = browser.submit_and_follow(&page, &[("username", name)]).await;
    assert_eq!(page.path, "/reset/code");
    page
}

async fn a_forgotten_password_is_replaced(t: &mut TestApp) {
    let zoe = employee(t).await;
    let mut signed_in = t.browser();
    sign_in(&mut signed_in, &zoe.name).await;
    let mut browser = t.browser();
    let page = ask(&mut browser, &zoe.name).await;
    page.assert_shows(&["a code is on its way", &zoe.name]);
    let code = t.mail_to(&zoe.contact).await.code();
    t.advance(SignedDuration::from_secs(20));
    let page = browser.submit(&page, &[("code", &format!("{} {}", &code[..3], &code[3..]))]).await;
    assert_eq!(page.location(), "/reset/password");
    let page = browser.follow(&page).await;
    let page = browser.submit(&page, &[("password", "zoe-zoe-quist-1")]).await;
    page.assert_refused(422, "contains your name");
    let strength = browser.post("/reset/password/check", &[("password", OTHER_PASSWORD)]).await;
    assert!(strength.body.contains("Strong"));
    let done = browser.submit(&page, &[("password", OTHER_PASSWORD)]).await;
    browser.follow(&done).await.assert_shows(&["Your password was changed"]);
    assert!(!is_in(&mut signed_in).await);
    assert!(t.mail_to(&zoe.contact).await.subject.contains("was changed"));
    try_password(&mut browser, &zoe.name, PASSWORD).await.assert_refused(422, "don't match");
    assert_eq!(try_password(&mut browser, &zoe.name, OTHER_PASSWORD).await.location(), "/overview");
    assert!(activities(t, &zoe).await.contains(&"password-reset-by-self".to_owned()));
    t.assert_nothing_left().await;
}

async fn the_second_factor_is_owed_too(t: &mut TestApp) {
    let zoe = employee(t).await;
    let mut own = t.browser();
    sign_in(&mut own, &zoe.name).await;
    let key = set_up_app(t, &mut own).await;
    assert!(t.mail_to(&zoe.contact).await.subject.contains("An authenticator app was set up"));
    let mut browser = t.browser();
    let page = ask(&mut browser, &zoe.name).await;
    let code = t.mail_to(&zoe.contact).await.code();
    let page = browser.submit(&page, &[("code", &code)]).await;
    assert_eq!(page.location(), "/reset/second-factor");
    assert_eq!(browser.get("/reset/password").await.location(), "/reset?expired");
    let skipped = browser.post("/reset/password", &[("password", OTHER_PASSWORD)]).await;
    assert_eq!(skipped.location(), "/reset?expired");
    let page = browser.follow(&page).await;
    let page = browser.submit(&page, &[("code", "000000")]).await;
    page.assert_refused(422, "This code isn't right");
    let page = browser.submit(&page, &[("code", &code_of(t, &key))]).await;
    assert_eq!(page.location(), "/reset/password");
    let page = browser.follow(&page).await;
    let page = browser.submit(&page, &[("password", OTHER_PASSWORD)]).await;
    assert_eq!(page.location(), "/sign-in?password-changed");
}

async fn asking_answers_alike_for_every_name(t: &mut TestApp) {
    let zoe = employee(t).await;
    let disabled = person(t, zoe.tenant, "contoso", "dan", &[]).await;
    alter(t, &disabled, "UPDATE users SET account_enabled = FALSE WHERE tenant_id = $1 AND id = $2").await;
    let unreachable = person(t, zoe.tenant, "contoso", "una", &[]).await;
    alter(t, &unreachable, "UPDATE users SET contact_email = NULL WHERE tenant_id = $1 AND id = $2").await;
    let unknown = zoe.name.replace("zoe", "nob");
    let mut all = Vec::new();
    for name in [&zoe.name, &disabled.name, &unreachable.name, &unknown] {
        let mut browser = t.browser();
        let page = browser.get("/reset").await;
        let answer = browser.submit(&page, &[("username", name)]).await;
        let waiting = t.count("SELECT count(*) FROM job WHERE kind = 'send-reset-code'").await;
        let cookie = browser.cookie("reset").unwrap().len();
        let asked = browser.follow(&answer).await;
        t.run_jobs().await;
        let wrong = browser.submit(&asked, &[("code", "000000")]).await;
        wrong.assert_refused(422, "This code isn't right");
        let bodies = [asked.body, wrong.body].map(|body| body.replace(name.as_str(), "NAME"));
        all.push((answer.status, answer.location().to_owned(), waiting, cookie, bodies));
    }
    assert!(all.iter().all(|one| *one == all[0]), "{all:?}");
    assert_eq!(t.mails_to(&zoe.contact).await.len(), 1);
    assert!(t.mails_to(&disabled.contact).await.is_empty());
}

/// Jobs that wait as if that many strangers had been there.
async fn fill(t: &TestApp, kind: &str, count: i64) {
    let moment = t.app.moment();
    let filled: Result<(), Error> = transaction!(t.app.db, |scope| {
        let sql = "INSERT INTO job (id, kind, run_at, attempts, priority) VALUES ($1, $2, $3, 0, 2)";
        for _ in 0..count {
            scope.execute(sql, params![moment.uuid(), kind, moment.now]).await?;
        }
        Ok(())
    });
    filled.unwrap();
}

async fn a_flooded_queue_refuses_every_name_alike(t: &mut TestApp) {
    let zoe = employee(t).await;
    let unknown = zoe.name.replace("zoe", "nob");
    fill(t, SendResetCode::KIND, SendResetCode::MOST_WAITING - 1).await;
    let mut browser = t.browser();
    let code = ask(&mut browser, &unknown).await;
    let page = browser.get("/reset").await;
    let mut all = Vec::new();
    for name in [&zoe.name, &unknown] {
        let (refused, ran) = statements_of(browser.submit(&page, &[("username", name)])).await;
        assert_eq!(refused.status.as_u16(), 503);
        assert_eq!(refused.header("retry-after"), "30");
        all.push(ran);
    }
    assert_eq!(all[0], all[1]);
    let waiting = "SELECT count(*) FROM job WHERE kind = 'send-reset-code'";
    assert_eq!(t.count(waiting).await, SendResetCode::MOST_WAITING);

    fill(t, RecordRefusal::KIND, RecordRefusal::MOST_WAITING).await;
    assert_eq!(browser.submit(&code, &[("code", "000000")]).await.status.as_u16(), 503);
    let log = "SELECT count(*) FROM job WHERE kind = 'record-refused-sign-in'";
    assert_eq!(t.count(log).await, RecordRefusal::MOST_WAITING);
    // A full log keeps nobody out, and no guess goes unrecorded.
    try_password(&mut browser, &zoe.name, OTHER_PASSWORD).await.assert_refused(422, "don't match");
    assert_eq!(t.count(log).await, RecordRefusal::MOST_WAITING + 1);
    sign_in(&mut browser, &zoe.name).await;
}

async fn codes_cant_be_guessed(t: &mut TestApp) {
    let zoe = employee(t).await;
    let mut browser = t.browser();
    let page = ask(&mut browser, &zoe.name).await;
    let code = t.mail_to(&zoe.contact).await.code();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        browser.submit(&page, &[("code", wrong)]).await.assert_refused(422, "This code isn't right");
    }
    browser.submit(&page, &[("code", &code)]).await.assert_refused(422, "This code isn't right");
    ask(&mut browser, &zoe.name).await;
    assert!(t.mails_to(&zoe.contact).await.is_empty(), "no code while resets are shut");
    t.advance(SignedDuration::from_hours(24));
    let page = ask(&mut browser, &zoe.name).await;
    let code = t.mail_to(&zoe.contact).await.code();
    let mut other = t.browser();
    let foreign = ask(&mut other, &zoe.name).await;
    t.mail_to(&zoe.contact).await;
    let answer = other.submit(&foreign, &[("code", &code)]).await;
    answer.assert_refused(422, "This code isn't right");
    assert_eq!(browser.submit(&page, &[("code", &code)]).await.location(), "/reset/password");
}

async fn codes_and_resets_expire(t: &mut TestApp) {
    let zoe = employee(t).await;
    let mut browser = t.browser();
    let page = ask(&mut browser, &zoe.name).await;
    let code = t.mail_to(&zoe.contact).await.code();
    t.advance(SignedDuration::from_mins(5));
    browser.submit(&page, &[("code", &code)]).await.assert_refused(422, "no longer good");
    let page = ask(&mut browser, &zoe.name).await;
    let code = t.mail_to(&zoe.contact).await.code();
    let page = browser.submit(&page, &[("code", &code)]).await;
    let page = browser.follow(&page).await;
    t.advance(SignedDuration::from_mins(15));
    let late = browser.submit(&page, &[("password", OTHER_PASSWORD)]).await;
    assert_eq!(late.location(), "/reset?expired");
    browser.follow(&late).await.assert_shows(&["This reset took too long"]);
    sign_in(&mut browser, &zoe.name).await;
}

async fn no_step_of_a_reset_is_skipped(t: &mut TestApp) {
    let zoe = employee(t).await;
    let mut browser = t.browser();
    for path in ["/reset/code", "/reset/second-factor", "/reset/password"] {
        assert_eq!(browser.get(path).await.location(), "/reset?expired", "{path}");
        let page = browser.post(path, &[("password", OTHER_PASSWORD), ("code", "123456")]).await;
        assert_eq!(page.location(), "/reset?expired", "{path}");
    }
    let page = ask(&mut browser, &zoe.name).await;
    let code = t.mail_to(&zoe.contact).await.code();
    for path in ["/reset/second-factor", "/reset/password"] {
        let page = browser.post(path, &[("password", OTHER_PASSWORD), ("code", "123456")]).await;
        assert_eq!(page.location(), "/reset?expired", "{path}");
    }
    let next = browser.submit(&page, &[("code", &code)]).await;
    let last = browser.follow(&next).await;
    let cookie = browser.cookie("reset").unwrap().to_owned();
    assert_eq!(browser.submit(&last, &[("password", OTHER_PASSWORD)]).await.status.as_u16(), 303);
    browser.set_cookie("reset", &cookie);
    let again = browser.submit(&last, &[("password", PASSWORD)]).await;
    assert_eq!(again.location(), "/reset?expired", "a reset is used once");
    browser.submit(&page, &[("code", &code)]).await.assert_refused(422, "This code isn't right");
}

async fn a_mailbox_is_not_flooded(t: &mut TestApp) {
    let zoe = employee(t).await;
    let mut browser = t.browser();
    for _ in 0..8 {
        ask(&mut browser, &zoe.name).await;
    }
    assert_eq!(t.mails_to(&zoe.contact).await.len(), 5);
    t.advance(SignedDuration::from_hours(1));
    ask(&mut browser, &zoe.name).await;
    assert_eq!(t.mails_to(&zoe.contact).await.len(), 1);
}

async fn a_reset_opens_a_locked_account(t: &mut TestApp) {
    let zoe = employee(t).await;
    let mut guesser = t.browser();
    for number in 0..10 {
        try_password(&mut guesser, &zoe.name, &format!("wrong guess number {number}")).await;
    }
    let mut browser = t.browser();
    try_password(&mut browser, &zoe.name, PASSWORD).await.assert_refused(422, "don't match");
    let page = ask(&mut browser, &zoe.name).await;
    let code = t.mail_to(&zoe.contact).await.code();
    let page = browser.submit_and_follow(&page, &[("code", &code)]).await;
    browser.submit(&page, &[("password", OTHER_PASSWORD)]).await;
    assert_eq!(try_password(&mut browser, &zoe.name, OTHER_PASSWORD).await.location(), "/overview");
}
