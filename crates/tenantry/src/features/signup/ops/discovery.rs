//! Does my company have a work account? Told to those alone who proved a mailbox of it (SPEC §5 step 3, §3.11).

use model::ids::{SignUpId, TenantId};
use model::refusal::Code;
use model::sign_up::{Goal, State, Step};
use uuid::Uuid;

use super::open_at;
use crate::access::Origin;
use crate::app::App;
use crate::db::{GrantReason, Row, Scope, TenantGrant};
use crate::error::Error;
use crate::features::access_requests::{self, NewRequest};
use crate::features::signup::store::{self, Follower, SignUp};
use crate::features::tenants;
use crate::moment::Moment;

/// What is known of the company behind a proven mailbox.
#[derive(Clone, Debug)]
pub enum Answer {
    /// This very mailbox signed up before.
    Own {
        tenant_name: String,
    },
    /// A tenant proved the mailbox's domain.
    Tenant {
        tenant: TenantId,
        name: String,
        domain: String,
    },
    /// A colleague's tenant, whose domain isn't proven.
    Colleague {
        tenant: TenantId,
        name: String,
        who: String,
    },
    /// A colleague has started and not finished.
    Started {
        sign_up: SignUpId,
        who: String,
        days_ago: i64,
    },
    Nobody,
}

/// Looks for the company's work account.
///
/// # Errors
/// When the engine fails.
pub async fn discover(scope: &mut Scope, sign_up: &SignUp, moment: &Moment) -> Result<Answer, Error> {
    if let Some(State::Completed { tenant, .. }) =
        store::find_completed(scope, &sign_up.email_canonical).await?.map(|own| own.state)
        && let Some(tenant) = living(scope, tenant).await?
    {
        return Ok(Answer::Own { tenant_name: tenant.display_name });
    }
    if let Some((tenant, domain)) = tenant_of_mail_domain(scope, &sign_up.email_domain).await?
        && let Some(found) = living(scope, tenant).await?
    {
        return Ok(Answer::Tenant { tenant, name: found.display_name, domain });
    }
    for row in store::colleagues(scope, &sign_up.email_domain, &sign_up.email_canonical).await? {
        if let Some(answer) = colleague(scope, &row, moment).await? {
            return Ok(answer);
        }
    }
    Ok(Answer::Nobody)
}

async fn living(scope: &mut Scope, id: TenantId) -> Result<Option<tenants::Tenant>, Error> {
    Ok(tenants::find(scope, id).await?.filter(|tenant| tenant.deleted_at.is_none()))
}

// A subdomain belongs to whoever proved the name above it, the nearest first.
async fn tenant_of_mail_domain(scope: &mut Scope, domain: &str) -> Result<Option<(TenantId, String)>, Error> {
    let mut name = domain;
    loop {
        if let Some(tenant) = store::tenant_of_domain(scope, name).await? {
            return Ok(Some((tenant, name.to_owned())));
        }
        match name.split_once('.') {
            Some((_, parent)) if parent.contains('.') => name = parent,
            _ => return Ok(None),
        }
    }
}

async fn colleague(scope: &mut Scope, row: &Row, moment: &Moment) -> Result<Option<Answer>, Error> {
    let who = masked(&row.get::<String>("email")?);
    if let Some(tenant) = row.get::<Option<TenantId>>("tenant_id")? {
        let found = living(scope, tenant).await?;
        return Ok(found.map(|found| Answer::Colleague { tenant, name: found.display_name, who }));
    }
    let started: jiff::Timestamp = row.get("started_at")?;
    let days_ago = moment.now.duration_since(started).as_hours() / 24;
    Ok(Some(Answer::Started { sign_up: SignUpId(row.get::<Uuid>("id")?), who, days_ago }))
}

// A colleague recognises "a…s@contoso.com"; the whole address is nobody's business yet.
fn masked(email: &str) -> String {
    let Some((local, domain)) = email.rsplit_once('@') else { return String::new() };
    let mut letters = local.chars();
    let first: String = letters.next().into_iter().collect();
    let last: String = letters.next_back().into_iter().collect();
    format!("{first}…{last}@{domain}")
}

/// Goes on to create a separate tenant.
///
/// # Errors
/// When the sign-up isn't open, or the engine fails.
pub async fn settle(scope: &mut Scope, sign_up: &SignUp, moment: &Moment) -> Result<(), Error> {
    open_at(sign_up, Step::Discovery, moment)?;
    store::set_discovery_settled(scope, sign_up.id, Goal::Create).await?;
    store::count_in_funnel(scope, "organisation", moment).await
}

/// Asks the tenant that discovery named for access, and ends the sign-up.
///
/// # Errors
/// When discovery names no tenant to this mailbox, or the engine fails.
pub async fn ask_for_access(
    app: &App,
    scope: &mut Scope,
    sign_up: &SignUp,
    (name, message, origin): &(&str, &str, Origin),
    moment: &Moment,
) -> Result<String, Error> {
    open_at(sign_up, Step::Discovery, moment)?;
    let (Answer::Tenant { tenant, name: tenant_name, .. }
    | Answer::Colleague { tenant, name: tenant_name, .. }) = discover(scope, sign_up, moment).await?
    else {
        return Err(Code::NotFound.into());
    };
    let request = NewRequest {
        email: sign_up.email.clone(),
        canonical: sign_up.email_canonical.clone(),
        name: (*name).to_owned(),
        message: (*message).to_owned(),
        language: sign_up.language.clone(),
        origin: origin.clone(),
    };
    let mut entered = scope.tenant(TenantGrant::issue(tenant, GrantReason::SignUp)).await?;
    access_requests::request(app, &mut entered, &request, moment).await?;
    store::end(scope, sign_up.id, "access-requested", moment.now).await?;
    store::count_in_funnel(scope, "access-requested", moment).await?;
    Ok(tenant_name)
}

/// Waits for a colleague's unfinished sign-up: when it ends, its tenant is asked for access.
///
/// # Errors
/// When discovery names no colleague, or the engine fails.
pub async fn follow_colleague(
    scope: &mut Scope,
    sign_up: &SignUp,
    name: &str,
    moment: &Moment,
) -> Result<(), Error> {
    open_at(sign_up, Step::Discovery, moment)?;
    let Answer::Started { sign_up: colleague, .. } = discover(scope, sign_up, moment).await? else {
        return Err(Code::NotFound.into());
    };
    let name = model::eligibility::username::check_display_name(name);
    if let Some(refusal) = name.answer.refusals.into_iter().next() {
        return Err(refusal.on("name").into());
    }
    let follower = Follower {
        email: sign_up.email.clone(),
        email_canonical: sign_up.email_canonical.clone(),
        name: name.name,
        language: sign_up.language.clone(),
    };
    store::follow(scope, colleague, &follower, moment.now).await?;
    store::end(scope, sign_up.id, "access-requested", moment.now).await?;
    Ok(())
}
