//! The commands: whatever stands in arguments, on standard input, in the environment or in the configuration file is
//! answered with the documented status (0 done, 1 refused or failed, 2 not asked properly), in words, without a panic.

use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::process::{Command, Output, Stdio};

use clap::Parser;
use proptest::prelude::*;
use serde_json::Value;
use tempfile::TempDir;
use tenantry::cli;
use tenantry::config::{Config, DEFAULTS};

use super::api::any_json;
use super::hostile;
use crate::support::program::program;

/// The program in a folder of its own, in English and without settings of this machine.
struct Program(TempDir);

impl Program {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn command(&self, arguments: &[impl AsRef<OsStr>]) -> Command {
        let mut command = program();
        command.args(arguments).current_dir(self.0.path()).stdin(Stdio::null());
        command.env_remove("LC_ALL").env("LANG", "C").env("TENANTRY_PASSWORDS_MEMORY", "64");
        command
    }

    fn run(&self, arguments: &[impl AsRef<OsStr>]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn feed(&self, arguments: &[&str], input: &[u8]) -> Output {
        let mut command = self.command(arguments);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut pipe = child.stdin.take().unwrap();
        let input = input.to_vec();
        let feeder = std::thread::spawn(move || pipe.write_all(&input));
        let output = child.wait_with_output().unwrap();
        let _ = feeder.join().unwrap();
        output
    }
}

/// The documented status, a word on each "no", and no panic.
fn assert_told(output: &Output, asked: &dyn std::fmt::Debug) -> i32 {
    let (said, wrong) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let asked: String = format!("{asked:?}").chars().take(200).collect();
    let status = output.status.code().unwrap_or_else(|| panic!("{asked} was killed: {wrong}"));
    assert!((0..=2).contains(&status), "{asked}: {status} {wrong}");
    assert!(!wrong.contains("panicked") && !wrong.contains("RUST_BACKTRACE"), "{asked}: {wrong}");
    let told = if status == 1 { said.len() + wrong.len() } else { wrong.len() };
    assert!(status == 0 || told > 10, "{asked}: {status} without a word");
    status
}

const CHECKS: [&str; 5] = ["email", "organization", "address", "password", "transliterate"];

fn lines() -> Vec<Vec<u8>> {
    let mut values = hostile::known();
    values.extend(hostile::drawn(5, "ana.torres@contoso.com", 60));
    let mut lines: Vec<Vec<u8>> = Vec::new();
    for value in &values {
        let plain: String = value.chars().filter(|char| *char != '\n').collect();
        lines.push(plain.into_bytes());
        for field in ["email", "name", "text", "password", "country", "city", "names"] {
            lines.push(serde_json::json!({ field: value }).to_string().into_bytes());
        }
    }
    lines.extend(
        [&b"\xff\xfe\x00"[..], b"{\"name\":\"\xff\"}", b"{", b"[]", b"null", b"{}"].map(<[u8]>::to_vec),
    );
    lines.push(format!("{{\"name\":{}", "[".repeat(100_000)).into_bytes());
    lines.push(vec![b'x'; 1_000_000]);
    lines.push(vec![b'x'; 5 << 20]);
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..60 {
        use proptest::strategy::ValueTree as _;
        lines.push(any_json().new_tree(&mut runner).unwrap().current().to_string().into_bytes());
    }
    lines
}

#[test]
fn every_line_has_its_answer() {
    let program = Program::new();
    let lines = lines();
    for check in CHECKS {
        let output = program.feed(&["check", check], &lines.join(&b'\n'));
        assert_eq!(assert_told(&output, &check), 1, "{check}");
        let answers: Vec<&[u8]> = output.stdout.trim_ascii_end().split(|byte| *byte == b'\n').collect();
        assert_eq!(answers.len(), lines.len(), "{check}");
        for answer in answers {
            assert!(serde_json::from_slice::<Value>(answer).unwrap().is_object(), "{check}");
        }
    }
    assert_eq!(std::fs::read_dir(program.0.path()).unwrap().count(), 0, "nothing was made");
}

/// Every place of a command in which a person writes something.
const PLACES: [&[&str]; 29] = [
    &["check", "email", "{}"],
    &["check", "organization", "{}"],
    &["check", "organization", "Contoso Ltd", "--country", "{}", "--lang", "{}"],
    &["check", "address", "{}"],
    &["check", "address", "--country", "{}", "--city", "London"],
    &["check", "address", "--country", "GB", "--postal-code", "{}", "--city", "{}", "--region", "{}"],
    &["check", "address", "--country", "GB", "--line", "{}", "--suburb", "{}"],
    &["check", "transliterate", "{}", "--country", "{}", "--lang", "{}"],
    &["check", "password", "--name", "{}", "--organization", "{}"],
    &["check", "{}"],
    &["{}"],
    &["tenant", "{}"],
    &["tenant", "list", "--limit", "{}"],
    &["tenant", "list", "--after", "{}"],
    &["tenant", "registration", "{}"],
    &["tenant", "registration", "on", "{}"],
    &["operator", "funnel", "--days", "{}"],
    &["signing-key", "{}"],
    &["signing-key", "revoke", "{}"],
    &["app", "list", "{}"],
    &["app", "show", "contoso", "{}"],
    &["user", "list", "{}", "--search", "{}"],
    &["user", "show", "{}"],
    &["user", "create", "{}", "--username", "{}", "--set", "{}"],
    &["user", "import", "contoso", "{}", "--dry-run"],
    &["config", "{}"],
    &["--config", "{}", "config", "check"],
    &["serve", "--listen", "{}"],
    &["completions", "{}"],
];

fn filled(place: &[&str], value: &OsStr) -> Vec<OsString> {
    place.iter().map(|part| if *part == "{}" { value.to_owned() } else { part.into() }).collect()
}

fn arguments() -> Vec<OsString> {
    let mut values: Vec<OsString> =
        vec![OsStr::from_bytes(b"\xff\xfe").into(), "--".into(), "x".repeat(100_000).into()];
    // No argument holds a NUL.
    let text =
        hostile::known().into_iter().chain(hostile::drawn(3, "GB", 3)).filter(|value| !value.contains('\0'));
    values.extend(text.step_by(3).map(OsString::from));
    values
}

#[test]
fn arguments_are_answered_or_refused() {
    let program = Program::new();
    assert!(program.run(&[&["tenant", "create"][..], &CREATE].concat()).status.success());
    for place in PLACES {
        for value in arguments() {
            let asked = filled(place, &value);
            let status = assert_told(&program.run(&asked), &asked);
            let text = value.to_str().is_some();
            assert!(text || status != 0, "{asked:?}: what is no text is refused");
        }
    }
}

const CREATE: [&str; 12] = [
    "--display-name",
    "Contoso Ltd",
    "--prefix",
    "contoso",
    "--country",
    "GB",
    "--contact-email",
    "ana@contoso.test",
    "--admin-username",
    "ana",
    "--admin-name",
    "Ana Torres",
];

#[test]
fn a_tenant_of_odd_parts_is_refused_or_whole() {
    let program = Program::new();
    let mut made = 0;
    for spoilt in (1..CREATE.len()).step_by(2) {
        for value in arguments().into_iter().step_by(2) {
            let mut asked: Vec<OsString> = ["tenant", "create"].map(OsString::from).to_vec();
            asked.extend(CREATE.map(OsString::from));
            asked[spoilt + 2] = value;
            made += usize::from(assert_told(&program.run(&asked), &asked) == 0);
        }
    }
    for value in arguments() {
        assert_ne!(assert_told(&program.run(&filled(&["tenant", "show", "{}"], &value)), &value), 0);
    }
    let listed = program.run(&["tenant", "list"]);
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert_eq!(listed["value"].as_array().unwrap().len(), made, "refused ones leave nothing");
}

#[test]
fn the_environment_is_text_and_known() {
    let program = Program::new();
    for (name, value) in [
        ("TENANTRY_SERVER_PUBLIC_URL", OsStr::from_bytes(b"http://\xff")),
        ("TENANTRY_SERVER_LISSTEN", OsStr::new("127.0.0.1:1")),
        ("TENANTRY_SERVER_LISTEN", OsStr::new("nowhere")),
        ("TENANTRY_SERVER_BODY_LIMIT", OsStr::new("99999999999999999999")),
        ("TENANTRY_SIGN_UP_PAYMENT_OPTIONAL", OsStr::new("yes")),
        ("TENANTRY_LOG_LEVEL", OsStr::new("a=b=c")),
        ("TENANTRY_LOG_FORMAT", OsStr::new("xml")),
    ] {
        for arguments in [&["config", "check"][..], &["serve"], &["doctor"], &["tenant", "list"]] {
            let output = program.command(arguments).env(name, value).output().unwrap();
            assert_eq!(assert_told(&output, &(name, value, arguments)), 2, "{name} {arguments:?}");
        }
    }
    // Others may be what they like.
    let other =
        program.command(&["config", "check"]).env("OTHER", OsStr::from_bytes(b"\xff")).output().unwrap();
    assert_eq!(assert_told(&other, &"OTHER"), 0);
    let files: [&[u8]; 5] =
        [b"\xff\xfe", b"[server", b"[server]\nlisten = 7\n", b"x = 1\n", b"[server]\n[server]\n"];
    for file in files {
        std::fs::write(program.0.path().join("own.toml"), file).unwrap();
        for arguments in
            [&["--config", "own.toml", "config", "check"][..], &["--config", "own.toml", "serve"]]
        {
            assert_eq!(assert_told(&program.run(arguments), &(file, arguments)), 2);
        }
    }
}

#[test]
fn nobody_needs_to_read_the_answer() {
    let program = Program::new();
    for arguments in [&["completions", "bash"][..], &["config", "defaults"], &["config", "show"], &["doctor"]]
    {
        let mut child =
            program.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let wrong = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code().is_some() && !wrong.contains("panicked"), "{arguments:?}: {wrong}");
    }
}

/// The commands as the program knows them, to be parsed here by the thousand.
#[derive(Parser)]
enum Parsed {
    Check(cli::check::Check),
    Tenant(cli::tenant::Tenant),
    Operator(cli::operator::Operator),
    SigningKey(cli::signing_key::SigningKeys),
    Config(cli::settings::Settings),
}

fn any_argument() -> impl Strategy<Value = OsString> {
    let known = [
        "check",
        "tenant",
        "operator",
        "config",
        "email",
        "address",
        "create",
        "list",
        "show",
        "funnel",
        "signing-key",
        "rotate",
        "revoke",
        "--limit",
    ]
    .into_iter()
    .chain([
        "--days",
        "--after",
        "--country",
        "--line",
        "--name",
        "--prefix",
        "--",
        "-",
        "--help",
        "-1",
        "0",
    ]);
    let known: Vec<OsString> = known.map(OsString::from).collect();
    prop_oneof![
        3 => proptest::sample::select(known),
        1 => any::<String>().prop_map(OsString::from),
        1 => proptest::collection::vec(any::<u8>(), 0..20).prop_map(|bytes| OsStr::from_bytes(&bytes).to_owned()),
    ]
}

/// A key of the defaults and a value that may not fit it.
fn any_setting() -> impl Strategy<Value = (String, String, toml::Value)> {
    let defaults: toml::Table = toml::from_str(DEFAULTS).unwrap();
    let keys: Vec<(String, String)> = defaults
        .iter()
        .flat_map(|(section, values)| {
            values.as_table().unwrap().keys().map(|key| (section.clone(), key.clone()))
        })
        .collect();
    let value = prop_oneof![
        any::<i64>().prop_map(toml::Value::from),
        any::<bool>().prop_map(toml::Value::from),
        any::<String>().prop_map(toml::Value::from),
        proptest::sample::select(hostile::known()).prop_map(toml::Value::from),
        proptest::collection::vec(any::<String>(), 0..3).prop_map(toml::Value::from),
        any::<f64>().prop_map(toml::Value::from),
    ];
    (proptest::sample::select(keys), value).prop_map(|((section, key), value)| (section, key, value))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_arguments_are_parsed_or_refused(arguments in proptest::collection::vec(any_argument(), 0..8)) {
        let name = OsString::from("tenantry");
        if let Err(error) = Parsed::try_parse_from(std::iter::once(name).chain(arguments)) {
            prop_assert!(!error.to_string().is_empty());
        }
    }

    #[test]
    fn any_setting_is_taken_or_refused_by_name((section, key, value) in any_setting()) {
        let mut settings: toml::Table = toml::from_str(DEFAULTS).unwrap();
        settings[&section][&key] = value.clone();
        if let Err(error) = Config::from_settings(settings) {
            let told = error.to_string();
            prop_assert!(told.len() > 10 && !told.contains("panicked"), "{}", told);
        }
        let variable = format!("TENANTRY_{section}_{key}").to_uppercase();
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        if let Err(error) = Config::load(None, [(variable, text)]) {
            prop_assert!(error.to_string().len() > 10);
        }
    }

    #[test]
    fn any_file_is_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &bytes).unwrap();
        if let Err(error) = Config::load(Some(file.path()), []) {
            prop_assert!(error.to_string().contains(&file.path().display().to_string()), "{}", error);
        }
    }
}
