//! The last step: one transaction makes tenant, person, role, billing account, agreement, evidence and audit, or
//! nothing at all.

use jiff::Timestamp;
use model::authentication::{Method, Methods};
use model::evidence::{EvidenceKind, Verifier};
use model::ids::{TenantId, UserId};
use model::organisation::Organisation;
use model::refusal::Code;
use model::roles::Role;
use model::sign_up::{Details, SIGNED_IN_SECONDS, State, Step};

use super::open_at;
use crate::access::session::{self, NewSession};
use crate::access::{Actor, Origin};
use crate::app::App;
use crate::db::{GrantReason, Scope, TenantGrant, TenantScope};
use crate::error::Error;
use crate::features::access_requests::{self, NewRequest};
use crate::features::agreements::{self, Acceptance, Agreement};
use crate::features::applications;
use crate::features::billing::{self, NewBillingAccount};
use crate::features::directory::{self, ContactEmail, NewUser};
use crate::features::evidence::{self, Finding};
use crate::features::signin;
use crate::features::signup::store::{self, SignUp};
use crate::features::tenants::{self, NewTenant};
use crate::mail::{self, Message};
use crate::moment::Moment;
use crate::outside::payment::PaymentMethod;
use crate::secrets::Secret;

/// The signature under the agreement, with what the payment provider says.
pub struct Signature<'a> {
    pub agreement: &'a Agreement,
    pub name: &'a str,
    pub title: &'a str,
    pub payment_method: Option<PaymentMethod>,
    pub origin: &'a Origin,
}

/// The tenant exists and its first administrator is signed in.
pub struct Finished {
    pub session: Secret,
    pub expires_at: Timestamp,
}

/// Ends a sign-up with a tenant. Sent twice, from two tabs or after a lost answer, it makes one tenant and gives each
/// caller a session of its administrator, within minutes of completion.
///
/// # Errors
/// When a step is missing or the sign-up is over; nothing is stored then.
pub async fn finish(
    app: &App,
    scope: &mut Scope,
    sign_up: &SignUp,
    signature: &Signature<'_>,
    moment: &Moment,
) -> Result<Finished, Error> {
    // Read again inside the transaction: another tab may have finished since.
    let sign_up = super::stored(scope, sign_up.id).await?.ok_or(Code::SignUpStartAgain)?;
    if matches!(sign_up.state, State::Completed { .. }) {
        return sign_in_again(app, scope, &sign_up, signature.origin, moment).await;
    }
    let draft = open_at(&sign_up, Step::Agreement, moment)?;
    let (organisation, details) = draft.complete().ok_or(Code::SignUpStepMissing)?;
    if signature.payment_method.is_none() && !app.config.sign_up.payment_optional {
        return Err(Code::PaymentMissing.into());
    }
    let tenant_id = TenantId(moment.uuid());
    let user_id =
        make_tenant(app, scope, &sign_up, (organisation, details, tenant_id), signature, moment).await?;
    if !store::complete(scope, sign_up.id, tenant_id, user_id, moment.now).await? {
        return Err(Code::SignUpEnded.into());
    }
    store::count_in_funnel(scope, "completed", moment).await?;
    tell_followers(app, scope, &sign_up, tenant_id, moment).await?;
    let mut tenant = scope.tenant(TenantGrant::issue(tenant_id, GrantReason::SignUp)).await?;
    open_session(app, &mut tenant, user_id, signature.origin, moment).await
}

async fn make_tenant(
    app: &App,
    scope: &mut Scope,
    sign_up: &SignUp,
    (organisation, details, tenant_id): (&Organisation, &Details, TenantId),
    signature: &Signature<'_>,
    moment: &Moment,
) -> Result<UserId, Error> {
    if !store::take_prefix(scope, sign_up.id, &details.prefix, tenant_id).await? {
        return Err(model::refusal::Refusal::new(Code::DomainPrefixTaken).on("prefix").into());
    }
    // Until the person exists the service acts; the log of a tenant starts with its own creation.
    let founder = Actor::system(tenant_id);
    let initial_domain = tenants::initial_domain(app, &details.prefix);
    let new = NewTenant {
        id: tenant_id,
        display_name: &organisation.legal_name,
        country: &organisation.address.country,
        technical_contact: &sign_up.email,
        initial_domain: &initial_domain,
    };
    tenants::create(scope, &founder, &new, moment).await?;
    let mut tenant = scope.tenant(TenantGrant::issue(tenant_id, GrantReason::SignUp)).await?;
    let person = NewUser {
        user_name: details.username.clone(),
        domain_name: initial_domain.clone(),
        display_name: details.display_name.clone(),
        given_name: Some(organisation.contact.given_name.clone()),
        surname: Some(organisation.contact.surname.clone()),
        contact_email: Some(ContactEmail {
            address: sign_up.email.clone(),
            canonical: sign_up.email_canonical.clone(),
        }),
        password: Some((details.password_hash.clone(), false)),
        roles: vec![Role::GlobalAdministrator.template_id()],
    };
    applications::add_own_api(&mut tenant, &founder, moment).await?;
    let user = directory::create_user(app, &mut tenant, &founder, &person, moment).await?;
    let rights = Role::GlobalAdministrator.permissions();
    let actor = Actor::user(tenant_id, user, &details.display_name, rights, signature.origin.clone());
    let account = NewBillingAccount { organisation, payment_method: signature.payment_method.as_ref() };
    billing::create(&mut tenant, &actor, &account, moment).await?;
    accept(&mut tenant, &actor, sign_up, organisation, signature, moment).await?;
    let welcome = Message::new(&sign_up.email, &sign_up.language, "work-account-created")
        .with("organisation", &organisation.legal_name)
        .with("username", format!("{}@{initial_domain}", details.username))
        .action("mail-sign-in", app.link("/sign-in"));
    mail::send(tenant.global(), welcome, moment).await?;
    Ok(user)
}

async fn accept(
    tenant: &mut TenantScope<'_>,
    actor: &Actor,
    sign_up: &SignUp,
    organisation: &Organisation,
    signature: &Signature<'_>,
    moment: &Moment,
) -> Result<(), Error> {
    let acceptance = Acceptance {
        agreement: signature.agreement,
        organisation: &organisation.legal_name,
        name: signature.name,
        title: signature.title,
        email: &sign_up.email,
        language: &sign_up.language,
    };
    let receipt = agreements::accept(tenant, actor, &acceptance, moment).await?;
    let mailbox = Finding {
        kind: EvidenceKind::Mailbox,
        subject: &sign_up.email_canonical,
        source: "sign-up",
        verifier: Verifier::MailCode,
        detail: "",
    };
    evidence::establish(tenant, actor, &mailbox, moment).await?;
    let signatory = Finding {
        kind: EvidenceKind::SignatoryAuthority,
        subject: signature.name,
        source: "agreement",
        verifier: Verifier::Agreement,
        detail: &receipt,
    };
    evidence::establish(tenant, actor, &signatory, moment).await
}

async fn open_session(
    app: &App,
    tenant: &mut TenantScope<'_>,
    user: UserId,
    origin: &Origin,
    moment: &Moment,
) -> Result<Finished, Error> {
    let new = NewSession {
        user,
        remembered: false,
        second_factor: false,
        methods: Methods::of(Method::Password),
        authenticated_at: None,
        origin,
    };
    let (session, expires_at) = session::create(app, tenant, &new, moment).await?;
    signin::note_sign_in(app, tenant, (user, origin), moment).await?;
    Ok(Finished { session, expires_at })
}

/// Signs the administrator in again, from the browser that signed up, within minutes of completion.
///
/// # Errors
/// When the sign-up made no tenant or that is too long ago.
pub async fn sign_in_again(
    app: &App,
    scope: &mut Scope,
    sign_up: &SignUp,
    origin: &Origin,
    moment: &Moment,
) -> Result<Finished, Error> {
    match sign_up.state {
        State::Completed { tenant, user, at }
            if moment.now.duration_since(at).as_secs() <= SIGNED_IN_SECONDS =>
        {
            let mut tenant = scope.tenant(TenantGrant::issue(tenant, GrantReason::SignUp)).await?;
            // Whoever signed out, or changed the password, has ended this way in.
            if session::was_ended(&mut tenant, user, at).await? {
                return Err(Code::SignUpEnded.into());
            }
            open_session(app, &mut tenant, user, origin, moment).await
        }
        _ => Err(Code::SignUpEnded.into()),
    }
}

async fn tell_followers(
    app: &App,
    scope: &mut Scope,
    sign_up: &SignUp,
    tenant: TenantId,
    moment: &Moment,
) -> Result<(), Error> {
    for follower in store::followers(scope, sign_up.id).await? {
        let request = NewRequest {
            email: follower.email,
            canonical: follower.email_canonical,
            name: follower.name,
            message: String::new(),
            language: follower.language,
            origin: Origin::local(),
        };
        let mut entered = scope.tenant(TenantGrant::issue(tenant, GrantReason::SignUp)).await?;
        // One request that is refused must not undo the sign-up of somebody else.
        match access_requests::request(app, &mut entered, &request, moment).await {
            Ok(_) | Err(Error::Refused(_)) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(())
}
