//! Clients and resources as they were read last, so that their properties needn't be read again with every request.
//!
//! A transaction asks the database each time whether they are of the same version still. What only reads takes what was read
//! within the last second ([`recent`](crate::recent)): so a client's own token costs no look at the database.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use model::applications::ServicePrincipal;
use model::ids::{ObjectId, TenantId};
use uuid::Uuid;

use super::client::Client;
use super::program::{self, Program};
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::{
    Standing, find_service_principal_named, service_principal_version_named,
};
use crate::features::objects::{self, Object};
use crate::recent::Recent;

/// Clients, and resources, that are remembered. Each is some kilobytes.
const MOST: usize = 1000;

type Place = (TenantId, ObjectId);

/// What this process remembers.
pub struct Known {
    /// The tenants that addresses name.
    pub(super) tenants: Recent<String, TenantId>,
    pub(super) recent_clients: Recent<(TenantId, Uuid), Arc<Client>>,
    pub(super) programs: Recent<program::Request, Arc<Program>>,
    pub(super) clients: Memory<(Standing, Arc<Client>)>,
    resources: Memory<Arc<Object<ServicePrincipal>>>,
}

impl Default for Known {
    fn default() -> Self {
        Self {
            tenants: Recent::at_most(MOST),
            recent_clients: Recent::at_most(MOST),
            programs: Recent::at_most(MOST),
            clients: Memory::default(),
            resources: Memory::default(),
        }
    }
}

/// By service principal.
pub(super) struct Memory<V>(RwLock<HashMap<Place, V>>);

impl<V> Default for Memory<V> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

impl<V: Clone> Memory<V> {
    pub(super) fn get(&self, place: Place) -> Option<V> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&place).cloned()
    }

    /// Remembers what was read. What a transaction sees that may still be undone isn't remembered.
    pub(super) fn put(&self, scope: &TenantScope<'_>, id: ObjectId, value: V) {
        if scope.writes() {
            return;
        }
        let place = (scope.tenant(), id);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST && !known.contains_key(&place) {
            known.clear();
        }
        known.insert(place, value);
    }
}

/// The resource with a name, alive and enabled.
///
/// # Errors
/// When the engine fails.
pub async fn resource_named(
    app: &App,
    scope: &mut TenantScope<'_>,
    name: &str,
) -> Result<Option<Arc<Object<ServicePrincipal>>>, Error> {
    let Some((id, version)) = service_principal_version_named(scope, name).await? else { return Ok(None) };
    let known = app.known.resources.get((scope.tenant(), id));
    if let Some(known) = known.filter(|known| known.version == version) {
        return Ok(Some(known));
    }
    let found = find_service_principal_named(scope, name).await?.map(Arc::new);
    if let Some(found) = &found {
        app.known.resources.put(scope, found.id, Arc::clone(found));
    }
    Ok(found)
}

/// The resource of a grant, alive and enabled.
///
/// # Errors
/// When the engine fails.
pub async fn resource(
    app: &App,
    scope: &mut TenantScope<'_>,
    id: ObjectId,
) -> Result<Option<Arc<Object<ServicePrincipal>>>, Error> {
    let Some(version) = objects::version(scope, id).await? else { return Ok(None) };
    let known = app.known.resources.get((scope.tenant(), id)).filter(|known| known.version == version);
    let found = match known {
        Some(known) => Some(known),
        None => objects::find::<ServicePrincipal>(scope, id).await?.map(Arc::new),
    };
    let found = found.filter(|found| found.deleted_at.is_none() && found.properties.settings.account_enabled);
    if let Some(found) = &found {
        app.known.resources.put(scope, id, Arc::clone(found));
    }
    Ok(found)
}
