//! The database room on both engines: commits that writers share, transactions that are repeated, tenants kept apart.

use futures_util::future::join_all;
use model::ids::TenantId;
use tenantry::app::App;
use tenantry::db::{Db, DbError, GrantReason, Row, Schema, Scope, Single, TenantGrant, Value};
use tenantry::error::Error;
use tenantry::{params, transaction};
use uuid::Uuid;

use crate::support::database::past_row_security;
use crate::support::{Engine, TestApp};

both_engines!(
    a_database_opens_with_its_own_key_alone,
    all_stands_in_one_file_when_it_has_settled,
    a_failed_transaction_leaves_nothing,
    concurrent_writers_all_commit_and_failures_are_undone_alone,
    read_and_write_transactions_never_lose_an_update,
    taken_keys_are_told_alike,
    a_view_is_consistent_and_cannot_write,
    cancelled_work_leaves_nothing_and_blocks_nobody,
    a_tenant_sees_its_own_rows_alone,
    a_reused_connection_forgets_the_tenant,
    every_kind_of_value_comes_back,
    every_owned_table_leads_with_the_tenant,
    the_schema_opens_again,
    a_schema_of_another_version_is_told,
    a_role_past_row_security_is_told,
);

const INSERT_JOB: &str =
    "INSERT INTO job (id, kind, payload, run_at, attempts) VALUES ($1, $2, '{}', 9000000000000000, $3)";

fn id(app: &App) -> Uuid {
    app.moment().uuid()
}

async fn insert_job(scope: &mut Scope, id: Uuid, kind: &str, attempts: i64) -> Result<(), DbError> {
    scope.execute(INSERT_JOB, params![id, kind, attempts]).await.map(drop)
}

fn grant(tenant: Uuid) -> TenantGrant {
    TenantGrant::issue(TenantId(tenant), GrantReason::Operator)
}

async fn new_tenant(app: &App, name: &str) -> Uuid {
    let tenant = id(app);
    let sql = "INSERT INTO tenant (id, display_name, country, technical_contact, created_at) VALUES ($1, $2, 'GR', '', 0)";
    let made: Result<(), Error> = transaction!(app.db, |scope| {
        scope.execute(sql, params![tenant, name]).await?;
        let mut scope = scope.tenant(grant(tenant)).await?;
        let sql = "INSERT INTO users (tenant_id, id, user_name, domain_name, display_name, account_enabled, created_at, created_by) \
                   VALUES ($1, $2, 'admin', $3, $3, true, 0, 'test')";
        scope.execute(sql, params![id(app), name]).await?;
        Ok(())
    });
    made.unwrap();
    tenant
}

async fn a_failed_transaction_leaves_nothing(t: &mut TestApp) {
    let app = t.app.clone();
    let failed: Result<(), Error> = transaction!(app.db, |scope| {
        insert_job(scope, id(&app), "undone", 0).await?;
        Err(Error::internal("on purpose"))
    });
    assert!(failed.is_err());
    assert_eq!(t.count("SELECT count(*) FROM job").await, 0);
}

async fn concurrent_writers_all_commit_and_failures_are_undone_alone(t: &mut TestApp) {
    let writers = (0..200_i64).map(|number| {
        let app = t.app.clone();
        tokio::spawn(async move {
            let kind = if number % 3 == 0 { "undone" } else { "kept" };
            let result: Result<(), Error> = transaction!(app.db, |scope| {
                insert_job(scope, id(&app), kind, number).await?;
                if number % 3 == 0 { Err(Error::internal("on purpose")) } else { Ok(()) }
            });
            (number, result)
        })
    });
    for writer in join_all(writers).await {
        let (number, result) = writer.unwrap();
        assert_eq!(result.is_err(), number % 3 == 0, "{number}: {result:?}");
    }
    assert_eq!(t.count("SELECT count(*) FROM job WHERE kind = 'undone'").await, 0);
    assert_eq!(t.count("SELECT count(*) FROM job WHERE kind = 'kept'").await, 133);
}

async fn read_and_write_transactions_never_lose_an_update(t: &mut TestApp) {
    let counter = id(&t.app);
    let made: Result<(), Error> =
        transaction!(t.app.db, |scope| Ok(insert_job(scope, counter, "counter", 0).await?));
    made.unwrap();
    let writers = (0..8).map(|_| {
        let app = t.app.clone();
        tokio::spawn(async move {
            let mut runs = 0;
            for _ in 0..10 {
                let done: Result<(), Error> = transaction!(app.db, |scope| {
                    runs += 1;
                    let Single(seen): Single<i64> =
                        scope.one("SELECT attempts FROM job WHERE id = $1", params![counter]).await?;
                    // Others get their turn between the reading and the writing.
                    tokio::task::yield_now().await;
                    scope
                        .execute("UPDATE job SET attempts = $2 WHERE id = $1", params![counter, seen + 1])
                        .await?;
                    Ok(())
                });
                done.unwrap();
            }
            runs
        })
    });
    let runs: i32 = join_all(writers).await.into_iter().map(Result::unwrap).sum();
    assert_eq!(t.count("SELECT attempts FROM job").await, 80);
    match t.engine {
        Engine::Sqlite => assert_eq!(runs, 80, "one writer at a time has no conflicts"),
        Engine::Postgres => assert!(runs > 80, "conflicting transactions are repeated: {runs}"),
    }
}

async fn taken_keys_are_told_alike(t: &mut TestApp) {
    let app = t.app.clone();
    let job = id(&app);
    let result: Result<(), Error> = transaction!(app.db, |scope| {
        insert_job(scope, job, "first", 0).await?;
        insert_job(scope, job, "second", 0).await?;
        Ok(())
    });
    assert!(matches!(result, Err(Error::Db(DbError::Unique))), "{result:?}");
    let result: Result<(), Error> = transaction!(app.db, |scope| {
        let sql = "INSERT INTO initial_prefix (prefix, skeleton) VALUES ($1, $2)";
        scope.execute(sql, params!["contoso", "c0nt0s0"]).await?;
        scope.execute(sql, params!["cont0so", "c0nt0s0"]).await?;
        Ok(())
    });
    assert!(matches!(result, Err(Error::Db(DbError::Unique))), "{result:?}");
}

async fn a_view_is_consistent_and_cannot_write(t: &mut TestApp) {
    let app = t.app.clone();
    let mut view = app.db.read().await.unwrap();
    let count = "SELECT count(*) FROM job";
    assert_eq!(view.one::<Single<i64>>(count, &[]).await.unwrap().0, 0);
    let made: Result<(), Error> =
        transaction!(app.db, |scope| Ok(insert_job(scope, id(&app), "later", 0).await?));
    made.unwrap();
    assert_eq!(view.one::<Single<i64>>(count, &[]).await.unwrap().0, 0, "the view stays as it was");
    assert!(insert_job(&mut view, id(&app), "never", 0).await.is_err());
    drop(view);
    assert_eq!(t.count(count).await, 1);
}

async fn cancelled_work_leaves_nothing_and_blocks_nobody(t: &mut TestApp) {
    let app = t.app.clone();
    let abandoned = tokio::spawn({
        let app = app.clone();
        async move {
            let result: Result<(), Error> = transaction!(app.db, |scope| {
                insert_job(scope, id(&app), "abandoned", 0).await?;
                std::future::pending::<()>().await;
                Ok(())
            });
            result
        }
    });
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    abandoned.abort();
    assert!(abandoned.await.unwrap_err().is_cancelled());
    let made: Result<(), Error> =
        transaction!(app.db, |scope| Ok(insert_job(scope, id(&app), "next", 0).await?));
    made.unwrap();
    assert_eq!(t.column("SELECT kind FROM job").await, ["next"]);
}

async fn a_tenant_sees_its_own_rows_alone(t: &mut TestApp) {
    let app = t.app.clone();
    let (contoso, fabrikam) = (new_tenant(&app, "contoso").await, new_tenant(&app, "fabrikam").await);
    let mut scope = app.db.read().await.unwrap();
    let mut scope = scope.tenant(grant(contoso)).await.unwrap();
    let own = "SELECT display_name FROM users WHERE tenant_id = $1";
    let names: Vec<Single<String>> = scope.all(own, &[]).await.unwrap();
    assert_eq!(names.into_iter().map(|name| name.0).collect::<Vec<_>>(), ["contoso"]);
    if t.engine == Engine::Sqlite {
        return;
    }
    // The second wall: statements that forget the tenant, or name another, find and change nothing of it.
    let forgetful = "SELECT display_name FROM users WHERE tenant_id = $1 OR true";
    let names: Vec<Single<String>> = scope.all(forgetful, &[]).await.unwrap();
    assert_eq!(names.into_iter().map(|name| name.0).collect::<Vec<_>>(), ["contoso"]);
    let other = "SELECT id FROM users WHERE tenant_id = $2 AND tenant_id <> $1";
    assert!(scope.optional::<Row>(other, params![fabrikam]).await.unwrap().is_none());
    let changed: Result<u64, Error> = transaction!(app.db, |scope| {
        let mut scope = scope.tenant(grant(contoso)).await?;
        let forgetful = "UPDATE users SET display_name = 'taken' WHERE tenant_id = $1 OR true";
        Ok(scope.execute(forgetful, &[]).await?)
    });
    assert_eq!(changed.unwrap(), 1);
    let smuggled: Result<(), Error> = transaction!(app.db, |scope| {
        let mut scope = scope.tenant(grant(contoso)).await?;
        let sql = "INSERT INTO users (tenant_id, id, user_name, domain_name, display_name, account_enabled, created_at, created_by) \
                   SELECT $2::uuid, $3::uuid, 'b', 'b', 'b', true, 0, 'b' FROM tenant WHERE id = $1";
        scope.execute(sql, params![fabrikam, id(&app)]).await?;
        Ok(())
    });
    assert!(smuggled.is_err(), "a row of another tenant was written");
}

async fn a_reused_connection_forgets_the_tenant(t: &mut TestApp) {
    if t.engine == Engine::Sqlite {
        return;
    }
    let app = t.app.clone();
    let contoso = new_tenant(&app, "contoso").await;
    let everybody = "SELECT count(*) FROM users";
    for round in 0..40 {
        let mut scope = app.db.read().await.unwrap();
        assert_eq!(
            scope.one::<Single<i64>>(everybody, &[]).await.unwrap().0,
            0,
            "without a tenant, round {round}"
        );
        scope.tenant(grant(contoso)).await.unwrap();
        assert_eq!(scope.one::<Single<i64>>(everybody, &[]).await.unwrap().0, 1);
        let written: Result<i64, Error> = transaction!(app.db, |scope| {
            let before = scope.one::<Single<i64>>(everybody, &[]).await?.0;
            scope.tenant(grant(contoso)).await?;
            Ok(before)
        });
        assert_eq!(written.unwrap(), 0, "a transaction begins without a tenant, round {round}");
    }
}

async fn every_kind_of_value_comes_back(t: &mut TestApp) {
    let app = t.app.clone();
    let (tenant, person) = (new_tenant(&app, "Ελληνικά Λιμάνια Α.Ε.").await, id(&app));
    let secret = vec![0_u8, 1, 255, 0];
    let now = app.moment().now;
    let read: Result<Row, Error> = transaction!(app.db, |scope| {
        let mut scope = scope.tenant(grant(tenant)).await?;
        let sql = "INSERT INTO users (tenant_id, id, user_name, domain_name, display_name, given_name, account_enabled, created_at, created_by) \
                   VALUES ($1, $2, 'b', 'b', $4, $3, $5, 0, $4)";
        scope.execute(sql, params![person, None::<String>, "naïve 日本 🙂", false]).await?;
        let sql = "INSERT INTO session (tenant_id, id, user_id, secret_hash, created_at, expires_at, last_seen_at, authenticated_at, remembered, ip, user_agent) \
                   VALUES ($1, $2, $2, $3, $4, $4, $4, $4, $5, '', '') RETURNING *";
        let session: Row = scope.one(sql, params![person, secret.clone(), now, true]).await?;
        assert_eq!(session.get::<Vec<u8>>("secret_hash")?, secret);
        assert_eq!(session.get::<jiff::Timestamp>("created_at")?, now);
        assert!(session.get::<bool>("remembered")?);
        let sql = "SELECT * FROM users WHERE tenant_id = $1 AND (display_name, id) > ($2, $3) AND lower(display_name) LIKE $4 ESCAPE '\\'";
        Ok(scope.one(sql, params!["m", Uuid::nil(), "na%"]).await?)
    });
    let read = read.unwrap();
    assert_eq!(read.get::<Uuid>("id").unwrap(), person);
    assert_eq!(read.get::<String>("display_name").unwrap(), "naïve 日本 🙂");
    assert_eq!(read.get::<Option<String>>("given_name").unwrap(), None);
    assert!(!read.get::<bool>("account_enabled").unwrap());
    assert!(read.get::<String>("given_name").is_err(), "null isn't text");
    assert_eq!(Value::from(Some(1_i64)), Value::Int(1));
}

/// Tables that no tenant owns, each with the reason why it is reached without one.
const GLOBAL: &[(&str, &str)] = &[
    ("tenant", "a tenant is found by its id"),
    ("verified_domain", "a name leads to its tenant"),
    ("initial_prefix", "a prefix belongs to one tenant or sign-up"),
    ("job", "the runner takes the next job of any tenant"),
    ("local_mail", "the mailbox of a first run"),
    ("schema_migration", "the schema's own ledger"),
    ("deployment_mark", "of the deployment as a whole"),
    ("device_request", "what devices ask before anybody says in which tenant; none of it is a tenant's"),
    ("proof_seen", "hashes of proofs that were shown to the deployment"),
    ("token_key", "keys that sign tokens of all tenants, which name their tenant"),
    ("mail_code", "a mailbox is proven before there is a tenant"),
    ("sign_up", "there is no tenant before its last step"),
    ("sign_up_access", "belongs to a sign-up"),
    ("sign_up_follower", "belongs to a sign-up"),
    ("sign_up_reached", "counts sign-ups without naming any"),
    ("domain_case", "a contested name is between two tenants"),
    ("domain_case_waiting", "those who wait behind a case of others"),
    ("domain_epoch", "a name's history outlives the tenants that had it"),
    ("sandbox_setup", "cards are set up before there is a tenant"),
    ("agreement_text", "the texts are the same for all"),
];

async fn every_owned_table_leads_with_the_tenant(t: &mut TestApp) {
    let sql = match t.engine {
        Engine::Sqlite => {
            "SELECT t.name || ' ' || coalesce((SELECT c.name FROM pragma_table_info(t.name) c WHERE c.pk = 1), '') \
             FROM sqlite_master t WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'"
        }
        Engine::Postgres => {
            "SELECT c.relname || ' ' || coalesce((SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid \
             AND a.attnum = i.indkey[0] WHERE i.indrelid = c.oid AND i.indisprimary), '') \
             || CASE WHEN c.relrowsecurity AND c.relforcerowsecurity THEN ' walled' ELSE '' END \
             FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
        }
    };
    let tables = t.column(sql).await;
    assert!(tables.len() > 10, "{tables:?}");
    // PostgreSQL also tells whether row-level security stands.
    let owned = if t.engine == Engine::Sqlite { "tenant_id" } else { "tenant_id walled" };
    let wrong = |table: &String| {
        let (name, key) = table.split_once(' ').unwrap();
        let global = GLOBAL.iter().any(|(global, _)| *global == name);
        if global { key.starts_with("tenant_id") } else { key != owned }
    };
    let wrong: Vec<_> = tables.into_iter().filter(wrong).collect();
    assert!(wrong.is_empty(), "neither led by the tenant nor listed as global: {wrong:?}");
}

async fn the_schema_opens_again(t: &mut TestApp) {
    let tables = t.count("SELECT count(*) FROM schema_migration").await;
    let again = Db::open(&t.app.config.database.url).await.unwrap();
    assert_eq!(again.engine_name(), t.app.db.engine_name());
    assert_eq!(t.count("SELECT count(*) FROM schema_migration").await, tables);
}

async fn a_schema_of_another_version_is_told(t: &mut TestApp) {
    let url = t.app.config.database.url.clone();
    assert_eq!(Db::schema(&url).await.unwrap(), Schema::Current);
    // The numbers of features are ranges, so one that is missing may be any.
    for (sql, expected) in [
        ("DELETE FROM schema_migration WHERE number = 4", Schema::Older),
        ("INSERT INTO schema_migration (number, name) VALUES (9999, '9999_later')", Schema::Newer),
    ] {
        let changed: Result<(), Error> =
            transaction!(t.app.db, |scope| Ok(scope.execute(sql, &[]).await.map(drop)?));
        changed.unwrap();
        assert_eq!(Db::schema(&url).await.unwrap(), expected);
    }
    assert!(matches!(Db::open(&url).await, Err(DbError::Newer)));
    assert_eq!(Db::schema(&url).await.unwrap(), Schema::Newer, "nothing was applied");
}

async fn a_role_past_row_security_is_told(t: &mut TestApp) {
    assert!(!t.app.db.ignores_row_security().await.unwrap());
    let url = t.app.config.database.url.clone();
    let found = Db::look(&url, "master-key").await.unwrap();
    assert_eq!((found.schema, found.ignores_row_security), (Schema::Current, false));
    assert!(found.mark.is_some() && Db::look(&url, "nothing").await.unwrap().mark.is_none());
    if t.engine == Engine::Postgres {
        let found = Db::look(&past_row_security(&url), "master-key").await.unwrap();
        assert_eq!((found.schema, found.ignores_row_security), (Schema::Current, true));
        assert!(found.mark.is_some());
    }
}

async fn a_database_opens_with_its_own_key_alone(t: &mut TestApp) {
    let mut config = t.app.config.clone();
    assert!(tenantry::serve::open(config.clone()).await.is_ok());
    config.secrets.key_file.push_str(".other");
    let error = tenantry::serve::open(config).await.err().unwrap().to_string();
    assert!(error.contains("it isn't the key of this database"), "{error}");
}

async fn all_stands_in_one_file_when_it_has_settled(t: &mut TestApp) {
    let company = t.company("contoso").await;
    t.app.db.settle().await.unwrap();
    if let Some(path) = t.app.config.database.url.strip_prefix("sqlite:") {
        assert_eq!(std::fs::metadata(format!("{path}-wal")).unwrap().len(), 0);
        let copy = format!("{path}.copy");
        std::fs::copy(path, &copy).unwrap();
        let db = tenantry::db::Db::open(&format!("sqlite:{copy}")).await.unwrap();
        let mut scope = db.read().await.unwrap();
        let Single(count): Single<i64> = scope.one("SELECT count(*) FROM tenant", &[]).await.unwrap();
        assert_eq!(count, 1);
    }
    assert_eq!(t.rows(company.tenant, "users").await, 1);
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_of_sqlite_are_their_owners_alone() {
    use std::fs::{Permissions, metadata, read_dir, set_permissions};
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let ours = folder.path().join("made/by/us");
    let url = format!("sqlite:{}", ours.join("tenantry.db").display());
    let mode = |path: &std::path::Path| metadata(path).unwrap().permissions().mode() & 0o777;
    let files = || -> Vec<_> { read_dir(&ours).unwrap().map(|entry| entry.unwrap().path()).collect() };
    for start in ["first", "second"] {
        let db = Db::open(&url).await.unwrap();
        db.answers().await.unwrap();
        assert_eq!(files().len(), 3, "{start}: the database, its log and its index");
        for file in files() {
            assert_eq!(mode(&file), 0o600, "{start}: {}", file.display());
            set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
        }
    }
    assert_eq!((mode(&ours), mode(&folder.path().join("made"))), (0o700, 0o700));

    set_permissions(&ours, Permissions::from_mode(0o750)).unwrap();
    Db::open(&url).await.unwrap().answers().await.unwrap();
    assert_eq!(mode(&ours), 0o750, "the operator's folder stays");
    Db::open("sqlite::memory:").await.unwrap();
    assert!(!std::path::Path::new(":memory:").exists());
}
