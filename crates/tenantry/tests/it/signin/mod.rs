//! Signing in, second factors, lockout, resets, the own account.

mod account;
mod defaults;
mod factors_reset;
mod fresh;
mod lockout;
mod passkeys;
mod reset;
mod second_factor;
mod statements;
mod steps;
mod uniform;

use jiff::SignedDuration;
use model::ids::{TenantId, UserId};
use model::roles::Role;
use tenantry::access::Actor;
use tenantry::db::Row;
use tenantry::error::Error;
use tenantry::features::directory::{ContactEmail, NewUser, create_user};
use tenantry::features::tenants::{self, NewTenant};
use tenantry::secrets::Secret;
use tenantry::{params, transaction};
use totp_rs::{Builder, Secret as Key};

use crate::support::TestApp;
use crate::support::browser::Browser;
use crate::support::page::Page;

pub const PASSWORD: &str = "violet tractor hums 7";
pub const OTHER_PASSWORD: &str = "seven quiet lanterns 41";

/// More tries than the network's limit lets one visitor have.
pub fn unlimited(config: &mut tenantry::config::Config) {
    config.limits.sensitive_per_minute = 10_000;
}

/// A person of a tenant, for tests.
#[derive(Clone)]
pub struct Person {
    pub tenant: TenantId,
    pub id: UserId,
    pub name: String,
    pub contact: String,
}

pub async fn company(t: &TestApp, prefix: &str) -> TenantId {
    let moment = t.app.moment();
    let tenant = TenantId(moment.uuid());
    let domain = tenants::initial_domain(&t.app, prefix);
    let new = NewTenant {
        id: tenant,
        display_name: "Contoso Ltd",
        country: "GB",
        technical_contact: "it@contoso.test",
        initial_domain: &domain,
    };
    let made: Result<(), Error> =
        transaction!(t.app.db, |scope| tenants::create(scope, &Actor::system(tenant), &new, &moment).await);
    made.unwrap();
    tenant
}

pub async fn person(t: &TestApp, tenant: TenantId, prefix: &str, name: &str, roles: &[Role]) -> Person {
    let moment = t.app.moment();
    let hash = t.app.passwords.hash(&Secret::new(PASSWORD), &moment).await.unwrap();
    let domain = tenants::initial_domain(&t.app, prefix);
    let contact = format!("{name}@mail.test");
    let new = NewUser {
        user_name: name.to_owned(),
        domain_name: domain.clone(),
        display_name: "Zoe Quist".to_owned(),
        contact_email: Some(ContactEmail { address: contact.clone(), canonical: contact.clone() }),
        password: Some((hash, false)),
        roles: roles.iter().map(|role| role.template_id()).collect(),
        ..NewUser::default()
    };
    let made: Result<UserId, Error> = transaction!(t.app.db, |scope| {
        let actor = Actor::system(tenant);
        let mut scope = scope.tenant(actor.grant()).await?;
        create_user(&t.app, &mut scope, &actor, &new, &moment).await
    });
    Person { tenant, id: made.unwrap(), name: format!("{name}@{domain}"), contact }
}

/// An employee of a company of their own.
pub async fn employee(t: &TestApp) -> Person {
    let tenant = company(t, "contoso").await;
    person(t, tenant, "contoso", "zoe", &[]).await
}

/// An administrator who has no second factor yet.
pub async fn administrator(t: &TestApp) -> Person {
    let tenant = company(t, "contoso").await;
    person(t, tenant, "contoso", "zoe", &[Role::GlobalAdministrator]).await
}

/// Runs a statement over a tenant's rows, beside the service.
pub async fn alter(t: &TestApp, person: &Person, sql: &str) {
    let tenant = person.tenant;
    let done: Result<u64, Error> = transaction!(t.app.db, |scope| {
        let mut scope = scope.tenant(Actor::operator(tenant).grant()).await?;
        Ok(scope.execute(sql, params![person.id]).await?)
    });
    assert_eq!(done.unwrap(), 1, "{sql}");
}

/// Runs a statement over the row of a person's tenant.
pub async fn alter_tenant(t: &TestApp, person: &Person, sql: &str) {
    let tenant = person.tenant;
    let done: Result<u64, Error> =
        transaction!(t.app.db, |scope| Ok(scope.execute(sql, params![tenant]).await?));
    assert_eq!(done.unwrap(), 1, "{sql}");
}

/// The activities and sign-ins of a tenant with their results.
pub async fn activities(t: &TestApp, person: &Person) -> Vec<String> {
    t.run_jobs().await;
    let mut scope = t.app.db.read().await.unwrap();
    let mut scope = scope.tenant(Actor::operator(person.tenant).grant()).await.unwrap();
    let sql = "SELECT activity, result FROM audit_event WHERE tenant_id = $1 UNION ALL \
               SELECT CASE result WHEN 'success' THEN 'signed-in' ELSE 'sign-in-refused' END, result \
               FROM sign_in WHERE tenant_id = $1";
    let rows: Vec<Row> = scope.all(sql, &[]).await.unwrap();
    let told = |row: &Row| {
        let (activity, result): (String, String) = (row.get("activity").unwrap(), row.get("result").unwrap());
        if result == "success" { activity } else { format!("{activity}: {result}") }
    };
    rows.iter().map(told).collect()
}

/// Types the name and comes to the password page.
pub async fn to_password(browser: &mut Browser, name: &str) -> Page {
    let page = browser.get("/sign-in").await;
    let page = browser.submit_and_follow(&page, &[("username", name)]).await;
    assert_eq!(page.path, "/sign-in/password", "{}", page.text());
    page
}

/// Types name and password; the answer to the password.
pub async fn try_password(browser: &mut Browser, name: &str, password: &str) -> Page {
    let page = to_password(browser, name).await;
    browser.submit(&page, &[("password", password)]).await
}

pub async fn sign_in(browser: &mut Browser, name: &str) -> Page {
    let page = try_password(browser, name, PASSWORD).await;
    assert_eq!(page.status.as_u16(), 303, "{}", page.text());
    page
}

/// Whether the browser is signed in, by a page that everybody who is may see.
pub async fn is_in(browser: &mut Browser) -> bool {
    browser.get("/account").await.status.as_u16() == 200
}

/// The code that an authenticator app with this key shows now.
pub fn code_of(t: &TestApp, key: &str) -> String {
    let secret = Key::from(decode(key));
    let now = u64::try_from(t.app.moment().now.as_second()).unwrap();
    Builder::new().with_secret(secret).build_noncompliant().generate(now).to_string()
}

fn decode(key: &str) -> [u8; 20] {
    let digits: Vec<u8> = key.bytes().filter(|byte| *byte != b' ').collect();
    let value = |byte: u8| u64::from(if byte.is_ascii_digit() { byte - b'2' + 26 } else { byte - b'A' });
    let bytes: Vec<u8> = digits
        .chunks(8)
        .flat_map(|chunk| {
            let bits = chunk.iter().fold(0_u64, |bits, byte| bits << 5 | value(*byte));
            bits.to_be_bytes()[3..].to_vec()
        })
        .collect();
    bytes.try_into().unwrap()
}

/// Sets up an authenticator app in a browser that is signed in; its key.
pub async fn set_up_app(t: &TestApp, browser: &mut Browser) -> String {
    let answer = browser.post("/account/second-factor/authenticator", &[]).await;
    let page = browser.follow(&answer).await;
    let key = page.text_of(".secret").expect("the key is shown");
    let answer = browser.submit(&page, &[("code", &code_of(t, &key))]).await;
    assert_eq!(answer.status.as_u16(), 303, "{}", answer.text());
    t.advance(SignedDuration::from_secs(30));
    key
}
