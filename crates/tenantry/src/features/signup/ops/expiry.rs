//! The hourly round: owners of sign-ups about to expire are told, expired ones end, old ones are purged.

use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::Error;
use crate::features::signup::store;
use crate::jobs::Job;
use crate::mail::{self, Message};
use crate::moment::Moment;
use crate::outside::payment::sandbox;
use crate::transaction;

/// Hours before the end at which the owner is told.
const NOTICE_HOURS: i64 = 24;
/// Days after which an abandoned sign-up's row is removed altogether.
const PURGE_DAYS: i64 = 30;

/// Days after which a setup of the sandbox is removed that nobody asked for again, at the least.
const SETUP_DAYS: i64 = 60;

/// One round, every hour.
#[derive(Serialize, Deserialize)]
pub struct ExpireSignUps;

impl Job for ExpireSignUps {
    const KIND: &'static str = "expire-sign-ups";
    const EVERY: Option<i64> = Some(3600);

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        transaction!(app.db, |scope| {
            for sign_up in store::expired(scope, moment.now).await? {
                store::end(scope, sign_up.id, "expired", moment.now).await?;
            }
            let soon = moment.after_seconds(NOTICE_HOURS * 3600);
            for sign_up in store::to_notice(scope, soon).await? {
                let message = Message::new(&sign_up.email, &sign_up.language, "sign-up-expires")
                    .with("hours", NOTICE_HOURS.to_string())
                    .action("mail-continue-sign-up", app.link("/sign-up"));
                mail::send(scope, message, &moment).await?;
                store::mark_noticed(scope, sign_up.id, moment.now).await?;
            }
            store::purge(scope, moment.after_seconds(-PURGE_DAYS * 86_400)).await?;
            store::purge_codes(scope, moment.after_seconds(-86_400)).await?;
            // A setup outlives every draft that names it.
            let setups = SETUP_DAYS.max(2 * app.config.sign_up.expires_after);
            sandbox::purge(scope, moment.after_seconds(-setups * 86_400)).await
        })
    }
}
