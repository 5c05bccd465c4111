//! Tenants and people, made by the operations that sign-up uses.

use model::authentication::Methods;
use model::ids::{TenantId, UserId};
use model::roles::Role;
use tenantry::access::session::{self, NewSession};
use tenantry::access::{Actor, Origin, rights};
use tenantry::db::{GrantReason, TenantGrant};
use tenantry::error::Error;
use tenantry::features::applications;
use tenantry::features::credentials;
use tenantry::features::directory::{self, ContactEmail, NewUser};
use tenantry::features::tenants::{self, NewTenant};
use tenantry::{params, transaction};

use super::TestApp;
use super::browser::Browser;

/// A tenant with its first Global administrator.
#[derive(Clone)]
pub struct Company {
    pub tenant: TenantId,
    pub domain: String,
    pub ana: UserId,
}

impl TestApp {
    /// A tenant at `<prefix>.onwork.localhost` whose Global administrator is Ana Torres.
    pub async fn company(&self, prefix: &str) -> Company {
        let (app, moment) = (self.app.clone(), self.app.moment());
        let tenant = TenantId(moment.uuid());
        let domain = tenants::initial_domain(&app, prefix);
        let actor = Actor::system(tenant);
        let new = NewTenant {
            id: tenant,
            display_name: prefix,
            country: "GR",
            technical_contact: "it@contoso.test",
            initial_domain: &domain,
        };
        let made: Result<(), Error> = transaction!(app.db, |scope| {
            tenants::create(scope, &actor, &new, &moment).await?;
            let mut inside = scope.tenant(actor.grant()).await?;
            applications::add_own_api(&mut inside, &actor, &moment).await
        });
        made.unwrap();
        let ana = self.person(tenant, &domain, "ana.torres", &[Role::GlobalAdministrator]).await;
        Company { tenant, domain, ana }
    }

    /// A person whose display name is the user name in capitals.
    pub async fn person(&self, tenant: TenantId, domain: &str, user_name: &str, roles: &[Role]) -> UserId {
        let (app, moment) = (self.app.clone(), self.app.moment());
        let actor = Actor::system(tenant);
        let address = format!("{user_name}@mail.test");
        let new = NewUser {
            user_name: user_name.to_owned(),
            domain_name: domain.to_owned(),
            display_name: user_name.to_uppercase(),
            contact_email: Some(ContactEmail { canonical: address.clone(), address }),
            // No password fits it, but an administrator without one doesn't count as somebody who can sign in.
            password: (!roles.is_empty()).then(|| ("no hash".to_owned(), false)),
            roles: roles.iter().map(|role| role.template_id()).collect(),
            ..NewUser::default()
        };
        let made: Result<UserId, Error> = transaction!(app.db, |scope| {
            let mut scope = scope.tenant(actor.grant()).await?;
            let user = directory::create_user(&app, &mut scope, &actor, &new, &moment).await?;
            if !new.roles.is_empty() {
                // Without a second factor an administrator gets no further than to the page that sets one up.
                credentials::make_recovery_codes(&app, &mut scope, &actor, user, &moment).await?;
            }
            Ok(user)
        });
        made.unwrap()
    }

    /// The person as they act in operations.
    pub async fn actor(&self, tenant: TenantId, user: UserId) -> Actor {
        let mut scope = self.app.db.read().await.unwrap();
        let grant = TenantGrant::issue(tenant, GrantReason::Authentication);
        let mut scope = scope.tenant(grant).await.unwrap();
        let rights = rights::rights_of(&mut scope, user).await.unwrap();
        Actor::user(tenant, user, "Ana Torres", rights, Origin::local())
    }

    /// A browser in which the person is signed in.
    pub async fn signed_in(&mut self, tenant: TenantId, user: UserId) -> Browser {
        self.signed_in_with(tenant, user, true).await
    }

    /// A person who showed their password alone.
    pub async fn signed_in_by_password(&mut self, tenant: TenantId, user: UserId) -> Browser {
        self.signed_in_with(tenant, user, false).await
    }

    async fn signed_in_with(&mut self, tenant: TenantId, user: UserId, second_factor: bool) -> Browser {
        let (app, moment, origin) = (self.app.clone(), self.app.moment(), Origin::local());
        let grant = TenantGrant::issue(tenant, GrantReason::Authentication);
        let methods = Methods::read(if second_factor { "pwd otp" } else { "pwd" });
        let new = NewSession {
            user,
            remembered: false,
            second_factor,
            methods,
            authenticated_at: None,
            origin: &origin,
        };
        let made: Result<_, Error> = transaction!(app.db, |scope| {
            let mut scope = scope.tenant(grant).await?;
            session::create(&app, &mut scope, &new, &moment).await
        });
        let mut browser = self.browser();
        browser.set_cookie("session", made.unwrap().0.expose());
        browser
    }

    /// How many rows a table of a tenant has.
    pub async fn rows(&self, tenant: TenantId, table: &str) -> i64 {
        let mut scope = self.app.db.read().await.unwrap();
        let grant = TenantGrant::issue(tenant, GrantReason::Authentication);
        let mut scope = scope.tenant(grant).await.unwrap();
        let sql = format!("SELECT count(*) FROM {table} WHERE tenant_id = $1");
        scope.one::<tenantry::db::Single<i64>>(&sql, params![]).await.unwrap().0
    }
}
