//! Clients and resources as they were read last, so that their properties needn't be read again with every request.
//!
//! Each use asks the database whether they are of the same version still, so what was changed, disabled or deleted counts at once
//! on every node.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use model::applications::ServicePrincipal;
use model::ids::{ObjectId, TenantId};

use super::client::Client;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::{
    Standing, find_service_principal_named, service_principal_version_named,
};
use crate::features::objects::Object;

/// Clients, and resources, that are remembered. Each is some kilobytes.
const MOST: usize = 1000;

type Place = (TenantId, ObjectId);

/// What this process remembers, by service principal.
#[derive(Default)]
pub struct Known {
    pub(super) clients: Memory<(Standing, Arc<Client>)>,
    resources: Memory<Arc<Object<ServicePrincipal>>>,
}

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
