//! The photo of a person: the picture itself, and the form that changes it. My account shows the same form for oneself.

use askama::Template;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::{HeaderMap, StatusCode};
use model::ids::UserId;
use model::refusal::{Code, Refusal};

use super::id_of;
use crate::access::Actor;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::credentials::only_of_the_form;
use crate::features::directory::ops::photo::{self as ops, PHOTO};
use crate::pictures;
use crate::transaction;
use crate::web::forms::Fields;
use crate::web::layout::{Page, Section, initials, render};
use crate::web::upload;

/// What stands beside the name of a person.
pub struct Portrait {
    /// Empty where there is no photo.
    pub address: String,
    pub initials: String,
}

impl Portrait {
    /// The portrait of a person whose pages stand at `base`.
    ///
    /// # Errors
    /// Not allowed to see the person, or not there.
    pub async fn of(
        scope: &mut TenantScope<'_>,
        actor: &Actor,
        (user, name): (UserId, &str),
        base: &str,
    ) -> Result<Self, Error> {
        let facts = ops::photo_facts(scope, actor, user).await?;
        let address = facts.map_or_else(String::new, |_| format!("{base}/photo/picture"));
        Ok(Self { address, initials: initials(name) })
    }
}

/// Where the form stands: with the person, or in My account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    user: UserId,
    is_own: bool,
}

#[derive(Template)]
#[template(path = "people/photo.html")]
struct PhotoPage {
    page: Page,
    fields: Fields,
    /// Of the person's page, or of My account.
    base: String,
    is_own: bool,
    name: String,
    portrait: Portrait,
    size: String,
    bytes: usize,
    side: String,
    accepted: String,
}

impl Place {
    /// # Errors
    /// An id that isn't one is unknown like any other.
    pub fn person(id: &str) -> Result<Self, Error> {
        Ok(Self { user: id_of(id)?, is_own: false })
    }

    #[must_use]
    pub fn own(user: UserId) -> Self {
        Self { user, is_own: true }
    }

    fn base(self) -> String {
        if self.is_own { "/account".to_owned() } else { format!("/people/{}", self.user) }
    }

    fn done(self, what: &str) -> Response {
        Redirect::to(&format!("{}?done={what}", self.base())).into_response()
    }

    /// The form, with what was refused.
    ///
    /// # Errors
    /// Not allowed to change the photo, or nobody there.
    pub async fn form(
        self,
        app: &App,
        signed_in: &SignedIn,
        page: Page,
        fields: Fields,
    ) -> Result<Response, Error> {
        let section = if self.is_own { Section::Account } else { Section::People };
        let actor = &signed_in.actor;
        let mut scope = app.db.read().await?;
        let mut tenant = scope.tenant(actor.grant()).await?;
        let person = ops::whose_photo(&mut tenant, actor, self.user).await?;
        let named = (self.user, person.display_name.as_str());
        let portrait = Portrait::of(&mut tenant, actor, named, &self.base()).await?;
        let status = if fields.is_refused() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        let view = PhotoPage {
            page: signed_in.on(page).in_section(section),
            fields,
            base: self.base(),
            is_own: self.is_own,
            name: person.display_name,
            portrait,
            size: PHOTO.size(),
            bytes: PHOTO.largest,
            side: pictures::SIDE.to_string(),
            accepted: PHOTO.kinds.iter().map(|kind| kind.media_type()).collect::<Vec<_>>().join(","),
        };
        Ok(render(&view, status))
    }

    /// Takes the file of the form.
    ///
    /// # Errors
    /// As [`ops::set_photo`], but for what the form shows beside its field.
    pub async fn take(
        self,
        app: &App,
        signed_in: &SignedIn,
        page: Page,
        request: Request,
    ) -> Result<Response, Error> {
        let (actor, moment) = (&signed_in.actor, app.moment());
        let sent = match upload::read(request, PHOTO.largest).await {
            Ok(sent) => sent,
            Err(answer) => return Ok(answer),
        };
        let mut fields = sent.fields;
        let saved = match sent.file {
            _ if sent.too_large => Err(PHOTO.too_large().into()),
            None => Err(Refusal::new(Code::PictureNotChosen).on(PHOTO.on).into()),
            Some(file) => transaction!(app.db, |scope| {
                let mut tenant = scope.tenant(actor.grant()).await?;
                ops::set_photo(&mut tenant, actor, self.user, &file.bytes, &moment).await
            }),
        };
        match saved {
            Ok(()) => Ok(self.done("photo")),
            Err(error) => {
                let refusals = only_of_the_form(error)?;
                fields.refuse_all(refusals.into_iter().map(|refusal| refusal.on("file")));
                self.form(app, signed_in, page, fields).await
            }
        }
    }

    /// Takes the photo away; where there is none, nothing is to be done.
    ///
    /// # Errors
    /// As [`ops::remove_photo`].
    pub async fn remove(self, app: &App, signed_in: &SignedIn) -> Result<Response, Error> {
        let (actor, moment) = (&signed_in.actor, app.moment());
        let removed = transaction!(app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            ops::remove_photo(&mut tenant, actor, self.user, &moment).await
        });
        match removed {
            Err(Error::Refused(no)) if no.iter().all(|no| no.code == Code::PhotoMissing) => {}
            other => other?,
        }
        Ok(self.done("photo-removed"))
    }

    /// The picture.
    ///
    /// # Errors
    /// As [`ops::photo`].
    pub async fn picture(
        self,
        app: &App,
        signed_in: &SignedIn,
        headers: &HeaderMap,
    ) -> Result<Response, Error> {
        let actor = &signed_in.actor;
        let mut scope = app.db.read().await?;
        let mut tenant = scope.tenant(actor.grant()).await?;
        let found = ops::photo(&mut tenant, actor, self.user).await?;
        Ok(pictures::shown(headers, &found.facts.content_type, &found.facts.etag, found.image))
    }
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    Place::person(&id)?.form(&app, &signed_in, page, Fields::new()).await
}

pub(super) async fn send(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Error> {
    Place::person(&id)?.take(&app, &signed_in, page, request).await
}

pub(super) async fn remove(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    Place::person(&id)?.remove(&app, &signed_in).await
}

pub(super) async fn picture(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    Place::person(&id)?.picture(&app, &signed_in, &headers).await
}
