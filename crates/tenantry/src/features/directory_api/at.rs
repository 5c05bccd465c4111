//! The object that an address names: `/v1.0/groups/{id}/…`, `/v1.0/users/{id or name}/…`, `/v1.0/me/…`.

use axum::extract::{FromRequestParts, MatchedPath, RawPathParams};
use http::request::Parts;
use model::objects::ObjectKind;
use uuid::Uuid;

use super::any::AnyObject;
use super::{applications, service_principals, users};
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;

/// Read from the path of a request.
pub(super) struct At {
    /// `None` where any kind may stand.
    kind: Option<ObjectKind>,
    /// `None` means whoever asks.
    id: Option<String>,
    /// What a relation is narrowed to, where the path says.
    pub other: String,
}

impl FromRequestParts<App> for At {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let Ok(params) = <RawPathParams as FromRequestParts<App>>::from_request_parts(parts, app).await
        else {
            return Err(Error::not_found());
        };
        let param =
            |wanted: &str| params.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.to_owned());
        let collection =
            parts.extensions.get::<MatchedPath>().and_then(|path| path.as_str().split('/').nth(2));
        let kind = match collection {
            Some("me") => Some(ObjectKind::User),
            Some(name) => ObjectKind::ALL.into_iter().find(|kind| kind.collection() == name),
            None => return Err(Error::not_found()),
        };
        Ok(Self { kind, id: param("id"), other: param("other").unwrap_or_default() })
    }
}

impl At {
    /// Finds the object, where the actor may read it and it isn't deleted.
    pub(super) async fn find(
        &self,
        scope: &mut TenantScope<'_>,
        actor: &Actor,
    ) -> Result<(ObjectKind, Uuid), Error> {
        let id = match (&self.id, self.kind) {
            (None, _) => actor.person()?.0,
            (Some(id), Some(ObjectKind::User)) => users::find(scope, actor, id).await?.0,
            (Some(id), Some(ObjectKind::Application)) => applications::find(scope, actor, id).await?.0,
            (Some(id), Some(ObjectKind::ServicePrincipal)) => {
                service_principals::find(scope, actor, id).await?.0
            }
            (Some(id), _) => id.parse().map_err(|_| Error::not_found())?,
        };
        let kind = AnyObject::living(scope, actor, id).await?.kind();
        if self.kind.is_none_or(|wanted| wanted == kind) { Ok((kind, id)) } else { Err(Error::not_found()) }
    }
}
