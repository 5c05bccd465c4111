use clap::Parser;
use proptest::prelude::*;
use serde_json::Value;

use super::*;

#[derive(Parser)]
struct Typed {
    #[command(flatten)]
    check: Check,
}

/// What the command answers to these bytes on standard input, and whether it refused something.
fn stream(arguments: &[&str], input: &[u8]) -> (Vec<Value>, bool) {
    let typed = Typed::try_parse_from([&["check"], arguments].concat()).unwrap();
    let (rules, locale) = (EmailRules::built_in(), Locales::embedded().unwrap().english());
    let judge = Judge { rules: &rules, locale: &locale, product: "Tenantry" };
    let run = Run { what: &typed.check.what, judge };
    let mut output = Vec::new();
    let refused = run.stream(&mut BufReader::with_capacity(16, input), &mut output).unwrap();
    let text = String::from_utf8(output).unwrap();
    (text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), refused)
}

fn codes(answers: &[Value]) -> Vec<&str> {
    answers.iter().map(|answer| answer["code"].as_str().unwrap_or("-")).collect()
}

#[test]
fn addresses_come_plain_or_as_json_and_answers_keep_their_order() {
    let input = b"\xef\xbb\xbfana@contoso.com\r\n{\"email\": \"ana@gmail.com\"}\n\n{broken\nana\0@contoso.com\nan\xff@contoso.com\n  info@contoso.com";
    let (answers, refused) = stream(&["email"], input);
    let wanted = [
        "-",
        "email-personal",
        "field-required",
        "input-invalid",
        "email-characters",
        "input-invalid",
        "email-role",
    ];
    assert_eq!((codes(&answers), refused), (wanted.to_vec(), true));
    assert!(!stream(&["email"], b"ana@contoso.com\n").1);
    assert!(stream(&["email"], b"").0.is_empty());
}

#[test]
fn huge_lines_are_refused_one_by_one() {
    let mut input = vec![b'a'; 1 << 20];
    input.extend_from_slice(b"@contoso.com\n{\"email\": \"");
    input.extend(std::iter::repeat_n(b'b', lines::LONGEST));
    input.extend_from_slice(b"\"}\nana@contoso.com\n");
    assert_eq!(codes(&stream(&["email"], &input).0), ["email-too-long", "input-too-large", "-"]);
    for kind in ["organization", "transliterate"] {
        let question = format!("{{\"name\": \"{0}\", \"text\": \"{0}\"}}\n", "东".repeat(1 << 18));
        assert_eq!(stream(&[kind], question.as_bytes()).0.len(), 1);
    }
}

#[test]
fn other_kinds_take_json_lines_alone() {
    for kind in ["organization", "address", "transliterate"] {
        assert_eq!(codes(&stream(&[kind], b"Contoso\n\n").0), ["input-invalid", "input-invalid"]);
    }
    let (answers, _) = stream(&["transliterate"], "{\"text\": \"Москва\"}\n".as_bytes());
    assert_eq!(answers[0]["western"], "Moscow");
}

#[test]
fn passwords_are_judged_with_the_names_of_the_options() {
    let options = ["password", "--name", "Torres", "--organization", "Fabrikam"];
    let lines =
        b"lively torres orchard\n{\"password\": \"lively fabrikam orchard\"}\nlively brass orchard 71\n";
    let wanted = ["password-contains-name", "password-contains-organization", "-"];
    assert_eq!(codes(&stream(&options, lines).0), wanted);
}

#[test]
fn an_address_is_one_value_by_its_parts() {
    let parse =
        |arguments: &[&str]| Typed::try_parse_from([&["check", "address"], arguments].concat()).unwrap();
    assert_eq!(parse(&[]).check.what.value(), None);
    let typed = parse(&["--country", "DE", "--postal-code", "10117", "--city", "Berlin"]);
    assert_eq!(typed.check.what.value(), Some(""));
    assert!(
        matches!(typed.check.what.question(""), Some(Question::Address(asked)) if asked.postal_code == "10117")
    );
    assert!(parse(&["Berlin"]).check.what.question("Berlin").is_none());
    assert!(Typed::try_parse_from(["check", "password", "secret"]).is_err(), "a password is no argument");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_bytes_get_one_answer_a_line(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let lines = bytes.split(|byte| *byte == b'\n').count() - usize::from(bytes.last().is_none_or(|last| *last == b'\n'));
        for kind in ["email", "organization", "address", "password", "transliterate"] {
            prop_assert_eq!(stream(&[kind], &bytes).0.len(), lines);
        }
    }
}
