//! Nobody can find out who has an account by time: each request before a proof runs the same statements for every name.

use super::*;
use crate::support::company::{CONTOSO, Company};
use crate::support::statements::statements_of;

both_engines!(
    signing_in_costs_every_name_the_same(super::unlimited),
    a_reset_costs_every_name_the_same(super::unlimited),
    sign_up_and_find_cost_every_address_the_same(super::unlimited),
    a_request_for_access_costs_those_with_an_account_the_same(super::unlimited),
);

/// Somebody or nobody of each kind; the first is a person like any other.
async fn names(t: &mut TestApp) -> Vec<(&'static str, String)> {
    let tenant = company(t, "contoso").await;
    let mut people = Vec::new();
    for name in ["known", "still", "latch", "blank", "ended", "mute"] {
        people.push(person(t, tenant, "contoso", name, &[]).await);
    }
    let [known, disabled, locked, no_password, deleted, no_address] =
        people.try_into().unwrap_or_else(|_| panic!());
    alter(t, &disabled, "UPDATE users SET account_enabled = FALSE WHERE tenant_id = $1 AND id = $2").await;
    alter(t, &no_password, "DELETE FROM user_password WHERE tenant_id = $1 AND user_id = $2").await;
    alter(t, &deleted, "UPDATE users SET deleted_at = 1 WHERE tenant_id = $1 AND id = $2").await;
    alter(t, &no_address, "UPDATE users SET contact_email = NULL WHERE tenant_id = $1 AND id = $2").await;
    let mut guesser = t.browser();
    for number in 0..10 {
        try_password(&mut guesser, &locked.name, &format!("wrong guess number {number}")).await;
    }
    let domain = known.name.split_once('@').unwrap().1.to_owned();
    vec![
        ("known", known.name),
        ("unknown", format!("nobod@{domain}")),
        ("unknown domain", "known@fabrikb.onwork.localhost".to_owned()),
        ("disabled", disabled.name),
        ("locked", locked.name),
        ("without a password", no_password.name),
        ("deleted", deleted.name),
        ("without a contact address", no_address.name),
    ]
}

/// What was done, with the statements that it ran.
type Step = (String, Vec<String>);

/// Fails where a request ran other statements for one name than for the first.
fn assert_alike(all: &[(&str, Vec<Step>)]) {
    let (_, first) = &all[0];
    for (step, statements) in first {
        println!("{step}: {} statements", statements.len());
    }
    for (case, steps) in &all[1..] {
        for ((step, statements), (_, expected)) in steps.iter().zip(first) {
            assert_eq!(statements, expected, "{case}: {step}");
        }
        assert_eq!(steps.len(), first.len(), "{case}");
    }
}

async fn signing_in_costs_every_name_the_same(t: &mut TestApp) {
    let mut all = Vec::new();
    for (case, name) in names(t).await {
        let mut browser = t.browser();
        let (mut steps, page) = (Vec::new(), browser.get("/sign-in").await);
        let (named, ran) = statements_of(browser.submit(&page, &[("username", &name)])).await;
        steps.push(("the name".to_owned(), ran));
        let (page, ran) = statements_of(browser.follow(&named)).await;
        steps.push(("the password's page".to_owned(), ran));
        for number in 0..2 {
            let (refused, ran) = statements_of(browser.submit(&page, &[("password", OTHER_PASSWORD)])).await;
            refused.assert_refused(422, "don't match");
            assert!(ran.len() > 8 && ran.iter().any(|sql| sql.starts_with("INSERT INTO job")), "{ran:?}");
            steps.push((format!("the password, {number}"), ran));
        }
        for path in ["/sign-in/code", "/sign-in/new-password"] {
            steps.push((format!("get {path}"), statements_of(browser.get(path)).await.1));
            let post = browser.post(path, &[("code", "000000"), ("password", OTHER_PASSWORD)]);
            steps.push((format!("post {path}"), statements_of(post).await.1));
        }
        all.push((case, steps));
    }
    assert_alike(&all);
    t.run_jobs().await;
}

async fn a_reset_costs_every_name_the_same(t: &mut TestApp) {
    let mut all = Vec::new();
    for (case, name) in names(t).await {
        let mut browser = t.browser();
        let (mut steps, page) = (Vec::new(), browser.get("/reset").await);
        let (asked, ran) = statements_of(browser.submit(&page, &[("username", &name)])).await;
        assert!(ran.iter().any(|sql| sql.starts_with("INSERT INTO job")), "{ran:?}");
        steps.push(("the name".to_owned(), ran));
        let (page, ran) = statements_of(browser.follow(&asked)).await;
        steps.push(("the code's page".to_owned(), ran));
        // Before the code is sent, after it was, and once so many were wrong that resets are shut.
        for number in 0..8 {
            if number == 1 {
                t.run_jobs().await;
            }
            let (refused, ran) = statements_of(browser.submit(&page, &[("code", "000000")])).await;
            refused.assert_refused(422, "This code isn't right");
            assert!(ran.len() > 8, "{ran:?}");
            steps.push((format!("the code, {number}"), ran));
            for path in ["/reset/second-factor", "/reset/password"] {
                steps.push((format!("get {path}, {number}"), statements_of(browser.get(path)).await.1));
                let post = browser.post(path, &[("code", "000000"), ("password", OTHER_PASSWORD)]);
                steps.push((format!("post {path}, {number}"), statements_of(post).await.1));
            }
            let post = browser.post("/reset/password/check", &[("password", OTHER_PASSWORD)]);
            steps.push((format!("the strength, {number}"), statements_of(post).await.1));
        }
        all.push((case, steps));
    }
    assert_alike(&all);
    t.run_jobs().await;
}

/// A company whose account exists, one that has none, and one whose sign-up isn't finished.
async fn addresses(t: &mut TestApp) -> [(&'static str, &'static str); 4] {
    CONTOSO.sign_up(t).await;
    let mut ben = t.browser();
    Company { email: "ben.ortiz@litware.example", ..CONTOSO }.prove_mailbox(t, &mut ben).await;
    t.advance(SignedDuration::from_hours(2));
    [
        ("known", CONTOSO.email),
        ("of a company with an account", "ida.meyer@contoso.example"),
        ("of an unfinished sign-up", "ben.ortiz@litware.example"),
        ("unknown", "joe.okafor@kontiki.example"),
    ]
}

async fn sign_up_and_find_cost_every_address_the_same(t: &mut TestApp) {
    let mut all = Vec::new();
    for (case, address) in addresses(t).await {
        let mut steps = Vec::new();
        for path in ["/sign-up/email/check", "/sign-up", "/sign-up/start", "/find"] {
            let mut browser = t.browser();
            let (sent, ran) = statements_of(browser.post(path, &[("email", address)])).await;
            assert!(sent.status.as_u16() < 400, "{path}: {}", sent.text());
            steps.push((path.to_owned(), ran));
            if sent.status.is_redirection() {
                let (page, ran) = statements_of(browser.follow(&sent)).await;
                steps.push((format!("{path}: the code's page"), ran));
                let (wrong, ran) = statements_of(browser.submit(&page, &[("code", "12")])).await;
                wrong.assert_refused(422, "isn't the code");
                steps.push((format!("{path}: a wrong code"), ran));
                t.advance(SignedDuration::from_secs(61));
            }
        }
        t.advance(SignedDuration::from_hours(2));
        all.push((case, steps));
    }
    assert_alike(&all);
    t.run_jobs().await;
}

async fn a_request_for_access_costs_those_with_an_account_the_same(t: &mut TestApp) {
    CONTOSO.sign_up(t).await;
    let tenant = t.column("SELECT name FROM verified_domain").await.remove(0);
    let id: Vec<Row> = {
        let mut scope = t.app.db.read().await.unwrap();
        scope.all("SELECT tenant_id FROM verified_domain", &[]).await.unwrap()
    };
    let id: TenantId = id[0].get("tenant_id").unwrap();
    let (app, moment) = (t.app.clone(), t.app.moment());
    let known = "ida.meyer@contoso.example";
    let new = NewUser {
        user_name: "ida".to_owned(),
        domain_name: tenant,
        display_name: "Ida Meyer".to_owned(),
        contact_email: Some(ContactEmail { address: known.to_owned(), canonical: known.to_owned() }),
        ..NewUser::default()
    };
    let made: Result<UserId, Error> = transaction!(app.db, |scope| {
        let actor = Actor::system(id);
        let mut scope = scope.tenant(actor.grant()).await?;
        create_user(&app, &mut scope, &actor, &new, &moment).await
    });
    made.unwrap();
    let mut all = Vec::new();
    for (case, email) in [("known", known), ("unknown", "joe.okafor@contoso.example")] {
        let mut browser = t.browser();
        let told = Company { email, ..CONTOSO }.prove_mailbox(t, &mut browser).await;
        assert_eq!(told.path, "/sign-up/discovery");
        let (asked, ran) = statements_of(browser.submit(&told, &[("name", "Ida Meyer")])).await;
        assert_eq!(asked.location(), "/sign-up/asked", "{}", asked.text());
        all.push((case, vec![("the request".to_owned(), ran)]));
    }
    assert_alike(&all);
}
