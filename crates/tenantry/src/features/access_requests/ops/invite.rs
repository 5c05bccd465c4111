//! Inviting somebody by their address: an account without a password, and a link to choose one.

use model::eligibility::username;
use model::ids::UserId;
use model::refusal::{Code, Refusal};
use model::roles::Permission;
use uuid::Uuid;

use super::invitation::Invitee;
use super::renew::{hand_over, send_invitation};
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::directory::{self, ContactEmail, NewUser, SignInName};
use crate::moment::Moment;
use crate::secrets::Secret;

/// Whom to invite. The address was checked.
#[derive(Clone, Debug)]
pub struct Invite {
    pub email: ContactEmail,
    /// One of the tenant's verified domain names.
    pub domain_name: String,
    /// From outside the organisation.
    pub guest: bool,
    /// Of the mail.
    pub language: String,
    /// Made of the address where nothing is said.
    pub display_name: Option<String>,
    /// Otherwise whoever invites hands the link over.
    pub by_mail: bool,
}

/// Who was invited.
pub struct Made {
    pub invitation: Uuid,
    pub user: UserId,
    pub sign_in_name: String,
    pub display_name: String,
    /// The link, where it isn't mailed.
    pub link: Option<Secret>,
}

/// Makes an account named after the address, and a link to choose its password, which is mailed to its owner or handed
/// to whoever invites: never both.
///
/// # Errors
/// Not allowed, [`Code::InviteAlreadyHere`], [`Code::UsernameTaken`], or as [`directory::create_user`].
pub async fn invite(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    invite: &Invite,
    moment: &Moment,
) -> Result<Made, Error> {
    actor.require(Permission::ManageUsers)?;
    if let Some(there) = directory::with_contact(scope, &invite.email.canonical).await? {
        return Err(Refusal::new(Code::InviteAlreadyHere).with("name", there.sign_in_name()).into());
    }
    let local = invite.email.canonical.rsplit_once('@').map_or("", |(local, _)| local);
    let name = free_name(scope, local, &invite.domain_name).await?;
    let new = NewUser {
        user_name: name.user.clone(),
        domain_name: name.domain.clone(),
        display_name: invite.display_name.clone().unwrap_or_else(|| display_name(local)),
        contact_email: Some(invite.email.clone()),
        ..NewUser::default()
    };
    let user = directory::create_user(app, scope, actor, &new, moment).await?;
    if invite.guest {
        directory::make_guest(scope, actor, user, moment).await?;
    }
    let invitee = Invitee {
        user,
        sign_in_name: name.to_string(),
        email: invite.email.address.clone(),
        language: invite.language.clone(),
    };
    let (invitation, link) = if invite.by_mail {
        (send_invitation(app, scope, actor, &invitee, moment).await?, None)
    } else {
        let (id, link) = hand_over(app, scope, actor, &invitee, moment).await?;
        (id, Some(link))
    };
    let (sign_in_name, display_name) = (invitee.sign_in_name, new.display_name);
    Ok(Made { invitation, user, sign_in_name, display_name, link })
}

/// The first name made of the address that nobody has.
async fn free_name(scope: &mut TenantScope<'_>, local: &str, domain: &str) -> Result<SignInName, Error> {
    let (first, last) = local.split_once('.').unwrap_or((local, ""));
    let own = username::check(local, domain).answer.valid.then(|| local.to_owned());
    for candidate in own.into_iter().chain(username::suggest(first, last, local)) {
        let name = SignInName::new(&candidate, domain);
        if directory::find_named(scope, &name).await?.is_none() {
            return Ok(name);
        }
    }
    Err(Refusal::new(Code::UsernameTaken).with("name", format!("{local}@{domain}")).into())
}

/// `ana.torres` is shown as Ana Torres, until she says otherwise.
fn display_name(local: &str) -> String {
    let words = local.split(['.', '_', '-', '+']).filter(|word| !word.is_empty()).map(|word| {
        let mut letters = word.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters).collect::<String>()
    });
    let joined = words.collect::<Vec<_>>().join(" ");
    if joined.is_empty() { local.to_owned() } else { joined }
}
