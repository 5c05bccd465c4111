//! Permissions that an application defines (Microsoft Graph, permissionScope): programs ask for them on behalf of people.

use askama::Template;
use axum::response::Response;
use model::applications::{ApplicationSettings, PermissionScope};
use uuid::Uuid;

use super::offered::{Form, Offered, Words, status, text};
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};
use crate::web::locale::Locale;

#[derive(Template)]
#[template(path = "applications/permission.html")]
struct PermissionPage {
    page: Page,
    fields: Fields,
    form: Form,
    consenters: Vec<(String, String, String)>,
}

fn consenters(l: &Locale) -> Vec<(String, String, String)> {
    let choice = |value: &str, title: String| (value.to_owned(), title, String::new());
    vec![
        choice("User", l.t("applications-permission-everybody")),
        choice("Admin", l.t("applications-permission-administrators")),
    ]
}

impl Offered for PermissionScope {
    const PATH: &'static str = "permissions";
    const REQUIRED: &'static [&'static str] =
        &["value", "type", "adminConsentDisplayName", "adminConsentDescription"];

    fn list(settings: &mut ApplicationSettings) -> &mut Vec<Self> {
        &mut settings.api.oauth2_permission_scopes
    }

    fn with_id(id: Uuid) -> Self {
        Self { id, ..Self::default() }
    }

    fn id(&self) -> Uuid {
        self.id
    }

    fn words(&self, l: &Locale) -> Words {
        let name = [("name", self.value.as_deref().unwrap_or_default())];
        Words {
            add: l.t("applications-permission-add"),
            edit: l.a("applications-permission-edit-title", &name),
            remove: l.a("applications-permission-remove-title", &name),
            effect: l.t("applications-permission-remove-effect"),
        }
    }

    fn filled(&self) -> Fields {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let fields = Fields::new()
            .with("type", &self.r#type)
            .with("value", text(&self.value))
            .with("adminConsentDisplayName", text(&self.admin_consent_display_name))
            .with("adminConsentDescription", text(&self.admin_consent_description))
            .with("userConsentDisplayName", text(&self.user_consent_display_name))
            .with("userConsentDescription", text(&self.user_consent_description));
        if self.is_enabled { fields.with("isEnabled", "yes") } else { fields }
    }

    fn read(self, fields: &Fields) -> Self {
        Self {
            value: text(fields, "value"),
            admin_consent_display_name: text(fields, "adminConsentDisplayName"),
            admin_consent_description: text(fields, "adminConsentDescription"),
            user_consent_display_name: text(fields, "userConsentDisplayName"),
            user_consent_description: text(fields, "userConsentDescription"),
            r#type: fields.value("type").to_owned(),
            is_enabled: fields.has("isEnabled"),
            ..self
        }
    }

    fn page(page: Page, form: Form, fields: Fields) -> Response {
        let status = status(&fields);
        render(&PermissionPage { consenters: consenters(&page.l), form, fields, page }, status)
    }
}
