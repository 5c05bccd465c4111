//! The list as a file, as long as it may be: it is read and sent some hundred people at a time.

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use futures_util::{StreamExt as _, stream};
use http::HeaderValue;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use super::asked::Asked;
use crate::access::Actor;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::directory::ops::export::{begin_export, export_head, export_rows};
use crate::features::directory::ops::list::ListQuery;
use crate::transaction;
use crate::web::forms::Fields;

/// Where an export goes on.
struct Next {
    app: App,
    actor: Actor,
    query: ListQuery,
}

impl Next {
    async fn rows(mut self) -> Result<(String, Option<Self>), Error> {
        let mut scope = self.app.db.read().await?;
        let mut tenant = scope.tenant(self.actor.grant()).await?;
        let (text, next) = export_rows(&mut tenant, &self.actor, &self.query).await?;
        drop(scope);
        let next = next.map(|position| {
            self.query.from = Some(position);
            self
        });
        Ok((text, next))
    }
}

/// A post, since it is noted in the log.
pub(super) async fn send(
    State(app): State<App>,
    signed_in: SignedIn,
    fields: Fields,
) -> Result<Response, Error> {
    let (asked, moment, actor) = (Asked::read(&fields), app.moment(), signed_in.actor);
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        begin_export(&mut tenant, &actor, &asked.query().to_string(), &moment).await
    })?;
    let first = Next { query: asked.list_query(None), app, actor };
    let (text, next) = first.rows().await?;
    let head = (export_head() + &text, next);
    let rest = stream::unfold(Some(head), |state: Option<(String, Option<Next>)>| async move {
        let (text, next) = state?;
        if text.is_empty() {
            return None;
        }
        let following = match next {
            Some(next) => next.rows().await.unwrap_or_else(|error| {
                tracing::warn!(%error, "an export ended before its end");
                (String::new(), None)
            }),
            None => (String::new(), None),
        };
        Some((Ok::<_, std::convert::Infallible>(text), Some(following)))
    });
    // Whoever compresses asks once more behind the end.
    let rest = rest.fuse();
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"people.csv\"")),
    ];
    // The mark tells spreadsheets that it is UTF-8.
    Ok((headers, Body::from_stream(rest)).into_response())
}
