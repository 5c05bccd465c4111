//! One application.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use model::applications::{Application, Platform, SignInSettings};
use model::objects::Relation;
use model::roles::Permission;

use super::granted::{self, Card};
use super::{Found, on, sign_in_name};
use crate::access::Actor;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::certificates::told;
use crate::features::applications::ops::assignments::{Assignment, AssignmentSide, list_assignments};
use crate::features::applications::ops::sign_in::sign_in_of;
use crate::features::applications::store;
use crate::features::objects::{self, Object};
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};
use crate::web::locale::Locale;

/// Owners and assignments that the page shows.
const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "applications/one.html")]
struct OnePage {
    page: Page,
    id: String,
    application: Object<Application>,
    /// `None` without a service principal: whether it is enabled, and whether an assignment is needed.
    access: Option<(bool, bool)>,
    /// Where a client reads how to sign people in.
    metadata: String,
    redirects: Vec<(String, String)>,
    secrets: Vec<Credential>,
    certificates: Vec<Credential>,
    /// Id, name, and what tells people of one name apart.
    owners: Vec<(String, String, String)>,
    assignments: Vec<AssignmentRow>,
    more_assignments: bool,
    /// What it was granted at APIs; `None` without a service principal.
    granted: Option<Card>,
    /// Whether this person may say what it is granted.
    grants: bool,
    manage: bool,
    days_left: Option<i64>,
    /// When it registered itself.
    registered_at: Option<Timestamp>,
    own: SignInSettings,
}

struct Credential {
    id: String,
    name: String,
    /// Whose certificate it is, where its name doesn't say so.
    subject: String,
    /// The beginning of a secret, the thumbprint of a certificate.
    hint: String,
    ends: Option<Timestamp>,
    expired: bool,
}

struct AssignmentRow {
    id: String,
    name: String,
    detail: String,
    role: String,
}

fn secrets(found: &Object<Application>, now: Timestamp) -> Vec<Credential> {
    let secret = |secret: &model::applications::PasswordCredential| Credential {
        id: secret.key_id.map(|id| id.to_string()).unwrap_or_default(),
        name: secret.display_name.clone().unwrap_or_default(),
        subject: String::new(),
        hint: secret.hint.clone().unwrap_or_default(),
        ends: secret.end_date_time,
        expired: secret.end_date_time.is_some_and(|ends| ends <= now),
    };
    found.properties.password_credentials.iter().map(secret).collect()
}

fn certificates(found: &Object<Application>, now: Timestamp) -> Vec<Credential> {
    let certificate = |key: &model::applications::KeyCredential| {
        let told = told(key).unwrap_or_default();
        let name = key.display_name.clone().unwrap_or_default();
        Credential {
            id: key.key_id.map(|id| id.to_string()).unwrap_or_default(),
            subject: if told.subject == name { String::new() } else { told.subject },
            name,
            hint: told.thumbprint,
            ends: key.end_date_time,
            expired: key.end_date_time.is_some_and(|ends| ends <= now),
        }
    };
    found.properties.key_credentials.iter().map(certificate).collect()
}

fn redirects(l: &Locale, found: &Object<Application>) -> Vec<(String, String)> {
    let platform = |platform| match platform {
        Platform::Web => l.t("applications-platform-web"),
        Platform::Spa => l.t("applications-platform-spa"),
        Platform::PublicClient => l.t("applications-platform-device"),
    };
    found.properties.settings.redirect_uris().map(|(of, uri)| (platform(of), uri.clone())).collect()
}

async fn owners(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    found: &Object<Application>,
) -> Result<Vec<(String, String, String)>, Error> {
    let mut shown = Vec::new();
    for owner in objects::linked_all(scope, found.id, Relation::Owner, SHOWN).await? {
        if let Some((_, name)) = store::assignments::principal(scope, owner.id).await? {
            shown.push((owner.id.to_string(), name, sign_in_name(scope, actor, owner.id).await?));
        }
    }
    Ok(shown)
}

async fn row(
    scope: &mut TenantScope<'_>,
    (l, actor): (&Locale, &Actor),
    found: &Object<Application>,
    assignment: &Assignment,
) -> Result<AssignmentRow, Error> {
    let role = found.properties.settings.app_roles.iter().find(|role| role.id == assignment.app_role_id);
    let name = role.and_then(|role| role.display_name.clone());
    Ok(AssignmentRow {
        id: assignment.id.to_string(),
        name: assignment.principal_name.clone(),
        detail: sign_in_name(scope, actor, assignment.principal_id).await?,
        role: name.unwrap_or_else(|| l.t("applications-default-access")),
    })
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let mut page = on(&signed_in, page);
    if let Some(word) = word(&page.l, fields.value("done")) {
        page = page.with_toast(word);
    }
    let found = Found::load(&app, &signed_in, &id).await?;
    let (actor, now) = (&signed_in.actor, app.moment().now);
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let application = found.application;
    let assigned = match &found.principal {
        Some(principal) => {
            let side = AssignmentSide::Resource(principal.id.0);
            Some(list_assignments(&mut tenant, actor, side, None, SHOWN).await?)
        }
        None => None,
    };
    let mut assignments = Vec::new();
    for assignment in assigned.iter().flat_map(|slice| &slice.items) {
        assignments.push(row(&mut tenant, (&page.l, actor), &application, assignment).await?);
    }
    let granted = match &found.principal {
        Some(principal) => Some(granted::card(&mut tenant, (&page.l, actor), principal.id).await?),
        None => None,
    };
    let settings = found.principal.as_ref().map(|principal| &principal.properties.settings);
    let own = sign_in_of(&mut tenant, application.id).await?;
    let view = OnePage {
        id: application.id.to_string(),
        access: settings.map(|settings| (settings.account_enabled, settings.app_role_assignment_required)),
        redirects: redirects(&page.l, &application),
        secrets: secrets(&application, now),
        certificates: certificates(&application, now),
        owners: owners(&mut tenant, actor, &application).await?,
        assignments,
        more_assignments: assigned.as_ref().is_some_and(|slice| slice.next.is_some()),
        granted,
        grants: actor.may(Permission::ManageApplications) && application.deleted_at.is_none(),
        manage: found.refused.is_none(),
        registered_at: own.registered_at,
        own: own.settings,
        days_left: application.deleted_at.map(|deleted_at| super::list::days_left(deleted_at, now)),
        metadata: app.link(&format!("/{}/v2.0/.well-known/openid-configuration", actor.tenant())),
        application,
        page,
    };
    Ok(render(&view, StatusCode::OK))
}

fn word(l: &Locale, done: &str) -> Option<String> {
    Some(match done {
        "registered" => l.t("applications-done-registered"),
        "updated" => l.t("applications-done-updated"),
        "access" => l.t("applications-done-access"),
        "owners" => l.t("applications-done-owners"),
        "assigned" => l.t("applications-done-assigned"),
        "unassigned" => l.t("applications-done-unassigned"),
        "secret-removed" => l.t("applications-done-secret-removed"),
        "certificate-added" => l.t("applications-done-certificate-added"),
        "certificate-removed" => l.t("applications-done-certificate-removed"),
        "granted" => l.t("applications-done-granted"),
        "taken-back" => l.t("applications-done-taken-back"),
        "restored" => l.t("applications-done-restored"),
        _ => return None,
    })
}
