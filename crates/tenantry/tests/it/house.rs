//! The rules of the house that the compiler can't hold. ARCHITECTURE.md says why each exists.

use std::fs;
use std::path::{Path, PathBuf};

/// Which features a feature may use. Each stands below all that it uses, so there is no circle.
const FEATURES: &[(&str, &[&str])] = &[
    ("dev", &[]),
    ("eligibility", &[]),
    ("audit", &[]),
    ("evidence", &["audit"]),
    ("credentials", &["audit", "evidence"]),
    ("tenants", &["audit", "evidence"]),
    ("retention", &["audit", "tenants"]),
    ("objects", &["tenants"]),
    // Everything that gives rights along a way of its own asks it, so it stands low.
    ("roles", &["audit", "objects"]),
    ("membership", &["audit", "tenants", "objects"]),
    ("directory", &["audit", "evidence", "credentials", "tenants", "objects", "membership", "roles"]),
    ("applications", &["audit", "credentials", "directory", "objects", "roles", "tenants"]),
    ("groups", &["audit", "credentials", "directory", "objects", "membership", "roles"]),
    ("administrative_units", &["audit", "groups", "objects"]),
    ("bulk", &["applications", "directory", "groups", "objects"]),
    ("webhooks", &["audit", "credentials", "directory", "objects"]),
    ("access_requests", &["audit", "evidence", "credentials", "directory"]),
    ("imports", &["access_requests", "audit", "directory"]),
    ("federation", &["audit", "credentials", "directory", "roles"]),
    (
        "domains",
        &[
            "audit",
            "evidence",
            "directory",
            "tenants",
            "access_requests",
            "applications",
            "groups",
            "federation",
        ],
    ),
    ("sandbox", &[]),
    ("agreements", &["audit"]),
    ("billing", &["audit", "evidence", "directory", "agreements"]),
    ("signin", &["audit", "credentials", "directory", "federation", "tenants"]),
    ("account", &["audit", "credentials", "directory", "federation", "roles", "signin"]),
    ("openid", &["applications", "audit", "directory", "groups", "objects", "roles", "signin", "tenants"]),
    ("reset", &["audit", "credentials", "signin"]),
    (
        "signup",
        &[
            "applications",
            "audit",
            "evidence",
            "credentials",
            "directory",
            "access_requests",
            "tenants",
            "domains",
            "agreements",
            "billing",
            "signin",
            "sandbox",
        ],
    ),
    (
        "overview",
        &[
            "audit",
            "evidence",
            "credentials",
            "directory",
            "access_requests",
            "tenants",
            "domains",
            "agreements",
            "billing",
            "signup",
        ],
    ),
    (
        "directory_api",
        &[
            "access_requests",
            "administrative_units",
            "applications",
            "audit",
            "credentials",
            "directory",
            "domains",
            "groups",
            "membership",
            "objects",
            "roles",
            "tenants",
            "webhooks",
        ],
    ),
    ("api_document", &["directory_api", "eligibility"]),
    ("operator", &["applications", "audit", "evidence", "credentials", "directory", "tenants", "signup"]),
];

/// Rooms that features stand on.
const LOWER_ROOMS: &[&str] = &[
    "access",
    "config",
    "db",
    "jobs",
    "mail",
    "outside",
    "web",
    "eligibility",
    "error.rs",
    "graph",
    "openapi",
    "moment.rs",
    "passwords.rs",
    "pictures.rs",
    "secrets.rs",
    "signing",
];

/// Where the right to enter a tenant is issued, and on whose authority.
const GRANTS: &[(&str, &str)] = &[
    (
        "features/signup/ops/discovery.rs",
        "a proven mailbox asks for access to the tenant that it was told of",
    ),
    ("features/signup/ops/finish.rs", "the last step of a sign-up fills the tenant that it makes"),
    ("access/mod.rs", "an actor enters the tenant that it acts in"),
    ("access/session.rs", "a session's cookie is checked in the tenant that it names"),
    ("access/token.rs", "an API token is checked in the tenant that it names"),
    ("access/application.rs", "an API token of an application is checked in the tenant that it names"),
    (
        "features/openid/ops/authorize.rs",
        "a client's request names a tenant, in which nothing but the client is looked up before somebody is admitted",
    ),
    (
        "features/signin/account.rs",
        "a user name leads to the tenant of its domain, to check a password there",
    ),
    (
        "features/access_requests/ops/invitation.rs",
        "an invitation's secret is checked in the tenant that it names",
    ),
];

/// What `model` may depend on: nothing that reads, writes, waits, or asks for the time or for randomness.
const PURE_CRATES: &[&str] = &[
    "any_ascii",
    "idna",
    "jiff",
    "psl",
    "regex-lite",
    "rlibphonenumber",
    "serde",
    "serde_json",
    "stdnum",
    "strsim",
    "unicode-normalization",
    "uuid",
];

struct Source {
    /// Its path under `src`, with slashes.
    name: String,
    text: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn files(folder: &Path, ending: &str) -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(current) = folders.pop() {
        for entry in fs::read_dir(&current).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
                found.push(Source { name, text: fs::read_to_string(&path).unwrap() });
            }
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

fn sources(krate: &str) -> Vec<Source> {
    files(&root().join("crates").join(krate).join("src"), ".rs")
}

impl Source {
    fn is_test(&self) -> bool {
        self.name.ends_with("tests.rs") || self.name.contains("/tests/")
    }

    /// The lines of code before the file's own tests, without comments.
    fn code(&self) -> String {
        let code = self.text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
    }

    fn features_used(&self) -> Vec<String> {
        let name = |text: &str| -> String {
            text.chars().take_while(|char| char.is_ascii_lowercase() || *char == '_').collect()
        };
        let code = self.code();
        let mut used = Vec::new();
        for rest in code.split("features::").skip(1) {
            match rest.strip_prefix('{') {
                Some(group) => used.extend(
                    group.split('}').next().unwrap_or_default().split(',').map(|part| name(part.trim())),
                ),
                None => used.push(name(rest)),
            }
        }
        used
    }
}

fn assert_none(rule: &str, broken: &[String]) {
    assert!(broken.is_empty(), "{rule}:\n  {}", broken.join("\n  "));
}

#[test]
fn files_are_short() {
    let mut long = Vec::new();
    for krate in ["model", "argon2-dispatch", "protocol", "tenantry"] {
        for source in sources(krate).iter().filter(|source| !source.is_test()) {
            let lines = source.code().lines().count();
            if lines > 400 {
                long.push(format!("{krate}/src/{}: {lines} lines", source.name));
            }
        }
    }
    assert_none("a file has 400 lines at most", &long);
}

#[test]
fn lower_rooms_know_no_feature() {
    let broken: Vec<_> = sources("tenantry")
        .iter()
        .filter(|source| {
            LOWER_ROOMS
                .iter()
                .any(|room| source.name == *room || source.name.starts_with(&format!("{room}/")))
        })
        .filter(|source| source.code().contains("features::"))
        .map(|source| source.name.clone())
        .collect();
    assert_none("rooms below the features never use one", &broken);
}

#[test]
fn features_use_only_those_below_them() {
    for (index, (feature, below)) in FEATURES.iter().enumerate() {
        for used in *below {
            let stands_before = FEATURES[..index].iter().any(|(earlier, _)| earlier == used);
            assert!(stands_before, "{feature} uses {used}, which must stand before it in the table");
        }
    }
    let mut broken = Vec::new();
    for source in sources("tenantry") {
        let Some((feature, _)) = source.name.strip_prefix("features/").and_then(|rest| rest.split_once('/'))
        else {
            continue;
        };
        let Some((_, below)) = FEATURES.iter().find(|(known, _)| *known == feature) else {
            broken.push(format!("{feature} isn't in the table"));
            continue;
        };
        for used in source.features_used() {
            if used != feature && !below.contains(&used.as_str()) {
                broken.push(format!("{} uses {used}", source.name));
            }
        }
    }
    assert_none("a feature uses those that the table gives it", &broken);
}

#[test]
fn stores_are_private_and_hold_the_statements() {
    let mut broken = Vec::new();
    for source in sources("tenantry").iter().filter(|source| source.name.starts_with("features/")) {
        let code = source.code();
        if code.lines().any(|line| line.trim_start().starts_with("pub") && line.contains("mod store")) {
            broken.push(format!("{}: mod store is public", source.name));
        }
        let in_store = source.name.ends_with("/store.rs") || source.name.contains("/store/");
        let statement =
            ["\"SELECT ", "\"INSERT ", "\"UPDATE ", "\"DELETE "].iter().any(|sql| code.contains(sql));
        if statement && !in_store && !source.is_test() {
            broken.push(format!("{}: SQL outside of store", source.name));
        }
    }
    assert_none("statements are in a feature's own store", &broken);
}

#[test]
fn only_the_database_room_knows_the_engine() {
    let engines = ["rusqlite", "tokio_postgres", "deadpool", "engine_name()"];
    let broken: Vec<_> = sources("tenantry")
        .iter()
        .filter(|source| !source.name.starts_with("db/"))
        .filter(|source| engines.iter().any(|engine| source.code().contains(engine)))
        .map(|source| source.name.clone())
        // The start-up lines say which engine it is.
        .filter(|name| name != "serve.rs")
        .collect();
    assert_none("only db/ names a driver or asks which engine runs", &broken);
}

#[test]
fn tenants_are_entered_where_it_is_listed() {
    let mut broken = Vec::new();
    let issues = |source: &Source| source.code().contains("TenantGrant::issue(");
    let sources = sources("tenantry");
    for source in sources.iter().filter(|source| issues(source) && source.name != "db/scope.rs") {
        if !GRANTS.iter().any(|(listed, _)| source.name == *listed) {
            broken.push(format!("{} isn't listed", source.name));
        }
    }
    for (listed, _) in GRANTS {
        if !sources.iter().any(|source| source.name == *listed && issues(source)) {
            broken.push(format!("{listed} is listed and issues none"));
        }
    }
    assert_none("the right to enter a tenant is issued where GRANTS says", &broken);
}

#[test]
fn model_is_pure() {
    let manifest: toml::Table =
        toml::from_str(&fs::read_to_string(root().join("crates/model/Cargo.toml")).unwrap()).unwrap();
    let mut broken: Vec<_> = manifest["dependencies"]
        .as_table()
        .unwrap()
        .keys()
        .filter(|name| !PURE_CRATES.contains(&name.as_str()))
        .map(|name| format!("depends on {name}"))
        .collect();
    let impure = [
        "std::fs",
        "TcpStream",
        "UdpSocket",
        "ToSocketAddrs",
        "std::env",
        "std::process",
        "std::thread",
        "async fn",
        ".await",
        "::now()",
        "println!",
    ];
    for source in sources("model").iter().filter(|source| !source.is_test()) {
        let code = source.code();
        broken.extend(
            impure.iter().filter(|word| code.contains(*word)).map(|word| format!("{}: {word}", source.name)),
        );
    }
    assert_none("model has no IO, clock or randomness", &broken);
}

#[test]
fn lints_are_expected_and_never_allowed() {
    let allow = format!("[{}(", "allow");
    let mut broken = Vec::new();
    for source in files(&root().join("crates"), ".rs") {
        if source.text.contains(&format!("#{allow}")) || source.text.contains(&format!("#!{allow}")) {
            broken.push(source.name);
        }
    }
    assert_none("a lint is expected, with its reason", &broken);
}

#[test]
fn every_template_is_used() {
    let mut users: Vec<String> = sources("tenantry").into_iter().map(|source| source.text).collect();
    let templates = files(&root().join("templates"), "");
    users.extend(templates.iter().map(|template| template.text.clone()));
    let unused: Vec<_> = templates
        .iter()
        .filter(|template| !users.iter().any(|user| user.contains(&format!("\"{}\"", template.name))))
        .map(|template| template.name.clone())
        .collect();
    assert_none("a template is compiled, included or imported", &unused);

    // A macro that nobody calls is never compiled.
    let macros = templates.iter().flat_map(|template| {
        let names = template.text.split("%- macro ").skip(1).filter_map(|rest| rest.split('(').next());
        names.map(move |name| (template.name.clone(), name.trim().to_owned())).collect::<Vec<_>>()
    });
    let uncalled: Vec<_> = macros
        .filter(|(_, name)| {
            let (qualified, call) = (format!("::{name}("), format!("{name}("));
            let calls = |text: &String| text.contains(&qualified) || text.matches(&call).count() > 1;
            !users.iter().any(calls)
        })
        .map(|(file, name)| format!("{file}: {name}"))
        .collect();
    assert_none("a macro of the templates is called somewhere", &uncalled);
}

#[test]
fn migrations_are_numbered_once_and_speak_both_dialects() {
    let mut broken = Vec::new();
    let migrations = files(&root().join("migrations"), "");
    for (index, migration) in migrations.iter().enumerate() {
        let number = migration.name.get(..4).unwrap_or_default();
        if index > 0 && migrations[index - 1].name.starts_with(number) {
            broken.push(format!("{}: {number} stands twice", migration.name));
        }
        let named = number.bytes().all(|byte| byte.is_ascii_digit()) && migration.name.ends_with(".sql");
        if !named || migration.name.get(4..5) != Some("_") {
            broken.push(format!("{} isn't named NNNN_<feature>_<what>.sql", migration.name));
        }
        let lower = migration.text.to_lowercase();
        for word in
            ["jsonb", "timestamptz", "serial", "autoincrement", "datetime", " real", "varchar", "now()"]
        {
            let statements = lower.lines().filter(|line| !line.trim_start().starts_with("--"));
            if statements.clone().any(|line| line.contains(word)) {
                broken.push(format!("{}: {word}", migration.name));
            }
        }
    }
    assert_none("one set of migrations serves both engines", &broken);
}
