//! New names for what used a domain name that goes.

/// The name that somebody gets whose own is taken: `ana`, then `ana2`, `ana3`. `longest` is how many characters it may
/// have; the number takes the place of the last ones where there is no room.
#[must_use]
pub fn numbered(name: &str, number: u32, longest: usize) -> String {
    if number < 2 {
        return name.to_owned();
    }
    let number = number.to_string();
    let room = longest.saturating_sub(number.len());
    let kept: String = name.chars().take(room).collect();
    format!("{}{number}", kept.trim_end_matches(['.', '-', '_']))
}

/// The host that an identifier URI names, in lower case.
#[must_use]
pub fn host(uri: &str) -> Option<String> {
    let (_, rest) = uri.split_once("://")?;
    Some(rest.split('/').next().unwrap_or_default().to_ascii_lowercase()).filter(|host| !host.is_empty())
}

/// Does a host belong to a name: is it the name, or below it and below none of the `others`, which stand for themselves?
#[must_use]
pub fn belongs(host: &str, name: &str, others: &[String]) -> bool {
    let is_at = |host: &str, name: &str| {
        host == name || host.strip_suffix(name).is_some_and(|rest| rest.ends_with('.'))
    };
    let closer = |other: &&String| other.len() > name.len() && is_at(other, name) && is_at(host, other);
    is_at(host, name) && !others.iter().any(|other| closer(&other))
}

/// An identifier URI with one domain name in place of another; `None` where it doesn't belong to that.
#[must_use]
pub fn moved_uri(uri: &str, from: &str, to: &str, others: &[String]) -> Option<String> {
    let host = host(uri).filter(|host| belongs(host, from, others))?;
    let (scheme, rest) = uri.split_once("://")?;
    let path = &rest[host.len()..];
    Some(format!("{scheme}://{}{to}{path}", &host[..host.len() - from.len()]))
}

/// The URI with a number, where another application has the plain one.
#[must_use]
pub fn numbered_uri(uri: &str, number: u32) -> String {
    let plain = uri.trim_end_matches('/');
    let has_path = plain.split_once("://").is_some_and(|(_, rest)| rest.contains('/'));
    match number {
        0 | 1 => uri.to_owned(),
        _ if has_path => format!("{plain}-{number}"),
        _ => format!("{plain}/{number}"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_taken_name_gets_a_number() {
        assert_eq!(numbered("ana", 1, 64), "ana");
        assert_eq!(numbered("ana", 2, 64), "ana2");
        assert_eq!(numbered("ana.lee", 10, 6), "ana10");
    }

    #[test]
    fn an_identifier_moves_with_its_name() {
        let own = ["shop.contoso.com".to_owned()];
        for (uri, moved) in [
            ("api://contoso.com/orders", Some("api://c.onwork.test/orders")),
            ("https://Contoso.com", Some("https://c.onwork.test")),
            ("https://a.contoso.com/x/", Some("https://a.c.onwork.test/x/")),
            ("https://shop.contoso.com/", None),
            ("https://a.shop.contoso.com/", None),
            ("https://mycontoso.com/", None),
            ("api://0190a5b0-0000-7000-8000-000000000000", None),
        ] {
            assert_eq!(moved_uri(uri, "contoso.com", "c.onwork.test", &own).as_deref(), moved, "{uri}");
        }
        assert_eq!(numbered_uri("https://c.test/", 2), "https://c.test/2");
        assert_eq!(numbered_uri("api://c.test/orders", 3), "api://c.test/orders-3");
    }

    proptest! {
        #[test]
        fn any_text_is_taken(uri in ".{0,60}", number in 0_u32..2000, longest in 0_usize..70) {
            let _ = moved_uri(&uri, "contoso.com", "c.test", &[]);
            let named = numbered(&uri, number.max(2), longest.max(6));
            prop_assert!(named.chars().count() <= longest.max(6));
        }
    }
}
