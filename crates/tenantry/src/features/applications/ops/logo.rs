//! An application's logo.

use model::applications::Application;
use model::audit::{Activity, Change, TargetKind};
use model::ids::ObjectId;
use protocol::picture::Kind;

use super::application::follow;
use super::guard;
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::store::extensions::{self as store, Logo};
use crate::features::audit::{self, Event};
use crate::features::objects::{self, Object};
use crate::moment::Moment;
use crate::pictures::Wanted;

/// What Microsoft Graph takes (application: logo).
pub const LOGO: Wanted =
    Wanted { on: "logo", largest: 100 * 1024, kinds: &[Kind::Png, Kind::Jpeg, Kind::Gif] };

/// Where programs find the logo of an application.
#[must_use]
pub fn logo_address(app: &App, id: ObjectId) -> String {
    app.link(&format!("/v1.0/applications/{id}/logo"))
}

/// Gives an application a logo, which whoever sees the application finds at this address.
///
/// # Errors
/// Not allowed, not there, or no picture that [`LOGO`] takes.
pub async fn set_logo(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
    (image, address): (&[u8], &str),
    moment: &Moment,
) -> Result<(), Error> {
    let found = guard::application(scope, actor, id).await?;
    let picture = LOGO.take(image)?;
    let kind = picture.kind.media_type();
    store::insert_logo(scope, id, kind, picture.bytes).await?;
    changed(scope, actor, found, (Some(address), Change::set("logo", kind)), moment).await
}

/// Takes the logo away.
///
/// # Errors
/// Not allowed, or there is none.
pub async fn remove_logo(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
    moment: &Moment,
) -> Result<(), Error> {
    let found = guard::application(scope, actor, id).await?;
    if !store::delete_logo(scope, id).await? {
        return Err(Error::not_found());
    }
    let change = Change { property: "logo".into(), old: Some("image".into()), new: None };
    changed(scope, actor, found, (None, change), moment).await
}

/// Writes where the logo stands, also where the service principal shows it, and tells the log.
async fn changed(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    mut found: Object<Application>,
    (address, change): (Option<&str>, Change),
    moment: &Moment,
) -> Result<(), Error> {
    found.properties.settings.info.logo_url = address.map(str::to_owned);
    objects::save(scope, &mut found, moment).await?;
    follow(scope, &found, moment).await?;
    let kind = TargetKind::Application;
    let event =
        Event::new(Activity::ApplicationUpdated, kind, found.id, &found.display_name).changes([change]);
    audit::record(scope, actor, event, moment).await
}

/// The logo as whoever is asked to sign in to the application sees it.
///
/// # Errors
/// Not there.
pub async fn logo_for_everybody(scope: &mut TenantScope<'_>, id: ObjectId) -> Result<Logo, Error> {
    store::logo(scope, id).await?.ok_or_else(Error::not_found)
}

/// The logo, where there is one.
///
/// # Errors
/// Not allowed, or not there.
pub async fn logo(scope: &mut TenantScope<'_>, actor: &Actor, id: ObjectId) -> Result<Logo, Error> {
    guard::may_read(scope, actor, id).await?;
    logo_for_everybody(scope, id).await
}
