//! Bad input: whatever is typed into any field of any form is refused in words or kept as text. It never is a fault,
//! never leaves half of anything behind, and never comes back as markup, header or command.
//!
//! A walk opens the pages of one part of the product in every state and hands each to the [`Fuzzer`]. It ends by
//! showing that no route that takes a form was forgotten.

mod api;
mod cli;
mod fuzz;
pub mod hostile;
mod paths;
pub mod routes;
mod store;

use jiff::SignedDuration;
use model::roles::Role;
use tenantry::config::Config;

use self::fuzz::Fuzzer;
use crate::domains;
use crate::signin::{self, OTHER_PASSWORD, PASSWORD, code_of, set_up_app, to_password, try_password};
use crate::support::TestApp;
use crate::support::authenticator::Authenticator;
use crate::support::browser::Browser;
use crate::support::company::{CONTOSO, Company, FABRIKAM};
use crate::support::page::Page;
use crate::support::provider;

both_engines!(
    forms_of_sign_up(super::unlimited),
    forms_of_sign_in_and_reset(super::unlimited),
    forms_of_the_own_account(super::unlimited),
    forms_about_people(super::unlimited),
    forms_about_groups(super::unlimited),
    forms_about_applications(super::registering),
    forms_about_roles(super::unlimited),
    forms_about_webhooks(super::unlimited),
    forms_of_a_tenant(super::unlimited),
    forms_of_billing(super::unlimited),
);

/// Every walk with the routes that it must have come by; a `$` ends a path that stands for itself alone.
const WALKS: [(&str, &[&str]); 19] = [
    ("sign-up", &["/$", "/theme", "/sign-up", "/find", "/sandbox"]),
    ("sign-in and reset", &["/sign-in", "/sign-out", "/reset"]),
    ("account", &["/account"]),
    ("people", &["/people"]),
    ("groups of the portal", &["/groups"]),
    ("roles of the portal", &["/roles"]),
    ("tenant", &["/domains", "/access-requests", "/invitation", "/activity", "/overview", "/dev"]),
    ("billing", &["/billing", "/existing"]),
    // The check endpoints take no form; `api` spoils their questions.
    ("api", &["/v1.0/check"]),
    // Programs alone write here; `users_api` spoils their bodies.
    ("application pages", &["/applications", "/my-applications"]),
    ("webhook pages", &["/webhooks"]),
    // `webhooks` spoils these.
    ("webhooks", &["/v1.0/webhooks"]),
    ("applications", &["/v1.0/applications", "/v1.0/servicePrincipals", "/v1.0/oauth2PermissionGrants"]),
    // `openid` and `openid_device` spoil these.
    ("openid", &["/{tenant}", "/device"]),
    // `graph_further` spoils these.
    ("policies", &["/v1.0/policies"]),
    ("users", &["/v1.0/users", "/v1.0/directory", "/v1.0/invitations"]),
    // The same, by `directory_api`.
    ("directory", &["/v1.0/$batch", "/v1.0/directoryRoles", "/v1.0/domains", "/v1.0/roleManagement"]),
    // The same, by `administrative_units`.
    ("units", &["/v1.0/administrativeUnits"]),
    // `groups_api` spoils these.
    ("groups", &["/v1.0/groups", "/v1.0/directoryObjects", "/v1.0/me"]),
];

fn prefixes(walk: &str) -> &'static [&'static str] {
    WALKS.iter().find(|(name, _)| *name == walk).unwrap().1
}

#[test]
fn every_post_route_is_on_a_walk() {
    let routes = routes::routes();
    let posts = routes.iter().filter(|route| route.is_post);
    let missed: Vec<_> = posts
        .filter(|route| !WALKS.iter().any(|(_, prefixes)| prefixes.iter().any(|prefix| route.begins(prefix))))
        .map(|route| &route.path)
        .collect();
    assert!(missed.is_empty(), "no walk comes by {missed:#?}");
}

/// The limits by network and by address have tests of their own.
pub fn unlimited(config: &mut Config) {
    config.limits.sensitive_per_minute = 10_000_000;
    config.limits.checks_per_minute = 10_000_000;
    config.limits.api_reads_per_second = 1_000_000;
    config.limits.api_writes_per_second = 1_000_000;
    config.limits.webhook_sends_per_minute = 1_000_000;
    config.limits.codes_per_address = 1_000_000;
    config.limits.codes_per_network = 1_000_000;
}

/// With the form that lets applications register themselves.
fn registering(config: &mut Config) {
    unlimited(config);
    config.registration.enabled = true;
}

const GREEK: [(&str, &str); 8] = [
    ("legal_name", "Ελληνικά Λιμάνια Α.Ε."),
    ("country", "GR"),
    ("address_lines", "Ερμού 12"),
    ("city", "Αθήνα"),
    ("postal_code", "10557"),
    ("given_name", "Ana"),
    ("surname", "Torres"),
    ("phone", "210 1234567"),
];

const CARD: [(&str, &str); 4] = [
    ("card_number", "4242 4242 4242 4242"),
    ("card_expiry", "12/30"),
    ("card_cvc", "737"),
    ("card_name", "Ana Torres"),
];

const COLLEAGUE: Company = Company { email: "joe.okafor@contoso.example", ..FABRIKAM };

async fn forms_of_sign_up(t: &mut TestApp) {
    let mut fuzzer = Fuzzer::new(t).await;
    let mut ana = t.browser();
    for path in ["/", "/find", "/sign-up"] {
        let page = ana.get(path).await;
        fuzzer.page(t, &ana, &page, &[("email", CONTOSO.email)]).await;
    }
    let page = ana.get("/sign-up").await;
    let announced = ana.submit(&page, &[("email", CONTOSO.email)]).await;
    fuzzer.page(t, &ana, &announced, &[]).await;
    let asks = CONTOSO.ask_for_code(&mut ana).await;
    let code = t.mail_to(CONTOSO.email).await.code();
    t.advance(SignedDuration::from_secs(61));
    fuzzer.page(t, &ana, &asks, &[("code", &code)]).await;
    let organisation = ana.submit_and_follow(&asks, &[("code", &code)]).await;
    fuzzer.page(t, &ana, &organisation, &CONTOSO.organisation()).await;
    let proposed = ana.submit_to(&organisation, "/sign-up/organisation", &GREEK).await;
    fuzzer.page(t, &ana, &proposed, &[]).await;
    waiting_colleague(t, &mut fuzzer).await;
    let details = ana.submit_and_follow(&organisation, &CONTOSO.organisation()).await;
    fuzzer.page(t, &ana, &details, &CONTOSO.details()).await;
    let payment = ana.submit_and_follow(&details, &CONTOSO.details()).await;
    fuzzer.page(t, &ana, &payment, &CARD).await;
    let paid = ana.submit_and_follow(&payment, &CARD).await;
    fuzzer.page(t, &ana, &paid, &[]).await;
    let agreement = ana.get("/sign-up/agreement").await;
    fuzzer.page(t, &ana, &agreement, &Company::SIGNATURE).await;
    let signed = ana.submit_and_follow(&agreement, &Company::SIGNATURE).await;
    fuzzer.look_at(&signed, "the page after sign-up", "");
    t.mails_to(CONTOSO.email).await;

    let mut joe = t.browser();
    let told = COLLEAGUE.prove_mailbox(t, &mut joe).await;
    assert_eq!(told.path, "/sign-up/discovery");
    fuzzer.page(t, &joe, &told, &[("name", "Joe Okafor"), ("message", "I work in sales.")]).await;
    fuzzer.assert_complete(prefixes("sign-up"));
}

async fn waiting_colleague(t: &mut TestApp, fuzzer: &mut Fuzzer) {
    let mut joe = t.browser();
    let told = Company { email: "ian.smith@contoso.example", ..FABRIKAM }.prove_mailbox(t, &mut joe).await;
    assert_eq!(told.path, "/sign-up/discovery");
    fuzzer.page(t, &joe, &told, &[("way", "follow"), ("name", "Ian Smith")]).await;
}

async fn forms_of_sign_in_and_reset(t: &mut TestApp) {
    let zoe = signin::employee(t).await;
    let mut fuzzer = Fuzzer::new(t).await;
    let mut browser = t.browser();
    let page = browser.get("/sign-in?next=%2Faccount").await;
    fuzzer.page(t, &browser, &page, &[("username", &zoe.name)]).await;
    let page = to_password(&mut browser, &zoe.name).await;
    fuzzer.page(t, &browser, &page, &[("password", PASSWORD)]).await;
    browser.submit(&page, &[("password", PASSWORD)]).await;
    let account = browser.get("/account").await;
    fuzzer.form(t, &browser, &account.form_to("/sign-out")).await;
    let key = set_up_app(t, &mut browser).await;
    Authenticator::new().register(&mut browser, "Key").await;
    t.mails_to(&zoe.contact).await;

    let mut other = t.browser();
    let page = try_password(&mut other, &zoe.name, PASSWORD).await;
    let page = other.follow(&page).await;
    fuzzer.page(t, &other, &page, &[("code", &code_of(t, &key))]).await;
    forgotten(t, &mut fuzzer, &zoe, &key).await;

    let ben = signin::person(t, zoe.tenant, "contoso", "ben", &[]).await;
    let temporary = "UPDATE user_password SET must_change = TRUE WHERE tenant_id = $1 AND user_id = $2";
    signin::alter(t, &ben, temporary).await;
    let mut browser = t.browser();
    let page = try_password(&mut browser, &ben.name, PASSWORD).await;
    let page = browser.follow(&page).await;
    fuzzer.page(t, &browser, &page, &[("password", OTHER_PASSWORD)]).await;
    fuzzer.assert_complete(prefixes("sign-in and reset"));
}

async fn forgotten(t: &mut TestApp, fuzzer: &mut Fuzzer, zoe: &signin::Person, key: &str) {
    let mut browser = t.browser();
    let page = browser.get("/reset").await;
    fuzzer.page(t, &browser, &page, &[("username", &zoe.name)]).await;
    let page = browser.submit_and_follow(&page, &[("username", &zoe.name)]).await;
    let code = t.mail_to(&zoe.contact).await.code();
    fuzzer.page(t, &browser, &page, &[("code", &code)]).await;
    let page = browser.submit_and_follow(&page, &[("code", &code)]).await;
    let code = code_of(t, key);
    fuzzer.page(t, &browser, &page, &[("code", &code)]).await;
    let page = browser.submit_and_follow(&page, &[("code", &code)]).await;
    fuzzer.page(t, &browser, &page, &[("password", OTHER_PASSWORD)]).await;
}

async fn forms_of_the_own_account(t: &mut TestApp) {
    let zoe = signin::employee(t).await;
    let mut fuzzer = Fuzzer::new(t).await;
    let mut browser = t.browser();
    signin::sign_in(&mut browser, &zoe.name).await;
    signin::sign_in(&mut t.browser(), &zoe.name).await;
    crate::photos::upload(&mut browser, "/account/photo", crate::photos::TOLD).await;
    let mut pages = vec![
        browser.get("/account").await,
        browser.get("/account/photo").await,
        browser.get("/account/second-factor/first").await,
    ];
    let started = browser.post("/account/second-factor/authenticator", &[]).await;
    pages.push(browser.follow(&started).await);
    for page in &pages {
        fuzzer.page(t, &browser, page, &[]).await;
    }
    set_up_app(t, &mut browser).await;
    Authenticator::new().register(&mut browser, "Key").await;
    for (path, good) in [
        ("/account", &[][..]),
        ("/account/passkeys/new", &[]),
        ("/account/password", &[("current_password", PASSWORD), ("password", OTHER_PASSWORD)]),
        ("/account/confirm?next=%2Faccount", &[("password", PASSWORD)]),
    ] {
        let page = browser.get(path).await;
        fuzzer.page(t, &browser, &page, good).await;
    }
    fuzzer.assert_complete(prefixes("account"));
}

#[expect(clippy::too_many_lines, reason = "a walk reads best in one piece")]
async fn forms_about_people(t: &mut TestApp) {
    let contoso = t.company("contoso").await;
    let ben = t.person(contoso.tenant, &contoso.domain, "ben", &[Role::HelpdeskAdministrator]).await;
    let ida = t.person(contoso.tenant, &contoso.domain, "ida", &[]).await;
    let mut browser = t.signed_in(contoso.tenant, contoso.ana).await;
    t.signed_in(contoso.tenant, ben).await;
    let mut fuzzer = Fuzzer::new(t).await;
    let new = [("username", "eva"), ("displayName", "Eva Lang"), ("contactEmail", "eva@mail.test")];
    let (ben, ida) = (format!("/people/{ben}"), format!("/people/{ida}"));
    for (path, good) in [("/people", &[][..]), ("/people/new", &new)] {
        let page = browser.get(path).await;
        fuzzer.page(t, &browser, &page, good).await;
    }
    let selected = [("id", ben.rsplit('/').next().unwrap())];
    let path = format!("/people/selected?action=disable&id={}", selected[0].1);
    let many = browser.get(&path).await;
    fuzzer.page(t, &browser, &many, &[]).await;
    let invited = [("addresses", "guest@mail.test")];
    for (path, good) in [("/people/invite", &invited[..]), ("/people/import", &[])] {
        let page = browser.get(path).await;
        fuzzer.page(t, &browser, &page, good).await;
    }
    let sent = browser.post("/people/invite", &[invited[0], ("domain", &contoso.domain)]).await;
    let pending = sent.attributes("dd a", "href").remove(0);
    let draft = crate::imports::upload(&mut browser, "password", b"upn,name\nkim,Kim\n").await;
    for path in [&pending, &draft.path] {
        let page = browser.get(path).await;
        fuzzer.page(t, &browser, &page, &[]).await;
    }
    browser.post(&format!("{}/start", draft.path), &[]).await;
    t.run_jobs().await;
    t.mails_to("guest@mail.test").await;
    let passwords = browser.get(&format!("{}/passwords", draft.path)).await;
    fuzzer.page(t, &browser, &passwords, &[]).await;
    crate::photos::upload(&mut browser, &format!("{ben}/photo"), crate::photos::TOLD).await;
    provider::link(t, contoso.tenant, selected[0].1, &contoso.domain).await;
    for page in [
        "",
        "?show=sessions",
        "/edit",
        "/photo",
        "/reset-password",
        "/second-factors",
        "/identity",
        "/disable",
        "/delete",
        "/roles",
        "/manager",
    ] {
        let page = browser.get(&format!("{ben}{page}")).await;
        fuzzer.page(t, &browser, &page, &[]).await;
    }
    let links = browser.get(&ben).await.attributes("main a", "href");
    for link in links.iter().filter(|link| link.contains("/roles/remove")) {
        let page = browser.get(link).await;
        fuzzer.page(t, &browser, &page, &[]).await;
    }
    browser.post(&format!("{ben}/disable"), &[]).await;
    browser.post(&format!("{ida}/delete"), &[]).await;
    for path in [ben, ida.clone(), format!("{ida}/restore")] {
        let page = browser.get(&path).await;
        fuzzer.page(t, &browser, &page, &[]).await;
    }
    fuzzer.assert_complete(prefixes("people"));
}

async fn forms_about_groups(t: &mut TestApp) {
    let contoso = t.company("contoso").await;
    t.person(contoso.tenant, &contoso.domain, "ida", &[]).await;
    let mut browser = t.signed_in(contoso.tenant, contoso.ana).await;
    let mut fuzzer = Fuzzer::new(t).await;
    let rule =
        [("displayName", "Sales"), ("membership", "rule"), ("membershipRule", "user.city -eq \"Athens\"")];
    for (path, good) in [("/groups", &[][..]), ("/groups/new", &rule)] {
        let page = browser.get(path).await;
        fuzzer.page(t, &browser, &page, good).await;
    }
    let made = browser.post("/groups/new", &[("displayName", "Sales"), ("kind", "security")]).await;
    let group = made.location().split('?').next().unwrap().to_owned();
    let owner = [("relation", "owner"), ("id", &contoso.ana.to_string())];
    browser.post(&format!("{group}/add"), &owner).await;
    let member = [("relation", "member"), ("id", &contoso.ana.to_string())];
    browser.post(&format!("{group}/add"), &member).await;
    let group_id = group.rsplit('/').next().unwrap();
    for path in [
        format!("{group}/selected?id={}", contoso.ana),
        format!("/groups/selected?action=delete&id={group_id}"),
    ] {
        let page = browser.get(&path).await;
        fuzzer.page(t, &browser, &page, &[]).await;
    }
    for path in ["", "/edit", "/add?relation=member", "/delete"] {
        let page = browser.get(&format!("{group}{path}")).await;
        fuzzer.page(t, &browser, &page, &[]).await;
    }
    browser.post(&format!("{group}/delete"), &[]).await;
    let page = browser.get(&group).await;
    fuzzer.page(t, &browser, &page, &[]).await;
    fuzzer.assert_complete(prefixes("groups of the portal"));
}

async fn forms_about_roles(t: &mut TestApp) {
    let contoso = t.company("contoso").await;
    let ben = t.person(contoso.tenant, &contoso.domain, "ben", &[]).await.to_string();
    let mut browser = t.signed_in(contoso.tenant, contoso.ana).await;
    let mut fuzzer = Fuzzer::new(t).await;
    let new = [("displayName", "Desk"), ("permissions", "reset-passwords")];
    let page = browser.get("/roles/new").await;
    fuzzer.page(t, &browser, &page, &new).await;
    let made = browser.post("/roles/new", &[("displayName", "Front"), new[1], ("isEnabled", "yes")]).await;
    let role = made.location().split('?').next().unwrap().to_owned();
    browser.post(&format!("{role}/assign"), &[("id", &ben)]).await;
    for path in ["", "/edit", "/assign", "/delete", &format!("/remove?id={ben}")] {
        let page = browser.get(&format!("{role}{path}")).await;
        fuzzer.page(t, &browser, &page, &[]).await;
    }
    browser.post(&format!("{role}/remove"), &[("id", &ben)]).await;
    let page = browser.get(&format!("{role}/delete")).await;
    fuzzer.page(t, &browser, &page, &[]).await;
    for path in ["/roles", "/roles/security-defaults", "/account/access?permission=read-audit"] {
        let page = browser.get(path).await;
        fuzzer.page(t, &browser, &page, &[]).await;
    }
    fuzzer.assert_complete(prefixes("roles of the portal"));
}

async fn forms_about_webhooks(t: &mut TestApp) {
    let contoso = t.company("contoso").await;
    let mut browser = t.signed_in(contoso.tenant, contoso.ana).await;
    let good = [("url", "https://hooks.contoso.com/in"), ("events", "user.*")];
    let shown = browser.post("/webhooks/new", &good).await;
    let path = shown.attributes("main .actions a", "href").remove(0);
    let page = browser.get(&path).await;
    browser.submit_to(&page, &format!("{path}/test"), &[]).await;
    t.run_jobs().await;
    let mut fuzzer = Fuzzer::new(t).await;
    let delivery = browser.get(&path).await.attributes("td a", "href").remove(0);
    for (page, good) in [
        ("/webhooks".to_owned(), &[][..]),
        ("/webhooks/new".to_owned(), &good[..1]),
        (format!("{path}/edit"), &good[..1]),
        (format!("{path}/replay"), &[]),
        (format!("{path}/secret"), &[]),
        (path.clone(), &[]),
    ] {
        let page = browser.get(&page).await;
        fuzzer.page(t, &browser, &page, good).await;
    }
    // Whatever the walk did to it, one that has failed can be sent again.
    for _ in 0..12 {
        t.advance(SignedDuration::from_hours(30));
        t.run_jobs().await;
    }
    let mut browser = t.signed_in(contoso.tenant, contoso.ana).await;
    let page = browser.get(&path).await;
    if page.forms().iter().any(|form| form.action.ends_with("/enable")) {
        fuzzer.page(t, &browser, &page, &[]).await;
        browser.submit_to(&page, &format!("{path}/enable"), &[]).await;
    }
    for page in [delivery, format!("{path}/delete")] {
        let page = browser.get(&page).await;
        fuzzer.page(t, &browser, &page, &[]).await;
    }
    fuzzer.assert_complete(prefixes("webhook pages"));
}

#[expect(clippy::too_many_lines, reason = "a walk reads best in one piece")]
async fn forms_about_applications(t: &mut TestApp) {
    let contoso = t.company("contoso").await;
    let ben = t.person(contoso.tenant, &contoso.domain, "ben", &[]).await;
    let mut browser = t.signed_in(contoso.tenant, contoso.ana).await;
    let form = browser.get("/applications/new").await;
    let made = browser.submit_and_follow(&form, &[("displayName", "Orders")]).await;
    let path = made.path.split('?').next().unwrap().to_owned();
    let ben = ben.to_string();
    let selected = format!("/applications/selected?action=delete&id={}", path.rsplit('/').next().unwrap());
    for form in ["secrets/new", "owners/new", "assignments/new"] {
        let page = browser.get(&format!("{path}/{form}")).await;
        let typed = [("principal", ben.as_str())];
        let typed = if form == "secrets/new" { &[][..] } else { &typed[..] };
        let answer = match typed {
            [] => browser.submit_to(&page, &format!("{path}/{form}"), typed).await,
            typed => browser.submit(&page, typed).await,
        };
        assert!(!answer.status.is_client_error(), "{form}");
    }
    let api = t.client(contoso.tenant, contoso.ana).await;
    let all = api.get("/v1.0/servicePrincipals?$select=id,displayName").await;
    let id = |name: &str| {
        let found = all.body["value"].as_array().unwrap().iter().find(|one| one["displayName"] == name);
        found.unwrap_or_else(|| panic!("{}", all.body))["id"].clone()
    };
    let given = serde_json::json!({ "clientId": id("Orders"), "resourceId": id("Microsoft Graph"), "scope": "openid",
        "consentType": "Principal", "principalId": contoso.ana });
    assert_eq!(api.post("/v1.0/oauth2PermissionGrants", given).await.status, 201);
    let (orders, graph) = (id("Orders"), id("Microsoft Graph"));
    let (orders, graph) = (orders.as_str().unwrap(), graph.as_str().unwrap());
    let given = serde_json::json!({ "clientId": orders, "resourceId": graph, "scope": "openid profile",
        "consentType": "AllPrincipals" });
    assert_eq!(api.post("/v1.0/oauth2PermissionGrants", given).await.status, 201);
    let given = serde_json::json!({ "principalId": orders, "resourceId": graph,
        "appRoleId": "5b567255-7703-4780-807c-7be8301ae99b" });
    let granted = api.post(&format!("/v1.0/servicePrincipals/{orders}/appRoleAssignments"), given).await;
    assert_eq!(granted.status, 201, "{}", granted.body);
    let (certificate, _) = crate::programs::certificate("orders.test");
    let (role, permission) = ("019cadc6-0000-7000-8000-000000000001", "019cadc6-0000-7000-8000-000000000002");
    let offered = serde_json::json!({
        "appRoles": [{ "id": role, "displayName": "Old", "value": "Old", "isEnabled": false,
            "allowedMemberTypes": ["User"] }],
        "api": { "oauth2PermissionScopes": [{ "id": permission, "value": "Old.Read", "isEnabled": false, "type": "User",
            "adminConsentDisplayName": "Read", "adminConsentDescription": "Reads." }] },
        "keyCredentials": [{ "type": "AsymmetricX509Cert", "usage": "Verify", "key": certificate }],
    });
    let application = path.replace("/applications/", "/v1.0/applications/");
    assert_eq!(api.patch(&application, offered).await.status, 204);
    let mut fuzzer = Fuzzer::new(t).await;
    for (page, good) in [
        ("/applications".to_owned(), &[][..]),
        (
            format!("{path}/roles/new"),
            &[("displayName", "Clerk"), ("value", "Clerk"), ("allowedMemberTypes", "User")],
        ),
        (format!("{path}/roles/{role}"), &[("description", "Those of before")]),
        (format!("{path}/roles/{role}/remove"), &[]),
        (
            format!("{path}/permissions/new"),
            &[
                ("value", "Orders.Read"),
                ("type", "User"),
                ("adminConsentDisplayName", "Read"),
                ("adminConsentDescription", "Reads."),
            ],
        ),
        (format!("{path}/permissions/{permission}"), &[("userConsentDisplayName", "Read")]),
        (format!("{path}/permissions/{permission}/remove"), &[]),
        ("/my-applications".to_owned(), &[]),
        ("/applications/new".to_owned(), &[("displayName", "Invoices"), ("redirectUris", "https://a.test/")]),
        (path.clone(), &[]),
        (format!("{path}/edit"), &[("homePageUrl", "https://contoso.test/"), ("notes", "Ask sales")]),
        (format!("{path}/access"), &[]),
        ("/applications/registration".to_owned(), &[("registration", "token")]),
        (
            format!("{path}/sign-in"),
            &[
                ("backchannel_logout_uri", "https://a.test/out"),
                ("post_logout_redirect_uris", "https://a.test/"),
            ],
        ),
        (format!("{path}/secrets/new"), &[("secretName", "deploy")]),
        (
            format!("{path}/certificates/new"),
            &[("certificate", certificate.as_str()), ("certificateName", "deploy")],
        ),
        (format!("{path}/api-permissions/new"), &[]),
        (format!("{path}/api-permissions/new?api={graph}"), &[("scope", "email")]),
        (format!("{path}/owners/new"), &[]),
        (format!("{path}/assignments/new"), &[("principal", "ana.torres@contoso.onwork.localhost")]),
        (selected, &[]),
        (format!("{path}/delete"), &[]),
    ] {
        let page = browser.get(&page).await;
        fuzzer.page(t, &browser, &page, good).await;
    }
    let links = browser.get(&path).await.attributes("main a", "href");
    for link in links.iter().filter(|link| link.contains("/remove?")) {
        let page = browser.get(link).await;
        fuzzer.page(t, &browser, &page, &[]).await;
    }
    let page = browser.get(&format!("{path}/delete")).await;
    browser.submit_to(&page, &format!("{path}/delete"), &[]).await;
    for page in [path.clone(), format!("{path}/restore")] {
        let page = browser.get(&page).await;
        fuzzer.page(t, &browser, &page, &[]).await;
    }
    fuzzer.assert_complete(prefixes("application pages"));
}

async fn forms_of_a_tenant(t: &mut TestApp) {
    let mut contoso = domains::company(t, "contoso").await;
    let mut fuzzer = Fuzzer::new(t).await;
    provider::give_password(t, &contoso.admin).await;
    domains::own(t, &contoso.admin, "contoso.test").await;
    domains::add(t, &contoso.admin, "shop.contoso.test").await.unwrap();
    domains::own(t, &contoso.admin, "signs.test").await;
    domains::own(t, &contoso.admin, "old.test").await;
    domains::own(t, &contoso.admin, "older.test").await;
    domains::add(t, &contoso.admin, "contoso.example").await.unwrap();
    let text = domains::expected(t, &contoso.admin, "contoso.example").await;
    t.dns.text("contoso.example", &[&text]);
    let request = crate::people::ask(t, contoso.tenant, "Ida.Meyer@contoso.test").await.unwrap();
    let request = format!("/access-requests/{request}");
    let browser = &mut contoso.browser;
    for path in [
        "/domains",
        "/domains/add",
        "/domains/contoso.test",
        "/domains/contoso.test/remove",
        "/domains/shop.contoso.test",
        "/domains/older.test/remove",
        "/domains/old.test/force",
        "/domains/contoso.example",
        "/overview",
        "/activity",
        "/access-requests",
        &request,
        "/dev/pieces",
        "/dev/pieces/flow",
        "/dev/pieces/door",
    ] {
        let page = browser.get(path).await;
        fuzzer.page(t, browser, &page, &[]).await;
    }
    forms_about_providers(t, browser, &mut fuzzer).await;
    let page = browser.get(&request).await;
    browser.submit_to(&page, &format!("{request}/approve"), &[]).await;
    let approved = browser.get(&request).await;
    fuzzer.page(t, browser, &approved, &[]).await;
    let mut ida = t.browser();
    let link = t.mail_to("Ida.Meyer@contoso.test").await.link();
    let page = ida.get(&link).await;
    fuzzer.page(t, &ida, &page, &[("password", "seven quiet lanterns hum")]).await;
    fuzzer.assert_complete(prefixes("tenant"));
}

/// An identity provider is saved, tried, let count and switched off.
async fn forms_about_providers(t: &TestApp, browser: &mut Browser, fuzzer: &mut Fuzzer) {
    const PAGE: &str = "/domains/signs.test/identity-provider";
    let provider = provider::Provider::start(t);
    let good = [
        ("issuer", provider::ISSUER),
        ("provider_client_id", provider::CLIENT),
        ("provider_client_secret", provider::SECRET),
        ("name_claim", "email"),
    ];
    let edit = browser.get(&format!("{PAGE}/edit")).await;
    browser.submit_to(&edit, &format!("{PAGE}/edit"), &good).await;
    let page = browser.get(PAGE).await;
    let leading = browser.submit_to(&page, &format!("{PAGE}/test"), &[]).await;
    provider.sign_in(t, browser, &leading, ("s-ana", "ana@signs.test")).await;
    let page = browser.get(&format!("{PAGE}/enforce")).await;
    fuzzer.page(t, browser, &page, &[]).await;
    browser.submit_to(&page, &format!("{PAGE}/enforce"), &[]).await;
    let page = browser.get(&format!("{PAGE}/switch-off")).await;
    fuzzer.page(t, browser, &page, &[]).await;
    let page = browser.get(PAGE).await;
    fuzzer.page(t, browser, &page, &[]).await;
    let edit = browser.get(&format!("{PAGE}/edit")).await;
    fuzzer.page(t, browser, &edit, &good).await;
}

async fn forms_of_billing(t: &mut TestApp) {
    let company = t.company("limania").await;
    let mut ana: Browser = t.signed_in(company.tenant, company.ana).await;
    let mut fuzzer = Fuzzer::new(t).await;
    let page = ana.get("/billing/set-up").await;
    let page = ana.follow(&page).await;
    fuzzer.page(t, &ana, &page, &CONTOSO.organisation()).await;
    let page: Page = ana.submit_to(&page, "/billing/set-up/organisation", &CONTOSO.organisation()).await;
    let page = ana.follow(&page).await;
    fuzzer.page(t, &ana, &page, &CARD).await;
    ana.submit_and_follow(&page, &CARD).await;
    let page = ana.get("/billing/set-up/agreement").await;
    fuzzer.page(t, &ana, &page, &Company::SIGNATURE).await;
    ana.submit(&page, &Company::SIGNATURE).await;
    for path in ["/billing", "/billing/edit", "/existing"] {
        let page = ana.get(path).await;
        fuzzer.page(t, &ana, &page, &[]).await;
    }
    let account = ana.get("/billing").await;
    let started = ana.submit_to(&account, "/billing/cards/new", &[]).await;
    let page = ana.follow(&started).await;
    let other = [("card_number", "5555555555554444"), CARD[1], CARD[2], CARD[3]];
    fuzzer.page(t, &ana, &page, &other).await;
    let checked = ana.submit_and_follow(&page, &other).await;
    fuzzer.page(t, &ana, &checked, &[]).await;
    ana.submit_to(&checked, started.location(), &[]).await;
    let account = ana.get("/billing").await;
    fuzzer.page(t, &ana, &account, &[]).await;
    let links = account.attributes("main a", "href");
    for link in links.iter().filter(|link| link.ends_with("/remove")) {
        let page = ana.get(link).await;
        fuzzer.page(t, &ana, &page, &[]).await;
    }
    fuzzer.assert_complete(prefixes("billing"));
}
