//! Groups as people see them in the portal, without JavaScript.

use model::roles::Role;

use crate::support::TestApp;
use crate::support::browser::Browser;

both_engines!(
    a_group_is_created_filled_changed_deleted_and_restored,
    a_rule_is_tried_before_it_is_kept,
    people_of_a_rule_are_shown_by_their_names,
    the_list_searches_filters_and_pages,
    owners_and_readers_see_what_they_may_do,
    owners_without_a_role_find_their_groups,
    another_tenants_groups_are_unknown,
    a_save_over_what_changed_meanwhile_is_refused,
);

async fn created(browser: &mut Browser, fills: &[(&str, &str)]) -> String {
    let form = browser.get("/groups/new").await;
    let answer = browser.submit_to(&form, "/groups/new", fills).await;
    assert_eq!(answer.status.as_u16(), 303, "{}", answer.text());
    let location = answer.location().to_owned();
    location.split('?').next().unwrap().to_owned()
}

async fn a_group_is_created_filled_changed_deleted_and_restored(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let ben = t.person(company.tenant, &company.domain, "ben", &[]).await.to_string();
    let mut browser = t.signed_in(company.tenant, company.ana).await;
    browser.get("/groups").await.assert_shows(&["No groups yet", "Create a group"]);
    let form = browser.get("/groups/new").await;
    let refused = browser.submit_to(&form, "/groups/new", &[("displayName", " ")]).await;
    assert_eq!(refused.status.as_u16(), 422);

    let sales =
        created(&mut browser, &[("displayName", "Sales & Πωλήσεις"), ("description", "Those who sell")])
            .await;
    let page = browser.get(&format!("{sales}?done=created")).await;
    page.assert_shows(&["Sales & Πωλήσεις", "Those who sell", "Nobody is in this group", "Security group"]);
    let inner = created(&mut browser, &[("displayName", "Inner")]).await;

    let add = browser.get(&format!("{sales}/add?relation=member&search=ben")).await;
    add.assert_shows(&["BEN"]);
    let added = browser.post(&format!("{sales}/add"), &[("relation", "member"), ("id", &ben)]).await;
    browser.follow(&added).await.assert_shows(&["One member", "BEN"]);
    browser.get(&format!("{sales}/add?relation=member&search=ben")).await.assert_shows(&["Nobody to add"]);
    let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    let added = browser.post(&format!("{sales}/add"), &[("relation", "member"), ("id", &id(&inner))]).await;
    browser.follow(&added).await.assert_shows(&["2 members", "Inner"]);
    let circle = browser.post(&format!("{inner}/add"), &[("relation", "member"), ("id", &id(&sales))]).await;
    circle.assert_refused(422, "A group can't be in itself: Inner → Sales & Πωλήσεις → Inner");
    browser.get(&inner).await.assert_shows(&["Is in", "Sales & Πωλήσεις"]);

    let added = browser.post(&format!("{sales}/add"), &[("relation", "owner"), ("id", &ben)]).await;
    browser.follow(&added).await;
    let last = browser.post(&format!("{sales}/remove"), &[("relation", "owner"), ("id", &ben)]).await;
    assert_eq!(last.status.as_u16(), 422);
    let removed = browser.post(&format!("{sales}/remove"), &[("relation", "member"), ("id", &ben)]).await;
    browser.follow(&removed).await.assert_shows(&["One member", "removed a member from a group"]);

    let edit = browser.get(&format!("{sales}/edit")).await;
    let saved = browser.submit_to(&edit, &format!("{sales}/edit"), &[("displayName", "Sellers")]).await;
    browser.follow(&saved).await.assert_shows(&["Sellers", "Those who sell", "The changes are saved"]);
    let confirm = browser.get(&format!("{sales}/delete")).await;
    confirm.assert_shows(&["Delete Sellers?", "Its one member loses"]);
    let deleted = browser.submit_to(&confirm, &format!("{sales}/delete"), &[]).await;
    browser.follow(&deleted).await.assert_shows(&["The group is deleted"]);
    browser.get("/groups?filter=deleted").await.assert_shows(&[
        "Sellers",
        "Until it is removed",
        "30 days left",
    ]);
    let gone = browser.get(&sales).await;
    let restored = browser.submit_to(&gone, &format!("{sales}/restore"), &[]).await;
    browser.follow(&restored).await.assert_shows(&["Sellers", "The group is restored", "One member"]);
}

async fn a_rule_is_tried_before_it_is_kept(t: &mut TestApp) {
    let company = t.company("contoso").await;
    t.person(company.tenant, &company.domain, "ben", &[]).await;
    let mut browser = t.signed_in(company.tenant, company.ana).await;
    let typed = |rule: &'static str| {
        [("displayName", "B"), ("kind", "security"), ("membership", "rule"), ("membershipRule", rule)]
    };
    let mut tried = typed("user.displayName -startsWith \"b\"").to_vec();
    tried.push(("try", "yes"));
    let page = browser.post("/groups/new", &tried).await;
    page.assert_shows(&["One person matches", "BEN", "All 2 people were looked at"]);
    browser.get("/groups").await.assert_shows(&["No groups yet"]);
    let refused = browser.post("/groups/new", &typed("user.displayName -startsWit \"b\"")).await;
    refused.assert_refused(422, "The rule can't be understood at character 18");
    let early = browser.post("/groups/new", &typed("user.displayName -startsWith")).await;
    early.assert_refused(422, "it ends there, where a value in quotation marks is still expected");
    let made = browser.post("/groups/new", &typed("user.displayName -startsWith \"b\"")).await;
    let group = made.location().split('?').next().unwrap().to_owned();
    browser.get(&group).await.assert_shows(&["The rule is being asked of everybody now"]);
    t.run_jobs().await;
    browser.get(&group).await.assert_shows(&["Person · ben@contoso.onwork.localhost"]);
    assert!(!browser.get(&group).await.text().contains("being asked"));
    browser.get(&group).await.assert_shows(&["By rule", "user.displayName -startsWith", "One member", "BEN"]);
    let edit = browser.get(&format!("{group}/edit")).await;
    let saved = browser.submit_to(&edit, &format!("{group}/edit"), &[("paused", "yes")]).await;
    browser.follow(&saved).await.assert_shows(&["Paused"]);
}

async fn people_of_a_rule_are_shown_by_their_names(t: &mut TestApp) {
    let company = t.company("contoso").await;
    for name in ["zoe", "bob", "wim", "amy", "cem"] {
        t.person(company.tenant, &company.domain, name, &[]).await;
    }
    let mut browser = t.signed_in(company.tenant, company.ana).await;
    let rule = ("membershipRule", "user.userPrincipalName -ne \"ana@contoso.onwork.localhost\"");
    let typed = [("displayName", "All"), ("kind", "security"), ("membership", "rule"), rule];
    let tried = browser.post("/groups/new", &[typed.as_slice(), &[("try", "yes")]].concat()).await;
    let made = browser.post("/groups/new", &typed).await;
    t.run_jobs().await;
    let group = browser.get(made.location().split('?').next().unwrap()).await;
    for (page, shown) in [(&tried, "#preview"), (&group, "main")] {
        let text = page.text_of(shown).unwrap();
        let places = ["AMY", "BOB", "CEM", "WIM", "ZOE"].map(|name| text.find(name).expect(name));
        assert!(places.is_sorted(), "{text}");
    }
    let unknown = [
        ("displayName", "B"),
        ("kind", "security"),
        ("membership", "rule"),
        ("membershipRule", "user.x -eq null"),
    ];
    browser
        .post("/groups/new", &unknown)
        .await
        .assert_refused(422, "There are user.accountEnabled, user.city");
}

async fn the_list_searches_filters_and_pages(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let mut browser = t.signed_in(company.tenant, company.ana).await;
    for number in 0..30 {
        let name = format!("Team {number:02}");
        let kind = if number == 7 { "together" } else { "security" };
        created(&mut browser, &[("displayName", &name), ("kind", kind)]).await;
    }
    let first = browser.get("/groups").await;
    first.assert_shows(&["Team 00", "Team 24", "25 groups on this page"]);
    assert!(!first.text().contains("Team 25"));
    let next = first.attributes("a[rel=next]", "href").remove(0);
    let second = browser.get(&next).await;
    second.assert_shows(&["Team 25", "Team 29", "5 groups on this page"]);
    let back = second.attributes("a[rel=prev]", "href").remove(0);
    browser.get(&back).await.assert_shows(&["Team 00", "Team 24"]);
    let found = browser.get("/groups?search=team+07").await;
    found.assert_shows(&["Team 07", "Microsoft 365 group", "One group on this page"]);
    let together = browser.get("/groups?filter=together").await;
    together.assert_shows(&["Team 07", "One group on this page"]);
    assert_eq!(
        together.attributes("form[role=search] [name=filter]", "value"),
        ["together"],
        "a search keeps it"
    );
    browser.get("/groups?filter=rule").await.assert_shows(&["No group matches"]);
    browser.get("/groups?sort=-name").await.assert_shows(&["Team 29"]);
    assert_eq!(browser.get(&next.replace("page=", "page=x")).await.status.as_u16(), 400);
}

async fn owners_and_readers_see_what_they_may_do(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let rea = t.person(company.tenant, &company.domain, "rea", &[Role::DirectoryReaders]).await;
    let ben = t.person(company.tenant, &company.domain, "ben", &[]).await;
    let mut browser = t.signed_in(company.tenant, company.ana).await;
    let group = created(&mut browser, &[("displayName", "Sales")]).await;
    let roles = created(&mut browser, &[("displayName", "Admins"), ("isAssignableToRole", "yes")]).await;
    let eva = t.person(company.tenant, &company.domain, "eva", &[Role::GroupsAdministrator]).await;
    let mut eva = t.signed_in(company.tenant, eva).await;
    for page in ["/edit", "/delete", "/add?relation=member", "/selected?action=remove"] {
        eva.get(&format!("{roles}{page}"))
            .await
            .assert_refused(403, "You can't make roles, grant them and take them away");
    }
    browser.get(&roles).await.assert_shows(&["Roles can be granted to it"]);
    browser.post(&format!("{group}/add"), &[("relation", "owner"), ("id", &ben.to_string())]).await;

    let mut reader = t.signed_in(company.tenant, rea).await;
    reader.get(&group).await.assert_shows(&[
        "Sales",
        "Why can't I change this group?",
        "Groups administrator",
    ]);
    for path in ["/groups/new", &format!("{group}/edit"), &format!("{group}/add"), &format!("{group}/delete")]
    {
        assert_eq!(reader.get(path).await.status.as_u16(), 403, "{path}");
    }
    for (path, values) in [
        ("/groups/new".to_owned(), vec![("displayName", "x"), ("kind", "security")]),
        (format!("{group}/edit"), vec![("displayName", "x")]),
        (format!("{group}/add"), vec![("id", "00000000-0000-0000-0000-00000000000a")]),
        (format!("{group}/remove"), vec![("id", "00000000-0000-0000-0000-00000000000a")]),
        (format!("{group}/delete"), vec![]),
        (format!("{group}/restore"), vec![]),
    ] {
        let status = reader.post(&path, &values).await.status.as_u16();
        assert!(matches!(status, 403 | 404), "{path}: {status}");
    }
    let mut owner = t.signed_in(company.tenant, ben).await;
    assert_eq!(owner.get("/groups").await.status.as_u16(), 403);
    owner.get(&group).await.assert_shows(&["Sales", "Edit"]);
    assert_eq!(owner.get(&roles).await.status.as_u16(), 403);
    let edit = owner.get(&format!("{group}/edit")).await;
    let saved = owner.submit_to(&edit, &format!("{group}/edit"), &[("description", "Ours")]).await;
    owner.follow(&saved).await.assert_shows(&["Ours"]);
    // They may not look around, so they say whom they mean.
    let add = owner.get(&format!("{group}/add?relation=member")).await;
    assert!(!add.body.contains("type=\"search\""), "{}", add.body);
    let nobody = owner.submit(&add, &[("principal", &format!("nobody@{}", company.domain))]).await;
    nobody.assert_refused(422, "Nobody here is meant by that");
    let added = owner.submit(&add, &[("principal", &format!("rea@{}", company.domain))]).await;
    assert_eq!(added.status.as_u16(), 303, "{}", added.text());
    browser.get(&group).await.assert_shows(&["One member", "REA"]);
    let access = owner.get("/account/access").await;
    access.assert_shows(&["What you own", "Sales"]);
    assert!(access.attributes("main a", "href").contains(&group), "{}", access.body);
}

async fn owners_without_a_role_find_their_groups(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let other = t.company("fabrikam").await;
    let ben = t.person(company.tenant, &company.domain, "ben", &[]).await;
    let mut ana = t.signed_in(company.tenant, company.ana).await;
    let mut bens = t.signed_in(company.tenant, ben).await;
    bens.get("/my-groups").await.assert_shows(&["My groups", "No group yet"]);
    let group = created(&mut ana, &[("displayName", "Sales"), ("description", "Those who sell")]).await;
    let around = created(&mut ana, &[("displayName", "Everybody")]).await;
    let inner = created(&mut ana, &[("displayName", "Inner")]).await;
    let foreign =
        created(&mut t.signed_in(other.tenant, other.ana).await, &[("displayName", "Theirs")]).await;
    let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    for (place, relation, who) in [
        (&group, "owner", ben.to_string()),
        (&group, "member", company.ana.to_string()),
        (&group, "member", id(&inner)),
        (&around, "member", ben.to_string()),
        (&around, "member", id(&group)),
    ] {
        let added = ana.post(&format!("{place}/add"), &[("relation", relation), ("id", &who)]).await;
        assert_eq!(added.status.as_u16(), 303, "{}", added.text());
    }
    let mine = bens.get("/my-groups").await;
    mine.assert_shows(&["Sales", "Those who sell", "Owner", "Everybody", "Member", "2 groups on this page"]);
    assert!(!mine.text().contains("Inner"));
    assert_eq!(mine.attributes("td a", "href"), [around.clone(), group.clone()]);
    let owned = bens.get("/my-groups?filter=owned").await;
    assert_eq!(owned.attributes("td a", "href"), std::slice::from_ref(&group));
    bens.get("/my-groups?search=every").await.assert_shows(&["One group on this page"]);
    bens.get("/my-groups?search=inner").await.assert_shows(&["No group matches"]);
    assert!(bens.get("/account").await.attributes("a", "href").contains(&"/my-groups".to_owned()));

    // Nothing on the way only refuses.
    let mut led = Vec::new();
    for path in ["", "/edit", "/add?relation=member", "/add?relation=owner", "/delete"] {
        led.extend(bens.get(&format!("{group}{path}")).await.attributes("a", "href"));
    }
    led.extend(bens.get(&around).await.attributes("a", "href"));
    led.retain(|link| link.starts_with('/'));
    led.sort();
    led.dedup();
    assert!(led.contains(&around) && led.contains(&"/my-groups".to_owned()), "{led:?}");
    assert!(!led.contains(&inner) && !led.contains(&"/groups".to_owned()), "{led:?}");
    for link in &led {
        assert_ne!(bens.get(link).await.status.as_u16(), 403, "{link}");
    }
    bens.get(&group).await.assert_shows(&["ANA.TORRES", "Inner", "2 members"]);
    assert!(ana.get(&group).await.attributes(".crumb a", "href").contains(&"/groups".to_owned()));

    let ask = bens.get(&format!("{group}/delete")).await;
    let deleted = bens.submit_to(&ask, &format!("{group}/delete"), &[]).await;
    assert_eq!(deleted.location(), "/my-groups?done=deleted");
    let left = bens.follow(&deleted).await;
    left.assert_shows(&["The group is deleted", "Everybody"]);
    assert!(!left.text().contains("Sales"));
    bens.get("/my-groups?filter=deleted").await.assert_shows(&["Sales", "30 days left"]);
    let gone = bens.get(&group).await;
    let restored = bens.submit_to(&gone, &format!("{group}/restore"), &[]).await;
    bens.follow(&restored).await.assert_shows(&["The group is restored"]);
    assert_eq!(bens.get(&foreign).await.status, bens.get(&inner).await.status);
}

async fn a_save_over_what_changed_meanwhile_is_refused(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let mut browser = t.signed_in(company.tenant, company.ana).await;
    let group = created(&mut browser, &[("displayName", "Sales")]).await;
    let edit = format!("{group}/edit");
    let (one, two) = (browser.get(&edit).await, browser.get(&edit).await);
    let saved = browser.submit_to(&one, &edit, &[("description", "First")]).await;
    assert_eq!(saved.status.as_u16(), 303, "{}", saved.text());
    let late = browser.submit_to(&two, &edit, &[("displayName", "Sellers")]).await;
    late.assert_refused(422, "This was changed after you opened the page");
    assert_eq!(late.attributes("#displayName", "value"), ["Sellers"], "what was typed stays");
    let again = browser.submit_to(&late, &edit, &[]).await;
    again.assert_refused(422, "This was changed after you opened the page");
    browser.get(&group).await.assert_shows(&["Sales", "First"]);
    let fresh = browser.get(&edit).await;
    let saved = browser.submit_to(&fresh, &edit, &[("displayName", "Sellers")]).await;
    browser.follow(&saved).await.assert_shows(&["Sellers", "First"]);
}

async fn another_tenants_groups_are_unknown(t: &mut TestApp) {
    let (company, other) = (t.company("contoso").await, t.company("fabrikam").await);
    let mut browser = t.signed_in(company.tenant, company.ana).await;
    let mut foreign = t.signed_in(other.tenant, other.ana).await;
    let theirs = created(&mut foreign, &[("displayName", "Theirs")]).await;
    let own = created(&mut browser, &[("displayName", "Own")]).await;
    for path in ["", "/edit", "/add", "/delete"] {
        assert_eq!(browser.get(&format!("{theirs}{path}")).await.status.as_u16(), 404, "{path}");
    }
    for path in ["/edit", "/add", "/remove", "/delete", "/restore"] {
        let values = [("displayName", "x"), ("id", "00000000-0000-0000-0000-00000000000a")];
        assert_eq!(browser.post(&format!("{theirs}{path}"), &values).await.status.as_u16(), 404, "{path}");
    }
    for id in [theirs.rsplit('/').next().unwrap().to_owned(), other.ana.to_string()] {
        let answer = browser.post(&format!("{own}/add"), &[("relation", "member"), ("id", &id)]).await;
        assert_eq!(answer.status.as_u16(), 404);
    }
    assert!(!browser.get("/groups").await.text().contains("Theirs"));
    foreign.get(&theirs).await.assert_shows(&["Theirs"]);
}
