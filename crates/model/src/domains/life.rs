//! The life of a custom domain name in its tenant: proven, failing, warned of, lapsed, contested, lost or restored.
//!
//! Only an answer of DNS moves a name: trouble in asking says nothing about it and has no transition here. Nobody loses a
//! name unwarned: between the warning and the lapse lies at least the time that the terms put between the two.

use jiff::{SignedDuration, Timestamp};

/// How long each stretch of a life is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// From the first answer without the record to the warning.
    pub warn_after: SignedDuration,
    /// From the first answer without the record to the lapse; at least as long.
    pub lapse_after: SignedDuration,
    /// From the proof of another tenant to the decision.
    pub contest_for: SignedDuration,
}

/// Where a name of a tenant stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// Added, not proven.
    Claimed,
    /// Proven by this tenant while another one held it lapsed; decided then.
    Claiming { decided_at: Timestamp },
    /// The same, behind a claim that was proven before; that one is decided then.
    Waiting { decided_at: Timestamp },
    /// The record stood there.
    Verified { proven_at: Timestamp },
    /// Since then the answers lack the record.
    Failing { since: Timestamp },
    /// The administrators were told.
    Warned { since: Timestamp, at: Timestamp, lapses_at: Timestamp },
    /// Nobody new comes under the name.
    Lapsed { since: Timestamp, at: Timestamp },
    /// Another tenant has proven the lapsed name; decided then.
    Contested { since: Timestamp, lapsed_at: Timestamp, decided_at: Timestamp },
    /// By force: what uses it is being renamed.
    Removing { since: Timestamp },
}

/// What a step has to tell the tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    Warned {
        lapses_at: Timestamp,
    },
    Lapsed,
    /// Proven again after the warning or the lapse.
    Restored,
    /// Proven again in time, while another tenant's claim was open.
    Kept,
}

impl Life {
    /// The record stood there: whatever was wrong is over. A claim stays one, since whether it takes the name isn't its
    /// own to say; so does a name that is being removed.
    #[must_use]
    pub fn proven(self, now: Timestamp) -> Self {
        match self {
            Self::Claimed | Self::Claiming { .. } | Self::Waiting { .. } | Self::Removing { .. } => self,
            Self::Verified { .. }
            | Self::Failing { .. }
            | Self::Warned { .. }
            | Self::Lapsed { .. }
            | Self::Contested { .. } => Self::Verified { proven_at: now },
        }
    }

    /// DNS answered, without the record. One step at a time, so that each is told.
    #[must_use]
    pub fn missing(self, terms: &Terms, now: Timestamp) -> Self {
        match self {
            Self::Verified { .. } => Self::Failing { since: now },
            Self::Failing { since } if since.duration_until(now) >= terms.warn_after => {
                let notice = terms.lapse_after.saturating_sub(terms.warn_after).max(SignedDuration::ZERO);
                let lapses_at = later(since, terms.lapse_after).max(later(now, notice));
                Self::Warned { since, at: now, lapses_at }
            }
            Self::Warned { since, lapses_at, .. } if now >= lapses_at => Self::Lapsed { since, at: now },
            other => other,
        }
    }

    /// Another tenant has proven the name.
    ///
    /// # Errors
    /// Gives the life back unless the name has lapsed and no case is open.
    pub fn contest(self, terms: &Terms, now: Timestamp) -> Result<Self, Self> {
        match self {
            Self::Lapsed { since, at } => {
                Ok(Self::Contested { since, lapsed_at: at, decided_at: later(now, terms.contest_for) })
            }
            other => Err(other),
        }
    }

    /// The claim of the other tenant fell.
    #[must_use]
    pub fn uncontested(self) -> Self {
        match self {
            Self::Contested { since, lapsed_at, .. } => Self::Lapsed { since, at: lapsed_at },
            other => other,
        }
    }

    /// The name goes to the other tenant: what is left is a claim like any other.
    ///
    /// # Errors
    /// Gives the life back where there is no case, or its time isn't over.
    pub fn lose(self, now: Timestamp) -> Result<Self, Self> {
        match self {
            Self::Contested { decided_at, .. } if now >= decided_at => Ok(Self::Claimed),
            other => Err(other),
        }
    }

    /// What is to tell when this became that.
    #[must_use]
    pub fn news(self, after: Self) -> Option<News> {
        match (self, after) {
            (Self::Failing { .. }, Self::Warned { lapses_at, .. }) => Some(News::Warned { lapses_at }),
            (Self::Warned { .. }, Self::Lapsed { .. }) => Some(News::Lapsed),
            (Self::Contested { .. }, Self::Verified { .. }) => Some(News::Kept),
            (Self::Warned { .. } | Self::Lapsed { .. }, Self::Verified { .. }) => Some(News::Restored),
            _ => None,
        }
    }

    /// Do people sign in under the name?
    #[must_use]
    pub fn is_held(self) -> bool {
        !matches!(self, Self::Claimed | Self::Claiming { .. } | Self::Waiting { .. })
    }

    /// May people, groups and applications newly get names under it, and may it be the primary name?
    #[must_use]
    pub fn takes_new_names(self) -> bool {
        matches!(self, Self::Verified { .. } | Self::Failing { .. } | Self::Warned { .. })
    }

    /// Has it lapsed, contested or not?
    #[must_use]
    pub fn is_lapsed(self) -> bool {
        matches!(self, Self::Lapsed { .. } | Self::Contested { .. })
    }

    /// The time by which somebody has to act, or that is waited for.
    #[must_use]
    pub fn deadline(self) -> Option<Timestamp> {
        match self {
            Self::Warned { lapses_at, .. } => Some(lapses_at),
            Self::Contested { decided_at, .. }
            | Self::Claiming { decided_at }
            | Self::Waiting { decided_at } => Some(decided_at),
            _ => None,
        }
    }

    /// Since when the answers lack the record.
    #[must_use]
    pub fn failing_since(self) -> Option<Timestamp> {
        match self {
            Self::Failing { since }
            | Self::Warned { since, .. }
            | Self::Lapsed { since, .. }
            | Self::Contested { since, .. } => Some(since),
            _ => None,
        }
    }

    /// A word for programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Claiming { .. } => "claiming",
            Self::Waiting { .. } => "waiting",
            Self::Verified { .. } => "verified",
            Self::Failing { .. } => "failing",
            Self::Warned { .. } => "warned",
            Self::Lapsed { .. } => "lapsed",
            Self::Contested { .. } => "contested",
            Self::Removing { .. } => "removing",
        }
    }
}

fn later(from: Timestamp, by: SignedDuration) -> Timestamp {
    from.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DAY: SignedDuration = SignedDuration::from_hours(24);

    fn terms(warn: i32, lapse: i32, contest: i32) -> Terms {
        Terms { warn_after: DAY * warn, lapse_after: DAY * lapse, contest_for: DAY * contest }
    }

    fn day(number: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + number * 86_400).unwrap()
    }

    #[test]
    fn a_name_that_fails_daily_is_warned_of_on_the_seventh_day_and_lapses_on_the_thirtieth() {
        let terms = terms(7, 30, 14);
        let mut life = Life::Verified { proven_at: day(0) };
        let mut news = Vec::new();
        for number in 1..=40 {
            let next = life.missing(&terms, day(number));
            news.extend(life.news(next).map(|told| (number, told)));
            life = next;
        }
        assert_eq!(news, [(8, News::Warned { lapses_at: day(31) }), (31, News::Lapsed)]);
        assert_eq!(life, Life::Lapsed { since: day(1), at: day(31) });
        let contested = life.contest(&terms, day(40)).unwrap();
        assert_eq!(contested.deadline(), Some(day(54)));
        assert_eq!(contested.lose(day(53)), Err(contested));
        assert_eq!(contested.lose(day(54)), Ok(Life::Claimed));
        assert_eq!(contested.uncontested(), life);
        assert_eq!(contested.news(contested.proven(day(50))), Some(News::Kept));
        assert_eq!(life.news(life.proven(day(41))), Some(News::Restored));
    }

    #[test]
    fn a_service_that_slept_warns_before_anything_lapses() {
        let terms = terms(7, 30, 14);
        let failing = Life::Verified { proven_at: day(0) }.missing(&terms, day(1));
        let warned = failing.missing(&terms, day(100));
        assert_eq!(warned, Life::Warned { since: day(1), at: day(100), lapses_at: day(123) });
        assert_eq!(warned.missing(&terms, day(122)), warned);
    }

    #[derive(Clone, Copy, Debug)]
    enum Step {
        Proven,
        Missing,
        Contest,
        Fall,
        Lose,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            2 => Just(Step::Proven),
            12 => Just(Step::Missing),
            2 => Just(Step::Contest),
            1 => Just(Step::Fall),
            2 => Just(Step::Lose),
        ]
    }

    proptest! {
        #[test]
        fn whatever_happens_nothing_is_taken_unannounced(
            steps in prop::collection::vec((step(), 0_i64..12), 1..80),
            warn in 1_i32..20,
            more in 0_i32..40,
            contest in 1_i32..30,
        ) {
            let terms = terms(warn, warn + more, contest);
            let mut life = Life::Verified { proven_at: day(0) };
            let (mut now, mut missing_since) = (0, None);
            let mut warned_at = None;
            for (step, days) in steps {
                now += days;
                let at = day(now);
                let before = life;
                life = match step {
                    Step::Proven => life.proven(at),
                    Step::Missing => life.missing(&terms, at),
                    Step::Contest => life.contest(&terms, at).unwrap_or(life),
                    Step::Fall => life.uncontested(),
                    Step::Lose => life.lose(at).unwrap_or(life),
                };
                match step {
                    Step::Proven if before.is_held() => {
                        missing_since = None;
                        warned_at = None;
                        prop_assert_eq!(life, Life::Verified { proven_at: at });
                    }
                    Step::Missing => missing_since = missing_since.or(Some(at)),
                    _ => {}
                }
                if let Life::Warned { at, .. } = life {
                    warned_at = Some(at);
                }
                if life.is_held() {
                    prop_assert_eq!(life.failing_since(), missing_since);
                }
                if life.is_lapsed() && !before.is_lapsed() {
                    let (since, warned) = (missing_since.unwrap(), warned_at.unwrap());
                    prop_assert!(since.duration_until(at) >= terms.lapse_after);
                    prop_assert!(warned.duration_until(at) >= terms.lapse_after - terms.warn_after);
                    prop_assert!(since.duration_until(warned) >= terms.warn_after);
                }
                if let Life::Contested { .. } = life {
                    prop_assert!(before.is_lapsed());
                }
                if before.is_held() && !life.is_held() {
                    let over = matches!(before, Life::Contested { decided_at, .. } if at >= decided_at);
                    prop_assert!(over);
                }
                prop_assert_eq!(life.takes_new_names(), life.is_held() && !life.is_lapsed());
            }
        }
    }
}
