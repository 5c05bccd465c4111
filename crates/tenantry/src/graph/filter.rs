//! From a typed query to SQL: conditions over indexes alone, values as parameters alone.
//!
//! Texts are searched in `directory_index`, where they lie folded to bytes: equality is one key, a prefix is a range. An
//! ending is the beginning of the text written backwards, under the property's name with `~`. What no index answers
//! is refused with the reason, not answered slowly.
//!
//! A condition that is one range of the index can lead: a list without an order of its own then comes in the order of the
//! index, and a page costs what it holds, not what the whole condition matches.

use model::refusal::{Code, Refusal};
use protocol::odata::{Comparison, Fault, FaultKind, Filter, Literal, Path, Search, TextFunction};

use super::literal::{WHOLE, as_added};
pub use super::literal::{as_moment, as_text, folded, folded_backwards};
pub use super::searchable::{By, Indexed, Resource, Searchable};
use crate::db::Value;

/// A condition for WHERE, with parameters from `$2` on.
#[derive(Clone, Debug, Default)]
pub struct Condition {
    /// What holds beside the lead.
    pub sql: String,
    pub params: Vec<Value>,
    lead: Option<Lead>,
}

/// The range of `directory_index` that a list can be read along.
#[derive(Clone, Debug)]
pub struct Lead {
    /// A condition on the index, without the tenant.
    pub range: String,
    /// An object may stand in it more than once.
    pub repeats: bool,
}

/// A part of a filter.
enum Piece {
    Range(Lead),
    Sql(String),
}

/// The words of a fault in a query.
#[must_use]
pub fn unreadable(fault: &Fault) -> Refusal {
    let code = match fault.kind {
        FaultKind::NotSupported(_) => Code::QueryUnsupported,
        _ => Code::QueryInvalid,
    };
    Refusal::new(code)
        .with("option", if fault.option.is_empty() { "The query" } else { fault.option })
        .with("at", (fault.at + 1).to_string())
        .with("fault", fault.to_string())
}

/// A question that no index answers.
#[must_use]
pub fn unsupported(option: &'static str, what: impl Into<String>) -> Refusal {
    Refusal::new(Code::QueryUnsupported).with("option", option).with("at", "1").with("fault", what)
}

/// A value of another kind than its property has.
#[must_use]
pub fn wrong_kind(property: &str) -> Refusal {
    Refusal::new(Code::QueryInvalid)
        .with("option", "$filter")
        .with("at", "1")
        .with("fault", format!("the value isn't of the kind that {property} has"))
}

impl Condition {
    /// # Errors
    /// A property that isn't there, or a question that no index answers.
    pub fn of_filter(&mut self, resource: &Resource, filter: &Filter) -> Result<(), Refusal> {
        let mut conjuncts = Vec::new();
        conjuncts_of(filter, &mut conjuncts);
        let pieces = conjuncts.into_iter().map(|part| self.piece(resource, part));
        let pieces = pieces.collect::<Result<Vec<_>, _>>()?;
        self.all(pieces);
        Ok(())
    }

    /// Beginnings of words of names; where a property is named, the beginning of its value.
    ///
    /// # Errors
    /// A property that can't be searched so.
    pub fn of_search(&mut self, resource: &Resource, search: &Search) -> Result<(), Refusal> {
        let piece = self.search(resource, search)?;
        self.all(vec![piece]);
        Ok(())
    }

    /// Adds parts that must all hold. Where a single range of the index is among them, it leads: of several, nobody knows
    /// beforehand which is the shorter one.
    fn all(&mut self, pieces: Vec<Piece>) {
        let ranges = pieces.iter().filter(|piece| matches!(piece, Piece::Range(_))).count();
        let leads = ranges == 1 && self.sql.is_empty() && self.lead.is_none();
        self.follow();
        for piece in pieces {
            match piece {
                Piece::Range(lead) if leads => self.lead = Some(lead),
                piece => self.and(&piece.sql()),
            }
        }
    }

    /// What leads becomes a condition like any other.
    fn follow(&mut self) {
        if let Some(lead) = self.lead.take() {
            self.and(&Piece::Range(lead).sql());
        }
    }

    /// The range to read along, where there is one.
    #[must_use]
    pub fn lead(&self) -> Option<&Lead> {
        self.lead.as_ref()
    }

    /// Everything that must hold, whatever leads; empty where nothing must.
    #[must_use]
    pub fn whole(&self) -> String {
        let mut condition = self.clone();
        condition.follow();
        condition.sql
    }

    /// Adds a condition without parameters.
    pub fn and(&mut self, sql: &str) {
        if !self.sql.is_empty() {
            self.sql.push_str(" AND ");
        }
        self.sql.push_str(sql);
    }

    /// Adds a parameter and gives its place.
    pub fn bind(&mut self, value: impl Into<Value>) -> String {
        self.params.push(value.into());
        format!("${}", self.params.len() + 1)
    }

    fn filter(&mut self, resource: &Resource, filter: &Filter) -> Result<String, Refusal> {
        Ok(self.piece(resource, filter)?.sql())
    }

    fn piece(&mut self, resource: &Resource, filter: &Filter) -> Result<Piece, Refusal> {
        let sql = match filter {
            Filter::And(left, right) => {
                format!("({} AND {})", self.filter(resource, left)?, self.filter(resource, right)?)
            }
            Filter::Or(left, right) => {
                format!("({} OR {})", self.filter(resource, left)?, self.filter(resource, right)?)
            }
            Filter::Not(inner) => format!("NOT {}", self.filter(resource, inner)?),
            Filter::Compare { property, comparison, value } => {
                return self.compare(resource, property, *comparison, value);
            }
            Filter::In { property, values } => {
                let equal = values
                    .iter()
                    .map(|value| Ok(self.compare(resource, property, Comparison::Equal, value)?.sql()));
                format!("({})", equal.collect::<Result<Vec<_>, Refusal>>()?.join(" OR "))
            }
            Filter::Text { function, property, text } => {
                return self.text(resource, property, *function, text);
            }
            Filter::Any { collection, item } => return self.any(resource, collection, item.as_ref()),
            Filter::Count { collection, .. } => {
                let fault = format!("{}/$count isn't supported", collection.text());
                return Err(unsupported("$filter", fault));
            }
            Filter::IsTrue(property) => {
                return self.compare(resource, property, Comparison::Equal, &Literal::Bool(true));
            }
        };
        Ok(Piece::Sql(sql))
    }

    fn compare(
        &mut self,
        resource: &Resource,
        path: &Path,
        comparison: Comparison,
        value: &Literal,
    ) -> Result<Piece, Refusal> {
        let property = resource.property("$filter", path)?;
        let refused = || unsupported("$filter", format!("{} can't be compared so", property.name));
        let wrong_kind = || wrong_kind(&property.name);
        if comparison == Comparison::NotEqual {
            let equal = self.compare(resource, path, Comparison::Equal, value)?.sql();
            return Ok(Piece::Sql(format!("NOT {equal}")));
        }
        let sql = match (property.by, comparison, value) {
            (
                By::Index(Indexed::Text | Indexed::TextAndEnd | Indexed::Truth | Indexed::Extension),
                Comparison::Equal,
                Literal::Null,
            ) => self.unset(resource.key(&property.name)),
            (By::Index(Indexed::Extension), Comparison::Equal, value) => {
                let text = as_added(value).ok_or_else(wrong_kind)?;
                return Ok(self.equal(resource.key(&property.name), folded(&text)));
            }
            (By::Index(Indexed::Text | Indexed::TextAndEnd), Comparison::Equal, value) => {
                let text = as_text(value).ok_or_else(wrong_kind)?;
                return Ok(self.equal(resource.key(&property.name), folded(&text)));
            }
            (By::Index(Indexed::Truth), Comparison::Equal, Literal::Bool(truth)) => {
                let text = if *truth { "true" } else { "false" };
                return Ok(self.equal(resource.key(&property.name), folded(text)));
            }
            (By::Id, Comparison::Equal, Literal::Null) => "1 = 0".into(),
            (By::Id, Comparison::Equal, value) => {
                // No object has an id that isn't one.
                let text = as_text(value).ok_or_else(wrong_kind)?;
                let Ok(id) = text.parse::<uuid::Uuid>() else { return Ok(Piece::Sql("1 = 0".into())) };
                format!("id = {}", self.bind(id))
            }
            (By::Truth(column), Comparison::Equal, Literal::Bool(truth)) => {
                format!("{column} = {}", if *truth { "TRUE" } else { "FALSE" })
            }
            (By::Truth(_), Comparison::Equal, Literal::Null) => "1 = 0".into(),
            (By::Moment(column), comparison, value) => {
                let moment = as_moment(value).ok_or_else(wrong_kind)?;
                let sign = match comparison {
                    Comparison::Equal => "=",
                    Comparison::Greater => ">",
                    Comparison::GreaterOrEqual => ">=",
                    Comparison::Less => "<",
                    Comparison::LessOrEqual => "<=",
                    Comparison::NotEqual | Comparison::Has => return Err(refused()),
                };
                format!("{column} {sign} {}", self.bind(moment))
            }
            (By::Truth(_) | By::Index(Indexed::Truth), Comparison::Equal, _) => return Err(wrong_kind()),
            _ => return Err(refused()),
        };
        Ok(Piece::Sql(sql))
    }

    fn text(
        &mut self,
        resource: &Resource,
        path: &Path,
        function: TextFunction,
        text: &str,
    ) -> Result<Piece, Refusal> {
        let property = resource.property("$filter", path)?;
        if text.len() > WHOLE {
            return Err(unsupported(
                "$filter",
                format!("no index knows more than {WHOLE} bytes of a beginning"),
            ));
        }
        match (function, property.by) {
            (TextFunction::StartsWith, By::Index(Indexed::Text | Indexed::TextAndEnd)) => {
                Ok(self.begins(resource.key(&property.name), folded(text), false))
            }
            (TextFunction::StartsWith, By::Index(Indexed::Extension)) => {
                Ok(self.begins(resource.key(&property.name), folded(text), true))
            }
            (TextFunction::EndsWith, By::Index(Indexed::TextAndEnd)) => {
                Ok(self.begins(format!("{}~", resource.key(&property.name)), folded_backwards(text), false))
            }
            _ => Err(unsupported("$filter", format!("{function:?} isn't supported on {}", property.name))),
        }
    }

    fn any(
        &mut self,
        resource: &Resource,
        collection: &Path,
        item: Option<&(String, Box<Filter>)>,
    ) -> Result<Piece, Refusal> {
        let property = resource.property("$filter", collection)?;
        let By::Index(kind @ (Indexed::Texts | Indexed::TextsAndEnd | Indexed::Extension)) = property.by
        else {
            return Err(unsupported("$filter", format!("any(…) isn't supported on {}", property.name)));
        };
        let key = resource.key(&property.name);
        let Some((variable, condition)) = item else {
            let name = self.bind(key);
            return Ok(Piece::Range(Lead { range: format!("property = {name}"), repeats: true }));
        };
        let is_item = |path: &Path| path.0.len() == 1 && path.0[0] == *variable;
        match &**condition {
            Filter::Compare { property, comparison: Comparison::Equal, value: Literal::Text(text) }
                if is_item(property) =>
            {
                Ok(self.equal(key, folded(text)))
            }
            Filter::Text { function: TextFunction::StartsWith, property, text } if is_item(property) => {
                Ok(self.begins(key, folded(text), true))
            }
            Filter::Text { function: TextFunction::EndsWith, property, text }
                if is_item(property) && kind == Indexed::TextsAndEnd =>
            {
                Ok(self.begins(format!("{key}~"), folded_backwards(text), true))
            }
            _ => Err(unsupported(
                "$filter",
                format!("this condition of {}/any isn't supported", property.name),
            )),
        }
    }

    fn search(&mut self, resource: &Resource, search: &Search) -> Result<Piece, Refusal> {
        let mut both = |left: &Search, word: &str, right: &Search| {
            let (left, right) = (self.search(resource, left)?.sql(), self.search(resource, right)?.sql());
            Ok(Piece::Sql(format!("({left} {word} {right})")))
        };
        match search {
            Search::And(left, right) => both(left, "AND", right),
            Search::Or(left, right) => both(left, "OR", right),
            Search::Not(inner) => Ok(Piece::Sql(format!("NOT {}", self.search(resource, inner)?.sql()))),
            Search::Term { property: Some(name), text } if name != "displayName" => {
                let property = resource.property("$search", &Path(vec![name.clone()]))?;
                match property.by {
                    By::Index(_) => Ok(self.begins(resource.key(&property.name), folded(text), true)),
                    _ => Err(unsupported("$search", format!("{} can't be searched", property.name))),
                }
            }
            Search::Term { text, .. } => {
                let words = model::directory::search_words(text);
                let key = format!("{}#word", resource.kind.as_str());
                let begins = words.into_iter().map(|word| self.begins(key.clone(), word.into_bytes(), true));
                let mut found: Vec<Piece> = begins.collect();
                match (found.len(), found.pop()) {
                    (1, Some(only)) => Ok(only),
                    (_, None) => Ok(Piece::Sql("1 = 0".into())),
                    (_, Some(last)) => {
                        found.push(last);
                        let all: Vec<String> = found.into_iter().map(Piece::sql).collect();
                        Ok(Piece::Sql(format!("({})", all.join(" AND "))))
                    }
                }
            }
        }
    }

    fn begins(&mut self, property: String, from: Vec<u8>, repeats: bool) -> Piece {
        // 0xFF stands in no UTF-8 text, so it is above every value that begins so.
        let to = [from.as_slice(), &[0xFF]].concat();
        let (property, from, to) = (self.bind(property), self.bind(from), self.bind(to));
        Piece::Range(Lead {
            range: format!("property = {property} AND value >= {from} AND value < {to}"),
            repeats,
        })
    }

    fn unset(&mut self, property: String) -> String {
        let name = self.bind(property);
        format!("NOT {}", found_in(&format!("property = {name}")))
    }

    fn equal(&mut self, property: String, value: Vec<u8>) -> Piece {
        let (property, value) = (self.bind(property), self.bind(value));
        Piece::Range(Lead { range: format!("property = {property} AND value = {value}"), repeats: false })
    }
}

impl Piece {
    fn sql(self) -> String {
        match self {
            Self::Range(lead) => found_in(&lead.range),
            Self::Sql(sql) => sql,
        }
    }
}

fn found_in(range: &str) -> String {
    format!("id IN (SELECT object_id FROM directory_index WHERE tenant_id = $1 AND {range})")
}

fn conjuncts_of<'a>(filter: &'a Filter, into: &mut Vec<&'a Filter>) {
    match filter {
        Filter::And(left, right) => {
            conjuncts_of(left, into);
            conjuncts_of(right, into);
        }
        other => into.push(other),
    }
}
