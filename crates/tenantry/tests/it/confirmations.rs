//! Confirmations that tell what would be refused before it is asked for, and a log that says whom it is about.

use http::StatusCode;
use model::roles::Role;

use crate::support::TestApp;
use crate::support::page::Page;
use crate::support::people::Company;

both_engines!(
    a_refusal_is_told_before_the_button,
    of_several_those_who_stay_are_told,
    the_log_says_whom_it_is_about,
    the_log_says_who_owns_and_uses_an_application,
    an_owner_is_picked_by_name,
);

fn assert_foreseen(page: &Page, code: &str) {
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert_eq!(page.attributes(".note p", "data-code"), [code], "{}", page.text());
    assert!(page.attributes("#submit", "class").is_empty(), "a button that would be refused: {}", page.path);
}

async fn a_refusal_is_told_before_the_button(t: &mut TestApp) {
    let Company { tenant, domain, ana } = t.company("contoso").await;
    let ben = t.person(tenant, &domain, "ben", &[]).await;
    let eva = t.person(tenant, &domain, "eva", &[Role::HelpdeskAdministrator]).await;
    let mut browser = t.signed_in(tenant, ana).await;
    for page in ["disable", "delete"] {
        assert_foreseen(&browser.get(&format!("/people/{ana}/{page}")).await, "own-account");
        let fine = browser.get(&format!("/people/{ben}/{page}")).await;
        assert_eq!(fine.attributes("#submit", "id").len(), 1, "{}", fine.text());
        assert!(fine.attributes(".note p", "data-code").is_empty());
    }
    // Asking changed nothing.
    browser.get(&format!("/people/{ben}")).await.assert_shows(&["Enabled"]);
    let role = Role::GlobalAdministrator.template_id();
    let code = "last-global-administrator";
    assert_foreseen(&browser.get(&format!("/people/{ana}/roles/remove?roles={role}")).await, code);
    assert_foreseen(&browser.get(&format!("/roles/{role}/remove?id={ana}")).await, code);
    // The helpdesk resets nobody who may do more than it.
    let mut helpdesk = t.signed_in(tenant, eva).await;
    let page = helpdesk.get(&format!("/people/{ana}/reset-password")).await;
    assert!(page.attributes("#submit", "id").is_empty(), "{}", page.text());
    assert_eq!(page.attributes(".note p", "data-code").len(), 1, "{}", page.text());
    let page = helpdesk.get(&format!("/people/{ben}/reset-password")).await;
    assert_eq!(page.attributes("#submit", "id").len(), 1, "{}", page.text());
}

async fn of_several_those_who_stay_are_told(t: &mut TestApp) {
    let Company { tenant, domain, ana } = t.company("contoso").await;
    let ben = t.person(tenant, &domain, "ben", &[]).await;
    let mut browser = t.signed_in(tenant, ana).await;
    let both = browser.get(&format!("/people/selected?action=delete&id={ana}&id={ben}")).await;
    both.assert_shows(&["Delete this person?", "Unchanged", "your own account"]);
    assert_eq!(both.attributes("#submit", "id").len(), 1);
    let only = browser.get(&format!("/people/selected?action=disable&id={ana}")).await;
    only.assert_shows(&["your own account"]);
    assert!(only.attributes("#submit", "id").is_empty(), "{}", only.text());
    browser.get(&format!("/people/{ben}")).await.assert_shows(&["Enabled"]);
}

async fn the_log_says_whom_it_is_about(t: &mut TestApp) {
    let Company { tenant, domain, ana } = t.company("contoso").await;
    let ben = t.person(tenant, &domain, "ben", &[]).await.to_string();
    let mut browser = t.signed_in(tenant, ana).await;
    let made = browser.post("/groups/new", &[("displayName", "Sales"), ("kind", "security")]).await;
    let group = made.location().split('?').next().unwrap().to_owned();
    for relation in ["member", "owner"] {
        let form = browser.get(&format!("{group}/add?relation={relation}&search=ben")).await;
        browser.submit_and_follow(&form, &[("id", &ben)]).await;
    }
    let person = format!("/people/{ben}");
    let page = browser.get(&group).await;
    assert_eq!(linked(&page, ".timeline a", &person), 2, "{}", page.text());
    let page = browser.get(&format!("{person}?show=activity")).await;
    assert_eq!(linked(&page, ".timeline a", &group), 2, "{}", page.text());
    let page = browser.get("/activity?activity=group-member-added").await;
    assert_eq!(linked(&page, "td a", &person), 1, "{}", page.text());
    assert_eq!(linked(&page, "td a", &group), 1, "{}", page.text());
    let event = page.attributes("td:first-child a", "href").remove(0);
    let page = browser.get(&event).await;
    assert_eq!(linked(&page, "dd a", &person), 1, "{}", page.text());
}

fn linked(page: &Page, selector: &str, href: &str) -> usize {
    page.attributes(selector, "href").iter().filter(|link| *link == href).count()
}

async fn the_log_says_who_owns_and_uses_an_application(t: &mut TestApp) {
    let Company { tenant, domain, ana } = t.company("contoso").await;
    let ben = t.person(tenant, &domain, "ben", &[]).await.to_string();
    let mut browser = t.signed_in(tenant, ana).await;
    let form = browser.get("/applications/new").await;
    let made = browser.submit_and_follow(&form, &[("displayName", "Orders")]).await;
    let path = made.path.split('?').next().unwrap().to_owned();
    for form in ["owners/new", "assignments/new"] {
        let page = browser.get(&format!("{path}/{form}?search=ben")).await;
        assert_eq!(page.attributes("input[name=id]", "value"), std::slice::from_ref(&ben), "{}", page.text());
        browser.submit_and_follow(&page, &[("id", &ben)]).await;
    }
    let page = browser.get(&format!("/people/{ben}?show=activity")).await;
    page.assert_shows(&["added an owner of an application: Orders", "assigned an application role: Orders"]);
}

async fn an_owner_is_picked_by_name(t: &mut TestApp) {
    let Company { tenant, domain, ana } = t.company("contoso").await;
    t.person(tenant, &domain, "ben", &[]).await;
    let mut browser = t.signed_in(tenant, ana).await;
    browser.post("/groups/new", &[("displayName", "Benelux sales"), ("kind", "security")]).await;
    let form = browser.get("/applications/new").await;
    let made = browser.submit_and_follow(&form, &[("displayName", "Orders")]).await;
    let path = made.path.split('?').next().unwrap().to_owned();
    let page = browser.get(&format!("{path}/assignments/new")).await;
    let found = browser.submit(&page, &[("principal", "")]).await;
    found.assert_refused(422, "");
    // The search is a form of its own, and finds people and groups by the beginning of a word.
    let found = browser.get(&format!("{path}/assignments/new?search=ben")).await;
    assert_eq!(found.attributes("input[name=id]", "value").len(), 2, "{}", found.text());
    // A group owns no application, and isn't offered.
    let found = browser.get(&format!("{path}/owners/new?search=ben")).await;
    assert_eq!(found.attributes("input[name=id]", "value").len(), 1, "{}", found.text());
    browser.get(&format!("{path}/owners/new?search=zoe")).await.assert_shows(&["Nobody here is found"]);
}
