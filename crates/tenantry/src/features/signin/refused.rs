//! A refused attempt in the log of its tenant, written away from the request: a name that nobody has takes as long.

use jiff::Timestamp;
use model::audit::{Activity, TargetKind};
use model::roles::Permissions;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{enter_for, store};
use crate::access::{Actor, Origin};
use crate::app::App;
use crate::db::Scope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::credentials::Subject;
use crate::jobs::{self, Job, Priority};
use crate::moment::Moment;
use crate::transaction;

/// Tells the log of a refused attempt, if the name was somebody's.
#[derive(Serialize, Deserialize)]
pub struct RecordRefusal {
    subject: Subject,
    user_name: String,
    ip: String,
    why: String,
    event: Uuid,
    at: Timestamp,
}

/// Has an attempt recorded that was refused. The same for every name.
///
/// # Errors
/// When the engine fails.
pub async fn refuse(
    scope: &mut Scope,
    subject: Subject,
    user_name: &str,
    origin: &Origin,
    why: &str,
    moment: &Moment,
) -> Result<(), Error> {
    let (user_name, ip, why) = (user_name.to_owned(), origin.ip.clone(), why.to_owned());
    let job = RecordRefusal { subject, user_name, ip, why, event: moment.uuid(), at: moment.now };
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
        let Subject { tenant, user } = self.subject;
        transaction!(app.db, |scope| {
            let mut inside = scope.tenant(enter_for(&self.subject)).await?;
            let Some(name) = store::display_name(&mut inside, user).await? else { return Ok(()) };
            let origin = Origin { ip: self.ip.clone(), user_agent: String::new() };
            let actor = Actor::user(tenant, user, name, Permissions::default(), origin);
            let event = Event::new(Activity::SignInRefused, TargetKind::User, user, &self.user_name)
                .refused(&self.why);
            audit::record_once(&mut inside, &actor, event, (self.event, self.at)).await
        })
    }
}
