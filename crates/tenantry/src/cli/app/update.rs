//! `tenantry app update`.

use clap::Args;
use model::applications::{ApplicationSettings, ServicePrincipalSettings};
use serde_json::Value;
use uuid::Uuid;

use super::{Named, whole};
use crate::access::Actor;
use crate::app::App;
use crate::cli::inside::operator_in;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::{
    self, ApplicationUpdate, ServicePrincipalUpdate, find_meant, find_service_principal_of, get_application,
    update_service_principal,
};
use crate::moment::Moment;
use crate::transaction;

#[derive(Args)]
pub(super) struct Update {
    #[command(flatten)]
    named: Named,
    /// Its new name.
    #[arg(long)]
    display_name: Option<String>,
    /// What it is for; empty takes it away.
    #[arg(long)]
    description: Option<String>,
    /// Its home page; empty takes it away.
    #[arg(long)]
    home_page_url: Option<String>,
    /// Where people are sent after they have signed in, in place of those before; several times for several, empty for none.
    #[arg(long)]
    redirect_uri: Vec<String>,
    /// The same of a program in the browser.
    #[arg(long)]
    spa_redirect_uri: Vec<String>,
    /// The same of a program on a device.
    #[arg(long)]
    public_redirect_uri: Vec<String>,
    /// Under which URI others ask for it, in place of those before; several times for several, empty for none.
    #[arg(long)]
    identifier_uri: Vec<String>,
    /// Whether people may use it.
    #[arg(long)]
    enabled: Option<bool>,
    /// Whether only those may use it who are assigned to it.
    #[arg(long)]
    assignment_required: Option<bool>,
}

/// What is named and empty is taken away.
fn set_text(value: &mut Option<String>, typed: Option<&String>) {
    if let Some(typed) = typed {
        *value = Some(typed.trim().to_owned()).filter(|text| !text.is_empty());
    }
}

fn set_list(values: &mut Vec<String>, typed: &[String]) {
    if !typed.is_empty() {
        let named = typed.iter().map(|one| one.trim()).filter(|one| !one.is_empty());
        *values = named.map(str::to_owned).collect();
    }
}

impl Update {
    fn applied_to(&self, mut settings: ApplicationSettings) -> ApplicationSettings {
        set_text(&mut settings.description, self.description.as_ref());
        set_text(&mut settings.web.home_page_url, self.home_page_url.as_ref());
        set_list(&mut settings.web.redirect_uris, &self.redirect_uri);
        set_list(&mut settings.spa.redirect_uris, &self.spa_redirect_uri);
        set_list(&mut settings.public_client.redirect_uris, &self.public_redirect_uri);
        set_list(&mut settings.identifier_uris, &self.identifier_uri);
        settings
    }

    /// Whether people may use it is its service principal's to say.
    async fn open_or_close(
        &self,
        inside: &mut TenantScope<'_>,
        actor: &Actor,
        app_id: Uuid,
        moment: &Moment,
    ) -> Result<(), Error> {
        if self.enabled.is_none() && self.assignment_required.is_none() {
            return Ok(());
        }
        let principal = find_service_principal_of(inside, app_id).await?.ok_or_else(Error::not_found)?;
        let old = principal.properties.settings;
        let settings = ServicePrincipalSettings {
            account_enabled: self.enabled.unwrap_or(old.account_enabled),
            app_role_assignment_required: self
                .assignment_required
                .unwrap_or(old.app_role_assignment_required),
            ..old
        };
        let change = ServicePrincipalUpdate { settings: Some(settings), ..ServicePrincipalUpdate::default() };
        update_service_principal(inside, actor, principal.id, change, moment).await
    }

    pub(super) async fn run(&self, app: &App) -> Result<Value, Error> {
        let (actor, moment) = (operator_in(app, &self.named.tenant).await?, app.moment());
        transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            let found = find_meant(&mut inside, &self.named.app, false).await?;
            let change = ApplicationUpdate {
                display_name: self.display_name.clone(),
                settings: Some(self.applied_to(found.properties.settings)),
                ..ApplicationUpdate::default()
            };
            applications::update(&mut inside, &actor, found.id, change, &moment).await?;
            self.open_or_close(&mut inside, &actor, found.properties.app_id, &moment).await?;
            let changed = get_application(&mut inside, &actor, found.id).await?;
            whole(&mut inside, &changed).await
        })
    }
}
