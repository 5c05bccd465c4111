//! The real process is killed (SIGKILL) at each step of a sign-up, while it works and right after it answered: nothing
//! that it acknowledged is lost, nothing is left half-made, and the person goes on where they were.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tenantry::db::{Db, GrantReason, Row, Single, TenantGrant};

use crate::support::Engine;
use crate::support::browser::Browser;
use crate::support::company::{Company, FABRIKAM};
use crate::support::database::TestDatabase;
use crate::support::page::{Form, Page};
use crate::support::receiver::{Manner, Received, Receiver};

/// The service as a process of its own, on a database that outlives it.
struct Service {
    child: Child,
    port: u16,
    database: TestDatabase,
}

impl Service {
    async fn start(engine: Engine) -> Self {
        let database = TestDatabase::create(engine).await;
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = spawn(&database, port);
        let mut service = Self { child, port, database };
        service.wait().await;
        service
    }

    async fn wait(&mut self) {
        for _ in 0..400 {
            if tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.is_ok() {
                return;
            }
            assert!(self.child.try_wait().unwrap().is_none(), "the service didn't start");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the service isn't ready after 20 seconds");
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    async fn restart(&mut self) {
        self.child = spawn(&self.database, self.port);
        self.wait().await;
    }
}

/// A test that fails leaves no process behind.
impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(database: &TestDatabase, port: u16) -> Child {
    program(database, port).arg("serve").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// The program as the service is set up.
fn program(database: &TestDatabase, port: u16) -> Command {
    let folder = database.folder.path();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tenantry"));
    command
        .current_dir(folder)
        .env_clear()
        .env("TENANTRY_SERVER_LISTEN", format!("127.0.0.1:{port}"))
        .env("TENANTRY_SERVER_PUBLIC_URL", format!("http://localhost:{port}"))
        .env("TENANTRY_DATABASE_URL", &database.url)
        .env("TENANTRY_SECRETS_KEY_FILE", folder.join("master.key"))
        .env("TENANTRY_PASSWORDS_MEMORY", "64")
        .env("TENANTRY_PASSWORDS_ITERATIONS", "1")
        .env("TENANTRY_LIMITS_SENSITIVE_PER_MINUTE", "100000")
        .env("TENANTRY_LIMITS_CODES_PER_ADDRESS", "100000")
        .env("TENANTRY_LIMITS_CODES_PER_NETWORK", "100000")
        .env("TENANTRY_OUTBOUND_LOOPBACK", "true")
        .env("TENANTRY_LOG_LEVEL", "off");
    command
}

/// When the process dies.
#[derive(Clone, Copy)]
enum Death {
    /// Right after each answer.
    Answered,
    /// So many microseconds after a request was sent, answered or not.
    Working(u64),
}

/// The order of the pages; what stands behind a person after an answer never comes before them again.
const STEPS: [&str; 7] = [
    "/sign-up",
    "/sign-up/code",
    "/sign-up/discovery",
    "/sign-up/organisation",
    "/sign-up/details",
    "/sign-up/payment",
    "/sign-up/agreement",
];

fn step(path: &str) -> Option<usize> {
    STEPS.iter().position(|step| *step == path)
}

/// The newest code that came to the mailbox, which is sent by a job and so survives as well.
async fn code(browser: &mut Browser) -> String {
    // A mail that the killed service had begun to send is taken up again when its claim of 30 seconds runs out.
    for _ in 0..1200 {
        let path = format!("/dev/mailbox?to={}", FABRIKAM.email);
        let mailbox = browser.get(&path).await;
        let newest = mailbox.text_of(".letter .body").unwrap_or_default();
        let is_code = |word: &&str| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit());
        if let Some(code) = newest.split_whitespace().find(is_code) {
            return code.to_owned();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no code came to the mailbox");
}

fn filled(form: Form, fills: &[(&str, &str)]) -> Form {
    fills.iter().fold(form, |form, (name, value)| form.fill(name, value))
}

/// What a person sends from the page that they see.
async fn next_form(browser: &mut Browser, page: &Page) -> Form {
    match page.path.as_str() {
        "/sign-up" => {
            let announced = browser.submit(page, &[("email", FABRIKAM.email)]).await;
            announced.form_to("/sign-up/start")
        }
        "/sign-up/code" => {
            let code = code(browser).await;
            filled(page.form_with(&[("code", "")]), &[("code", &code)])
        }
        "/sign-up/discovery" => {
            let separate =
                |form: &Form| form.values.iter().any(|(name, value)| name == "way" && value == "separate");
            page.forms().into_iter().find(separate).unwrap()
        }
        "/sign-up/organisation" => filled(page.form_with(&[("legal_name", "")]), &FABRIKAM.organisation()),
        "/sign-up/details" => filled(page.form_with(&[("prefix", "")]), &FABRIKAM.details()),
        "/sign-up/payment" => {
            let card = [
                ("card_number", "4242424242424242"),
                ("card_expiry", "12/40"),
                ("card_cvc", "123"),
                ("card_name", "Ana Torres"),
            ];
            filled(page.form_with(&[("card_number", "")]), &card)
        }
        "/sign-up/agreement" => filled(page.form_with(&[("authority", "")]), &Company::SIGNATURE),
        other => panic!("no step of sign-up: {other}: {}", page.text()),
    }
}

/// One step with its death and the restart. Gives the page that the person sees then.
async fn survive(service: &mut Service, browser: &mut Browser, page: &Page, death: Death) -> Page {
    let form = next_form(browser, page).await;
    let answer = match death {
        Death::Answered => browser.attempt_form(&form).await,
        Death::Working(micros) => {
            let sent = tokio::spawn({
                let mut browser = browser.clone();
                async move {
                    let answer = browser.attempt_form(&form).await;
                    (browser, answer)
                }
            });
            tokio::time::sleep(Duration::from_micros(micros)).await;
            service.kill();
            let (after, answer) = sent.await.unwrap();
            *browser = after;
            answer
        }
    };
    if matches!(death, Death::Answered) {
        service.kill();
    }
    service.restart().await;
    let Some(answer) = answer else {
        // The person loads the page again; without a cookie they prove the mailbox again.
        let again = browser.get(&page.path).await;
        return browser.follow(&again).await;
    };
    if matches!(page.path.as_str(), "/sign-up" | "/sign-up/code") && !answer.status.is_redirection() {
        return after_a_lost_answer(browser, page, &answer).await;
    }
    assert!(answer.status.is_redirection(), "{}: {}", page.path, answer.text());
    let next = browser.follow(&answer).await;
    if let (Some(before), Some(after)) = (step(&page.path), step(&next.path)) {
        assert!(
            after > before || has_card(&next),
            "what {} acknowledged is lost: {}",
            page.path,
            next.text()
        );
    }
    next
}

/// The code went out but its answer was lost: the person waits as the page says, or takes the newer mail's code.
async fn after_a_lost_answer(browser: &mut Browser, page: &Page, answer: &Page) -> Page {
    match answer.status.as_u16() {
        429 => tokio::time::sleep(Duration::from_secs(61)).await,
        422 => tokio::time::sleep(Duration::from_secs(1)).await,
        other => panic!("{} answered {other}: {}", page.path, answer.text()),
    }
    let again = browser.get(&page.path).await;
    browser.follow(&again).await
}

/// The payment page once the card is taken, which leads on by a link.
fn has_card(page: &Page) -> bool {
    page.path == "/sign-up/payment" && !page.attributes("a#submit", "href").is_empty()
}

async fn sign_up_through_deaths(engine: Engine, death: impl Fn(u64, u64) -> Death) {
    let mut service = Service::start(engine).await;
    let mut browser = Browser::to_port(service.port);
    let mut page = browser.get("/sign-up").await;
    let (mut deaths, mut tries) = (0, 0);
    while step(&page.path).is_some() {
        if has_card(&page) {
            page = browser.get("/sign-up/agreement").await;
            continue;
        }
        assert!(deaths < 100, "the sign-up doesn't end: {}", page.text());
        let next = survive(&mut service, &mut browser, &page, death(deaths, tries)).await;
        tries = if next.path == page.path { tries + 1 } else { 0 };
        page = next;
        deaths += 1;
    }
    assert!(deaths >= 6, "each step was survived: {deaths}");
    assert_one_tenant(&service.database.url).await;
    assert_signs_in(&service).await;
    service.kill();
    // The folder and the database go; the process is gone already.
    let database = TestDatabase::create(engine).await;
    std::mem::replace(&mut service.database, database).remove().await;
}

/// Everything of one tenant, and nothing beside it.
async fn assert_one_tenant(url: &str) {
    let db = Db::open(url).await.unwrap();
    let mut scope = db.read().await.unwrap();
    let tenants: Vec<Row> = scope.all("SELECT id FROM tenant", &[]).await.unwrap();
    assert_eq!(tenants.len(), 1, "one tenant");
    let names: Vec<Single<String>> = scope.all("SELECT name FROM verified_domain", &[]).await.unwrap();
    assert_eq!(names.len(), 1, "one initial domain");
    let tenant = TenantGrant::issue(tenants[0].get("id").unwrap(), GrantReason::Operator);
    let mut scope = scope.tenant(tenant).await.unwrap();
    for table in ["domain", "users", "role_assignment", "user_password", "billing_account"] {
        let sql = format!("SELECT count(*) FROM {table} WHERE tenant_id = $1");
        assert_eq!(scope.one::<Single<i64>>(&sql, &[]).await.unwrap().0, 1, "rows of {table}");
    }
    let events = "SELECT count(*) FROM audit_event WHERE tenant_id = $1";
    assert!(scope.one::<Single<i64>>(events, &[]).await.unwrap().0 > 0);
}

async fn assert_signs_in(service: &Service) {
    let mut browser = Browser::to_port(service.port);
    let page = browser.get("/sign-in").await;
    let name = format!("{}@{}.onwork.localhost", FABRIKAM.username, FABRIKAM.prefix);
    let page = browser.submit_and_follow(&page, &[("username", &name)]).await;
    let answer = browser.submit(&page, &[("password", FABRIKAM.password)]).await;
    assert!(answer.status.is_redirection(), "{}", answer.text());
    assert!(browser.cookie("session").is_some());
}

fn run(engine: Engine, death: impl Fn(u64, u64) -> Death) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(sign_up_through_deaths(engine, death));
}

/// Spreads over the time that a request takes, from before its arrival to after its answer; a step that never came
/// through gets longer each time, however slow the machine.
fn while_working(death: u64, tries: u64) -> Death {
    Death::Working(death * 7919 % 20_000 * (1 + tries))
}

#[test]
fn killed_after_each_answer_on_sqlite() {
    run(Engine::Sqlite, |_, _| Death::Answered);
}

#[test]
fn killed_after_each_answer_on_postgres() {
    run(Engine::Postgres, |_, _| Death::Answered);
}

#[test]
fn killed_at_work_on_sqlite() {
    run(Engine::Sqlite, while_working);
}

#[test]
fn killed_at_work_on_postgres() {
    run(Engine::Postgres, while_working);
}

/// What a command answers.
fn told(service: &Service, arguments: &[&str]) -> Value {
    let output = program(&service.database, service.port).args(arguments).arg("--json").output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Waits until a receiver has so many requests. A job that the killed service had begun is taken up after 30 seconds.
async fn received(receiver: &Receiver, count: usize) -> Vec<Received> {
    for _ in 0..1200 {
        let received = receiver.received();
        if received.len() >= count {
            return received;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{} of {count} came", receiver.received().len());
}

/// The service dies while the receiver still holds the request, and before anything came of it.
async fn a_delivery_survives(engine: Engine) {
    let mut service = Service::start(engine).await;
    let receiver = Receiver::plain(Manner::Stall).await;
    let contact = ["--contact-email", "it@contoso.com", "--country", "GR"];
    let create = ["tenant", "create", "--display-name", "Contoso", "--prefix", "contoso"];
    told(&service, &[create.as_slice(), &contact].concat());
    let domain = "contoso.onwork.localhost";
    let url = format!("http://127.0.0.1:{}/in", receiver.address.port());
    let made = told(&service, &["webhook", "add", domain, &url, "--event", "group.created"]);
    let token = told(&service, &["user", "token", &format!("admin@{domain}")]);
    let group =
        r#"{"displayName":"Sales","mailEnabled":false,"mailNickname":"sales","securityEnabled":true}"#;
    let mut browser = Browser::to_port(service.port);
    let request = browser
        .request(http::Method::POST, "/v1.0/groups")
        .header("authorization", format!("Bearer {}", token["accessToken"].as_str().unwrap()))
        .header("content-type", "application/json");
    let request = request.body(axum::body::Body::from(group)).unwrap();
    assert_eq!(browser.send("/v1.0/groups", request).await.status.as_u16(), 201);
    received(&receiver, 1).await;
    service.kill();
    receiver.behave(Manner::Answer("HTTP/1.1 204 No Content\r\n\r\n"));
    service.restart().await;
    let all = received(&receiver, 2).await;
    assert_eq!(all[0].body, all[1].body);
    assert_eq!(all[0].header("webhook-id"), all[1].header("webhook-id"));
    let signed = crate::webhooks::signature(
        made["secret"].as_str().unwrap(),
        (all[1].header("webhook-id"), all[1].header("webhook-timestamp"), all[1].body.as_bytes()),
    );
    assert_eq!(all[1].header("webhook-signature"), signed);
    let id = made["id"].as_str().unwrap();
    for _ in 0..100 {
        let shown = told(&service, &["webhook", "show", domain, id]);
        if shown["deliveries"][0]["status"] == "delivered" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let shown = told(&service, &["webhook", "show", domain, id]);
    assert_eq!(shown["deliveries"][0]["status"], "delivered", "{shown}");
    let delivery = shown["deliveries"][0]["id"].as_str().unwrap().to_owned();
    told(&service, &["webhook", "replay", domain, id, "--delivery", &delivery]);
    told(&service, &["webhook", "test", domain, id]);
    received(&receiver, 4).await;
    told(&service, &["webhook", "replay", domain, id, "--since", "2026-01-01T00:00:00Z"]);
    received(&receiver, 6).await;
    assert_eq!(told(&service, &["webhook", "remove", domain, id])["removed"], true);
    assert_eq!(told(&service, &["webhook", "list", domain])["value"], serde_json::json!([]));
    service.kill();
    let database = TestDatabase::create(engine).await;
    std::mem::replace(&mut service.database, database).remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_survives_on_sqlite() {
    a_delivery_survives(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_survives_on_postgres() {
    a_delivery_survives(Engine::Postgres).await;
}
