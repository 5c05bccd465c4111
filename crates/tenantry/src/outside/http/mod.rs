//! Requests to addresses that tenants enter (SPEC §3.16). One client sends them all, and it is [`guarded`]; tests that are
//! about something else have one in [`memory`].

pub mod guarded;
pub mod memory;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use model::outbound::Target;
use model::webhooks::Outcome;

/// Bytes of a request's body.
const LONGEST: usize = 256 << 10;
/// Bytes of an answer's body that are read; the rest stays unread.
const BODY: usize = 64 << 10;

/// A POST.
#[derive(Clone, Debug)]
pub struct Post {
    pub target: Target,
    /// Beside those of every request. Values that a header can't have are refused.
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

/// What came back, whatever its status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub retry_after: Option<String>,
    /// The beginning of the body.
    pub body: Vec<u8>,
}

/// Why nothing came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The name, its addresses or the connection: which of them, and whether the address may be reached at all, is told
    /// to nobody.
    #[error("the address can't be reached from here")]
    Unreachable,
    #[error("no safe connection to this name")]
    Insecure,
    #[error("no answer came in time")]
    Timeout,
    #[error("the answer isn't HTTP, or is too large")]
    Unreadable,
}

impl SendError {
    #[must_use]
    pub fn outcome(self) -> Outcome {
        match self {
            Self::Unreachable => Outcome::Unreachable,
            Self::Insecure => Outcome::Insecure,
            Self::Timeout => Outcome::Timeout,
            Self::Unreadable => Outcome::Unreadable,
        }
    }
}

/// Somebody who sends requests.
pub trait Client: Send + Sync {
    fn post<'a>(&'a self, post: &'a Post) -> BoxFuture<'a, Result<Answer, SendError>>;

    /// Asks for what lies at an address, of which so many bytes are read.
    fn get<'a>(&'a self, target: &'a Target, most: usize) -> BoxFuture<'a, Result<Answer, SendError>>;
}

/// The client as the service uses it. Cheap to clone. Call it outside transactions.
#[derive(Clone)]
pub struct Http(Arc<dyn Client>);

impl Http {
    pub fn new(client: impl Client + 'static) -> Self {
        Self(Arc::new(client))
    }

    /// Sends a request and gives the answer to it; redirects are answers like others.
    ///
    /// # Errors
    /// A [`SendError`] that says why there is none.
    pub async fn post(&self, post: &Post) -> Result<Answer, SendError> {
        if post.body.len() > LONGEST {
            return Err(SendError::Unreadable);
        }
        self.0.post(post).await
    }

    /// Asks for what lies at an address; of a long answer the beginning is read.
    ///
    /// # Errors
    /// As [`Http::post`].
    pub async fn get(&self, target: &Target) -> Result<Answer, SendError> {
        self.get_up_to(target, BODY).await
    }

    /// The same for what may be of another length.
    ///
    /// # Errors
    /// As [`Http::post`].
    pub async fn get_up_to(&self, target: &Target, most: usize) -> Result<Answer, SendError> {
        self.0.get(target, most).await
    }
}
