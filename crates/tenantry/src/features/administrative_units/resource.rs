//! How administrative units are searched, and the rows that they are found by.

use model::administrative_units::AdministrativeUnit;
use model::objects::ObjectKind;

use crate::features::objects::ObjectType;
use crate::graph::index::IndexRows;
use crate::graph::query::Order;
use crate::graph::{By, Indexed, Resource, Searchable};

/// How administrative units are searched.
pub static UNITS: Resource = Resource {
    kind: ObjectKind::AdministrativeUnit,
    searchable: &[
        Searchable { name: "description", by: By::Index(Indexed::Text) },
        Searchable { name: "displayName", by: By::Index(Indexed::Text) },
        Searchable { name: "id", by: By::Id },
        Searchable { name: "visibility", by: By::Index(Indexed::Text) },
    ],
    orders: &[("id", Order::Id), ("displayName", Order::Text("lower(display_name)"))],
};

impl ObjectType for AdministrativeUnit {
    const KIND: ObjectKind = ObjectKind::AdministrativeUnit;
    const RESOURCE: &'static Resource = &UNITS;

    fn index(&self, rows: &mut IndexRows) {
        rows.put_some("description", self.description.as_deref());
        rows.put_some("visibility", self.visibility.as_deref());
        rows.words(self.description.as_deref().unwrap_or_default());
    }
}
