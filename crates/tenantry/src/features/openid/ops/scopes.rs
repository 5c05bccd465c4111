//! What a client asks access to, and to whose.

use std::sync::Arc;

use model::applications::{OWN_API, OWN_API_URI, PermissionScope, ServicePrincipal};
use protocol::oauth::FaultCode;
use uuid::Uuid;

use super::client::Client;
use super::known::resource_named;
use super::{Refused, refused};
use crate::app::App;
use crate::db::TenantScope;
use crate::features::applications::{Grant, granted_to};
use crate::features::objects::Object;

pub use model::applications::OPENID_SCOPES as IDENTITY;

/// What a client wants, after it was looked up.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Names of OpenID Connect.
    pub identity: Vec<String>,
    /// Whom access tokens shall be for; `None` is userinfo.
    pub resource: Option<Arc<Object<ServicePrincipal>>>,
    /// Permissions of the resource.
    pub permissions: Vec<PermissionScope>,
    /// Whatever of the resource was granted before.
    pub by_default: bool,
    /// Names of OpenID Connect of which single claims are asked for: the person agrees to these too.
    pub told: Vec<String>,
}

impl Wanted {
    /// Everything about the person that the client would learn, each name once.
    pub fn about_the_person(&self) -> impl Iterator<Item = &String> {
        let further = self.told.iter().filter(|name| !self.identity.contains(name));
        self.identity.iter().chain(further)
    }
}

/// What is left to ask the person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Consent {
    pub identity: Vec<String>,
    pub permissions: Vec<PermissionScope>,
}

impl Consent {
    #[must_use]
    pub fn is_given(&self) -> bool {
        self.identity.is_empty() && self.permissions.is_empty()
    }

    /// A permission among them is for administrators to give.
    #[must_use]
    pub fn needs_administrator(&self) -> bool {
        self.permissions.iter().any(|permission| permission.r#type == "Admin")
    }
}

/// The resource of a scope and the name there: `api://x/Read` is `Read` of `api://x`.
fn parted(scope: &str) -> (Option<&str>, &str) {
    match scope.rsplit_once('/') {
        Some((resource, name)) if resource.contains(':') || resource.parse::<Uuid>().is_ok() => {
            (Some(resource.trim_end_matches('/')), name)
        }
        _ => (None, scope),
    }
}

/// Looks up what a client asks.
///
/// # Errors
/// `invalid_scope` and `invalid_target`, or the engine fails.
pub async fn look_up(
    app: &App,
    scope: &mut TenantScope<'_>,
    names: &[String],
    resources: &[String],
) -> Result<Wanted, Refused> {
    let own = app.link("");
    let of_directory = |prefix: &str| prefix == own || prefix == OWN_API.to_string() || prefix == OWN_API_URI;
    let canonical = |name: &str| if of_directory(name) { OWN_API.to_string() } else { name.to_owned() };
    // Those of OpenID Connect may be written as the directory API's, which has them too.
    let identity_of = |name: &str| match parted(name) {
        (None, name) if IDENTITY.contains(&name) => Some(name.to_owned()),
        (Some(prefix), name) if IDENTITY.contains(&name) && of_directory(prefix) => Some(name.to_owned()),
        _ => None,
    };
    let mut identity: Vec<String> = Vec::new();
    for name in names.iter().filter_map(|name| identity_of(name)) {
        if !identity.contains(&name) {
            identity.push(name);
        }
    }
    let mut resource: Option<String> = match resources {
        [] => None,
        [one] => Some(canonical(one.trim_end_matches('/'))),
        _ => return Err(refused(FaultCode::InvalidTarget, "a token is for one resource")),
    };
    let mut wanted = Vec::new();
    for name in names.iter().filter(|name| identity_of(name).is_none()) {
        let (prefix, permission) = parted(name);
        let prefix = match prefix {
            Some(prefix) => canonical(prefix),
            None => resource.clone().unwrap_or_else(|| OWN_API.to_string()),
        };
        if let Some(known) = &resource
            && *known != prefix
            && !are_one(app, scope, (known, &prefix)).await?
        {
            return Err(refused(FaultCode::InvalidScope, "the scopes belong to more than one resource"));
        }
        resource.get_or_insert(prefix);
        wanted.push(permission);
    }
    let Some(name) = resource else {
        let (permissions, told) = (Vec::new(), Vec::new());
        return Ok(Wanted { identity, resource: None, permissions, by_default: false, told });
    };
    let unknown = || refused(FaultCode::InvalidTarget, "the resource isn't known in this tenant");
    let found = resource_named(app, scope, &name).await?.ok_or_else(unknown)?;
    let by_default = wanted.is_empty() || wanted.contains(&".default");
    let known = &found.properties.from_application.oauth2_permission_scopes;
    let mut permissions = Vec::new();
    for name in wanted.into_iter().filter(|name| *name != ".default") {
        let named = |permission: &&PermissionScope| {
            // A permission of such a name would be taken for what only the person can give.
            permission.is_enabled && permission.value.as_deref() == Some(name) && !IDENTITY.contains(&name)
        };
        let permission = known.iter().find(named);
        permissions.push(permission.ok_or_else(|| missing(name))?.clone());
    }
    Ok(Wanted { identity, resource: Some(found), permissions, by_default, told: Vec::new() })
}

/// Do two names name one resource?
async fn are_one(
    app: &App,
    scope: &mut TenantScope<'_>,
    (one, other): (&str, &str),
) -> Result<bool, Refused> {
    let one = resource_named(app, scope, one).await?;
    let other = resource_named(app, scope, other).await?;
    Ok(one.zip(other).is_some_and(|(one, other)| one.id == other.id))
}

/// Says which, where a description may hold it (RFC 6749 §5.2).
fn missing(name: &str) -> Refused {
    let fits = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
    let words = "the resource has no such permission";
    match name.len() <= 100 && name.bytes().all(fits) {
        true => refused(FaultCode::InvalidScope, &format!("{words}: {name}")),
        false => refused(FaultCode::InvalidScope, words),
    }
}

fn holds(grants: &[Grant], resource: Uuid, name: &str) -> bool {
    grants
        .iter()
        .any(|grant| grant.resource_id == resource && grant.scope.split(' ').any(|granted| granted == name))
}

/// Where consent to names of OpenID Connect is kept: with the directory, or else with the client itself.
pub async fn identity_resource(
    app: &App,
    scope: &mut TenantScope<'_>,
    client: &Client,
) -> Result<Uuid, Refused> {
    let directory = resource_named(app, scope, &OWN_API.to_string()).await?;
    Ok(directory.map_or(client.principal.id.0, |directory| directory.id.0))
}

/// What is left to ask a person, and the permissions that a token would carry were all of it given.
///
/// # Errors
/// When the engine fails.
pub async fn consent_owed(
    app: &App,
    scope: &mut TenantScope<'_>,
    client: &Client,
    wanted: &Wanted,
    user: model::ids::UserId,
) -> Result<(Consent, Vec<String>), Refused> {
    let grants = granted_to(scope, client.principal.id, user).await?;
    let directory = wanted.resource.as_ref().filter(|resource| resource.properties.app_id == OWN_API);
    let own = match directory {
        Some(directory) => directory.id.0,
        None => identity_resource(app, scope, client).await?,
    };
    let mut consent = Consent::default();
    consent.identity.extend(wanted.about_the_person().filter(|name| !holds(&grants, own, name)).cloned());
    let mut carried = wanted.identity.clone();
    let Some(resource) = &wanted.resource else { return Ok((consent, carried)) };
    for permission in &wanted.permissions {
        let name = permission.value.clone().unwrap_or_default();
        if !holds(&grants, resource.id.0, &name) {
            consent.permissions.push(permission.clone());
        }
        carried.push(name);
    }
    if wanted.by_default {
        let known = &resource.properties.from_application.oauth2_permission_scopes;
        for permission in known.iter().filter(|permission| permission.is_enabled) {
            let name = permission.value.clone().unwrap_or_default();
            if !IDENTITY.contains(&name.as_str())
                && holds(&grants, resource.id.0, &name)
                && !carried.contains(&name)
            {
                carried.push(name);
            }
        }
    }
    Ok((consent, carried))
}

#[cfg(test)]
mod tests {
    use super::parted;

    #[test]
    fn a_scope_names_its_resource_or_none() {
        for (scope, read) in [
            ("User.Read", (None, "User.Read")),
            ("api://x/Read", (Some("api://x"), "Read")),
            ("https://localhost//.default", (Some("https://localhost"), ".default")),
            ("https://t.example/v1/Read.All", (Some("https://t.example/v1"), "Read.All")),
            (
                "00000003-0000-0000-c000-000000000000/.default",
                (Some("00000003-0000-0000-c000-000000000000"), ".default"),
            ),
            ("a/b", (None, "a/b")),
        ] {
            assert_eq!(parted(scope), read, "{scope}");
        }
    }
}
