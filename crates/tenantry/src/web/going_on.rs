//! Which application somebody signs in for: a name that whoever checked the application's request vouches for, beside the
//! address that goes on to it. Nothing in a link can make one up.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::app::App;

const PURPOSE: &str = "signing in for";

/// The name for the address of the sign-in page that goes on to `next`.
#[must_use]
pub fn vouch(app: &App, next: &str, name: &str) -> String {
    let proof = app.keys.hash(PURPOSE, next.as_bytes(), name);
    format!("{}.{}", URL_SAFE_NO_PAD.encode(name), URL_SAFE_NO_PAD.encode(proof))
}

/// The name, where it was vouched for on the way to `next`.
#[must_use]
pub fn vouched(app: &App, next: &str, told: &str) -> Option<String> {
    let (name, proof) = told.split_once('.')?;
    let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
    let name = String::from_utf8(decoded(name)?).ok()?;
    app.keys.matches(PURPOSE, next.as_bytes(), &name, &decoded(proof)?).then_some(name)
}
