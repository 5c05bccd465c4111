//! People, roles, requests for access, the overview and the activity log.

use std::collections::BTreeSet;
use std::sync::Arc;

use http::StatusCode;
use jiff::SignedDuration;
use model::audit::Activity;
use model::ids::{TenantId, UserId};
use model::refusal::Code;
use model::roles::{Permission, Role};
use serde_json::json;
use tenantry::access::{Actor, Origin, session};
use tenantry::app::App;
use tenantry::db::DbError;
use tenantry::error::Error;
use tenantry::features::access_requests::{self, NewRequest};
use tenantry::features::{directory, roles};
use tenantry::transaction;

use crate::support::TestApp;
use crate::support::people::Company;

both_engines!(
    a_person_is_created_changed_deleted_restored_and_removed,
    the_last_global_administrator_stays,
    two_who_remove_each_other_leave_one,
    nobody_acts_beyond_their_own_rights,
    a_role_exchanged_after_admission_counts_no_more,
    disabling_ends_sessions_at_once,
    the_list_searches_sorts_and_pages,
    a_request_for_access_is_approved_and_the_link_works_once,
    a_request_for_access_is_refused_or_expires,
    an_invitation_is_sent_again_and_revoked,
    a_new_contact_address_ends_what_went_to_the_old_one,
    an_invitation_is_no_way_round_a_password_reset,
    a_user_name_is_checked_while_it_is_typed,
    the_log_is_filtered_and_exported,
);

fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> Code {
    result.unwrap_err().into_refusals().unwrap()[0].code
}

async fn disable(app: &App, actor: &Actor, user: UserId) -> Result<(), Error> {
    let moment = app.moment();
    transaction!(app.db, |scope| {
        let mut scope = scope.tenant(actor.grant()).await?;
        directory::disable(&mut scope, actor, user, &moment).await
    })
}

async fn take_role(app: &App, actor: &Actor, user: UserId, role: Role) -> Result<(), Error> {
    let moment = app.moment();
    transaction!(app.db, |scope| {
        let mut scope = scope.tenant(actor.grant()).await?;
        roles::remove(&mut scope, actor, user.0, role.template_id(), &moment).await.map(drop)
    })
}

async fn a_person_is_created_changed_deleted_restored_and_removed(t: &mut TestApp) {
    let Company { tenant, domain, ana } = t.company("contoso").await;
    let mut browser = t.signed_in(tenant, ana).await;
    let form = browser.get("/people/new").await;
    let typed = [("username", "Ben Okafor"), ("domain", domain.as_str()), ("displayName", "Ben Okafor")];
    browser.submit(&form, &typed).await.assert_refused(422, "A user name has the letters a to z");
    let typed =
        [("username", "ben"), ("domain", domain.as_str()), ("givenName", "Ben"), ("surname", "Okafor")];
    let shown = browser.submit(&form, &typed).await;
    assert_eq!(shown.status, StatusCode::OK);
    let password = shown.attributes("[data-copy]", "data-copy").pop().unwrap();
    assert_eq!(password.len(), 19, "{password}");
    browser.submit(&form, &typed).await.assert_refused(422, "has the name ben@");

    let person = shown.attributes("main .actions a", "href").remove(0);
    browser.get(&person).await.assert_shows(&["Ben Okafor", "Temporary, must be changed"]);
    let edit = browser.get(&format!("{person}/edit")).await;
    let changed = browser.submit_and_follow(&edit, &[("displayName", "Benjamin Okafor")]).await;
    changed.assert_shows(&["Benjamin Okafor", "The changes are saved"]);

    let question = browser.get(&format!("{person}/delete")).await;
    let delete = format!("{person}/delete");
    let deleted = browser.submit_to(&question, &delete, &[]).await;
    browser.follow(&deleted).await.assert_shows(&["can be restored for 30 days"]);
    let again = browser.submit(&form, &typed).await;
    assert_eq!(again.status, StatusCode::OK, "a deleted person's name is free");
    let restore = browser.get(&format!("{person}/restore")).await;
    browser.submit(&restore, &[("username", "ben")]).await.assert_refused(422, "has the name ben@");
    let restored = browser.submit_and_follow(&restore, &[("username", "benjamin")]).await;
    restored.assert_shows(&["benjamin@", "The account is restored"]);

    t.advance(SignedDuration::from_hours(24));
    let mut browser = t.signed_in(tenant, ana).await;
    let question = browser.get(&format!("{person}/delete")).await;
    browser.submit_to(&question, &delete, &[]).await;
    t.advance(SignedDuration::from_hours(24 * 29 + 12));
    t.run_jobs().await;
    let mut browser = t.signed_in(tenant, ana).await;
    browser.get(&person).await.assert_shows(&["This person is deleted"]);
    t.advance(SignedDuration::from_hours(24));
    t.run_jobs().await;
    let mut browser = t.signed_in(tenant, ana).await;
    assert_eq!(browser.get(&person).await.status, StatusCode::NOT_FOUND);
    browser.get("/activity").await.assert_shows(&["removed a person for good"]);
    for line in browser.get("/activity/export.jsonl").await.body.lines() {
        assert!(!line.contains(&password), "the log holds a password");
    }
}

async fn the_last_global_administrator_stays(t: &mut TestApp) {
    let Company { tenant, domain, ana } = t.company("contoso").await;
    let system = Actor::system(tenant);
    assert_eq!(code(disable(&t.app, &system, ana).await), Code::LastGlobalAdministrator);
    let role = Role::GlobalAdministrator;
    assert_eq!(code(take_role(&t.app, &system, ana, role).await), Code::LastGlobalAdministrator);
    let ben = t.person(tenant, &domain, "ben", &[role]).await;
    disable(&t.app, &system, ben).await.unwrap();
    assert_eq!(code(disable(&t.app, &system, ana).await), Code::LastGlobalAdministrator, "Ben can't sign in");
    let own = t.actor(tenant, ana).await;
    assert_eq!(code(disable(&t.app, &own, ana).await), Code::OwnAccount);
}

async fn two_who_remove_each_other_leave_one(t: &mut TestApp) {
    let Company { tenant, domain, ana } = t.company("contoso").await;
    let role = Role::GlobalAdministrator;
    for round in 0..5 {
        let ben = t.person(tenant, &domain, &format!("ben{round}"), &[role]).await;
        let (by_ana, by_ben) = (t.actor(tenant, ana).await, t.actor(tenant, ben).await);
        let (one, other) = (t.app.clone(), t.app.clone());
        let start = Arc::new(tokio::sync::Barrier::new(2));
        let wait = Arc::clone(&start);
        let first = tokio::spawn(async move {
            wait.wait().await;
            take_role(&one, &by_ana, ben, role).await
        });
        let second = tokio::spawn(async move {
            start.wait().await;
            disable(&other, &by_ben, ana).await
        });
        let results = [first.await.unwrap(), second.await.unwrap()];
        let refused = results.iter().filter(|result| result.is_err()).count();
        assert_eq!(refused, 1, "exactly one is refused: {results:?}");
        // Start the next round with Ana alone.
        if results[1].is_ok() {
            let (app, moment, system) = (t.app.clone(), t.app.moment(), Actor::system(tenant));
            let enabled: Result<(), Error> = transaction!(app.db, |scope| {
                let mut scope = scope.tenant(system.grant()).await?;
                directory::enable(&mut scope, &system, ana, &moment).await
            });
            enabled.unwrap();
            take_role(&t.app, &system, ben, role).await.unwrap();
        }
    }
}

/// As many roles as before, but not those that the request was admitted with.
async fn a_role_exchanged_after_admission_counts_no_more(t: &mut TestApp) {
    let Company { tenant, domain, ana } = t.company("contoso").await;
    let ben = t.person(tenant, &domain, "ben", &[Role::GlobalAdministrator]).await;
    let browser = t.signed_in(tenant, ben).await;
    let (app, now) = (t.app.clone(), t.app.moment());
    let cookie = browser.cookie("session").unwrap();
    let admitted = session::admit(&app, cookie, Origin::local(), &now).await.unwrap().unwrap().actor;
    let (ana, other) = (t.actor(tenant, ana).await, t.person(tenant, &domain, "other", &[]).await);
    let exchanged: Result<(), Error> = transaction!(app.db, |scope| {
        let mut scope = scope.tenant(ana.grant()).await?;
        roles::assign(&mut scope, &ana, ben.0, Role::SecurityReader.template_id(), &now).await?;
        roles::remove(&mut scope, &ana, ben.0, Role::GlobalAdministrator.template_id(), &now).await.map(drop)
    });
    exchanged.unwrap();
    assert!(matches!(disable(&app, &admitted, other).await, Err(Error::Db(DbError::RightLost))));
    let again = session::admit(&app, cookie, Origin::local(), &now).await.unwrap().unwrap().actor;
    assert_eq!(code(disable(&app, &again, other).await), Code::NotAllowed);
}

async fn nobody_acts_beyond_their_own_rights(t: &mut TestApp) {
    let Company { tenant, domain, ana } = t.company("contoso").await;
    let helpdesk = t.person(tenant, &domain, "helpdesk", &[Role::HelpdeskAdministrator]).await;
    let manager = t.person(tenant, &domain, "manager", &[Role::UserAdministrator]).await;
    let reader = t.person(tenant, &domain, "reader", &[Role::SecurityReader]).await;
    let nobody = t.person(tenant, &domain, "nobody", &[]).await;
    let other = t.person(tenant, &domain, "other", &[]).await;
    let mut browser = t.signed_in(tenant, manager).await;
    for (user, status) in [
        (ana, StatusCode::FORBIDDEN),
        (helpdesk, StatusCode::FORBIDDEN),
        (reader, StatusCode::FORBIDDEN),
        (other, StatusCode::SEE_OTHER),
    ] {
        let answer = browser.post(&format!("/people/{user}/disable"), &[]).await;
        assert_eq!(answer.status, status, "a user administrator disables {user}");
    }
    let role = Role::HelpdeskAdministrator.template_id().to_string();
    let answer = browser.post(&format!("/people/{nobody}/roles"), &[("roles", &role)]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "a user administrator grants no roles");
    browser.get(&format!("/people/{ana}")).await.assert_shows(&["Why can't I change everything here?"]);
    browser.get("/activity").await.assert_refused(403, "You can't read the activity log");

    let mut browser = t.signed_in(tenant, helpdesk).await;
    for (user, status) in [(reader, StatusCode::FORBIDDEN), (nobody, StatusCode::OK)] {
        let answer = browser.post(&format!("/people/{user}/reset-password"), &[]).await;
        assert_eq!(answer.status, status, "a helpdesk administrator resets {user}");
    }
    let mut browser = t.signed_in(tenant, nobody).await;
    for path in ["/people", "/people/new", "/activity", "/access-requests", "/activity/export.csv"] {
        assert_eq!(browser.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(browser.get("/overview").await.location(), "/account", "where sign-in leads");
    let offered = browser.get("/account").await.attributes("nav.wide a", "href");
    assert_eq!(offered, ["/account", "/my-applications", "/my-groups"], "nothing that only refuses");
}

async fn disabling_ends_sessions_at_once(t: &mut TestApp) {
    let Company { tenant, domain, ana } = t.company("contoso").await;
    let ben = t.person(tenant, &domain, "ben", &[Role::GlobalReader]).await;
    for change in ["disable", "reset-password", "delete", "sessions"] {
        let (mut by_ana, mut by_ben) = (t.signed_in(tenant, ana).await, t.signed_in(tenant, ben).await);
        assert_eq!(by_ben.get("/people").await.status, StatusCode::OK);
        let answer = by_ana.post(&format!("/people/{ben}/{change}"), &[]).await;
        assert!(answer.status.is_success() || answer.status.is_redirection(), "{change}");
        assert!(by_ben.get("/people").await.status.is_redirection(), "{change} leaves a session");
        let domain = domain.clone();
        by_ana.post(&format!("/people/{ben}/enable"), &[]).await;
        by_ana.post(&format!("/people/{ben}/restore"), &[("username", "ben"), ("domain", &domain)]).await;
    }
}

async fn the_list_searches_sorts_and_pages(t: &mut TestApp) {
    let Company { tenant, domain, ana } = t.company("contoso").await;
    for number in 10..70 {
        // Ids of one millisecond have no order among themselves.
        t.advance(SignedDuration::from_millis(1));
        t.person(tenant, &domain, &format!("p{number}"), &[]).await;
    }
    let mut browser = t.signed_in(tenant, ana).await;
    for (sort, last) in [("", "P69"), ("-name", "ANA.TORRES"), ("created", "P69"), ("-created", "ANA.TORRES")]
    {
        let mut page = browser.get(&format!("/people?sort={sort}")).await;
        let mut seen = Vec::new();
        loop {
            seen.extend(page.attributes("td a", "href"));
            let Some(next) = page.attributes("[rel=next]", "href").pop() else { break };
            page = browser.get(&next).await;
        }
        assert_eq!(seen.len(), 61, "{sort}");
        assert!(page.text().contains(last), "{sort} ends with {last}");
        let back = page.attributes("[rel=prev]", "href").pop().unwrap();
        let before = browser.get(&back).await.attributes("td a", "href");
        assert_eq!(before, seen[25..50], "back from the last page of {sort}");
    }
    let next = browser.get("/people").await.attributes("[rel=next]", "href").pop().unwrap();
    for tampered in [next.replace("page=", "page=A"), next.replace("/people?", "/people?sort=-name&")] {
        assert_eq!(browser.get(&tampered).await.status, StatusCode::BAD_REQUEST, "{tampered}");
    }
    let found = browser.get("/people?search=ANA+tor").await.attributes("td a", "href");
    assert_eq!(found.len(), 0, "words begin at a space, not at a dot");
    assert_eq!(browser.get("/people?search=ana.t").await.attributes("td a", "href").len(), 1);
    assert_eq!(browser.get("/people?search=p1").await.attributes("td a", "href").len(), 10);
    for strange in ["%25", "_", "%27%3B--", "%00", "%F0%9F%8E%89", &"x".repeat(4000)] {
        let page = browser.get(&format!("/people?search={strange}")).await;
        assert_eq!(page.attributes("td a", "href").len(), if strange == "%00" { 25 } else { 0 }, "{strange}");
    }
}

pub async fn ask(t: &TestApp, tenant: TenantId, email: &str) -> Result<model::ids::AccessRequestId, Error> {
    let (app, moment) = (t.app.clone(), t.app.moment());
    let new = NewRequest {
        email: email.to_owned(),
        canonical: email.to_lowercase(),
        name: "Ida Meyer".to_owned(),
        message: "I'm new in sales.\r\nBcc: everybody".to_owned(),
        language: "en".to_owned(),
        origin: Origin::local(),
    };
    let actor = Actor::outsider(tenant, email, Origin::local());
    transaction!(app.db, |scope| {
        let mut scope = scope.tenant(actor.grant()).await?;
        access_requests::request(&app, &mut scope, &new, &moment).await
    })
}

async fn a_request_for_access_is_approved_and_the_link_works_once(t: &mut TestApp) {
    let Company { tenant, ana, .. } = t.company("contoso").await;
    let id = ask(t, tenant, "Ida.Meyer@contoso.test").await.unwrap();
    assert_eq!(ask(t, tenant, "ida.meyer@contoso.test").await.unwrap(), id, "one open request a mailbox");
    let mail = t.mail_to("ana.torres@mail.test").await;
    assert_eq!(mail.link(), "/access-requests");
    let mut browser = t.signed_in(tenant, ana).await;
    browser
        .get("/overview")
        .await
        .assert_shows(&["One person asks for access", "Name a second Global administrator"]);
    browser.get("/access-requests").await.assert_shows(&["Ida Meyer", "Ida.Meyer@contoso.test"]);
    let page = browser.get(&format!("/access-requests/{id}")).await;
    let approve = format!("/access-requests/{id}/approve");
    let done = browser.submit_to(&page, &approve, &[]).await;
    assert_eq!(done.location(), "/access-requests?done=approved");
    assert_eq!(
        browser.submit_to(&page, &approve, &[("username", "other")]).await.status,
        StatusCode::CONFLICT
    );

    let link = t.mail_to("Ida.Meyer@contoso.test").await.link();
    let mut ida = t.browser();
    for _ in 0..2 {
        let form = ida.get(&link).await;
        form.assert_shows(&["ida.meyer@contoso.onwork.localhost"]);
        ida.submit(&form, &[("password", "short")]).await.assert_refused(422, "shorter than");
    }
    let form = ida.get(&link).await;
    let mut changed = link.clone();
    changed.replace_range(30..31, if &link[30..31] == "A" { "B" } else { "A" });
    assert_eq!(ida.get(&changed).await.status, StatusCode::NOT_FOUND);
    let done = ida.submit(&form, &[("password", "seven quiet lanterns hum")]).await;
    done.assert_shows(&["Your account is ready"]);
    // It counts once, and whoever has it is told so; any other link answers as before.
    for page in
        [ida.submit(&form, &[("password", "another quiet lantern hums")]).await, t.browser().get(&link).await]
    {
        page.assert_refused(410, "This invitation has been used");
        page.assert_refused(410, "Sign in with your user name.");
        assert_eq!(page.attributes("main a.btn", "href"), ["/sign-in", "/reset"]);
        assert!(!page.body.contains("ida.meyer"), "{}", page.body);
    }
    for (at, letter) in [(30, "A"), (88, "A")] {
        let mut changed = link.clone();
        let other = if &link[at..=at] == letter { "B" } else { letter };
        changed.replace_range(at..=at, other);
        assert_eq!(ida.get(&changed).await.status, StatusCode::NOT_FOUND, "{at}");
    }
    t.assert_nothing_left().await;
}

async fn an_invitation_is_sent_again_and_revoked(t: &mut TestApp) {
    let Company { tenant, domain, ana } = t.company("contoso").await;
    let id = ask(t, tenant, "ida@contoso.test").await.unwrap();
    let mut browser = t.signed_in(tenant, ana).await;
    let (path, send) = (format!("/access-requests/{id}"), format!("/access-requests/{id}/invitation"));
    let revoke = format!("{send}/revoke");
    assert_eq!(browser.post(&send, &[]).await.status, StatusCode::NOT_FOUND, "nobody was let in yet");
    let page = browser.get(&path).await;
    browser.submit_to(&page, &format!("{path}/approve"), &[]).await;
    let first = t.mail_to("ida@contoso.test").await.link();

    let page = browser.get(&path).await;
    page.assert_shows(&["Invitation", "ida@contoso.onwork.localhost", "Good until"]);
    let sent = browser.submit_to(&page, &send, &[]).await;
    browser.follow(&sent).await.assert_shows(&["A new invitation is on its way"]);
    let second = t.mail_to("ida@contoso.test").await.link();
    let mut ida = t.browser();
    assert_eq!(ida.get(&first).await.status, StatusCode::NOT_FOUND, "a newer link takes its place");
    let open = ida.get(&second).await;

    let page = browser.get(&path).await;
    let revoked = browser.submit_to(&page, &revoke, &[]).await;
    browser.follow(&revoked).await.assert_shows(&["The invitation is revoked", "Revoked"]);
    let late = ida.submit(&open, &[("password", "seven quiet lanterns hum")]).await;
    assert_eq!(late.status, StatusCode::NOT_FOUND);
    browser.post(&revoke, &[]).await.assert_refused(409, "No link is waiting");

    let user_admin = t.person(tenant, &domain, "uma", &[Role::UserAdministrator]).await;
    let helpdesk = t.person(tenant, &domain, "hal", &[Role::HelpdeskAdministrator]).await;
    assert_eq!(t.signed_in(tenant, helpdesk).await.post(&send, &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(t.signed_in(tenant, helpdesk).await.post(&revoke, &[]).await.status, StatusCode::FORBIDDEN);
    let other = t.company("fabrikam").await;
    let mut stranger = t.signed_in(other.tenant, other.ana).await;
    assert_eq!(stranger.post(&send, &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(stranger.post(&revoke, &[]).await.status, StatusCode::NOT_FOUND);

    let mut uma = t.signed_in(tenant, user_admin).await;
    for _ in 0..3 {
        assert_eq!(uma.post(&send, &[]).await.status, StatusCode::SEE_OTHER);
    }
    uma.post(&send, &[]).await.assert_refused(429, "invited too often");
    let links: Vec<_> = t.mails_to("ida@contoso.test").await.iter().map(|mail| mail.link()).collect();
    assert_eq!(links.len(), 3);
    t.advance(SignedDuration::from_hours(24 * 7 + 1));
    assert_eq!(ida.get(&links[2]).await.status, StatusCode::NOT_FOUND, "seven days are over");
    let mut browser = t.signed_in(tenant, ana).await;
    browser.get(&path).await.assert_shows(&["Expired"]);
    browser.post(&send, &[]).await;
    let form = ida.get(&t.mail_to("ida@contoso.test").await.link()).await;
    ida.submit(&form, &[("password", "seven quiet lanterns hum")]).await.assert_shows(&["is ready"]);
    browser.get(&path).await.assert_shows(&["Accepted"]);
    browser.post(&send, &[]).await.assert_refused(409, "has a password already");
    browser.post(&revoke, &[]).await.assert_refused(409, "has a password already");
    let log = browser.get("/activity").await;
    log.assert_shows(&["sent an invitation", "revoked an invitation"]);
}

async fn a_new_contact_address_ends_what_went_to_the_old_one(t: &mut TestApp) {
    let Company { tenant, ana, .. } = t.company("contoso").await;
    let id = ask(t, tenant, "ida@contoso.test").await.unwrap();
    let mut browser = t.signed_in(tenant, ana).await;
    let path = format!("/access-requests/{id}");
    let page = browser.get(&path).await;
    browser.submit_to(&page, &format!("{path}/approve"), &[]).await;
    let link = t.mail_to("ida@contoso.test").await.link();
    let mut ida = t.browser();
    assert_eq!(ida.get(&link).await.status, StatusCode::OK);
    let client = t.client(tenant, ana).await;
    let changed =
        client.patch("/v1.0/users/ida@contoso.onwork.localhost", json!({ "mail": "ida@new.test" })).await;
    assert_eq!(changed.status, StatusCode::NO_CONTENT, "{}", changed.body);
    assert_eq!(
        ida.get(&link).await.status,
        StatusCode::NOT_FOUND,
        "whoever has the old mailbox isn't let in"
    );
    let page = browser.get(&path).await;
    browser.submit_to(&page, &format!("{path}/invitation"), &[]).await;
    let link = t.mail_to("ida@new.test").await.link();
    assert_eq!(ida.get(&link).await.status, StatusCode::OK);
}

#[expect(clippy::too_many_lines, reason = "a walk reads best in one piece")]
async fn an_invitation_is_no_way_round_a_password_reset(t: &mut TestApp) {
    use Permission::{
        DecideAccessRequests, ManageAdministrators, ManageUsers, ReadDirectory, ResetPasswords,
    };
    let Company { tenant, domain, ana } = t.company("contoso").await;
    let id = ask(t, tenant, "ida@contoso.test").await.unwrap();
    let (path, send) = (format!("/access-requests/{id}"), format!("/access-requests/{id}/invitation"));
    let revoke = format!("{send}/revoke");
    let mut browser = t.signed_in(tenant, ana).await;
    let page = browser.get(&path).await;
    browser.submit_to(&page, &format!("{path}/approve"), &[]).await;
    t.mail_to("ida@contoso.test").await;
    let client = t.client(tenant, ana).await;
    let ida = client.get(&format!("/v1.0/users/ida@{domain}?$select=id")).await.body["id"].clone();
    let ida = ida.as_str().unwrap();
    let made = async |role: &str, permissions: &[Permission]| {
        let actions: Vec<_> = permissions.iter().map(|permission| permission.resource_action()).collect();
        let role = json!({ "displayName": role, "isEnabled": true,
            "rolePermissions": [{ "allowedResourceActions": actions }] });
        let made = client.post("/v1.0/roleManagement/directory/roleDefinitions", role).await;
        made.body["id"].as_str().unwrap().to_owned()
    };
    let given = async |holder: &str, role: &str| {
        let body = json!({ "principalId": holder, "roleDefinitionId": role, "directoryScopeId": "/" });
        let given = client.post("/v1.0/roleManagement/directory/roleAssignments", body).await;
        assert_eq!(given.status.as_u16(), 201, "{}", given.body);
    };
    let mut helpers = Vec::new();
    for (name, permissions) in [
        ("decider", &[ReadDirectory, DecideAccessRequests][..]),
        ("resetter", &[ReadDirectory, DecideAccessRequests, ManageUsers, ResetPasswords][..]),
        (
            "keeper",
            &[ReadDirectory, DecideAccessRequests, ManageUsers, ResetPasswords, ManageAdministrators][..],
        ),
    ] {
        let helper = t.person(tenant, &domain, name, &[Role::SecurityReader]).await;
        given(&helper.to_string(), &made(name, permissions).await).await;
        helpers.push(t.signed_in(tenant, helper).await);
    }
    // Without the right to reset passwords nobody renews a link, not even of somebody without a role.
    for action in [&send, &revoke] {
        helpers[0].post(action, &[]).await.assert_refused(403, "set new passwords");
    }
    let page = helpers[0].get(&path).await;
    assert!(!page.body.contains(&send), "no button that is refused");
    assert_eq!(helpers[1].post(&send, &[]).await.status, StatusCode::SEE_OTHER);
    t.mail_to("ida@contoso.test").await;

    // Of an administrator, whoever covers all that they may does it alone, and by the address of today.
    given(ida, &Role::GlobalAdministrator.template_id().to_string()).await;
    browser.post(&revoke, &[]).await;
    let to_her = format!("/people/{ida}/invitation");
    for helper in &mut helpers {
        for action in [&send, &revoke, &to_her, &format!("{to_her}/revoke")] {
            assert_eq!(helper.post(action, &[]).await.status, StatusCode::FORBIDDEN, "{action}");
        }
    }
    client.patch(&format!("/v1.0/users/{ida}"), json!({ "mail": "ida@fabrikam.test" })).await;
    t.mails_to("ida@contoso.test").await;
    assert_eq!(browser.post(&send, &[]).await.status, StatusCode::SEE_OTHER);
    t.mail_to("ida@fabrikam.test").await;
    client.patch(&format!("/v1.0/users/{ida}"), json!({ "mail": null })).await;
    t.mails_to("ida@fabrikam.test").await;
    browser.post(&send, &[]).await.assert_refused(422, "needs an e-mail address");
    assert!(t.mails_to("ida@fabrikam.test").await.is_empty());
}

async fn a_user_name_is_checked_while_it_is_typed(t: &mut TestApp) {
    let Company { tenant, domain, ana } = t.company("contoso").await;
    let ben = t.person(tenant, &domain, "ben", &[]).await;
    let mut browser = t.signed_in(tenant, ana).await;
    let typed = |name: &'static str| [("username", name), ("domain", domain.as_str())];
    let check = async |browser: &mut crate::support::browser::Browser, path: &str, name| {
        browser.post(path, &typed(name)).await.text()
    };
    let new = "/people/new/check";
    assert!(check(&mut browser, new, "carla").await.contains("carla@contoso.onwork.localhost is free"));
    assert!(check(&mut browser, new, "ben").await.contains("has the name ben@"));
    assert!(check(&mut browser, new, "ben okafor").await.contains("letters a to z"));
    let own = format!("/people/{ben}/check");
    assert!(check(&mut browser, &own, "ben").await.contains("is free"), "the name that he has");
    assert!(check(&mut browser, &own, "ana.torres").await.contains("has the name"));
    let elsewhere = [("username", "carla"), ("domain", "fabrikam.onwork.localhost")];
    assert!(!browser.post(new, &elsewhere).await.text().contains("is free"), "a domain of somebody else");
    assert_eq!(t.signed_in(tenant, ben).await.post(new, &typed("carla")).await.status, StatusCode::FORBIDDEN);
    let page = browser.get("/people/new").await;
    assert_eq!(page.attributes("#username", "hx-post"), [new]);
}

async fn a_request_for_access_is_refused_or_expires(t: &mut TestApp) {
    let Company { tenant, ana, .. } = t.company("contoso").await;
    let id = ask(t, tenant, "ida@contoso.test").await.unwrap();
    let mut browser = t.signed_in(tenant, ana).await;
    let page = browser.get(&format!("/access-requests/{id}")).await;
    let refuse = format!("/access-requests/{id}/refuse");
    browser.submit_to(&page, &refuse, &[("reason", "We don't know you.")]).await;
    let mail = t.mail_to("ida@contoso.test").await;
    assert!(mail.text.contains("We don't know you."), "{mail:?}");
    ask(t, tenant, "ida@contoso.test").await.unwrap();
    t.advance(SignedDuration::from_hours(24 * 30 + 1));
    t.run_jobs().await;
    assert!(t.mail_to("ida@contoso.test").await.subject.contains("has expired"));
    for number in 0..20 {
        ask(t, tenant, &format!("ida{number}@contoso.test")).await.unwrap();
    }
    assert_eq!(code(ask(t, tenant, "ida99@contoso.test").await), Code::AccessRequestsTooMany);
}

async fn the_log_is_filtered_and_exported(t: &mut TestApp) {
    let Company { tenant, domain, ana } = t.company("contoso").await;
    let ben = t.person(tenant, &domain, "ben", &[]).await;
    let mut browser = t.signed_in(tenant, ana).await;
    let edit = browser.get(&format!("/people/{ben}/edit")).await;
    browser.submit(&edit, &[("displayName", "=HYPERLINK(\"x\")")]).await;
    t.advance(SignedDuration::from_hours(48));
    let mut browser = t.signed_in(tenant, ana).await;
    browser.post(&format!("/people/{ben}/disable"), &[]).await;
    let count = async |browser: &mut crate::support::browser::Browser, query: &str| {
        browser.get(&format!("/activity?{query}")).await.attributes("td:first-child a", "href").len()
    };
    assert_eq!(count(&mut browser, "activity=user-disabled").await, 1);
    assert_eq!(count(&mut browser, "since=2026-03-04&until=2026-03-04").await, 1);
    assert_eq!(count(&mut browser, "until=2026-03-03&activity=user-disabled").await, 0);
    assert_eq!(count(&mut browser, &format!("person={ben}")).await, 3);
    assert_eq!(count(&mut browser, "name=BEN%40").await, 3);
    assert_eq!(count(&mut browser, "name=%25%25nobody").await, 0);
    let page = browser.get("/activity?activity=user-updated").await;
    let parts = page.attributes("#activity optgroup", "label");
    assert!(parts.is_sorted(), "{parts:?}");
    for part in ["Billing account", "Custom domain names", "People", "The organisation"] {
        assert!(parts.iter().any(|known| known == part), "{parts:?}");
    }
    let offered = page.attributes("#activity optgroup option", "value");
    assert_eq!(offered.iter().collect::<BTreeSet<_>>().len(), Activity::ALL.len(), "each stands somewhere");
    assert_eq!(offered.len(), Activity::ALL.len(), "and once");
    assert_eq!(page.attributes("#activity option[selected]", "value"), ["user-updated"]);
    let event = page.attributes("td a", "href").remove(0);
    browser.get(&event).await.assert_shows(&["displayName", "BEN", "=HYPERLINK"]);
    let csv = browser.get("/activity/export.csv?activity=user-updated").await;
    assert!(csv.header("content-disposition").contains("activity.csv"));
    assert_eq!(csv.body.lines().count(), 2, "{}", csv.body);
    let json = browser.get("/activity/export.jsonl").await;
    for line in json.body.lines() {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(event["activity"].is_string() && event["at"].is_string());
    }
}
