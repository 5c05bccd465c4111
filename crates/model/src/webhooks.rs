//! Webhooks: which events an endpoint takes, and when a delivery is tried again.

use std::collections::BTreeSet;
use std::str::FromStr;

use jiff::Timestamp;

use crate::objects::{ChangeKind, ChangedKind};
use crate::refusal::{Code, Refusal};

/// Endpoints that a tenant may have.
pub const ENDPOINTS: usize = 8;
/// Days that deliveries are kept.
pub const DAYS_KEPT: i64 = 30;
/// Days of failure after which an endpoint is disabled.
pub const DAYS_FAILING: i64 = 5;
/// Hours that the secret before the newest still signs.
pub const HOURS_OVERLAP: i64 = 24;
/// The event that an administrator sends by hand.
pub const TEST: &str = "webhook.test";
/// Seconds that an answer may ask us to wait at most.
const LONGEST_WAIT: i64 = 24 * 3600;

/// The event of a change; none where the change can't happen to what is of the kind.
#[must_use]
pub fn event_name(kind: ChangedKind, change: ChangeKind) -> Option<String> {
    let what = match change {
        impossible if !kind.can(impossible) => return None,
        ChangeKind::MemberAdded => "member.added",
        ChangeKind::MemberRemoved => "member.removed",
        other => other.as_str(),
    };
    Some(format!("{}.{what}", kind.as_str()))
}

/// The name of every event, those of a kind together.
pub fn event_names() -> impl Iterator<Item = String> {
    ChangedKind::ALL
        .into_iter()
        .flat_map(|kind| ChangeKind::ALL.into_iter().filter_map(move |change| event_name(kind, change)))
}

/// Which events an endpoint takes: names, or all of a kind as `group.*`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Events(BTreeSet<String>);

impl Events {
    /// # Errors
    /// [`Code::FieldRequired`] for none, [`Code::WebhookEventUnknown`] for one that there isn't.
    pub fn read(names: impl IntoIterator<Item = impl Into<String>>) -> Result<Self, Refusal> {
        let mut events = BTreeSet::new();
        for name in names {
            let name: String = name.into();
            let is_kind = ChangedKind::ALL.iter().any(|kind| name == format!("{}.*", kind.as_str()));
            if !is_kind && !event_names().any(|known| known == name) {
                let shown: String = name.chars().take(80).collect();
                return Err(Refusal::new(Code::WebhookEventUnknown).on("events").with("event", shown));
            }
            events.insert(name);
        }
        if events.is_empty() {
            return Err(Refusal::new(Code::FieldRequired).on("events"));
        }
        Ok(Self(events))
    }

    /// As they are stored.
    #[must_use]
    pub fn stored(&self) -> String {
        self.names().collect::<Vec<_>>().join(" ")
    }

    /// What was stored, with names that are no longer known left out.
    #[must_use]
    pub fn of_stored(text: &str) -> Self {
        Self(text.split_whitespace().map(str::to_owned).collect())
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    #[must_use]
    pub fn take(&self, event: &str) -> bool {
        let kind = event.split_once('.').map(|(kind, _)| format!("{kind}.*"));
        self.0.contains(event) || kind.is_some_and(|kind| self.0.contains(&kind))
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$of])* $variant,)* }

        impl $name {
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;

            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                match text { $($text => Ok(Self::$variant),)* _ => Err(UnknownWord) }
            }
        }
    };
}

/// The text names nothing that webhooks know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownWord;

words! {
    /// Whether deliveries are made to an endpoint, or why not.
    EndpointState {
        Enabled = "enabled",
        /// By an administrator.
        Disabled = "disabled",
        /// It answered 410.
        Gone = "gone",
        /// Nothing arrived for days.
        Failing = "failing",
    }
}

words! {
    /// How far a delivery is.
    DeliveryState { Waiting = "waiting", Delivered = "delivered", Failed = "failed", }
}

words! {
    /// What came of one try.
    Outcome {
        Delivered = "delivered",
        /// An answer whose status isn't 2xx.
        Refused = "refused",
        /// No name, no address that may be reached, no connection: one word for all, which tells nothing of any network.
        Unreachable = "unreachable",
        /// TLS failed, such as by a certificate of another name.
        Insecure = "insecure",
        Timeout = "timeout",
        /// What came back isn't HTTP, or its head is too large.
        Unreadable = "unreadable",
    }
}

/// Seconds between the tries of a delivery.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule(Vec<i64>);

impl Schedule {
    /// Reads waits such as `5s`, `30m`, `2h`, `1d`. `None` for anything else, for more than 30, or one over a week.
    #[must_use]
    pub fn read(waits: &[String]) -> Option<Self> {
        let wait = |text: &String| -> Option<i64> {
            let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
            let unit = match unit {
                "s" => 1,
                "m" => 60,
                "h" => 3600,
                "d" => 86_400,
                _ => return None,
            };
            let seconds = number.parse::<u32>().ok().map(|number| i64::from(number) * unit)?;
            (1..=7 * 86_400).contains(&seconds).then_some(seconds)
        };
        let waits: Vec<i64> = waits.iter().map(wait).collect::<Option<_>>()?;
        (waits.len() <= 30).then_some(Self(waits))
    }

    /// Seconds until the next try after so many that failed; `None` where that was the last. `dice` makes it up to a tenth
    /// longer, so that what failed together doesn't come back together.
    #[must_use]
    pub fn wait(&self, failed: i64, dice: u16) -> Option<i64> {
        let index = usize::try_from(failed.checked_sub(1)?).ok()?;
        let seconds = *self.0.get(index)?;
        Some(seconds + seconds * i64::from(dice) / 10 / i64::from(u16::MAX))
    }

    /// Seconds that an endpoint is left alone after so many failures in a row: never longer than five minutes, since what
    /// waits behind may well arrive.
    #[must_use]
    pub fn rest(&self, failures: i64) -> i64 {
        let at =
            usize::try_from(failures.max(1) - 1).unwrap_or(usize::MAX).min(self.0.len().saturating_sub(1));
        self.0.get(at).copied().unwrap_or(300).min(300)
    }
}

/// Seconds that a Retry-After header asks for (RFC 9110 §10.2.3), a day at most. Nonsense asks for nothing.
#[must_use]
pub fn retry_after(header: &str, now: Timestamp) -> Option<i64> {
    let header = header.trim();
    let seconds = match header.parse::<u64>() {
        Ok(seconds) => i64::try_from(seconds).unwrap_or(i64::MAX),
        Err(_) if header.bytes().all(|byte| byte.is_ascii_digit()) && !header.is_empty() => i64::MAX,
        Err(_) => {
            let at = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(header).ok()?;
            at.duration_since(now).as_secs()
        }
    };
    Some(seconds.clamp(0, LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_named_as_subscribed() {
        assert_eq!(event_names().count(), 28);
        let events = Events::read(["user.created", "group.*"]).unwrap();
        for (event, taken) in [
            ("user.created", true),
            ("user.updated", false),
            ("group.member.added", true),
            ("group.removed", true),
            ("application.created", false),
        ] {
            assert_eq!(events.take(event), taken, "{event}");
        }
        assert_eq!(Events::of_stored(&events.stored()), events);
        for impossible in ["domain.deleted", "domain.member.added"] {
            assert_eq!(Events::read([impossible]).unwrap_err().code, Code::WebhookEventUnknown);
        }
        assert!(Events::read(["domain.*", "domain.removed"]).unwrap().take("domain.updated"));
        assert_eq!(Events::read(["user.member.added"]).unwrap_err().code, Code::WebhookEventUnknown);
        assert_eq!(Events::read(["*"]).unwrap_err().code, Code::WebhookEventUnknown);
        assert_eq!(Events::read(Vec::<String>::new()).unwrap_err().code, Code::FieldRequired);
    }

    #[test]
    fn waits_are_read_and_grow_by_a_tenth_at_most() {
        let read =
            |texts: &[&str]| Schedule::read(&texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        let schedule = read(&["5s", "5m", "2h", "1d"]).unwrap();
        assert_eq!(
            (schedule.wait(1, 0), schedule.wait(4, 0), schedule.wait(5, 0)),
            (Some(5), Some(86_400), None)
        );
        assert_eq!((schedule.wait(0, 0), schedule.wait(3, u16::MAX)), (None, Some(7920)));
        assert_eq!((schedule.rest(1), schedule.rest(2), schedule.rest(900)), (5, 300, 300));
        for wrong in ["", "5", "s", "0s", "8d", "-5s", "5 s", "5x", "99999999999s", "é"] {
            assert_eq!(read(&[wrong]), None, "{wrong}");
        }
        assert_eq!(read(&[]).unwrap().rest(1), 300);
    }

    #[test]
    fn an_answer_may_ask_for_a_day_at_most() {
        let now: Timestamp = "1994-11-06T08:49:00Z".parse().unwrap();
        for (header, seconds) in [
            ("120", Some(120)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(37)),
            ("Sun, 06 Nov 1994 08:40:00 GMT", Some(0)),
            ("99999999999999999999", Some(86_400)),
            ("-1", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(retry_after(header, now), seconds, "{header}");
        }
    }
}
