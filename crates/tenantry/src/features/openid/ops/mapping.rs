//! Claims that a policy adds to the tokens of an application or a resource (claimsMappingPolicy).
//!
//! The policy stands in the service principal, which is read anyhow. What no policy may write is left out here too: one may
//! have been stored by a release that protected less.

use model::applications::{ClaimSource, OWN_API, ServicePrincipal, is_protected};
use model::properties::TEXTS;
use serde_json::{Map, Value, json};

use super::tokens::Facts;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::directory::DirectoryUser;
use crate::features::objects::Object;
use crate::features::tenants;

/// Where the organisation is, if a policy of these tells it.
///
/// # Errors
/// When the engine fails.
pub async fn country(
    scope: &mut TenantScope<'_>,
    principals: [Option<&Object<ServicePrincipal>>; 2],
) -> Result<Option<String>, Error> {
    let mut claims = principals.into_iter().flatten().flat_map(|found| &found.properties.mapped_claims);
    if !claims.any(|claim| claim.source == ClaimSource::TenantCountry) {
        return Ok(None);
    }
    let id = scope.tenant();
    Ok(tenants::find(scope.global(), id).await?.map(|tenant| tenant.country))
}

/// Adds what the policy of a service principal says to the claims of a token. Tokens for the directory API say nothing more.
pub fn add(claims: &mut Map<String, Value>, principal: &Object<ServicePrincipal>, facts: &Facts) {
    if principal.properties.app_id == OWN_API {
        return;
    }
    for claim in principal.properties.mapped_claims.iter().filter(|claim| !is_protected(&claim.name)) {
        let value = match &claim.source {
            ClaimSource::Person(id) => facts.user.as_ref().and_then(|user| of_person(user, id)),
            ClaimSource::Extension(name) => {
                facts.user.as_ref().and_then(|user| user.properties.extensions.get(name).cloned())
            }
            ClaimSource::TenantCountry => facts.country.as_ref().map(|country| json!(country)),
            ClaimSource::Constant(value) => Some(json!(value)),
        };
        if let Some(value) = value {
            claims.insert(claim.name.clone(), value);
        }
    }
}

/// A property of a person by the name that policies have for it, in small letters; `None` is one that isn't set or isn't kept.
fn of_person(user: &DirectoryUser, id: &str) -> Option<Value> {
    let (person, text) = (&user.person, |name: &str| user.properties.text(name).map(str::to_owned));
    let found = match id {
        "objectid" => Some(person.id.to_string()),
        "displayname" => Some(person.display_name.clone()),
        "givenname" => person.given_name.clone(),
        "surname" => person.surname.clone(),
        "mail" => person.contact.as_ref().map(|contact| contact.address.clone()),
        "othermail" => user.properties.other_mails.first().cloned(),
        "userprincipalname" => Some(person.sign_in_name()),
        "usertype" => Some(user.user_type.clone()),
        "telephonenumber" => user.properties.business_phones.first().cloned(),
        "facsimiletelephonenumber" => text("faxNumber"),
        _ => TEXTS.iter().find(|known| known.name.to_lowercase() == id).and_then(|known| text(known.name)),
    };
    found.map(Value::from)
}
