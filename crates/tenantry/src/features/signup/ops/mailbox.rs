//! Proving a mailbox: a code goes out, and comes back.
//!
//! Nothing here looks at who has an account, so nothing here can tell (SPEC §3.11).

use jiff::{SignedDuration, Timestamp};
use model::eligibility::email::Address;
use model::ids::SignUpId;
use model::refusal::{Code, Refusal};
use model::sign_up::{Draft, Goal, State, code};

use super::{Answer, Ticket, discover, settle};
use crate::app::App;
use crate::db::Scope;
use crate::error::Error;
use crate::features::domains::changed_hands_since;
use crate::features::signup::store::{self, SentCode, SignUp};
use crate::mail::{self, Message};
use crate::moment::Moment;

/// Somebody asks for a code.
pub struct Asked<'a> {
    pub goal: Goal,
    pub address: &'a Address,
    pub language: &'a str,
    /// What counts as one visitor's network.
    pub network: &'a str,
}

/// Sends a code and gives the ticket for the browser that asked.
///
/// # Errors
/// A refusal with the seconds to wait when the mailbox or the network had too many.
pub async fn send_code(
    app: &App,
    scope: &mut Scope,
    asked: &Asked<'_>,
    moment: &Moment,
) -> Result<Ticket, Error> {
    check_rates(app, scope, asked, moment).await?;
    let digits = moment.digits(code::DIGITS);
    let id = moment.uuid();
    let ticket = Ticket::new_code(id, moment);
    let sent = SentCode {
        id,
        goal: asked.goal,
        email: &asked.address.as_entered,
        email_canonical: &asked.address.canonical,
        email_domain: &asked.address.domain,
        code_hash: app.keys.hash("sign-up code", id.as_bytes(), &digits),
        browser_hash: ticket.hash(app),
        network: asked.network,
        language: asked.language,
    };
    store::insert_code(scope, &sent, moment).await?;
    store::count_in_funnel(scope, "code-sent", moment).await?;
    let message = Message::new(&asked.address.as_entered, asked.language, "sign-up-code")
        .with("minutes", (code::VALID_SECONDS / 60).to_string())
        .code(digits);
    mail::send(scope, message, moment).await?;
    Ok(ticket)
}

/// Sends another code to the mailbox that a browser waits for.
///
/// # Errors
/// As [`send_code`]; not found when the browser waits for none.
pub async fn resend(
    app: &App,
    scope: &mut Scope,
    ticket: &Ticket,
    network: &str,
    moment: &Moment,
) -> Result<Ticket, Error> {
    let waiting = code_of(app, scope, ticket).await?.ok_or(Code::SignUpStartAgain)?;
    let asked = Asked { goal: waiting.goal, address: &waiting.address, language: &waiting.language, network };
    send_code(app, scope, &asked, moment).await
}

async fn check_rates(app: &App, scope: &mut Scope, asked: &Asked<'_>, moment: &Moment) -> Result<(), Error> {
    let hour_ago = moment.after_seconds(-3600);
    let limits = &app.config.limits;
    let (sent, first, last) =
        store::sent_since(scope, "email_canonical", &asked.address.canonical, hour_ago).await?;
    let resend_at = last.map(|last| last + SignedDuration::from_secs(code::RESEND_SECONDS));
    if let Some(at) = resend_at.filter(|at| *at > moment.now) {
        return Err(wait(Code::CodeTooSoon, at, moment));
    }
    if sent >= limits.codes_per_address {
        return Err(wait(Code::CodeTooMany, hour_after(first, moment), moment));
    }
    let (sent, first, _) = store::sent_since(scope, "network", asked.network, hour_ago).await?;
    if sent >= limits.codes_per_network {
        return Err(wait(Code::CodeTooManyFromNetwork, hour_after(first, moment), moment));
    }
    Ok(())
}

fn hour_after(first: Option<Timestamp>, moment: &Moment) -> Timestamp {
    first.unwrap_or(moment.now) + SignedDuration::from_secs(3600)
}

fn wait(code: Code, until: Timestamp, moment: &Moment) -> Error {
    let seconds = until.duration_since(moment.now).as_secs().max(1);
    Refusal::new(code)
        .with("seconds", seconds.to_string())
        .with("minutes", (seconds / 60 + 1).to_string())
        .into()
}

/// A code that a browser waits for.
pub struct Waiting {
    pub goal: Goal,
    pub address: Address,
    pub language: String,
}

/// What the browser waits for, for the page that asks for the code.
///
/// # Errors
/// When the engine fails.
pub async fn code_of(app: &App, scope: &mut Scope, ticket: &Ticket) -> Result<Option<Waiting>, Error> {
    let Ticket::Code { id, .. } = ticket else { return Ok(None) };
    let Some(found) = store::find_code(scope, *id).await? else { return Ok(None) };
    if !same(&ticket.hash(app), &found.browser_hash) {
        return Ok(None);
    }
    let verdict = model::eligibility::email::check(&app.email_rules, &found.email);
    Ok(verdict.address.map(|address| Waiting { goal: found.goal, address, language: found.language }))
}

/// What came of a code.
pub enum Proof {
    /// The mailbox is proven; the ticket replaces the browser's.
    Proven(Ticket),
    /// Not this code. The try counts, so the transaction must commit.
    Refused(Refusal),
}

/// Compares a code. In one transaction the try is counted, the code consumed, the mailbox's open sign-up found or
/// started, and the browser let in.
///
/// # Errors
/// When the engine fails. A wrong code is [`Proof::Refused`].
pub async fn prove(
    app: &App,
    scope: &mut Scope,
    ticket: &Ticket,
    typed: &str,
    moment: &Moment,
) -> Result<Proof, Error> {
    let Ticket::Code { id, .. } = ticket else { return Ok(Proof::Refused(Code::SignUpStartAgain.into())) };
    let Some(mailbox) = store::take_try(scope, *id, moment.now).await? else {
        return Ok(Proof::Refused(Refusal::new(Code::CodeExpired).on("code")));
    };
    if changed_hands_since(scope, &mailbox.email_domain, mailbox.sent_at).await? {
        return Ok(Proof::Refused(Refusal::new(Code::CodeExpired).on("code")));
    }
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let matches = app.keys.matches("sign-up code", id.as_bytes(), &digits, &mailbox.code_hash);
    if !matches || !same(&ticket.hash(app), &mailbox.browser_hash) {
        let code = if mailbox.tries_left == 0 { Code::CodeUsedUp } else { Code::CodeWrong };
        return Ok(Proof::Refused(
            Refusal::new(code).on("code").with("left", mailbox.tries_left.to_string()),
        ));
    }
    if !store::use_code(scope, *id, moment.now).await? {
        return Ok(Proof::Refused(Refusal::new(Code::CodeExpired).on("code")));
    }
    let found = resumable(scope, &mailbox.email_canonical, moment).await?;
    let resumed = found.is_some();
    let mut sign_up = found.unwrap_or_else(|| SignUp {
        id: SignUpId(moment.uuid()),
        goal: mailbox.goal,
        email: mailbox.email.clone(),
        email_canonical: mailbox.email_canonical.clone(),
        email_domain: mailbox.email_domain.clone(),
        language: mailbox.language.clone(),
        proven_at: moment.now,
        expires_at: moment.now,
        state: State::Open(Box::new(Draft {
            discovery_settled: false,
            organisation: None,
            details: None,
            payment_setup: None,
        })),
    });
    sign_up.goal = mailbox.goal;
    sign_up.email = mailbox.email;
    sign_up.proven_at = moment.now;
    sign_up.expires_at = moment.after_seconds(app.config.sign_up.expires_after * 86_400);
    if resumed {
        store::renew(scope, &sign_up).await?;
    } else {
        end_outlived(scope, &sign_up.email_canonical, moment).await?;
        store::insert(scope, &sign_up).await?;
    }
    if sign_up.goal == Goal::Create && matches!(discover(scope, &sign_up, moment).await?, Answer::Nobody) {
        settle(scope, &sign_up, moment).await?;
    }
    let ticket = Ticket::new_sign_up(sign_up.id, moment);
    store::grant_browser(scope, sign_up.id, ticket.hash(app), moment.now).await?;
    store::count_in_funnel(scope, "mailbox-proven", moment).await?;
    Ok(Proof::Proven(ticket))
}

/// The open sign-up of a mailbox, unless the mailbox may be somebody else's by now.
async fn resumable(
    scope: &mut Scope,
    email_canonical: &str,
    moment: &Moment,
) -> Result<Option<SignUp>, Error> {
    let found = store::find_open(scope, email_canonical).await?;
    let Some(open) = found.filter(|open| open.expires_at > moment.now) else { return Ok(None) };
    let is_stale = changed_hands_since(scope, &open.email_domain, open.proven_at).await?;
    Ok((!is_stale).then_some(open))
}

// An expired one that the clean-up hasn't reached yet would stand in the way of a new one.
async fn end_outlived(scope: &mut Scope, email_canonical: &str, moment: &Moment) -> Result<(), Error> {
    if let Some(old) = store::find_open(scope, email_canonical).await? {
        store::end(scope, old.id, "expired", moment.now).await?;
    }
    Ok(())
}

fn same(left: &[u8], right: &[u8]) -> bool {
    subtle::ConstantTimeEq::ct_eq(left, right).into()
}
