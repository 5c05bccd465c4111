//! The check endpoints, and that page, API and command say the same.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};

use axum::body::Body;
use http::Method;
use http::header::CONTENT_TYPE;
use model::refusal::Code;
use serde_json::{Value, json};
use tenantry::eligibility::{Judge, Kind, Question};

use crate::support::TestApp;
use crate::support::browser::Browser;
use crate::support::company::CONTOSO;
use crate::support::page::Page;

both_engines!(
    the_api_and_the_command_say_the_same,
    pages_refuse_addresses_as_the_api_and_the_command_do(super::with_lists),
    pages_refuse_organisations_as_the_api_and_the_command_do(super::with_lists),
    pages_refuse_places_as_the_api_and_the_command_do(super::with_lists),
    pages_refuse_passwords_as_the_api_and_the_command_do(super::with_lists),
    what_cannot_be_answered_is_a_problem,
    checks_are_limited(|config| config.limits.checks_per_minute = 2),
);

async fn ask(browser: &mut Browser, kind: &str, body: impl Into<Body>) -> Page {
    let path = format!("/v1.0/check/{kind}");
    let request = browser.request(Method::POST, &path).header(CONTENT_TYPE, "application/json");
    browser.send(&path, request.body(body.into()).unwrap()).await
}

fn json(page: &Page) -> Value {
    serde_json::from_str(&page.body).unwrap_or_else(|_| panic!("no JSON: {page:?}"))
}

async fn the_api_and_the_command_say_the_same(t: &mut TestApp) {
    let questions = [
        ("email", Kind::Email, json!({"email": "ana@contoso.test"})),
        ("email", Kind::Email, json!({"email": "ana@gmail.com"})),
        ("email", Kind::Email, json!({"email": "info2@contoso.com"})),
        ("email", Kind::Email, json!({"email": "ana@gmai1.com"})),
        ("email", Kind::Email, json!({"email": "ana\r\nBcc: ben@contoso.com"})),
        ("organization", Kind::Organization, json!({"name": "GmbH"})),
        ("organization", Kind::Organization, json!({"name": "Contoso.com Ltd", "country": "GB"})),
        ("organization", Kind::Organization, json!({"name": "Ελληνικά Λιμάνια Α.Ε.", "country": "GR"})),
        (
            "address",
            Kind::Address,
            json!({"country": "US", "postal_code": "10001", "region": "CA", "city": "Oakland"}),
        ),
        ("address", Kind::Address, json!({"country": "de", "postal_code": "D-10117", "city": "Berlin"})),
        ("password", Kind::Password, json!({"password": "Passw0rd"})),
        ("password", Kind::Password, json!({"password": "lively torres orchard", "names": ["Ana Torres"]})),
        ("transliterate", Kind::Transliterate, json!({"text": "東京", "country": "JP", "lang": "ja"})),
        ("transliterate", Kind::Transliterate, json!({"text": ""})),
    ];
    let mut program = t.browser();
    let locale = t.app.locales.english();
    for (path, kind, question) in questions {
        let judge = Judge { rules: &t.app.email_rules, locale: &locale, product: &t.app.config.product.name };
        let by_command = judge.answer(&Question::from_json(kind, question.to_string().as_bytes()).unwrap());
        let page = ask(&mut program, path, question.to_string()).await;
        assert_eq!(page.status.as_u16(), 200, "{question}");
        assert_eq!(json(&page), serde_json::to_value(&by_command).unwrap(), "{question}");
    }
}

async fn what_cannot_be_answered_is_a_problem(t: &mut TestApp) {
    let mut program = t.browser();
    for body in ["", "null", "[]", "{\"email\":", "{\"email\": 7}"] {
        let page = ask(&mut program, "email", body).await;
        assert_eq!((page.status.as_u16(), page.header("content-type")), (422, "application/problem+json"));
        assert_eq!(json(&page)["code"], "input-invalid", "{body}");
    }
    let page = ask(&mut program, "email", vec![b'x'; 1 << 20]).await;
    assert_eq!((page.status.as_u16(), json(&page)["code"].as_str()), (413, Some("input-too-large")));
    assert_eq!(ask(&mut program, "everything", "{}").await.status.as_u16(), 404);
    assert_eq!(program.get("/v1.0/check/email").await.status.as_u16(), 405);
}

async fn checks_are_limited(t: &mut TestApp) {
    let mut program = t.browser();
    for _ in 0..2 {
        assert_eq!(ask(&mut program, "email", "{}").await.status.as_u16(), 200);
    }
    let page = ask(&mut program, "email", "{}").await;
    assert_eq!((page.status.as_u16(), json(&page)["code"].as_str()), (429, Some("too-many-requests")));
    assert!(page.header("retry-after").parse::<u64>().is_ok());
}

fn with_lists(config: &mut tenantry::config::Config) {
    config.limits.sensitive_per_minute = 10_000;
    config.limits.checks_per_minute = 10_000;
    config.eligibility.deny = vec!["litware.com".to_owned()];
}

/// Code, reason and remedy of a refusal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Told(String, String, String);

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a page, or a part of one, says below a field; `around` leads to it, such as `#email-verdict`.
fn said(page: &Page, around: &str) -> Option<Told> {
    let code = page.attributes(&format!("{around} .refusal"), "data-code").into_iter().next()?;
    let reason = page.text_of(&format!("{around} .refusal span")).unwrap();
    Some(Told(code, reason, page.text_of(&format!("{around} .remedy")).unwrap_or_default()))
}

/// The first that an answer says of a field, refused or warned of.
fn answered(answer: &Value, field: &str) -> Option<Told> {
    let findings =
        answer["problems"].as_array().unwrap().iter().chain(answer["warnings"].as_array().unwrap());
    let text = |finding: &Value, key: &str| one_line(finding[key].as_str().unwrap_or_default());
    let mut of_field = findings.filter(|finding| finding["field"] == field);
    of_field.next().map(|it| Told(text(it, "code"), text(it, "reason"), text(it, "remedy")))
}

/// The answers of `tenantry check`, the program itself, to one question a line.
fn by_command(kind: &str, questions: &[Value]) -> Vec<Value> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tenantry"))
        .args(["--json", "check", kind])
        .env_clear()
        .env("TENANTRY_ELIGIBILITY_ALLOW_TEST_NAMES", "true")
        .env("TENANTRY_ELIGIBILITY_DENY", "litware.com")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines: String = questions.iter().map(|question| format!("{question}\n")).collect();
    let mut input = child.stdin.take().unwrap();
    let writing = std::thread::spawn(move || input.write_all(lines.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writing.join().unwrap();
    let answers: Vec<Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers.len(), questions.len(), "an answer a line");
    answers
}

/// The answers of API and command, which must be one.
async fn answers(t: &mut TestApp, kind: &str, questions: &[Value]) -> Vec<Value> {
    let mut program = t.browser();
    let commanded = by_command(kind, questions);
    for (question, commanded) in questions.iter().zip(&commanded) {
        let page = ask(&mut program, kind, question.to_string()).await;
        assert_eq!(&json(&page), commanded, "{question}");
    }
    commanded
}

fn assert_all_told(told: &BTreeSet<String>, expected: impl Iterator<Item = &'static str>) {
    let missing: Vec<_> = expected.filter(|code| !told.contains(*code)).collect();
    assert!(missing.is_empty(), "no input reached these: {missing:?}");
}

async fn pages_refuse_addresses_as_the_api_and_the_command_do(t: &mut TestApp) {
    let long = format!("{}@quillmoor.com", "a".repeat(65));
    let typed = [
        "jane@gmail.com",
        "info@quillmoor.com",
        "jane@mailinator.com",
        "jane@duck.com",
        "jane@litware.com",
        "jane@gmai1.com",
        "jane@gmail.con",
        "jane@аррӏе.com",
        "jane",
        "jane@doe@quillmoor.com",
        "Jane <jane@quillmoor.com>",
        "jane@quillmoor.com\r\nBcc: all@quillmoor.com",
        "jane..doe@quillmoor.com",
        "jane@quillmoor..com",
        "jane@quillmoor.comx",
        "jane@mail.example.com",
        "jane@[192.0.2.1]",
        long.as_str(),
        "",
        "jane@quillmoor.com",
        "jane@contoso.test",
    ];
    let questions: Vec<Value> = typed.iter().map(|email| json!({ "email": email })).collect();
    let answers = answers(t, "email", &questions).await;
    let (mut browser, mut all) = (t.browser(), BTreeSet::new());
    for (email, answer) in typed.iter().zip(&answers) {
        let expected = answered(answer, "email");
        let live = browser.post("/sign-up/email/check", &[("email", email)]).await;
        assert_eq!(said(&live, ""), expected, "{email}: live");
        for path in ["/sign-up", "/sign-up/start", "/find"] {
            let Some(expected) = &expected else { continue };
            let page = browser.post(path, &[("email", email)]).await;
            assert_eq!(
                (page.status.as_u16(), said(&page, "#email-verdict").as_ref()),
                (422, Some(expected)),
                "{email}: {path}"
            );
        }
        all.extend(expected.map(|told| told.0));
    }
    // Whether a domain takes mail is asked of DNS, and only when a code is to be sent.
    let codes = Code::ALL.iter().map(|code| code.as_str());
    assert_all_told(&all, codes.filter(|code| code.starts_with("email-") && *code != "email-undeliverable"));
}

async fn pages_refuse_organisations_as_the_api_and_the_command_do(t: &mut TestApp) {
    let mut browser = t.browser();
    CONTOSO.prove_mailbox(t, &mut browser).await;
    let long = "Contoso ".repeat(200);
    let names = [
        "A",
        "!!!",
        "GmbH",
        "<b>Contoso</b>",
        "Contoso\u{202e}",
        "",
        long.as_str(),
        "Contoso.com Ltd",
        "zzzz",
        "Contoso Ltd",
    ];
    let questions: Vec<Value> = names.iter().map(|name| json!({ "name": name, "country": "GB" })).collect();
    let mut all = BTreeSet::new();
    for (name, answer) in names.iter().zip(answers(t, "organization", &questions).await) {
        let expected = answered(&answer, "organizationName");
        if !name.is_empty() {
            let live = browser.post("/sign-up/organisation/check/legal_name", &[("legal_name", name)]).await;
            assert_eq!(said(&live, ""), expected, "{name}: live");
        }
        if answer["verdict"] == "invalid" {
            let page = post_organisation(&mut browser, &[("legal_name", name)]).await;
            assert_eq!(said(&page, "#legal_name-verdict"), expected, "{name}: form");
        }
        all.extend(expected.map(|told| told.0));
    }
    let codes = Code::ALL.iter().map(|code| code.as_str());
    assert_all_told(
        &all,
        codes.filter(|code| {
            code.starts_with("organization-name-") && *code != "organization-name-spelled-out"
        }),
    );
}

async fn pages_refuse_places_as_the_api_and_the_command_do(t: &mut TestApp) {
    let mut browser = t.browser();
    CONTOSO.prove_mailbox(t, &mut browser).await;
    let places = [
        ("US", "10001", "CA", "Oakland"),
        ("US", "1000", "NY", "New York"),
        ("US", "", "NY", "New York"),
        ("US", "10001", "", "New York"),
        ("US", "10001", "Narnia", "New York"),
        ("DE", "1011", "", "Berlin"),
        ("DE", "10117", "", "München"),
        ("BR", "", "SP", "Curitiba"),
        ("KR", "24747", "42", "강릉시"),
        ("GB", "EC1A 1BB", "", ""),
        ("XX", "1", "", "Nowhere"),
    ];
    let question = |place: &(&str, &str, &str, &str)| {
        let (country, postal_code, region, city) = place;
        json!({"country": country, "postal_code": postal_code, "region": region, "city": city, "address_lines": ["12 Harbour Street"]})
    };
    let questions: Vec<Value> = places.iter().map(question).collect();
    let mut all = BTreeSet::new();
    for ((country, postal_code, region, city), answer) in
        places.iter().zip(answers(t, "address", &questions).await)
    {
        let place =
            [("country", *country), ("postal_code", *postal_code), ("region", *region), ("city", *city)];
        let page = post_organisation(&mut browser, &place).await;
        for field in ["country", "postal_code", "region", "city"] {
            let expected = answered(&answer, field);
            if page.text_of(&format!("#{field}-verdict")).is_some() {
                assert_eq!(said(&page, &format!("#{field}-verdict")), expected, "{place:?}: {field}");
                all.extend(expected.clone().map(|told| told.0));
            }
            let is_live = matches!(field, "postal_code" | "city");
            if is_live && !place.iter().any(|(name, value)| *name == field && value.is_empty()) {
                let path = format!("/sign-up/organisation/check/{field}");
                assert_eq!(
                    said(&browser.post(&path, &place).await, ""),
                    expected,
                    "{place:?}: {field}, live"
                );
            }
        }
    }
    let codes = Code::ALL.iter().map(|code| code.as_str());
    assert_all_told(
        &all,
        codes.filter(|code| code.starts_with("address-") && *code != "address-too-many-lines"),
    );
}

async fn post_organisation(browser: &mut Browser, changes: &[(&str, &str)]) -> Page {
    let mut form = CONTOSO.organisation();
    form.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    let form: Vec<(&str, &str)> = form.into_iter().chain(changes.iter().copied()).collect();
    browser.post("/sign-up/organisation", &form).await
}

async fn pages_refuse_passwords_as_the_api_and_the_command_do(t: &mut TestApp) {
    let mut browser = t.browser();
    let organisation = CONTOSO.prove_mailbox(t, &mut browser).await;
    browser.submit_and_follow(&organisation, &CONTOSO.organisation()).await;
    let long = "lively orchard ".repeat(40);
    let typed = [
        "short",
        "Passw0rd1",
        "lively torres orchard",
        "lively contoso orchard",
        "lively tenantry orchard",
        "tab\tbed lively orchard",
        long.as_str(),
        "lively brass orchard 71",
    ];
    let (names, organizations) =
        (["Ana", "Torres", "Ana Torres", "ana.torres"], ["Contoso Ltd", "Contoso Ltd", "contoso"]);
    let question =
        |password: &&str| json!({ "password": password, "names": names, "organizations": organizations });
    let questions: Vec<Value> = typed.iter().map(question).collect();
    let mut all = BTreeSet::new();
    for (password, answer) in typed.iter().zip(answers(t, "password", &questions).await) {
        let expected = answered(&answer, "password");
        let mut form = CONTOSO.details();
        form.retain(|(name, _)| !name.starts_with("password"));
        form.extend([("password", *password), ("password_again", *password)]);
        let live = browser.post("/sign-up/details/check/password", &form).await;
        assert_eq!(said(&live, ""), expected, "{password}: live");
        if expected.is_some() {
            let page = browser.post("/sign-up/details", &form).await;
            assert_eq!(
                (page.status.as_u16(), said(&page, "#password-verdict")),
                (422, expected.clone()),
                "{password}: form"
            );
        }
        all.extend(expected.map(|told| told.0));
    }
    assert_all_told(
        &all,
        [
            "password-too-short",
            "password-too-long",
            "password-characters",
            "password-weak",
            "password-contains-name",
            "password-contains-organization",
        ]
        .into_iter(),
    );
}
