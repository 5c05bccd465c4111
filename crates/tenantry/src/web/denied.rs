//! The page in place of one that the person's roles don't allow, and of a refused act: *why can't I?* It names what isn't
//! allowed and the roles that would, the tenant's own among them, and leads to the people who can give one.

use std::sync::{Arc, OnceLock};

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;
use model::refusal::{Code, Refusal};
use model::roles::{Permission, Role};

use super::layout::{Page, Section, render};
use super::roles;
use crate::access::{Actor, ActorKind, rights};
use crate::app::App;
use crate::error::Error;

#[derive(Template)]
#[template(path = "denied.html")]
struct DeniedPage {
    page: Page,
    permission: &'static str,
    words: String,
    roles: Vec<(String, String)>,
    own: Vec<String>,
}

/// What the layer of failures makes a page of, since it can look the tenant's own roles up.
pub(super) struct Denied {
    page: Page,
    permission: Permission,
}

/// Who asks, as soon as they are admitted: the failure of their request is told in their tenant's terms.
#[derive(Clone, Default)]
pub struct Asker(Arc<OnceLock<(Actor, Option<Page>)>>);

impl Asker {
    /// Notes who was admitted, and the page with their tenant in its header, where it is one.
    pub fn note(parts: &Parts, actor: &Actor, page: Option<Page>) {
        if let Some(asker) = parts.extensions.get::<Self>() {
            // Several extractors of one request find the same person.
            let _ = asker.0.set((actor.clone(), page));
        }
    }

    /// The page of a signed-in person, in the part of the portal that an address belongs to.
    pub(super) fn page(&self, path: &str) -> Option<Page> {
        let page = self.0.get().and_then(|(_, page)| page.clone())?;
        Some(page.in_section(Section::of(path)))
    }

    /// Is it an application that acts for itself?
    pub(super) fn is_a_program(&self) -> bool {
        self.0.get().is_some_and(|(actor, _)| matches!(actor.kind(), ActorKind::Application { .. }))
    }

    async fn own_roles(&self, app: &App, permission: Permission) -> Result<Vec<String>, Error> {
        let Some((actor, _)) = self.0.get() else { return Ok(Vec::new()) };
        let mut scope = app.db.read().await?;
        let mut tenant = scope.tenant(actor.grant()).await?;
        rights::own_roles_that_allow(&mut tenant, permission).await
    }

    /// Without the tenant's own roles where they can't be read: the refusal stands anyway.
    async fn known(&self, app: &App, permission: Permission) -> Vec<String> {
        self.own_roles(app, permission).await.unwrap_or_else(|error| {
            tracing::error!(%error, "the tenant's own roles can't be read");
            Vec::new()
        })
    }
}

impl Denied {
    /// What a refusal of a signed-in person's request becomes, if it is one of their roles.
    pub(super) fn of(refusals: &[Refusal], asker: &Asker, path: &str) -> Option<Self> {
        let [refusal] = refusals else { return None };
        Some(Self { page: asker.page(path)?, permission: permission_of(refusal)? })
    }

    pub(super) async fn render(self, app: &App, asker: &Asker) -> Response {
        let l = &self.page.l;
        let built_in = Role::that_allow(self.permission);
        let view = DeniedPage {
            permission: self.permission.as_str(),
            words: roles::permission(l, self.permission),
            roles: built_in.map(|role| (roles::name(l, role), roles::does(l, role))).collect(),
            own: asker.known(app, self.permission).await,
            page: self.page,
        };
        render(&view, StatusCode::FORBIDDEN)
    }
}

fn permission_of(refusal: &Refusal) -> Option<Permission> {
    let named = refusal.arguments.iter().find(|(name, _)| *name == "permission");
    named.filter(|_| refusal.code == Code::NotAllowed).and_then(|(_, key)| key.parse().ok())
}

/// The permission that a refusal names as lacking.
pub(super) fn lacking(refusals: &[Refusal]) -> Option<&'static str> {
    let named =
        refusals.iter().flat_map(|refusal| &refusal.arguments).find(|(name, _)| *name == "permission");
    named.and_then(|(_, key)| key.parse().ok()).map(Permission::as_str)
}

/// Adds the tenant's own roles to what a program is refused.
pub(super) async fn complete(app: &App, asker: &Asker, refusals: &mut [Refusal]) {
    for refusal in refusals {
        let Some(permission) = permission_of(refusal) else { continue };
        let own = asker.known(app, permission).await;
        for (name, value) in &mut refusal.arguments {
            if *name == "roles" && !own.is_empty() {
                *value = format!("{value}, {}", own.join(", "));
            }
        }
    }
}
