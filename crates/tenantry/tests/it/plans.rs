//! Every statement that the service runs in a long walk is planned by both engines: none may read a whole table that
//! grows. The walk is the proof of isolation, which asks every route, with searches, filters and jobs beside it.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use tenantry::db::{DbError, Row, Value};
use tenantry::{prove, routes};

use crate::support::statements::Hearing;
use crate::support::{Engine, TestApp};

/// Tables that may be read whole, each with its reason.
const SMALL: &[(&str, &str)] = &[
    ("schema_migration", "one row a migration"),
    ("deployment_mark", "one row a mark of the deployment"),
    ("agreement_text", "one row a version of an agreement"),
    ("token_key", "the few keys that the deployment signs tokens with"),
    ("local_mail", "of a first run alone, and only the newest mails are kept"),
];

/// Lists as programs and people narrow them.
const ASKED: &[&str] = &[
    "$filter=displayName eq 'Ben'",
    "$filter=startswith(displayName,'B')",
    "$filter=startswith(displayName,'B') and displayName ne 'Bert'",
    "$filter=id in ('0190a5b0-0000-7000-8000-000000000000')",
    "$search=\"displayName:ben\"",
    "$search=\"displayName:ben\"&$count=true&$orderby=displayName",
    "$orderby=displayName&$top=1",
    "$orderby=displayName desc&$top=1",
    "$count=true&$top=1",
    "$filter=createdDateTime ge 2026-01-01T00:00:00Z",
];

const COLLECTIONS: [&str; 4] = ["users", "groups", "applications", "servicePrincipals"];

const PAGES: &[&str] = &[
    "/people?search=ben",
    "/people?filter=deleted",
    "/people?filter=disabled",
    "/people?filter=administrators",
    "/people?sort=-name",
    "/people?sort=created",
    "/groups?search=sales",
    "/groups?filter=deleted",
    "/my-groups?search=sales",
    "/my-groups?filter=owned",
    "/applications?search=portal",
    "/applications?filter=deleted",
    "/applications?filter=registered",
    "/applications?filter=registered&search=portal",
    "/activity?activity=user-created",
    "/activity?from=2026-01-01&to=2026-12-31",
    "/activity/export.jsonl",
];

async fn walk(t: &mut TestApp) {
    let (whole, inside) = routes::both(t.app.clone());
    prove::isolation(&t.app, &whole, &inside, None).await.unwrap();
    t.http
        .put("hooks.contoso.com", Ok(tenantry::outside::http::Answer { status: 200, ..Default::default() }));
    let company = t.company("contoso").await;
    let ben = t.person(company.tenant, &company.domain, "ben", &[]).await;
    let client = t.client(company.tenant, company.ana).await;
    let hook = serde_json::json!({ "url": "https://hooks.contoso.com/", "events": ["user.*"] });
    let hook = client.post("/v1.0/webhooks", hook).await.body["id"].as_str().unwrap().to_owned();
    client.post(&format!("/v1.0/webhooks/{hook}/test"), serde_json::json!({})).await;
    client.patch(&format!("/v1.0/users/{ben}"), serde_json::json!({ "jobTitle": "Buyer" })).await;
    for collection in COLLECTIONS {
        for asked in ASKED {
            client.get(&format!("/v1.0/{collection}?{asked}")).await;
            client.get(&format!("/v1.0/users/{ben}/memberOf?{asked}")).await;
            client.get(&format!("/v1.0/directory/deletedItems/microsoft.graph.user?{asked}")).await;
        }
        let delta = client.get(&format!("/v1.0/{collection}/delta?$deltatoken=latest")).await;
        if let Some(link) = delta.body["@odata.deltaLink"].as_str() {
            client.get(&link.replace("http://localhost:8080", "")).await;
        }
    }
    let mut browser = t.signed_in(company.tenant, company.ana).await;
    for page in PAGES {
        browser.get(page).await;
    }
    for days in [0, 1, 31, 31] {
        t.advance(SignedDuration::from_hours(24 * days));
        tenantry::jobs::schedule_recurring(&t.app).await.unwrap();
        tenantry::jobs::run_due(&t.app).await.unwrap();
    }
}

async fn tables(t: &TestApp) -> BTreeSet<String> {
    let sql = match t.engine {
        Engine::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table'",
        Engine::Postgres => {
            "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        }
    };
    t.column(sql).await.into_iter().collect()
}

/// What an alias stands for in a statement.
fn table_of(sql: &str, name: &str) -> String {
    let words: Vec<&str> = sql.split(|char: char| !(char.is_alphanumeric() || char == '_')).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let named = words.windows(3).find_map(|three| {
        let [keyword, table, alias] = three else { return None };
        let alias = if alias.eq_ignore_ascii_case("as") { return None } else { *alias };
        (["FROM", "JOIN", "UPDATE"].contains(keyword) && alias == name).then(|| (*table).to_owned())
    });
    named.unwrap_or_else(|| name.to_owned())
}

/// The plan for whatever values the parameters have.
async fn plan(t: &TestApp, sql: &str, parameters: usize) -> Result<Vec<Row>, DbError> {
    let mut scope = t.app.db.read().await?;
    if t.engine == Engine::Sqlite {
        return scope.all(&format!("EXPLAIN QUERY PLAN {sql}"), &vec![Value::Null; parameters]).await;
    }
    for setting in ["enable_seqscan = off", "plan_cache_mode = force_generic_plan"] {
        scope.execute(&format!("SET LOCAL {setting}"), &[]).await?;
    }
    scope.execute(&format!("PREPARE planned AS {sql}"), &[]).await?;
    let values = vec!["NULL"; parameters].join(", ");
    let values = if parameters == 0 { String::new() } else { format!("({values})") };
    let plan = scope.all(&format!("EXPLAIN EXECUTE planned{values}"), &[]).await;
    scope.execute("DEALLOCATE planned", &[]).await?;
    plan
}

/// The tables that a plan of the engine reads whole.
async fn read_whole(t: &TestApp, sql: &str) -> Result<Vec<String>, String> {
    let most = (1..40).rev().find(|number| sql.contains(&format!("${number}"))).unwrap_or(0);
    let (column, sign) = match t.engine {
        Engine::Sqlite => ("detail", "SCAN "),
        Engine::Postgres => ("QUERY PLAN", "Seq Scan on "),
    };
    let plan = plan(t, sql, most).await.map_err(|error| format!("{error}: {sql}"))?;
    let lines = plan.iter().map(|row| row.get::<String>(column).unwrap());
    let name = |line: String| {
        let (_, rest) = line.split_once(sign)?;
        let mut words = rest.split_whitespace();
        let (first, second) = (words.next()?, words.next().unwrap_or_default());
        let is_alias = t.engine == Engine::Postgres && !second.starts_with('(');
        Some(if is_alias { first.to_owned() } else { table_of(sql, first) })
    };
    Ok(lines.filter_map(name).collect())
}

fn plans_of(engine: Engine) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut t = TestApp::start(engine, &[crate::input::unlimited]).await;
        let hearing = Hearing::begin();
        walk(&mut t).await;
        let heard = hearing.end();
        let tables = tables(&t).await;
        let starts = ["SELECT ", "UPDATE ", "DELETE ", "WITH "];
        let planned: Vec<_> =
            heard.iter().filter(|sql| starts.iter().any(|start| sql.starts_with(start))).collect();
        assert!(planned.len() > 250, "the walk ran {} statements", planned.len());
        let unindexed = "SELECT id FROM local_mail l WHERE l.subject = $1";
        assert_eq!(
            read_whole(&t, unindexed).await,
            Ok(vec!["local_mail".to_owned()]),
            "a whole table is seen"
        );
        let mut wrong = Vec::new();
        for sql in planned {
            match read_whole(&t, sql).await {
                Ok(whole) => wrong.extend(
                    whole
                        .into_iter()
                        .filter(|table| tables.contains(table))
                        .filter(|table| !SMALL.iter().any(|(small, _)| small == table))
                        .map(|table| format!("{table}: {sql}")),
                ),
                Err(error) => wrong.push(error),
            }
        }
        t.finish().await;
        assert!(wrong.is_empty(), "{} statements:\n{}", wrong.len(), wrong.join("\n\n"));
    });
}

#[test]
fn no_statement_reads_a_whole_table_on_sqlite() {
    plans_of(Engine::Sqlite);
}

#[test]
fn no_statement_reads_a_whole_table_on_postgres() {
    plans_of(Engine::Postgres);
}
