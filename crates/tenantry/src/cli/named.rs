//! What arguments name: people, ids and instants, read so that what names nothing is told in words.

use std::str::FromStr;

use jiff::Timestamp;
use model::ids::UserId;
use model::refusal::{Code, Refusal};

use super::told::{PERSON, PERSON_ALONE};
use crate::error::Error;
use crate::features::directory::SignInName;

/// The id that somebody wrote. What is none belongs to nothing that there is.
///
/// # Errors
/// [`Code::NotFound`].
pub(super) fn id<T: FromStr>(typed: &str) -> Result<T, Error> {
    typed.trim().parse().map_err(|_| Error::not_found())
}

/// The name that somebody signs in with, which must be whole.
///
/// # Errors
/// [`Code::NotFound`], told as what it is.
pub(super) fn sign_in_name(typed: &str) -> Result<SignInName, Error> {
    let parts = typed.trim().rsplit_once('@').filter(|(user, domain)| !user.is_empty() && !domain.is_empty());
    let (user, domain) = parts.ok_or_else(|| Refusal::new(Code::NotFound).on(PERSON))?;
    Ok(SignInName::new(user, domain))
}

/// What names the tenant of a person: the one that was said, or the domain of the name.
///
/// # Errors
/// [`Code::NotFound`], told as what is missing.
pub(super) fn tenant_of<'a>(typed: &'a str, said: Option<&'a str>) -> Result<&'a str, Error> {
    let domain = typed.rsplit_once('@').map(|(_, domain)| domain);
    said.or(domain).ok_or_else(|| {
        let missing = if typed.parse::<UserId>().is_ok() { PERSON_ALONE } else { PERSON };
        Refusal::new(Code::NotFound).on(missing).into()
    })
}

/// Reads an option that takes an id.
pub(super) fn an_id<T: FromStr>(typed: &str) -> Result<T, &'static str> {
    typed.trim().parse().map_err(|_| "it is no id; `list` shows the ids")
}

/// Reads an option that takes an instant.
pub(super) fn instant(typed: &str) -> Result<Timestamp, &'static str> {
    typed.trim().parse().map_err(|_| "it is no instant; write it such as 2026-03-02T09:00:00Z")
}
