//! A database of its own for each test: a file for SQLite, a copy of a migrated template for PostgreSQL.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;
use tenantry::db::Db;
use tokio::sync::OnceCell;
use tokio_postgres::{Client, Config, NoTls};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A database and a folder for what else the service keeps; both go when [`TestDatabase::remove`] is called.
pub struct TestDatabase {
    pub url: String,
    pub folder: TempDir,
    name: Option<String>,
}

/// The role that owns the databases of tests. It is no superuser, so that row-level security counts.
const ROLE: &str = "tenantry_tests";

static COUNT: AtomicU32 = AtomicU32::new(0);
static TEMPLATE: OnceCell<String> = OnceCell::const_new();

impl TestDatabase {
    pub async fn create(engine: Engine) -> Self {
        let folder = folder();
        let (url, name) = match engine {
            Engine::Sqlite => (format!("sqlite:{}", folder.path().join("tenantry.db").display()), None),
            Engine::Postgres => {
                let name =
                    format!("tenantry_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
                let template = TEMPLATE.get_or_init(template).await;
                let admin = admin().await;
                execute(&admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
                execute(&admin, &format!("CREATE DATABASE {name} TEMPLATE {template} OWNER {ROLE}")).await;
                (url_of(&name), Some(name))
            }
        };
        Self { url, folder, name }
    }

    pub async fn remove(self) {
        if let Some(name) = &self.name {
            execute(&admin().await, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

/// Memory is enough: what a test writes needs to survive a killed process, not a lost machine.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let mut builder = tempfile::Builder::new();
    builder.prefix("tenantry-test-");
    if memory.is_dir() { builder.tempdir_in(memory) } else { builder.tempdir() }.unwrap()
}

#[expect(clippy::disallowed_methods, reason = "the harness is told by its environment where PostgreSQL is")]
fn admin_config() -> Config {
    let url = std::env::var("TENANTRY_TEST_POSTGRES").unwrap_or_else(|_| {
        panic!("no PostgreSQL: run `./test`, or run `./test postgres` and take over the line that it prints")
    });
    url.parse().expect("TENANTRY_TEST_POSTGRES is a postgres:// address")
}

async fn admin() -> Client {
    let (client, connection) = admin_config().connect(NoTls).await.expect("PostgreSQL answers");
    tokio::spawn(connection);
    client
}

/// The administrator's connection to the database of a test, past row-level security.
pub async fn beside(url: &str) -> Client {
    let mut config = admin_config();
    config.dbname(url.rsplit('/').next().unwrap_or_default());
    let (client, connection) = config.connect(NoTls).await.expect("PostgreSQL answers");
    tokio::spawn(connection);
    client
}

/// The address of a database of a test for the administrator, for whom row-level security doesn't count.
pub fn past_row_security(url: &str) -> String {
    let user = admin_config().get_user().unwrap_or("postgres").to_owned();
    url.replacen(ROLE, &user, 1)
}

async fn execute(client: &Client, sql: &str) {
    client.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
}

/// The address of a database for the role of the tests, which has the administrator's password.
fn url_of(name: &str) -> String {
    let config = admin_config();
    let password = String::from_utf8_lossy(config.get_password().unwrap_or_default()).into_owned();
    let host = match config.get_hosts().first() {
        Some(tokio_postgres::config::Host::Tcp(host)) => host.clone(),
        _ => "127.0.0.1".to_owned(),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    format!("postgres://{ROLE}:{password}@{host}:{port}/{name}")
}

/// Makes the migrated template, or finds that of an earlier run with the same migrations.
async fn template() -> String {
    let name = format!("tenantry_template_{:016x}", hash_of_migrations());
    let admin = admin().await;
    // Several test runs may share a server; the lock ends with this connection.
    execute(&admin, "SELECT pg_advisory_lock(74612170)").await;
    let password = String::from_utf8_lossy(admin_config().get_password().unwrap_or_default()).into_owned();
    if admin.query("SELECT 1 FROM pg_roles WHERE rolname = $1", &[&ROLE]).await.unwrap().is_empty() {
        let password = password.replace('\'', "''");
        execute(&admin, &format!("CREATE ROLE {ROLE} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '{password}'"))
            .await;
    }
    let made = "SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate";
    if admin.query(made, &[&name]).await.unwrap().is_empty() {
        execute(&admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        execute(&admin, &format!("CREATE DATABASE {name} OWNER {ROLE} TEMPLATE template0")).await;
        drop(Db::open(&url_of(&name)).await.expect("the migrations apply"));
        execute(&admin, &format!("ALTER DATABASE {name} IS_TEMPLATE true")).await;
    }
    name
}

fn hash_of_migrations() -> u64 {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        std::fs::read(file).unwrap().hash(&mut hasher);
    }
    // The schema also depends on what is applied to every table after the migrations.
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/db/migrate.rs")).unwrap().hash(&mut hasher);
    hasher.finish()
}
