//! State that a browser carries between the steps of a flow: encrypted, authenticated, of one purpose, for a while.
//!
//! The cookie can't be read or altered by anybody, used for another flow, or kept for longer than it was meant.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::cookies;
use crate::app::App;
use crate::error::Error;
use crate::moment::Moment;

#[derive(Serialize, Deserialize)]
struct Sealed<T> {
    until: Timestamp,
    state: T,
}

/// Puts state into the cookie `name` for so many seconds.
///
/// # Errors
/// When the state can't be written or encrypted.
pub fn put<T: Serialize>(
    app: &App,
    headers: &mut HeaderMap,
    name: &str,
    state: T,
    seconds: i64,
    moment: &Moment,
) -> Result<(), Error> {
    let sealed = Sealed { until: moment.after_seconds(seconds), state };
    let plain = serde_json::to_vec(&sealed).map_err(Error::internal)?;
    let stored = app.keys.encrypt(&context(name), &plain).map_err(Error::internal)?;
    cookies::set(app, headers, name, &URL_SAFE_NO_PAD.encode(stored), Some(seconds));
    Ok(())
}

/// The state of the cookie `name`; `None` when there is none, it was altered, or its time has passed.
#[must_use]
pub fn get<T: DeserializeOwned>(app: &App, headers: &HeaderMap, name: &str, moment: &Moment) -> Option<T> {
    let stored = URL_SAFE_NO_PAD.decode(cookies::get(app, headers, name)?).ok()?;
    let plain = app.keys.decrypt(&context(name), &stored)?;
    let sealed: Sealed<T> = serde_json::from_slice(&plain).ok()?;
    (moment.now < sealed.until).then_some(sealed.state)
}

fn context(name: &str) -> Vec<u8> {
    format!("cookie {name}").into_bytes()
}
