//! Daily: keys get successors before they end. And applications are told that a session ended, and their logos are fetched.

use serde::{Deserialize, Serialize};

use super::ops::{ended, logo};
use crate::access::ended::{Ended, TELL};
use crate::app::App;
use crate::error::Error;
use crate::jobs::{Job, Priority};
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

/// Enqueued with the end of a session in which applications got tokens.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct TellSessionEnded(Ended);

impl Job for TellSessionEnded {
    const KIND: &'static str = TELL;

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        ended::tell_each(&app, &self.0, &moment).await
    }
}

/// Brings one application its logout token. What doesn't arrive is tried again.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TellApplication(pub ended::Telling);

impl Job for TellApplication {
    const KIND: &'static str = "tell-application-of-logout";
    const PRIORITY: Priority = Priority::Remote;

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        ended::tell_one(&app, self.0, &moment).await
    }
}

/// Enqueued when an application that registers itself names a logo.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FetchLogo(pub logo::Offered);

impl Job for FetchLogo {
    const KIND: &'static str = "fetch-application-logo";
    const PRIORITY: Priority = Priority::Remote;

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        logo::fetch(&app, &self.0, &moment).await
    }
}
