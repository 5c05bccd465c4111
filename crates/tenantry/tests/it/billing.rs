//! Billing: the sandbox that keeps no number, the account and its cards, the set-up of a tenant that has none.

use jiff::SignedDuration;
use model::ids::TenantId;
use model::roles::Role;
use tenantry::db::{GrantReason, Single, TenantGrant};
use tenantry::params;

use crate::support::browser::Browser;
use crate::support::page::Page;
use crate::support::{Engine, TestApp};

both_engines!(
    a_tenant_sets_up_its_billing_account,
    signing_and_cards_want_a_fresh_sign_in,
    the_overview_says_what_billing_lacks,
    what_nobody_finishes_is_forgotten,
    a_card_is_declined_then_another_taken,
    no_card_number_is_ever_kept,
    forms_lead_back_to_our_own_pages_alone,
    changes_stand_in_the_log,
    cards_are_added_once_and_removed,
    others_may_not
);

const CARD: [(&str, &str); 4] = [
    ("card_number", "4242 4242 4242 4242"),
    ("card_expiry", "12/30"),
    ("card_cvc", "737"),
    ("card_name", "Ana Torres"),
];

const ORGANISATION: [(&str, &str); 8] = [
    ("legal_name", "Ελληνικά Λιμάνια Α.Ε."),
    ("country", "GR"),
    ("address_lines", "Ερμού 12"),
    ("city", "Αθήνα"),
    ("postal_code", "10557"),
    ("given_name", "Ana"),
    ("surname", "Torres"),
    ("phone", "210 1234567"),
];

/// A tenant without a billing account, and the browser of a person in it who holds this role: `ana@mail.test`.
async fn tenant_with(t: &mut TestApp, prefix: &str, role: Role) -> (TenantId, Browser) {
    let company = t.company(prefix).await;
    let person = t.person(company.tenant, &company.domain, "ana", &[role]).await;
    (company.tenant, t.signed_in(company.tenant, person).await)
}

/// Walks the set-up to its last page. The first answer proposes Western forms, which are taken as they are.
async fn to_agreement(ana: &mut Browser, card: &[(&str, &str)]) -> Page {
    let page = ana.get("/billing/set-up").await;
    let page = ana.follow(&page).await;
    let proposed = ana.submit_to(&page, "/billing/set-up/organisation", &ORGANISATION).await;
    proposed.assert_refused(422, "Western European");
    let page = ana.submit_to(&proposed, "/billing/set-up/organisation", &[]).await;
    assert_eq!(page.location(), "/billing/set-up/payment", "{}", page.text());
    let page = ana.follow(&page).await;
    if !card.is_empty() {
        let page = ana.submit(&page, card).await;
        ana.follow(&page).await;
    }
    ana.get("/billing/set-up/agreement").await
}

const SIGNATURE: [(&str, &str); 3] =
    [("signatory_name", "Ana Torres"), ("signatory_title", "Director"), ("authority", "yes")];

async fn set_up(t: &mut TestApp) -> (TenantId, Browser) {
    let (tenant, mut ana) = tenant_with(t, "limania", Role::GlobalAdministrator).await;
    let page = to_agreement(&mut ana, &CARD).await;
    let done = ana.submit(&page, &SIGNATURE).await;
    assert_eq!(done.location(), "/billing?done=set-up", "{}", done.text());
    (tenant, ana)
}

async fn signing_and_cards_want_a_fresh_sign_in(t: &mut TestApp) {
    let (tenant, mut ana) = tenant_with(t, "hellas", Role::GlobalAdministrator).await;
    let page = to_agreement(&mut ana, &CARD).await;
    t.advance(SignedDuration::from_mins(16));
    let late = ana.submit(&page, &SIGNATURE).await;
    let confirm = "/account/confirm?next=%2Fbilling%2Fset%2Dup%2Fagreement";
    assert_eq!(late.location(), confirm);
    assert_eq!(ana.get("/billing/set-up/agreement").await.location(), confirm);
    assert_eq!(t.rows(tenant, "billing_account").await, 0);

    let (tenant, mut ana) = set_up(t).await;
    let remove = ana.get("/billing").await.attributes("main a", "href");
    let remove = remove.iter().find(|path| path.ends_with("/remove")).unwrap();
    assert_eq!(ana.get(remove).await.status.as_u16(), 200);
    t.advance(SignedDuration::from_mins(16));
    let cards = t.rows(tenant, "payment_method").await;
    assert!(ana.post(remove, &[]).await.location().starts_with("/account/confirm"));
    assert_eq!(t.rows(tenant, "payment_method").await, cards);
}

/// How many rows of the tenant a statement counts; `$1` is the tenant.
async fn count(t: &TestApp, tenant: TenantId, sql: &str) -> i64 {
    let mut scope = t.app.db.read().await.unwrap();
    let mut scope = scope.tenant(TenantGrant::issue(tenant, GrantReason::Operator)).await.unwrap();
    scope.one::<Single<i64>>(sql, params![]).await.unwrap().0
}

async fn what_nobody_finishes_is_forgotten(t: &mut TestApp) {
    tenantry::jobs::schedule_recurring(&t.app).await.unwrap();
    let (tenant, mut ana) = tenant_with(t, "limania", Role::GlobalAdministrator).await;
    let to_payment = async |ana: &mut Browser| {
        let page = ana.get("/billing/set-up/organisation").await;
        let proposed = ana.submit_to(&page, "/billing/set-up/organisation", &ORGANISATION).await;
        // Once its Western forms were taken, the same organisation is.
        if proposed.status != 303 {
            ana.submit_to(&proposed, "/billing/set-up/organisation", &[]).await;
        }
    };
    to_payment(&mut ana).await;
    let person = t.person(tenant, "limania.onwork.localhost", "leo", &[Role::BillingAdministrator]).await;
    let mut leo = t.signed_in(tenant, person).await;
    to_payment(&mut leo).await;
    let drafts = "SELECT count(*) FROM billing_set_up WHERE tenant_id = $1";
    let setups = "SELECT count(*) FROM sandbox_setup";
    assert_eq!((count(t, tenant, drafts).await, t.count(setups).await), (2, 2));

    t.advance(SignedDuration::from_hours(20 * 24));
    t.run_jobs().await;
    to_payment(&mut t.signed_in(tenant, person).await).await;
    t.advance(SignedDuration::from_hours(11 * 24));
    t.run_jobs().await;
    assert_eq!(count(t, tenant, drafts).await, 1, "Leo went on with his after 20 days");
    let mut leo = t.signed_in(tenant, person).await;
    let page = leo.get("/billing/set-up/payment").await;
    assert_eq!(page.status, 200, "its setup is there as long as the draft");
    assert_eq!(t.count(setups).await, 2);

    t.advance(SignedDuration::from_hours(30 * 24));
    t.run_jobs().await;
    assert_eq!((count(t, tenant, drafts).await, t.count(setups).await), (0, 1), "Ana's is 61 days old");
    t.advance(SignedDuration::from_hours(30 * 24));
    t.run_jobs().await;
    assert_eq!(t.count(setups).await, 0);
}

async fn the_overview_says_what_billing_lacks(t: &mut TestApp) {
    let (_, mut ana) = tenant_with(t, "limania", Role::GlobalAdministrator).await;
    let leads = |page: &Page, to: &str| page.attributes(".check a", "href").contains(&to.to_owned());
    assert!(leads(&ana.get("/overview").await, "/billing/set-up"));
    let page = to_agreement(&mut ana, &[]).await;
    ana.submit(&page, &SIGNATURE).await;
    let page = ana.get("/overview").await;
    page.assert_shows(&["Add a card"]);
    assert!(leads(&page, "/billing"));
    let billing = ana.get("/billing").await;
    let form = ana.submit_to(&billing, "/billing/cards/new", &[]).await;
    let form = ana.follow(&form).await;
    let taken = ana.submit(&form, &CARD).await;
    let page = ana.follow(&taken).await;
    ana.submit(&page, &[]).await;
    let page = ana.get("/overview").await;
    assert!(!leads(&page, "/billing") && !leads(&page, "/billing/set-up"), "{}", page.text());
}

async fn a_tenant_sets_up_its_billing_account(t: &mut TestApp) {
    let (tenant, mut ana) = tenant_with(t, "limania", Role::BillingAdministrator).await;
    ana.get("/billing").await.assert_shows(&["No billing account yet"]);
    let page = to_agreement(&mut ana, &CARD).await;
    page.assert_shows(&["Visa •••• 4242", "Who agrees with whom"]);
    let unsigned =
        ana.submit(&page, &[("signatory_name", "Ana Torres"), ("signatory_title", "Director")]).await;
    unsigned.assert_refused(422, "isn't accepted yet");
    // Two tabs: the same form twice makes one account.
    let done = ana.submit(&page, &SIGNATURE).await;
    assert_eq!(done.location(), "/billing?done=set-up", "{}", done.text());
    ana.submit(&page, &SIGNATURE).await.assert_shows(&["set up already"]);
    let account = ana.get("/billing").await;
    account.assert_shows(&[
        "Ελληνικά Λιμάνια Α.Ε.",
        "105 57 Αθήνα",
        "Athens",
        "+302101234567",
        "Expires 12/2030",
        "Default",
    ]);
    for table in ["billing_account", "payment_method", "agreement_acceptance"] {
        assert_eq!(
            count(t, tenant, &format!("SELECT count(*) FROM {table} WHERE tenant_id = $1")).await,
            1,
            "{table}"
        );
    }
    let evidence = "SELECT count(*) FROM evidence WHERE tenant_id = $1 AND kind LIKE '%signatory%'";
    assert_eq!(count(t, tenant, evidence).await, 1);
    ana.get("/billing/set-up").await.assert_shows(&["set up already", "Create a separate tenant"]);

    let hash = account_hash(&page);
    let receipt = t.mail_to("ana@mail.test").await;
    assert!(receipt.text.contains(&hash) && receipt.html.contains(&hash), "{}", receipt.text);
    let text = receipt.text.split("========\n\n").nth(1).unwrap().split("\n\n-- ").next().unwrap();
    assert!(
        text.starts_with("Work account agreement") && text.trim_end().ends_with("what was agreed."),
        "{text}"
    );
    let link = account
        .attributes("main a", "href")
        .into_iter()
        .find(|link| link.starts_with("/billing/agreements/"))
        .unwrap();
    ana.get(&link).await.assert_shows(&[&hash, "Ana Torres, Director", "11. In general"]);
    assert_eq!(t.browser().get(&link).await.status, 303, "signed in people only");
    t.assert_nothing_left().await;
}

fn account_hash(page: &Page) -> String {
    page.attributes("input[name=agreement]", "value").remove(0)
}

async fn a_card_is_declined_then_another_taken(t: &mut TestApp) {
    let (_, mut ana) = tenant_with(t, "limania", Role::GlobalAdministrator).await;
    let declined = [("card_number", "4000000000000002"), CARD[1], CARD[2], CARD[3]];
    to_agreement(&mut ana, &declined).await;
    let page = ana.get("/billing/set-up/payment").await;
    page.assert_refused(422, "declined it");
    let checked = ana.submit(&page, &CARD).await;
    ana.follow(&checked).await.assert_shows(&["Visa •••• 4242"]);
    t.assert_nothing_left().await;
}

async fn no_card_number_is_ever_kept(t: &mut TestApp) {
    let (_, mut ana) = set_up(t).await;
    let account = ana.get("/billing").await;
    let page = ana.submit_to(&account, "/billing/cards/new", &[]).await;
    let page = ana.follow(&page).await;
    // A number that a real card could carry, refused; nothing of it comes back.
    let real = [("card_number", "4539578763621486"), CARD[1], ("card_cvc", "918"), CARD[3]];
    let refused = ana.submit(&page, &real).await;
    refused.assert_refused(422, "takes test cards only");
    assert!(!refused.body.contains("4539578763621486") && !refused.body.contains("918"), "{}", refused.body);
    assert!(refused.body.contains("12/30"), "the rest stays");
    t.run_jobs().await;
    let kept = everything(t).await;
    assert!(kept.contains("\"last_four\":\"4242\""), "the scan reads what the sandbox keeps");
    for secret in ["4242424242424242", "4539578763621486", "\"737\"", "\"918\""] {
        assert!(!kept.contains(secret), "{secret} is kept");
    }
}

/// All that is stored: the files of SQLite as they are, all rows of all tables of PostgreSQL as text.
async fn everything(t: &TestApp) -> String {
    if t.engine == Engine::Sqlite {
        let path = t.app.config.database.url.trim_start_matches("sqlite:").to_owned();
        let files = [path.clone(), format!("{path}-wal")];
        let bytes: Vec<u8> = files.iter().flat_map(|file| std::fs::read(file).unwrap_or_default()).collect();
        return String::from_utf8_lossy(&bytes).into_owned();
    }
    let dump = "SELECT coalesce(string_agg(query_to_xml('SELECT * FROM ' || quote_ident(tablename), true, false, '')::text, ''), '') \
                FROM pg_tables WHERE schemaname = current_schema()";
    let text = t.column(dump).await.concat();
    text.replace("&quot;", "\"")
}

async fn forms_lead_back_to_our_own_pages_alone(t: &mut TestApp) {
    let (_, mut ana) = set_up(t).await;
    let account = ana.get("/billing").await;
    let page = ana.submit_to(&account, "/billing/cards/new", &[]).await;
    let path = page.location().to_owned();
    let action = path.replace("/billing/cards/new/", "/sandbox/setups/");
    for trick in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/sign-out",
        "",
        "/billing/../sign-out",
    ] {
        let mut sent = CARD.to_vec();
        sent.push(("return_path", trick));
        assert_eq!(ana.post(&action, &sent).await.status, 404, "{trick}");
    }
    let mut sent = CARD.to_vec();
    sent.push(("return_path", "/billing"));
    assert_eq!(ana.post("/sandbox/setups/setup_guess", &sent).await.status, 404);
    assert_eq!(ana.post(&action, &sent).await.location(), "/billing");
}

async fn changes_stand_in_the_log(t: &mut TestApp) {
    let (tenant, mut ana) = set_up(t).await;
    let page = ana.get("/billing/edit").await;
    let saved = ana.submit_to(&page, "/billing/edit", &[("phone", "210 7654321")]).await;
    assert_eq!(saved.location(), "/billing?done=saved", "{}", saved.text());
    ana.follow(&saved).await.assert_shows(&["+302107654321"]);
    let changed = "SELECT count(*) FROM audit_event WHERE tenant_id = $1 AND activity = 'billing-account-updated' \
                   AND changes LIKE '%+302101234567%' AND changes LIKE '%+302107654321%'";
    assert_eq!(count(t, tenant, changed).await, 1);
    let page = ana.get("/billing/edit").await;
    let same = ana.submit_to(&page, "/billing/edit", &[]).await;
    assert_eq!(same.location(), "/billing?done=saved");
    let updates =
        "SELECT count(*) FROM audit_event WHERE tenant_id = $1 AND activity = 'billing-account-updated'";
    assert_eq!(count(t, tenant, updates).await, 1, "nothing differs, nothing is logged");
    let other = ana.post("/billing/edit", &[("refresh", "yes"), ("country", "US"), ("city", "Boston")]).await;
    other.assert_shows(&["ZIP code", "State"]);
    let check = ana.post("/billing/edit/check/phone", &[("country", "GR"), ("phone", "12")]).await;
    assert!(check.body.contains("refusal"), "{}", check.body);
}

async fn cards_are_added_once_and_removed(t: &mut TestApp) {
    let (tenant, mut ana) = set_up(t).await;
    let account = ana.get("/billing").await;
    let started = ana.submit_to(&account, "/billing/cards/new", &[]).await;
    let page = ana.follow(&started).await;
    let other = [("card_number", "5555555555554444"), CARD[1], CARD[2], CARD[3]];
    let checked = ana.submit(&page, &other).await;
    let checked = ana.follow(&checked).await;
    let path = started.location().to_owned();
    for _ in 0..2 {
        assert_eq!(ana.submit_to(&checked, &path, &[]).await.location(), "/billing?done=card-added");
    }
    let cards = "SELECT count(*) FROM payment_method WHERE tenant_id = $1";
    assert_eq!(count(t, tenant, cards).await, 2);
    let account = ana.get("/billing").await;
    account.assert_shows(&["Mastercard •••• 4444"]);
    for link in account.attributes("main a", "href").iter().filter(|link| link.ends_with("/remove")) {
        let ask = ana.get(link).await;
        if ask.text().contains("Remove Visa •••• 4242?") {
            ana.submit_to(&ask, link, &[]).await;
        }
    }
    assert_eq!(count(t, tenant, cards).await, 1);
    let default =
        "SELECT count(*) FROM payment_method WHERE tenant_id = $1 AND is_default AND last_four = '4444'";
    assert_eq!(count(t, tenant, default).await, 1, "the other card is the default now");
    // Another tenant's setup answers like one that isn't there.
    let (_, mut stranger) = tenant_with(t, "stranger", Role::GlobalAdministrator).await;
    assert_eq!(stranger.get(&path).await.status, 404);
}

async fn others_may_not(t: &mut TestApp) {
    t.browser().get("/existing").await.assert_shows(&["Use an existing work account"]);
    let unknown = t.browser().get("/billing/set-up").await;
    assert!(unknown.location().starts_with("/sign-in?next="), "{}", unknown.location());
    let (_, mut helper) = tenant_with(t, "limania", Role::HelpdeskAdministrator).await;
    for path in ["/billing", "/billing/set-up", "/billing/edit", "/billing/set-up/payment"] {
        let page = helper.get(path).await;
        assert_eq!(page.status, 403, "{path}");
        assert!(page.text().contains("Billing"), "{path} names the roles that may: {}", page.text());
    }
    assert_eq!(helper.post("/billing/set-up/organisation", &ORGANISATION).await.status, 403);
    assert_eq!(helper.post("/billing/cards/new", &[]).await.status, 403);
}
