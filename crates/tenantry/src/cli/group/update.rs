//! `tenantry group update`.

use clap::Args;
use model::groups::{DYNAMIC, GroupProperties, ON, PAUSED, TEXTS};
use model::refusal::Code;
use serde_json::Value;

use super::{described, meant};
use crate::app::App;
use crate::cli::inside::operator_in;
use crate::error::Error;
use crate::features::groups;
use crate::transaction;

#[derive(Args)]
pub(super) struct Update {
    /// The tenant's id or one of its verified domain names.
    tenant: String,
    /// The group's id, or its name where no other group has it.
    group: String,
    /// Its new name.
    #[arg(long)]
    display_name: Option<String>,
    /// What it is for; empty takes it away.
    #[arg(long)]
    description: Option<String>,
    /// What stands before the @ of its address.
    #[arg(long)]
    mail_nickname: Option<String>,
    /// The rule that says who is in it from now on; empty lets members be assigned by hand.
    #[arg(long)]
    membership_rule: Option<String>,
    /// Whether its rule waits: nobody joins or leaves by it meanwhile.
    #[arg(long)]
    paused: Option<bool>,
}

impl Update {
    fn applied_to(&self, old: &GroupProperties) -> Result<GroupProperties, Error> {
        let mut properties = old.clone();
        for (name, value) in [
            ("description", &self.description),
            ("mailNickname", &self.mail_nickname),
            ("membershipRule", &self.membership_rule),
        ] {
            let text = TEXTS.into_iter().find(|text| text.name == name);
            if let Some((text, value)) = text.zip(value.as_ref()) {
                properties.set(text, text.check(value)?);
            }
        }
        if self.membership_rule.is_some() {
            properties.group_types.retain(|name| name != DYNAMIC);
            if properties.text("membershipRule").is_some() {
                properties.group_types.push(DYNAMIC.to_owned());
            }
        }
        if let Some(paused) = self.paused {
            if !properties.is_dynamic() {
                return Err(Code::GroupRuleMissing.into());
            }
            let state = if paused { PAUSED } else { ON };
            properties.texts.insert("membershipRuleProcessingState".to_owned(), state.to_owned());
        }
        Ok(properties)
    }

    pub(super) async fn run(&self, app: &App) -> Result<Value, Error> {
        let (actor, moment) = (operator_in(app, &self.tenant).await?, app.moment());
        let changed = transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            let group = meant(&mut inside, &self.group).await?;
            let found = groups::get_group(&mut inside, &actor, group).await?;
            let name = self.display_name.as_ref().unwrap_or(&found.display_name);
            let properties = self.applied_to(&found.properties)?;
            groups::update(app, &mut inside, &actor, (group, name, &properties), &moment).await
        })?;
        Ok(described(&changed))
    }
}
