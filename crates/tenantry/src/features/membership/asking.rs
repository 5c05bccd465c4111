//! Rules asked of people outside every transaction, on threads of their own, a bounded round at a time: what the rule of one
//! tenant costs, no other waits for.

use jiff::Timestamp;
use model::membership::{Person, Rule};
use tokio::sync::Semaphore;

use super::store::{Asked, StoredRule};
use crate::error::Error;

/// The work of a round, as [`Rule::work`] counts it: about half a second. The last person or rule of a round may exceed it.
pub(super) const ROUND: usize = 50_000_000;

/// Rounds at once: cores that requests are answered on are left.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Does work that takes the processor, when its turn comes.
///
/// # Errors
/// When the work panics.
async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let turn = AT_ONCE.acquire().await.map_err(Error::internal)?;
    let done = tokio::task::spawn_blocking(move || {
        // Held here, it also counts work that nobody waits for any more.
        let _turn = turn;
        work()
    });
    done.await.map_err(Error::internal)
}

/// Which of the first people a rule describes, as many as one round allows.
pub(super) struct Round {
    pub people: Vec<Asked>,
    /// Of the first of them; there is always one where there are people.
    pub answers: Vec<bool>,
    pub work: usize,
}

/// # Errors
/// As [`in_turn`].
pub(super) async fn of_people(
    rule: Rule,
    people: Vec<Asked>,
    now: Timestamp,
) -> Result<(Rule, Round), Error> {
    in_turn(move || {
        let mut round = Round { people, answers: Vec::new(), work: 0 };
        for person in &round.people {
            if round.work >= ROUND {
                break;
            }
            round.work += rule.work(person);
            round.answers.push(rule.matches(person, now));
        }
        (rule, round)
    })
    .await
}

/// What the first rules say of a person, as many as one round allows. `None` where a rule can't be read any more: a newer
/// version may refuse what an older one took, and the other rules hold nevertheless.
///
/// # Errors
/// As [`in_turn`].
pub(super) async fn of_rules(
    rules: Vec<StoredRule>,
    person: Asked,
    now: Timestamp,
) -> Result<(Asked, Vec<(StoredRule, Option<bool>)>), Error> {
    in_turn(move || {
        let (mut answers, mut work) = (Vec::with_capacity(rules.len()), 0);
        for stored in rules {
            if work >= ROUND {
                break;
            }
            let rule = stored.read();
            work += rule.as_ref().map_or(0, |rule| rule.work(&person));
            let answer = rule.map(|rule| rule.matches(&person, now));
            answers.push((stored, answer));
        }
        (person, answers)
    })
    .await
}

/// # Errors
/// As [`in_turn`].
pub(super) async fn of_one(
    rule: Rule,
    person: impl Person + Send + 'static,
    now: Timestamp,
) -> Result<bool, Error> {
    in_turn(move || rule.matches(&person, now)).await
}
