//! What somebody lets an application know of them, by the scopes of OpenID Connect.

use super::locale::Locale;

/// The words for a scope; `None` where it isn't one of OpenID Connect.
#[must_use]
pub fn words(l: &Locale, scope: &str) -> Option<String> {
    Some(match scope {
        "openid" => l.t("consent-openid"),
        "profile" => l.t("consent-profile"),
        "email" => l.t("consent-email"),
        "address" => l.t("consent-address"),
        "phone" => l.t("consent-phone"),
        "offline_access" => l.t("consent-offline"),
        _ => return None,
    })
}
