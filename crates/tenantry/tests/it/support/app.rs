//! The service under test.

use std::net::Ipv4Addr;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use jiff::{SignedDuration, Timestamp};
use tenantry::app::App;
use tenantry::config::Config;
use tenantry::db::{Row, Single};
use tenantry::mail::{self, Transport};
use tenantry::moment::{Clock, SystemRandom};
use tenantry::outside::Outside;
use tenantry::outside::dns::Dns;
use tenantry::outside::dns::memory::MemoryDns;
use tenantry::outside::http::Http;
use tenantry::outside::http::memory::MemoryHttp;
use tenantry::outside::payment::Payment;
use tenantry::outside::payment::sandbox::Sandbox;
use tenantry::{jobs, params, routes, serve};

use super::browser::Browser;
use super::database::{Engine, TestDatabase};

/// A clock that stands still until the test moves it. It starts on Monday 2 March 2026, 09:00 UTC.
#[derive(Clone)]
pub struct TestClock(Arc<AtomicI64>);

impl TestClock {
    fn start() -> Self {
        let start: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        Self(Arc::new(AtomicI64::new(start.as_microsecond())))
    }

    pub fn advance(&self, by: SignedDuration) {
        self.0.fetch_add(i64::try_from(by.as_micros()).unwrap(), Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// The running service, what surrounds it, and what came out of it.
pub struct TestApp {
    pub app: App,
    pub clock: TestClock,
    /// What DNS answers; a name that the test gave no records doesn't exist.
    pub dns: MemoryDns,
    /// Receivers of webhooks; one that the test gave no answer can't be reached.
    pub http: MemoryHttp,
    pub router: Router,
    pub engine: Engine,
    database: TestDatabase,
    visitors: u8,
    /// The mails that a test has read. Those of one instant come in any order, so they are known by what they say.
    read_mails: Vec<Mail>,
}

/// A mail that a person got.
#[derive(Clone, Debug, PartialEq)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

impl Mail {
    /// The code that stands on a line of its own.
    pub fn code(&self) -> String {
        let is_code = |line: &&str| line.len() >= 4 && line.bytes().all(|byte| byte.is_ascii_digit());
        self.text
            .lines()
            .map(str::trim)
            .find(is_code)
            .unwrap_or_else(|| panic!("no code in {self:?}"))
            .to_owned()
    }

    /// The path of the first link into the service, as its button has it.
    pub fn link(&self) -> String {
        let words = self.text.split_whitespace();
        let path =
            words.filter_map(|word| word.strip_prefix("http://localhost:8080")).find(|path| path.len() > 1);
        path.unwrap_or_else(|| panic!("no link in {self:?}")).to_owned()
    }
}

/// The configuration of tests: the defaults, with an own database and fast password hashing.
pub fn config(database: &TestDatabase) -> Config {
    let mut config = Config::load(None, []).unwrap();
    config.database.url.clone_from(&database.url);
    config.secrets.key_file = database.folder.path().join("master.key").display().to_string();
    // Visitors come from there; tests read the pieces and the mailbox as they do.
    config.server.development_peers = vec!["192.0.2.0/24".to_owned()];
    config.passwords.memory = 64;
    config.passwords.iterations = 1;
    config.passwords.parallel = 2;
    config
}

impl TestApp {
    pub async fn start(engine: Engine, configure: &[fn(&mut Config)]) -> Self {
        let database = TestDatabase::create(engine).await;
        let mut config = config(&database);
        configure.iter().for_each(|configure| configure(&mut config));
        let (dns, http) = (MemoryDns::default(), MemoryHttp::default());
        let outside = Outside {
            mail: Transport::new(&config.mail).unwrap(),
            dns: Dns::new(dns.clone()),
            payment: Payment::new(Sandbox),
            http: Http::new(http.clone()),
        };
        let clock = TestClock::start();
        let app =
            serve::open_with(config, outside, Arc::new(clock.clone()), Arc::new(SystemRandom)).await.unwrap();
        let router = routes::router(app.clone());
        Self { app, clock, dns, http, router, engine, database, visitors: 0, read_mails: Vec::new() }
    }

    /// Another process of the service beside this one: the same database, key file and clock, and nothing else in common.
    pub async fn node(&self) -> Router {
        let outside = Outside {
            mail: Transport::new(&self.app.config.mail).unwrap(),
            dns: Dns::new(self.dns.clone()),
            payment: Payment::new(Sandbox),
            http: Http::new(self.http.clone()),
        };
        let (config, clock) = (Config::clone(&self.app.config), Arc::new(self.clock.clone()));
        routes::router(serve::open_with(config, outside, clock, Arc::new(SystemRandom)).await.unwrap())
    }

    /// Removes the database and the folder.
    pub async fn finish(self) {
        let Self { app, router, database, .. } = self;
        drop((app, router));
        database.remove().await;
    }

    /// Another person with a browser and a network address of their own.
    pub fn browser(&mut self) -> Browser {
        self.visitors += 1;
        let address = Ipv4Addr::new(192, 0, 2, self.visitors);
        Browser::new(self.router.clone(), &self.app.config.server.public_url, address.into())
    }

    pub fn advance(&self, by: SignedDuration) {
        self.clock.advance(by);
    }

    /// Runs all jobs that are due, and fails if one of them failed.
    pub async fn run_jobs(&self) {
        jobs::run_due(&self.app).await.unwrap();
        let failed =
            self.column("SELECT kind || ': ' || last_error FROM job WHERE last_error IS NOT NULL").await;
        assert!(failed.is_empty(), "jobs failed: {failed:?}");
    }

    /// The mails that an address got since it was last asked for, oldest first. Runs what is due before.
    pub async fn mails_to(&mut self, address: &str) -> Vec<Mail> {
        self.run_jobs().await;
        let kept = self.kept(Some(address)).await;
        let unread = self.unread_of(kept);
        self.read_mails.extend(unread.iter().cloned());
        unread
    }

    fn unread_of(&self, kept: Vec<Mail>) -> Vec<Mail> {
        let mut read = self.read_mails.clone();
        kept.into_iter()
            .filter(|mail| match read.iter().position(|known| known == mail) {
                Some(at) => {
                    read.swap_remove(at);
                    false
                }
                None => true,
            })
            .collect()
    }

    /// The one mail that an address got since it was last asked for.
    pub async fn mail_to(&mut self, address: &str) -> Mail {
        let mut mails = self.mails_to(address).await;
        assert_eq!(mails.len(), 1, "one new mail to {address}: {mails:?}");
        mails.remove(0)
    }

    /// Fails where a job is still to run now, or a mail came that the test didn't read.
    pub async fn assert_nothing_left(&mut self) {
        let now = self.app.moment().now;
        let mut scope = self.app.db.read().await.unwrap();
        let due: Vec<Row> = scope.all("SELECT kind FROM job WHERE run_at <= $1", params![now]).await.unwrap();
        drop(scope);
        let due: Vec<String> = due.iter().map(|row| row.get("kind").unwrap()).collect();
        assert!(due.is_empty(), "jobs are left: {due:?}");
        let unread = self.unread_of(self.kept(None).await);
        assert!(unread.is_empty(), "mails are unread: {unread:?}");
    }

    /// Every mail that is kept, read or not.
    pub async fn mails(&self) -> Vec<Mail> {
        self.kept(None).await
    }

    async fn kept(&self, address: Option<&str>) -> Vec<Mail> {
        let kept = mail::kept(&self.app, address).await.unwrap();
        let mail = |mail: mail::LocalMail| Mail {
            to: mail.recipient,
            subject: mail.subject,
            text: mail.text,
            html: mail.html,
        };
        kept.into_iter().rev().map(mail).collect()
    }

    /// The first column of a statement over global tables, as text.
    pub async fn column(&self, sql: &str) -> Vec<String> {
        let mut scope = self.app.db.read().await.unwrap();
        scope.all::<Single<String>>(sql, &[]).await.unwrap().into_iter().map(|single| single.0).collect()
    }

    /// The number that a statement over global tables gives.
    pub async fn count(&self, sql: &str) -> i64 {
        let mut scope = self.app.db.read().await.unwrap();
        scope.one::<Single<i64>>(sql, &[]).await.unwrap().0
    }
}

/// Runs one test in a runtime of its own, and removes its database whether it fails or not.
pub fn run(engine: Engine, configure: &[fn(&mut Config)], test: impl AsyncFnOnce(&mut TestApp)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut app = runtime.block_on(TestApp::start(engine, configure));
    let result = catch_unwind(AssertUnwindSafe(|| runtime.block_on(test(&mut app))));
    runtime.block_on(app.finish());
    if let Err(panic) = result {
        resume_unwind(panic);
    }
}
