//! Two companies with something of every kind, and what each can see of itself.

use std::collections::{BTreeMap, BTreeSet};

use axum::Router;
use http::Method;
use model::authentication::Methods;
use model::ids::{TenantId, UserId};
use serde_json::{Value, json};

use super::asking::{Asking, Sent};
use super::paths::Route;
use crate::access::session::{self, NewSession};
use crate::access::{Actor, Origin, token};
use crate::app::App;
use crate::error::Error;
use crate::features::imports::{self, ImportWay, Upload};
use crate::features::operator::{self, NewTenant};
use crate::features::{credentials, directory};
use crate::transaction;

/// Ids of one kind that are tried.
const OF_EACH: usize = 1;

/// A grey dot (PNG).
const DOT: &[u8] = b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9BU\0\0\0\n\
    IDATx\xDAch\0\0\0\x82\0\x81\xDAE\x08;\0\0\0\0IEND\xAEB`\x82";

/// A company with its administrator.
pub struct Company {
    pub tenant: TenantId,
    pub administrator: UserId,
    pub domain: String,
    /// What its domain names begin with.
    prefix: &'static str,
    /// A word that stands in the names of all that is the company's, and nowhere else.
    pub mark: &'static str,
}

impl Company {
    /// Makes the tenant and signs its administrator's second factor up, so that every page is open to them.
    pub async fn make(app: &App, prefix: &'static str, mark: &'static str) -> Result<Self, Error> {
        let (display_name, contact) = (format!("{mark} Company"), format!("ana@{prefix}.com"));
        let moment = app.moment();
        let new = NewTenant {
            display_name: &display_name,
            prefix,
            country: "GR",
            username: "ana",
            administrator: &format!("{mark} Torres"),
            contact_email: &contact,
        };
        let checked = operator::check(app, &new)?;
        let (_, hash) = directory::temporary_password(app, &moment).await?;
        let made =
            transaction!(app.db, |scope| operator::create_tenant(app, scope, &checked, &hash, &moment)
                .await)?;
        let (tenant, administrator, domain) = (made.id, made.administrator, made.initial_domain);
        let company = Self { tenant, administrator, domain, prefix, mark };
        let actor = Actor::operator(company.tenant);
        transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            credentials::make_recovery_codes(app, &mut inside, &actor, company.administrator, &moment)
                .await
                .map(drop)
        })?;
        Ok(company)
    }

    /// A fresh session and token of the administrator.
    pub async fn asking(&self, app: &App, router: &Router) -> Result<Asking, Error> {
        let (moment, origin) = (app.moment(), Origin::local());
        let actor = Actor::operator(self.tenant);
        let expires_at = moment.after_seconds(3600);
        let new = NewSession {
            user: self.administrator,
            remembered: false,
            second_factor: true,
            methods: Methods::read("pwd otp"),
            authenticated_at: None,
            origin: &origin,
        };
        let (cookie, token) = transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            let (cookie, _) = session::create(app, &mut inside, &new, &moment).await?;
            let (_, token) = token::create(app, &mut inside, self.administrator, expires_at, &moment).await?;
            Ok((cookie, token))
        })?;
        Ok(Asking::new(router, cookie.expose(), token.expose()))
    }

    /// Gives the company people, groups, names and whatever else the API can make.
    pub async fn furnish(&self, asking: &Asking) -> Result<(), Error> {
        let (mark, domain) = (self.mark, &self.domain);
        let person = |name: &str| {
            json!({
                "accountEnabled": true,
                "displayName": format!("{mark} {name}"),
                "mailNickname": name,
                "userPrincipalName": format!("{name}@{domain}"),
                "passwordProfile": { "password": "lively brass orchard 71" },
            })
        };
        let ben = asking.make("/v1.0/users", person("ben")).await;
        let gone = asking.make("/v1.0/users", person("gone")).await;
        asking.send(&Sent::api(Method::DELETE, format!("/v1.0/users/{gone}"), None)).await;
        let group = json!({
            "displayName": format!("{mark} Sales"),
            "mailEnabled": false,
            "mailNickname": "sales",
            "securityEnabled": true,
            "members@odata.bind": [format!("https://localhost/v1.0/directoryObjects/{ben}")],
            "owners@odata.bind": [format!("https://localhost/v1.0/directoryObjects/{ben}")],
        });
        asking.make("/v1.0/groups", group).await;
        self.unit(asking, &ben).await;
        let application = json!({ "displayName": format!("{mark} Portal") });
        let application = asking.make("/v1.0/applications", application).await;
        let read =
            asking.send(&Sent::api(Method::GET, format!("/v1.0/applications/{application}"), None)).await;
        let read: Value = serde_json::from_str(&read.body).unwrap_or_default();
        asking.make("/v1.0/servicePrincipals", json!({ "appId": read["appId"] })).await;
        let old = asking.make("/v1.0/applications", json!({ "displayName": format!("{mark} Old") })).await;
        asking.send(&Sent::api(Method::DELETE, format!("/v1.0/applications/{old}"), None)).await;
        asking.make("/v1.0/domains", json!({ "id": format!("{}.com", self.prefix) })).await;
        let manager = json!({ "@odata.id": format!("https://localhost/v1.0/users/{}", self.administrator) });
        let reports = format!("/v1.0/users/{ben}/manager/$ref");
        asking.send(&Sent::api(Method::PUT, reports, Some(manager))).await;
        self.policies(asking).await;
        let extension = json!({ "name": "costCenter", "dataType": "String", "targetObjects": ["User"] });
        asking.make(&format!("/v1.0/applications/{application}/extensionProperties"), extension).await;
        Self::picture(asking, &application, &ben).await;
        let webhook =
            json!({ "url": format!("https://hooks.{}.com/{mark}", self.prefix), "events": ["user.*"] });
        let webhook = asking.make("/v1.0/webhooks", webhook).await;
        asking.send(&Sent::api(Method::POST, format!("/v1.0/webhooks/{webhook}/test"), None)).await;
        let role = json!({
            "principalId": ben,
            "roleDefinitionId": model::roles::Role::GlobalReader.template_id(),
            "directoryScopeId": "/",
        });
        asking.make("/v1.0/roleManagement/directory/roleAssignments", role).await;
        let own = json!({
            "displayName": format!("{mark} Desk"),
            "isEnabled": true,
            "rolePermissions": [{ "allowedResourceActions": ["microsoft.directory/groups/create"] }],
        });
        asking.make("/v1.0/roleManagement/directory/roleDefinitions", own).await;
        Ok(())
    }

    /// An administrative unit with somebody in it.
    async fn unit(&self, asking: &Asking, person: &str) {
        let unit = json!({ "displayName": format!("{} Athens", self.mark) });
        let unit = asking.make("/v1.0/administrativeUnits", unit).await;
        let member = json!({ "@odata.id": format!("https://localhost/v1.0/users/{person}") });
        let members = format!("/v1.0/administrativeUnits/{unit}/members/$ref");
        asking.send(&Sent::api(Method::POST, members, Some(member))).await;
    }

    /// One policy of each kind.
    async fn policies(&self, asking: &Asking) {
        let kinds = [
            ("claimsMappingPolicies", r#"{"ClaimsMappingPolicy":{"Version":1,"ClaimsSchema":[]}}"#),
            ("tokenIssuancePolicies", r#"{"TokenIssuancePolicy":{"Version":1}}"#),
        ];
        for (kind, definition) in kinds {
            let policy =
                json!({ "displayName": format!("{} {kind}", self.mark), "definition": [definition] });
            asking.make(&format!("/v1.0/policies/{kind}"), policy).await;
        }
    }

    /// A logo, and photos of a person and of whoever asks.
    async fn picture(asking: &Asking, application: &str, person: &str) {
        let (logo, photo) =
            (format!("applications/{application}/logo"), format!("users/{person}/photo/$value"));
        for path in [&logo, &photo, "me/photo/$value"] {
            asking.send(&Sent::picture(format!("/v1.0/{path}"), DOT)).await;
        }
    }

    /// What the API can't make: a file of people that waits to be started.
    pub async fn import(&self, app: &App) -> Result<(), Error> {
        let (moment, l) = (app.moment(), app.locales.english());
        let actor = Actor::operator(self.tenant);
        let file = format!("User name,Name\neva,{} Eva\n", self.mark);
        let upload = Upload { file_name: "people.csv", bytes: file.as_bytes(), way: ImportWay::Password };
        let parsed = upload.parse(app)?;
        transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            imports::draft(app, &mut inside, &actor, (&parsed, &l), &moment).await.map(drop)
        })
    }

    /// What the company sees of itself: all routes without holes are read, and what looks like an id or a name is kept
    /// under the route and the word before it.
    pub async fn sees(&self, asking: &Asking, routes: &[Route]) -> BTreeMap<String, Vec<String>> {
        let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let readable = |route: &&Route| route.holes() == 0 && route.methods.iter().any(|name| name == "GET");
        for route in routes.iter().filter(readable).filter(|route| !route.path.starts_with("/dev")) {
            let sent = match route.path.starts_with("/v1.0/") {
                true => Sent::api(Method::GET, route.path.clone(), None),
                false => Sent::page(Method::GET, route.path.clone(), Vec::new()),
            };
            let answer = asking.send(&sent).await;
            for (before, id) in ids_in(&answer.body) {
                // In answers of the API other properties repeat what stands under `id` elsewhere.
                if route.path.starts_with("/v1.0/") && before != "id" {
                    continue;
                }
                seen.entry(format!("{} {before}", route.path)).or_default().insert(id);
            }
        }
        let mut kept: BTreeMap<String, Vec<String>> =
            seen.into_iter().map(|(kind, ids)| (kind, ids.into_iter().take(OF_EACH).collect())).collect();
        kept.insert("name".into(), vec![self.domain.clone(), format!("{}.com", self.prefix)]);
        kept.insert("user name".into(), vec![format!("ben@{}", self.domain)]);
        kept
    }
}

/// Ids in a text, each with the word before it, which tells what it is of: `/people/<id>`, `"id":"<id>"`.
fn ids_in(text: &str) -> Vec<(String, String)> {
    let is_id = |part: &str| part.len() == 36 && part.parse::<uuid::Uuid>().is_ok();
    let mut found = Vec::new();
    let mut before = "";
    for part in text.split(|char: char| !char.is_ascii_alphanumeric() && char != '-') {
        if is_id(part) {
            found.push((before.to_owned(), part.to_owned()));
        } else if !part.is_empty() {
            before = part;
        }
    }
    found
}
