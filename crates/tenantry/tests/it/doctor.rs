//! `tenantry doctor`: whatever a start of the service would stumble over, it names before.

use std::path::Path;

use serde_json::Value;

use crate::operator::Program;
use crate::support::database::past_row_security;
use crate::support::{Engine, TestApp};

both_engines!(a_role_past_the_second_wall_is_noted);

async fn a_role_past_the_second_wall_is_noted(t: &mut TestApp) {
    let (own, key) = (t.app.config.database.url.clone(), t.app.config.secrets.key_file.as_str());
    let past = (t.engine == Engine::Postgres).then(|| (past_row_security(&own), true));
    let elsewhere = Program(tempfile::tempdir().unwrap());
    for (url, expected) in std::iter::once((own, false)).chain(past) {
        let told = told(&elsewhere, &[("TENANTRY_DATABASE_URL", &url), ("TENANTRY_SECRETS_KEY_FILE", key)]);
        let noted = told["checks"].as_array().unwrap().iter().any(|check| check["check"] == "database role");
        assert_eq!(noted, expected, "{told}");
        assert_eq!((check(&told, "database").0, check(&told, "master key").0), ("good", "good"), "{told}");
    }
}

/// The program in a folder that was used before, and two certificates with their keys.
fn prepared() -> Program {
    let program = Program(tempfile::tempdir().unwrap());
    let create = ["tenant", "create", "--display-name", "Contoso Ltd", "--country", "GB", "--contact-email"];
    program.json(&[&create[..], &["ana@contoso.test", "--prefix", "contoso"]].concat());
    for name in ["one", "other"] {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let write = |ending: &str, text: String| {
            std::fs::write(program.0.path().join(format!("{name}.{ending}")), text).unwrap();
        };
        write("crt", made.cert.pem());
        write("key", made.signing_key.serialize_pem());
    }
    program
}

fn told(program: &Program, settings: &[(&str, &str)]) -> Value {
    let mut command = program.command(&["doctor"]);
    command.env("TENANTRY_PASSWORDS_MEMORY", "64").env("TENANTRY_DNS_SERVERS", "127.0.0.1:1");
    command.env("TENANTRY_SERVER_PUBLIC_URL", "https://localhost");
    let output = command.envs(settings.iter().copied()).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

/// State and detail of one check.
fn check<'v>(told: &'v Value, name: &str) -> (&'v str, &'v str) {
    let checks = told["checks"].as_array().unwrap();
    let found = checks.iter().find(|check| check["check"] == name);
    let found = found.unwrap_or_else(|| panic!("{name}: {told}"));
    (found["state"].as_str().unwrap(), found["detail"].as_str().unwrap())
}

fn write_key(folder: &Path, name: &str) {
    std::fs::write(folder.join(name), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=").unwrap();
}

#[test]
fn what_a_start_would_stumble_over_is_told() {
    let program = prepared();
    write_key(program.0.path(), "other-master.key");
    let told = told(
        &program,
        &[
            ("TENANTRY_SECRETS_KEY_FILE", "other-master.key"),
            ("TENANTRY_SERVER_TLS_CERTIFICATE", "one.crt"),
            ("TENANTRY_SERVER_TLS_KEY", "other.key"),
            ("TENANTRY_ELIGIBILITY_LISTS", "no-lists"),
            ("TENANTRY_AGREEMENTS_FOLDER", "no-agreements"),
            ("TENANTRY_OUTBOUND_AUTHORITIES", "no-authorities.pem"),
        ],
    );
    assert_eq!(told["healthy"], false);
    for (name, words) in [
        ("master key", "it isn't the key of this database"),
        ("transport", "one.crt, other.key: "),
        ("e-mail lists", "no-lists: "),
        ("agreements", "no-agreements"),
        ("authorities", "no-authorities.pem"),
    ] {
        let (state, detail) = check(&told, name);
        assert!(state == "bad" && detail.contains(words), "{name}: {told}");
    }
    assert_eq!(check(&told, "database").0, "good", "{told}");
}

#[test]
fn a_master_key_that_is_gone_is_missed() {
    let program = prepared();
    let told = told(&program, &[("TENANTRY_SECRETS_KEY_FILE", "gone.key")]);
    let (state, detail) = check(&told, "master key");
    assert!(state == "bad" && detail.contains("needs the one that it was made with"), "{told}");
    assert!(!program.0.path().join("gone.key").exists(), "doctor changes nothing");
}

#[cfg(unix)]
#[test]
fn the_key_of_a_certificate_that_all_can_read_is_noted() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt as _;

    let program = prepared();
    let settings = [("TENANTRY_SERVER_TLS_CERTIFICATE", "one.crt"), ("TENANTRY_SERVER_TLS_KEY", "one.key")];
    for (mode, expected) in [(0o644, "note"), (0o640, "good")] {
        set_permissions(program.0.path().join("one.key"), Permissions::from_mode(mode)).unwrap();
        let told = told(&program, &settings);
        assert_eq!(check(&told, "transport").0, expected, "{mode:o}: {told}");
        assert_eq!(check(&told, "master key").0, "good", "{told}");
    }
}
