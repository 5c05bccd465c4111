//! A file per use case.

pub mod assertion;
pub mod authorize;
pub mod client;
pub mod consent;
pub mod device;
pub mod ended;
pub mod exchange;
pub mod grant;
pub mod groups;
pub mod issued;
pub mod keys;
pub mod known;
pub mod logo;
pub mod mapping;
pub mod noted;
pub mod person;
pub mod program;
pub mod pushed;
pub mod redeem;
pub mod register;
pub mod request_object;
pub mod request_uri;
pub mod scopes;
pub mod tokens;

use protocol::oauth::{Fault, FaultCode};

use crate::error::Error;

/// Does an address leave it to the person which tenant it is about?
#[must_use]
pub fn is_any_tenant(named: &str) -> bool {
    matches!(named, "organizations" | "common")
}

/// Why a client gets no tokens.
#[derive(Debug)]
pub enum Refused {
    /// What the client did, in the words of the standards.
    Fault(Fault),
    /// Ours to mend, or a "no" that isn't about the request.
    Failed(Error),
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl<E: Into<Error>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// A fault as a refusal.
pub fn refused(code: FaultCode, description: &str) -> Refused {
    Refused::Fault(Fault::new(code, description))
}

/// A fault as an outcome, so that what was written before it stays; anything else undoes the transaction.
///
/// # Errors
/// What isn't a fault of the request.
pub fn outcome<T>(result: Result<T, Refused>) -> Result<Result<T, Fault>, Error> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(Refused::Fault(fault)) => Ok(Err(fault)),
        Err(Refused::Failed(error)) => Err(error),
    }
}
