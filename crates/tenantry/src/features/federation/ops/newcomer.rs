//! Somebody whom a provider vouches for, and whom nobody has made yet.

use model::eligibility::username;
use model::refusal::Code;

use super::trip::Asserted;
use super::who::stranger;
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::directory::{
    NewUser, SignInAccount, contact_email, create_user, find_for_sign_in, person_name,
};
use crate::features::federation::store::Provider;
use crate::moment::Moment;

/// Makes a person without roles and without a password. What the provider says beside the user name is taken where it can be a
/// person's, and left out where it can't.
///
/// # Errors
/// A name that nobody can have here or that somebody had who was deleted, a tenant that is full, or a domain name that takes
/// nobody new.
pub async fn make(
    app: &App,
    scope: &mut TenantScope<'_>,
    (provider, asserted): (&Provider, &Asserted),
    name: &str,
    moment: &Moment,
) -> Result<Option<SignInAccount>, Error> {
    let whole = format!("{name}@{}", provider.domain);
    let verdict = username::check(name, &provider.domain);
    if !verdict.answer.valid {
        return Err(stranger(&whole).into());
    }
    let said = &asserted.described;
    let part = |text: &Option<String>, field| {
        text.as_deref().and_then(|text| person_name(text, field).ok().flatten())
    };
    let display = username::check_display_name(said.display_name.as_deref().unwrap_or(name));
    let new = NewUser {
        display_name: if display.answer.valid { display.name } else { name.to_owned() },
        given_name: part(&said.given_name, "givenName"),
        surname: part(&said.surname, "surname"),
        contact_email: said.email.as_deref().and_then(|mail| contact_email(app, mail, "mail").ok().flatten()),
        user_name: verdict.canonical,
        domain_name: provider.domain.clone(),
        ..NewUser::default()
    };
    let system = Actor::system(scope.tenant());
    if let Err(error) = create_user(app, scope, &system, &new, moment).await {
        let refusals = error.into_refusals()?;
        let is_taken = refusals.iter().any(|refusal| refusal.code == Code::UsernameTaken);
        return Err(if is_taken { stranger(&whole).into() } else { Error::Refused(refusals) });
    }
    find_for_sign_in(scope, &new.user_name, &new.domain_name).await
}
