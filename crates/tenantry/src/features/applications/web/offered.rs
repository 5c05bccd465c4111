//! What an application offers to others: roles that people and programs are assigned, permissions that programs ask for. Their
//! pages are the same but for the fields.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use model::applications::ApplicationSettings;
use model::refusal::{Code, Refusal};
use uuid::Uuid;

use super::ask::Confirm;
use super::{Found, done, on};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::applications::ops::application::{ApplicationUpdate, get_application, update};
use crate::features::credentials::only_of_the_form;
use crate::web::foreseen::foreseen;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};
use crate::web::locale::Locale;
use crate::{rehearse, transaction};

/// A role or a permission, as its form shows it and reads it.
pub(super) trait Offered: Default + Clone + Send + Sync + 'static {
    /// Its part of the address.
    const PATH: &'static str;
    /// Fields that can't be empty.
    const REQUIRED: &'static [&'static str];

    fn list(settings: &mut ApplicationSettings) -> &mut Vec<Self>;
    fn with_id(id: Uuid) -> Self;
    fn id(&self) -> Uuid;
    fn words(&self, l: &Locale) -> Words;
    /// The form filled with what is stored.
    fn filled(&self) -> Fields;
    /// The same one with what the form says.
    fn read(self, fields: &Fields) -> Self;
    fn page(page: Page, form: Form, fields: Fields) -> Response;
}

/// What its pages are called, and what happens when it goes.
pub(super) struct Words {
    pub add: String,
    pub edit: String,
    pub remove: String,
    pub effect: String,
}

/// What the form of one is for.
pub(super) struct Form {
    pub id: String,
    pub name: String,
    /// Below the application.
    pub action: String,
    pub title: String,
    /// Where it can be removed; empty for a new one.
    pub remove: String,
}

fn shown<O: Offered>(page: Page, found: &Found, one: Option<&O>, fields: Fields) -> Response {
    let words = one.unwrap_or(&O::default()).words(&page.l);
    let action = one.map_or_else(|| format!("{}/new", O::PATH), |one| format!("{}/{}", O::PATH, one.id()));
    let form = Form {
        id: found.application.id.to_string(),
        name: found.application.display_name.clone(),
        remove: one.map_or_else(String::new, |_| format!("{action}/remove")),
        title: if one.is_some() { words.edit } else { words.add },
        action,
    };
    O::page(page, form, fields)
}

/// What was typed, or nothing.
pub(super) fn text(fields: &Fields, name: &str) -> Option<String> {
    Some(fields.value(name).trim().to_owned()).filter(|value| !value.is_empty())
}

pub(super) fn status(fields: &Fields) -> StatusCode {
    if fields.is_refused() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }
}

/// Changes the settings that stand when they are written.
macro_rules! rewritten {
    ($within:ident, $app:expr, $signed_in:expr, $found:expr, $change:expr) => {{
        let (actor, id, moment) = (&$signed_in.actor, $found.application.id, $app.moment());
        $within!($app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            let mut settings = get_application(&mut tenant, actor, id).await?.properties.settings;
            $change(&mut settings)?;
            let change = ApplicationUpdate { settings: Some(settings), ..ApplicationUpdate::default() };
            update(&mut tenant, actor, id, change, &moment).await
        })
    }};
}

/// Writes, and goes back to the application; or shows the form with what was refused, that of a list beside the value that stands in it.
async fn write<O: Offered>(
    (app, signed_in, page): (&App, &SignedIn, Page),
    found: &Found,
    one: Option<&O>,
    mut fields: Fields,
    change: impl Fn(&mut ApplicationSettings, &Fields) -> Result<(), Error>,
) -> Result<Response, Error> {
    for name in O::REQUIRED {
        if fields.value(name).trim().is_empty() {
            fields.refuse(Refusal::new(Code::FieldRequired).on(name));
        }
    }
    if !fields.is_refused() {
        let of_form = |settings: &mut ApplicationSettings| change(settings, &fields);
        match rewritten!(transaction, app, signed_in, found, of_form) {
            Ok(()) => return Ok(done(found.application.id, "updated")),
            Err(error) => {
                let refusals = only_of_the_form(error)?;
                fields.refuse_all(refusals.into_iter().map(|refusal| match refusal.field {
                    Some("appRoles" | "oauth2PermissionScopes") => refusal.on("value"),
                    _ => refusal,
                }));
            }
        }
    }
    Ok(shown(page, found, one, fields))
}

pub(super) async fn show_new<O: Offered>(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let found = Found::to_change(&app, &signed_in, &id, false).await?;
    Ok(shown::<O>(page, &found, None, O::default().filled()))
}

pub(super) async fn add<O: Offered>(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let found = Found::to_change(&app, &signed_in, &id, false).await?;
    let id = app.moment().uuid();
    write::<O>((&app, &signed_in, page), &found, None, fields, |settings, fields| {
        O::list(settings).push(O::with_id(id).read(fields));
        Ok(())
    })
    .await
}

/// One that there is, by the id of the address.
fn of<O: Offered>(found: &Found, id: &str) -> Result<O, Error> {
    let id: Uuid = id.parse().map_err(|_| Error::not_found())?;
    let mut settings = found.application.properties.settings.clone();
    O::list(&mut settings).iter().find(|one| one.id() == id).cloned().ok_or_else(Error::not_found)
}

pub(super) async fn show<O: Offered>(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path((id, which)): Path<(String, String)>,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let found = Found::to_change(&app, &signed_in, &id, false).await?;
    let one: O = of(&found, &which)?;
    let fields = one.filled().showing_itself();
    Ok(shown(page, &found, Some(&one), fields))
}

pub(super) async fn send<O: Offered>(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path((id, which)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let found = Found::to_change(&app, &signed_in, &id, false).await?;
    let one: O = of(&found, &which)?;
    write((&app, &signed_in, page), &found, Some(&one), fields, |settings, fields| {
        let mut all = O::list(settings).iter_mut();
        let stored = all.find(|stored| stored.id() == one.id()).ok_or_else(Error::not_found)?;
        fields.require_unchanged(&stored.filled())?;
        *stored = stored.clone().read(fields);
        Ok(())
    })
    .await
}

fn take_away<O: Offered>(settings: &mut ApplicationSettings, id: Uuid) -> Result<(), Error> {
    O::list(settings).retain(|one| one.id() != id);
    Ok(())
}

pub(super) async fn show_remove<O: Offered>(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path((id, which)): Path<(String, String)>,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let found = Found::to_change(&app, &signed_in, &id, false).await?;
    let one: O = of(&found, &which)?;
    let without = |settings: &mut ApplicationSettings| take_away::<O>(settings, one.id());
    let rehearsed = rewritten!(rehearse, app, signed_in, found, without);
    let words = one.words(&page.l);
    let view = Confirm {
        refused: foreseen(&page.l, rehearsed)?,
        title: words.remove,
        effects: vec![words.effect],
        button: page.l.t("applications-remove"),
        danger: true,
        ..Confirm::new(page.clone(), &found, format!("{}/{}/remove", O::PATH, one.id()))
    };
    Ok(render(&view, StatusCode::OK))
}

pub(super) async fn remove<O: Offered>(
    State(app): State<App>,
    signed_in: SignedIn,
    Path((id, which)): Path<(String, String)>,
) -> Result<Response, Error> {
    let found = Found::to_change(&app, &signed_in, &id, false).await?;
    let one: O = of(&found, &which)?;
    let without = |settings: &mut ApplicationSettings| take_away::<O>(settings, one.id());
    rewritten!(transaction, app, signed_in, found, without)?;
    Ok(done(found.application.id, "updated"))
}
