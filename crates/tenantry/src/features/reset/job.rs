//! Sending the code, away from the request that asked for it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::ops::code_hash;
use super::store;
use crate::app::App;
use crate::db::Scope;
use crate::error::Error;
use crate::features::signin::find;
use crate::jobs::{Job, Priority};
use crate::mail::{self, Message};
use crate::moment::Moment;
use crate::transaction;

/// Sends a reset code to whoever has this name, if anybody has and is reachable.
#[derive(Serialize, Deserialize)]
pub struct SendResetCode {
    pub user_name: String,
    pub reset: Uuid,
    pub language: String,
}

impl Job for SendResetCode {
    const KIND: &'static str = "send-reset-code";
    // Anybody can ask for any name. The mail that follows for somebody's is a job like any other mail.
    const PRIORITY: Priority = Priority::Last;
    const MOST_WAITING: i64 = 5_000;

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        transaction!(app.db, |scope| self.send(&app, scope, &moment).await)
    }
}

impl SendResetCode {
    async fn send(&self, app: &App, scope: &mut Scope, moment: &Moment) -> Result<(), Error> {
        let Some(account) = find(scope, &self.user_name).await? else { return Ok(()) };
        let person = &account.person;
        let Some(address) =
            person.contact_email.as_ref().filter(|_| person.account_enabled && account.provider.is_none())
        else {
            return Ok(());
        };
        let mut inside = scope.tenant(account.grant()).await?;
        store::forget_before(&mut inside, person.id, moment.after_seconds(-7 * 86_400)).await?;
        let hour = moment.after_seconds(-3600);
        let limit = app.config.limits.codes_per_address;
        let shut = store::guard(&mut inside, person.id, moment.now).await?.is_shut(moment.now);
        if shut || store::sent_since(&mut inside, person.id, hour).await? >= limit {
            return Ok(());
        }
        let code = moment.digits(6);
        // A job may run twice; the first code stands, and its mail was enqueued with it.
        if store::insert(&mut inside, person.id, self.reset, &code_hash(app, self.reset, &code), moment)
            .await?
        {
            let message = Message::new(address, &self.language, "mail-reset-code")
                .with("name", account.user_name())
                .code(code);
            mail::send(inside.global(), message, moment).await?;
        }
        Ok(())
    }
}
