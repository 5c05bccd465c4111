//! The instant and the randomness of one request, command or job: operations get both as one argument.

use std::sync::Arc;

use jiff::Timestamp;
use uuid::{Builder, Uuid};

/// Tells the time. The service's clock is the system's; tests move their own.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}

/// Fills bytes that nobody can guess.
pub trait Random: Send + Sync {
    fn fill(&self, bytes: &mut [u8]);
}

/// The system's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The operating system's secure random source.
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        // Without randomness nothing may go on: codes and keys would be guessable.
        if aws_lc_rs::rand::fill(bytes).is_err() {
            std::process::abort();
        }
    }
}

/// One instant, fixed for the whole operation, and a random source.
#[derive(Clone)]
pub struct Moment {
    pub now: Timestamp,
    random: Arc<dyn Random>,
}

impl Moment {
    #[must_use]
    pub fn new(now: Timestamp, random: Arc<dyn Random>) -> Self {
        Self { now, random }
    }

    /// Random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes);
        bytes
    }

    /// A new id, UUID version 7 (RFC 9562): ids of one table sort by time, so inserts go to the end of its index.
    #[must_use]
    pub fn uuid(&self) -> Uuid {
        let millis = u64::try_from(self.now.as_millisecond()).unwrap_or_default();
        Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid()
    }

    /// A random decimal code of that many digits, each value as likely as any other.
    #[must_use]
    pub fn digits(&self, count: u32) -> String {
        let bound = 10_u64.pow(count);
        let fair = u64::MAX - u64::MAX % bound;
        loop {
            let value = u64::from_le_bytes(self.bytes());
            if value < fair {
                return format!("{:0width$}", value % bound, width = count as usize);
            }
        }
    }

    /// The time a number of seconds from now.
    #[must_use]
    pub fn after_seconds(&self, seconds: i64) -> Timestamp {
        self.now.checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
    }
}
