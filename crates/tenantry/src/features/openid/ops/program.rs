//! A client that acts for itself (RFC 6749 §4.4): what it gets a token for.
//!
//! Programs ask often, and for the same. What was found for one is kept for a moment, and each request shows its credential all
//! the same.

use std::sync::Arc;

use model::ids::TenantId;
use protocol::oauth::{ClientAuthentication, FaultCode, Parameters};
use uuid::Uuid;

use super::client::{self, Client};
use super::tokens::{Audience, Holder, role_values};
use super::{Refused, authorize, refused, scopes};
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

/// A request's parts that decide what comes of it, but for its credential.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Request {
    tenant: TenantId,
    app_id: Uuid,
    scope: Vec<String>,
    resources: Vec<String>,
}

/// Longer requests are read each time: what is kept is small.
const LONGEST: usize = 500;

impl Request {
    fn of(tenant: TenantId, shown: &ClientAuthentication, sent: &Parameters) -> Option<Self> {
        let app_id = client::named(shown)?.parse().ok()?;
        let resources = sent.all("resource").map(str::to_owned).collect();
        let request = Self { tenant, app_id, scope: sent.words("scope"), resources };
        let length: usize = request.scope.iter().chain(&request.resources).map(String::len).sum();
        (length <= LONGEST).then_some(request)
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
    let known = authorize::known(app, tenant).and_then(|(_, tenant)| Request::of(tenant, shown, sent));
    let known = known.and_then(|request| app.known.programs.find(app, &request));
    if let Some(known) = known
        && let Ok(shown) = known.client.proves(app, known.tenant, shown, moment)
    {
        return Ok((known, shown.credential()?));
    }
    let mut scope = app.db.read().await?;
    let mut inside = authorize::enter(app, &mut scope, tenant).await?;
    let (client, proven) = client::authenticate(app, &mut inside, shown, moment).await?;
    let credential = proven.credential()?;
    let program = Arc::new(read(app, &mut inside, client, sent).await?);
    let tenant = program.tenant;
    if let (Some(request), Some(as_of)) = (Request::of(tenant, shown, sent), AsOf::of(app, &mut scope)) {
        app.known.programs.keep(request, as_of, Some(tenant), Arc::clone(&program));
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
    let roles = role_values(scope, &resource, Holder::Client(client.principal.id)).await?;
    if resource.properties.settings.app_role_assignment_required && roles.is_empty() {
        return Err(refused(FaultCode::AccessDenied, "the client has no role at the resource"));
    }
    Ok(Program { tenant: scope.tenant(), client, audience: Audience::at(app, resource), roles })
}
