//! Pages of `docs/` that are made from the code. `UPDATE_DOCS=1 cargo test -p tenantry --test it docs::` writes them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use model::membership::{Attribute, Rule, operators};
use model::refusal::{Code, Refusal};
use model::roles::actions::documented;
use model::roles::{Permission, Role};
use model::webhooks::{DAYS_KEPT, ENDPOINTS, TEST, event_names};
use tenantry::config::DEFAULTS;
use tenantry::web::locale::Locales;
use tenantry::web::roles as words;

#[expect(
    clippy::disallowed_methods,
    reason = "whether to write the pages is for the person who runs the tests"
)]
fn assert_page(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
    if std::env::var("UPDATE_DOCS").is_ok() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == text,
        "docs/{name} is out of date: UPDATE_DOCS=1 cargo test -p tenantry --test it docs::"
    );
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// A cell of a table: values that the text names in italics, nothing that Markdown or HTML would read.
fn cell(text: &str) -> String {
    let escaped = escaped(text).replace('|', "\\|").replace('\n', " ");
    escaped.replace("{$", "*").replace("{ $", "*").replace(" }", "*").replace('}', "*")
}

#[test]
fn refusals() {
    let english = Locales::embedded().unwrap().english();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../locales/en/refusals.ftl");
    let mut page = "# Refusals\n\nEvery \"no\" of the product: its code, which never changes, the HTTP status of an answer that consists of it, \
                    why, and what to do instead. Words in italics are filled in. Pages, API and commands give the same.\n\n\
                    This page is made from the catalogue (`crates/model/src/refusal/catalogue.rs`) and its texts \
                    (`locales/en/refusals.ftl`).\n"
        .to_owned();
    let mut told = 0;
    for line in fs::read_to_string(file).unwrap().lines() {
        if let Some(section) = line.strip_prefix("## ") {
            write!(page, "\n## {section}\n\n| code | status | reason | remedy |\n|---|---|---|---|\n")
                .unwrap();
        }
        let Some((key, _)) = line.split_once('=').filter(|_| !line.starts_with([' ', '#'])) else { continue };
        let Some(code) = Code::ALL.iter().find(|code| code.as_str() == key.trim()) else { continue };
        let text = english.refusal(&Refusal::new(*code));
        let (reason, remedy) = (cell(&text.reason), cell(&text.remedy));
        writeln!(page, "| `{}` | {} | {reason} | {remedy} |", code.as_str(), code.status()).unwrap();
        told += 1;
    }
    assert_eq!(told, Code::ALL.len(), "every code has its text in a section");
    assert_page("refusals.md", &page);
}

#[test]
fn roles() {
    let english = Locales::embedded().unwrap().english();
    let words = |permission: Permission| words::permission(&english, permission);
    let mut page = "# Roles\n\nWhat each built-in role allows, under its template id, which is the same in every tenant. Roles of a \
                    tenant's own are made of the same permissions. People, groups that were made for it (`isAssignableToRole`) and \
                    service principals hold roles; whoever is a direct member of such a group has what it holds. Nobody makes, \
                    changes, gives or takes away more than they may themselves.\n\n| role | template id | allows to |\n|---|---|---|\n"
        .to_owned();
    for role in Role::ALL {
        let allows: Vec<_> = role.permissions().iter().map(words).collect();
        writeln!(page, "| {} | `{}` | {} |", role.name(), role.template_id(), allows.join("; ")).unwrap();
    }
    page.push_str("\n## Resource actions\n\nPermissions are coarser than the resource actions of Microsoft's role definitions. An action \
                   that is named in a role gives the whole permission that it stands for here, and the role's page shows what that comes \
                   to; an action that isn't in this table is refused.\n\n| action | stands for |\n|---|---|\n");
    let own = Permission::ALL.iter().map(|permission| (permission.resource_action().to_owned(), *permission));
    let mut told = BTreeSet::new();
    for (action, permission) in own.chain(documented()).filter(|(action, _)| told.insert(action.clone())) {
        writeln!(page, "| `{action}` | {} |", words(permission)).unwrap();
    }
    page.push_str("\nThis page is made from `crates/model/src/roles`.\n");
    assert_page("roles.md", &page);
}

#[test]
fn configuration() {
    let mut page = "# Configuration\n".to_owned();
    let (mut comment, mut keys, mut section) = (Vec::new(), Vec::new(), String::new());
    let flush = |page: &mut String, comment: &mut Vec<&str>, keys: &mut Vec<String>| {
        if !keys.is_empty() {
            writeln!(page, "- {}  \n  {}", keys.join(", "), escaped(&comment.join(" "))).unwrap();
        }
        comment.clear();
        keys.clear();
    };
    for line in DEFAULTS.lines().chain([""]) {
        if let Some(name) = line.strip_prefix('[') {
            flush(&mut page, &mut comment, &mut keys);
            section = name.trim_end_matches(']').to_owned();
            write!(page, "\n## {section}\n\n").unwrap();
        } else if let Some(text) = line.strip_prefix('#') {
            if !keys.is_empty() {
                flush(&mut page, &mut comment, &mut keys);
            }
            comment.push(text.trim());
        } else if let Some((key, value)) = line.split_once(" = ") {
            keys.push(format!("`{key} = {value}`"));
        } else if section.is_empty() && !comment.is_empty() {
            write!(page, "\n{}\n", escaped(&comment.join("\n"))).unwrap();
            comment.clear();
        }
    }
    flush(&mut page, &mut comment, &mut keys);
    page.push_str("\nThis page is made from `crates/tenantry/src/config/defaults.toml`.\n");
    assert_page("configuration.md", &page);
}

/// A page of `docs/` that somebody wrote.
fn written(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name)).unwrap()
}

/// The rows of the table below a heading, without its head.
fn rows<'p>(page: &'p str, heading: &str) -> Vec<&'p str> {
    let (_, below) = page.split_once(&format!("\n## {heading}\n")).unwrap();
    let section = below.split("\n## ").next().unwrap();
    section.lines().filter(|line| line.starts_with("| `")).collect()
}

/// What stands as code in the first cells.
fn named(page: &str, heading: &str) -> Vec<String> {
    let cells = rows(page, heading).into_iter().map(|row| row.split(" | ").next().unwrap());
    cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).map(str::to_owned).collect()
}

fn sorted(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut names: Vec<_> = names.into_iter().collect();
    names.sort();
    names
}

#[test]
fn webhooks_are_told_as_they_are() {
    let page = written("webhooks.md");
    assert_eq!(sorted(named(&page, "Events")), sorted(event_names()));
    let retries = DEFAULTS.lines().find(|line| line.starts_with("retries = ")).unwrap();
    let often = DEFAULTS.lines().find_map(|line| line.strip_prefix("webhook_sends_per_minute = ")).unwrap();
    for fact in [
        retries,
        &format!("`{TEST}`"),
        &format!("- {ENDPOINTS} webhooks a tenant"),
        &format!("- {often} tests and repetitions a minute"),
        &format!("kept for {DAYS_KEPT} days"),
    ] {
        assert!(page.contains(fact), "docs/webhooks.md doesn't say {fact}");
    }
}

#[test]
fn membership_rules_are_told_as_they_are() {
    let page = written("membership-rules.md");
    let attributes = Attribute::names().map(|name| format!("user.{name}"));
    assert_eq!(sorted(named(&page, "Attributes")), sorted(attributes));
    assert_eq!(sorted(named(&page, "Operators")), sorted(operators()));
    for row in rows(&page, "Examples") {
        let example = row.split('`').nth(1).unwrap();
        assert!(Rule::parse(example).is_ok(), "{example}");
    }
}

/// The names of the dependencies that a manifest asks a registry for.
fn dependencies(manifest: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut inside = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.ends_with("dependencies]");
        } else if let Some((name, wanted)) = line.split_once('=').filter(|_| inside)
            && !wanted.contains("path =")
            && !name.starts_with('#')
        {
            names.push(name.trim().trim_end_matches(".workspace").to_owned());
        }
    }
    names
}

#[test]
fn every_dependency_has_its_reason() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = fs::read_to_string(root.join("docs/adr/0006-dependencies.md")).unwrap();
    let crates = ["bench", "crates/argon2-dispatch", "crates/model", "crates/tenantry"];
    let mut names: Vec<String> = crates
        .iter()
        .flat_map(|name| dependencies(&fs::read_to_string(root.join(name).join("Cargo.toml")).unwrap()))
        .collect();
    let npm = fs::read_to_string(root.join("e2e/package.json")).unwrap();
    let npm: serde_json::Value = serde_json::from_str(&npm).unwrap();
    names.extend(npm["dependencies"].as_object().unwrap().keys().cloned());
    assert!(names.len() > 40, "the manifests were read");
    names.retain(|name| !page.contains(&format!("| {name} | ")));
    assert!(names.is_empty(), "without a line in docs/adr/0006-dependencies.md: {names:?}");
}
