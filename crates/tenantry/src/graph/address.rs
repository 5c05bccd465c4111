//! One spelling of each address. OData has several, and clients that are generated from Graph's metadata use those which
//! people never write: `/users/delta()`, `/users('ana@contoso.com')`, `/members/graph.user`,
//! `/microsoft.graph.getMemberGroups` (OData 4.01, part 2, §4).

use std::borrow::Cow;

use http::Uri;
use uuid::Uuid;

/// The types that a path is cast to; another name behind `microsoft.graph.` is an action's or a function's.
const TYPES: [&str; 8] = [
    "administrativeUnit",
    "user",
    "group",
    "application",
    "servicePrincipal",
    "directoryRole",
    "device",
    "directoryObject",
];

/// Collections that clients write in other letters.
const NAMES: [&str; 8] = [
    "administrativeUnits",
    "applications",
    "deletedItems",
    "directoryObjects",
    "federatedIdentityCredentials",
    "groups",
    "oauth2PermissionGrants",
    "servicePrincipals",
];

/// The tenant that an address names before the collection. Whoever asks may name their own alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedTenant(pub Uuid);

/// The address in the spelling of our routes, and the tenant that it named; `None` where it is in that spelling already.
/// `/beta` is answered as `/v1.0` is.
#[must_use]
pub fn usual(uri: &Uri) -> Option<(Uri, Option<NamedTenant>)> {
    // Azure's clients put a path that begins with a slash behind an address that ends in one.
    if let Some(rest) = uri.path().strip_prefix("//") {
        let path = format!("/{}", rest.trim_start_matches('/'));
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        let once: Uri = format!("{path}{query}").parse().ok()?;
        return usual(&once).or(Some((once, None)));
    }
    let beta = uri.path().strip_prefix("/beta/");
    let rest = beta.or_else(|| uri.path().strip_prefix("/v1.0/"))?;
    // Graph keeps them there; older clients know them without.
    let units = rest.strip_prefix("directory/").filter(|rest| {
        let name = rest.split(['/', '(']).next().unwrap_or_default();
        name.eq_ignore_ascii_case("administrativeUnits")
    });
    let mut changed = rest.ends_with('/') || beta.is_some() || units.is_some();
    let rest = units.unwrap_or(rest);
    let mut named = None;
    let mut path = String::from("/v1.0");
    for (index, segment) in rest.split('/').filter(|segment| !segment.is_empty()).enumerate() {
        if index == 0 && (segment == "myorganization" || segment.parse::<Uuid>().is_ok()) {
            named = segment.parse().ok().map(NamedTenant);
            changed = true;
            continue;
        }
        let usual = segment_of(segment);
        changed |= matches!(usual, Cow::Owned(_));
        path.push('/');
        path.push_str(&usual);
    }
    if !changed {
        return None;
    }
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    Some((format!("{path}{query}").parse().ok()?, named))
}

fn segment_of(segment: &str) -> Cow<'_, str> {
    // Signs that stand for themselves in a path, and that some clients escape all the same (RFC 3986 §3.3).
    let escaped = [("%24", "$"), ("%27", "'"), ("%28", "("), ("%29", ")"), ("%3D", "=")];
    if escaped.iter().any(|(code, _)| segment.contains(code)) {
        let plain = escaped.iter().fold(segment.to_owned(), |text, (code, sign)| text.replace(code, sign));
        return Cow::Owned(segment_of(&plain).into_owned());
    }
    let named = segment.strip_prefix("microsoft.graph.").or_else(|| segment.strip_prefix("graph."));
    if let Some(name) = named {
        let name = name.strip_suffix("()").unwrap_or(name);
        return if !TYPES.contains(&name) {
            Cow::Owned(name.to_owned())
        } else if segment.starts_with("graph.") {
            Cow::Owned(format!("microsoft.graph.{name}"))
        } else {
            Cow::Borrowed(segment)
        };
    }
    if let Some(name) = segment.strip_suffix("()") {
        return Cow::Owned(name.to_owned());
    }
    // A key that names its property becomes a segment that does: applications/appId=….
    let inside = segment.split_once('(').and_then(|(name, inside)| Some((name, inside.strip_suffix("')")?)));
    if let Some((name, (property, key))) =
        inside.and_then(|(name, inside)| Some((name, inside.split_once("='")?)))
        && !name.is_empty()
        && property.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && !property.is_empty()
        && !key.contains('\'')
    {
        return Cow::Owned(format!("{}/{property}={key}", known(name)));
    }
    match segment.split_once("('").and_then(|(name, key)| Some((name, key.strip_suffix("')")?))) {
        Some((name, key)) if !name.is_empty() && !key.contains('\'') => Cow::Owned(format!("{name}/{key}")),
        _ if known(segment) != segment => Cow::Owned(known(segment).to_owned()),
        _ => Cow::Borrowed(segment),
    }
}

/// A collection in its own letters: some clients write `deleteditems`.
fn known(name: &str) -> &str {
    NAMES.into_iter().find(|known| known.eq_ignore_ascii_case(name)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::usual;

    #[test]
    fn a_tenant_may_be_named_and_beta_is_the_same() {
        let id = "6c7b2f43-0a4e-4c5a-9a39-2b6f4b1b8f10";
        let (uri, named) = usual(&format!("/beta/{id}/users?$top=1").parse().unwrap()).unwrap();
        assert_eq!(
            (uri.to_string().as_str(), named.unwrap().0.to_string().as_str()),
            ("/v1.0/users?$top=1", id)
        );
        let (uri, named) = usual(&"/v1.0/myorganization/groups".parse().unwrap()).unwrap();
        assert_eq!((uri.to_string().as_str(), named), ("/v1.0/groups", None));
        assert_eq!(usual(&format!("/v1.0/users/{id}").parse().unwrap()), None);
    }

    #[test]
    fn every_spelling_leads_to_one_route() {
        for (written, expected) in [
            ("/v1.0/users/delta()?$select=id", "/v1.0/users/delta?$select=id"),
            ("/v1.0/users/microsoft.graph.delta()", "/v1.0/users/delta"),
            ("/v1.0/users('ana@contoso.com')/memberOf/", "/v1.0/users/ana@contoso.com/memberOf"),
            (
                "/v1.0/groups/1/members/graph.user/$count",
                "/v1.0/groups/1/members/microsoft.graph.user/$count",
            ),
            ("/v1.0/groups/1/members/%24ref", "/v1.0/groups/1/members/$ref"),
            ("/v1.0/users(%27ana@contoso.com%27)", "/v1.0/users/ana@contoso.com"),
            ("/v1.0/applications(appId='1')/owners", "/v1.0/applications/appId=1/owners"),
            ("/v1.0/servicePrincipals(appId%3D%271%27)", "/v1.0/servicePrincipals/appId=1"),
            ("/v1.0/directory/deleteditems/1", "/v1.0/directory/deletedItems/1"),
            ("/v1.0/me/microsoft.graph.getMemberGroups", "/v1.0/me/getMemberGroups"),
            ("//metadata/endpoints?api-version=1", "/metadata/endpoints?api-version=1"),
            ("//v1.0/users/delta()", "/v1.0/users/delta"),
        ] {
            assert_eq!(usual(&written.parse().unwrap()).unwrap().0.to_string(), expected);
        }
        for usual_already in [
            "/v1.0/users/delta?$deltatoken=delta()",
            "/v1.0/groups/1/members/microsoft.graph.user",
            "/v1.0/applications(='1')",
            "/people/delta()",
            "/v1.0/users('a'b')",
        ] {
            assert_eq!(usual(&usual_already.parse().unwrap()), None, "{usual_already}");
        }
    }
}
