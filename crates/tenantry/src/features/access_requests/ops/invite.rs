//! Inviting somebody by their address: an account without a password, and a link to choose one.

use model::eligibility::username;
use model::ids::UserId;
use model::refusal::{Code, Refusal};
use model::roles::Permission;

use super::invitation::Invitee;
use super::renew::send_invitation;
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::directory::{self, ContactEmail, NewUser, SignInName};
use crate::moment::Moment;

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
}

/// Makes an account named after the address and mails its owner a link. Answers the name that they sign in with.
///
/// # Errors
/// Not allowed, [`Code::InviteAlreadyHere`], [`Code::UsernameTaken`], or as [`directory::create_user`].
pub async fn invite(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    invite: &Invite,
    moment: &Moment,
) -> Result<(UserId, String), Error> {
    actor.require(Permission::ManageUsers)?;
    if let Some(there) = directory::with_contact(scope, &invite.email.canonical).await? {
        return Err(Refusal::new(Code::InviteAlreadyHere).with("name", there.sign_in_name()).into());
    }
    let local = invite.email.canonical.rsplit_once('@').map_or("", |(local, _)| local);
    let name = free_name(scope, local, &invite.domain_name).await?;
    let new = NewUser {
        user_name: name.user.clone(),
        domain_name: name.domain.clone(),
        display_name: display_name(local),
        contact_email: Some(invite.email.clone()),
        ..NewUser::default()
    };
    let user = directory::create_user(scope, actor, &new, moment).await?;
    if invite.guest {
        directory::make_guest(scope, actor, user, moment).await?;
    }
    let invitee = Invitee {
        user,
        sign_in_name: name.to_string(),
        email: invite.email.address.clone(),
        language: invite.language.clone(),
    };
    send_invitation(app, scope, actor, &invitee, moment).await?;
    Ok((user, invitee.sign_in_name))
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
