//! What every page shares: language, theme, tenant context, current section, notices.
//!
//! A middleware made by [`PageSource::layer_page`] puts a [`Page`] into each request; handlers take it as an argument
//! and hand it to their template, whose struct has a field `page: Page`.

use std::borrow::Borrow;
use std::sync::Arc;

use askama::Template;
use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use http::header::{ACCEPT_LANGUAGE, COOKIE, VARY};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode};
use model::roles::Permission;

use super::address::Breaking;
use super::assets::asset;
use super::brand;
use super::cookies::full_name;
use super::locale::{Locale, Locales};
use super::theme::{self, Theme};
use crate::config::Product;

/// The tenant whose pages these are, and the person who looks at them.
#[derive(Clone, Debug)]
pub struct TenantContext {
    pub name: String,
    pub primary_domain: String,
    pub person_name: String,
    pub username: String,
    /// Sections that the person's roles don't open: the navigation leaves them out.
    pub closed: Vec<Section>,
}

impl TenantContext {
    #[must_use]
    pub fn initials(&self) -> String {
        initials(&self.person_name)
    }
}

/// One or two letters that stand for a person, from the first and the last word of the name.
#[must_use]
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().next());
    let first = words.next().into_iter();
    first.chain(words.next_back()).flat_map(char::to_uppercase).collect()
}

/// Which item of the navigation is current.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Section {
    #[default]
    None,
    Overview,
    People,
    Groups,
    Applications,
    Webhooks,
    AccessRequests,
    Domains,
    Roles,
    Billing,
    Activity,
    Account,
    MyApplications,
    MyGroups,
}

impl Section {
    /// What a person must be allowed to see anything there.
    #[must_use]
    pub fn required(self) -> Option<Permission> {
        match self {
            Section::None | Section::Account | Section::MyApplications | Section::MyGroups => None,
            Section::Overview
            | Section::People
            | Section::Groups
            | Section::Applications
            | Section::Roles
            | Section::Domains => Some(Permission::ReadDirectory),
            Section::Webhooks => Some(Permission::ManageWebhooks),
            Section::AccessRequests => Some(Permission::DecideAccessRequests),
            Section::Billing => Some(Permission::ReadBilling),
            Section::Activity => Some(Permission::ReadAudit),
        }
    }

    /// Those of the navigation.
    pub const ALL: [Section; 10] = [
        Section::Overview,
        Section::People,
        Section::Groups,
        Section::Applications,
        Section::Webhooks,
        Section::AccessRequests,
        Section::Domains,
        Section::Roles,
        Section::Billing,
        Section::Activity,
    ];

    /// The section that an address lies in.
    #[must_use]
    pub fn of(path: &str) -> Self {
        let holds = |section: &Self| {
            path.strip_prefix(section.href()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        Self::ALL.into_iter().find(holds).unwrap_or_default()
    }

    /// Where the section starts; the one place that knows.
    #[must_use]
    pub fn href(self) -> &'static str {
        match self {
            Section::None => "/",
            Section::Overview => "/overview",
            Section::People => "/people",
            Section::Groups => "/groups",
            Section::Applications => "/applications",
            Section::Webhooks => "/webhooks",
            Section::AccessRequests => "/access-requests",
            Section::Domains => "/domains",
            Section::Roles => "/roles",
            Section::Billing => "/billing",
            Section::Activity => "/activity",
            Section::Account => "/account",
            Section::MyApplications => "/my-applications",
            Section::MyGroups => "/my-groups",
        }
    }
}

/// Something that is set up for development and that a visitor must know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Mail is kept in the mailbox page instead of being sent.
    LocalMailbox,
    /// No card is charged or checked.
    SandboxPayment,
    /// The connection isn't encrypted.
    PlainHttp,
}

/// What a template needs besides its own content.
#[derive(Clone, Debug)]
pub struct Page {
    pub l: Locale,
    /// The name of the deployment, in header and titles.
    pub product: Arc<str>,
    /// The style sheet of the operator's accent, where one is set.
    pub brand: Option<Arc<str>>,
    pub tenant: Option<TenantContext>,
    pub section: Section,
    pub notices: Arc<[Notice]>,
    /// A short word on what was just done, shown once.
    pub toast: Option<String>,
    pub theme: Theme,
    /// The path of this page with its query, so that the theme switch and what is done to a list lead back to it.
    pub path: String,
}

impl Page {
    #[must_use]
    pub fn for_tenant(mut self, tenant: TenantContext) -> Self {
        self.tenant = Some(tenant);
        self
    }

    #[must_use]
    pub fn in_section(mut self, section: Section) -> Self {
        self.section = section;
        self
    }

    #[must_use]
    pub fn with_toast(mut self, text: impl Into<String>) -> Self {
        self.toast = Some(text.into());
        self
    }

    /// Whether this page belongs to a section of the navigation.
    #[must_use]
    pub fn is(&self, section: impl Borrow<Section>) -> bool {
        self.section == *section.borrow()
    }

    /// A user name, mailbox or domain name that breaks at its parts where room is short.
    #[must_use]
    pub fn address(&self, text: impl AsRef<str>) -> Breaking {
        Breaking::new(text.as_ref())
    }

    /// Whether the person's roles open this section.
    #[must_use]
    pub fn opens(&self, section: impl Borrow<Section>) -> bool {
        self.tenant.as_ref().is_none_or(|tenant| !tenant.closed.contains(section.borrow()))
    }

    /// Whether people reach these pages over TLS.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        is_secure(&self.notices)
    }

    /// The address of an asset.
    #[must_use]
    pub fn asset(&self, name: &str) -> &'static str {
        asset(name)
    }
}

fn is_secure(notices: &[Notice]) -> bool {
    !notices.contains(&Notice::PlainHttp)
}

/// Makes the [`Page`] of a request from what the service is set up with.
#[derive(Clone)]
pub struct PageSource {
    locales: Arc<Locales>,
    product: Arc<str>,
    brand: Option<Arc<str>>,
    notices: Arc<[Notice]>,
}

impl PageSource {
    #[must_use]
    pub fn new(locales: Arc<Locales>, product: &Product, notices: Vec<Notice>) -> Self {
        Self {
            locales,
            product: product.name.as_str().into(),
            brand: brand::href(&product.accent),
            notices: notices.into(),
        }
    }

    /// The page of a request, still without a tenant: the session adds it.
    #[must_use]
    pub fn page(&self, headers: &HeaderMap, path: &str) -> Page {
        let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        let secure = is_secure(&self.notices);
        let cookie = |name| theme::cookie(text(COOKIE).unwrap_or_default(), &full_name(secure, name));
        Page {
            l: self.locales.choose(cookie("language"), text(ACCEPT_LANGUAGE)),
            product: Arc::clone(&self.product),
            brand: self.brand.clone(),
            tenant: None,
            section: Section::None,
            notices: Arc::clone(&self.notices),
            toast: None,
            theme: Theme::parse(cookie("theme").unwrap_or_default()),
            path: path.to_owned(),
        }
    }
}

/// Middleware: puts the page of a request where handlers find it.
/// `router.layer(axum::middleware::from_fn_with_state(source, put_page))`.
pub async fn put_page(State(source): State<PageSource>, mut request: Request, next: Next) -> Response {
    let (path, whole) = (request.uri().path(), request.uri().path_and_query());
    // Queries of other pages may hold what belongs in no page: codes, and hints of tokens.
    let address = match Section::of(path) {
        Section::None => path,
        _ => whole.map_or(path, |whole| whole.as_str()),
    };
    let page = source.page(request.headers(), address);
    request.extensions_mut().insert(page);
    next.run(request).await
}

impl<S: Send + Sync> FromRequestParts<S> for Page {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get::<Page>().cloned().ok_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// A template as an answer. A template that fails to render is a fault of ours and is logged.
#[must_use]
pub fn render(template: &impl Template, status: StatusCode) -> Response {
    match template.render() {
        Ok(text) => {
            let mut response = (status, Html(text)).into_response();
            response
                .headers_mut()
                .insert(VARY, HeaderValue::from_static("cookie, accept-language, hx-request"));
            response
        }
        Err(error) => {
            tracing::error!(%error, "a template didn't render");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn initials_come_from_the_first_and_the_last_word() {
        for (person, initials) in
            [("Ana Torres", "AT"), ("Ana Maria de Torres", "AT"), ("Ана", "А"), ("  ", ""), ("ßen Öz", "SSÖ")]
        {
            assert_eq!(super::initials(person), initials);
        }
    }

    #[test]
    fn no_template_styles_or_scripts_inline() {
        let mut folders =
            vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../templates"))];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                // Mail programs know no style sheets.
                if path.is_dir() && !path.ends_with("mail") {
                    folders.push(path);
                } else if path.is_file() {
                    let text = std::fs::read_to_string(&path).unwrap();
                    for banned in ["style=", "<style", " onclick=", " onchange=", "javascript:", "<script>"] {
                        assert!(!text.contains(banned), "{banned} in {}", path.display());
                    }
                }
            }
        }
    }
}
