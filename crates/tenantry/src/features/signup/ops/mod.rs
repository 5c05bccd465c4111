//! What a sign-up does, a file per stretch of the way.

mod details;
mod discovery;
mod expiry;
mod finish;
mod mailbox;
mod organisation;

pub use details::{
    Availability, DetailsInput, check_details, password_context, prefix_availability, save_details,
    suggestions,
};
pub use discovery::{Answer, ask_for_access, discover, follow_colleague, settle};
pub use expiry::ExpireSignUps;
pub use finish::{Finished, Signature, finish, sign_in_again};
pub use mailbox::{Asked, Proof, Waiting, code_of, prove, resend, send_code};
pub use organisation::save_organisation;

use model::ids::SignUpId;
use model::refusal::Code;
use model::sign_up::{Draft, State, Step};
use uuid::Uuid;

use super::store::{self, SignUp};
use crate::app::App;
use crate::db::Scope;
use crate::error::Error;
use crate::features::domains::changed_hands_since;
use crate::moment::Moment;
use crate::secrets::token;

/// What the browser's cookie stands for: a code that it waits for, or a sign-up whose mailbox it proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ticket {
    Code { id: Uuid, secret: String },
    SignUp { id: SignUpId, secret: String },
}

impl Ticket {
    /// Reads a cookie; nothing in it counts before its secret is compared.
    #[must_use]
    pub fn parse(cookie: &str) -> Option<Self> {
        let mut parts = cookie.splitn(3, '.');
        let (kind, id, secret) = (parts.next()?, parts.next()?, parts.next()?.to_owned());
        let id = Uuid::try_parse(id).ok()?;
        match kind {
            "code" => Some(Self::Code { id, secret }),
            "sign-up" => Some(Self::SignUp { id: SignUpId(id), secret }),
            _ => None,
        }
    }

    /// The cookie's value.
    #[must_use]
    pub fn cookie(&self) -> String {
        match self {
            Self::Code { id, secret } => format!("code.{id}.{secret}"),
            Self::SignUp { id, secret } => format!("sign-up.{id}.{secret}"),
        }
    }

    fn new_code(id: Uuid, moment: &Moment) -> Self {
        Self::Code { id, secret: token(moment) }
    }

    fn new_sign_up(id: SignUpId, moment: &Moment) -> Self {
        Self::SignUp { id, secret: token(moment) }
    }

    fn hash(&self, app: &App) -> Vec<u8> {
        match self {
            Self::Code { id, secret } => app.keys.hash("sign-up code browser", id.as_bytes(), secret),
            Self::SignUp { id, secret } => app.keys.hash("sign-up browser", id.0.as_bytes(), secret),
        }
    }
}

/// The sign-up that a browser may continue, whatever state it is in.
///
/// # Errors
/// When the engine fails; a browser that may not is `None`.
pub async fn of_browser(app: &App, scope: &mut Scope, ticket: &Ticket) -> Result<Option<SignUp>, Error> {
    let Ticket::SignUp { id, .. } = ticket else { return Ok(None) };
    if !store::browser_may(scope, *id, ticket.hash(app)).await? {
        return Ok(None);
    }
    stored(scope, *id).await
}

/// A sign-up as it counts now. Whoever proved the mailbox before its domain name went to another tenant may not be who
/// reads it today.
async fn stored(scope: &mut Scope, id: SignUpId) -> Result<Option<SignUp>, Error> {
    let Some(mut found) = store::find(scope, id).await? else { return Ok(None) };
    if matches!(found.state, State::Open(_))
        && changed_hands_since(scope, &found.email_domain, found.proven_at).await?
    {
        found.state = State::Expired;
    }
    Ok(Some(found))
}

/// The draft of a sign-up that is still open and whose steps up to this one are done.
pub(super) fn open_at(sign_up: &SignUp, step: Step, moment: &Moment) -> Result<Box<Draft>, Error> {
    match &sign_up.state {
        State::Open(draft) if sign_up.expires_at > moment.now => {
            if draft.allows(step) {
                Ok(draft.clone())
            } else {
                Err(Code::SignUpStepMissing.into())
            }
        }
        State::Open(_) | State::Expired => Err(Code::SignUpExpired.into()),
        State::Completed { .. } | State::AccessRequested => Err(Code::SignUpEnded.into()),
    }
}
