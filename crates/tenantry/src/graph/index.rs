//! The rows of `directory_index` that an object is found by.

use std::collections::{BTreeMap, BTreeSet};

use model::directory::search_words;
use uuid::Uuid;

use super::filter::{By, Condition, Indexed, Resource, folded, folded_backwards};
use crate::db::{DbError, TenantScope, Value};
use crate::params;

/// Rows to be, of one object.
pub struct IndexRows {
    resource: &'static Resource,
    rows: BTreeSet<(String, Vec<u8>)>,
}

impl IndexRows {
    #[must_use]
    pub fn of(resource: &'static Resource) -> Self {
        Self { resource, rows: BTreeSet::new() }
    }

    /// A value of a property. One that the resource can't be searched by has no row.
    pub fn put(&mut self, property: &str, value: &str) {
        let found = self.resource.searchable.iter().find(|searchable| searchable.name == property);
        let Some(By::Index(indexed)) = found.map(|searchable| searchable.by) else { return };
        let key = self.resource.key(property);
        if matches!(indexed, Indexed::TextAndEnd | Indexed::TextsAndEnd) {
            self.rows.insert((format!("{key}~"), folded_backwards(value)));
        }
        self.rows.insert((key, folded(value)));
    }

    /// The same, where the property has a value.
    pub fn put_some(&mut self, property: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.put(property, value);
        }
    }

    pub fn put_truth(&mut self, property: &str, value: bool) {
        self.put(property, if value { "true" } else { "false" });
    }

    pub fn put_all<'a>(&mut self, property: &str, values: impl IntoIterator<Item = &'a String>) {
        values.into_iter().for_each(|value| self.put(property, value));
    }

    /// What applications added, under names in small letters.
    pub fn put_extensions(&mut self, extensions: &BTreeMap<String, serde_json::Value>) {
        for (name, value) in extensions {
            let key = self.resource.key(&name.to_lowercase());
            let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            for value in values {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                self.rows.insert((key.clone(), folded(&text)));
            }
        }
    }

    /// A value that pages alone ask for, whatever can be searched by clients.
    pub fn note(&mut self, name: &str, value: &str) {
        self.rows.insert((format!("{}#{name}", self.resource.kind.as_str()), folded(value)));
    }

    /// The words that `$search` and the search of pages find it by.
    pub fn words(&mut self, text: &str) {
        let key = format!("{}#word", self.resource.kind.as_str());
        self.rows.extend(search_words(text).into_iter().map(|word| (key.clone(), word.into_bytes())));
    }

    /// Replaces what the index holds of an object.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn write(self, scope: &mut TenantScope<'_>, id: Uuid) -> Result<(), DbError> {
        forget(scope, id).await?;
        for chunk in self.rows.iter().collect::<Vec<_>>().chunks(50) {
            let mut params: Vec<Value> = vec![id.into()];
            let mut places = Vec::with_capacity(chunk.len());
            for (property, value) in chunk {
                let first = params.len() + 2;
                places.push(format!("($1, ${first}, ${}, $2)", first + 1));
                params.push(property.as_str().into());
                params.push(value.as_slice().into());
            }
            let sql = format!(
                "INSERT INTO directory_index (tenant_id, property, value, object_id) VALUES {}",
                places.join(", ")
            );
            scope.execute(&sql, &params).await?;
        }
        Ok(())
    }
}

/// Removes what the index holds of an object.
///
/// # Errors
/// When the engine fails.
pub async fn forget(scope: &mut TenantScope<'_>, id: Uuid) -> Result<(), DbError> {
    let sql = "DELETE FROM directory_index WHERE tenant_id = $1 AND object_id = $2";
    scope.execute(sql, params![id]).await?;
    Ok(())
}

/// Narrows a list to the objects whose note is below a value.
pub fn is_below(condition: &mut Condition, resource: &Resource, name: &str, value: &str) {
    let note = format!("{}#{name}", resource.kind.as_str());
    let (note, value) = (condition.bind(note), condition.bind(folded(value)));
    condition.and(&format!(
        "id IN (SELECT object_id FROM directory_index WHERE tenant_id = $1 AND property = {note} AND value < {value})"
    ));
}

/// Narrows a list to the objects of which a property is true.
pub fn is_true(condition: &mut Condition, resource: &Resource, property: &str) {
    let (property, value) = (condition.bind(resource.key(property)), condition.bind(folded("true")));
    condition.and(&format!(
        "id IN (SELECT object_id FROM directory_index WHERE tenant_id = $1 AND property = {property} \
         AND value = {value})"
    ));
}
