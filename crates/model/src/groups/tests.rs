use super::*;

fn security() -> GroupProperties {
    let mut group = GroupProperties { security_enabled: true, ..GroupProperties::default() };
    group.texts.insert("mailNickname".into(), "sales".into());
    group
}

fn unified() -> GroupProperties {
    GroupProperties { mail_enabled: true, group_types: vec![UNIFIED.into()], ..security() }
}

fn codes(group: &GroupProperties, old: Option<&GroupProperties>) -> Vec<Code> {
    group.faults(old).into_iter().map(|refusal| refusal.code).collect()
}

fn with(mut group: GroupProperties, name: &str, value: &str) -> GroupProperties {
    let text = TEXTS.into_iter().find(|text| text.name == name).unwrap();
    group.set(text, text.check(value).unwrap());
    group
}

#[test]
fn texts_have_limits_and_values() {
    assert!(TEXTS.is_sorted_by_key(|text| text.name));
    let check = |name: &str, value: &str| {
        let text = TEXTS.into_iter().find(|text| text.name == name).unwrap();
        text.check(value).map_err(|refusal| refusal.code)
    };
    assert_eq!(check("description", " two\nlines "), Ok(Some("two\nlines".into())));
    assert_eq!(check("description", &"é".repeat(1025)), Err(Code::FieldTooLong));
    assert_eq!(check("description", "a\u{0}b"), Err(Code::PropertyCharacters));
    assert_eq!(check("mailNickname", "sales team"), Err(Code::PropertyCharacters));
    assert_eq!(check("mailNickname", ""), Ok(None));
    assert_eq!(check("visibility", "private"), Ok(Some("Private".into())));
    assert_eq!(check("theme", "beige"), Err(Code::PropertyNotOneOf));
    assert_eq!(check_name(&"n".repeat(257)).unwrap_err().code, Code::FieldTooLong);
    assert_eq!(check_name(" ").unwrap_err().code, Code::FieldRequired);
}

#[test]
fn kinds_fit_their_properties() {
    assert!(codes(&security(), None).is_empty());
    assert!(codes(&unified(), None).is_empty());
    let mailed = GroupProperties { mail_enabled: true, ..security() };
    assert_eq!(codes(&mailed, None), [Code::GroupKindUnfit]);
    assert_eq!(codes(&with(security(), "theme", "Teal"), None), [Code::GroupUnifiedAlone]);
    assert_eq!(codes(&with(security(), "visibility", HIDDEN), None), [Code::GroupUnifiedAlone]);
    let roles = GroupProperties { is_assignable_to_role: Some(true), ..unified() };
    assert!(codes(&roles, None).is_empty());
    assert_eq!(codes(&with(roles, "visibility", "Public"), None), [Code::GroupRolesUnfit]);
}

#[test]
fn rules_belong_to_dynamic_groups() {
    let dynamic = GroupProperties { group_types: vec![DYNAMIC.into()], ..security() };
    assert_eq!(codes(&dynamic, None), [Code::GroupRuleMissing]);
    let rule = "user.department -eq \"Sales\"";
    assert!(codes(&with(dynamic.clone(), "membershipRule", rule), None).is_empty());
    assert_eq!(codes(&with(security(), "membershipRule", rule), None), [Code::GroupRuleUnfit]);
    let broken = with(dynamic, "membershipRule", "user.department -eq").faults(None);
    assert_eq!(broken[0].code, Code::GroupRuleFault);
    assert!(broken[0].arguments.contains(&("at", "20".to_owned())), "{broken:?}");
}

#[test]
fn what_is_fixed_stays() {
    let roles = GroupProperties { is_assignable_to_role: Some(true), ..security() };
    assert_eq!(codes(&roles, Some(&security())), [Code::PropertyFixed]);
    assert_eq!(codes(&unified(), Some(&security())), [Code::PropertyFixed]);
    assert_eq!(codes(&with(unified(), "visibility", HIDDEN), Some(&unified())), [Code::PropertyFixed]);
    let named = with(security(), "uniqueName", "sales");
    assert!(codes(&named, Some(&security())).is_empty());
    assert_eq!(codes(&security(), Some(&named)), [Code::PropertyFixed]);
}

#[test]
fn members_fit_the_kind_of_group() {
    use ObjectKind::{Application, Group, ServicePrincipal, User};
    let (plain, together) = (security(), unified());
    let roles = GroupProperties { is_assignable_to_role: Some(true), ..security() };
    assert!(plain.takes(User, None) && together.takes(User, None) && roles.takes(User, None));
    assert!(plain.takes(Group, Some(&plain)) && plain.takes(Group, Some(&roles)));
    assert!(!plain.takes(Group, Some(&together)) && !together.takes(Group, Some(&plain)));
    assert!(!roles.takes(Group, Some(&plain)) && !plain.takes(Application, None));
    assert!(plain.takes(ServicePrincipal, None) && !together.takes(ServicePrincipal, None));
    assert!(may_own(User) && may_own(ServicePrincipal) && !may_own(Group));
}

#[test]
fn security_identifiers_are_the_numbers_of_the_id() {
    let id = Uuid::parse_str("01020304-0506-0708-090a-0b0c0d0e0f10").unwrap();
    let written =
        format!("S-1-12-1-{}-{}-{}-{}", 0x0102_0304_u32, 0x0708_0506_u32, 0x0c0b_0a09_u32, 0x100f_0e0d_u32);
    assert_eq!(security_identifier(id), written);
}
