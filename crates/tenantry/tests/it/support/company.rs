//! A company that signs up, as a person does it: page by page.

use super::app::TestApp;
use super::browser::Browser;
use super::page::Page;

/// What the signatory types.
#[derive(Clone)]
pub struct Company {
    pub email: &'static str,
    pub legal_name: &'static str,
    pub username: &'static str,
    pub prefix: &'static str,
    pub password: &'static str,
}

pub const CONTOSO: Company = Company {
    email: "ana.torres@contoso.example",
    legal_name: "Contoso Ltd",
    username: "ana.torres",
    prefix: "contoso",
    password: "green-Lantern-4-harbour",
};

pub const FABRIKAM: Company = Company {
    email: "lena.vogt@fabrikam.example",
    legal_name: "Fabrikam GmbH",
    username: "lena.vogt",
    prefix: "fabrikam",
    password: "seven-quiet-Rivers-92",
};

impl Company {
    pub fn organisation(&self) -> Vec<(&'static str, &'static str)> {
        vec![
            ("country", "GB"),
            ("legal_name", self.legal_name),
            ("address_lines", "12 Harbour Street"),
            ("city", "London"),
            ("postal_code", "EC1A 1BB"),
            ("given_name", "Ana"),
            ("surname", "Torres"),
            ("phone", "020 7946 0018"),
        ]
    }

    pub fn details(&self) -> Vec<(&'static str, &'static str)> {
        vec![
            ("display_name", "Ana Torres"),
            ("username", self.username),
            ("prefix", self.prefix),
            ("password", self.password),
            ("password_again", self.password),
        ]
    }

    pub const SIGNATURE: [(&'static str, &'static str); 3] =
        [("authority", "yes"), ("signatory_name", "Ana Torres"), ("signatory_title", "Managing director")];

    /// E-mail and the announcement; the page that asks for the code comes of it.
    pub async fn ask_for_code(&self, browser: &mut Browser) -> Page {
        let page = browser.get("/sign-up").await;
        let announced = browser.submit(&page, &[("email", self.email)]).await;
        let sent = browser.submit_to(&announced, "/sign-up/start", &[]).await;
        browser.follow(&sent).await
    }

    /// Proves the mailbox; discovery or the organisation's page comes of it.
    pub async fn prove_mailbox(&self, t: &mut TestApp, browser: &mut Browser) -> Page {
        let page = self.ask_for_code(browser).await;
        let code = t.mail_to(self.email).await.code();
        browser.submit_and_follow(&page, &[("code", &code)]).await
    }

    /// Up to the agreement's page, from the organisation's.
    pub async fn fill(&self, browser: &mut Browser, organisation: &Page) -> Page {
        let page = browser.submit_and_follow(organisation, &self.organisation()).await;
        assert_eq!(page.path, "/sign-up/details", "{}", page.text());
        let page = browser.submit_and_follow(&page, &self.details()).await;
        assert_eq!(page.path, "/sign-up/payment", "{}", page.text());
        browser.get("/sign-up/agreement").await
    }

    /// The whole sign-up; the browser is signed in as the first administrator.
    pub async fn sign_up(&self, t: &mut TestApp) -> Browser {
        let mut browser = t.browser();
        let organisation = self.prove_mailbox(t, &mut browser).await;
        let agreement = self.fill(&mut browser, &organisation).await;
        let signed = browser.submit(&agreement, &Self::SIGNATURE).await;
        assert_eq!(signed.location(), "/account/second-factor/first", "{}", signed.text());
        t.mails_to(self.email).await;
        browser
    }
}
