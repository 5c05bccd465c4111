//! People from a file: looked through, started, created row by row, once each, whatever happens in between.

use axum::body::Body;
use http::header::CONTENT_TYPE;
use http::{Method, StatusCode};
use jiff::SignedDuration;
use model::ids::{ImportId, TenantId};
use model::roles::Role;
use tenantry::access::Actor;
use tenantry::error::Error;
use tenantry::features::imports::{self, Counts, ImportState, ImportWay, Initial, RunImport, Step, Upload};
use tenantry::features::roles;
use tenantry::transaction;

use crate::support::TestApp;
use crate::support::browser::Browser;
use crate::support::page::Page;
use crate::support::people::Company;

both_engines!(
    a_file_is_looked_through_and_its_good_rows_are_created,
    every_refusal_stands_beside_its_row,
    a_file_that_is_none_is_refused(|config| {
        config.imports.file_bytes = 2_000;
        config.imports.rows = 3;
    }),
    people_are_invited_instead,
    an_import_that_is_interrupted_goes_on_and_makes_nobody_twice,
    whoever_lost_the_right_creates_nobody_more,
    passwords_are_given_out_once_and_to_nobody_else,
    passwords_are_shown_until_they_have_arrived,
    the_limit_of_people_is_named(|config| config.accounts.people = 3),
    drafts_and_imports_are_forgotten,
    what_is_exported_can_be_imported,
);

/// Sends a file as a browser does.
pub async fn upload(browser: &mut Browser, way: &str, file: &[u8]) -> Page {
    let mut body = Vec::new();
    for part in [
        &b"--xx\r\nContent-Disposition: form-data; name=\"way\"\r\n\r\n"[..],
        way.as_bytes(),
        b"\r\n--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\\\new people.csv\"\r\n\
          Content-Type: text/csv\r\n\r\n",
        file,
        b"\r\n--xx--\r\n",
    ] {
        body.extend_from_slice(part);
    }
    let mut request = browser.request(Method::POST, "/people/import").body(Body::from(body)).unwrap();
    request.headers_mut().insert(CONTENT_TYPE, "multipart/form-data; boundary=xx".parse().unwrap());
    let answer = browser.send("/people/import", request).await;
    browser.follow(&answer).await
}

fn id_of(page: &Page) -> ImportId {
    page.path.rsplit('/').next().unwrap().split('?').next().unwrap().parse().unwrap()
}

async fn counts(t: &TestApp, tenant: TenantId, id: ImportId) -> (ImportState, Counts) {
    let actor = Actor::system(tenant);
    let mut scope = t.app.db.read().await.unwrap();
    let mut inside = scope.tenant(actor.grant()).await.unwrap();
    let (import, counts) = imports::get(&mut inside, &actor, id).await.unwrap();
    (import.state, counts)
}

async fn start(browser: &mut Browser, page: &Page) -> Page {
    let action = format!("{}/start", page.path);
    let started = browser.submit_to(page, &action, &[]).await;
    browser.follow(&started).await
}

async fn a_file_is_looked_through_and_its_good_rows_are_created(t: &mut TestApp) {
    let Company { tenant, domain, ana } = t.company("contoso").await;
    let mut browser = t.signed_in(tenant, ana).await;
    browser.get("/people").await.assert_shows(&["Import a file"]);
    browser.get("/people/import").await.assert_shows(&["at most 5 MB and 10000 people"]);
    let template = browser.get("/people/import/template.csv").await;
    assert!(template.body.contains("User name,Domain,Display name"), "{}", template.body);
    assert!(template.header("content-disposition").starts_with("attachment"));

    let file = format!(
        "\u{feff}User name;First name;Last name;Department;Contact e-mail;Block sign in;Shoe size;Job title\r\n\
         ben;Ben;Okafor;\"Sales; EMEA\";ben@mail.test;no;44;\r\n\
         \r\n\
         ida@{domain};Ida;Lang;Sales;;yes;38;=2+3\r\n\
         ana.torres;Other;Ana;;;;;\r\n"
    );
    let draft = upload(&mut browser, "password", file.as_bytes()).await;
    draft.assert_shows(&[
        "new people.csv",
        "These columns aren't read: Shoe size",
        "has the name ana.torres@",
    ]);
    draft.assert_shows(&["Create 2 people", "There is no contact e-mail"]);
    assert_eq!(t.rows(tenant, "users").await, 1, "nobody is created yet");
    let id = id_of(&draft);
    let (state, found) = counts(t, tenant, id).await;
    assert_eq!((state, found.good, found.warned, found.refused), (ImportState::Draft, 1, 1, 1));

    let running = start(&mut browser, &draft).await;
    running.assert_shows(&["0 of 2 rows are done", "Look again"]);
    assert_eq!(running.attributes("#import", "hx-trigger"), ["every 2s"]);
    t.run_jobs().await;
    let done = browser.get(&format!("/people/imports/{id}")).await;
    done.assert_shows(&[
        "2 of 2 rows are done",
        "One was refused before",
        "initial passwords of 2 people wait",
    ]);
    assert!(done.attributes("#import", "hx-trigger").is_empty(), "nothing is asked for again");
    browser.get("/people?department=sales;%20EMEA").await.assert_shows(&["Ben Okafor", "Sales; EMEA"]);
    browser.get("/people?filter=disabled").await.assert_shows(&["Ida Lang", "=2+3, Sales"]);

    let results = browser.get(&format!("/people/imports/{id}/results.csv")).await.body;
    let lines: Vec<&str> = results.lines().collect();
    assert_eq!(lines.len(), 4, "{results}");
    assert!(lines[1].starts_with(&format!("2,ben@{domain},Ben Okafor,created,")), "{results}");
    assert!(lines[3].starts_with("5,") && lines[3].contains("refused"), "{results}");
    browser
        .get("/activity")
        .await
        .assert_shows(&["finished an import of people", "started an import of people"]);
    // Starting again is refused, and does nothing.
    let again = browser.post(&format!("/people/imports/{id}/start"), &[]).await;
    again.assert_refused(422, "doesn't wait to be started");
}

async fn every_refusal_stands_beside_its_row(t: &mut TestApp) {
    let Company { tenant, ana, .. } = t.company("contoso").await;
    let mut browser = t.signed_in(tenant, ana).await;
    let file = "userPrincipalName,displayName,mail,accountEnabled,usageLocation,employeeHireDate\n\
        eva@fabrikam.com,Eva,eva@mail.test,,,\n\
        zoë ,Zoe,zoe@mail.test,,,\n\
        max,Max,no address,,,\n\
        kim,Kim,kim@mail.test,perhaps,,\n\
        lee,Lee,lee@mail.test,,Atlantis,\n\
        pat,Pat,pat@mail.test,,,31.1.2026\n\
        sam,Sam,sam@mail.test,yes,GR,2026-01-31\n\
        SAM,Sam,sam@mail.test,,,\n\
        tom,Tom,tom@mail.test,,,,more\n\
        ,Nobody,n@mail.test,,,\n";
    let draft = upload(&mut browser, "password", file.as_bytes()).await;
    let (_, found) = counts(t, tenant, id_of(&draft)).await;
    assert_eq!((found.waiting(), found.refused), (1, 9), "{}", draft.text());
    draft.assert_shows(&[
        "fabrikam.com",
        "\"perhaps\" isn't yes or no",
        "\"31.1.2026\" isn't a date",
        "stands on line 8 already",
        "more cells than the 6 columns",
    ]);
    let refused = browser.get(&format!("{}?show=refused", draft.path)).await;
    assert_eq!(refused.attributes("tbody tr td p.told", "class").len(), 9, "a reason each");
    browser.get(&format!("{}?show=good", draft.path)).await.assert_shows(&["Sam", "One row on this page"]);
}

async fn a_file_that_is_none_is_refused(t: &mut TestApp) {
    let Company { tenant, domain, ana } = t.company("contoso").await;
    let mut browser = t.signed_in(tenant, ana).await;
    for (file, status, reason) in [
        (&b""[..], 422, "There are no people in the file"),
        (b"User name\n", 422, "There are no people in the file"),
        (b"User name\n\xff\xfe\n", 422, "it isn't text in UTF-8"),
        (b"User name\n\"ana\n", 422, "opened on line 2 is never closed"),
        (b"Name,Town\nAna,Athens\n", 422, "No column says how people sign in"),
        (b"upn,First name,givenName\na,b,c\n", 422, "Two columns say the same"),
        (b"upn\na\nb\nc\nd\n", 422, "more than 3 rows"),
        (&[b'x'; 2_001], 422, "larger than 2 kB"),
    ] {
        let answer = upload(&mut browser, "password", file).await;
        assert_eq!((answer.path.as_str(), answer.status.as_u16()), ("/people/import", status));
        answer.assert_refused(status, reason);
    }
    browser.post("/people/import", &[("way", "password")]).await.assert_refused(422, "No file was chosen");
    upload(&mut browser, "carrier pigeon", b"upn\na\n").await.assert_refused(422, "");
    assert_eq!(t.rows(tenant, "people_import").await, 0);
    // Who may not create people may not try either.
    let ben = t.person(tenant, &domain, "ben", &[Role::GlobalReader]).await;
    let mut ben = t.signed_in(tenant, ben).await;
    assert_eq!(ben.get("/people/import").await.status, StatusCode::FORBIDDEN);
    assert_eq!(upload(&mut ben, "password", b"upn\nzoe\n").await.status, StatusCode::FORBIDDEN);
}

async fn people_are_invited_instead(t: &mut TestApp) {
    let Company { tenant, ana, domain } = t.company("contoso").await;
    let mut browser = t.signed_in(tenant, ana).await;
    let file = b"User name,Name,E-mail\nben,Ben Okafor,ben@mail.test\nida,Ida Lang,\n";
    let draft = upload(&mut browser, "invitation", file).await;
    draft.assert_shows(&["An invitation needs an e-mail address", "Create one person"]);
    start(&mut browser, &draft).await;
    let link = t.mail_to("ben@mail.test").await.link();
    let done = browser.get(&draft.path).await;
    done.assert_shows(&["1 of 1 rows are done"]);
    assert!(done.attributes("#passwords", "href").is_empty(), "there are no initial passwords");
    let mut ben = t.browser();
    let form = ben.get(&link).await;
    form.assert_shows(&[&format!("ben@{domain}")]);
    ben.submit(&form, &[("password", "lively brass orchard 71")])
        .await
        .assert_shows(&["Your account is ready"]);
    t.assert_nothing_left().await;
}

async fn an_import_that_is_interrupted_goes_on_and_makes_nobody_twice(t: &mut TestApp) {
    let Company { tenant, domain, ana } = t.company("contoso").await;
    let mut browser = t.signed_in(tenant, ana).await;
    let rows: String = (0..90).map(|number| format!("p{number},P {number},p{number}@mail.test\n")).collect();
    let draft = upload(&mut browser, "password", format!("upn,name,mail\n{rows}").as_bytes()).await;
    let id = id_of(&draft);
    start(&mut browser, &draft).await;
    // Somebody else takes a name between the dry run and its turn.
    t.person(tenant, &domain, "p60", &[]).await;
    // A node does one step and dies; two others take the import up at once.
    assert_eq!(imports::run_some(&t.app, tenant, id, &t.app.moment()).await.unwrap(), Step::More);
    let (_, found) = counts(t, tenant, id).await;
    assert!(found.created > 0 && found.waiting() > 0, "{found:?}");
    let (one, two) = (t.app.clone(), t.app.clone());
    let (first, second) = (t.app.moment(), t.app.moment());
    let both = tokio::join!(
        imports::run_some(&one, tenant, id, &first),
        imports::run_some(&two, tenant, id, &second),
    );
    assert!(both.0.is_ok() && both.1.is_ok(), "{both:?}");
    t.run_jobs().await;
    let (state, found) = counts(t, tenant, id).await;
    assert_eq!((state, found.created, found.failed), (ImportState::Done, 89, 1));
    assert_eq!(found.passwords, 89);
    assert_eq!(t.rows(tenant, "users").await, 91, "Ana, the other p60 and 89 of the file");
    browser.get(&format!("{}?show=failed", draft.path)).await.assert_shows(&["has the name p60@"]);
    // The job that comes again finds nothing to do.
    let moment = t.app.moment();
    let app = t.app.clone();
    let queued: Result<(), tenantry::error::Error> = transaction!(app.db, |scope| {
        tenantry::jobs::enqueue(scope, &RunImport { tenant, import: id }, &moment).await
    });
    queued.unwrap();
    t.run_jobs().await;
    assert_eq!(counts(t, tenant, id).await.1.created, 89);
}

async fn whoever_lost_the_right_creates_nobody_more(t: &mut TestApp) {
    let Company { tenant, domain, ana } = t.company("contoso").await;
    let ben = t.person(tenant, &domain, "ben", &[Role::UserAdministrator]).await;
    let mut browser = t.signed_in(tenant, ben).await;
    let rows: String = (0..60).map(|number| format!("p{number},P {number},p{number}@mail.test\n")).collect();
    let draft = upload(&mut browser, "password", format!("upn,name,mail\n{rows}").as_bytes()).await;
    let id = id_of(&draft);
    start(&mut browser, &draft).await;
    assert_eq!(imports::run_some(&t.app, tenant, id, &t.app.moment()).await.unwrap(), Step::More);
    let (app, moment, system) = (t.app.clone(), t.app.moment(), Actor::system(tenant));
    let taken: Result<bool, tenantry::error::Error> = transaction!(app.db, |scope| {
        let mut inside = scope.tenant(system.grant()).await?;
        let role = Role::UserAdministrator.template_id();
        roles::remove(&mut inside, &system, ben.0, role, &moment).await
    });
    taken.unwrap();
    let made = counts(t, tenant, id).await.1.created;
    t.run_jobs().await;
    let (state, found) = counts(t, tenant, id).await;
    assert_eq!((state, found.created), (ImportState::Stopped, made));
    let mut browser = t.signed_in(tenant, ana).await;
    browser.get(&draft.path).await.assert_shows(&["may not create people any more", "Stopped"]);
}

async fn passwords_are_given_out_once_and_to_nobody_else(t: &mut TestApp) {
    let Company { tenant, domain, ana } = t.company("contoso").await;
    let mut browser = t.signed_in(tenant, ana).await;
    let draft = upload(&mut browser, "password", b"upn,name,mail\nben,\"=Ben\",ben@mail.test\n").await;
    start(&mut browser, &draft).await;
    t.run_jobs().await;
    assert_eq!(counts(t, tenant, id_of(&draft)).await.1.passwords, 1);
    let passwords = format!("{}/passwords", draft.path);
    let other = t.person(tenant, &domain, "eva", &[Role::GlobalAdministrator]).await;
    let mut other = t.signed_in(tenant, other).await;
    other.post(&passwords, &[]).await.assert_refused(410, "aren't here any more");
    let asked = browser.get(&passwords).await;
    asked.assert_shows(&["You can download it once"]);
    let file = browser.submit_to(&asked, &passwords, &[]).await;
    let line = file.body.lines().nth(1).unwrap().to_owned();
    let password = line.rsplit(',').next().unwrap();
    assert!(line.starts_with(&format!("ben@{domain},\"'=Ben\",")), "{line}");
    browser.post(&passwords, &[]).await.assert_refused(410, "aren't here any more");
    assert!(!browser.get(&draft.path).await.body.contains(password));
    for log in browser.get("/activity/export.jsonl").await.body.lines() {
        assert!(!log.contains(password), "the log holds a password");
    }
    // It works, and must be changed.
    let name = format!("ben@{domain}");
    let mut ben = t.browser();
    let page = ben.get("/sign-in").await;
    let page = ben.submit_and_follow(&page, &[("username", &name)]).await;
    let page = ben.submit_and_follow(&page, &[("password", password)]).await;
    assert_eq!(page.path, "/sign-in/new-password");

    // Nobody fetches these, and they go after a day.
    let draft = upload(&mut browser, "password", b"upn,name,mail\nida,Ida,ida@mail.test\n").await;
    start(&mut browser, &draft).await;
    t.run_jobs().await;
    t.advance(SignedDuration::from_hours(24));
    t.run_jobs().await;
    assert_eq!(counts(t, tenant, id_of(&draft)).await.1.passwords, 0);
}

async fn shown(t: &TestApp, actor: &Actor, id: ImportId) -> Result<Vec<String>, Error> {
    let moment = t.app.moment();
    let initial: Result<Vec<Initial>, Error> = transaction!(t.app.db, |scope| {
        let mut inside = scope.tenant(actor.grant()).await?;
        imports::show_passwords(&t.app, &mut inside, actor, id, &moment).await
    });
    Ok(initial?.iter().map(|one| one.password.expose().to_owned()).collect())
}

async fn forget(t: &TestApp, actor: &Actor, id: ImportId) {
    let forgotten: Result<(), Error> = transaction!(t.app.db, |scope| {
        let mut inside = scope.tenant(actor.grant()).await?;
        imports::forget_passwords(&mut inside, actor, id).await
    });
    forgotten.unwrap();
}

async fn passwords_are_shown_until_they_have_arrived(t: &mut TestApp) {
    let Company { tenant, ana, .. } = t.company("contoso").await;
    let (operator, ana) = (Actor::operator(tenant), t.actor(tenant, ana).await);
    let file = Upload { file_name: "a.csv", bytes: b"upn,name\nben,Ben\n", way: ImportWay::Password };
    let (parsed, l, moment) = (file.parse(&t.app).unwrap(), t.app.locales.english(), t.app.moment());
    let started: Result<ImportId, Error> = transaction!(t.app.db, |scope| {
        let mut inside = scope.tenant(operator.grant()).await?;
        let id = imports::draft(&t.app, &mut inside, &operator, (&parsed, &l), &moment).await?;
        imports::start(&mut inside, &operator, id, &moment).await?;
        Ok(id)
    });
    let id = started.unwrap();
    t.run_jobs().await;
    let first = shown(t, &operator, id).await.unwrap();
    assert_eq!((first.len(), shown(t, &operator, id).await.unwrap()), (1, first));
    assert!(shown(t, &ana, id).await.is_err());
    forget(t, &ana, id).await;
    assert!(shown(t, &operator, id).await.is_ok(), "somebody else forgets nothing of theirs");
    forget(t, &operator, id).await;
    assert!(shown(t, &operator, id).await.is_err());
}

async fn the_limit_of_people_is_named(t: &mut TestApp) {
    let Company { tenant, domain, ana } = t.company("contoso").await;
    let mut browser = t.signed_in(tenant, ana).await;
    let file = b"upn,name,mail\nb,B,b@mail.test\nc,C,c@mail.test\nd,D,d@mail.test\n";
    let draft = upload(&mut browser, "password", file).await;
    draft.assert_shows(&["would have more than 3 people", "Create 2 people"]);
    start(&mut browser, &draft).await;
    t.person(tenant, &domain, "eva", &[]).await;
    t.run_jobs().await;
    let (_, found) = counts(t, tenant, id_of(&draft)).await;
    assert_eq!((found.created, found.failed), (1, 1));
    browser.get(&draft.path).await.assert_shows(&["would have more than 3 people"]);
}

async fn drafts_and_imports_are_forgotten(t: &mut TestApp) {
    let Company { tenant, ana, .. } = t.company("contoso").await;
    let mut browser = t.signed_in(tenant, ana).await;
    let thrown = upload(&mut browser, "password", b"upn,name\nben,Ben\n").await;
    let discard = format!("{}/discard", thrown.path);
    let answer = browser.submit_to(&thrown, &discard, &[]).await;
    assert_eq!(answer.location(), "/people/import");
    let kept = upload(&mut browser, "password", b"upn,name\nben,Ben\n").await;
    start(&mut browser, &kept).await;
    upload(&mut browser, "password", b"upn,name\nida,Ida\n").await;
    t.run_jobs().await;
    assert_eq!(t.rows(tenant, "people_import").await, 2);
    t.advance(SignedDuration::from_hours(24));
    t.run_jobs().await;
    assert_eq!(t.rows(tenant, "people_import").await, 1, "the draft is gone");
    t.advance(SignedDuration::from_hours(24 * 29));
    t.run_jobs().await;
    assert_eq!((t.rows(tenant, "people_import").await, t.rows(tenant, "people_import_row").await), (0, 0));
    assert_eq!(t.rows(tenant, "users").await, 2);
}

async fn what_is_exported_can_be_imported(t: &mut TestApp) {
    let contoso = t.company("contoso").await;
    let mut browser = t.signed_in(contoso.tenant, contoso.ana).await;
    let file = "upn,displayName,mail,jobTitle,businessPhones,department\n\
        ben,\"Okafor, Ben\",ben@mail.test,=cmd|' /C calc'!A0,+30 210 1234567;210,Sales\n\
        ida,Ida,ida@mail.test,Engineer,,Sales\n\
        eva,Eva,eva@mail.test,,,\n";
    let draft = upload(&mut browser, "password", file.as_bytes()).await;
    start(&mut browser, &draft).await;
    t.run_jobs().await;
    let list = browser.get("/people?department=SALES").await;
    list.assert_shows(&["Export these people as CSV"]);
    // As browsers ask: compressed.
    let zipped = browser.request(Method::POST, "/people/export").header("sec-fetch-site", "same-origin");
    let zipped = zipped.header("accept-encoding", "gzip").body(Body::empty()).unwrap();
    let zipped = browser.send("/people/export", zipped).await;
    assert_eq!(
        (zipped.status, &zipped.headers["content-encoding"]),
        (StatusCode::OK, &"gzip".parse().unwrap())
    );
    let exported = browser.submit_to(&list, "/people/export", &[]).await;
    assert_eq!(exported.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(exported.body.lines().count(), 3, "{}", exported.body);
    assert!(exported.body.contains("\"'=cmd|' /C calc'!A0\""), "{}", exported.body);
    assert!(exported.body.contains("\"'+30 210 1234567; 210\""), "{}", exported.body);
    browser.get("/activity").await.assert_shows(&["exported a list of people"]);

    // Another tenant has other domain names: put them in and take the file as it is.
    let fabrikam = t.company("fabrikam").await;
    let mut other = t.signed_in(fabrikam.tenant, fabrikam.ana).await;
    let file = exported.body.replace(&contoso.domain, &fabrikam.domain);
    let draft = upload(&mut other, "password", file.as_bytes()).await;
    start(&mut other, &draft).await;
    t.run_jobs().await;
    let list = other.get("/people?department=sales").await;
    let again = other.submit_to(&list, "/people/export", &[]).await.body;
    let cells = |text: &str| -> Vec<Vec<String>> {
        let rows = protocol::csv::read(text.as_bytes(), 100).unwrap();
        rows.into_iter().map(|row| row.cells.into_iter().skip(1).take(24).collect()).collect()
    };
    assert_eq!(cells(&again), cells(&exported.body));
}
