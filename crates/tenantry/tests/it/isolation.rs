//! Nothing crosses over from one tenant to another, whatever is done in either.

use model::ids::UserId;
use model::roles::Role;

use crate::support::TestApp;
use crate::support::browser::Browser;
use crate::support::people::Company;

both_engines!(random_operations_stay_in_their_tenant, a_foreign_id_answers_like_an_unknown_one);

/// A small generator (splitmix64), so that a failure can be repeated from its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((value ^ (value >> 31)) % sides as u64).unwrap()
    }
}

const TABLES: [&str; 15] = [
    "users",
    "user_photo",
    "directory_index",
    "access_token",
    "role_assignment",
    "object_role_assignment",
    "role_definition",
    "user_password",
    "audit_event",
    "sign_in",
    "access_request",
    "invitation",
    "people_import",
    "people_import_row",
    "domain",
];

async fn counts(t: &TestApp, company: &Company) -> Vec<i64> {
    let mut counts = Vec::new();
    for table in TABLES {
        counts.push(t.rows(company.tenant, table).await);
    }
    counts
}

async fn random_operations_stay_in_their_tenant(t: &mut TestApp) {
    let companies = [t.company("contoso").await, t.company("fabrikam").await];
    let mut people: [Vec<UserId>; 2] = [Vec::new(), Vec::new()];
    for (index, company) in companies.iter().enumerate() {
        for name in ["ben", "ida", "zoe"] {
            people[index].push(t.person(company.tenant, &company.domain, name, &[]).await);
        }
    }
    let mut browsers = Vec::new();
    for company in &companies {
        browsers.push(t.signed_in(company.tenant, company.ana).await);
    }
    let role = Role::GlobalReader.template_id().to_string();
    let mut dice = Dice(20_260_302);
    for step in 0..120 {
        let (own, foreign) = if dice.roll(2) == 0 { (0, 1) } else { (1, 0) };
        let before = counts(t, &companies[foreign]).await;
        // Ids of either tenant: those of the other must do nothing anywhere.
        let of = if dice.roll(3) == 0 { foreign } else { own };
        let user = people[of][dice.roll(people[of].len())];
        let own_before = counts(t, &companies[own]).await;
        let action = [
            "disable",
            "enable",
            "delete",
            "restore",
            "reset-password",
            "second-factors",
            "roles",
            "roles/remove",
            "edit",
            "sessions",
            "photo/remove",
        ][dice.roll(11)];
        let domain = companies[dice.roll(2)].domain.clone();
        let name = format!("name{}", dice.roll(6));
        let typed =
            [("username", name.as_str()), ("domain", &domain), ("displayName", &name), ("roles", &role)];
        let answer = browsers[own].post(&format!("/people/{user}/{action}"), &typed).await;
        if of == foreign {
            assert!(
                !answer.status.is_success() && answer.status.as_u16() != 303,
                "step {step}: {action} of a foreign id"
            );
            assert_eq!(counts(t, &companies[own]).await, own_before, "step {step}: {action} wrote something");
        }
        assert_eq!(
            counts(t, &companies[foreign]).await,
            before,
            "step {step}: {action} reached the other tenant"
        );
        let selected = [("action", "disable"), ("id", &user.to_string())];
        browsers[own].post("/people/selected", &selected).await;
        assert_eq!(
            counts(t, &companies[foreign]).await,
            before,
            "step {step}: a selection reached the other tenant"
        );
        shows_nothing_of(&mut browsers[own], &companies[foreign], &people[foreign]).await;
    }
}

async fn shows_nothing_of(browser: &mut Browser, company: &Company, people: &[UserId]) {
    for path in ["/people", "/people?filter=deleted", "/activity", "/overview", "/activity/export.jsonl"] {
        let page = browser.get(path).await;
        assert!(!page.body.contains(&company.domain), "{path} names the other tenant");
        for id in people {
            assert!(!page.body.contains(&id.to_string()), "{path} shows a foreign id");
        }
    }
}

async fn a_foreign_id_answers_like_an_unknown_one(t: &mut TestApp) {
    let (contoso, fabrikam) = (t.company("contoso").await, t.company("fabrikam").await);
    let mut browser = t.signed_in(contoso.tenant, contoso.ana).await;
    let mut other = t.signed_in(fabrikam.tenant, fabrikam.ana).await;
    let event = other.get("/activity").await.attributes("td a", "href").remove(0);
    let event = event.rsplit('/').next().unwrap().to_owned();
    let unknown = "0190a5b0-0000-7000-8000-000000000000";
    let foreign = fabrikam.ana.to_string();
    let known = |page: &crate::support::page::Page, id: &str| {
        (
            page.status,
            page.text().replace(&page.text_of(".request code").unwrap_or_default(), "").replace(id, ""),
        )
    };
    let pages = [
        "",
        "/edit",
        "/disable",
        "/delete",
        "/restore",
        "/reset-password",
        "/second-factors",
        "/roles",
        "/photo",
    ];
    for page in pages {
        let (one, two) = (format!("/people/{foreign}{page}"), format!("/people/{unknown}{page}"));
        let (one, two) = (browser.get(&one).await, browser.get(&two).await);
        assert_eq!(known(&one, &foreign), known(&two, unknown), "GET {page}");
        assert_eq!(one.status.as_u16(), 404, "GET {page}");
    }
    let typed = [("username", "x"), ("domain", contoso.domain.as_str()), ("displayName", "Xaver")];
    let pages = ["/edit", "/disable", "/enable", "/delete", "/restore", "/reset-password", "/sessions"];
    for page in pages.into_iter().chain(["/second-factors", "/photo", "/photo/remove"]) {
        let (one, two) = (format!("/people/{foreign}{page}"), format!("/people/{unknown}{page}"));
        let (one, two) = (browser.post(&one, &typed).await, browser.post(&two, &typed).await);
        assert_eq!(known(&one, &foreign), known(&two, unknown), "POST {page}");
        assert_eq!(one.status.as_u16(), 404, "POST {page}");
    }
    for (one, two) in [
        (format!("/activity/{event}"), format!("/activity/{unknown}")),
        (format!("/access-requests/{event}"), format!("/access-requests/{unknown}")),
    ] {
        let (one, two) = (browser.get(&one).await, browser.get(&two).await);
        assert_eq!(known(&one, &event), known(&two, unknown));
        assert_eq!(one.status.as_u16(), 404);
    }
}
