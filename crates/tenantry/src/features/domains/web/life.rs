//! Where a name stands, in words: what is the matter, by when to do what, and what happened so far.

use jiff::Timestamp;
use model::domains::life::Life;

use crate::features::domains::Name;
use crate::web::locale::Locale;
use crate::web::time::Time;

/// What is the matter with a name.
pub struct Matter {
    /// warn, bad or quiet.
    pub kind: &'static str,
    pub title: String,
    pub text: String,
    pub deadline: Option<Time>,
    /// What to do, with whether it is done and by when.
    pub steps: Vec<Step>,
}

pub struct Step {
    pub done: bool,
    pub title: String,
    pub text: String,
    pub deadline: String,
}

/// What happened, or will, at a time.
pub struct Passed {
    pub at: Time,
    pub text: String,
    pub is_to_come: bool,
}

impl Matter {
    /// None where all is well.
    pub fn of(l: &Locale, name: &Name, readable: &str) -> Option<Self> {
        let values = [("name", readable)];
        let (kind, title, text) = match name.life {
            Life::Verified { .. } | Life::Claimed => return None,
            Life::Failing { .. } => ("warn", "domains-life-failing", "domains-life-failing-text"),
            Life::Warned { .. } => ("warn", "domains-life-warned", "domains-life-warned-text"),
            Life::Lapsed { .. } => ("bad", "domains-life-lapsed", "domains-life-lapsed-text"),
            Life::Contested { .. } => ("bad", "domains-life-contested", "domains-life-contested-text"),
            Life::Claiming { .. } => ("quiet", "domains-life-claiming", "domains-life-claiming-text"),
            Life::Waiting { .. } => ("quiet", "domains-life-waiting", "domains-life-waiting-text"),
            Life::Removing { .. } => ("warn", "domains-life-removing", "domains-life-removing-text"),
        };
        let deadline = name.life.deadline();
        Some(Self {
            kind,
            title: l.a(title, &values),
            text: l.a(text, &values),
            deadline: deadline.map(|at| l.time(&at)),
            steps: steps(l, name, deadline),
        })
    }
}

fn steps(l: &Locale, name: &Name, deadline: Option<Timestamp>) -> Vec<Step> {
    let by = deadline.map(|at| l.a("domains-step-by", &[("date", crate::web::time::day(l, at))]));
    let by = by.unwrap_or_default();
    let step = |done, title: String, text: String, deadline: &str| Step {
        done,
        title,
        text,
        deadline: deadline.to_owned(),
    };
    match name.life {
        Life::Failing { .. } | Life::Warned { .. } | Life::Lapsed { .. } | Life::Contested { .. } => vec![
            match &name.verified_with {
                Some(above) => {
                    let values = [("name", above.as_str())];
                    step(false, l.a("domains-step-above", &values), l.t("domains-step-above-text"), &by)
                }
                None => step(false, l.t("domains-step-publish"), l.t("domains-step-publish-text"), &by),
            },
            step(false, l.t("domains-step-check"), l.t("domains-step-check-text"), ""),
        ],
        Life::Claiming { .. } | Life::Waiting { .. } => vec![
            step(true, l.t("domains-step-proven"), l.t("domains-step-proven-text"), ""),
            step(false, l.t("domains-step-keep"), l.t("domains-step-keep-text"), &by),
        ],
        Life::Claimed | Life::Verified { .. } | Life::Removing { .. } => Vec::new(),
    }
}

/// What the proofs of a name came to, the newest first; what is to come stands on top.
pub fn passed(l: &Locale, name: &Name) -> Vec<Passed> {
    let to_come = match name.life {
        Life::Warned { lapses_at, .. } => Some((lapses_at, "domains-event-lapses")),
        Life::Contested { decided_at, .. } | Life::Claiming { decided_at } | Life::Waiting { decided_at } => {
            Some((decided_at, "domains-event-decided"))
        }
        _ => None,
    };
    let is_failing = name.life.failing_since().is_some();
    let mut events: Vec<(Timestamp, &str)> = [
        (Some(name.added_at), "domains-event-added"),
        (name.verified_at, "domains-event-verified"),
        (name.proven_at.filter(|at| name.verified_at != Some(*at)), "domains-event-proven"),
        (name.life.failing_since(), "domains-event-missing"),
        (name.warned_at.filter(|_| is_failing), "domains-event-warned"),
        (name.lapsed_at, "domains-event-lapsed"),
    ]
    .into_iter()
    .filter_map(|(at, text)| Some((at?, text)))
    .collect();
    // Of what came in one instant, the later step stands above.
    events.reverse();
    events.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let passed =
        |at: Timestamp, text: &str, is_to_come| Passed { at: l.time(&at), text: l.t(text), is_to_come };
    to_come
        .map(|(at, text)| passed(at, text, true))
        .into_iter()
        .chain(events.into_iter().map(|(at, text)| passed(at, text, false)))
        .collect()
}
