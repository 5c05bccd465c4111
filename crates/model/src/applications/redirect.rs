//! Addresses that an application may send people to, and its own identifiers.

use uuid::Uuid;

use crate::refusal::{Code, Refusal};

/// Characters of a redirect URI or an identifier URI (facts §4.4).
pub const LONGEST: usize = 256;

/// Where a redirect URI is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    Web,
    /// A page with script, which can keep no secret.
    Spa,
    /// A program on somebody's device.
    PublicClient,
}

impl Platform {
    /// The property that holds its redirect URIs.
    #[must_use]
    pub fn property(self) -> &'static str {
        match self {
            Self::Web => "web.redirectUris",
            Self::Spa => "spa.redirectUris",
            Self::PublicClient => "publicClient.redirectUris",
        }
    }
}

/// Schemes that a browser takes as content or script, never as an address of a program.
const NEVER: [&str; 9] =
    ["javascript", "data", "file", "vbscript", "about", "blob", "ws", "wss", "view-source"];

/// # Errors
/// [`Code::RedirectUriInvalid`] with the reason's kind, or too long.
pub fn check_redirect(platform: Platform, uri: &str) -> Result<(), Refusal> {
    let on = platform.property();
    if uri.chars().count() > LONGEST {
        return Err(Refusal::new(Code::FieldTooLong).on(on).with("max", LONGEST.to_string()));
    }
    let refused = || Refusal::new(Code::RedirectUriInvalid).on(on).with("uri", shown(uri));
    if !uri.bytes().all(|byte| byte.is_ascii_graphic()) || uri.contains(['#', '*', '\\', '"', '<', '>', '`'])
    {
        return Err(refused());
    }
    let (scheme, rest) = uri.split_once(':').ok_or_else(refused)?;
    let scheme = scheme.to_ascii_lowercase();
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_lowercase())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    if !is_scheme || NEVER.contains(&scheme.as_str()) {
        return Err(refused());
    }
    let accepted = match scheme.as_str() {
        "https" => host(rest).is_some_and(|host| !host.is_empty()),
        "http" => host(rest).is_some_and(|host| matches!(host, "localhost" | "127.0.0.1" | "[::1]")),
        _ => platform == Platform::PublicClient && !rest.trim_start_matches('/').is_empty(),
    };
    if accepted { Ok(()) } else { Err(refused()) }
}

/// An address of the web that an application names, such as its home page.
///
/// # Errors
/// [`Code::WebAddressInvalid`], or too long.
pub fn check_address(on: &'static str, uri: &str) -> Result<(), Refusal> {
    if uri.chars().count() > LONGEST {
        return Err(Refusal::new(Code::FieldTooLong).on(on).with("max", LONGEST.to_string()));
    }
    let scheme = uri.split_once(':');
    let (is_web, rest) = scheme.map_or((false, ""), |(scheme, rest)| {
        (scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http"), rest)
    });
    let readable = uri.chars().all(|character| !character.is_whitespace() && !character.is_control());
    if is_web && readable && host(rest).is_some_and(|host| !host.is_empty()) {
        return Ok(());
    }
    Err(Refusal::new(Code::WebAddressInvalid).on(on).with("uri", shown(uri)))
}

/// Host and port of an address that a page links to where people sign in: https, or http on their own machine, and in a spelling
/// in which nobody reads another host.
#[must_use]
pub fn linked_host(address: &str) -> Option<&str> {
    let (scheme, rest) = address.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (authority, ""),
    };
    let is_near = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    let is_name =
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
    let is_plain = port.bytes().all(|byte| byte.is_ascii_digit())
        && !address.chars().any(|character| character.is_whitespace() || character.is_control());
    let is_safe = match scheme.to_ascii_lowercase().as_str() {
        "https" => is_near || is_name,
        "http" => is_near,
        _ => false,
    };
    (is_safe && is_plain).then_some(authority)
}

/// # Errors
/// [`Code::IdentifierUriInvalid`] unless it names the application itself or a verified domain name, or too long.
pub fn check_identifier(app_id: Uuid, tenant: Uuid, verified: &[String], uri: &str) -> Result<(), Refusal> {
    let on = "identifierUris";
    if uri.chars().count() > LONGEST {
        return Err(Refusal::new(Code::FieldTooLong).on(on).with("max", LONGEST.to_string()));
    }
    let refused = || Refusal::new(Code::IdentifierUriInvalid).on(on).with("uri", shown(uri));
    if !uri.bytes().all(|byte| byte.is_ascii_graphic()) || uri.contains(['#', '*', '?', '\\', '"', '<', '>'])
    {
        return Err(refused());
    }
    let (scheme, rest) = uri.split_once("://").ok_or_else(refused)?;
    let host = rest.split('/').next().unwrap_or_default().to_ascii_lowercase();
    let below = |domain: &String| host == *domain || host.ends_with(&format!(".{domain}"));
    let own = |part: &str| part.eq_ignore_ascii_case(&app_id.to_string());
    let named = match scheme {
        "api" => own(&host) || host == tenant.to_string() || rest.split('/').nth(1).is_some_and(own),
        "https" => false,
        _ => return Err(refused()),
    };
    let names_something = !rest.ends_with('/') || scheme == "https";
    if (named || verified.iter().any(below)) && names_something { Ok(()) } else { Err(refused()) }
}

/// The host between `//` and path, without its port; `None` where somebody hides one behind a user name.
fn host(rest: &str) -> Option<&str> {
    let authority = rest.strip_prefix("//")?.split(['/', '?']).next()?;
    if authority.contains('@') {
        return None;
    }
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => Some(host),
        _ => Some(authority),
    }
}

fn shown(uri: &str) -> String {
    uri.chars().filter(|character| !character.is_control()).take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::linked_host;

    #[test]
    fn pages_link_to_hosts_that_everybody_reads_alike() {
        for (address, host) in [
            ("https://shop.example", "shop.example"),
            ("HTTPS://shop.example/terms?a=b#c@d", "shop.example"),
            ("https://shop.example:8443/", "shop.example:8443"),
            ("http://localhost:3000/privacy", "localhost:3000"),
            ("http://[::1]/privacy", "[::1]"),
            ("https://[::1]:81/privacy", "[::1]:81"),
        ] {
            assert_eq!(linked_host(address), Some(host), "{address}");
        }
        for address in [
            "",
            "shop.example",
            "javascript://shop.example/%0aalert(1)",
            "javascript:alert(1)",
            "data:text/html,x",
            "http://shop.example/",
            "http://localhost.evil.example/",
            "https:///terms",
            "https://accounts.example@evil.example/",
            "https://evil.example\\.accounts.example/",
            "https://evil.example\\@accounts.example/",
            "https://evil.example%2f.accounts.example/",
            "https://sh\u{f6}p.example/",
            "https://shop.example:x/",
            "https://shop.example/a b",
            "https://shop.example/\n",
        ] {
            assert_eq!(linked_host(address), None, "{address}");
        }
    }
}
