//! The operator's commands: tenants made and found, health told, all beside a running service.

use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tenantry::error::Error;
use tenantry::features::operator::{self, MadeTenant, NewTenant};
use tenantry::transaction;

use crate::support::TestApp;
use crate::support::program::program;

both_engines!(
    a_tenant_is_made_with_its_first_administrator,
    what_sign_up_refuses_the_operator_is_refused,
    tenants_are_listed_in_pages_and_found_by_name,
    the_funnel_counts_days,
    health_is_told,
);

pub fn new<'a>(display_name: &'a str, prefix: &'a str) -> NewTenant<'a> {
    NewTenant {
        display_name,
        prefix,
        country: "gb",
        username: "Ana",
        administrator: "Ana Torres",
        contact_email: "office@contoso.test",
    }
}

pub async fn make(t: &TestApp, new: &NewTenant<'_>) -> Result<MadeTenant, Error> {
    let checked = operator::check(&t.app, new)?;
    let moment = t.app.moment();
    transaction!(t.app.db, |scope| operator::create_tenant(
        &t.app,
        scope,
        &checked,
        "$argon2id$none",
        &moment
    )
    .await)
}

fn codes(error: Error) -> Vec<(&'static str, Option<&'static str>)> {
    let refusals = error.into_refusals().unwrap();
    refusals.iter().map(|refusal| (refusal.code.as_str(), refusal.field)).collect()
}

async fn a_tenant_is_made_with_its_first_administrator(t: &mut TestApp) {
    let made = make(t, &new("Contoso Ltd", "contoso")).await.unwrap();
    assert_eq!(made.sign_in_name, "ana@contoso.onwork.localhost");
    assert_eq!(t.count("SELECT count(*) FROM initial_prefix WHERE tenant_id IS NOT NULL").await, 1);
    let mut scope = t.app.db.read().await.unwrap();
    let actor = tenantry::access::Actor::operator(made.id);
    let mut tenant = scope.tenant(actor.grant()).await.unwrap();
    let sql = "SELECT count(*) FROM audit_event WHERE tenant_id = $1 AND actor_kind = 'operator'";
    let tenantry::db::Single(told): tenantry::db::Single<i64> = tenant.one(sql, &[]).await.unwrap();
    assert!(told >= 3, "the tenant, its administrator and the role are in its log");
}

async fn what_sign_up_refuses_the_operator_is_refused(t: &mut TestApp) {
    make(t, &new("Contoso Ltd", "contoso")).await.unwrap();
    let taken = make(t, &new("Contoso Ltd", "c0nt-oso")).await.unwrap_err();
    assert_eq!(codes(taken), [("domain-prefix-taken", Some("prefix"))]);
    assert_eq!(t.count("SELECT count(*) FROM tenant").await, 1, "nothing half-made remains");
    let wrong = NewTenant { country: "XX", username: "a b", contact_email: "nobody", ..new("GmbH", "-") };
    let refused = codes(make(t, &wrong).await.unwrap_err());
    let fields: Vec<_> = refused.iter().filter_map(|(_, field)| *field).collect();
    assert_eq!(fields, ["display_name", "prefix", "country", "username", "contact_email"]);
}

async fn tenants_are_listed_in_pages_and_found_by_name(t: &mut TestApp) {
    for prefix in ["contoso", "fabrikam", "litware"] {
        t.advance(jiff::SignedDuration::from_secs(1));
        make(t, &new(prefix, prefix)).await.unwrap();
    }
    let mut scope = t.app.db.read().await.unwrap();
    let first = operator::list(&mut scope, None, 2).await.unwrap();
    let names = |page: &[operator::Overview]| -> Vec<String> {
        page.iter().map(|overview| overview.tenant.display_name.clone()).collect()
    };
    assert_eq!(names(&first), ["contoso", "fabrikam"]);
    let rest = operator::list(&mut scope, Some(first[1].tenant.id), 2).await.unwrap();
    assert_eq!(names(&rest), ["litware"]);
    let found = operator::find(&mut scope, " Fabrikam.onwork.localhost").await.unwrap();
    assert_eq!(found.tenant.id, first[1].tenant.id);
    assert_eq!(found.domains, ["fabrikam.onwork.localhost"]);
    let by_id = operator::find(&mut scope, &found.tenant.id.to_string()).await.unwrap();
    assert_eq!(by_id.tenant.display_name, "fabrikam");
    for unknown in ["", "nobody", "nobody.test", "\0", "00000000-0000-0000-0000-000000000000"] {
        assert_eq!(codes(operator::find(&mut scope, unknown).await.unwrap_err()), [("not-found", None)]);
    }
}

async fn the_funnel_counts_days(t: &mut TestApp) {
    let counted: Result<(), Error> = transaction!(t.app.db, |scope| {
        for day in ["2026-02-28", "2026-03-01", "2026-03-02"] {
            for (slice, reached) in [(0, 1), (7, 2)] {
                let sql =
                    "INSERT INTO sign_up_reached (day, step, slice, reached) VALUES ($1, 'code', $2, $3)";
                scope.execute(sql, tenantry::params![day, slice, reached]).await?;
            }
        }
        Ok(())
    });
    counted.unwrap();
    let mut scope = t.app.db.read().await.unwrap();
    let steps = operator::funnel(&mut scope, t.app.clock.now(), 2).await.unwrap();
    let days: Vec<_> = steps.iter().map(|step| (step.day.as_str(), step.reached)).collect();
    assert_eq!(days, [("2026-03-02", 3), ("2026-03-01", 3)]);
}

async fn health_is_told(t: &mut TestApp) {
    let mut watcher = t.browser();
    for path in ["/healthz", "/readyz"] {
        let page = watcher.get(path).await;
        assert_eq!((page.status.as_u16(), page.header("cache-control")), (200, "no-store"));
    }
}

/// The program itself, in a folder of its own.
pub struct Program(pub tempfile::TempDir);

impl Program {
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program();
        command.args(arguments).current_dir(self.0.path()).stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    pub fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(arguments);
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{arguments:?}: {output:?}"))
    }
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test waits for a process")]
fn commands_work_beside_a_running_service() {
    let program = Program(tempfile::tempdir().unwrap());
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let listen = format!("127.0.0.1:{port}");
    let mut serve = program.command(&["serve", "--listen", &listen]);
    let _running = Running(serve.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    let started = Instant::now();
    while std::net::TcpStream::connect(&listen).is_err() {
        assert!(started.elapsed() < Duration::from_secs(60), "the service doesn't listen");
        std::thread::sleep(Duration::from_millis(20));
    }
    let create = ["tenant", "create", "--display-name", "Contoso Ltd", "--country", "GB", "--contact-email"];
    let made = program.json(&[&create[..], &["ana@contoso.test", "--prefix", "contoso"]].concat());
    assert_eq!(made["administrator"]["userPrincipalName"], "admin@contoso.onwork.localhost");
    assert!(made["temporaryPassword"].as_str().unwrap().len() >= 16);
    let again = program.run(&[&create[..], &["ana@contoso.test", "--prefix", "contoso"]].concat());
    assert_eq!(again.status.code(), Some(1));
    let listed = program.json(&["tenant", "list"]);
    assert_eq!((&listed["value"][0]["id"], &listed["next"]), (&made["id"], &Value::Null));
    let log = program.json(&["audit", "list", "contoso.onwork.localhost", "--activity", "operator-looked"]);
    assert_eq!(
        (&log["value"][0]["actorKind"], log["value"].as_array().map(Vec::len)),
        (&"operator".into(), Some(1))
    );
    let exported = program.run(&[
        "audit",
        "export",
        "contoso.onwork.localhost",
        "--category",
        "UserManagement",
        "--format",
        "csv",
    ]);
    assert!(String::from_utf8_lossy(&exported.stdout).contains(",user-created,Operator,"), "{exported:?}");
    let unknown = program.run(&["audit", "list", "contoso.onwork.localhost", "--activity", "user-creatd"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("user-created"), "{unknown:?}");
    let nobody =
        program.json(&["audit", "list", "contoso.onwork.localhost", "--sign-ins", "--result", "failure"]);
    assert_eq!(nobody["value"], serde_json::json!([]));
    let shown = program.json(&["tenant", "show", "contoso.onwork.localhost"]);
    assert_eq!(shown["displayName"], "Contoso Ltd");
    assert_eq!(program.json(&["operator", "funnel"])["value"], serde_json::json!([]));
}

#[test]
fn a_group_is_shown_by_its_name_where_only_one_has_it() {
    let program = Program(tempfile::tempdir().unwrap());
    let create = ["tenant", "create", "--display-name", "Contoso Ltd", "--country", "GB", "--contact-email"];
    program.json(&[&create[..], &["ana@contoso.test", "--prefix", "contoso"]].concat());
    let tenant = "contoso.onwork.localhost";
    let group = |name, nickname| {
        let made = ["group", "create", tenant, "--display-name", name, "--mail-nickname", nickname];
        program.json(&made)["id"].as_str().unwrap().to_owned()
    };
    let ids = [group("Sales", "one"), group("Sales", "two")];
    let only = group("Support", "three");
    assert_eq!(program.json(&["group", "show", tenant, "Support"])["id"], only.as_str());
    let several = program.run(&["group", "show", tenant, "Sales"]);
    let told = format!("{several:?}");
    assert!(several.status.code() == Some(1) && ids.iter().all(|id| told.contains(id)), "{told}");
    assert_eq!(program.run(&["group", "show", tenant, "Nobody"]).status.code(), Some(1));
    assert_eq!(program.json(&["user", "list", tenant, "--state", "invited"])["value"], serde_json::json!([]));
}

#[test]
fn whatever_the_operator_looks_at_stands_in_the_log() {
    let program = Program(tempfile::tempdir().unwrap());
    let create = ["tenant", "create", "--display-name", "Contoso Ltd", "--country", "GB", "--contact-email"];
    program.json(&[&create[..], &["ana@contoso.test", "--prefix", "contoso"]].concat());
    let (tenant, admin) = ("contoso.onwork.localhost", "admin@contoso.onwork.localhost");
    let looks: [(&[&str], &str); 9] = [
        (&["tenant", "show", tenant], "tenant"),
        (&["user", "list", tenant], "people"),
        (&["user", "show", admin], admin),
        (&["group", "list", tenant], "groups"),
        (&["app", "list", tenant], "applications"),
        (&["role", "list", tenant], "roles"),
        (&["role", "show", tenant, "Global Administrator"], "role Global Administrator"),
        (&["domain", "list", tenant], "domain names"),
        (&["domain", "show", tenant, tenant], tenant),
    ];
    for (arguments, what) in looks {
        program.json(arguments);
        let log = program.json(&["audit", "list", tenant, "--activity", "operator-looked", "--limit", "2"]);
        let told = &log["value"][1];
        assert_eq!((&told["targetName"], &told["actorKind"]), (&what.into(), &"operator".into()), "{log}");
    }
}

#[test]
fn registration_is_switched_at_the_command_line() {
    let program = Program(tempfile::tempdir().unwrap());
    let create = ["tenant", "create", "--display-name", "Contoso Ltd", "--country", "GB", "--contact-email"];
    program.json(&[&create[..], &["ana@contoso.test", "--prefix", "contoso"]].concat());
    let tenant = "contoso.onwork.localhost";
    let asked = |what: &[&'static str]| [&["tenant", "registration"][..], what, &[tenant]].concat();
    assert_eq!(program.json(&asked(&["show"]))["registration"], "off");
    let refused = program.run(&asked(&["on"]));
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stdout).contains("registration.enabled"), "{refused:?}");
    let allowed = |what: &[&'static str]| -> Value {
        let mut command = program.command(&asked(what));
        let output = command.env("TENANTRY_REGISTRATION_ENABLED", "true").output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{what:?}: {output:?}"))
    };
    let on = allowed(&["on"]);
    assert!(on["registrationEndpoint"].as_str().unwrap().ends_with("/oauth2/v2.0/register"), "{on}");
    assert_eq!(on["registration"], "with-token");
    let again = allowed(&["on"]);
    assert!(
        again["initialAccessToken"].is_string() && again["initialAccessToken"] != on["initialAccessToken"]
    );
    assert_eq!(allowed(&["show"]), serde_json::json!({ "registration": "with-token" }));
    let open = allowed(&["on", "--open"]);
    assert_eq!((&open["registration"], open.get("initialAccessToken")), (&"open".into(), None));
    // What the deployment doesn't let tenants have can be ended still.
    assert_eq!(program.json(&asked(&["off"]))["registration"], "off");
    assert_eq!(allowed(&["show"])["registration"], "off");
    let log = program.json(&["audit", "list", tenant, "--activity", "organization-updated"]);
    assert_eq!(log["value"].as_array().unwrap().len(), 4, "{log}");
    assert_eq!(program.run(&["tenant", "registration", "show", "nobody.test"]).status.code(), Some(1));
}

#[test]
fn roles_are_kept_at_the_command_line() {
    let program = Program(tempfile::tempdir().unwrap());
    let create = ["tenant", "create", "--display-name", "Contoso Ltd", "--country", "GB", "--contact-email"];
    program.json(&[&create[..], &["ana@contoso.test", "--prefix", "contoso"]].concat());
    let (tenant, admin) = ("contoso.onwork.localhost", "admin@contoso.onwork.localhost");
    let action = "microsoft.directory/groups/allProperties/allTasks";
    let role = program.json(&["role", "create", tenant, "--display-name", "Desk", "--action", action]);
    assert_eq!(role["permissions"], serde_json::json!(["manage-groups"]));
    let broken = program.run(&["role", "create", tenant, "--display-name", "x", "--action", "fly"]);
    assert_eq!(broken.status.code(), Some(1));
    assert_eq!(program.json(&["role", "assign", tenant, "desk", admin])["changed"], true);
    assert_eq!(program.json(&["role", "assign", tenant, "desk", admin])["changed"], false);
    let shown = program.json(&["role", "show", tenant, "Desk"]);
    assert_eq!(shown["holders"][0]["kind"], "user");
    let held = program.run(&["role", "delete", tenant, "Desk"]);
    assert!(held.status.code() == Some(1) && String::from_utf8_lossy(&held.stdout).contains("role-in-use"));
    let last = program.run(&["role", "remove", tenant, "Global Administrator", admin]);
    assert!(String::from_utf8_lossy(&last.stdout).contains("last-global-administrator"));
    program.json(&["role", "update", tenant, "Desk", "--enabled", "false", "--display-name", "Front"]);
    assert_eq!(program.json(&["role", "remove", tenant, "Front", admin])["changed"], true);
    assert_eq!(program.json(&["role", "delete", tenant, "Front"])["deleted"], true);
    let listed = program.json(&["role", "list", tenant]);
    assert!(listed["value"].as_array().unwrap().iter().all(|role| role["isBuiltIn"] == true));
    assert_eq!(program.run(&["role", "assign", tenant, "nobody", admin]).status.code(), Some(1));
    assert_eq!(program.run(&["role", "assign", tenant, "Global Reader", "nobody"]).status.code(), Some(1));
}

#[test]
fn groups_are_kept_at_the_command_line() {
    let program = Program(tempfile::tempdir().unwrap());
    let create = ["tenant", "create", "--display-name", "Contoso Ltd", "--country", "GB", "--contact-email"];
    program.json(&[&create[..], &["ana@contoso.test", "--prefix", "contoso"]].concat());
    let tenant = "contoso.onwork.localhost";
    let made = program.json(&["group", "create", tenant, "--display-name", "Sales Team"]);
    assert_eq!(made["mailNickname"], "sales-team", "{made}");
    let id = made["id"].as_str().unwrap();
    let admin = format!("admin@{tenant}");
    let added = program.json(&["group", "add-member", tenant, id, &admin]);
    assert_eq!(added["added"], true, "{added}");
    let again = program.run(&["group", "add-member", tenant, id, &admin]);
    assert_eq!(again.status.code(), Some(1));
    program.json(&["group", "add-member", tenant, id, &admin, "--owner"]);
    let shown = program.json(&["group", "show", tenant, id]);
    assert_eq!(
        (&shown["members"][0]["displayName"], &shown["owners"][0]["kind"]),
        (&"admin".into(), &"user".into())
    );
    let removed = program.json(&["group", "remove-member", tenant, id, &admin]);
    assert_eq!((&removed["removed"], removed.get("added")), (&true.into(), None), "{removed}");
    let listed = program.json(&["group", "list", tenant, "--search", "sal"]);
    assert_eq!(listed["value"][0]["id"], made["id"]);
    let broken = ["group", "create", tenant, "--display-name", "x", "--membership-rule", "user.x -eq 1"];
    assert_eq!(program.run(&broken).status.code(), Some(1));
    assert_eq!(program.json(&["group", "delete", tenant, id])["deleted"], true);
    assert_eq!(program.json(&["group", "list", tenant])["value"], serde_json::json!([]));
    let gone = program.json(&["group", "show", tenant, "00000000-0000-0000-0000-00000000000a"]);
    assert_eq!((&gone["code"], gone["field"].is_null()), (&"not-found".into(), true), "{gone}");
    assert_eq!(gone["reason"], "There is no such group in this tenant.");
    assert_eq!(program.json(&["group", "list", tenant, "--deleted"])["value"][0]["id"], made["id"]);
    assert!(program.json(&["group", "restore", tenant, id])["deletedDateTime"].is_null());
    assert_eq!(program.json(&["group", "show", tenant, id])["owners"][0]["kind"], "user");
    assert_eq!(program.run(&["group", "restore", tenant, id]).status.code(), Some(1), "it isn't deleted");
    program.json(&["group", "create", tenant, "--display-name", "Desk"]);
    let first = program.json(&["group", "list", tenant, "--limit", "1"]);
    let rest = program.json(&["group", "list", tenant, "--after", first["next"].as_str().unwrap()]);
    assert!(first["value"][0]["id"] != rest["value"][0]["id"] && rest["next"].is_null(), "{first} {rest}");
    let nowhere = program.run(&["group", "show", "nowhere.test", id]);
    assert_eq!(nowhere.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&nowhere.stdout).contains("There is no tenant with this id"));
}

#[test]
fn a_check_opens_nothing_and_its_status_tells() {
    let program = Program(tempfile::tempdir().unwrap());
    let status = |arguments: &[&str]| program.run(arguments).status.code();
    assert_eq!(program.json(&["check", "email", "ana@contoso.com"])["class"], "business");
    assert_eq!(status(&["check", "email", "ana@contoso.com"]), Some(0));
    assert_eq!(status(&["check", "email", "ana@gmail.com"]), Some(1));
    assert_eq!(status(&["check", "email", "ana@contoso.test"]), Some(1));
    assert_eq!(status(&["check", "email", "--allow-test-names", "ana@contoso.test"]), Some(0));
    assert_eq!(status(&["check", "address", "Berlin"]), Some(2));
    assert_eq!(status(&["check", "everything"]), Some(2));
    assert_eq!(std::fs::read_dir(program.0.path()).unwrap().count(), 0, "nothing was made");
}

#[test]
fn settings_are_checked_shown_and_printed() {
    let program = Program(tempfile::tempdir().unwrap());
    let file = program.0.path().join("own.toml");
    std::fs::write(&file, "[database]\nurl = \"postgres://tenantry:s3cret@db/tenantry\"\n").unwrap();
    let file = file.to_str().unwrap();
    assert_eq!(program.json(&["--config", file, "config", "check"])["valid"], true);
    let shown = program.run(&["--config", file, "config", "show"]);
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("@db/tenantry") && !shown.contains("s3cret"), "{shown}");
    std::fs::write(file, "[server]\nlissten = \"127.0.0.1:1\"\n").unwrap();
    let wrong = program.run(&["--config", file, "config", "check"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("`listen`"));
    let defaults = program.run(&["config", "defaults"]);
    assert_eq!(String::from_utf8(defaults.stdout).unwrap(), tenantry::config::DEFAULTS);
    let doctor = program.json(&["doctor"]);
    assert_eq!(
        (doctor["healthy"].as_bool(), doctor["checks"][1]["state"].as_str()),
        (Some(true), Some("note"))
    );
    assert!(!program.0.path().join("data").exists(), "doctor changes nothing");
}

#[test]
fn people_are_kept_at_the_command_line() {
    let program = Program(tempfile::tempdir().unwrap());
    let create = ["tenant", "create", "--display-name", "Contoso Ltd", "--country", "GB", "--contact-email"];
    program.json(&[&create[..], &["ana@contoso.test", "--prefix", "contoso"]].concat());
    let tenant = "contoso.onwork.localhost";
    let (ben, gone) = (format!("ben@{tenant}"), format!("gone@{tenant}"));
    let made = program.json(&[
        "user",
        "create",
        tenant,
        "--username",
        "ben",
        "--given-name",
        "Ben",
        "--surname",
        "Okafor",
        "--set",
        "jobTitle=Engineer",
    ]);
    assert_eq!(
        (&made["userPrincipalName"], &made["displayName"]),
        (&ben.as_str().into(), &"Ben Okafor".into())
    );
    assert!(made["temporaryPassword"].as_str().unwrap().len() >= 16, "{made}");
    let id = made["id"].as_str().unwrap();
    let changed = program.json(&[
        "user",
        "update",
        &ben,
        "--surname",
        "",
        "--set",
        "department=Sales",
        "--set",
        "jobTitle=",
    ]);
    assert_eq!((&changed["surname"], &changed["department"]), (&Value::Null, &"Sales".into()), "{changed}");
    assert!(changed["jobTitle"].is_null());
    let refused = program.run(&["user", "update", &ben, "--set", "shoeSize=44"]);
    assert_eq!(refused.status.code(), Some(1));
    for (command, enabled) in [("disable", false), ("enable", true)] {
        assert_eq!(program.json(&["user", command, &ben])["accountEnabled"], enabled, "{command}");
    }
    let new = program.json(&["user", "reset-password", id, "--tenant", tenant]);
    assert!(new["temporaryPassword"].is_string(), "{new}");
    let factors = program.json(&["user", "factors", "reset", &ben]);
    let none = serde_json::json!({ "authenticatorApp": false, "passkeys": 0, "recoveryCodes": 0 });
    assert_eq!((&factors["id"], &factors["removed"]), (&made["id"], &none));
    assert_eq!(program.run(&["user", "factors", "reset", &gone]).status.code(), Some(1));
    program.json(&["user", "create", tenant, "--username", "gone"]);
    assert!(program.json(&["user", "delete", &gone])["deletedDateTime"].is_string());
    assert_eq!(program.run(&["user", "show", &gone]).status.code(), Some(1));
    assert!(program.json(&["user", "restore", &gone])["deletedDateTime"].is_null());
    let ended = program.json(&["user", "revoke-sessions", &gone]);
    assert_eq!((&ended["userPrincipalName"], &ended["sessionsEnded"]), (&gone.as_str().into(), &0.into()));
    let admin = program.json(&["user", "show", &format!("admin@{tenant}")]);
    assert_eq!(admin["roles"][0], "Global Administrator", "{admin}");
    assert_eq!(program.run(&["user", "disable", &format!("admin@{tenant}")]).status.code(), Some(1));
}

#[test]
fn tokens_are_kept_at_the_command_line() {
    let program = Program(tempfile::tempdir().unwrap());
    let create = ["tenant", "create", "--display-name", "Contoso Ltd", "--country", "GB", "--contact-email"];
    program.json(&[&create[..], &["ana@contoso.test", "--prefix", "contoso"]].concat());
    let admin = "admin@contoso.onwork.localhost".to_owned();
    for _ in 0..2 {
        assert!(program.json(&["user", "token", &admin])["accessToken"].is_string());
    }
    let issued = program.json(&["user", "token", &admin]);
    assert!(issued["expiresDateTime"].is_string(), "{issued}");
    let revoke = ["user", "token", "revoke", &admin];
    assert_eq!(program.json(&[&revoke[..], &[issued["id"].as_str().unwrap()]].concat())["revoked"], 1);
    let tokens = || program.json(&["user", "token", "list", &admin])["value"].as_array().unwrap().clone();
    let newest = tokens()[0]["id"].as_str().unwrap().to_owned();
    assert!(tokens()[0]["createdDateTime"].is_string() && tokens()[0]["expiresDateTime"].is_string());
    assert_eq!(program.json(&[&revoke[..], &[&newest]].concat())["revoked"], 1);
    let ended = program.run(&[&revoke[..], &[&newest]].concat());
    assert_eq!(ended.status.code(), Some(1), "it has ended");
    assert!(String::from_utf8_lossy(&ended.stdout).contains("no such token"), "{ended:?}");
    assert_eq!(program.run(&revoke).status.code(), Some(2), "neither an id nor --all");
    assert_eq!(program.json(&[&revoke[..], &["--all"]].concat())["revoked"], 1);
    assert!(tokens().is_empty());
}

#[test]
fn people_are_imported_at_the_command_line() {
    let program = Program(tempfile::tempdir().unwrap());
    let create = ["tenant", "create", "--display-name", "Contoso Ltd", "--country", "GB", "--contact-email"];
    program.json(&[&create[..], &["ana@contoso.test", "--prefix", "contoso"]].concat());
    let tenant = "contoso.onwork.localhost";
    let ben =
        program.json(&["user", "create", tenant, "--username", "ben", "--set", "department=Sales"])["id"]
            .clone();
    let file = program.0.path().join("people.csv");
    let rows: String = (0..45).map(|number| format!("p{number};P {number};\n")).collect();
    std::fs::write(&file, format!("User name;Name;Shoe size\nben;Taken;44\n{rows}")).unwrap();
    let file = file.to_str().unwrap();
    let tried = program.run(&["user", "import", tenant, file, "--dry-run"]);
    assert_eq!(tried.status.code(), Some(1), "a row is refused");
    let tried: Value = serde_json::from_slice(&tried.stdout).unwrap();
    assert_eq!(
        (&tried["state"], &tried["good"], &tried["refused"]),
        (&"dry-run".into(), &45.into(), &1.into())
    );
    assert_eq!(tried["rows"][0]["reasons"][0]["code"], "username-taken");
    assert_eq!(tried["columnsNotRead"][0], "Shoe size", "{tried}");
    let output = program.run(&["user", "import", tenant, file]);
    let done: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&done["created"], &done["failed"]), (&45.into(), &0.into()));
    assert!(done["rows"][45]["initialPassword"].is_string() && done["rows"][0]["initialPassword"].is_null());
    let listed = program.json(&["user", "list", tenant, "--limit", "1000"]);
    assert_eq!(listed["value"].as_array().unwrap().len(), 47);
    assert_eq!(program.json(&["user", "list", tenant, "--department", "sales"])["value"][0]["id"], ben);
    let exported = program.run(&["user", "export", tenant, "--search", "p1"]);
    assert_eq!(String::from_utf8(exported.stdout).unwrap().lines().count(), 12);
    assert_eq!(program.run(&["user", "import", tenant, "missing.csv"]).status.code(), Some(1));
}

#[test]
fn the_manual_is_written_from_the_commands() {
    let program = Program(tempfile::tempdir().unwrap());
    let page = String::from_utf8(program.run(&["man"]).stdout).unwrap();
    assert!(page.contains(".TH tenantry 1") && page.contains("tenantry\\-user(1)"), "{page}");
    assert!(program.run(&["man", "--folder", "man"]).status.success());
    let page = std::fs::read_to_string(program.0.path().join("man/tenantry-user-import.1")).unwrap();
    assert!(page.contains("dry\\-run"), "{page}");
}

#[test]
fn what_names_nothing_is_told_with_a_remedy() {
    let program = Program(tempfile::tempdir().unwrap());
    let create = ["tenant", "create", "--display-name", "Contoso Ltd", "--country", "GB", "--contact-email"];
    program.json(&[&create[..], &["ana@contoso.test", "--prefix", "contoso"]].concat());
    let (tenant, id) = ("contoso.onwork.localhost", "0190a5b0-0000-7000-8000-000000000000");
    let (whole, listed) = ("the whole name", "tenantry user list");
    let webhook = ("no webhook or delivery with this id", "tenantry webhook list");
    let app = ("no application with this object id, client id or name", "tenantry app list");
    let domain = ("no such domain name", "tenantry domain list");
    let group = ("no such group", "tenantry group list");
    let told: [(&[&str], (&str, &str)); 28] = [
        (&["domain", "switch-off-provider", tenant, "nope.example"], domain),
        (&["domain", "show", tenant, "nope"], domain),
        (&["domain", "verify", tenant, "nope.example"], domain),
        (&["domain", "primary", tenant, "nope.example"], domain),
        (&["domain", "remove", tenant, "nope.example"], domain),
        (&["domain", "force-remove", tenant, "nope.example"], domain),
        (&["webhook", "show", tenant, "nope"], webhook),
        (&["webhook", "show", tenant, id], webhook),
        (&["webhook", "show", tenant, id, "--delivery", "nope"], webhook),
        (&["webhook", "test", tenant, "nope"], webhook),
        (&["webhook", "replay", tenant, "nope", "--since", "2026-03-02T09:00:00Z"], webhook),
        (&["webhook", "remove", tenant, "nope"], webhook),
        (&["user", "factors", "reset", "ben"], (whole, listed)),
        (&["user", "factors", "reset", "ben", "--tenant", tenant], (whole, listed)),
        (&["user", "factors", "reset", id], ("in which tenant", "--tenant")),
        (
            &["user", "factors", "reset", "ben@contoso.onwork.localhost"],
            ("no such person in this tenant", listed),
        ),
        (&["user", "restore", "ben", "--tenant", tenant], (whole, listed)),
        (&["user", "token", "ben"], (whole, listed)),
        (
            &["user", "token", "revoke", "admin@contoso.onwork.localhost", "nope"],
            ("no such token", "tenantry user token list"),
        ),
        (&["audit", "list", tenant, "--person", "ben"], (whole, listed)),
        (&["app", "show", tenant, "Payroll"], app),
        (&["app", "restore", tenant, "Payroll"], app),
        (&["group", "delete", tenant, "nope"], group),
        (&["group", "restore", tenant, "nope"], group),
        (&["group", "add-member", tenant, "nope", "admin@contoso.onwork.localhost"], group),
        (&["app", "update", tenant, "Payroll", "--display-name", "x"], app),
        (&["group", "update", tenant, "nope", "--description", "x"], group),
        (&["role", "show", tenant, "nope"], ("no such role", "tenantry role list")),
    ];
    for (asked, (reason, remedy)) in told {
        let output = program.run(asked);
        let said: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
        assert_eq!(output.status.code(), Some(1), "{asked:?}: {said}");
        let tells = |part: &str, words: &str| said[part].as_str().unwrap_or_default().contains(words);
        assert!(tells("reason", reason) && tells("remedy", remedy), "{asked:?}: {said}");
    }
    options_are_asked_wrongly_in_words(&program, tenant, id);
    a_group_goes_by_its_name(&program, tenant);
    // The initial name never has a provider.
    let output = program.run(&["domain", "switch-off-provider", tenant, tenant]);
    assert!(
        output.status.code() == Some(1)
            && String::from_utf8_lossy(&output.stdout).contains("identity-provider-initial-name")
    );
}

/// Options that no value of theirs can mean anything to.
fn options_are_asked_wrongly_in_words(program: &Program, tenant: &str, id: &str) {
    for asked in [
        &["group", "list", tenant, "--after", "nope"][..],
        &["app", "list", tenant, "--after", "nope"],
        &["user", "list", tenant, "--after", "nope"],
        &["audit", "list", tenant, "--after", "nope"],
        &["tenant", "list", "--after", "nope"],
        &["audit", "list", tenant, "--since", "yesterday"],
        &["webhook", "replay", tenant, id, "--since", "yesterday"],
    ] {
        let output = program.run(asked);
        let wrong = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{asked:?}: {wrong}");
        assert!(wrong.contains("it is no id") || wrong.contains("such as 2026-03-02"), "{asked:?}: {wrong}");
    }
}

/// Where only one has it, for whatever is done to it.
fn a_group_goes_by_its_name(program: &Program, tenant: &str) {
    program.json(&["group", "create", tenant, "--display-name", "Sales"]);
    let admin = "admin@contoso.onwork.localhost";
    assert_eq!(program.json(&["group", "add-member", tenant, "Sales", admin])["added"], true);
    let nobody = program.json(&["group", "add-member", tenant, "Sales", "nobody@contoso.onwork.localhost"]);
    assert!(nobody["reason"].as_str().unwrap().contains("could be in a group"), "{nobody}");
    assert!(nobody["remedy"].as_str().unwrap().contains("tenantry user list"), "{nobody}");
    let deleted = program.json(&["group", "delete", tenant, "Sales"]);
    assert_eq!((&deleted["displayName"], &deleted["deleted"]), (&"Sales".into(), &true.into()));
    assert_eq!(program.json(&["group", "restore", tenant, "Sales"])["id"], deleted["id"]);
    program.json(&["group", "delete", tenant, "Sales"]);
    let other = program.json(&["group", "create", tenant, "--display-name", "Sales"])["id"].clone();
    program.json(&["group", "delete", tenant, other.as_str().unwrap()]);
    let several = program.json(&["group", "restore", tenant, "Sales"]).to_string();
    assert!([&deleted["id"], &other].iter().all(|id| several.contains(id.as_str().unwrap())), "{several}");
}
