//! Step 5: how the first administrator will sign in.

use model::eligibility::{domain_prefix, username};
use model::organisation::Organisation;
use model::refusal::{Code, Refusal};
use model::sign_up::{Details, Draft, Step};

use super::open_at;
use crate::app::App;
use crate::db::Scope;
use crate::error::Error;
use crate::features::credentials;
use crate::features::signup::store::{self, Hold, SignUp};
use crate::features::tenants;
use crate::moment::Moment;

/// The form as it was typed.
pub struct DetailsInput<'a> {
    pub username: &'a str,
    pub prefix: &'a str,
    pub display_name: &'a str,
    pub password: &'a str,
    pub password_again: &'a str,
}

/// What passed the rules; the password is still to be hashed, outside the transaction.
pub struct CheckedDetails {
    username: String,
    prefix: String,
    skeleton: String,
    display_name: String,
}

/// Checks the form against the rules. Whether the prefix is free, the store tells.
///
/// # Errors
/// All refusals at once, each on its field.
pub fn check_details(
    app: &App,
    organisation: &Organisation,
    input: &DetailsInput<'_>,
) -> Result<CheckedDetails, Error> {
    let prefix = check_prefix(app, input.prefix);
    let username = username::check(input.username, &tenants::initial_domain(app, &prefix.prefix));
    let display_name = username::check_display_name(input.display_name);
    let mut refusals = Vec::new();
    refusals.extend(username.answer.refusals);
    refusals.extend(prefix.answer.refusals);
    refusals.extend(display_name.answer.refusals.into_iter().map(|refusal| refusal.on("display_name")));
    let context = password_context(organisation, input);
    refusals.extend(credentials::check_new_password(app, input.password, &context).answer.refusals);
    if input.password != input.password_again {
        refusals.push(Refusal::new(Code::PasswordsDiffer).on("password_again"));
    }
    if !refusals.is_empty() {
        return Err(Error::Refused(refusals));
    }
    Ok(CheckedDetails {
        username: username.canonical,
        prefix: prefix.prefix,
        skeleton: prefix.skeleton,
        display_name: display_name.name,
    })
}

/// Everything that the password must not contain.
#[must_use]
pub fn password_context(organisation: &Organisation, input: &DetailsInput<'_>) -> credentials::Context {
    let contact = &organisation.contact;
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    credentials::Context {
        person: owned(&[&contact.given_name, &contact.surname, input.display_name]),
        user_name: input.username.to_owned(),
        organization: owned(&[&organisation.legal_name, &organisation.legal_name_western, input.prefix]),
    }
}

fn check_prefix(app: &App, prefix: &str) -> domain_prefix::DomainPrefixVerdict {
    domain_prefix::check(prefix, &[app.config.product.name.as_str()])
}

/// Keeps the details with the hashed password and the provider's payment setup, and holds the prefix.
///
/// # Errors
/// A refusal with a free prefix to take when this one is taken; when the sign-up isn't at this step.
pub async fn save_details(
    scope: &mut Scope,
    sign_up: &SignUp,
    checked: &CheckedDetails,
    (password_hash, payment_setup): (&str, &str),
    moment: &Moment,
) -> Result<(), Error> {
    let before = open_at(sign_up, Step::Details, moment)?;
    let held = store::hold_prefix(scope, sign_up.id, &checked.prefix, &checked.skeleton, moment).await?;
    if held == Hold::Taken {
        return Err(taken(scope, sign_up, &checked.prefix, moment).await?.into());
    }
    let details = Details {
        username: checked.username.clone(),
        prefix: checked.prefix.clone(),
        display_name: checked.display_name.clone(),
        password_hash: password_hash.to_owned(),
    };
    store::set_details(scope, sign_up.id, &details).await?;
    store::set_payment_setup(scope, sign_up.id, payment_setup).await?;
    if before.details.is_none() {
        store::count_in_funnel(scope, "payment", moment).await?;
    }
    Ok(())
}

async fn taken(scope: &mut Scope, sign_up: &SignUp, prefix: &str, moment: &Moment) -> Result<Refusal, Error> {
    let refusal = Refusal::new(Code::DomainPrefixTaken).on("prefix");
    Ok(match free_prefix(scope, sign_up, prefix, moment).await? {
        Some(free) => refusal.suggest(free),
        None => refusal,
    })
}

async fn free_prefix(
    scope: &mut Scope,
    sign_up: &SignUp,
    name: &str,
    moment: &Moment,
) -> Result<Option<String>, Error> {
    for attempt in 0..8 {
        let Some(prefix) = domain_prefix::suggest(name, attempt) else { continue };
        let skeleton = domain_prefix::skeleton(&prefix);
        if !store::is_taken(scope, &prefix, &skeleton, Some(sign_up.id), moment.now).await? {
            return Ok(Some(prefix));
        }
    }
    Ok(None)
}

/// The live verdict on a prefix.
pub enum Availability {
    Free,
    Refused(Refusal),
}

/// Tells whether a prefix may be had, with one that may where not.
///
/// # Errors
/// When the engine fails.
pub async fn prefix_availability(
    app: &App,
    scope: &mut Scope,
    sign_up: &SignUp,
    prefix: &str,
    moment: &Moment,
) -> Result<Availability, Error> {
    let verdict = check_prefix(app, prefix);
    if let Some(refusal) = verdict.answer.refusals.into_iter().next() {
        return Ok(Availability::Refused(refusal));
    }
    if store::is_taken(scope, &verdict.prefix, &verdict.skeleton, Some(sign_up.id), moment.now).await? {
        return Ok(Availability::Refused(taken(scope, sign_up, &verdict.prefix, moment).await?));
    }
    Ok(Availability::Free)
}

/// What the form starts with: user name, prefix, display name.
///
/// # Errors
/// When the engine fails.
pub async fn suggestions(
    scope: &mut Scope,
    sign_up: &SignUp,
    draft: &Draft,
    moment: &Moment,
) -> Result<(String, String, String), Error> {
    let Some(organisation) = &draft.organisation else { return Ok(Default::default()) };
    if let Some(details) = &draft.details {
        return Ok((details.username.clone(), details.prefix.clone(), details.display_name.clone()));
    }
    let contact = &organisation.contact;
    let local = sign_up.email_canonical.split('@').next().unwrap_or_default();
    let username = username::suggest(&contact.given_name, &contact.surname, local).into_iter().next();
    let prefix = free_prefix(scope, sign_up, &organisation.legal_name_western, moment).await?;
    let display_name = format!("{} {}", contact.given_name, contact.surname);
    Ok((username.unwrap_or_default(), prefix.unwrap_or_default(), display_name))
}
