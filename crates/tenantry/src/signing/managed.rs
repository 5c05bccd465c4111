//! Keys in the operator's hand: listed, followed before their time, revoked.

use jiff::Timestamp;

use super::{Algorithm, Kept, Made, SHOWN_DAYS, after_days, make, signing, store};
use crate::app::App;
use crate::error::Error;
use crate::moment::Moment;
use crate::transaction;

/// Days that a key which is asked for is shown before it signs, so that clients which keep what they read know it then.
const NOTICE_DAYS: i64 = 1;

/// A key as the operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub id: String,
    pub algorithm: Algorithm,
    pub state: State,
    pub created_at: Timestamp,
    pub signs_from: Timestamp,
    pub signs_until: Timestamp,
    /// When nothing counts any more that it signed.
    pub ends_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Shown already, and signs later.
    Next,
    Signing,
    /// Signs no more; what it signed counts.
    Overlapping,
    Ended,
    Revoked,
}

impl State {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Signing => "signing",
            Self::Overlapping => "overlapping",
            Self::Ended => "ended",
            Self::Revoked => "revoked",
        }
    }
}

/// A row of `token_key` without its private key.
pub(super) struct Entry {
    pub id: String,
    pub algorithm: Algorithm,
    pub created_at: Timestamp,
    pub active_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
}

impl Listed {
    fn of(entry: &Entry, all: &[Entry], now: Timestamp) -> Self {
        let follows = |other: &&Entry| {
            let begun = other.revoked_at.is_none_or(|at| at > other.active_at);
            other.algorithm == entry.algorithm && other.active_at > entry.active_at && begun
        };
        let stops_at = Kept::stops(entry.active_at);
        let followed_at = all.iter().filter(follows).map(|other| other.active_at).min();
        let ends_at = after_days(stops_at, SHOWN_DAYS);
        let signs_until = [followed_at, entry.revoked_at].into_iter().flatten().fold(stops_at, Ord::min);
        let state = match entry.revoked_at {
            Some(_) => State::Revoked,
            None if now >= ends_at => State::Ended,
            None if now < entry.active_at => State::Next,
            None if now < signs_until => State::Signing,
            None => State::Overlapping,
        };
        Self {
            id: entry.id.clone(),
            algorithm: entry.algorithm,
            state,
            created_at: entry.created_at,
            signs_from: entry.active_at,
            signs_until,
            ends_at: entry.revoked_at.unwrap_or(ends_at),
        }
    }
}

/// All keys that are kept, by algorithm, the newest first.
///
/// # Errors
/// When the engine fails.
pub async fn list(app: &App, now: Timestamp) -> Result<Vec<Listed>, Error> {
    let all = store::all(&mut app.db.read().await?).await?;
    Ok(all.iter().map(|entry| Listed::of(entry, &all, now)).collect())
}

/// Makes a key of each of these algorithms that has none waiting, and gives their ids. Each is shown at once and signs a day later.
///
/// # Errors
/// When the engine or the cryptographic library fails.
pub async fn rotate(app: &App, algorithms: &[Algorithm], moment: &Moment) -> Result<Vec<String>, Error> {
    let mut ids = Vec::new();
    for &algorithm in algorithms {
        let made = make(app, algorithm, after_days(moment.now, NOTICE_DAYS), moment).await?;
        let kept = transaction!(app.db, |scope| {
            let alive = store::alive(scope).await?;
            if alive.iter().any(|key| key.algorithm == algorithm && key.active_at > moment.now) {
                return Ok(None);
            }
            let signs = signing(&alive, algorithm, moment).is_some();
            // Where none signs there is nobody to give notice to.
            let active_at = if signs { made.kept.active_at } else { moment.now };
            let kept = Kept { active_at, ..made.kept.clone() };
            let id = kept.id.clone();
            store::insert(scope, &Made { kept, private: made.private.clone() }, moment).await?;
            Ok(Some(id))
        })?;
        if let Some(id) = kept {
            // No tenant's log has it, and of a command warnings alone are written.
            tracing::warn!(kid = id, algorithm = algorithm.as_str(), "the operator had a signing key made");
            ids.push(id);
        }
    }
    Ok(ids)
}

/// What revoking a key came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revoked {
    /// Not where it was revoked before.
    pub changed: bool,
    /// The key that signs in its place, if it signed.
    pub made: Option<String>,
}

/// Ends a key: it is shown no more, and nothing counts that it signed. One that signed is replaced in the same transaction.
///
/// # Errors
/// There is no such key, or the engine or the cryptographic library fails.
pub async fn revoke(app: &App, id: &str, moment: &Moment) -> Result<Revoked, Error> {
    let all = store::all(&mut app.db.read().await?).await?;
    let algorithm = all.iter().find(|entry| entry.id == id).ok_or_else(Error::not_found)?.algorithm;
    // Not within the transaction: making one takes time.
    let made = make(app, algorithm, moment.now, moment).await?;
    let revoked = transaction!(app.db, |scope| {
        let signed = signing(&store::alive(scope).await?, algorithm, moment).is_some_and(|key| key.id == id);
        if !store::revoke(scope, id, moment.now).await? {
            return Ok(Revoked { changed: false, made: None });
        }
        if signed {
            store::insert(scope, &made, moment).await?;
        }
        Ok(Revoked { changed: true, made: signed.then(|| made.kept.id.clone()) })
    })?;
    if revoked.changed {
        let algorithm = algorithm.as_str();
        tracing::warn!(kid = id, algorithm, made = revoked.made, "the operator revoked a signing key");
    }
    Ok(revoked)
}
