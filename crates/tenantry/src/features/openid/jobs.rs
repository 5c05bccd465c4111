//! Daily: keys get successors before they end.

use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::Error;
use crate::jobs::Job;
use crate::moment::Moment;
use crate::signing;

/// Makes the keys that sign next, and forgets those that nothing needs.
#[derive(Serialize, Deserialize)]
pub struct LookAfterKeys;

impl Job for LookAfterKeys {
    const KIND: &'static str = "look-after-signing-keys";
    const EVERY: Option<i64> = Some(86_400);

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        signing::rotate(&app, &moment).await
    }
}
