//! An application's logo.

use model::audit::{Activity, Change, TargetKind};
use model::ids::ObjectId;
use model::refusal::{Code, Refusal};

use super::guard;
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::store::extensions::{self as store, Logo};
use crate::features::audit::{self, Event};
use crate::moment::Moment;

/// Bytes of a logo (Microsoft Graph's own limit).
const LARGEST: usize = 100 * 1024;

/// What a picture is, by its first bytes; what a client says of it counts for nothing.
fn kind_of(image: &[u8]) -> Option<&'static str> {
    match image {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some("image/png"),
        [0xFF, 0xD8, 0xFF, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        _ => None,
    }
}

/// Gives an application a logo.
///
/// # Errors
/// Not allowed, not there, too large, or no PNG, JPEG or GIF.
pub async fn set_logo(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    id: ObjectId,
    image: &[u8],
    moment: &Moment,
) -> Result<(), Error> {
    let found = guard::application(scope, actor, id).await?;
    if image.len() > LARGEST {
        return Err(Refusal::new(Code::PictureTooLarge).on("logo").with("max", "100 KiB").into());
    }
    let kind = kind_of(image).ok_or(Refusal::new(Code::PictureKind).on("logo"))?;
    store::insert_logo(scope, id, kind, image).await?;
    let event = Event::new(Activity::ApplicationUpdated, TargetKind::Application, id, &found.display_name)
        .changes([Change::set("logo", kind)]);
    audit::record(scope, actor, event, moment).await
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
    let event = Event::new(Activity::ApplicationUpdated, TargetKind::Application, id, &found.display_name)
        .changes([change]);
    audit::record(scope, actor, event, moment).await
}

/// The logo, where there is one.
///
/// # Errors
/// Not allowed, or not there.
pub async fn logo(scope: &mut TenantScope<'_>, actor: &Actor, id: ObjectId) -> Result<Logo, Error> {
    guard::may_read(scope, actor, id).await?;
    store::logo(scope, id).await?.ok_or_else(Error::not_found)
}
