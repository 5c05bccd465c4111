//! Passkeys: registered, used alone, after a password and to show again who it is; and everything that must not pass for one.

use super::*;
use crate::support::authenticator::{Authenticator, asked, send};

both_engines!(
    a_passkey_opens_an_account_alone,
    a_passkey_is_a_second_factor,
    an_answer_counts_once_and_for_what_was_asked(super::unlimited),
    what_isnt_the_passkey_opens_nothing(super::unlimited),
    a_copied_passkey_is_found_out,
    wrong_passkeys_are_counted(super::unlimited),
    the_last_way_in_stays,
    passkeys_are_named_and_belong_to_one(super::unlimited),
    who_it_is_is_shown_with_the_strongest,
    a_passkey_stands_for_the_second_factor_of_a_reset,
);

/// An employee who is signed in and has a passkey.
async fn with_passkey(t: &mut TestApp) -> (Person, Browser, Authenticator) {
    let zoe = employee(t).await;
    let mut browser = t.browser();
    sign_in(&mut browser, &zoe.name).await;
    let mut authenticator = Authenticator::new();
    let page = authenticator.register(&mut browser, "Work phone").await;
    assert_eq!(page.location(), "/account?done=passkey", "{}", page.text());
    (zoe, browser, authenticator)
}

async fn session_says(t: &TestApp, person: &Person) -> Vec<String> {
    let mut scope = t.app.db.read().await.unwrap();
    let mut scope = scope.tenant(Actor::operator(person.tenant).grant()).await.unwrap();
    let sql =
        "SELECT methods FROM session WHERE tenant_id = $1 AND revoked_at IS NULL ORDER BY created_at, id";
    let rows: Vec<Row> = scope.all(sql, &[]).await.unwrap();
    rows.iter().map(|row| row.get("methods").unwrap()).collect()
}

async fn a_passkey_opens_an_account_alone(t: &mut TestApp) {
    let (zoe, mut browser, mut authenticator) = with_passkey(t).await;
    browser.get("/account").await.assert_shows(&["Work phone", "Never used", "On one device"]);
    let mail = t.mail_to(&zoe.contact).await;
    assert!(mail.subject.contains("A passkey was added") && mail.text.contains("Work phone"), "{mail:?}");
    browser.post("/sign-out", &[]).await;

    let options = asked(&mut browser, "/sign-in/passkey").await;
    assert_eq!(
        (&options["rpId"], &options["allowCredentials"]),
        (&"localhost".into(), &serde_json::json!([]))
    );
    let page = authenticator.use_at(&mut browser, "/sign-in/passkey", &[("next", "/account/password")]).await;
    assert_eq!(page.location(), "/account/password", "{}", page.text());
    assert!(is_in(&mut browser).await);
    assert_eq!(session_says(t, &zoe).await, ["hwk"]);
    browser.get("/account").await.assert_shows(&["Last used on"]);
    let told = activities(t, &zoe).await;
    assert!(told.contains(&"passkey-added".into()) && told.contains(&"signed-in".into()), "{told:?}");
    // One that its owner's devices share says so.
    authenticator.flags = 0x1d;
    authenticator.use_at(&mut t.browser(), "/sign-in/passkey", &[]).await;
    assert_eq!(session_says(t, &zoe).await, ["hwk", "hwk"], "what the registration said counts");
}

async fn a_passkey_is_a_second_factor(t: &mut TestApp) {
    let zoe = administrator(t).await;
    let mut browser = t.browser();
    sign_in(&mut browser, &zoe.name).await;
    let first = browser.get("/account/second-factor/first").await;
    first.assert_shows(&["Passkeys", "Add a passkey"]);
    let mut authenticator = Authenticator::new();
    let page = authenticator.register(&mut browser, "Key").await;
    assert_eq!(page.location(), "/overview");
    assert!(is_in(&mut browser).await);
    browser.post("/sign-out", &[]).await;

    let page = try_password(&mut browser, &zoe.name, PASSWORD).await;
    assert_eq!(page.location(), "/sign-in/code");
    let page = browser.follow(&page).await;
    assert!(page.body.contains("/sign-in/code/passkey/begin") && !page.body.contains("Recovery code"));
    assert!(!is_in(&mut browser).await);
    let options = asked(&mut browser, "/sign-in/code/passkey").await;
    assert_eq!(options["allowCredentials"].as_array().unwrap().len(), 1);
    assert_eq!(options["allowCredentials"][0]["transports"], serde_json::json!(["internal"]));
    let page = authenticator.use_at(&mut browser, "/sign-in/code/passkey", &[]).await;
    assert_eq!(page.location(), "/overview", "{}", page.text());
    assert!(is_in(&mut browser).await);
    assert_eq!(session_says(t, &zoe).await, ["pwd hwk"]);
}

async fn an_answer_counts_once_and_for_what_was_asked(t: &mut TestApp) {
    let (zoe, mut own, mut authenticator) = with_passkey(t).await;
    let mut browser = t.browser();
    let options = asked(&mut browser, "/sign-in/passkey").await;
    let answer = authenticator.get(&options);
    let mut copy = browser.clone();
    assert_eq!(send(&mut browser, "/sign-in/passkey", &answer, &[]).await.status, 303);
    send(&mut copy, "/sign-in/passkey", &answer, &[]).await.assert_refused(422, "didn't open an account");
    // In a browser that wasn't asked, it answers nothing.
    let mut other = t.browser();
    send(&mut other, "/sign-in/passkey", &answer, &[]).await.assert_refused(422, "didn't open an account");
    // An answer to one question doesn't answer another.
    let mut second = t.browser();
    let page = try_password(&mut second, &zoe.name, PASSWORD).await;
    second.follow(&page).await;
    let options = asked(&mut second, "/sign-in/passkey").await;
    let answer = authenticator.get(&options);
    let page = send(&mut second, "/sign-in/code/passkey", &answer, &[]).await;
    page.assert_refused(422, "didn't open an account");
    let options = asked(&mut own, "/account/confirm/passkey").await;
    let answer = authenticator.get(&options);
    let page = send(&mut own, "/sign-in/passkey", &answer, &[]).await;
    page.assert_refused(422, "didn't open an account");
    // And none answers after five minutes.
    let options = asked(&mut second, "/sign-in/passkey").await;
    let answer = authenticator.get(&options);
    t.advance(SignedDuration::from_mins(5));
    send(&mut second, "/sign-in/passkey", &answer, &[]).await.assert_refused(422, "didn't open an account");
    assert!(!is_in(&mut second).await);
    assert_eq!(authenticator.use_at(&mut second, "/sign-in/passkey", &[]).await.status, 303);
}

async fn what_isnt_the_passkey_opens_nothing(t: &mut TestApp) {
    let (zoe, _, mut right) = with_passkey(t).await;
    let mia = person(t, zoe.tenant, "contoso", "mia", &[]).await;
    type Lie = fn(&mut Authenticator);
    let lies: [(&str, Lie); 8] = [
        ("another site", |one| one.origin = "https://localhost.evil.example".into()),
        ("another port", |one| one.origin = "http://localhost:8081".into()),
        ("another relying party", |one| one.rp_id = Some("evil.example".into())),
        ("nobody there", |one| one.flags = 0x04),
        ("nobody verified", |one| one.flags = 0x01),
        ("another ceremony", |one| one.ceremony = Some("webauthn.create".into())),
        ("another challenge", |one| one.challenge = Some("AAAA".into())),
        ("another credential", |one| one.id = b"nobody's".to_vec()),
    ];
    for (what, lie) in lies {
        let (origin, id) = (right.origin.clone(), right.id.clone());
        lie(&mut right);
        let mut browser = t.browser();
        let page = right.use_at(&mut browser, "/sign-in/passkey", &[]).await;
        page.assert_refused(422, "didn't open an account");
        assert!(!is_in(&mut browser).await, "{what}");
        (right.origin, right.id, right.flags) = (origin, id, 0x05);
        (right.rp_id, right.ceremony, right.challenge) = (None, None, None);
        assert_eq!(right.use_at(&mut browser, "/sign-in/passkey", &[]).await.status, 303, "{what}");
    }
    // A key of one's own under the id of another's, and one's own under another's name.
    let mut forged = Authenticator::new();
    (forged.id, forged.handle) = (right.id.clone(), right.handle.clone());
    let own = right.handle.clone();
    for broken in [true, false] {
        let mut browser = t.browser();
        let page = match broken {
            true => forged.use_at(&mut browser, "/sign-in/passkey", &[]).await,
            false => {
                right.handle = [zoe.tenant.0.as_bytes().as_slice(), mia.id.0.as_bytes()].concat();
                right.use_at(&mut browser, "/sign-in/passkey", &[]).await
            }
        };
        page.assert_refused(422, "didn't open an account");
        assert!(!is_in(&mut browser).await);
    }
    right.handle = own;
    // Registrations lie no better.
    let mut browser = t.browser();
    sign_in(&mut browser, &mia.name).await;
    for (what, lie) in lies.iter().take(5) {
        let mut new = Authenticator::new();
        lie(&mut new);
        let page = new.register(&mut browser, "New").await;
        page.assert_refused(422, "can't be used here");
        assert!(!browser.get("/account").await.text().contains("Never used"), "{what}");
    }
    alter(t, &zoe, "UPDATE users SET account_enabled = FALSE WHERE tenant_id = $1 AND id = $2").await;
    let page = right.use_at(&mut t.browser(), "/sign-in/passkey", &[]).await;
    page.assert_refused(422, "didn't open an account");
    let told = activities(t, &zoe).await;
    assert!(told.contains(&"sign-in-refused: wrong-passkey".into()), "{told:?}");
    assert!(told.contains(&"sign-in-refused: disabled".into()), "{told:?}");
}

async fn a_copied_passkey_is_found_out(t: &mut TestApp) {
    let (zoe, mut own, mut authenticator) = with_passkey(t).await;
    authenticator.counter = 20;
    assert_eq!(authenticator.use_at(&mut t.browser(), "/sign-in/passkey", &[]).await.status, 303);
    for counter in [20, 30] {
        // The same count again; and then a right one, which comes too late: nobody knows which of both is the copy.
        authenticator.counter = counter;
        authenticator.counter -= 1;
        let page = authenticator.use_at(&mut t.browser(), "/sign-in/passkey", &[]).await;
        page.assert_refused(422, "didn't open an account");
    }
    own.get("/account").await.assert_shows(&["it seems to be copied"]);
    let told = activities(t, &zoe).await;
    assert_eq!(told.iter().filter(|one| *one == "passkey-suspected").count(), 1, "{told:?}");
}

async fn wrong_passkeys_are_counted(t: &mut TestApp) {
    let (zoe, _, mut authenticator) = with_passkey(t).await;
    let mut forged = Authenticator::new();
    (forged.id, forged.handle) = (authenticator.id.clone(), authenticator.handle.clone());
    let mut thief = t.browser();
    for _ in 0..10 {
        let page = forged.use_at(&mut thief, "/sign-in/passkey", &[]).await;
        page.assert_refused(422, "didn't open an account");
    }
    let page = authenticator.use_at(&mut thief, "/sign-in/passkey", &[]).await;
    page.assert_refused(422, "didn't open an account");
    let page = try_password(&mut thief, &zoe.name, PASSWORD).await;
    page.assert_refused(422, "don't match an account");
    t.advance(SignedDuration::from_secs(60));
    assert_eq!(authenticator.use_at(&mut thief, "/sign-in/passkey", &[]).await.status, 303);
}

fn passkey_paths(page: &Page, end: &str) -> Vec<String> {
    let forms = page.forms().into_iter().map(|form| form.action);
    forms.filter(|path| path.starts_with("/account/passkeys/") && path.ends_with(end)).collect()
}

async fn the_last_way_in_stays(t: &mut TestApp) {
    let zoe = administrator(t).await;
    let mut browser = t.browser();
    sign_in(&mut browser, &zoe.name).await;
    Authenticator::new().register(&mut browser, "Key").await;
    let page = browser.get("/account").await;
    let remove = passkey_paths(&page, "/remove").remove(0);
    browser.post(&remove, &[]).await.assert_refused(409, "Administrators must have a second factor");
    Authenticator::new().register(&mut browser, "Other key").await;
    assert_eq!(browser.post(&remove, &[]).await.location(), "/account?done=passkey-removed");
    let mails = t.mails_to(&zoe.contact).await;
    assert!(mails.iter().any(|mail| mail.subject.contains("A passkey was removed")), "{mails:?}");
    browser.post(&remove, &[]).await.assert_refused(404, "");
    // Whoever has no password keeps the last passkey, administrator or not.
    let (ida, mut own, _) = {
        let ida = person(t, zoe.tenant, "contoso", "ida", &[]).await;
        let mut own = t.browser();
        sign_in(&mut own, &ida.name).await;
        let page = Authenticator::new().register(&mut own, "Only key").await;
        (ida, own, page)
    };
    alter(t, &ida, "DELETE FROM user_password WHERE tenant_id = $1 AND user_id = $2").await;
    let page = own.get("/account").await;
    let remove = passkey_paths(&page, "/remove").remove(0);
    own.post(&remove, &[]).await.assert_refused(409, "only way to sign in that is left");
}

async fn passkeys_are_named_and_belong_to_one(t: &mut TestApp) {
    let (zoe, mut browser, mut authenticator) = with_passkey(t).await;
    let page = browser.get("/account").await;
    let (name, remove) = (passkey_paths(&page, "/name").remove(0), passkey_paths(&page, "/remove").remove(0));
    assert_eq!(browser.post(&name, &[("passkey_name", "Blue <key>")]).await.status, 303);
    browser.get("/account").await.assert_shows(&["Blue <key>"]);
    browser.post(&name, &[("passkey_name", " ")]).await.assert_refused(422, "This field is empty");
    browser.post(&name, &[("passkey_name", &"x".repeat(61))]).await.assert_refused(422, "longer than 60");
    let page = Authenticator::new().register(&mut browser, "").await;
    page.assert_refused(422, "This field is empty");
    // The browser is told which there are, and one that comes all the same isn't taken.
    let options = asked(&mut browser, "/account/passkeys").await;
    assert_eq!(options["excludeCredentials"].as_array().unwrap().len(), 1);
    let page = authenticator.register(&mut browser, "Again").await;
    page.assert_refused(422, "in use already");

    let other = company(t, "fabrikam").await;
    let eve = person(t, other, "fabrikam", "eve", &[]).await;
    let mia = person(t, zoe.tenant, "contoso", "mia", &[]).await;
    for stranger in [&eve, &mia] {
        let mut own = t.browser();
        sign_in(&mut own, &stranger.name).await;
        own.post(&name, &[("passkey_name", "Mine")]).await.assert_refused(404, "");
        own.post(&remove, &[]).await.assert_refused(404, "");
        authenticator.register(&mut own, "Theirs").await.assert_refused(422, "in use already");
    }
    for _ in 1..20 {
        assert_eq!(Authenticator::new().register(&mut browser, "More").await.status, 303);
    }
    Authenticator::new().register(&mut browser, "Too many").await.assert_refused(422, "20 passkeys at most");
    t.advance(SignedDuration::from_mins(15));
    for path in ["/account/passkeys/begin", "/account/passkeys", &remove] {
        assert!(browser.post(path, &[]).await.location().starts_with("/account/confirm?next="), "{path}");
    }
    assert!(browser.get("/account/passkeys/new").await.location().starts_with("/account/confirm?next="));
}

async fn who_it_is_is_shown_with_the_strongest(t: &mut TestApp) {
    let (_, mut browser, mut authenticator) = with_passkey(t).await;
    let key = set_up_app(t, &mut browser).await;
    t.advance(SignedDuration::from_mins(15));
    let stale = browser.post("/account/second-factor/codes", &[]).await;
    assert_eq!(stale.location(), "/account/confirm?next=%2Faccount");
    let page = browser.follow(&stale).await;
    page.assert_shows(&["Use your passkey", "Code from your authenticator app"]);
    let page = browser.submit(&page, &[("password", PASSWORD), ("code", "000000")]).await;
    page.assert_refused(422, "This code isn't right");
    assert!(!browser.post("/account/second-factor/codes", &[]).await.location().is_empty());
    let code = code_of(t, &key);
    let page = browser.submit(&page, &[("password", PASSWORD), ("code", &code)]).await;
    assert_eq!(page.location(), "/account");
    browser.post("/account/second-factor/codes", &[]).await.assert_shows(&["Keep these recovery codes"]);

    t.advance(SignedDuration::from_mins(15));
    let page =
        authenticator.use_at(&mut browser, "/account/confirm/passkey", &[("next", "/account/photo")]).await;
    assert_eq!(page.location(), "/account/photo", "{}", page.text());
    browser.post("/account/second-factor/codes", &[]).await.assert_shows(&["Keep these recovery codes"]);
    t.advance(SignedDuration::from_mins(15));
    let values = [("current_password", PASSWORD), ("password", OTHER_PASSWORD)];
    let stale = browser.post("/account/password", &values).await;
    assert_eq!(stale.location(), "/account/confirm?next=%2Faccount%2Fpassword");
    assert_eq!(browser.get("/account/password").await.location(), stale.location());
    // With a passkey alone, the password alone isn't enough.
    let mut other = t.browser();
    let ida = person(t, company(t, "fabrikam").await, "fabrikam", "ida", &[]).await;
    sign_in(&mut other, &ida.name).await;
    let mut own = Authenticator::new();
    own.register(&mut other, "Key").await;
    t.advance(SignedDuration::from_mins(15));
    let page = other.post("/account/confirm", &[("password", PASSWORD), ("next", "/account")]).await;
    page.assert_refused(422, "didn't open an account");
    let page = own.use_at(&mut other, "/account/confirm/passkey", &[("next", "/account")]).await;
    assert_eq!(page.location(), "/account");
}

async fn a_passkey_stands_for_the_second_factor_of_a_reset(t: &mut TestApp) {
    let (zoe, _, mut authenticator) = with_passkey(t).await;
    t.mail_to(&zoe.contact).await;
    let mut browser = t.browser();
    let page = browser.get("/reset").await;
    let page = browser.submit_and_follow(&page, &[("username", &zoe.name)]).await;
    let code = t.mail_to(&zoe.contact).await.code();
    let page = browser.submit(&page, &[("code", &code)]).await;
    assert_eq!(page.location(), "/reset/second-factor");
    let page = browser.follow(&page).await;
    assert!(page.body.contains("/reset/second-factor/passkey/begin"));
    assert_eq!(browser.get("/reset/password").await.status, 303, "the factor is owed");
    let mut forged = Authenticator::new();
    (forged.id, forged.handle) = (authenticator.id.clone(), authenticator.handle.clone());
    let page = forged.use_at(&mut browser, "/reset/second-factor/passkey", &[]).await;
    page.assert_refused(422, "didn't open an account");
    let page = authenticator.use_at(&mut browser, "/reset/second-factor/passkey", &[]).await;
    assert_eq!(page.location(), "/reset/password", "{}", page.text());
}
