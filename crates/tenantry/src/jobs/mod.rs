//! Work that follows a transaction: mail, DNS checks, clean-up.
//!
//! A job is a named, serialisable, repeatable struct. It is enqueued in the transaction whose effect it carries on, so
//! it exists exactly if that effect does; the runner claims due jobs for a while, runs them, and removes them. A node
//! that dies leaves its claim to run out, and another takes the job again: a job may run twice, never zero times.
//!
//! Jobs wait in the order of their [`Priority`], so that mail leaves while strangers fill the queue; and of what
//! strangers enqueue without proof, no more than [`Job::MOST_WAITING`] waits.
//!
//! What a job carries may open something (codes and links on their way into a mail), so its payload is encrypted and
//! bound to the job's kind and id. A payload that can't be read, such as after the master key was lost, is given up.

mod runner;

use jiff::Timestamp;
use model::refusal::{Code, Refusal};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::app::App;
use crate::db::{Scope, Single};
use crate::error::Error;
use crate::moment::Moment;
use crate::params;

pub use runner::{Registry, run_due, run_forever, schedule_recurring};

/// Which of the jobs that are due runs first. The numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// Somebody waits for it, such as for a mail.
    First = 0,
    Ordinary = 1,
    /// What anybody can cause without having proven anything.
    Last = 2,
    /// It waits for machines of others, which may take their time: few of these run at once, so that they hold up nothing else.
    Remote = 3,
}

impl Priority {
    const ALL: [Self; 4] = [Self::First, Self::Ordinary, Self::Last, Self::Remote];

    const fn stored(self) -> i64 {
        self as i64
    }
}

/// Seconds after which a request may find room in a queue that was full.
const RETRY_SECONDS: u32 = 30;

/// A unit of work with its kind's name, which is stored and so never changes.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    const KIND: &'static str;

    /// Tries before the job is set aside as failed; waits double from ten seconds to an hour.
    const ATTEMPTS: i64 = 12;

    const PRIORITY: Priority = Priority::Ordinary;

    /// How many may wait before [`require_room`] refuses more.
    const MOST_WAITING: i64 = i64::MAX;

    /// Seconds between the rounds of a recurring job; such a job waits in the queue from the first start on.
    const EVERY: Option<i64> = None;

    /// Does the work. It may run more than once.
    fn run(self, app: App, moment: Moment) -> impl Future<Output = Result<(), Error>> + Send;
}

/// Enqueues a job to run as soon as the transaction is durable.
///
/// # Errors
/// When the engine fails.
pub async fn enqueue<J: Job>(scope: &mut Scope, job: &J, moment: &Moment) -> Result<(), Error> {
    enqueue_at(scope, job, moment.now, moment).await
}

/// Enqueues a job to run at a time.
///
/// # Errors
/// When the engine fails.
pub async fn enqueue_at<J: Job>(
    scope: &mut Scope,
    job: &J,
    at: Timestamp,
    moment: &Moment,
) -> Result<(), Error> {
    put(scope, (J::KIND, J::PRIORITY), job, at, moment).await
}

/// Enqueues an ordinary job of a kind that a feature above the caller knows how to do: `payload` is how that job is stored.
///
/// # Errors
/// When the engine fails.
pub async fn enqueue_kind(
    scope: &mut Scope,
    kind: &'static str,
    payload: &impl Serialize,
    moment: &Moment,
) -> Result<(), Error> {
    put(scope, (kind, Priority::Ordinary), payload, moment.now, moment).await
}

async fn put(
    scope: &mut Scope,
    (kind, priority): (&'static str, Priority),
    payload: &impl Serialize,
    at: Timestamp,
    moment: &Moment,
) -> Result<(), Error> {
    let id = moment.uuid();
    let plain = serde_json::to_vec(payload).map_err(Error::internal)?;
    let keys = scope.keys().ok_or_else(|| Error::internal("jobs can't be enqueued without keys"))?;
    let sealed = keys.encrypt(&bound_to(kind, id), &plain).map_err(Error::internal)?;
    scope
        .execute(
            "INSERT INTO job (id, kind, payload, run_at, attempts, priority) VALUES ($1, $2, $3, $4, 0, $5)",
            params![id, kind, sealed, at, priority.stored()],
        )
        .await?;
    scope.wake_jobs();
    Ok(())
}

/// Asks for room for one more job of a kind, before anything else is done: the answer says nothing of whom it is about.
///
/// # Errors
/// [`Code::Overloaded`] with the seconds to wait, when [`Job::MOST_WAITING`] of the kind wait.
pub async fn require_room<J: Job>(scope: &mut Scope) -> Result<(), Error> {
    let sql =
        "SELECT count(*) FROM (SELECT 1 FROM job WHERE kind = $1 AND failed_at IS NULL LIMIT $2) AS waiting";
    let Single(waiting): Single<i64> = scope.one(sql, params![J::KIND, J::MOST_WAITING]).await?;
    if waiting < J::MOST_WAITING {
        return Ok(());
    }
    Err(Refusal::new(Code::Overloaded).with("seconds", RETRY_SECONDS.to_string()).into())
}

/// What a payload is bound to: in another job it can't be read.
fn bound_to(kind: &str, id: Uuid) -> Vec<u8> {
    [b"job ".as_slice(), kind.as_bytes(), id.as_bytes()].concat()
}
