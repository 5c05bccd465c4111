//! A client that acts for itself (RFC 6749 §4.4): what it gets a token for.
//!
//! Programs ask often, and for the same. What was found for one is kept for a moment, and each request shows its credential all
//! the same.

use std::sync::Arc;

use model::ids::TenantId;
use protocol::oauth::{ClientAuthentication, FaultCode, Parameters};
use uuid::Uuid;

use super::authorize::enter;
use super::client::{self, Client, Shown};
use super::tokens::{Audience, role_values};
use super::{Refused, refused, scopes};
use crate::app::App;
use crate::db::TenantScope;
use crate::moment::Moment;
use crate::recent::AsOf;

/// What a client may do for itself at a resource.
pub struct Program {
    pub tenant: TenantId,
    pub client: Arc<Client>,
    pub audience: Audience,
    /// The values of its roles there.
    pub roles: Vec<String>,
}

/// Longer requests are read each time: what is kept is small.
const LONGEST_NAME: usize = 500;

/// A request's parts that decide what comes of it, but for its credential.
fn name(tenant: &str, client_id: &str, sent: &Parameters) -> Option<String> {
    let mut name = format!("{tenant}\n{client_id}\n{}", sent.get("scope").unwrap_or_default());
    for resource in sent.all("resource") {
        name.push('\n');
        name.push_str(resource);
    }
    (name.len() <= LONGEST_NAME).then_some(name)
}

fn credential(shown: Shown) -> Result<Uuid, Refused> {
    match shown {
        Shown::Proven(credential) => Ok(credential),
        Shown::Named => {
            let words = "the client must show its secret or a signed assertion";
            Err(refused(FaultCode::InvalidClient, words))
        }
    }
}

/// The program that a request comes from, and the secret or certificate that it shows.
///
/// # Errors
/// A client that doesn't show that it is it, or a scope that isn't a resource's `.default`; or the engine fails.
pub async fn of(
    app: &App,
    (tenant, shown): (&str, &ClientAuthentication),
    sent: &Parameters,
    moment: &Moment,
) -> Result<(Arc<Program>, Uuid), Refused> {
    let name = client::named(shown).and_then(|client_id| name(tenant, &client_id, sent));
    let known = name.as_ref().and_then(|name| app.known.programs.find(app, name));
    if let Some(known) = known
        && let Ok(shown) = known.client.proves(app, known.tenant, shown, moment)
    {
        return Ok((known, credential(shown)?));
    }
    let mut scope = app.db.read().await?;
    let as_of = AsOf::of(app, &scope);
    let mut inside = enter(app, &mut scope, tenant).await?;
    let (client, shown) = client::authenticate(app, &mut inside, shown, moment).await?;
    let credential = credential(shown)?;
    let program = Arc::new(read(app, &mut inside, client, sent).await?);
    if let (Some(name), Some(as_of)) = (name, as_of) {
        app.known.programs.keep(name, as_of, Some(program.tenant), Arc::clone(&program));
    }
    Ok((program, credential))
}

async fn read(
    app: &App,
    scope: &mut TenantScope<'_>,
    client: Arc<Client>,
    sent: &Parameters,
) -> Result<Program, Refused> {
    let resources: Vec<String> = sent.all("resource").map(str::to_owned).collect();
    let wanted = scopes::look_up(app, scope, &sent.words("scope"), &resources).await?;
    let whole = wanted.identity.is_empty() && wanted.permissions.is_empty() && wanted.by_default;
    let Some(resource) = wanted.resource.filter(|_| whole) else {
        let words =
            "scope must be the resource with /.default: what a client may do for itself is granted as roles";
        return Err(refused(FaultCode::InvalidScope, words));
    };
    let roles = role_values(scope, &resource, client.principal.id.0).await?;
    if resource.properties.settings.app_role_assignment_required && roles.is_empty() {
        return Err(refused(FaultCode::AccessDenied, "the client has no role at the resource"));
    }
    Ok(Program { tenant: scope.tenant(), client, audience: Audience::at(app, resource), roles })
}
