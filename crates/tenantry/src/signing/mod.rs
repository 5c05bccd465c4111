//! The keys that sign tokens: made when first needed, kept encrypted, followed by new ones in time, revoked at once.
//!
//! They belong to the deployment: which tenant a token is of stands in it, and whoever verifies one compares that (SPEC
//! §3.3). A key signs for [`SIGNS_DAYS`]; its successor is shown a day before it signs, and a key is shown until the last token that
//! it signed has ended. Which keys count is read again after a second at most, so that a revoked one stops on every node.

mod client;
pub mod dpop;
mod fetched;
mod key;
pub mod managed;
pub mod own;
mod store;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

pub use client::Signed;
pub use fetched::ClientKeys;
pub use key::{Algorithm, SigningKey, Unusable, generate};

use crate::app::App;
use crate::db::Scope;
use crate::error::Error;
use crate::moment::Moment;
use crate::recent::{AsOf, Recent};
use crate::transaction;

/// Days that a key signs.
pub const SIGNS_DAYS: i64 = 90;
/// Days that it is shown before, for clients that ask seldom, and after.
const SHOWN_DAYS: i64 = 2;

/// A key as it is kept, without its private part.
#[derive(Clone, Debug)]
struct Kept {
    id: String,
    algorithm: Algorithm,
    /// From when it signs.
    active_at: Timestamp,
}

/// A new one, with its private part encrypted.
struct Made {
    kept: Kept,
    private: Vec<u8>,
}

impl Kept {
    fn stops_at(&self) -> Timestamp {
        Self::stops(self.active_at)
    }

    fn stops(active_at: Timestamp) -> Timestamp {
        after_days(active_at, SIGNS_DAYS)
    }

    /// Does it count that it has signed something?
    fn counts(&self, now: Timestamp) -> bool {
        now < after_days(self.stops_at(), SHOWN_DAYS)
    }
}

/// A key that isn't revoked, opened.
#[derive(Clone)]
struct Live {
    kept: Kept,
    key: Arc<SigningKey>,
}

fn after_days(from: Timestamp, days: i64) -> Timestamp {
    from.checked_add(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MAX)
}

/// What this process holds of the keys.
pub struct Opened {
    /// Keys that were opened, by id. That one lies here says nothing of whether it counts.
    keys: RwLock<HashMap<String, Arc<SigningKey>>>,
    /// Those that aren't revoked, as they were read of late.
    alive: Recent<(), Arc<[Live]>>,
    seen: own::Signatures,
}

impl Default for Opened {
    fn default() -> Self {
        Self { keys: RwLock::default(), alive: Recent::at_most(1), seen: own::Signatures::default() }
    }
}

impl Opened {
    /// A key that was just found to count; `None` if it doesn't any more, or can't be opened.
    async fn get(&self, app: &App, scope: &mut Scope, kept: &Kept) -> Result<Option<Arc<SigningKey>>, Error> {
        if let Some(known) = self.keys.read().unwrap_or_else(PoisonError::into_inner).get(&kept.id) {
            return Ok(Some(Arc::clone(known)));
        }
        let Some(private) = store::private(scope, &kept.id).await? else { return Ok(None) };
        let pkcs8 = app.keys.decrypt(&context(&kept.id), &private).map(zeroize::Zeroizing::new);
        let opened =
            pkcs8.and_then(|pkcs8| SigningKey::from_pkcs8(kept.id.clone(), kept.algorithm, &pkcs8).ok());
        let Some(opened) = opened.map(Arc::new) else {
            // The others count all the same.
            tracing::error!(kid = kept.id, "a signing key can't be opened");
            return Ok(None);
        };
        self.keys
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(kept.id.clone(), Arc::clone(&opened));
        Ok(Some(opened))
    }

    /// Lets go of all others.
    fn keep(&self, kept: &[Kept]) {
        let ids: BTreeSet<&String> = kept.iter().map(|key| &key.id).collect();
        self.keys.write().unwrap_or_else(PoisonError::into_inner).retain(|id, _| ids.contains(id));
    }
}

/// The keys that aren't revoked, read now.
async fn alive(app: &App, scope: &mut Scope) -> Result<Arc<[Live]>, Error> {
    let as_of = AsOf::of(app, scope);
    let mut all = Vec::new();
    for kept in store::alive(scope).await? {
        if let Some(key) = app.signing.get(app, scope, &kept).await? {
            all.push(Live { kept, key });
        }
    }
    let all: Arc<[Live]> = all.into();
    if let Some(as_of) = as_of {
        app.signing.alive.keep((), as_of, None, Arc::clone(&all));
    }
    Ok(all)
}

fn context(id: &str) -> Vec<u8> {
    format!("signing key {id}").into_bytes()
}

/// The key that signs now, made where there is none yet. Not within a transaction: making one takes time.
///
/// # Errors
/// When the engine or the cryptographic library fails.
pub async fn current(app: &App, algorithm: Algorithm, moment: &Moment) -> Result<Arc<SigningKey>, Error> {
    let [key] = each(app, [algorithm], moment).await?;
    Ok(key)
}

/// The same for several algorithms in one look.
///
/// # Errors
/// When the engine or the cryptographic library fails.
pub async fn each<const N: usize>(
    app: &App,
    algorithms: [Algorithm; N],
    moment: &Moment,
) -> Result<[Arc<SigningKey>; N], Error> {
    let now = |alive: &[Live]| algorithms.map(|algorithm| signs_now(alive, algorithm, moment));
    let whole = |there: [Option<_>; N]| there.into_iter().flatten().collect::<Vec<_>>().try_into().ok();
    if let Some(all) = app.signing.alive.find(app, &()).and_then(|known| whole(now(&known))) {
        return Ok(all);
    }
    // Each time around makes one that was missing.
    for _ in 0..=N {
        let there = now(&alive(app, &mut app.db.read().await?).await?);
        if let Some(missing) =
            algorithms.iter().zip(&there).find_map(|(algorithm, key)| key.is_none().then_some(*algorithm))
        {
            add(app, missing, moment).await?;
            continue;
        }
        return whole(there).ok_or_else(|| Error::internal(key::Unusable));
    }
    Err(Error::internal(key::Unusable))
}

/// Makes the key that is missing. Another may do so meanwhile: the first that is kept counts for both.
async fn add(app: &App, algorithm: Algorithm, moment: &Moment) -> Result<(), Error> {
    let made = make(app, algorithm, moment.now, moment).await?;
    transaction!(app.db, |scope| {
        if signing(&store::alive(scope).await?, algorithm, moment).is_none() {
            store::insert(scope, &made, moment).await?;
        }
        Ok(())
    })
}

async fn make(app: &App, algorithm: Algorithm, active_at: Timestamp, moment: &Moment) -> Result<Made, Error> {
    let made = tokio::task::spawn_blocking(move || key::generate(algorithm)).await;
    let pkcs8 = made.map_err(Error::internal)?.map_err(Error::internal)?;
    let id = URL_SAFE_NO_PAD.encode(moment.bytes::<16>());
    let private = app.keys.encrypt(&context(&id), &pkcs8).map_err(Error::internal)?;
    Ok(Made { kept: Kept { id, algorithm, active_at }, private })
}

/// The newest that has begun and isn't past its days.
fn signing<'k>(
    kept: impl IntoIterator<Item = &'k Kept>,
    algorithm: Algorithm,
    moment: &Moment,
) -> Option<&'k Kept> {
    let begun = |key: &&Kept| key.algorithm == algorithm && key.active_at <= moment.now;
    let found = kept.into_iter().filter(begun).max_by_key(|key| key.active_at);
    found.filter(|key| moment.now < key.stops_at())
}

fn signs_now(alive: &[Live], algorithm: Algorithm, moment: &Moment) -> Option<Arc<SigningKey>> {
    let found = signing(alive.iter().map(|live| &live.kept), algorithm, moment)?;
    alive.iter().find(|live| live.kept.id == found.id).map(|live| Arc::clone(&live.key))
}

/// The public parts of all keys that count, as `jwks_uri` shows them (RFC 7517 §5). Whoever asks before the first sign-in must
/// find the keys that it will be signed with, so those that are missing are made.
///
/// # Errors
/// When the engine or the cryptographic library fails.
pub async fn shown(app: &App, moment: &Moment) -> Result<Value, Error> {
    each(app, Algorithm::ALL, moment).await?;
    let mut scope = app.db.read().await?;
    let mut keys = Vec::new();
    for live in alive(app, &mut scope).await?.iter().filter(|live| live.kept.counts(moment.now)) {
        keys.push(live.key.public().map_err(Error::internal)?);
    }
    Ok(json!({ "keys": keys }))
}

/// Makes the keys that follow those which sign, once the end of these is near.
///
/// # Errors
/// When the engine or the cryptographic library fails.
pub async fn rotate(app: &App, moment: &Moment) -> Result<(), Error> {
    let kept = store::alive(&mut app.db.read().await?).await?;
    app.signing.keep(&kept);
    for algorithm in Algorithm::ALL {
        let newest = kept.iter().filter(|key| key.algorithm == algorithm).max_by_key(|key| key.active_at);
        let Some(newest) = newest else { continue };
        if moment.now < after_days(newest.active_at, SIGNS_DAYS - SHOWN_DAYS) {
            continue;
        }
        let begins = newest.stops_at().max(after_days(moment.now, 1));
        let made = make(app, algorithm, begins, moment).await?;
        transaction!(app.db, |scope| {
            let all = store::alive(scope).await?;
            let there = all.iter().any(|key| key.algorithm == algorithm && key.active_at > newest.active_at);
            if !there {
                store::insert(scope, &made, moment).await?;
            }
            Ok::<_, Error>(())
        })?;
    }
    transaction!(app.db, |scope| {
        let ended = after_days(moment.now, -(SIGNS_DAYS + SHOWN_DAYS));
        store::forget_proofs(scope, moment.now).await?;
        store::forget_before(scope, ended).await
    })
}
