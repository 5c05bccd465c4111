//! The words that people are found by.

use std::collections::BTreeSet;

use model::directory::search_words;
use model::ids::UserId;

use crate::db::TenantScope;
use crate::error::Error;
use crate::features::directory::ops::create::{ContactEmail, SignInName};
use crate::params;

/// Writes a person's words anew.
pub async fn write_words(
    scope: &mut TenantScope<'_>,
    user: UserId,
    display_name: &str,
    name: &SignInName,
    contact: Option<&ContactEmail>,
) -> Result<(), Error> {
    scope.execute("DELETE FROM user_word WHERE tenant_id = $1 AND user_id = $2", params![user]).await?;
    let mut words: BTreeSet<String> = search_words(display_name);
    words.extend(search_words(&name.to_string()));
    words.extend(search_words(contact.map_or("", |email| &email.canonical)));
    for word in words {
        let sql = "INSERT INTO user_word (tenant_id, word, user_id) VALUES ($1, $2, $3)";
        scope.execute(sql, params![word.into_bytes(), user]).await?;
    }
    Ok(())
}
