//! What of a kind of object can be searched, and how.

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

impl Resource {
    /// The name of a property in `directory_index`.
    #[must_use]
    pub fn key(&self, property: &str) -> String {
        format!("{}.{property}", self.kind.as_str())
    }

    pub(super) fn property(&self, option: &'static str, path: &Path) -> Result<Searchable, Refusal> {
        let name = path.text();
        let found = self.searchable.iter().find(|property| property.name.eq_ignore_ascii_case(&name));
        found.copied().ok_or_else(|| unsupported(option, format!("{name} can't be searched")))
    }
}
