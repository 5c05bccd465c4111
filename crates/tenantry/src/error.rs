//! The one error of requests, commands and jobs.
//!
//! Policy: a [`Error::Refused`] is an expected "no" of the catalogue, shown with reason and remedy. Everything else is
//! ours to mend: the person sees a way on and an id, the log has the cause. A database that can't be reached answers
//! 503 with Retry-After; nothing is ever guessed in its place.

use model::refusal::{Code, Refusal};

use crate::db::DbError;

/// What an operation answers when it doesn't do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("refused: {}", codes(.0))]
    Refused(Vec<Refusal>),
    #[error(transparent)]
    Db(#[from] DbError),
    #[error("{0}")]
    Internal(String),
}

impl Error {
    /// Nothing there, or nothing that the caller may know of: the two answer alike.
    #[must_use]
    pub fn not_found() -> Self {
        Refusal::new(Code::NotFound).into()
    }

    /// Whether this is the answer of [`Error::not_found`].
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused(refusals) if refusals.iter().all(|refusal| refusal.code == Code::NotFound))
    }

    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }

    /// The refusals, where this is an expected "no".
    ///
    /// # Errors
    /// Gives the error back where it isn't.
    pub fn into_refusals(self) -> Result<Vec<Refusal>, Self> {
        match self {
            Self::Refused(refusals) => Ok(refusals),
            other => Err(other),
        }
    }

    /// The refusals that a page shows beside its form. That nothing is there, or that it isn't allowed, is the whole answer.
    ///
    /// # Errors
    /// Gives the error back where it is any other.
    pub fn into_form_refusals(self) -> Result<Vec<Refusal>, Self> {
        let refusals = self.into_refusals()?;
        if refusals.iter().any(|refusal| matches!(refusal.code.status(), 403 | 404)) {
            return Err(Self::Refused(refusals));
        }
        Ok(refusals)
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(vec![refusal])
    }
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Refusal::new(code).into()
    }
}

fn codes(refusals: &[Refusal]) -> String {
    refusals.iter().map(|refusal| refusal.code.as_str()).collect::<Vec<_>>().join(", ")
}
