//! What administrators are told about a name, and people about their own: mails whose texts stand in `mail.ftl`.

use jiff::Timestamp;
use model::audit::Activity;
use model::domains::VerificationRecord;
use model::eligibility::email::told_domain;
use model::roles::Permission;
use serde::{Deserialize, Serialize};

use super::store;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::directory::{self, Rehomed};
use crate::mail::{self, Message};
use crate::moment::Moment;
use crate::web;

/// Something to tell the administrators of domain names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    Warned {
        lapses_at: Timestamp,
    },
    Lapsed,
    Restored,
    /// Another tenant has proven the name.
    Contested {
        decided_at: Timestamp,
    },
    /// Proven again in time.
    Kept,
    /// Nobody claims it any more; it is lapsed still.
    ClaimFell,
    Lost {
        renamed: i64,
        suffixed: i64,
    },
    /// To who claims the name: its holder has proven it again.
    ClaimRefused,
    /// To who claims the name: their record was gone when it was to be decided.
    ClaimMissed,
    /// To who waits: another claim was first, and won.
    ClaimLost,
    /// To who waited: theirs is the case now.
    ClaimFirst {
        decided_at: Timestamp,
    },
    ClaimWon,
    Removed {
        renamed: i64,
        suffixed: i64,
    },
}

impl Notice {
    fn key(&self) -> &'static str {
        match self {
            Self::Warned { .. } => "domain-warned",
            Self::Lapsed => "domain-lapsed",
            Self::Restored => "domain-restored",
            Self::Contested { .. } => "domain-contested",
            Self::Kept => "domain-kept",
            Self::ClaimFell => "domain-claim-fell",
            Self::Lost { .. } => "domain-lost",
            Self::ClaimRefused => "domain-claim-refused",
            Self::ClaimMissed => "domain-claim-missed",
            Self::ClaimLost => "domain-claim-lost",
            Self::ClaimFirst { .. } => "domain-claim-first",
            Self::ClaimWon => "domain-claim-won",
            Self::Removed { .. } => "domain-removed",
        }
    }

    /// What the log says where a tenant is told of something that happened between two.
    pub(super) fn activity(&self) -> Option<Activity> {
        match self {
            Self::Contested { .. } => Some(Activity::DomainContested),
            Self::ClaimFell => Some(Activity::DomainContestEnded),
            Self::ClaimRefused | Self::ClaimMissed | Self::ClaimLost => Some(Activity::DomainClaimEnded),
            Self::ClaimFirst { .. } => Some(Activity::DomainClaimOpened),
            _ => None,
        }
    }

    fn page(&self, name: &str) -> String {
        match self {
            Self::Lost { .. } | Self::Removed { .. } => format!("/domains/{name}/departure"),
            _ => format!("/domains/{name}"),
        }
    }
}

/// Mails the tenant's administrators of domain names.
///
/// # Errors
/// When the engine fails.
pub(super) async fn tell(
    app: &App,
    scope: &mut TenantScope<'_>,
    name: &str,
    notice: &Notice,
    moment: &Moment,
) -> Result<(), Error> {
    let l = app.locales.english();
    let organization = store::tenant_name(scope).await?;
    let token = store::find(scope, name).await?.map(|found| found.token).unwrap_or_default();
    let record = VerificationRecord::new(name, &token, &app.config.accounts.account_domain);
    for to in directory::contacts_who_may(scope, Permission::ManageDomains).await? {
        let mut mail = Message::new(to, l.lang(), notice.key())
            .with("name", told_domain(name))
            .with("organization", &organization)
            .with("record", record.text())
            .with("label", record.label())
            .with("days", app.config.domains.lapse_after.to_string())
            .action("domain-open-action", app.link(&notice.page(name)));
        if let Notice::Warned { lapses_at: at }
        | Notice::Contested { decided_at: at }
        | Notice::ClaimFirst { decided_at: at } = notice
        {
            mail = mail.with("date", web::time::day(&l, *at));
        }
        if let Notice::Lost { renamed, suffixed } | Notice::Removed { renamed, suffixed } = notice {
            mail = mail.with("renamed", renamed.to_string()).with("suffixed", suffixed.to_string());
        }
        mail::send(scope.global(), mail, moment).await?;
    }
    Ok(())
}

/// Mails somebody their new user name.
///
/// # Errors
/// When the engine fails.
pub(super) async fn tell_renamed(
    app: &App,
    scope: &mut TenantScope<'_>,
    address: &str,
    rehomed: &Rehomed,
    moment: &Moment,
) -> Result<(), Error> {
    let l = app.locales.english();
    let mail = Message::new(address, l.lang(), "user-renamed")
        .with("organization", store::tenant_name(scope).await?)
        .with("old", &rehomed.old)
        .with("new", &rehomed.new)
        .action("mail-sign-in", app.link("/sign-in"));
    mail::send(scope.global(), mail, moment).await
}
