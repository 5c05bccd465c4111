//! A refused attempt in the log of its tenant, written away from the request: a name that nobody has takes as long.

use jiff::Timestamp;
use model::audit::{PORTAL, SignInResult};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{enter_for, store};
use crate::access::Origin;
use crate::app::App;
use crate::db::Scope;
use crate::error::Error;
use crate::features::audit::{self, SignIn};
use crate::features::credentials::{Place, Subject};
use crate::jobs::{self, Job, Priority};
use crate::moment::Moment;
use crate::transaction;

/// Tells the log of a refused attempt, if the name was somebody's, or if the tenant's own provider vouched for it: that a
/// person isn't here yet is for its administrators to mend. Such a stranger has the nil id.
#[derive(Serialize, Deserialize)]
pub struct RecordRefusal {
    subject: Subject,
    user_name: String,
    ip: String,
    #[serde(default)]
    user_agent: String,
    #[serde(default)]
    familiar: bool,
    #[serde(default)]
    correlation: Option<Uuid>,
    why: String,
    event: Uuid,
    at: Timestamp,
}

/// Characters of a user agent that wait with an attempt.
const USER_AGENT: usize = 500;

/// Has an attempt recorded that was refused. The same for every name.
///
/// # Errors
/// When the engine fails.
pub async fn refuse(
    scope: &mut Scope,
    subject: Subject,
    user_name: &str,
    (origin, place): (&Origin, Place),
    why: SignInResult,
    moment: &Moment,
) -> Result<(), Error> {
    let job = RecordRefusal {
        subject,
        user_name: user_name.to_owned(),
        ip: origin.ip.clone(),
        user_agent: origin.user_agent.chars().take(USER_AGENT).collect(),
        familiar: place == Place::Familiar,
        correlation: origin.request,
        why: why.as_str().to_owned(),
        event: moment.uuid(),
        at: moment.now,
    };
    jobs::enqueue(scope, &job, moment).await
}

/// Asks for room before a code is looked at, which costs nothing to try. A sign-in never asks: its password check is
/// what bounds it, and a full log must neither keep people out nor leave a guess uncounted.
///
/// # Errors
/// [`Code::Overloaded`](model::refusal::Code::Overloaded) for every name while too many wait.
pub async fn require_room(scope: &mut Scope) -> Result<(), Error> {
    jobs::require_room::<RecordRefusal>(scope).await
}

impl Job for RecordRefusal {
    const KIND: &'static str = "record-refused-sign-in";
    const PRIORITY: Priority = Priority::Last;
    const MOST_WAITING: i64 = 5_000;

    async fn run(self, app: App, _: Moment) -> Result<(), Error> {
        if !self.subject.is_somebody() {
            return Ok(());
        }
        let user = self.subject.user;
        transaction!(app.db, |scope| {
            let mut inside = scope.tenant(enter_for(&self.subject)).await?;
            let name = match user.0.is_nil() {
                true => Some(self.user_name.clone()),
                false => store::display_name(&mut inside, user).await?,
            };
            let Some(name) = name else { return Ok(()) };
            let refused = SignIn {
                id: self.event,
                at: self.at,
                user,
                user_name: self.user_name.clone(),
                display_name: name,
                application: PORTAL,
                application_name: app.config.product.name.clone(),
                ip: self.ip.clone(),
                user_agent: self.user_agent.clone(),
                result: self.why.clone(),
                second_factor: false,
                familiar: self.familiar,
                correlation: self.correlation,
            };
            audit::record_sign_in(&mut inside, &refused).await
        })
    }
}
