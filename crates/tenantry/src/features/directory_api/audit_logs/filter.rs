//! `$filter` of a log: conditions joined by `and`, each of which narrows by an index.

use jiff::{SignedDuration, Timestamp};
use model::refusal::Refusal;
use protocol::odata::{Comparison, Filter, Literal, TextFunction};

use crate::graph::filter::{as_moment, as_text, unsupported, wrong_kind};

/// One condition.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Condition<'a> {
    Is(String, &'a Literal),
    IsNot(String, &'a Literal),
    Begins(String, &'a str),
    /// From an instant on, or up to one without it.
    From(String, Timestamp),
    Until(String, Timestamp),
    /// A property of one entry of a list.
    Any(String, &'a Literal),
}

/// The conditions of a filter.
///
/// # Errors
/// Any other way to join them, and conditions that no index answers.
pub(super) fn conditions<'a>(filter: &'a Filter, into: &mut Vec<Condition<'a>>) -> Result<(), Refusal> {
    match filter {
        Filter::And(left, right) => {
            conditions(left, into)?;
            conditions(right, into)
        }
        Filter::Compare { property, comparison, value } => compare(property.text(), *comparison, value, into),
        Filter::Text { function: TextFunction::StartsWith, property, text } => {
            into.push(Condition::Begins(property.text(), text));
            Ok(())
        }
        Filter::Text { property, .. } => {
            Err(unsupported("$filter", format!("no index knows parts or ends of {}", property.text())))
        }
        Filter::Any { collection, item: Some((variable, item)) } => match &**item {
            Filter::Compare { property, comparison: Comparison::Equal, value }
                if property.0.len() == 2 && property.0[0] == *variable =>
            {
                into.push(Condition::Any(format!("{}/{}", collection.text(), property.0[1]), value));
                Ok(())
            }
            _ => Err(unsupported("$filter", "inside any(…), one property may be compared by eq")),
        },
        _ => Err(unsupported("$filter", "conditions of a log are joined by and alone")),
    }
}

fn compare<'a>(
    property: String,
    comparison: Comparison,
    value: &'a Literal,
    into: &mut Vec<Condition<'a>>,
) -> Result<(), Refusal> {
    let is_moment = property.ends_with("DateTime");
    match comparison {
        Comparison::Equal if !is_moment => into.push(Condition::Is(property, value)),
        Comparison::NotEqual if !is_moment => into.push(Condition::IsNot(property, value)),
        Comparison::NotEqual | Comparison::Has => {
            return Err(unsupported("$filter", format!("{property} can't be compared so")));
        }
        _ if !is_moment => {
            return Err(unsupported("$filter", format!("{property} has no order")));
        }
        _ => {
            let moment = as_moment(value).ok_or_else(|| wrong_kind(&property))?;
            let after = moment.checked_add(SignedDuration::from_micros(1)).unwrap_or(Timestamp::MAX);
            let from = |moment| Condition::From(property.clone(), moment);
            let until = |moment| Condition::Until(property.clone(), moment);
            match comparison {
                Comparison::Greater => into.push(from(after)),
                Comparison::GreaterOrEqual => into.push(from(moment)),
                Comparison::Less => into.push(until(moment)),
                Comparison::LessOrEqual => into.push(until(after)),
                _ => into.extend([from(moment), until(after)]),
            }
        }
    }
    Ok(())
}

/// The text of a literal.
pub(super) fn text(property: &str, value: &Literal) -> Result<String, Refusal> {
    as_text(value).ok_or_else(|| wrong_kind(property))
}

/// Keeps the later beginning and the earlier end.
pub(super) fn later(kept: &mut Option<Timestamp>, moment: Timestamp) {
    *kept = Some(kept.map_or(moment, |kept| kept.max(moment)));
}

pub(super) fn earlier(kept: &mut Option<Timestamp>, moment: Timestamp) {
    *kept = Some(kept.map_or(moment, |kept| kept.min(moment)));
}

pub(super) fn unknown(property: &str) -> Refusal {
    unsupported("$filter", format!("no index of this log has {property}"))
}
