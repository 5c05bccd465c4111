use proptest::prelude::*;

use super::*;

fn context<'a>(banned: Option<&'a BannedTerms>) -> Context<'a> {
    Context {
        person: &["Jane", "Müller-Lüdenscheidt", "jane.m"],
        user_name: "",
        organization: &["Fabrikam GmbH"],
        product: &["Tenantry"],
        banned,
    }
}

fn refused(password: &str) -> Option<Code> {
    check(password, &context(None)).answer.refusals.first().map(|refusal| refusal.code)
}

fn list(terms: &[&str]) -> BannedTerms {
    BannedTerms::new(terms).expect("terms of allowed length")
}

#[test]
fn documented_examples_come_out_as_documented() {
    let banned = list(&["contoso", "blank"]);
    let verdict = check("C0ntos0Blank12", &context(Some(&banned)));
    assert!(verdict.answer.refuses(Code::PasswordWeak));
    assert_eq!(verdict.strength, Strength { level: 0, points: 4 });
    let verdict = check("ContoS0Bl@nkf9!", &context(Some(&banned)));
    assert!(verdict.answer.valid);
    assert_eq!(verdict.strength, Strength { level: 1, points: 5 });
    let banned = list(&["abcdef"]);
    for password in ["abcdeg", "abcdefg", "abcde", "abcdef"] {
        assert_eq!(strength(password, &context(Some(&banned))).points, 1, "{password}");
    }
    let poll = Context { person: &["Poll"], ..Context::default() };
    assert!(check("p0LL23fb", &poll).answer.refuses(Code::PasswordContainsName));
    let without_name = check("p0LL23fb", &Context::default());
    assert!(without_name.answer.valid, "{without_name:?}");
}

#[test]
fn length_is_counted_in_characters_as_hashed() {
    assert_eq!(refused("kV9#qpz"), Some(Code::PasswordTooShort));
    assert_eq!(refused("kV9#qpzw"), None);
    assert_eq!(refused("пщлбцкюж"), None);
    assert_eq!(refused("u\u{308}o\u{308}zkwgb"), Some(Code::PasswordTooShort));
    let long: String = (0..256_u32).filter_map(|n| char::from_u32(0x4E00 + n * 37 % 4001)).collect();
    assert_eq!(refused(&long), None);
    assert_eq!(refused(&format!("{long}x")), Some(Code::PasswordTooLong));
    assert_eq!(refused(&"\u{FDFA}".repeat(20)), Some(Code::PasswordTooLong));
    assert_eq!(refused(&"x".repeat(1 << 20)), Some(Code::PasswordTooLong));
    assert_eq!(refused(&"\0".repeat(1 << 20)), Some(Code::PasswordTooLong));
    assert_eq!(refused("kV9#\0qpzw"), Some(Code::PasswordCharacters));
    assert_eq!(prepare("u\u{308}ﬁ"), "üfi");
}

#[test]
fn what_everybody_chooses_is_refused() {
    for password in [
        "password",
        "P@$$w0rd",
        "Passw0rd!",
        "p4ssw0rd123",
        "Password2024",
        "passwird",
        "paassword",
        "aaaaaaaa",
        "12345678",
        "87654321",
        "qwertyuiop",
        "qwertzuiop",
        "poiuytrewq",
        "asdfghjkl",
        "1qaz2wsx3edc",
        "abcdefgh",
        "abababab",
        "abcabcabc",
        "11112222",
        "letmein1!",
        "Welcome123",
        "iloveyou!!",
        "dragon2020",
        "йцукенгш",
        "passwordpassword",
        "Summer2024",
        "monkey12",
        "trustno1!",
        "////////",
    ] {
        assert_eq!(refused(password), Some(Code::PasswordWeak), "{password}");
    }
}

#[test]
fn what_nobody_guesses_is_accepted() {
    for password in [
        "correct horse battery staple",
        "kV9#qpzw",
        "Zug fährt 7 Uhr ab",
        "wolke teppich gabel",
        "почему снег белый?",
        "雨の日は本を読む午後",
        "tR4!mbLq",
        "x7Kq-x7Kq-Zw!p",
    ] {
        assert_eq!(refused(password), None, "{password}");
    }
}

#[test]
fn names_are_refused_in_any_disguise() {
    for password in
        ["xkq-J@n3-vbwz", "xkqMullervbwz", "mÜller#vbwzq", "xq-Lüdenscheidt-vw", "xqludenscheidt#v"]
    {
        assert_eq!(refused(password), Some(Code::PasswordContainsName), "{password}");
    }
    for password in ["xkq-F@br1kam-vbwz", "xkq+T3nantry+vbwz"] {
        assert_eq!(refused(password), Some(Code::PasswordContainsOrganization), "{password}");
    }
    assert_eq!(refused("xkq-GmbH-vbwz"), None, "a legal form isn't a name");
}

#[test]
fn a_user_name_has_names_between_its_dots() {
    let refused = |user_name, password| {
        let answer = check(password, &Context { user_name, ..Context::default() }).answer;
        answer.refusals.first().map(|refusal| refusal.code)
    };
    for user_name in ["jane.mcallister", "mcallister_j", "mcallister"] {
        assert_eq!(
            refused(user_name, "xkq-McAllister-vbwz"),
            Some(Code::PasswordContainsName),
            "{user_name}"
        );
    }
    assert_eq!(refused("build-agent-x7k2", "xkq-X7k2-vbwz"), None, "no name stands behind a hyphen");
    assert_eq!(refused("build-agent-x7k2", "xkq-buildagentx7k2"), None, "the name as it is signed in with");
    assert_eq!(refused("build-agent-x7k2", "build-agent-x7k2!"), Some(Code::PasswordContainsName));
}

#[test]
fn the_level_rises_with_the_points() {
    let levels = ["password", "kV9#qpz", "kV9#qpzw", "kV9#qpzwt", "kV9#qpzwtRuN", "kV9#qpzwtRu?mXbe"];
    let levels: Vec<u8> = levels.iter().map(|password| strength(password, &context(None)).level).collect();
    assert_eq!(levels, [0, 0, 2, 2, 3, 4]);
}

#[test]
fn a_tenants_list_has_its_limits() {
    assert_eq!(BannedTerms::new(&["abc"]).expect_err("short")[0].code, Code::BannedTermLength);
    assert_eq!(BannedTerms::new(&["a".repeat(17)]).expect_err("long")[0].code, Code::BannedTermLength);
    assert_eq!(BannedTerms::new(&["a".repeat(1 << 20)]).expect_err("long")[0].code, Code::BannedTermLength);
    let terms: Vec<String> = (0..1001).map(|n| format!("term{n}")).collect();
    assert_eq!(BannedTerms::new(&terms).expect_err("many")[0].code, Code::BannedTermsTooMany);
    assert!(BannedTerms::new(&terms[..1000]).is_ok());
    let banned = list(&["Schlüssel", "ключик"]);
    for password in ["SCHLUSSEL12", "schluessel", "КЛЮЧИК12"] {
        let weak = check(password, &context(Some(&banned))).answer.refuses(Code::PasswordWeak);
        assert!(weak, "{password}");
    }
}

#[test]
fn an_edit_inside_a_term_is_forgiven_and_its_neighbours_count() {
    let banned = list(&["fabulous"]);
    let points = |password: &str| strength(password, &context(Some(&banned))).points;
    assert_eq!(points("fabulous"), 1);
    assert_eq!(points("kqfabulousvz"), 5);
    assert_eq!(points("kqfabUlxusvz"), 5);
    assert_eq!(points("kqfabulusvz"), 5);
    assert_eq!(points("kqfabuxlousvz"), 5);
    assert!(points("kqfabulouvz") > 5);
}

#[test]
fn no_answer_contains_the_password() {
    let verdict = check("xkq-J@n3-vbwz", &context(None));
    let shown = format!("{verdict:?}{}", serde_json::to_string(&verdict).expect("serialises"));
    assert!(!shown.contains("J@n3") && !shown.to_lowercase().contains("jane"));
    assert!(verdict.answer.refusals.iter().all(|refusal| refusal.arguments.is_empty()));
}

proptest! {
    #[test]
    fn any_text_has_an_answer(text in "(?s).{0,300}|[a-z0-9!@$]{0,40}") {
        let verdict = check(&text, &context(None));
        prop_assert_eq!(verdict.answer.valid, verdict.strength.level > 0);
        prop_assert!(verdict.strength.points <= prepare(&text).chars().count());
        prop_assert_eq!(prepare(&prepare(&text)), prepare(&text));
        prop_assert_eq!(check(&prepare(&text), &context(None)).answer.valid, verdict.answer.valid);
    }

    #[test]
    fn a_character_more_never_loses_more_than_its_pattern(text in "[a-zA-Z0-9#?]{8,40}") {
        let longer = format!("{text}~");
        let (before, after) = (strength(&text, &context(None)).points, strength(&longer, &context(None)).points);
        prop_assert!(after <= before + 1 || before == 1);
    }
}
