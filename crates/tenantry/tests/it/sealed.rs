//! What lies in the database, as somebody sees it who steals a copy: no code, no link, nothing that opens anything.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;

use jiff::SignedDuration;
use tenantry::access::Actor;
use tenantry::db::{Row, Single};
use tenantry::error::Error;
use tenantry::features::access_requests::{self, Approval, NewRequest};
use tenantry::mail::{self, Message};
use tenantry::{jobs, params, transaction};
use uuid::Uuid;

use crate::support::company::CONTOSO;
use crate::support::people::Company;
use crate::support::{Engine, TestApp};

both_engines!(
    a_copy_of_the_database_opens_nothing(|config| config.limits.sensitive_per_minute = 10_000),
    what_waits_to_be_sent_is_sealed(super::no_mail_server),
    what_a_mail_server_says_of_a_person_is_not_kept(super::unwilling_mail_server),
    a_payload_belongs_to_its_job_alone,
    a_job_that_cannot_be_read_is_given_up,
);

fn no_mail_server(config: &mut tenantry::config::Config) {
    config.mail.transport = "smtp".to_owned();
    config.mail.smtp_url = "smtp://127.0.0.1:9".to_owned();
}

/// It takes no mail, and says why in words that name the recipient.
fn unwilling_mail_server(config: &mut tenantry::config::Config) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    config.mail.transport = "smtp".to_owned();
    config.mail.smtp_url = format!("smtp://127.0.0.1:{}", listener.local_addr().unwrap().port());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            stream.write_all(b"220 mail.contoso.test\r\n").unwrap();
            for line in lines.map_while(Result::ok) {
                let answer =
                    if line.starts_with("RCPT") { "550 5.1.1 no zoe@contoso.test here" } else { "250 fine" };
                if stream.write_all(format!("{answer}\r\n").as_bytes()).is_err() {
                    break;
                }
            }
        }
    });
}

/// Every table but the mailbox page's, which is there to be read; bytes as hexadecimal digits behind `\x`.
async fn dump(t: &TestApp) -> String {
    let tables = match t.engine {
        Engine::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        Engine::Postgres => {
            "SELECT c.relname::text FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
        }
    };
    let mut tenants = t.column(&as_text(t, "id", "tenant")).await;
    tenants.push(Uuid::nil().to_string());
    let mut all = String::new();
    for table in t.column(tables).await.iter().filter(|table| *table != "local_mail") {
        let columns = match t.engine {
            Engine::Sqlite => format!("SELECT name FROM pragma_table_info('{table}')"),
            Engine::Postgres => {
                format!(
                    "SELECT column_name::text FROM information_schema.columns WHERE table_name = '{table}'"
                )
            }
        };
        for column in t.column(&columns).await {
            for tenant in &tenants {
                let tenant = model::ids::TenantId(Uuid::try_parse(tenant).unwrap());
                let mut scope = t.app.db.read().await.unwrap();
                let mut scope = scope.tenant(Actor::operator(tenant).grant()).await.unwrap();
                let sql = as_text(t, &column, table);
                let values: Vec<Single<String>> = scope.global().all(&sql, &[]).await.unwrap();
                all.extend(
                    values.iter().map(|value| format!("{table}.{column}: {}\n", value.0.to_lowercase())),
                );
            }
        }
    }
    all
}

fn as_text(t: &TestApp, column: &str, table: &str) -> String {
    let text = match t.engine {
        Engine::Sqlite if table == "tenant" && column == "id" => "hex(id)".to_owned(),
        Engine::Sqlite => {
            format!(
                "CASE WHEN typeof({column}) = 'blob' THEN '\\x' || hex({column}) ELSE CAST({column} AS text) END"
            )
        }
        Engine::Postgres => format!("CAST({column} AS text)"),
    };
    format!("SELECT {text} FROM {table} WHERE {column} IS NOT NULL")
}

/// A code of six digits is found in some long row of hexadecimal digits by chance: bytes are searched for the bytes of the
/// secret alone, and ids and numbers not at all.
fn assert_hidden(dump: &str, secret: &str) {
    let secret = secret.to_lowercase();
    let hexadecimal: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let shows = |line: &&str| {
        let value = line.split_once(": ").map_or(*line, |(_, value)| value);
        match value.strip_prefix("\\x") {
            Some(bytes) => bytes.contains(&hexadecimal),
            None if Uuid::try_parse(value).is_ok() || value.parse::<i64>().is_ok_and(|_| value != secret) => {
                false
            }
            None => value.contains(&secret) || value.contains(&hexadecimal),
        }
    };
    let found: Vec<_> = dump.lines().filter(shows).collect();
    assert!(found.is_empty(), "{secret} lies in the open: {found:?}");
}

async fn a_copy_of_the_database_opens_nothing(t: &mut TestApp) {
    let mut browser = t.browser();
    let page = CONTOSO.ask_for_code(&mut browser).await;
    let mut copies = vec![dump(t).await];
    assert!(copies[0].contains("ana.torres@contoso.example"), "the dump shows what lies open");
    let code = t.mail_to(CONTOSO.email).await.code();
    let ticket = browser.cookie("sign-up").unwrap().rsplit('.').next().unwrap().to_owned();
    let organisation = browser.submit_and_follow(&page, &[("code", &code)]).await;
    let agreement = CONTOSO.fill(&mut browser, &organisation).await;
    copies.push(dump(t).await);
    browser.submit(&agreement, &crate::support::company::Company::SIGNATURE).await;
    copies.push(dump(t).await);
    let session = browser.cookie("session").unwrap().to_owned();
    t.mails_to(CONTOSO.email).await;

    let link = invite(t, &mut copies).await;
    let mut guest = t.browser();
    let asked = guest.get("/reset").await;
    guest.submit(&asked, &[("username", "ana.torres@fabrikam.onwork.localhost")]).await;
    copies.push(dump(t).await);
    let reset = t.mail_to("ana.torres@mail.test").await.code();
    copies.push(dump(t).await);
    let recovery = browser.post("/account/second-factor/codes", &[]).await.text_of(".codes ol").unwrap();
    copies.push(dump(t).await);
    let secrets = [code, ticket, session, link, reset, CONTOSO.password.to_owned()];
    let recovery: Vec<String> = recovery.split_whitespace().map(str::to_owned).collect();
    assert_eq!(recovery.len(), 10);
    for secret in secrets.iter().chain(&recovery) {
        copies.iter().for_each(|copy| assert_hidden(copy, secret));
        copies.iter().for_each(|copy| assert_hidden(copy, &secret.replace('-', "")));
    }
}

/// Somebody is let in; the secret of the link that they get.
async fn invite(t: &mut TestApp, copies: &mut Vec<String>) -> String {
    let Company { tenant, ana, domain } = t.company("fabrikam").await;
    let (app, moment, actor) = (t.app.clone(), t.app.moment(), t.actor(tenant, ana).await);
    let address = "ida@fabrikam.test".to_owned();
    let request = NewRequest {
        email: address.clone(),
        canonical: address.clone(),
        name: "Ida Meyer".to_owned(),
        message: String::new(),
        language: "en".to_owned(),
        origin: tenantry::access::Origin::local(),
    };
    let approval =
        Approval { user_name: "ida".to_owned(), domain_name: domain, display_name: "Ida".to_owned() };
    let made: Result<(), Error> = transaction!(app.db, |scope| {
        let mut inside = scope.tenant(actor.grant()).await?;
        let id = access_requests::request(&app, &mut inside, &request, &moment).await?;
        access_requests::approve(&app, &mut inside, &actor, (id, &approval), &moment).await.map(drop)
    });
    made.unwrap();
    copies.push(dump(t).await);
    let link = t.mail_to(&address).await.link();
    t.mails_to("ana.torres@mail.test").await;
    copies.push(dump(t).await);
    link.rsplit('/').next().unwrap().to_owned()
}

async fn send(t: &TestApp, code: &str) {
    let message = Message::new("zoe@contoso.test", "en", "mail-sample").code(code);
    let sent: Result<(), Error> =
        transaction!(t.app.db, |scope| mail::send(scope, message.clone(), &t.app.moment()).await);
    sent.unwrap();
}

async fn what_waits_to_be_sent_is_sealed(t: &mut TestApp) {
    send(t, "771133").await;
    for _ in 0..2 {
        jobs::run_due(&t.app).await.unwrap();
        let copy = dump(t).await;
        assert!(copy.contains("job.last_error"), "the mail server can't be reached: {copy}");
        for hidden in ["771133", "zoe@contoso.test", "mail-sample"] {
            assert_hidden(&copy, hidden);
        }
        t.advance(SignedDuration::from_hours(1));
    }
}

async fn what_a_mail_server_says_of_a_person_is_not_kept(t: &mut TestApp) {
    send(t, "771133").await;
    jobs::run_due(&t.app).await.unwrap();
    let copy = dump(t).await;
    assert!(copy.contains("job.last_error: the mail server answered 550"), "{copy}");
    assert_hidden(&copy, "zoe@contoso.test");
}

async fn a_payload_belongs_to_its_job_alone(t: &mut TestApp) {
    send(t, "111111").await;
    t.advance(SignedDuration::from_secs(1));
    send(t, "222222").await;
    let copy = "UPDATE job SET payload = (SELECT payload FROM job ORDER BY run_at LIMIT 1) \
                WHERE run_at > (SELECT min(run_at) FROM job)";
    let copied: Result<u64, Error> = transaction!(t.app.db, |scope| Ok(scope.execute(copy, &[]).await?));
    assert_eq!(copied.unwrap(), 1);
    assert_eq!(jobs::run_due(&t.app).await.unwrap(), 2);
    assert_eq!(t.count("SELECT count(*) FROM job WHERE failed_at IS NOT NULL").await, 1);
    assert_eq!(t.count("SELECT count(*) FROM local_mail").await, 1);
}

async fn a_job_that_cannot_be_read_is_given_up(t: &mut TestApp) {
    send(t, "111111").await;
    let broken: Result<u64, Error> = transaction!(t.app.db, |scope| {
        Ok(scope.execute("UPDATE job SET payload = $1", params![vec![7_u8; 40]]).await?)
    });
    assert_eq!(broken.unwrap(), 1);
    send(t, "222222").await;
    assert_eq!(jobs::run_due(&t.app).await.unwrap(), 2, "the others go on");
    t.advance(SignedDuration::from_hours(24));
    assert_eq!(jobs::run_due(&t.app).await.unwrap(), 0, "it isn't tried again");
    let mut scope = t.app.db.read().await.unwrap();
    let left: Vec<Row> = scope.all("SELECT attempts, last_error, failed_at FROM job", &[]).await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].get::<i64>("attempts").unwrap(), 1);
    assert!(left[0].get::<String>("last_error").unwrap().contains("master key"));
    drop(scope);
    let kept = mail::kept(&t.app, None).await.unwrap();
    assert!(kept.len() == 1 && kept[0].text.contains("222222"));
}
