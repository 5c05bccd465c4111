//! What all commands of the operator have in common: lists in pages, a database that is there, settings from the
//! environment, and what stands in the log.

use serde_json::{Value, json};
use tenantry::access::Actor;
use tenantry::config::Config;
use tenantry::error::Error;
use tenantry::features::directory::{self, Filter, ListQuery, NewUser, SignInName, Sort};
use tenantry::transaction;

use crate::operator::{Program, make, new};
use crate::support::TestApp;

both_engines!(a_list_goes_on_behind_anybody, whoever_was_deleted_last_under_a_name_is_found_among_many);

async fn a_list_goes_on_behind_anybody(t: &mut TestApp) {
    let made = make(t, &new("Contoso Ltd", "contoso")).await.unwrap();
    let (actor, moment) = (Actor::operator(made.id), t.app.moment());
    let created: Result<(), Error> = transaction!(t.app.db, |scope| {
        let mut inside = scope.tenant(actor.grant()).await?;
        for (user, name) in [("d", "Zoe"), ("c", "anna"), ("b", "Anna"), ("a", "Élise")] {
            let new = NewUser {
                user_name: user.to_owned(),
                domain_name: made.initial_domain.clone(),
                display_name: name.to_owned(),
                ..NewUser::default()
            };
            directory::create_user(&t.app, &mut inside, &actor, &new, &moment).await?;
        }
        Ok(())
    });
    created.unwrap();
    let mut scope = t.app.db.read().await.unwrap();
    let mut inside = scope.tenant(actor.grant()).await.unwrap();
    for sort in [Sort::Name, Sort::UserName, Sort::Created] {
        let query = ListQuery { sort, filter: Filter::Enabled, ..ListQuery::default() };
        let all = directory::list(&mut inside, &actor, &query).await.unwrap().items;
        assert_eq!(all.len(), 5);
        for (at, listed) in all.iter().enumerate() {
            let from = directory::behind(&mut inside, &actor, sort, listed.person.id).await.unwrap();
            let query = ListQuery { from: Some(from), ..query.clone() };
            let rest = directory::list(&mut inside, &actor, &query).await.unwrap().items;
            let ids = |people: &[directory::Listed]| -> Vec<_> {
                people.iter().map(|listed| listed.person.id).collect()
            };
            assert_eq!(ids(&rest), ids(&all[at + 1..]), "{sort:?}");
        }
    }
    let nobody = "0190a5b0-0000-7000-8000-000000000000".parse().unwrap();
    assert!(directory::behind(&mut inside, &actor, Sort::Name, nobody).await.unwrap_err().is_not_found());
}

async fn whoever_was_deleted_last_under_a_name_is_found_among_many(t: &mut TestApp) {
    let made = make(t, &new("Contoso Ltd", "contoso")).await.unwrap();
    let (actor, domain) = (Actor::operator(made.id), made.initial_domain.clone());
    // Their names begin alike, and those of the one who is meant come last.
    let others = (0..=directory::PAGE).map(|number| (format!("gone{number}"), "A"));
    let meant = [("gone".to_owned(), "Y"), ("gone".to_owned(), "Z")];
    let mut ids = Vec::new();
    for (user_name, display_name) in others.chain(meant) {
        t.advance(jiff::SignedDuration::from_secs(1));
        let moment = t.app.moment();
        let new = NewUser {
            user_name,
            domain_name: domain.clone(),
            display_name: display_name.to_owned(),
            ..NewUser::default()
        };
        let deleted: Result<_, Error> = transaction!(t.app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            let id = directory::create_user(&t.app, &mut inside, &actor, &new, &moment).await?;
            directory::delete(&mut inside, &actor, id, &moment).await?;
            Ok(id)
        });
        ids.push(deleted.unwrap());
    }
    let mut scope = t.app.db.read().await.unwrap();
    let mut inside = scope.tenant(actor.grant()).await.unwrap();
    for (user, expected) in [("gone", ids.last()), ("gone0", ids.first()), ("nobody", None)] {
        let name = SignInName::new(user, &domain);
        let found = directory::last_deleted(&mut inside, &actor, &name).await.unwrap();
        assert_eq!(found.as_ref(), expected, "{user}");
    }
}

const TENANT: &str = "contoso.onwork.localhost";

fn with_a_tenant() -> Program {
    let program = Program(tempfile::tempdir().unwrap());
    let create = ["tenant", "create", "--display-name", "Contoso Ltd", "--country", "GB", "--contact-email"];
    program.json(&[&create[..], &["ana@contoso.test", "--prefix", "contoso"]].concat());
    program
}

#[test]
fn people_and_the_log_are_listed_in_pages() {
    let program = with_a_tenant();
    for user in ["anna", "ben", "bea"] {
        program.json(&["user", "create", TENANT, "--username", user]);
    }
    let (mut names, mut after) = (Vec::new(), None::<String>);
    loop {
        let list = ["user", "list", TENANT, "--limit", "1", "--search", "b"];
        let asked = after.as_deref().map(|after| ["--after", after]);
        let page = program.json(&[&list[..], asked.as_ref().map_or(&[][..], |asked| &asked[..])].concat());
        names.push(page["value"][0]["displayName"].as_str().unwrap().to_owned());
        let Some(next) = page["next"].as_str() else { break };
        after = Some(next.to_owned());
    }
    assert_eq!(names, ["bea", "ben"]);
    assert_eq!(program.json(&["user", "list", TENANT, "--limit", "4"])["next"], Value::Null);
    let log = ["audit", "list", TENANT, "--activity", "user-created", "--limit", "2"];
    let first = program.json(&log);
    let rest = program.json(&[&log[..], &["--after", first["next"].as_str().unwrap()]].concat());
    assert_eq!((rest["value"].as_array().unwrap().len(), &rest["next"]), (2, &Value::Null), "{rest}");
    assert!(
        rest["value"]
            .as_array()
            .unwrap()
            .iter()
            .all(|event| !first["value"].to_string().contains(event["id"].as_str().unwrap()))
    );
}

#[test]
fn an_application_is_told_with_who_holds_its_roles() {
    let program = with_a_tenant();
    let made = program.json(&["app", "create", TENANT, "--display-name", "Orders"]);
    let principal = made["servicePrincipalId"].as_str().unwrap();
    let shown = program.json(&["app", "show", TENANT, "Orders"]);
    let listed = program.json(&["app", "list", TENANT]);
    assert_eq!((&shown["servicePrincipalId"], &shown["id"]), (&made["servicePrincipalId"], &made["id"]));
    assert_eq!(listed["value"][0]["servicePrincipalId"], principal);
    let held = program.json(&["role", "assign", TENANT, "Global Reader", principal]);
    assert_eq!(held["holder"], principal, "{held}");
}

#[test]
fn commands_make_no_database() {
    let program = Program(tempfile::tempdir().unwrap());
    for asked in [
        &["tenant", "list"][..],
        &["user", "list", TENANT],
        &["app", "list", TENANT],
        &["group", "list", TENANT],
        &["domain", "list", TENANT],
        &["role", "list", TENANT],
        &["webhook", "list", TENANT],
        &["audit", "list", TENANT],
        &["signing-key", "rotate"],
        &["operator", "funnel"],
    ] {
        let output = program.run(asked);
        let wrong = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{asked:?}: {output:?}");
        assert!(wrong.contains("no database at sqlite:") && wrong.contains("tenantry serve"), "{wrong}");
    }
    assert_eq!(std::fs::read_dir(program.0.path()).unwrap().count(), 0, "nothing was made");
    let create = ["tenant", "create", "--display-name", "Contoso Ltd", "--country", "GB", "--contact-email"];
    let made = program.run(&[&create[..], &["ana@contoso.test", "--prefix", "contoso"]].concat());
    assert!(made.status.success() && String::from_utf8_lossy(&made.stderr).contains("made now"), "{made:?}");
    let key = std::path::Path::new("elsewhere.key");
    let mut command = program.command(&["tenant", "list"]);
    let output = command.env("TENANTRY_SECRETS_KEY_FILE", key).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("no master key at elsewhere.key"), "{output:?}");
    assert!(!program.0.path().join(key).exists(), "the wrong key isn't made");
}

#[test]
fn commands_leave_a_database_of_another_version_alone() {
    let program = with_a_tenant();
    let database = program.0.path().join("data/tenantry.db");
    let numbers = |change: &str| -> i64 {
        let connection = rusqlite::Connection::open(&database).unwrap();
        connection.execute_batch(change).unwrap();
        connection.query_row("SELECT sum(number) FROM schema_migration", [], |row| row.get(0)).unwrap()
    };
    let create =
        ["tenant", "create", "--display-name", "B", "--country", "GB", "--contact-email", "b@b.test"];
    let create = [&create[..], &["--prefix", "fabrikam"]].concat();
    for (change, words) in [
        ("DELETE FROM schema_migration WHERE number = 4", "Start the service of this version first"),
        ("INSERT INTO schema_migration (number, name) VALUES (9999, 'later')", "is newer than this program"),
    ] {
        let before = numbers(change);
        for asked in [&["tenant", "list"][..], &["audit", "list", TENANT], &create] {
            let output = program.run(asked);
            assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{asked:?}: {output:?}");
            assert!(String::from_utf8_lossy(&output.stderr).contains(words), "{asked:?}: {output:?}");
        }
        assert_eq!(numbers(""), before, "nothing was applied");
    }
    let newer = program.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(newer.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&newer.stderr).contains("newer than this program"), "{newer:?}");
}

#[cfg(unix)]
#[test]
fn the_folder_of_the_data_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let program = with_a_tenant();
    let mode =
        |name: &str| std::fs::metadata(program.0.path().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("data"), mode("data/master.key"), mode("data/tenantry.db")), (0o700, 0o600, 0o600));
}

#[test]
fn lists_come_from_the_environment_in_both_forms() {
    let load = |name: &str, value: &str| Config::load(None, [(name.to_owned(), value.to_owned())]);
    for written in ["443,8443", " 443 , 8443,", r#"["443","8443"]"#, "[443, 8443]", r#" [ "443", "8443" ] "#]
    {
        let config = load("TENANTRY_OUTBOUND_PORTS", written).unwrap();
        assert_eq!(config.outbound.ports, ["443", "8443"], "{written}");
    }
    let servers = load("TENANTRY_DNS_SERVERS", "[::1]:53,127.0.0.1:53").unwrap().dns.servers;
    assert_eq!(servers.len(), 2, "a bracket of an address is no list");
    for wrong in ["[443,,8443]", "[true]", "[[443]]", "[443 8443]"] {
        let refused = load("TENANTRY_OUTBOUND_PORTS", wrong).unwrap_err().to_string();
        assert!(refused.contains("TENANTRY_OUTBOUND_PORTS isn't a list"), "{wrong}: {refused}");
    }
    assert!(load("TENANTRY_OUTBOUND_PORTS", "https").unwrap_err().to_string().contains("443,8443"));
}

#[test]
fn a_look_at_what_is_not_there_is_no_success() {
    let program = with_a_tenant();
    let id = "0190a5b0-0000-7000-8000-000000000000";
    let nobody = format!("nobody@{TENANT}");
    for asked in [
        &["group", "show", TENANT, "nope"][..],
        &["app", "show", TENANT, "nope"],
        &["role", "show", TENANT, "nope"],
        &["domain", "show", TENANT, "nope.example"],
        &["user", "show", &nobody],
        &["user", "show", id, "--tenant", TENANT],
        &["user", "token", "list", &nobody],
    ] {
        assert_eq!(program.run(asked).status.code(), Some(1), "{asked:?}");
        let log = program.json(&["audit", "list", TENANT, "--activity", "operator-looked", "--limit", "2"]);
        assert_ne!(log["value"][1]["result"], "success", "{asked:?}: {log}");
    }
}

#[test]
fn a_look_for_somebody_who_is_not_there_stands_in_the_log() {
    let program = with_a_tenant();
    let nobody = format!("nobody@{TENANT}");
    let looks = || {
        let log = program.json(&["audit", "list", TENANT, "--activity", "operator-looked"]);
        log["value"].as_array().unwrap().len()
    };
    for (look, what) in [("list", None), ("export", None), ("list", Some("--sign-ins"))] {
        let before = looks();
        let asked = ["audit", look, TENANT, "--person", &nobody].into_iter().chain(what);
        let refused = program.run(&asked.collect::<Vec<_>>());
        assert_eq!(refused.status.code(), Some(1), "{refused:?}");
        // The second is the one that counts them.
        assert_eq!(looks(), before + 2, "{look}");
    }
}

#[test]
fn a_group_is_changed_at_the_command_line() {
    let program = with_a_tenant();
    program.json(&["group", "create", TENANT, "--display-name", "Sales", "--description", "All who sell"]);
    let update = |asked: &[&'static str]| program.json(&[&["group", "update", TENANT][..], asked].concat());
    let changed = update(&["Sales", "--display-name", "Selling", "--description", ""]);
    assert_eq!((&changed["displayName"], &changed["description"]), (&"Selling".into(), &Value::Null));
    assert_eq!(update(&["Selling", "--paused", "true"])["code"], "group-rule-missing");
    let ruled =
        update(&["Selling", "--membership-rule", "user.department -eq \"Sales\"", "--paused", "true"]);
    assert_eq!(ruled["membershipRule"], "user.department -eq \"Sales\"", "{ruled}");
    let free = update(&["Selling", "--membership-rule", ""]);
    assert!(free["membershipRule"].is_null(), "{free}");
    assert_eq!(free["displayName"], "Selling", "what isn't named stays");
    let none = json!([]);
    assert_eq!(program.json(&["group", "list", TENANT, "--search", "nothing"])["value"], none);
}

#[cfg(target_os = "linux")]
#[test]
fn an_import_whose_report_was_not_written_keeps_its_passwords() {
    let program = with_a_tenant();
    std::fs::write(program.0.path().join("people.csv"), "User name,Name\nben,Ben\nida,Ida\n").unwrap();
    let mut import = program.command(&["user", "import", TENANT, "people.csv"]);
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = import.stdout(full).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(1) && said.contains("the initial passwords are kept"), "{said}");
    let id = said.split("--resume ").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap();
    let asked = format!("tenantry user import {TENANT} --resume {id}");
    assert_eq!(said.matches(&asked).count(), 2, "at the start and at the end: {said}");

    let resume = ["user", "import", TENANT, "--resume", id];
    let report = program.json(&resume);
    assert_eq!((&report["state"], &report["created"]), (&"done".into(), &2.into()), "{report}");
    let passwords = |report: &Value| -> Vec<bool> {
        let rows = report["rows"].as_array().unwrap();
        rows.iter().map(|row| row["initialPassword"].is_string()).collect()
    };
    assert_eq!(passwords(&report), [true, true], "{report}");
    let again = program.run(&resume);
    let report: Value = serde_json::from_slice(&again.stdout).unwrap();
    assert_eq!((again.status.code(), passwords(&report)), (Some(0), vec![false, false]), "{report}");
    assert!(String::from_utf8_lossy(&again.stderr).contains("were fetched already"), "{again:?}");

    let unknown =
        program.json(&["user", "import", TENANT, "--resume", "0190a5b0-0000-7000-8000-000000000000"]);
    assert!(unknown["reason"].as_str().unwrap().contains("started no import"), "{unknown}");
    for wrong in [&["user", "import", TENANT][..], &[&resume[..], &["--dry-run"]].concat()] {
        assert_eq!(program.run(wrong).status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn what_is_shown_of_a_group_and_a_role_says_whether_there_is_more() {
    let program = with_a_tenant();
    program.json(&["group", "create", TENANT, "--display-name", "Sales"]);
    for user in ["ben", "ida"] {
        program.json(&["user", "create", TENANT, "--username", user]);
        let name = format!("{user}@{TENANT}");
        program.json(&["group", "add-member", TENANT, "Sales", &name]);
        program.json(&["role", "assign", TENANT, "Global Reader", &name]);
    }
    for (limit, shown, more) in [("1", 1, true), ("2", 2, false)] {
        let group = program.json(&["group", "show", TENANT, "Sales", "--limit", limit]);
        assert_eq!(group["members"].as_array().map(Vec::len), Some(shown), "{group}");
        assert_eq!((&group["moreMembers"], &group["moreOwners"]), (&more.into(), &false.into()), "{group}");
        let role = program.json(&["role", "show", TENANT, "Global Reader", "--limit", limit]);
        assert_eq!(role["holders"].as_array().map(Vec::len), Some(shown), "{role}");
        assert_eq!(role["moreHolders"], more, "{role}");
    }
}

#[test]
fn a_person_goes_by_the_whole_name() {
    let program = with_a_tenant();
    let wrong = program.run(&["user", "show", TENANT, "admin"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("<NAME@DOMAIN>"), "{wrong:?}");
}

#[test]
fn a_person_comes_back_under_another_name() {
    let (program, gone) = (with_a_tenant(), format!("gone@{TENANT}"));
    let id = program.json(&["user", "create", TENANT, "--username", "gone"])["id"].clone();
    program.json(&["user", "delete", &gone]);
    program.json(&["user", "create", TENANT, "--username", "gone"]);
    let taken = program.run(&["user", "restore", &gone]);
    assert!(String::from_utf8_lossy(&taken.stdout).contains("username-taken"), "{taken:?}");
    let back = program.json(&["user", "restore", &gone, "--username", "back"]);
    assert_eq!((&back["id"], &back["userPrincipalName"]), (&id, &format!("back@{TENANT}").into()));
}
