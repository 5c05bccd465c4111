//! Authenticator apps (TOTP, RFC 6238: SHA-1, six digits, thirty seconds, one step of leeway either way).

use jiff::Timestamp;
use model::audit::{Activity, TargetKind};
use model::ids::UserId;
use model::refusal::{Code, Refusal};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use qrcode::QrCode;
use qrcode::render::svg;
use totp_rs::{Builder, Totp};

use super::check::seconds;
use super::{bound_to, store};
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::moment::Moment;

/// Seconds in which a new authenticator app must show its first code.
const PENDING_FOR: i64 = 15 * 60;

/// What the person's app needs to know.
pub struct Enrolment {
    /// The address that the picture holds, as SVG.
    pub qr: String,
    /// The key in groups of four letters, to type by hand.
    pub key: String,
}

/// Makes a new secret that waits for its first code; the present authenticator app stays in force until then.
///
/// # Errors
/// When the engine fails.
pub async fn begin_authenticator(
    app: &App,
    scope: &mut TenantScope<'_>,
    user: UserId,
    moment: &Moment,
) -> Result<(), Error> {
    let secret: [u8; 20] = moment.bytes();
    let sealed = app.keys.encrypt(&context(scope, user), &secret).map_err(Error::internal)?;
    store::put_pending(scope, user, &sealed, moment.after_seconds(PENDING_FOR)).await?;
    Ok(())
}

/// The authenticator app that waits for its first code, to be shown again.
///
/// # Errors
/// When the engine fails.
pub async fn pending_authenticator(
    app: &App,
    scope: &mut TenantScope<'_>,
    user: UserId,
    account: &str,
    moment: &Moment,
) -> Result<Option<Enrolment>, Error> {
    let Some(secret) = pending(app, scope, user, moment.now).await? else { return Ok(None) };
    let key = base32(&secret);
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let issuer = encode(&app.config.product.name);
    let address = format!("otpauth://totp/{issuer}:{}?secret={key}&issuer={issuer}", encode(account));
    let picture = QrCode::new(address.as_bytes()).map_err(Error::internal)?;
    let qr = picture.render::<svg::Color<'_>>().quiet_zone(false).build();
    let groups: Vec<_> = key.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
    Ok(Some(Enrolment { qr, key: groups.join(" ") }))
}

/// Puts the waiting authenticator app in force once it has shown a right code.
///
/// # Errors
/// [`Code::AuthenticatorCodeWrong`] when it hasn't, [`Code::AuthenticatorExpired`] when none waits (any more).
pub async fn confirm_authenticator(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
    code: &str,
    moment: &Moment,
) -> Result<(), Error> {
    let secret = pending(app, scope, user, moment.now).await?.ok_or(Code::AuthenticatorExpired)?;
    let step = step_of(secret, code, moment.now)
        .ok_or_else(|| Refusal::new(Code::AuthenticatorCodeWrong).on("code"))?;
    if !store::take_pending(scope, user, step, moment.now).await? {
        return Err(Code::AuthenticatorExpired.into());
    }
    let event = Event::new(Activity::SecondFactorAdded, TargetKind::User, user, actor.name());
    audit::record(scope, actor, event, moment).await
}

/// Takes the authenticator app away, if there is one.
///
/// # Errors
/// When the engine fails.
pub async fn remove_authenticator(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
    moment: &Moment,
) -> Result<bool, Error> {
    let removed = store::delete_authenticator(scope, user).await?;
    if removed {
        let event = Event::new(Activity::SecondFactorRemoved, TargetKind::User, user, actor.name());
        audit::record(scope, actor, event, moment).await?;
    }
    Ok(removed)
}

pub(super) async fn consume(
    app: &App,
    scope: &mut TenantScope<'_>,
    user: UserId,
    code: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    let stored = store::authenticator(scope, user).await?.and_then(|found| found.secret);
    let Some(secret) = stored.and_then(|sealed| open(app, scope, user, &sealed)) else { return Ok(false) };
    match step_of(secret, code, now) {
        Some(step) => Ok(store::accept_step(scope, user, step).await?),
        None => Ok(false),
    }
}

async fn pending(
    app: &App,
    scope: &mut TenantScope<'_>,
    user: UserId,
    now: Timestamp,
) -> Result<Option<[u8; 20]>, Error> {
    let Some(found) = store::authenticator(scope, user).await? else { return Ok(None) };
    let waits = found.pending_until.is_some_and(|until| now < until);
    Ok(found.pending_secret.filter(|_| waits).and_then(|sealed| open(app, scope, user, &sealed)))
}

fn open(app: &App, scope: &TenantScope<'_>, user: UserId, sealed: &[u8]) -> Option<[u8; 20]> {
    app.keys.decrypt(&context(scope, user), sealed)?.try_into().ok()
}

fn context(scope: &TenantScope<'_>, user: UserId) -> Vec<u8> {
    [b"authenticator".as_slice(), &bound_to(scope.tenant(), user)].concat()
}

fn step_of(secret: [u8; 20], code: &str, now: Timestamp) -> Option<i64> {
    let digits: String = code.chars().filter(|character| !character.is_whitespace()).collect();
    let six = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let step = totp(secret).check(six.then_some(&digits)?, seconds(now))?;
    i64::try_from(step).ok()
}

fn totp(secret: [u8; 20]) -> Totp {
    Builder::new().with_secret(secret).build_noncompliant()
}

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// RFC 4648; twenty bytes need no padding.
fn base32(bytes: &[u8; 20]) -> String {
    let (groups, _) = bytes.as_chunks::<5>();
    groups
        .iter()
        .flat_map(|group| {
            let bits = group.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
            (0..8).rev().map(move |place| char::from(ALPHABET[(bits >> (place * 5) & 31) as usize]))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base32_is_that_of_rfc_4648() {
        assert_eq!(base32(b"12345678901234567890"), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    /// The last six digits of RFC 6238's table for SHA-1.
    #[test]
    fn codes_are_those_of_rfc_6238() {
        for (second, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            let now = Timestamp::from_second(second).unwrap();
            assert_eq!(step_of(*b"12345678901234567890", code, now), Some(second / 30));
        }
    }

    #[test]
    fn one_step_of_leeway_and_no_more() {
        let secret = *b"12345678901234567890";
        let at = |second| Timestamp::from_second(second).unwrap();
        assert_eq!(step_of(secret, "287 082", at(89)), Some(1));
        assert_eq!(step_of(secret, "287082", at(90)), None);
        assert_eq!(step_of(secret, "28708²", at(59)), None);
    }
}
