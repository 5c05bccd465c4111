//! Claims due jobs, runs them, and keeps what failed for a later try.

use std::collections::HashMap;
use std::pin::Pin;
use std::time::Duration;

use jiff::Timestamp;
use model::ids::JobId;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{Job, Priority, bound_to};
use crate::app::App;
use crate::db::{DbError, FromRow, Row, Scope};
use crate::error::Error;
use crate::moment::Moment;
use crate::{params, transaction};

type Run = fn(App, Moment, &[u8]) -> Result<Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>, Error>;

#[derive(Clone, Copy)]
struct Kind {
    run: Run,
    attempts: i64,
    every: Option<i64>,
}

/// Every kind of job that this build can run, by name.
#[derive(Clone, Default)]
pub struct Registry {
    kinds: HashMap<&'static str, Kind>,
}

impl Registry {
    #[must_use]
    pub fn with<J: Job>(mut self) -> Self {
        let run: Run = |app, moment, payload| {
            let job: J = serde_json::from_slice(payload).map_err(Error::internal)?;
            Ok(Box::pin(job.run(app, moment)))
        };
        self.kinds.insert(J::KIND, Kind { run, attempts: J::ATTEMPTS, every: J::EVERY });
        self
    }
}

struct Claimed {
    id: JobId,
    kind: String,
    /// Encrypted; a recurring job has none.
    payload: Option<Vec<u8>>,
    attempts: i64,
    is_remote: bool,
}

impl FromRow for Claimed {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.get("id")?,
            kind: row.get("kind")?,
            payload: row.get("payload")?,
            attempts: row.get("attempts")?,
            is_remote: row.get::<i64>("priority")? == Priority::Remote.stored(),
        })
    }
}

/// Seconds that a claimed job is left alone before another node may take it.
const CLAIM_SECONDS: i64 = 30;

const UNREADABLE: &str = "the job can't be read with this master key";

/// A run that takes longer is given up and tried again, so that no claim runs out under a run that goes on.
const RUN_SECONDS: u64 = 25;

/// Jobs that a node runs at once: a mail server that takes its time holds up no other mail.
const AT_ONCE: usize = 16;

/// How many of them may wait for machines of others.
const REMOTE_AT_ONCE: usize = 8;

async fn claim(app: &App, moment: &Moment, most: usize, most_remote: usize) -> Result<Vec<Claimed>, Error> {
    let mut scope = app.db.read().await?;
    let due: Option<Row> = scope
        .optional(
            "SELECT id FROM job WHERE failed_at IS NULL AND priority IN (0, 1, 2, 3) AND run_at <= $1 \
             AND (claimed_until IS NULL OR claimed_until <= $1) LIMIT 1",
            params![moment.now],
        )
        .await?;
    drop(scope);
    if due.is_none() {
        return Ok(Vec::new());
    }
    transaction!(app.db, |scope| {
        let mut claimed: Vec<Claimed> = Vec::new();
        // One after the other: so each reads the due jobs of its index alone, not those that wait for another day.
        for priority in Priority::ALL {
            let bound = if priority == Priority::Remote { most_remote } else { most };
            let room = (most - claimed.len()).min(bound);
            if room > 0 {
                claimed.extend(claim_of(scope, moment, priority, room).await?);
            }
        }
        Ok(claimed)
    })
}

async fn claim_of(
    scope: &mut Scope,
    moment: &Moment,
    priority: Priority,
    most: usize,
) -> Result<Vec<Claimed>, Error> {
    let sql = "UPDATE job SET claimed_until = $2, attempts = attempts + 1 WHERE id IN (SELECT id FROM job \
               WHERE failed_at IS NULL AND priority = $3 AND run_at <= $1 \
               AND (claimed_until IS NULL OR claimed_until <= $1) ORDER BY run_at LIMIT $4) \
               RETURNING id, kind, payload, attempts, priority";
    let most = i64::try_from(most).unwrap_or(1);
    let until = moment.after_seconds(CLAIM_SECONDS);
    Ok(scope.all(sql, params![moment.now, until, priority.stored(), most]).await?)
}

/// Runs what is due now, several at once, until nothing is. Answers how many jobs ran.
///
/// # Errors
/// When the database fails; a job's own failure is stored with it and tried again.
pub async fn run_due(app: &App) -> Result<usize, Error> {
    let mut running = JoinSet::new();
    let (mut count, mut remote) = (0, 0);
    loop {
        let moment = app.moment();
        if running.len() < AT_ONCE {
            for job in claim(app, &moment, AT_ONCE - running.len(), REMOTE_AT_ONCE - remote).await? {
                count += 1;
                let (is_remote, run) = (job.is_remote, run_and_settle(app.clone(), moment.clone(), job));
                remote += usize::from(is_remote);
                running.spawn(async move { run.await.map(|()| is_remote) });
            }
        }
        tokio::select! {
            ended = running.join_next() => match ended {
                Some(ended) => remote -= usize::from(ended.map_err(Error::internal)??),
                None => return Ok(count),
            },
            () = app.db.job_enqueued() => {}
        }
    }
}

async fn run_and_settle(app: App, moment: Moment, job: Claimed) -> Result<(), Error> {
    let Some(payload) = opened(&app, &job) else {
        tracing::error!(kind = job.kind, job = %job.id, "{UNREADABLE}; it is given up");
        return put_aside(&app, &job, (UNREADABLE, moment.now, Some(moment.now))).await;
    };
    let result = run_one(&app, &moment, &job, &payload).await;
    settle(&app, &moment, &job, result).await
}

/// The payload in the clear; `None` where this master key didn't encrypt it for this job.
fn opened(app: &App, job: &Claimed) -> Option<Vec<u8>> {
    match &job.payload {
        Some(sealed) => app.keys.decrypt(&bound_to(&job.kind, job.id.0), sealed),
        None => Some(b"null".to_vec()),
    }
}

async fn run_one(app: &App, moment: &Moment, job: &Claimed, payload: &[u8]) -> Result<(), Error> {
    let kind = app.jobs.kinds.get(job.kind.as_str()).ok_or_else(|| Error::internal("no such kind of job"))?;
    // A spawned task keeps a panic of one job from ending the runner.
    let task = tokio::spawn((kind.run)(app.clone(), moment.clone(), payload)?);
    let stop = task.abort_handle();
    match tokio::time::timeout(Duration::from_secs(RUN_SECONDS), task).await {
        Ok(ended) => ended.unwrap_or_else(|error| Err(Error::internal(error))),
        Err(_) => {
            stop.abort();
            Err(Error::internal("the job took too long"))
        }
    }
}

async fn settle(app: &App, moment: &Moment, job: &Claimed, result: Result<(), Error>) -> Result<(), Error> {
    let kind = app.jobs.kinds.get(job.kind.as_str());
    let every = kind.and_then(|kind| kind.every);
    let Err(error) = result else {
        return transaction!(app.db, |scope| {
            match every {
                Some(seconds) => again(scope, job, moment.after_seconds(seconds)).await,
                None => {
                    Ok(scope.execute("DELETE FROM job WHERE id = $1", params![job.id]).await.map(drop)?)
                }
            }
        });
    };
    let limit = if every.is_some() { i64::MAX } else { kind.map_or(0, |kind| kind.attempts) };
    let wait = 10_i64.saturating_mul(1 << job.attempts.clamp(0, 16)).min(3600);
    let failed_at = (job.attempts >= limit).then_some(moment.now);
    tracing::warn!(kind = job.kind, attempts = job.attempts, %error, gave_up = failed_at.is_some(), "job failed");
    put_aside(app, job, (&error.to_string(), moment.after_seconds(wait), failed_at)).await
}

/// Keeps a job for another try, or, with the time at which it failed for good, for the operator to see.
async fn put_aside(
    app: &App,
    job: &Claimed,
    (why, run_at, failed_at): (&str, Timestamp, Option<Timestamp>),
) -> Result<(), Error> {
    transaction!(app.db, |scope| {
        let sql = "UPDATE job SET claimed_until = NULL, run_at = $2, last_error = $3, failed_at = $4, \
                   payload = CASE WHEN $5 THEN NULL ELSE payload END WHERE id = $1";
        scope.execute(sql, params![job.id, run_at, why, failed_at, failed_at.is_some()]).await?;
        Ok(())
    })
}

async fn again(scope: &mut Scope, job: &Claimed, at: Timestamp) -> Result<(), Error> {
    let sql = "UPDATE job SET claimed_until = NULL, attempts = 0, run_at = $2 WHERE id = $1";
    scope.execute(sql, params![job.id, at]).await?;
    Ok(())
}

/// Puts each recurring job into the queue where it isn't there yet. Nodes that start together put it once.
///
/// # Errors
/// When the engine fails.
pub async fn schedule_recurring(app: &App) -> Result<(), Error> {
    let moment = app.moment();
    let recurring: Vec<_> =
        app.jobs.kinds.iter().filter(|(_, kind)| kind.every.is_some()).map(|(name, _)| *name).collect();
    transaction!(app.db, |scope| {
        for name in &recurring {
            let sql = "INSERT INTO job (id, kind, run_at, attempts) VALUES ($1, $2, $3, 0) ON CONFLICT (id) DO NOTHING";
            scope.execute(sql, params![recurring_id(name), *name, moment.now]).await?;
        }
        Ok(())
    })
}

// The same on every node and at every start, so that the queue holds each recurring job once.
fn recurring_id(kind: &str) -> Uuid {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, kind.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.as_ref()[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// Runs jobs as they come due, woken by commits of this node and every few seconds for those of others.
pub async fn run_forever(app: App) {
    if let Err(error) = schedule_recurring(&app).await {
        tracing::error!(%error, "recurring jobs couldn't be put into the queue");
    }
    loop {
        if let Err(error) = run_due(&app).await {
            tracing::error!(%error, "the job runner couldn't reach the database");
        }
        let _ = tokio::time::timeout(Duration::from_secs(5), app.db.job_enqueued()).await;
    }
}
