//! Password resets by mail: how long a code is good, and how often it may be guessed wrong (facts §1.3).

use jiff::{SignedDuration, Timestamp};

/// Seconds for which a code is good, and for which the whole reset may go on.
pub const CODE_LASTS: i64 = 5 * 60;
pub const RESET_LASTS: i64 = 15 * 60;
/// Wrong codes within [`COUNTED_FOR`] that shut resets.
pub const FAILURES: u32 = 5;
/// Seconds over which wrong codes are counted, and for which resets are then shut.
pub const COUNTED_FOR: i64 = 86_400;

/// How an account stands towards resets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// So many wrong codes since the first of them.
    Open { failures: u32, since: Timestamp },
    /// Every code is refused, also a right one.
    Shut { until: Timestamp },
}

impl Guard {
    #[must_use]
    pub fn open(now: Timestamp) -> Self {
        Self::Open { failures: 0, since: now }
    }

    #[must_use]
    pub fn is_shut(self, now: Timestamp) -> bool {
        matches!(self, Self::Shut { until } if now < until)
    }

    /// The guard after a wrong code.
    #[must_use]
    pub fn fail(self, now: Timestamp) -> Self {
        match self {
            Self::Shut { until } if now < until => self,
            Self::Open { failures, since } if now < after(since) && failures + 1 < FAILURES => {
                Self::Open { failures: failures + 1, since }
            }
            Self::Open { since, .. } if now < after(since) => Self::Shut { until: after(now) },
            Self::Open { .. } | Self::Shut { .. } => Self::Open { failures: 1, since: now },
        }
    }
}

fn after(at: Timestamp) -> Timestamp {
    at.checked_add(SignedDuration::from_secs(COUNTED_FOR)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    #[test]
    fn the_fifth_wrong_code_shuts_for_a_day() {
        let mut guard = Guard::open(at(0));
        for second in 0..4 {
            guard = guard.fail(at(second));
            assert!(!guard.is_shut(at(second)));
        }
        guard = guard.fail(at(10));
        assert!(guard.is_shut(at(10 + COUNTED_FOR - 1)));
        assert_eq!(guard.fail(at(20)), guard, "nothing is judged while shut");
        assert!(!guard.is_shut(at(10 + COUNTED_FOR)));
        assert_eq!(
            guard.fail(at(10 + COUNTED_FOR)),
            Guard::Open { failures: 1, since: at(10 + COUNTED_FOR) }
        );
    }

    #[test]
    fn a_day_later_the_count_begins_anew() {
        let guard = (0..4).fold(Guard::open(at(0)), |guard, _| guard.fail(at(0)));
        assert_eq!(guard.fail(at(COUNTED_FOR)), Guard::Open { failures: 1, since: at(COUNTED_FOR) });
    }
}
