//! Cookies: host-only, HttpOnly, SameSite=Lax; with the `__Host-` prefix and Secure wherever the public URL is https.

use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};

use crate::app::App;

/// Names of our cookies, without the prefix.
pub const SESSION: &str = "session";
pub const SIGN_UP: &str = "sign-up";
pub const SIGN_IN: &str = "sign-in";
pub const RESET: &str = "reset";
pub const FAMILIAR: &str = "familiar";
pub const PASSKEY: &str = "passkey";
pub const PROVIDER: &str = "provider";
pub const WAITING: &str = "waiting";

/// The name of a cookie as browsers get it.
pub(super) fn full_name(secure: bool, name: &str) -> String {
    if secure { format!("__Host-{name}") } else { name.to_owned() }
}

/// The value of a cookie of ours.
#[must_use]
pub fn get(app: &App, headers: &HeaderMap, name: &str) -> Option<String> {
    let name = full_name(app.config.server.is_secure(), name);
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// Sets a cookie for so many seconds, or until the browser closes where `seconds` is `None`.
pub fn set(app: &App, headers: &mut HeaderMap, name: &str, value: &str, seconds: Option<i64>) {
    put(app.config.server.is_secure(), headers, name, value, seconds);
}

/// The same where there is no [`App`].
pub(super) fn put(secure: bool, headers: &mut HeaderMap, name: &str, value: &str, seconds: Option<i64>) {
    let only = if secure { "; Secure" } else { "" };
    let age = seconds.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
    let text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{only}{age}", full_name(secure, name));
    if let Ok(value) = HeaderValue::from_str(&text) {
        headers.append(SET_COOKIE, value);
    }
}

/// Takes a cookie away.
pub fn clear(app: &App, headers: &mut HeaderMap, name: &str) {
    set(app, headers, name, "", Some(0));
}
