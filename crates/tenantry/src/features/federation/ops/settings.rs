//! A provider saved as a draft, enforced, and switched off.

use model::audit::{Activity, Change, TargetKind};
use model::eligibility::tidy;
use model::federation::NameClaim;
use model::ids::TenantId;
use model::outbound::Target;
use model::refusal::{Code, Refusal};
use model::roles::{Permission, Role};
use protocol::oauth::provider::{MetadataFault, ProviderMetadata, issuer_of};
use uuid::Uuid;

use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::directory::{require_open, signs_in_elsewhere};
use crate::features::federation::store::{self, Provider, Stage, Tested};
use crate::features::roles;
use crate::moment::Moment;
use crate::outside::http;
use crate::secrets::Secret;

/// Characters of a client's id and of its secret.
const LONGEST: usize = 1000;

/// What an administrator says of a provider.
#[derive(Clone, Debug)]
pub struct Settings {
    pub issuer: String,
    pub client_id: String,
    /// `None` keeps the one that was saved, which only the same issuer gets.
    pub secret: Option<Secret>,
    pub claim: NameClaim,
    pub trusts_second_factor: bool,
    pub creates_people: bool,
}

/// What there is for a domain name.
#[derive(Clone, Debug)]
pub struct View {
    pub draft: Option<Provider>,
    pub enforced: Option<Provider>,
}

impl View {
    /// The draft says something else than what counts.
    #[must_use]
    pub fn has_news(&self) -> bool {
        match (&self.draft, &self.enforced) {
            (Some(draft), Some(enforced)) => draft.revision != enforced.revision,
            (draft, _) => draft.is_some(),
        }
    }
}

/// The reason of an answer that didn't come, as its text names it.
pub(super) fn unreachable(error: http::SendError) -> Refusal {
    let why = match error {
        http::SendError::Unreachable => "unreachable",
        http::SendError::Insecure => "insecure",
        http::SendError::Timeout => "timeout",
        http::SendError::Unreadable => "unreadable",
    };
    Refusal::new(Code::IdentityProviderUnreachable).with("reason", why)
}

/// Asks an issuer what it offers. Not within a transaction.
///
/// # Errors
/// An address that may not be asked, no answer, or a provider that can't be used.
pub async fn discover(app: &App, issuer: &str) -> Result<ProviderMetadata, Refusal> {
    let rules = app.config.outbound.rules();
    let address = ProviderMetadata::address(issuer);
    let unsuitable = |fault: MetadataFault, found: Option<String>| {
        let refusal =
            Refusal::new(Code::IdentityProviderUnsuitable).on("issuer").with("reason", fault.as_str());
        refusal.with("address", address.clone()).with("found", found.unwrap_or_else(|| "none".to_owned()))
    };
    if issuer.contains('?') {
        return Err(Refusal::new(Code::UrlInvalid).on("issuer"));
    }
    let on_issuer = |mut refusal: Refusal| {
        refusal.field = Some("issuer");
        refusal
    };
    let target = Target::parse(&address, &rules).map_err(on_issuer)?;
    let answer = app.outside.http.get(&target).await.map_err(|error| unreachable(error).on("issuer"))?;
    if answer.status != 200 {
        return Err(unsuitable(MetadataFault::NoDocument, None));
    }
    let metadata = ProviderMetadata::parse(&answer.body, issuer);
    let metadata = metadata.map_err(|fault| unsuitable(fault, issuer_of(&answer.body)))?;
    let needed = [&metadata.authorization_endpoint, &metadata.token_endpoint, &metadata.jwks_uri];
    for address in needed.into_iter().chain(&metadata.userinfo_endpoint) {
        Target::parse(address, &rules).map_err(|_| unsuitable(MetadataFault::NoEndpoint, None))?;
    }
    Ok(metadata)
}

/// What the secret of a provider is bound to: it goes to the issuer that it was given for, and nowhere else.
fn context(tenant: TenantId, domain: &str, issuer: &str) -> Vec<u8> {
    [b"identity provider ".as_slice(), tenant.0.as_bytes(), domain.as_bytes(), b" ", issuer.as_bytes()]
        .concat()
}

/// The client's secret at a provider.
///
/// # Errors
/// It can't be decrypted.
pub(super) fn secret_of(app: &App, tenant: TenantId, provider: &Provider) -> Result<Secret, Error> {
    let context = context(tenant, &provider.domain, &provider.issuer);
    let plain = app.keys.decrypt(&context, &provider.secret);
    let text = plain.and_then(|plain| String::from_utf8(plain).ok());
    text.map(Secret::new).ok_or_else(|| Error::internal("the secret of an identity provider can't be read"))
}

async fn require_manageable(scope: &mut TenantScope<'_>, domain: &str) -> Result<(), Error> {
    if store::is_initial(scope, domain).await?.ok_or_else(Error::not_found)? {
        return Err(Code::IdentityProviderInitialName.into());
    }
    Ok(())
}

/// What there is for one domain name.
///
/// # Errors
/// Not allowed, or no such name.
pub async fn view(scope: &mut TenantScope<'_>, actor: &Actor, domain: &str) -> Result<View, Error> {
    actor.require(Permission::ManageDomains)?;
    require_manageable(scope, domain).await?;
    Ok(View {
        draft: store::find(scope, domain, Stage::Draft).await?,
        enforced: store::find(scope, domain, Stage::Enforced).await?,
    })
}

/// The provider that signs in the people of a domain name.
///
/// # Errors
/// When the engine fails.
pub async fn enforced(scope: &mut TenantScope<'_>, domain: &str) -> Result<Option<Provider>, Error> {
    store::find(scope, domain, Stage::Enforced).await
}

/// Saves a draft, which counts for nothing. `metadata` was asked of the issuer before the transaction.
///
/// # Errors
/// Not allowed, no such name, one that isn't verified, or values that can't be used.
pub async fn save(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    domain: &str,
    (settings, metadata): (&Settings, &ProviderMetadata),
    moment: &Moment,
) -> Result<(), Error> {
    actor.require(Permission::ManageDomains)?;
    require_manageable(scope, domain).await?;
    require_open(scope, domain).await?;
    let before = store::find(scope, domain, Stage::Draft).await?;
    let client_id = tidy::line(&settings.client_id, "provider_client_id", LONGEST)?;
    let kept =
        before.as_ref().filter(|before| before.issuer == settings.issuer).map(|before| before.secret.clone());
    let secret = match (&settings.secret, kept) {
        (Some(secret), _) if secret.expose().len() > LONGEST => {
            return Err(tidy::too_long("provider_client_secret", LONGEST).into());
        }
        (Some(secret), _) => app
            .keys
            .encrypt(&context(scope.tenant(), domain, &settings.issuer), secret.expose().as_bytes())
            .map_err(Error::internal)?,
        (None, Some(kept)) => kept,
        (None, None) => return Err(Refusal::new(Code::FieldRequired).on("provider_client_secret").into()),
    };
    let draft = Provider {
        domain: domain.to_owned(),
        stage: Stage::Draft,
        revision: moment.uuid(),
        issuer: settings.issuer.clone(),
        client_id,
        secret,
        claim: settings.claim,
        trusts_second_factor: settings.trusts_second_factor,
        creates_people: settings.creates_people,
        authorization_endpoint: metadata.authorization_endpoint.clone(),
        token_endpoint: metadata.token_endpoint.clone(),
        jwks_uri: metadata.jwks_uri.clone(),
        userinfo_endpoint: metadata.userinfo_endpoint.clone(),
        authenticates_by: metadata.authenticates_by,
        names_itself: metadata.names_itself,
        saved_at: moment.now,
        tested: None,
    };
    store::put(scope, &draft).await?;
    let changes = differences(before.as_ref(), &draft);
    note(scope, actor, (Activity::IdentityProviderSaved, domain), changes, moment).await
}

fn differences(before: Option<&Provider>, after: &Provider) -> Vec<Change> {
    let of = |read: fn(&Provider) -> String| (before.map(read).unwrap_or_default(), read(after));
    let all = [
        ("issuer", of(|provider| provider.issuer.clone())),
        ("clientId", of(|provider| provider.client_id.clone())),
        ("nameClaim", of(|provider| provider.claim.as_str().to_owned())),
        ("trustsSecondFactor", of(|provider| provider.trusts_second_factor.to_string())),
        ("createsPeople", of(|provider| provider.creates_people.to_string())),
    ];
    all.into_iter().filter_map(|(name, (before, after))| Change::between(name, &before, &after)).collect()
}

async fn note(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (activity, domain): (Activity, &str),
    changes: Vec<Change>,
    moment: &Moment,
) -> Result<(), Error> {
    let event = Event::new(activity, TargetKind::Domain, domain, domain).changes(changes);
    audit::record(scope, actor, event, moment).await
}

/// Keeps what a test of the draft brought.
///
/// # Errors
/// Not allowed, or [`Code::ChangedSinceShown`] where the draft was changed meanwhile.
pub async fn set_tested(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    draft: &Provider,
    tested: &Tested,
) -> Result<(), Error> {
    actor.require(Permission::ManageDomains)?;
    match store::set_tested(scope, (&draft.domain, draft.revision), tested).await? {
        true => Ok(()),
        false => Err(Code::ChangedSinceShown.into()),
    }
}

/// Whoever says where a domain name's people sign in could sign in as any of them.
fn require_to_decide(actor: &Actor, domain: &str) -> Result<(), Error> {
    actor.require(Permission::ManageDomains)?;
    actor.require_to_cover(Role::GlobalAdministrator.permissions(), domain)
}

/// Lets the tested draft count: from this transaction on, the people of the domain name sign in there and nowhere else.
/// `revision` is the draft that whoever decides has seen.
///
/// # Errors
/// Not allowed; [`Code::ChangedSinceShown`]; [`Code::IdentityProviderMissing`], [`Code::IdentityProviderUntested`], or [`Code::IdentityProviderLockout`]
/// where no Global administrator with a password would remain elsewhere.
pub async fn enforce(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (domain, revision): (&str, Option<Uuid>),
    moment: &Moment,
) -> Result<(), Error> {
    require_to_decide(actor, domain)?;
    require_manageable(scope, domain).await?;
    require_open(scope, domain).await?;
    let draft =
        store::find(scope, domain, Stage::Draft).await?.ok_or(Error::from(Code::IdentityProviderMissing))?;
    if draft.tested.is_none() {
        return Err(Code::IdentityProviderUntested.into());
    }
    if revision != Some(draft.revision) {
        return Err(Code::ChangedSinceShown.into());
    }
    let before = store::find(scope, domain, Stage::Enforced).await?;
    // Subjects of another client may be others, and those of another issuer are.
    if before
        .as_ref()
        .is_none_or(|before| before.issuer != draft.issuer || before.client_id != draft.client_id)
    {
        store::unlink_all(scope, domain).await?;
    }
    store::put(scope, &Provider { stage: Stage::Enforced, ..draft.clone() }).await?;
    store::mark(scope, domain, Some(draft.revision)).await?;
    if roles::global_administrators(scope).await? == 0 {
        return Err(Refusal::new(Code::IdentityProviderLockout).with("domain", domain).into());
    }
    let changes = differences(before.as_ref(), &draft);
    note(scope, actor, (Activity::IdentityProviderEnforced, domain), changes, moment).await
}

/// Lets the people of a domain name sign in with passwords and passkeys here again. The draft stays.
///
/// # Errors
/// Not allowed, no such name, or [`Code::IdentityProviderMissing`].
pub async fn switch_off(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    domain: &str,
    moment: &Moment,
) -> Result<(), Error> {
    require_to_decide(actor, domain)?;
    require_manageable(scope, domain).await?;
    if !signs_in_elsewhere(scope, domain).await? {
        return Err(Code::IdentityProviderMissing.into());
    }
    store::remove(scope, domain, Stage::Enforced).await?;
    store::mark(scope, domain, None).await?;
    note(scope, actor, (Activity::IdentityProviderSwitchedOff, domain), Vec::new(), moment).await
}

/// Refuses to let a name go that a provider signs people in under: its people would sign in here again.
///
/// # Errors
/// [`Code::RightsBeyondOwn`].
pub async fn require_to_end(scope: &mut TenantScope<'_>, actor: &Actor, domain: &str) -> Result<(), Error> {
    if signs_in_elsewhere(scope, domain).await? { require_to_decide(actor, domain) } else { Ok(()) }
}

/// Forgets all about the provider of a name that the tenant has no more.
///
/// # Errors
/// When the engine fails.
pub async fn end(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    domain: &str,
    moment: &Moment,
) -> Result<(), Error> {
    // The mark may have gone with the name already.
    let was_enforced = enforced(scope, domain).await?.is_some();
    store::remove(scope, domain, Stage::Draft).await?;
    store::remove(scope, domain, Stage::Enforced).await?;
    store::unlink_all(scope, domain).await?;
    store::mark(scope, domain, None).await?;
    if was_enforced {
        note(scope, actor, (Activity::IdentityProviderSwitchedOff, domain), Vec::new(), moment).await?;
    }
    Ok(())
}
