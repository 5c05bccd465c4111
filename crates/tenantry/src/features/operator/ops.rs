//! Making a tenant for somebody, and finding one.

use jiff::Timestamp;
use model::eligibility::{address, domain_prefix, email, organization, username};
use model::ids::{TenantId, UserId};
use model::refusal::{Code, Refusal};
use model::roles::Role;

use super::store::{self, Overview};
use crate::access::Actor;
use crate::app::App;
use crate::db::Scope;
use crate::error::Error;
use crate::features::applications;
use crate::features::directory::{self, ContactEmail, NewUser};
use crate::features::tenants;
use crate::moment::Moment;

/// What the operator enters.
#[derive(Clone, Debug)]
pub struct NewTenant<'a> {
    pub display_name: &'a str,
    pub prefix: &'a str,
    /// ISO 3166-1 alpha-2.
    pub country: &'a str,
    /// The user name and the name of the first Global administrator.
    pub username: &'a str,
    pub administrator: &'a str,
    /// Where the administrator is written to; also the tenant's technical contact.
    pub contact_email: &'a str,
}

/// The same, found acceptable.
#[derive(Clone, Debug)]
pub struct CheckedTenant {
    display_name: String,
    prefix: String,
    skeleton: String,
    initial_domain: String,
    country: String,
    username: String,
    administrator: String,
    contact: ContactEmail,
}

/// What was made.
#[derive(Clone, Debug)]
pub struct MadeTenant {
    pub id: TenantId,
    pub initial_domain: String,
    pub administrator: UserId,
    pub sign_in_name: String,
}

/// Checks what the operator entered by the rules of sign-up. The mailbox may be a function's: the operator answers
/// for it.
///
/// # Errors
/// Every refusal, each with the option it speaks of.
pub fn check(app: &App, new: &NewTenant<'_>) -> Result<CheckedTenant, Error> {
    let name = organization::check(new.display_name);
    let prefix = domain_prefix::check(new.prefix, &[app.config.product.name.as_str()]);
    let initial_domain = tenants::initial_domain(app, &prefix.prefix);
    let user = username::check(new.username, &initial_domain);
    let administrator = username::check_display_name(new.administrator);
    let email = email::check(&app.email_rules, new.contact_email);
    let country = new.country.trim().to_ascii_uppercase();
    let mut refusals: Vec<Refusal> = Vec::new();
    refusals.extend(name.answer.refusals.into_iter().map(|refusal| refusal.on("display_name")));
    refusals.extend(prefix.answer.refusals);
    if address::rules(&country).is_none() {
        refusals.push(Refusal::new(Code::AddressCountryUnknown).on("country"));
    }
    refusals.extend(user.answer.refusals);
    refusals.extend(administrator.answer.refusals.into_iter().map(|refusal| refusal.on("administrator")));
    let contact = match email.address {
        Some(address) => ContactEmail { address: address.as_entered, canonical: address.canonical },
        None => {
            refusals.extend(email.refusals.into_iter().map(|refusal| refusal.on("contact_email")));
            ContactEmail { address: String::new(), canonical: String::new() }
        }
    };
    if !refusals.is_empty() {
        return Err(Error::Refused(refusals));
    }
    Ok(CheckedTenant {
        display_name: name.name,
        prefix: prefix.prefix,
        skeleton: prefix.skeleton,
        initial_domain,
        country,
        username: user.canonical,
        administrator: administrator.name,
        contact,
    })
}

/// Makes the tenant, its initial domain and its first Global administrator, who must change the password.
///
/// # Errors
/// A refusal when the prefix, or one that looks like it, is taken or held for a sign-up.
pub async fn create_tenant(
    app: &App,
    scope: &mut Scope,
    new: &CheckedTenant,
    password_hash: &str,
    moment: &Moment,
) -> Result<MadeTenant, Error> {
    let id = TenantId(moment.uuid());
    let actor = Actor::operator(id);
    let tenant = tenants::NewTenant {
        id,
        display_name: &new.display_name,
        country: &new.country,
        technical_contact: &new.contact.address,
        initial_domain: &new.initial_domain,
    };
    store::claim_prefix(scope, &new.prefix, &new.skeleton, id, moment.now).await?;
    tenants::create(scope, &actor, &tenant, moment).await?;
    let user = NewUser {
        user_name: new.username.clone(),
        domain_name: new.initial_domain.clone(),
        display_name: new.administrator.clone(),
        contact_email: Some(new.contact.clone()),
        password: Some((password_hash.to_owned(), true)),
        roles: vec![Role::GlobalAdministrator.template_id()],
        ..NewUser::default()
    };
    let mut inside = scope.tenant(actor.grant()).await?;
    applications::add_own_api(&mut inside, &actor, moment).await?;
    let administrator = directory::create_user(app, &mut inside, &actor, &user, moment).await?;
    let sign_in_name = format!("{}@{}", new.username, new.initial_domain);
    Ok(MadeTenant { id, initial_domain: new.initial_domain.clone(), administrator, sign_in_name })
}

/// The tenant with this id or verified domain name.
///
/// # Errors
/// [`Code::NotFound`].
pub async fn find(scope: &mut Scope, name: &str) -> Result<Overview, Error> {
    let id = match name.parse() {
        Ok(id) => Some(id),
        Err(_) => store::holder(scope, &email::ascii_domain(name.trim()).unwrap_or_default()).await?,
    };
    let tenant = match id {
        Some(id) => tenants::find(scope, id).await?,
        None => None,
    };
    let tenant = tenant.ok_or_else(Error::not_found)?;
    let domains = store::domains(scope, tenant.id).await?;
    Ok(Overview { tenant, domains })
}

/// The first day, as the funnel writes days, of so many that end today.
pub(super) fn first_day(now: Timestamp, days: u16) -> String {
    let start = now - jiff::SignedDuration::from_hours(24 * (i64::from(days.max(1)) - 1));
    start.strftime("%Y-%m-%d").to_string()
}
