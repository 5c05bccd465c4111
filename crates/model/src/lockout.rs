//! Smart lockout: wrong guesses at one account shut it for a while, for the one who guesses.
//!
//! Ten failures lock for a minute; each failure after a lock has run out locks again, for twice as long, up to an hour
//! (facts §5.7). A wrong password that was tried lately doesn't count again: it is a person or a forgotten device, not
//! a guess. All factors count together. Familiar and unfamiliar places have a state each, so that strangers can't
//! keep a person out of their own browser.

use jiff::{SignedDuration, Timestamp};

/// Failures until the first lock.
pub const THRESHOLD: u32 = 10;
/// How long the first lock lasts, in seconds; each later one twice as long as the one before.
pub const FIRST_LOCK: i64 = 60;
/// The longest lock, in seconds.
pub const LONGEST_LOCK: i64 = 3600;
/// Failures are forgotten so many seconds after the last one, or after the end of the lock.
pub const FORGOTTEN_AFTER: i64 = 86_400;
/// How many wrong passwords are remembered.
pub const REMEMBERED: usize = 3;

/// The keyed hash of a wrong password; it tells repeats from guesses and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint(pub [u8; 32]);

/// The last wrong passwords, the latest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recent(Vec<Fingerprint>);

impl Recent {
    /// Reads what [`Recent::to_bytes`] made.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let (chunks, _) = bytes.as_chunks::<32>();
        Self(chunks.iter().take(REMEMBERED).map(|chunk| Fingerprint(*chunk)).collect())
    }

    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|fingerprint| fingerprint.0).collect()
    }

    fn holds(&self, fingerprint: Fingerprint) -> bool {
        self.0.contains(&fingerprint)
    }

    fn add(&mut self, fingerprint: Fingerprint) {
        self.0.insert(0, fingerprint);
        self.0.truncate(REMEMBERED);
    }
}

/// How an account stands towards those who try to sign in from one kind of place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lockout {
    /// Fewer failures than lock.
    Open { failures: u32, last_failure: Option<Timestamp>, recent: Recent },
    /// Locked for the `rounds`-th time in a row; once `until` has passed, one failure locks again.
    Locked { rounds: u32, until: Timestamp, recent: Recent },
}

impl Default for Lockout {
    fn default() -> Self {
        Self::Open { failures: 0, last_failure: None, recent: Recent::default() }
    }
}

impl Lockout {
    /// Whether every attempt is refused now, also one with the right password.
    #[must_use]
    pub fn is_locked(&self, now: Timestamp) -> bool {
        matches!(self, Self::Locked { until, .. } if now < *until)
    }

    /// The state after a failure. A fingerprint is given for passwords alone: a code that is wrong now may be right in
    /// half a minute, so that repeating it is guessing. While locked nothing is judged and so nothing counts.
    #[must_use]
    pub fn fail(self, fingerprint: Option<Fingerprint>, now: Timestamp) -> Self {
        if self.is_locked(now) {
            return self;
        }
        match self.after_quiet(now) {
            Self::Open { failures, last_failure, mut recent } => {
                if is_repeat(&mut recent, fingerprint) {
                    return Self::Open { failures, last_failure, recent };
                }
                if failures + 1 < THRESHOLD {
                    return Self::Open { failures: failures + 1, last_failure: Some(now), recent };
                }
                Self::Locked { rounds: 1, until: after(now, lock_seconds(1)), recent }
            }
            Self::Locked { rounds, until, mut recent } => {
                if is_repeat(&mut recent, fingerprint) {
                    return Self::Locked { rounds, until, recent };
                }
                let rounds = rounds.saturating_add(1);
                Self::Locked { rounds, until: after(now, lock_seconds(rounds)), recent }
            }
        }
    }

    fn after_quiet(self, now: Timestamp) -> Self {
        let last = match &self {
            Self::Open { last_failure, .. } => *last_failure,
            Self::Locked { until, .. } => Some(*until),
        };
        match last {
            Some(last) if now >= after(last, FORGOTTEN_AFTER) => Self::default(),
            _ => self,
        }
    }
}

fn is_repeat(recent: &mut Recent, fingerprint: Option<Fingerprint>) -> bool {
    let Some(fingerprint) = fingerprint else { return false };
    let known = recent.holds(fingerprint);
    if !known {
        recent.add(fingerprint);
    }
    known
}

/// How long the lock of a round lasts, in seconds.
#[must_use]
pub fn lock_seconds(round: u32) -> i64 {
    let doublings = round.saturating_sub(1).min(16);
    (FIRST_LOCK << doublings).min(LONGEST_LOCK)
}

fn after(at: Timestamp, seconds: i64) -> Timestamp {
    at.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
