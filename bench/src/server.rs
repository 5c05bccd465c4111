//! The service as a child process: started, watched through `/proc`, ended by its handle.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::client::Client;
use crate::table::{row, section, skipped};
use crate::{Bench, Fault, mail};

const PATIENCE: Duration = Duration::from_secs(60);

/// A running service with a folder of its own.
pub struct Server {
    child: Child,
    pub port: u16,
    /// From the start of the process to its first answer.
    pub ready: Duration,
}

/// Where a service keeps its things.
pub struct Home {
    folder: TempDir,
    pub database: String,
}

impl Home {
    /// An empty folder with a SQLite database to be.
    pub fn sqlite() -> Result<Self, Fault> {
        let folder = tempfile::tempdir().map_err(fault)?;
        let database = format!("sqlite:{}", folder.path().join("tenantry.db").display());
        Ok(Self { folder, database })
    }

    /// An empty folder and this database.
    pub fn at(database: String) -> Result<Self, Fault> {
        Ok(Self { folder: tempfile::tempdir().map_err(fault)?, database })
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn key_file(&self) -> PathBuf {
        self.folder.path().join("master.key")
    }
}

/// Homes with empty databases of one engine, for measurements that need several.
pub struct Homes<'a> {
    /// None is SQLite.
    postgres: Option<&'a str>,
    databases: Vec<Database>,
}

impl Homes<'_> {
    pub async fn next(&mut self) -> Result<Home, Fault> {
        let Some(url) = self.postgres else { return Home::sqlite() };
        let database = Database::create(url).await?;
        let home = Home::at(database.url.clone());
        self.databases.push(database);
        home
    }
}

/// Measures on SQLite, and on PostgreSQL where there is one.
pub async fn on_both(
    bench: &Bench,
    measure: impl AsyncFn(&Bench, &str, &mut Homes<'_>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    measure(bench, "SQLite", &mut Homes { postgres: None, databases: Vec::new() }).await?;
    let Some(url) = bench.postgres.as_deref() else {
        skipped("the same on PostgreSQL", "no --postgres");
        return Ok(());
    };
    let mut homes = Homes { postgres: Some(url), databases: Vec::new() };
    let result = measure(bench, "PostgreSQL", &mut homes).await;
    for database in &homes.databases {
        database.remove().await?;
    }
    result
}

pub fn fault(error: impl std::fmt::Display) -> Fault {
    error.to_string()
}

/// The service's program, beside this one.
pub fn program() -> Result<PathBuf, Fault> {
    let own = std::env::current_exe().map_err(fault)?;
    Ok(own.with_file_name(format!("tenantry{}", std::env::consts::EXE_SUFFIX)))
}

/// Brings the program up to date, since running the bench builds only the bench. A program that lies where cargo's usual profiles
/// don't put it was built by somebody else, and is measured as it is.
pub fn build() -> Result<(), Fault> {
    // Both come of one build, and what checks itself at every step wasn't made for speed.
    if cfg!(debug_assertions) {
        println!("This is a build without optimisation; the figures say little. Use --release.");
    }
    let program = program()?;
    let folder = program.parent().and_then(Path::file_name);
    let release = folder.is_some_and(|folder| folder == "release");
    if !release && folder.is_none_or(|folder| folder != "debug") {
        println!("Measuring {} as it is.", program.display());
        return Ok(());
    }
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // Both packages, so that their libraries are built with the features that this program was built with: otherwise
    // half of them would be built anew.
    cargo.args(["build", "--quiet", "-p", "tenantry", "-p", "bench", "--bin", "tenantry"]);
    println!("Bringing the service up to date; the first time takes some minutes.");
    if release {
        cargo.arg("--release");
    }
    let built = cargo.current_dir(Path::new(env!("CARGO_MANIFEST_DIR"))).status().map_err(fault)?;
    if built.success() { Ok(()) } else { Err("the service doesn't build".into()) }
}

/// Keeps the settings of whoever runs the bench away from the service.
pub fn without_settings(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("TENANTRY_") {
            command.env_remove(name);
        }
    }
    command
}

/// A port that nobody listens on.
pub fn free_port() -> Result<u16, Fault> {
    Ok(TcpListener::bind(("127.0.0.1", 0)).map_err(fault)?.local_addr().map_err(fault)?.port())
}

impl Server {
    /// Starts the service and waits for its first answer. Limits on what one network may do are out of the way, and
    /// mail goes to the bench.
    pub async fn start(home: &Home) -> Result<Self, Fault> {
        Self::start_with(home, &[]).await
    }

    /// The same with further settings, as environment variables.
    pub async fn start_with(home: &Home, settings: &[(&str, &str)]) -> Result<Self, Fault> {
        let port = free_port()?;
        let mut command = Command::new(program()?);
        without_settings(&mut command);
        let started = Instant::now();
        let child = command
            .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
            .current_dir(home.folder.path())
            .env("TENANTRY_DATABASE_URL", &home.database)
            .env("TENANTRY_SECRETS_KEY_FILE", home.key_file())
            .env("TENANTRY_LIMITS_SENSITIVE_PER_MINUTE", "4000000000")
            .env("TENANTRY_LIMITS_CHECKS_PER_MINUTE", "4000000000")
            .env("TENANTRY_LIMITS_CODES_PER_NETWORK", "1000000000")
            .env("TENANTRY_LIMITS_API_READS_PER_SECOND", "1000000")
            .env("TENANTRY_LIMITS_API_WRITES_PER_SECOND", "1000000")
            .env("TENANTRY_MAIL_TRANSPORT", "smtp")
            .env("TENANTRY_MAIL_SMTP_URL", mail::url())
            .env("TENANTRY_LOG_LEVEL", "error")
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| format!("{}: {error}", program().unwrap_or_default().display()))?;
        let mut server = Self { child, port, ready: Duration::ZERO };
        loop {
            if let Ok(mut client) = Client::connect(port).await
                && client.get("/readyz").await.is_ok_and(|answer| answer.status == 200)
            {
                server.ready = started.elapsed();
                return Ok(server);
            }
            if let Some(status) = server.child.try_wait().map_err(fault)? {
                return Err(format!("the service ended at its start: {status}"));
            }
            if started.elapsed() > PATIENCE {
                return Err("the service doesn't answer".into());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Resident memory in MiB.
    pub fn resident(&self) -> f64 {
        resident_of(self.pid())
    }

    /// Waits until the server does nothing by itself any more, an hour at most; tells how many seconds of processor time it took.
    pub async fn quiet(&self) -> f64 {
        let (mut before, mut still) = (processor_of(self.pid()), 0);
        for _ in 0..3600 {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let now = processor_of(self.pid());
            // Between two steps it may rest for a moment.
            still = if now - before < QUIET { still + 1 } else { 0 };
            before = now;
            if still == 3 {
                break;
            }
        }
        before
    }
}

/// Seconds of processor time that an idle server may use in one.
const QUIET: f64 = 0.03;

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A PostgreSQL database of our own on a server that was given.
pub struct Database {
    admin: tokio_postgres::Client,
    name: String,
    pub url: String,
}

impl Database {
    pub async fn create(url: &str) -> Result<Self, Fault> {
        let (admin, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.map_err(fault)?;
        tokio::spawn(connection);
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("tenantry_bench_{}_{count}", std::process::id());
        admin.batch_execute(&format!("CREATE DATABASE {name}")).await.map_err(fault)?;
        let (server, _) = url.rsplit_once('/').ok_or("the PostgreSQL URL names no database")?;
        Ok(Self { admin, url: format!("{server}/{name}"), name })
    }

    /// Whether a commit is on the disk when it is answered.
    pub async fn flushes(&self) -> Result<bool, Fault> {
        for setting in ["fsync", "synchronous_commit"] {
            let row = self.admin.query_one(&format!("SHOW {setting}"), &[]).await.map_err(fault)?;
            if row.get::<_, &str>(0) == "off" {
                return Ok(false);
            }
        }
        Ok(true)
    }

    pub async fn remove(&self) -> Result<(), Fault> {
        let drop = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        self.admin.batch_execute(&drop).await.map_err(fault)
    }
}

/// Resident memory of a process in MiB; 0 where there is no `/proc`.
pub fn resident_of(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok());
    kibibytes.unwrap_or_default() / 1024.0
}

/// Seconds of processor time that a process has used, from `/proc`, in ticks of a hundredth.
pub fn processor_of(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name in brackets may hold spaces; user and system time are the 12th and 13th fields behind it.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Ready time and memory of a service that nobody uses.
pub async fn measure_start() -> Result<(), Fault> {
    section("Start");
    let home = Home::sqlite()?;
    let server = Server::start(&home).await?;
    row("ready, first start ever", milliseconds(server.ready), "to reach: 1 s or less");
    drop(server);
    let mut again = Vec::new();
    for _ in 0..5 {
        again.push(Server::start(&home).await?.ready);
    }
    again.sort();
    row("ready, started again (median of 5)", milliseconds(again[2]), "to reach: 150 ms or less");
    let server = Server::start(&home).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    row("resident memory, idle", format!("{:.1} MiB", server.resident()), "to reach: 40 MiB or less");
    Ok(())
}

fn milliseconds(time: Duration) -> String {
    format!("{:.0} ms", time.as_secs_f64() * 1000.0)
}
