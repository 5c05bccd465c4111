//! Recovery codes: ten, shown once, each good for one sign-in.

use jiff::Timestamp;
use model::audit::{Activity, TargetKind};
use model::ids::UserId;

use super::{bound_to, store};
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::moment::Moment;
use crate::secrets::Secret;

/// How many are made at once.
pub const CODES: usize = 10;

/// Letters and digits that nobody takes for another: no 0, 1, i, l, o, u.
const ALPHABET: &[u8; 30] = b"23456789abcdefghjkmnpqrstvwxyz";
const PURPOSE: &str = "recovery code";

/// Replaces a person's recovery codes by ten new ones. They are shown once; only their keyed hashes are kept.
///
/// # Errors
/// When the engine fails.
pub async fn make_recovery_codes(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
    moment: &Moment,
) -> Result<Vec<Secret>, Error> {
    store::delete_recovery_codes(scope, user).await?;
    let mut codes = Vec::with_capacity(CODES);
    for _ in 0..CODES {
        let code = random_code(moment);
        let hash = app.keys.hash(PURPOSE, &bound_to(scope.tenant(), user), &tidy(code.expose()));
        store::add_recovery_code(scope, user, &hash, moment).await?;
        codes.push(code);
    }
    let event = Event::new(Activity::RecoveryCodesMade, TargetKind::User, user, actor.name());
    audit::record(scope, actor, event, moment).await?;
    Ok(codes)
}

pub(super) async fn consume(
    app: &App,
    scope: &mut TenantScope<'_>,
    user: UserId,
    code: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    let hash = app.keys.hash(PURPOSE, &bound_to(scope.tenant(), user), &tidy(code));
    Ok(store::consume_recovery_code(scope, user, &hash, now).await?)
}

/// Ten characters, 49 bits: far more than lockout lets anybody try.
fn random_code(moment: &Moment) -> Secret {
    let mut code = String::with_capacity(11);
    while code.len() < 11 {
        let [byte] = moment.bytes::<1>();
        // 240 is the largest multiple of 30 in a byte; above it some letters would come more often.
        if byte >= 240 {
            continue;
        }
        if code.len() == 5 {
            code.push('-');
        }
        code.push(char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]));
    }
    Secret::new(code)
}

/// What is compared: people type spaces, hyphens and capitals as they like.
fn tidy(code: &str) -> String {
    let meant = |character: &char| character.is_ascii_alphanumeric();
    code.chars().take(64).filter(meant).map(|character| character.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::SystemRandom;
    use std::sync::Arc;

    #[test]
    fn codes_are_readable_and_differ() {
        let moment = Moment::new(Timestamp::UNIX_EPOCH, Arc::new(SystemRandom));
        let codes: std::collections::BTreeSet<String> =
            (0..200).map(|_| random_code(&moment).expose().to_owned()).collect();
        assert_eq!(codes.len(), 200);
        for code in codes {
            assert_eq!((code.len(), code.as_bytes()[5]), (11, b'-'), "{code}");
            assert_eq!(tidy(&format!(" {} ", code.to_uppercase().replace('-', " "))), code.replace('-', ""));
        }
    }
}
