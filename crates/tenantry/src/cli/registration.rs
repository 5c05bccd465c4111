//! `tenantry tenant registration …`: whether applications may register themselves in a tenant.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::inside::{looking, operator_in};
use crate::app::App;
use crate::error::Error;
use crate::features::applications::{self, Registration};
use crate::secrets::Secret;
use crate::transaction;

/// `tenantry tenant registration …`
#[derive(Args)]
pub(super) struct Switch {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Show whether they may.
    Show(Named),
    /// Let applications register themselves with a token, which is shown once; each time it is a new one.
    On {
        #[command(flatten)]
        named: Named,
        /// Without a token: whoever knows the address.
        #[arg(long)]
        open: bool,
    },
    /// Let no application register itself; those that did stay.
    Off(Named),
}

#[derive(Args)]
struct Named {
    /// The tenant's id or one of its verified domain names.
    tenant: String,
}

impl Switch {
    pub(super) async fn run(&self, app: &App) -> Result<Value, Error> {
        match &self.what {
            What::Show(named) => named.show(app).await,
            What::On { named, open: true } => named.set(app, Registration::Open).await,
            What::On { named, open: false } => named.set(app, Registration::WithToken).await,
            What::Off(named) => named.set(app, Registration::Off).await,
        }
    }
}

impl Named {
    async fn show(&self, app: &App) -> Result<Value, Error> {
        let actor = looking(app, &self.tenant, "registration of applications").await?;
        let mut scope = app.db.read().await?;
        let mut inside = scope.tenant(actor.grant()).await?;
        Ok(shown(applications::registration(app, &mut inside).await?, None))
    }

    async fn set(&self, app: &App, wanted: Registration) -> Result<Value, Error> {
        let (actor, moment) = (operator_in(app, &self.tenant).await?, app.moment());
        let token = transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            applications::set_registration(app, &mut inside, &actor, wanted, &moment).await
        })?;
        let endpoint = app.link(&format!("/{}/oauth2/v2.0/register", actor.tenant()));
        let mut value = shown(wanted, token.as_ref());
        if wanted != Registration::Off {
            value["registrationEndpoint"] = json!(endpoint);
        }
        Ok(value)
    }
}

fn shown(registration: Registration, token: Option<&Secret>) -> Value {
    let state = match registration {
        Registration::Off => "off",
        Registration::WithToken => "with-token",
        Registration::Open => "open",
    };
    let mut value = json!({ "registration": state });
    if let Some(token) = token {
        value["initialAccessToken"] = json!(token.expose());
    }
    value
}
