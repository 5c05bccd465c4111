//! Disabled means disabled on every path (SPEC §3.6): every thing that can be, times every way in.

use super::*;
use crate::signin::{self, PASSWORD, Person, code_of, set_up_app, try_password};
use crate::support::authenticator::Authenticator;

both_engines!(what_is_disabled_opens_nothing(crate::input::unlimited));

/// What can be disabled, each in a company of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Thing {
    /// The control: with nothing disabled every way is open.
    Nothing,
    Tenant,
    Person,
    Credentials,
    Application,
    Secret,
    Session,
    Domain,
    Key,
}

use Thing::{Application, Credentials, Domain, Key, Nothing, Secret, Session, Tenant};

const THINGS: [Thing; 9] =
    [Nothing, Tenant, Thing::Person, Credentials, Application, Secret, Session, Domain, Key];

/// A way in, what it answers when it is open, what when it is shut, and the things that shut it.
type Way = (&'static str, &'static str, &'static str, &'static [Thing]);

const WAYS: [Way; 16] = [
    ("password", "303 /sign-in/code", "422", &[Tenant, Thing::Person, Credentials, Domain]),
    ("passkey", "303 /overview", "422", &[Tenant, Thing::Person, Credentials, Domain]),
    ("app code", "303 /overview", "422", &[Tenant, Thing::Person, Credentials, Domain]),
    ("recovery code", "303 /overview", "422", &[Tenant, Thing::Person, Credentials, Domain]),
    ("reset by mail", "1 mail", "0 mails", &[Tenant, Thing::Person, Domain]),
    ("session", "200", "303 /sign-in", &[Tenant, Thing::Person, Session]),
    ("authorize", "code", "no code", &[Tenant, Thing::Person, Session, Application]),
    ("code", "200", "no tokens", &[Tenant, Thing::Person, Session, Application, Secret]),
    // It outlives the sign-out of its session, but not its revocation.
    ("refresh", "200", "no tokens", &[Tenant, Thing::Person, Session, Application, Secret]),
    ("client credentials", "200", "no tokens", &[Tenant, Application, Secret]),
    ("userinfo", "200", "no claims", &[Tenant, Thing::Person, Session, Application, Key]),
    ("introspection", "active", "inactive", &[Tenant, Thing::Person, Session, Application, Secret, Key]),
    ("API by an application", "200", "401", &[Tenant, Thing::Person, Session, Application, Key]),
    ("API by the operator's token", "200", "401", &[Tenant, Thing::Person]),
    // What a client got for itself isn't for this service.
    ("API by a program", "401", "401", &[]),
    ("API by an ID token", "401", "401", &[]),
];

/// Everything that somebody may hold, ready to be shown.
struct Scene {
    r: Registered,
    ben: Person,
    /// Where the session is.
    browser: Browser,
    /// Where everything else is tried.
    strangers: Vec<Browser>,
    authenticator: Authenticator,
    app_key: String,
    recovery_code: String,
    unredeemed: String,
    tokens: Value,
    api_token: String,
    program_token: String,
    own: Client,
}

fn shown(page: &crate::support::page::Page) -> String {
    match page.status.as_u16() {
        303 => format!("303 {}", page.location().split('?').next().unwrap()),
        other => other.to_string(),
    }
}

impl Scene {
    async fn make(t: &mut TestApp, prefix: &str) -> Self {
        let r = registered_in(t, prefix, json!({})).await;
        let ben = signin::person(t, r.company.tenant, prefix, "ben", &[]).await;
        let mut browser = t.browser();
        signin::sign_in(&mut browser, &ben.name).await;
        let mut authenticator = Authenticator::new();
        authenticator.register(&mut browser, "Key").await;
        let codes = browser.post("/account/second-factor/codes", &[]).await;
        let recovery_code = codes.text_of(".codes li").or_else(|| codes.text_of(".codes code")).unwrap();
        let app_key = set_up_app(t, &mut browser).await;
        t.mails_to(&ben.contact).await;
        let (_, tokens) = {
            let code = r.code(&mut browser, &[]).await;
            r.redeem(t, &code).await
        };
        let code = r.code(&mut browser, &[("scope", "User.Read")]).await;
        let (_, for_api) = r.redeem(t, &code).await;
        let unredeemed = r.code(&mut browser, &[]).await;
        let own = t.client(r.company.tenant, ben.id).await;
        let mut scene = Self {
            ben,
            browser,
            strangers: (0..5).map(|_| t.browser()).collect(),
            authenticator,
            app_key,
            recovery_code,
            unredeemed,
            tokens,
            api_token: for_api["access_token"].as_str().unwrap().to_owned(),
            program_token: String::new(),
            own,
            r,
        };
        scene.program_token = scene.program(t).await.1["access_token"].as_str().unwrap().to_owned();
        scene
    }

    async fn program(&self, t: &mut TestApp) -> (StatusCode, Value) {
        let scope = format!("{}/.default", self.r.app_id);
        let asked = [
            ("grant_type", "client_credentials"),
            ("client_id", self.r.app_id.as_str()),
            ("client_secret", self.r.secret.as_str()),
            ("scope", scope.as_str()),
        ];
        self.r.token(t, &asked).await
    }

    async fn disable(&mut self, t: &mut TestApp, thing: Thing) {
        let r = &self.r;
        let run = |sql: &'static str| signin::alter(t, &self.ben, sql);
        match thing {
            Nothing => {}
            Tenant => {
                signin::alter_tenant(t, &self.ben, "UPDATE tenant SET deleted_at = 1 WHERE id = $1").await;
            }
            Thing::Person => {
                let path = format!("/v1.0/users/{}", self.ben.id);
                assert_eq!(r.api.patch(&path, json!({ "accountEnabled": false })).await.status, 204);
            }
            Credentials => {
                run("DELETE FROM user_password WHERE tenant_id = $1 AND user_id = $2").await;
                run("DELETE FROM passkey WHERE tenant_id = $1 AND user_id = $2").await;
                run("DELETE FROM authenticator WHERE tenant_id = $1 AND user_id = $2").await;
            }
            Application => {
                let path = format!("/v1.0/servicePrincipals/{}", r.principal);
                assert_eq!(r.api.patch(&path, json!({ "accountEnabled": false })).await.status, 204);
            }
            Secret => {
                let path = format!("/v1.0/applications/{}", r.object);
                let key = r.api.get(&path).await.body["passwordCredentials"][0]["keyId"].clone();
                r.api.post(&format!("{path}/removePassword"), json!({ "keyId": key })).await;
            }
            Session => {
                let mut anas = t.signed_in(r.company.tenant, r.company.ana).await;
                let person = format!("/people/{}", self.ben.id);
                let page = anas.get(&format!("{person}?show=sessions")).await;
                let ends: Vec<_> = page
                    .forms()
                    .into_iter()
                    .map(|form| form.action)
                    .filter(|to| to.ends_with("/end"))
                    .collect();
                assert_eq!(ends.len(), 1, "{}", page.text());
                assert_eq!(anas.post(&ends[0], &[]).await.status, 303);
            }
            Domain => {
                let sql = "DELETE FROM verified_domain WHERE tenant_id = $1";
                signin::alter_tenant(t, &self.ben, sql).await;
            }
            Key => {
                let done: Result<u64, tenantry::error::Error> = tenantry::transaction!(t.app.db, |scope| {
                    Ok(scope.execute("UPDATE token_key SET revoked_at = 1", &[]).await?)
                });
                assert!(done.unwrap() >= 2);
            }
        }
    }

    async fn second_step(&mut self, nth: usize, form: &str, code: &str) -> String {
        let stranger = &mut self.strangers[nth];
        let page = try_password(stranger, &self.ben.name, PASSWORD).await;
        if page.status != 303 {
            return shown(&page);
        }
        let page = stranger.get(form).await;
        shown(&stranger.submit(&page, &[("code", code)]).await)
    }

    #[expect(clippy::too_many_lines, reason = "a list reads best in one piece")]
    async fn answer(&mut self, t: &mut TestApp, way: &str) -> String {
        let tokens = |(status, body): (StatusCode, Value)| match body.get("access_token") {
            Some(_) => status.as_u16().to_string(),
            None => "no tokens".into(),
        };
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        match way {
            "password" => shown(&try_password(&mut self.strangers[0], &self.ben.name, PASSWORD).await),
            "passkey" => {
                let page = self.authenticator.use_at(&mut self.strangers[1], "/sign-in/passkey", &[]).await;
                shown(&page)
            }
            "app code" => {
                let code = code_of(t, &self.app_key);
                self.second_step(2, "/sign-in/code", &code).await
            }
            "recovery code" => {
                let code = self.recovery_code.clone();
                self.second_step(3, "/sign-in/code?with=recovery", &code).await
            }
            "reset by mail" => {
                let stranger = &mut self.strangers[4];
                let page = stranger.get("/reset").await;
                stranger.submit(&page, &[("username", &self.ben.name)]).await;
                let mails = t.mails_to(&self.ben.contact).await;
                let codes = mails
                    .iter()
                    .filter(|mail| {
                        mail.text.lines().any(|line| {
                            line.trim().len() == 6 && line.trim().bytes().all(|byte| byte.is_ascii_digit())
                        })
                    })
                    .count();
                if codes == 1 { "1 mail".into() } else { format!("{codes} mails") }
            }
            "session" => shown(&self.browser.get("/account").await),
            "authorize" => {
                let page = self.browser.get(&self.r.authorize(&[])).await;
                let gave = page.status.is_redirection() && told(page.location()).contains_key("code");
                if gave { "code".into() } else { "no code".into() }
            }
            "code" => tokens(self.r.redeem(t, &self.unredeemed).await),
            "refresh" => tokens(self.r.refresh(t, self.tokens["refresh_token"].as_str().unwrap()).await),
            "client credentials" => tokens(self.program(t).await),
            "userinfo" => {
                let (status, body) = self.r.userinfo(t, self.tokens["access_token"].as_str().unwrap()).await;
                if body.get("sub").is_some() { status.as_u16().to_string() } else { "no claims".into() }
            }
            "introspection" => {
                let token = text(&self.tokens["access_token"]);
                let named =
                    [("client_id", self.r.app_id.as_str()), ("client_secret", self.r.secret.as_str())];
                let asked = [&named[..], &[("token", token.as_str())]].concat();
                let path = self.r.at("/oauth2/v2.0/introspect");
                let (_, body) = post(&mut t.browser(), &path, &asked, None).await;
                if body["active"] == true { "active".into() } else { "inactive".into() }
            }
            "API by an application" => self.me(&self.api_token).await,
            "API by the operator's token" => self.own.get("/v1.0/me").await.status.as_u16().to_string(),
            "API by a program" => self.me(&self.program_token).await,
            "API by an ID token" => self.me(self.tokens["id_token"].as_str().unwrap()).await,
            other => panic!("{other}"),
        }
    }

    async fn me(&self, token: &str) -> String {
        self.own.with_token(token).get("/v1.0/me").await.status.as_u16().to_string()
    }
}

async fn what_is_disabled_opens_nothing(t: &mut TestApp) {
    let mut wrong = Vec::new();
    for (number, thing) in THINGS.into_iter().enumerate() {
        let mut scene = Scene::make(t, &format!("company{number}")).await;
        scene.disable(t, thing).await;
        // Access by tokens comes first: what follows in the same grant may use it up or end it.
        let (first, then): (Vec<Way>, Vec<Way>) = WAYS.into_iter().partition(|way| {
            way.0.starts_with("API") || ["userinfo", "introspection", "session", "authorize"].contains(&way.0)
        });
        for (way, open, shut, by) in first.into_iter().chain(then) {
            let expected = if by.contains(&thing) { shut } else { open };
            let answer = scene.answer(t, way).await;
            if answer != expected {
                wrong.push(format!("{thing:?} × {way}: {answer} instead of {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
