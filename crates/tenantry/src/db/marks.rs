//! What a deployment as a whole remembers of itself: which master key is its own, and what was done once for every tenant.

use super::{Scope, Single};
use crate::error::Error;
use crate::params;

impl Scope {
    /// The mark left under a name, if any was.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn mark(&mut self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let sql = "SELECT mark FROM deployment_mark WHERE name = $1";
        let found: Option<Single<Vec<u8>>> = self.optional(sql, params![name]).await?;
        Ok(found.map(|Single(mark)| mark))
    }

    /// Leaves a mark under a name, in place of an earlier one.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn set_mark(&mut self, name: &str, mark: &[u8]) -> Result<(), Error> {
        let sql = "INSERT INTO deployment_mark (name, mark) VALUES ($1, $2) \
                   ON CONFLICT (name) DO UPDATE SET mark = excluded.mark";
        self.execute(sql, params![name, mark]).await?;
        Ok(())
    }
}
