//! The photo of a person. Everybody may give themselves one; of others it is changed by whoever may change the person.

use model::audit::{Activity, Change, TargetKind};
use model::ids::UserId;
use model::objects::{ChangeKind, ObjectKind};
use model::refusal::Code;
use model::roles::Permission;
use protocol::picture::Kind;

use super::directory_user::get_user;
use super::guard::target;
use super::lookup::Person;
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::directory::store;
use crate::graph::changes;
use crate::moment::Moment;
use crate::pictures::{Wanted, etag};

/// Microsoft Graph takes 4 MB and makes smaller ones of it; here one size is kept, in the database.
pub const PHOTO: Wanted = Wanted { on: "photo", largest: 512 * 1024, kinds: &[Kind::Png, Kind::Jpeg] };

/// What is known of a photo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhotoFacts {
    pub content_type: String,
    pub width: u32,
    pub height: u32,
    pub etag: String,
}

/// A photo with its bytes.
#[derive(Clone, Debug)]
pub struct Photo {
    pub facts: PhotoFacts,
    pub image: Vec<u8>,
}

impl PhotoFacts {
    /// The name of the one size that is kept: `240x240`.
    #[must_use]
    pub fn size(&self) -> String {
        format!("{}x{}", self.width, self.height)
    }

    fn told(&self) -> String {
        format!("{}, {}", self.content_type, self.size())
    }
}

/// What is known of a person's photo, deleted or not; `None` where they have none.
///
/// # Errors
/// Not allowed to see the person, or not there.
pub async fn photo_facts(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
) -> Result<Option<PhotoFacts>, Error> {
    get_user(scope, actor, user).await?;
    store::photo_facts(scope, user).await
}

/// A person's photo, deleted or not.
///
/// # Errors
/// Not allowed to see the person, not there, or [`Code::PhotoMissing`].
pub async fn photo(scope: &mut TenantScope<'_>, actor: &Actor, user: UserId) -> Result<Photo, Error> {
    get_user(scope, actor, user).await?;
    store::photo(scope, user).await?.ok_or_else(|| Code::PhotoMissing.into())
}

/// The person, where the actor may change their photo.
///
/// # Errors
/// Not allowed, or not there.
pub async fn whose_photo(scope: &mut TenantScope<'_>, actor: &Actor, user: UserId) -> Result<Person, Error> {
    if actor.owner(Permission::ManageUsers) != Some(user) {
        return target(scope, actor, Permission::ManageUsers, user, false).await;
    }
    let own = store::person(scope, user).await?.filter(|person| person.deleted_at.is_none());
    own.ok_or_else(Error::not_found)
}

/// Gives a person a photo in place of the one that they have.
///
/// # Errors
/// Not allowed, not there, or no picture that [`PHOTO`] takes.
pub async fn set_photo(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
    image: &[u8],
    moment: &Moment,
) -> Result<(), Error> {
    let person = whose_photo(scope, actor, user).await?;
    let picture = PHOTO.take(image)?;
    let facts = PhotoFacts {
        content_type: picture.kind.media_type().to_owned(),
        width: picture.width,
        height: picture.height,
        etag: etag(&picture.bytes),
    };
    let old = store::photo_facts(scope, user).await?;
    if old.as_ref() == Some(&facts) {
        return Ok(());
    }
    store::write_photo(scope, user, &facts, picture.bytes).await?;
    changed(scope, actor, &person, (old, Some(facts)), moment).await
}

/// Takes a person's photo away.
///
/// # Errors
/// Not allowed, not there, or [`Code::PhotoMissing`].
pub async fn remove_photo(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
    moment: &Moment,
) -> Result<(), Error> {
    let person = whose_photo(scope, actor, user).await?;
    let old = store::photo_facts(scope, user).await?.ok_or(Code::PhotoMissing)?;
    store::delete_photo(scope, user).await?;
    changed(scope, actor, &person, (Some(old), None), moment).await
}

/// Tells log and followers. The version of the person stays: an ETag speaks of the properties, and the photo has its own.
async fn changed(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    person: &Person,
    (old, new): (Option<PhotoFacts>, Option<PhotoFacts>),
    moment: &Moment,
) -> Result<(), Error> {
    changes::note(scope, (ObjectKind::User, person.id.0), ChangeKind::Updated, None, moment).await?;
    let told = |facts: Option<PhotoFacts>| facts.map(|facts| facts.told());
    let change = Change { property: "photo".into(), old: told(old), new: told(new) };
    let event = Event::new(Activity::UserUpdated, TargetKind::User, person.id, person.sign_in_name())
        .changes([change]);
    audit::record(scope, actor, event, moment).await
}
