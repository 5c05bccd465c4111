//! Kinds of object and how each of their properties is searched.

use model::applications::is_extension;
use model::objects::ObjectKind;
use model::refusal::Refusal;
use protocol::odata::Path;

use super::filter::unsupported;
use super::query::Order;

/// How a property is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Its rows in `directory_index`.
    Index(Indexed),
    /// The object's id.
    Id,
    /// A column of truths.
    Truth(&'static str),
    /// A column of moments.
    Moment(&'static str),
}

/// What an indexed property can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Indexed {
    /// Equal, in, begins with.
    Text,
    /// The same, and ends with.
    TextAndEnd,
    /// Several texts, asked by `any`.
    Texts,
    /// The same, and ends with.
    TextsAndEnd,
    /// True or false.
    Truth,
    /// What an application added: equal, in, begins with; of several values, `any`.
    Extension,
}

/// A property that can be searched.
#[derive(Clone, Copy, Debug)]
pub struct Searchable {
    pub name: &'static str,
    pub by: By,
}

/// A kind of object and how it is searched.
#[derive(Clone, Copy, Debug)]
pub struct Resource {
    /// In `directory_index`, its name stands before the property.
    pub kind: ObjectKind,
    pub searchable: &'static [Searchable],
    /// By which properties a list may be ordered.
    pub orders: &'static [(&'static str, Order)],
}

/// A property that a query names.
pub(super) struct Named {
    pub name: String,
    pub by: By,
}

impl Resource {
    /// The name of a property in `directory_index`.
    #[must_use]
    pub fn key(&self, property: &str) -> String {
        format!("{}.{property}", self.kind.as_str())
    }

    pub(super) fn property(&self, option: &'static str, path: &Path) -> Result<Named, Refusal> {
        let name = path.text();
        let is_extended = matches!(self.kind, ObjectKind::User | ObjectKind::Group);
        // A property that no application added is one that no object has.
        if let Some(name) = Some(name.to_lowercase()).filter(|name| is_extended && is_extension(name)) {
            return Ok(Named { name, by: By::Index(Indexed::Extension) });
        }
        let found = self.searchable.iter().find(|property| property.name.eq_ignore_ascii_case(&name));
        let found = found.map(|found| Named { name: found.name.to_owned(), by: found.by });
        found.ok_or_else(|| {
            let known: Vec<_> = self.searchable.iter().map(|property| property.name).collect();
            unsupported(option, format!("{name} can't be searched, only {}", known.join(", ")))
        })
    }
}
