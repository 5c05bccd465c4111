//! What administrators do to others wants a password of the last 15 minutes.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tenantry::features::{applications, credentials};

use super::*;

both_engines!(
    acts_of_administrators_want_a_fresh_sign_in,
    other_acts_want_none,
    what_was_filled_in_waits_for_the_sign_in,
    what_was_ticked_of_an_api_waits_too,
    what_waits_is_for_one_page_and_one_session,
    secrets_and_long_forms_wait_nowhere,
);

/// An administrator with a second factor, signed in 16 minutes ago, and a reader to act upon.
async fn late(t: &mut TestApp) -> (Person, Person, Browser) {
    let zoe = administrator(t).await;
    let (app, moment) = (t.app.clone(), t.app.moment());
    let made: Result<_, Error> = transaction!(app.db, |scope| {
        let actor = Actor::system(zoe.tenant);
        let mut scope = scope.tenant(actor.grant()).await?;
        credentials::make_recovery_codes(&app, &mut scope, &actor, zoe.id, &moment).await
    });
    made.unwrap();
    let ida = person(t, zoe.tenant, "contoso", "ida", &[Role::GlobalReader]).await;
    let browser = t.signed_in(zoe.tenant, zoe.id).await;
    t.advance(SignedDuration::from_mins(16));
    (zoe, ida, browser)
}

/// The address of a form (none where another page has it), the one that it is sent to, and what is sent.
type Act = (Option<String>, String, Vec<(&'static str, String)>);

fn acts(ida: &Person) -> Vec<Act> {
    let role = |role: Role| vec![("roles", role.template_id().to_string())];
    let (of, id) = (format!("/people/{}", ida.id), ida.id.to_string());
    let itself = |path: String| (Some(path.clone()), path, Vec::new());
    let domain = "/domains/contoso.onwork.localhost";
    let mut new = role(Role::GlobalReader);
    new.extend([("username", "ben".to_owned()), ("domain", "contoso.onwork.localhost".to_owned())]);
    new.push(("displayName", "Ben Okafor".to_owned()));
    let taken = role(Role::GlobalReader);
    let remove = format!("{of}/roles/remove?roles={}", taken[0].1);
    let selected = format!("/people/selected?action=delete&id={id}");
    let programs = format!("/applications/selected?action=delete&id={id}");
    let delete = |id: String| vec![("action", "delete".to_owned()), ("id", id)];
    vec![
        (Some("/people/new".to_owned()), "/people/new".to_owned(), new),
        (Some(format!("{of}/roles")), format!("{of}/roles"), role(Role::HelpdeskAdministrator)),
        (Some(remove), format!("{of}/roles/remove"), taken),
        itself(format!("{of}/reset-password")),
        itself(format!("{of}/second-factors")),
        itself(format!("{of}/delete")),
        (Some(selected), "/people/selected".to_owned(), delete(id.clone())),
        (Some(programs), "/applications/selected".to_owned(), delete(id)),
        itself(format!("{domain}/remove")),
        (None, format!("{domain}/primary"), Vec::new()),
        (None, "/billing/cards/new".to_owned(), Vec::new()),
        itself("/billing/cards/new/seti".to_owned()),
        itself(format!("/billing/cards/{}/remove", ida.id)),
    ]
}

async fn rows(t: &TestApp, person: &Person) -> Vec<i64> {
    let mut all = Vec::new();
    for table in ["users", "role_assignment", "user_password", "domain", "session", "audit_event"] {
        all.push(t.rows(person.tenant, table).await);
    }
    all
}

async fn acts_of_administrators_want_a_fresh_sign_in(t: &mut TestApp) {
    let (zoe, ida, mut browser) = late(t).await;
    let before = rows(t, &zoe).await;
    for (form, path, values) in acts(&ida) {
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let sent = browser.post(&path, &values).await;
        assert!(sent.location().starts_with("/account/confirm?next="), "{path}: {}", sent.text());
        if let Some(form) = form {
            let expected = format!("/account/confirm?next={}", utf8_percent_encode(&form, NON_ALPHANUMERIC));
            assert_eq!(sent.location(), expected);
            assert_eq!(browser.get(&form).await.location(), expected);
        }
    }
    assert_eq!(rows(t, &zoe).await, before, "nothing was changed");
    let form = format!("/people/{}/roles", ida.id);
    let page = browser.get(&form).await;
    let page = browser.follow(&page).await;
    let page = browser.submit(&page, &[("password", OTHER_PASSWORD)]).await;
    page.assert_refused(422, "isn't your present password");
    assert!(
        browser.get(&form).await.location().starts_with("/account/confirm"),
        "a wrong one proves nothing"
    );
    let page = browser.submit(&page, &[("password", PASSWORD)]).await;
    assert_eq!(page.location(), form);
    let page = browser.follow(&page).await;
    let role = Role::HelpdeskAdministrator.template_id().to_string();
    let done = browser.submit(&page, &[("roles", &role)]).await;
    assert_eq!(done.location(), format!("/people/{}?done=roles", ida.id));
    for (form, path, _) in acts(&ida) {
        for path in form.iter().chain((!path.starts_with("/billing")).then_some(&path)) {
            let page = browser.get(path).await;
            assert!(page.status.as_u16() != 303, "{path}: {}", page.location());
        }
    }
}

async fn other_acts_want_none(t: &mut TestApp) {
    let (_, ida, mut browser) = late(t).await;
    let of = format!("/people/{}", ida.id);
    for change in ["disable", "enable", "sessions"] {
        let done = browser.post(&format!("{of}/{change}"), &[]).await;
        assert!(done.location().starts_with(&format!("{of}?done=")), "{change}: {}", done.text());
    }
    let id = ida.id.to_string();
    let page = browser.get(&format!("/people/selected?action=disable&id={id}")).await;
    assert_eq!(page.status.as_u16(), 200);
    let new = [("username", "ben"), ("domain", "contoso.onwork.localhost"), ("displayName", "Ben Okafor")];
    assert_eq!(browser.post("/people/new", &new).await.status.as_u16(), 200, "somebody without a role");
    assert_eq!(browser.get("/domains/contoso.onwork.localhost").await.status.as_u16(), 200);
}

/// Shows again that it is them, on the way that a form sent them.
async fn proven(browser: &mut Browser, sent: &Page) -> Page {
    assert!(sent.location().starts_with("/account/confirm?next="), "{}", sent.text());
    let page = browser.follow(sent).await;
    let page = browser.submit(&page, &[("password", PASSWORD)]).await;
    browser.follow(&page).await
}

const BACK: &str = "What you had filled in stands here again";

async fn what_was_filled_in_waits_for_the_sign_in(t: &mut TestApp) {
    let (zoe, ida, mut browser) = late(t).await;
    let (reader, helpdesk) = (Role::GlobalReader, Role::HelpdeskAdministrator);
    let ids = [reader, helpdesk].map(|role| role.template_id().to_string());
    let before = rows(t, &zoe).await;
    let ticked = |page: &Page, name: &str| page.attributes(&format!("[name={name}][checked]"), "value");

    let form = format!("/people/{}/roles", ida.id);
    let sent = browser.post(&form, &[("roles", &ids[1])]).await;
    let page = proven(&mut browser, &sent).await;
    page.assert_shows(&[BACK]);
    assert_eq!((page.path.as_str(), ticked(&page, "roles")), (form.as_str(), vec![ids[1].clone()]));
    assert_eq!(rows(t, &zoe).await, before, "nothing is done before it is sent again");
    let again = browser.get(&form).await;
    assert!(ticked(&again, "roles").is_empty() && !again.text().contains(BACK), "it is shown once");
    let done = browser.submit_to(&page, &form, &[]).await;
    assert_eq!(done.location(), format!("/people/{}?done=roles", ida.id));

    t.advance(SignedDuration::from_mins(16));
    let form = format!("/roles/{}/assign", ids[0]);
    let sent = browser.post(&form, &[("search", "zoe"), ("id", &zoe.id.to_string())]).await;
    let page = proven(&mut browser, &sent).await;
    assert_eq!(page.attributes("#search", "value"), ["zoe"]);
    assert_eq!(ticked(&page, "id"), [zoe.id.to_string()]);

    t.advance(SignedDuration::from_mins(16));
    let new = [("displayName", "Readers"), ("permissions", "read-directory"), ("permissions", "read-audit")];
    let sent = browser.post("/roles/new", &new).await;
    let page = proven(&mut browser, &sent).await;
    assert_eq!(page.attributes("#displayName", "value"), ["Readers"]);
    assert_eq!(ticked(&page, "permissions").len(), 2);
    assert!(ticked(&page, "isEnabled").is_empty(), "what was taken away stays away");
    let made = browser.submit_to(&page, "/roles/new", &[]).await;
    assert_eq!(made.status.as_u16(), 303, "{}", made.text());

    t.advance(SignedDuration::from_mins(16));
    let new = [("username", "ben"), ("displayName", "Ben Okafor"), ("roles", ids[0].as_str())];
    let sent = browser.post("/people/new", &new).await;
    let page = proven(&mut browser, &sent).await;
    assert_eq!(page.attributes("#displayName, #username", "value"), ["Ben Okafor", "ben"]);
    assert_eq!(ticked(&page, "roles"), [ids[0].clone()]);

    t.advance(SignedDuration::from_mins(16));
    let new = [("url", "https://hooks.contoso.com/in"), ("description", "Stock"), ("events", "user.*")];
    let sent = browser.post("/webhooks/new", &new).await;
    let page = proven(&mut browser, &sent).await;
    assert_eq!(page.attributes("#url, #description", "value"), ["https://hooks.contoso.com/in", "Stock"]);
    assert_eq!(ticked(&page, "events"), ["user.*"]);
}

async fn what_was_ticked_of_an_api_waits_too(t: &mut TestApp) {
    let (zoe, _, mut browser) = late(t).await;
    let (app, moment) = (t.app.clone(), t.app.moment());
    let added: Result<_, Error> = transaction!(app.db, |scope| {
        let actor = Actor::system(zoe.tenant);
        let mut scope = scope.tenant(actor.grant()).await?;
        applications::add_own_api(&mut scope, &actor, &moment).await
    });
    added.unwrap();
    let made = browser.post("/applications/new", &[("displayName", "Shop")]).await;
    let path = made.location().split('?').next().unwrap().to_owned();
    let new = format!("{path}/api-permissions/new");
    let form = browser.get(&new).await.attributes("main .act a", "href").remove(0);
    let api = form.split_once("?api=").unwrap().1.to_owned();
    let before = t.rows(zoe.tenant, "oauth2_permission_grant").await;
    let sent = browser.post(&new, &[("api", &api), ("scope", "User.Read")]).await;
    assert_eq!(t.rows(zoe.tenant, "oauth2_permission_grant").await, before, "nothing is granted yet");
    let page = proven(&mut browser, &sent).await;
    page.assert_shows(&[BACK]);
    assert_eq!(page.path, form);
    assert_eq!(page.attributes("[name=scope][checked]", "value"), ["User.Read"]);
    let done = browser.submit_to(&page, &new, &[]).await;
    let page = browser.follow(&done).await;
    page.assert_shows(&["Microsoft Graph · User.Read"]);
    t.advance(SignedDuration::from_mins(16));
    let ask =
        page.attributes("main a", "href").into_iter().find(|link| link.contains("/api-permissions/remove"));
    let sent = browser.get(&ask.unwrap()).await;
    assert!(sent.location().starts_with("/account/confirm?next="), "{}", sent.text());
}

async fn what_waits_is_for_one_page_and_one_session(t: &mut TestApp) {
    let (zoe, _, mut browser) = late(t).await;
    let sent = browser.post("/roles/new", &[("displayName", "Readers")]).await;
    let waiting = browser.cookie("waiting").unwrap().to_owned();
    let mut other = t.signed_in(zoe.tenant, zoe.id).await;
    other.set_cookie("waiting", &waiting);
    let theirs = other.get("/roles/new").await;
    assert_eq!(theirs.attributes("#displayName", "value"), [""], "another session of the same person");
    let page = browser.follow(&sent).await;
    browser.submit(&page, &[("password", PASSWORD)]).await;
    let elsewhere = browser.get("/webhooks/new").await;
    assert_eq!(elsewhere.attributes("#description", "value"), [""]);
    browser.set_cookie("waiting", &format!("A{}", &waiting[1..]));
    assert_eq!(browser.get("/roles/new").await.attributes("#displayName", "value"), [""], "altered");
    browser.set_cookie("waiting", &waiting);
    t.advance(SignedDuration::from_mins(11));
    assert_eq!(browser.get("/roles/new").await.attributes("#displayName", "value"), [""], "too late");
}

async fn secrets_and_long_forms_wait_nowhere(t: &mut TestApp) {
    let (_, _, mut browser) = late(t).await;
    let long = "x".repeat(3000);
    let sent = browser.post("/roles/new", &[("displayName", "Readers"), ("description", &long)]).await;
    assert!(browser.cookie("waiting").is_none(), "more than a cookie holds");
    let page = proven(&mut browser, &sent).await;
    assert_eq!(page.attributes("#displayName", "value"), [""]);
    t.advance(SignedDuration::from_mins(16));
    let sent = browser.post("/account/password", &[("current_password", "x"), ("password", "y")]).await;
    assert!(sent.location().starts_with("/account/confirm"), "{}", sent.text());
    assert!(browser.cookie("waiting").is_none());
}
