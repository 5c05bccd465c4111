//! The rules of an application's properties.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::redirect::{LONGEST, check_address, check_identifier, check_redirect};
use super::{
    AddIn, AppRole, Application, ApplicationSettings, DISPLAY_NAME, Info, OPENID_SCOPES, OptionalClaims,
    PermissionScope, RequiredResource,
};
use crate::refusal::{Code, Refusal};

/// Entries of any list of an application (facts §5.3 bounds all of them together by 1,200).
const ENTRIES: usize = 250;
/// Characters of a role's or a permission's value.
const VALUE: usize = 120;

/// What an application's identifiers may name.
pub struct Home<'a> {
    pub tenant: Uuid,
    pub app_id: Uuid,
    pub verified_domains: &'a [String],
}

/// The name as it is kept.
///
/// # Errors
/// Empty, longer than 256 characters, or with control characters.
pub fn check_display_name(name: &str) -> Result<String, Refusal> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Refusal::new(Code::FieldRequired).on("displayName"));
    }
    match text("displayName", Some(name), DISPLAY_NAME) {
        Some(refusal) => Err(refusal),
        None => Ok(name.to_owned()),
    }
}

/// # Errors
/// Every rule that a property breaks.
pub fn check(settings: &ApplicationSettings, home: &Home<'_>) -> Result<(), Vec<Refusal>> {
    let mut refusals = Vec::new();
    texts(settings, &mut refusals);
    addresses(settings, home, &mut refusals);
    refusals.extend(roles(&settings.app_roles));
    refusals.extend(scopes(&settings.api.oauth2_permission_scopes));
    refusals.extend(shared_ids(settings));
    refusals.extend(required_resources(&settings.required_resource_access));
    refusals.extend(settings.optional_claims.as_ref().and_then(claims));
    refusals.extend(add_ins(&settings.add_ins));
    choices(settings, &mut refusals);
    if refusals.is_empty() { Ok(()) } else { Err(refusals) }
}

/// The address of the logo follows from the picture that was sent: nobody writes it.
///
/// # Errors
/// [`Code::PropertyReadOnly`].
pub fn check_logo(old: &Info, new: &Info) -> Result<(), Refusal> {
    if old.logo_url == new.logo_url {
        return Ok(());
    }
    Err(Refusal::new(Code::PropertyReadOnly).on("info.logoUrl").with("property", "info.logoUrl"))
}

/// Refuses to remove a role or a permission that is still enabled: somebody may be using it.
///
/// # Errors
/// [`Code::StillEnabled`], or as [`check_logo`].
pub fn check_change(old: &Application, new: &ApplicationSettings) -> Result<(), Refusal> {
    check_logo(&old.settings.info, &new.info)?;
    if old.settings.unique_name.is_some() && old.settings.unique_name != new.unique_name {
        return Err(Refusal::new(Code::UniqueNameFixed).on("uniqueName"));
    }
    let kept = |id: Uuid| new.app_roles.iter().any(|role| role.id == id);
    if let Some(role) = old.settings.app_roles.iter().find(|role| role.is_enabled && !kept(role.id)) {
        return Err(still_enabled("appRoles", role.value.as_deref(), role.id));
    }
    let kept = |id: Uuid| new.api.oauth2_permission_scopes.iter().any(|scope| scope.id == id);
    let mut scopes = old.settings.api.oauth2_permission_scopes.iter();
    match scopes.find(|scope| scope.is_enabled && !kept(scope.id)) {
        Some(scope) => Err(still_enabled("oauth2PermissionScopes", scope.value.as_deref(), scope.id)),
        None => Ok(()),
    }
}

fn still_enabled(on: &'static str, value: Option<&str>, id: Uuid) -> Refusal {
    let name = value.map_or_else(|| id.to_string(), str::to_owned);
    Refusal::new(Code::StillEnabled).on(on).with("name", name)
}

/// A text of at most so many characters, where one is set. Notes and descriptions may have lines.
pub(super) fn text(on: &'static str, value: Option<&str>, most: usize) -> Option<Refusal> {
    let value = value?;
    if value.chars().count() > most {
        return Some(Refusal::new(Code::FieldTooLong).on(on).with("max", most.to_string()));
    }
    let has_lines = matches!(on, "notes" | "description");
    let refused =
        |character: char| character.is_control() && !(has_lines && matches!(character, '\n' | '\r' | '\t'));
    value.chars().any(refused).then(|| Refusal::new(Code::PropertyCharacters).on(on))
}

/// A list of different texts, none of them empty.
pub(super) fn lines(on: &'static str, values: &[String], most: usize) -> Option<Refusal> {
    if values.len() > ENTRIES {
        return Some(Refusal::new(Code::PropertyTooMany).on(on).with("max", ENTRIES.to_string()));
    }
    let different: BTreeSet<_> = values.iter().collect();
    if different.len() < values.len() {
        return Some(Refusal::new(Code::PropertyRepeated).on(on));
    }
    values.iter().find_map(|value| match value.as_str() {
        "" => Some(Refusal::new(Code::FieldRequired).on(on)),
        value => text(on, Some(value), most),
    })
}

pub(super) fn add_ins(add_ins: &[AddIn]) -> Option<Refusal> {
    if add_ins.len() > ENTRIES || add_ins.iter().any(|add_in| add_in.properties.len() > ENTRIES) {
        return Some(Refusal::new(Code::PropertyTooMany).on("addIns").with("max", ENTRIES.to_string()));
    }
    add_ins.iter().find_map(|add_in| {
        let values =
            add_in.properties.iter().flat_map(|pair| [Some(pair.key.as_str()), pair.value.as_deref()]);
        let mut all = values.chain([Some(add_in.r#type.as_str())]);
        all.find_map(|value| text("addIns", value, 1024))
    })
}

fn texts(settings: &ApplicationSettings, refusals: &mut Vec<Refusal>) {
    for (on, value, most) in [
        ("description", &settings.description, 1024),
        ("notes", &settings.notes, 1024),
        ("serviceManagementReference", &settings.service_management_reference, 256),
        ("uniqueName", &settings.unique_name, 128),
    ] {
        refusals.extend(text(on, value.as_deref(), most));
    }
    refusals.extend(lines("tags", &settings.tags, 256));
    let countries = &settings.parental_control_settings.countries_blocked_for_minors;
    refusals.extend(lines("countriesBlockedForMinors", countries, 2));
    refusals.extend(text(
        "legalAgeGroupRule",
        Some(&settings.parental_control_settings.legal_age_group_rule),
        64,
    ));
    let weak = settings.request_signature_verification.as_ref();
    let weak = weak.and_then(|signature| signature.allowed_weak_algorithms.as_deref());
    refusals.extend(text("allowedWeakAlgorithms", weak, 64));
}

fn addresses(settings: &ApplicationSettings, home: &Home<'_>, refusals: &mut Vec<Refusal>) {
    for (on, uris) in [
        ("web.redirectUris", &settings.web.redirect_uris),
        ("spa.redirectUris", &settings.spa.redirect_uris),
        ("publicClient.redirectUris", &settings.public_client.redirect_uris),
        ("identifierUris", &settings.identifier_uris),
    ] {
        refusals.extend(lines(on, uris, LONGEST));
    }
    refusals.extend(settings.redirect_uris().find_map(|(platform, uri)| check_redirect(platform, uri).err()));
    let identifiers = settings.identifier_uris.iter();
    refusals.extend(
        identifiers
            .filter_map(|uri| check_identifier(home.app_id, home.tenant, home.verified_domains, uri).err())
            .next(),
    );
    for (on, address) in [
        ("homePageUrl", &settings.web.home_page_url),
        ("logoutUrl", &settings.web.logout_url),
        ("marketingUrl", &settings.info.marketing_url),
        ("privacyStatementUrl", &settings.info.privacy_statement_url),
        ("supportUrl", &settings.info.support_url),
        ("termsOfServiceUrl", &settings.info.terms_of_service_url),
        ("samlMetadataUrl", &settings.saml_metadata_url),
        ("defaultRedirectUri", &settings.default_redirect_uri),
    ] {
        if let Some(address) = address.as_deref().filter(|address| !address.is_empty()) {
            refusals.extend(check_address(on, address).err());
        }
    }
}

/// Letters, digits and signs; no space, and no dot in front (Microsoft Graph, appRole).
fn check_value(on: &'static str, value: Option<&str>) -> Option<Refusal> {
    let value = value.filter(|value| !value.is_empty())?;
    if value.chars().count() > VALUE {
        return Some(Refusal::new(Code::FieldTooLong).on(on).with("max", VALUE.to_string()));
    }
    let allowed =
        |byte: u8| byte.is_ascii_alphanumeric() || b":!#$%&'()*+,-./;=?@[]^_`{|}~<>".contains(&byte);
    let accepted = value.bytes().all(allowed) && !value.starts_with('.');
    (!accepted).then(|| {
        Refusal::new(Code::RoleValueInvalid).on(on).with("name", value.chars().take(80).collect::<String>())
    })
}

fn unique<'a>(on: &'static str, entries: impl Iterator<Item = (Uuid, Option<&'a str>)>) -> Option<Refusal> {
    let (mut ids, mut values) = (BTreeSet::new(), BTreeSet::new());
    for (id, value) in entries {
        if id.is_nil() {
            return Some(Refusal::new(Code::FieldRequired).on(on));
        }
        let value = value.filter(|value| !value.is_empty());
        if !ids.insert(id) || value.is_some_and(|value| !values.insert(value)) {
            return Some(Refusal::new(Code::PropertyRepeated).on(on));
        }
    }
    None
}

fn roles(roles: &[AppRole]) -> Option<Refusal> {
    let on = "appRoles";
    if roles.len() > ENTRIES {
        return Some(Refusal::new(Code::PropertyTooMany).on(on).with("max", ENTRIES.to_string()));
    }
    let wrong = |role: &AppRole| {
        let kinds = &role.allowed_member_types;
        let known = kinds.iter().all(|kind| matches!(kind.as_str(), "User" | "Application"));
        if kinds.is_empty() || !known || kinds.len() > 2 {
            return Some(Refusal::new(Code::PropertyChoice).on("allowedMemberTypes"));
        }
        if role.display_name.as_deref().is_none_or(|name| name.trim().is_empty()) {
            return Some(Refusal::new(Code::FieldRequired).on("displayName"));
        }
        check_value(on, role.value.as_deref())
            .or_else(|| text("displayName", role.display_name.as_deref(), 256))
            .or_else(|| text("description", role.description.as_deref(), 1024))
            .or_else(|| text("origin", role.origin.as_deref(), 64))
    };
    roles
        .iter()
        .find_map(wrong)
        .or_else(|| unique(on, roles.iter().map(|role| (role.id, role.value.as_deref()))))
}

fn scopes(scopes: &[PermissionScope]) -> Option<Refusal> {
    let on = "oauth2PermissionScopes";
    if scopes.len() > ENTRIES {
        return Some(Refusal::new(Code::PropertyTooMany).on(on).with("max", ENTRIES.to_string()));
    }
    let wrong = |scope: &PermissionScope| {
        if !matches!(scope.r#type.as_str(), "User" | "Admin") {
            return Some(Refusal::new(Code::PropertyChoice).on("type"));
        }
        let reserved = |value: &str| OPENID_SCOPES.iter().any(|name| name.eq_ignore_ascii_case(value));
        if let Some(value) = scope.value.as_deref().filter(|value| reserved(value)) {
            return Some(Refusal::new(Code::RoleValueInvalid).on(on).with("name", value));
        }
        check_value(on, scope.value.as_deref())
            .or_else(|| text("adminConsentDescription", scope.admin_consent_description.as_deref(), 1024))
            .or_else(|| text("adminConsentDisplayName", scope.admin_consent_display_name.as_deref(), 256))
            .or_else(|| text("userConsentDescription", scope.user_consent_description.as_deref(), 1024))
            .or_else(|| text("userConsentDisplayName", scope.user_consent_display_name.as_deref(), 256))
            .or_else(|| text("origin", scope.origin.as_deref(), 64))
    };
    scopes
        .iter()
        .find_map(wrong)
        .or_else(|| unique(on, scopes.iter().map(|scope| (scope.id, scope.value.as_deref()))))
}

/// A role and a permission share an id only where they are the same right, with the same value.
fn shared_ids(settings: &ApplicationSettings) -> Option<Refusal> {
    let clashes = |scope: &PermissionScope| {
        settings.app_roles.iter().any(|role| role.id == scope.id && role.value != scope.value)
    };
    let mut scopes = settings.api.oauth2_permission_scopes.iter();
    scopes.any(clashes).then(|| Refusal::new(Code::PropertyRepeated).on("oauth2PermissionScopes"))
}

fn required_resources(resources: &[RequiredResource]) -> Option<Refusal> {
    let on = "requiredResourceAccess";
    let all: usize = resources.iter().map(|resource| resource.resource_access.len()).sum();
    // Microsoft Graph: 50 resources, 400 permissions.
    if resources.len() > 50 || all > 400 {
        return Some(Refusal::new(Code::PropertyTooMany).on(on).with("max", "400"));
    }
    let mut seen = BTreeSet::new();
    for resource in resources {
        if resource.resource_app_id.is_empty() {
            return Some(Refusal::new(Code::FieldRequired).on("resourceAppId"));
        }
        if !seen.insert(&resource.resource_app_id) {
            return Some(Refusal::new(Code::PropertyRepeated).on(on));
        }
        let known =
            resource.resource_access.iter().all(|access| matches!(access.r#type.as_str(), "Scope" | "Role"));
        if !known {
            return Some(Refusal::new(Code::PropertyChoice).on("type"));
        }
        if let Some(refusal) = text("resourceAppId", Some(&resource.resource_app_id), 256) {
            return Some(refusal);
        }
    }
    None
}

fn claims(claims: &OptionalClaims) -> Option<Refusal> {
    let mut all = claims.access_token.iter().chain(&claims.id_token).chain(&claims.saml2_token);
    if all.clone().count() > ENTRIES {
        return Some(
            Refusal::new(Code::PropertyTooMany).on("optionalClaims").with("max", ENTRIES.to_string()),
        );
    }
    all.find_map(|claim| {
        if claim.name.is_empty() {
            return Some(Refusal::new(Code::FieldRequired).on("name"));
        }
        text("name", Some(&claim.name), 256)
            .or_else(|| text("source", claim.source.as_deref(), 256))
            .or_else(|| lines("additionalProperties", &claim.additional_properties, 256))
    })
}

fn choices(settings: &ApplicationSettings, refusals: &mut Vec<Refusal>) {
    const GROUPS: [&str; 5] = ["None", "SecurityGroup", "DirectoryRole", "ApplicationGroup", "All"];
    let groups = settings.group_membership_claims.as_deref().unwrap_or("None");
    if !groups.split(',').all(|name| GROUPS.contains(&name.trim())) {
        refusals.push(Refusal::new(Code::PropertyChoice).on("groupMembershipClaims"));
    }
    if !matches!(settings.api.requested_access_token_version, None | Some(1 | 2)) {
        refusals.push(Refusal::new(Code::PropertyChoice).on("requestedAccessTokenVersion"));
    }
    let native = settings.native_authentication_apis_enabled.as_deref().unwrap_or("none");
    if !matches!(native, "none" | "all") {
        refusals.push(Refusal::new(Code::PropertyChoice).on("nativeAuthenticationApisEnabled"));
    }
    let lists =
        [settings.api.known_client_applications.len(), settings.api.pre_authorized_applications.len()];
    if lists.iter().any(|entries| *entries > ENTRIES) {
        refusals.push(Refusal::new(Code::PropertyTooMany).on("api").with("max", ENTRIES.to_string()));
    }
}
