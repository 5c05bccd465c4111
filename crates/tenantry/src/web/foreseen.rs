//! What a confirmation would be answered, told before it is asked for.

use super::locale::{Locale, Told};
use crate::error::Error;

/// The refusals of a [`rehearse!`](crate::rehearse) in words; empty where the act would be done.
///
/// # Errors
/// Gives the error back where nothing is there, or a fault is ours to mend.
pub fn foreseen(l: &Locale, rehearsed: Result<(), Error>) -> Result<Vec<Told>, Error> {
    let Err(error) = rehearsed else { return Ok(Vec::new()) };
    let refusals = error.into_refusals()?;
    if refusals.iter().any(|refusal| refusal.code.status() == 404) {
        return Err(Error::Refused(refusals));
    }
    Ok(l.refusals(&refusals))
}
