//! Custom domain names: whose they can be, what proves them, what keeps them.

mod contest;
mod force;
mod life;
mod pages;
mod proof;
mod race;
mod removal;

use model::authentication::Methods;
use model::ids::TenantId;
use model::refusal::Code;
use model::roles::Role;
use tenantry::access::session::{self, NewSession};
use tenantry::access::{Actor, Origin};
use tenantry::db::{GrantReason, TenantGrant};
use tenantry::error::Error;
use tenantry::features::credentials;
use tenantry::features::directory::{self, NewUser};
use tenantry::features::domains::{self, Listed, NewName, Observation};
use tenantry::features::tenants::{self, NewTenant};
use tenantry::outside::dns::Dns;
use tenantry::{params, transaction};

use crate::support::TestApp;
use crate::support::browser::Browser;
use crate::support::page::Page;

/// A company with its first administrator, signed in.
pub struct Company {
    pub tenant: TenantId,
    pub admin: Actor,
    pub browser: Browser,
}

pub async fn company(t: &mut TestApp, prefix: &str) -> Company {
    let (app, moment) = (t.app.clone(), t.app.moment());
    let tenant = TenantId(moment.uuid());
    let initial = tenants::initial_domain(&app, prefix);
    let made: Result<(), Error> = transaction!(app.db, |scope| {
        let new = NewTenant {
            id: tenant,
            display_name: prefix,
            country: "DE",
            technical_contact: "it@contoso.test",
            initial_domain: &initial,
        };
        tenants::create(scope, &Actor::operator(tenant), &new, &moment).await
    });
    made.unwrap();
    let (admin, browser) = person(t, tenant, "ana", &initial, Role::GlobalAdministrator).await;
    Company { tenant, admin, browser }
}

/// Somebody with one role, signed in.
pub async fn person(
    t: &mut TestApp,
    tenant: TenantId,
    name: &str,
    domain: &str,
    role: Role,
) -> (Actor, Browser) {
    let (app, moment) = (t.app.clone(), t.app.moment());
    let operator = Actor::operator(tenant);
    let new = NewUser {
        user_name: name.to_owned(),
        domain_name: domain.to_owned(),
        display_name: name.to_owned(),
        roles: vec![role.template_id()],
        ..NewUser::default()
    };
    let made: Result<_, Error> = transaction!(app.db, |scope| {
        let mut scope = scope.tenant(operator.grant()).await?;
        let user = directory::create_user(&app, &mut scope, &operator, &new, &moment).await?;
        let actor = Actor::user(tenant, user, name, role.permissions(), Origin::local());
        credentials::make_recovery_codes(&app, &mut scope, &actor, user, &moment).await?;
        let origin = Origin::local();
        let session = NewSession {
            user,
            remembered: false,
            second_factor: true,
            methods: Methods::read("pwd otp"),
            authenticated_at: None,
            origin: &origin,
        };
        Ok((user, session::create(&app, &mut scope, &session, &moment).await?.0))
    });
    let (user, secret) = made.unwrap();
    let mut browser = t.browser();
    browser.set_cookie("session", secret.expose());
    (Actor::user(tenant, user, name, role.permissions(), Origin::local()), browser)
}

pub async fn add(t: &TestApp, actor: &Actor, name: &str) -> Result<String, Error> {
    let (app, moment) = (t.app.clone(), t.app.moment());
    let new = NewName::parse(&app, name)?;
    transaction!(app.db, |scope| {
        let mut scope = scope.tenant(actor.grant()).await?;
        domains::add(&app, &mut scope, actor, &new, &moment).await
    })
}

pub async fn get(t: &TestApp, actor: &Actor, name: &str) -> Result<Listed, Error> {
    let mut scope = t.app.db.read().await?;
    let mut scope = scope.tenant(actor.grant()).await?;
    domains::get(&mut scope, actor, name).await
}

pub async fn look(t: &TestApp, dns: &Dns, actor: &Actor, name: &str) -> Observation {
    let claim = get(t, actor, name).await.unwrap().name;
    domains::observe(dns, &claim, &t.app.config.accounts.account_domain, t.app.moment().now).await
}

pub async fn verify_by(
    t: &TestApp,
    actor: &Actor,
    name: &str,
    observation: &Observation,
) -> Result<domains::Check, Error> {
    let (app, moment) = (t.app.clone(), t.app.moment());
    transaction!(app.db, |scope| {
        let mut scope = scope.tenant(actor.grant()).await?;
        domains::verify(&app, &mut scope, actor, name, observation, &moment).await
    })
}

/// Looks at DNS as it is and verifies by what is seen.
pub async fn verify(t: &TestApp, actor: &Actor, name: &str) -> Result<domains::Check, Error> {
    let observation = look(t, &t.app.outside.dns, actor, name).await;
    verify_by(t, actor, name, &observation).await
}

/// The value that proves the claim of this tenant.
pub async fn expected(t: &TestApp, actor: &Actor, name: &str) -> String {
    format!("tenantry-verification={}", get(t, actor, name).await.unwrap().name.token)
}

/// Adds a name, publishes its record and verifies it.
pub async fn own(t: &TestApp, actor: &Actor, name: &str) {
    add(t, actor, name).await.unwrap();
    let text = expected(t, actor, name).await;
    t.dns.text(name, &[&text]);
    assert!(matches!(verify(t, actor, name).await, Ok(domains::Check::Verified { .. })), "{name}");
}

pub async fn remove(t: &TestApp, actor: &Actor, name: &str) -> Result<(), Error> {
    let (app, moment) = (t.app.clone(), t.app.moment());
    transaction!(app.db, |scope| {
        let mut scope = scope.tenant(actor.grant()).await?;
        domains::remove(&app, &mut scope, actor, name, &moment).await
    })
}

pub async fn make_primary(t: &TestApp, actor: &Actor, name: &str) -> Result<(), Error> {
    let (app, moment) = (t.app.clone(), t.app.moment());
    transaction!(app.db, |scope| {
        let mut scope = scope.tenant(actor.grant()).await?;
        domains::make_primary(&mut scope, actor, name, &moment).await
    })
}

pub fn codes<T: std::fmt::Debug>(result: Result<T, Error>) -> Vec<Code> {
    let refusals = result.unwrap_err().into_refusals().unwrap();
    refusals.into_iter().map(|refusal| refusal.code).collect()
}

pub fn is_verified(listed: &Listed) -> bool {
    listed.name.verified_at.is_some()
}

/// The activities of a tenant's log about one name, in alphabetical order.
pub async fn activities(t: &TestApp, tenant: TenantId, name: &str) -> Vec<String> {
    let mut scope = t.app.db.read().await.unwrap();
    let mut scope = scope.tenant(TenantGrant::issue(tenant, GrantReason::Operator)).await.unwrap();
    let sql = "SELECT activity FROM audit_event WHERE tenant_id = $1 AND target_name = $2 ORDER BY activity";
    let rows: Vec<tenantry::db::Single<String>> = scope.all(sql, params![name]).await.unwrap();
    rows.into_iter().map(|row| row.0).collect()
}

/// Presses the button of a form that goes there.
pub async fn press(browser: &mut Browser, page: &Page, action: &str) -> Page {
    browser.submit_to(page, action, &[]).await
}
