//! `$filter` over roles and assignments: the former are few and in memory, the latter have two indexes.

use protocol::odata::{Comparison, Filter, Literal, TextFunction};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::error::Error;
use crate::graph::unsupported;

fn unknown(name: &str) -> Error {
    unsupported("$filter", format!("{name} can't be searched")).into()
}

/// Does a role pass?
pub(in crate::features::directory_api) fn passes(
    object: &Map<String, Value>,
    filter: &Filter,
) -> Result<bool, Error> {
    match filter {
        Filter::And(left, right) => Ok(passes(object, left)? && passes(object, right)?),
        Filter::Or(left, right) => Ok(passes(object, left)? || passes(object, right)?),
        Filter::Not(inner) => Ok(!passes(object, inner)?),
        Filter::Compare { property, comparison: Comparison::Equal, value } => {
            let name = property.text();
            let found = object.get(&name).ok_or_else(|| unknown(&name))?;
            Ok(match value {
                Literal::Text(text) | Literal::Guid(text) => {
                    found.as_str().is_some_and(|found| found.eq_ignore_ascii_case(text))
                }
                Literal::Bool(truth) => found.as_bool() == Some(*truth),
                _ => false,
            })
        }
        Filter::In { property, values } => {
            let name = property.text();
            let found = object.get(&name).ok_or_else(|| unknown(&name))?.as_str().unwrap_or_default();
            Ok(values.iter().any(|value| match value {
                Literal::Text(text) | Literal::Guid(text) => found.eq_ignore_ascii_case(text),
                _ => false,
            }))
        }
        Filter::Text { function: TextFunction::StartsWith, property, text } => {
            let name = property.text();
            let found = object.get(&name).ok_or_else(|| unknown(&name))?.as_str().unwrap_or_default();
            Ok(found.to_lowercase().starts_with(&text.to_lowercase()))
        }
        _ => Err(unsupported("$filter", "this condition isn't supported here").into()),
    }
}

/// Nothing is two at once.
fn narrow(known: &mut Option<Uuid>, id: Uuid) {
    let differs = known.is_some_and(|known| known != id);
    *known = Some(if differs { Uuid::nil() } else { id });
}

/// What assignments are narrowed to.
#[derive(Default)]
pub(super) struct Narrowed {
    pub holder: Option<Uuid>,
    pub role: Option<Uuid>,
}

impl Narrowed {
    /// `principalId eq '…'`, `roleDefinitionId eq '…'`, `directoryScopeId eq '/'`, or several of them.
    pub(super) fn read(&mut self, filter: &Filter) -> Result<(), Error> {
        match filter {
            Filter::And(left, right) => {
                self.read(left)?;
                self.read(right)
            }
            Filter::Compare {
                property,
                comparison: Comparison::Equal,
                value: Literal::Text(value) | Literal::Guid(value),
            } => {
                // Nobody has an id that isn't one.
                let id = value.parse().unwrap_or(Uuid::nil());
                match property.text().as_str() {
                    "principalId" => narrow(&mut self.holder, id),
                    "roleDefinitionId" => narrow(&mut self.role, id),
                    // Roles count in the whole tenant.
                    "directoryScopeId" if value == "/" => {}
                    "directoryScopeId" => narrow(&mut self.holder, Uuid::nil()),
                    other => return Err(unknown(other)),
                }
                Ok(())
            }
            _ => Err(unsupported("$filter", "only eq and and are supported here").into()),
        }
    }
}
