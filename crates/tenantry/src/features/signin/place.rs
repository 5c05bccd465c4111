//! Familiar places: a browser in which a person signed in keeps a mark that only we can make.
//!
//! The mark says nothing to others: a random number and its keyed hash, bound to the person. Lockout counts failures
//! from marked browsers apart, so that guessing from elsewhere doesn't keep a person out of their own.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use model::ids::{TenantId, UserId};

use crate::app::App;
use crate::features::credentials::Place;
use crate::moment::Moment;
use crate::web::cookies;

/// How long a mark stays, in seconds, and how many people one browser may be familiar to.
const LASTS: i64 = 180 * 86_400;
const PEOPLE: usize = 4;
const PURPOSE: &str = "familiar place";

/// The place that a request comes from, for one person.
#[must_use]
pub fn place_of(app: &App, headers: &HeaderMap, tenant: TenantId, user: UserId) -> Place {
    let marks = cookies::get(app, headers, cookies::FAMILIAR).unwrap_or_default();
    if marks.split('.').take(PEOPLE).any(|mark| belongs(app, mark, tenant, user)) {
        Place::Familiar
    } else {
        Place::Unfamiliar
    }
}

/// Marks the browser as familiar to a person.
pub(super) fn mark(
    app: &App,
    asked: &HeaderMap,
    answered: &mut HeaderMap,
    (tenant, user): (TenantId, UserId),
    moment: &Moment,
) {
    let number = URL_SAFE_NO_PAD.encode(moment.bytes::<16>());
    let hash = URL_SAFE_NO_PAD.encode(app.keys.hash(PURPOSE, &person(tenant, user), &number));
    let marks = cookies::get(app, asked, cookies::FAMILIAR).unwrap_or_default();
    let others = marks.split('.').filter(|mark| !mark.is_empty() && !belongs(app, mark, tenant, user));
    let all: Vec<String> = std::iter::once(format!("{number}~{hash}"))
        .chain(others.take(PEOPLE - 1).map(str::to_owned))
        .collect();
    cookies::set(app, answered, cookies::FAMILIAR, &all.join("."), Some(LASTS));
}

fn belongs(app: &App, mark: &str, tenant: TenantId, user: UserId) -> bool {
    let Some((number, hash)) = mark.split_once('~') else { return false };
    URL_SAFE_NO_PAD
        .decode(hash)
        .is_ok_and(|hash| app.keys.matches(PURPOSE, &person(tenant, user), number, &hash))
}

fn person(tenant: TenantId, user: UserId) -> Vec<u8> {
    [tenant.0.as_bytes().as_slice(), user.0.as_bytes()].concat()
}
