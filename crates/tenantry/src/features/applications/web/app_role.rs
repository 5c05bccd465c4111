//! Roles that an application defines (Microsoft Graph, appRole): its tokens name those that somebody is assigned.

use askama::Template;
use axum::response::Response;
use model::applications::{AppRole, ApplicationSettings};
use uuid::Uuid;

use super::offered::{Form, Offered, Words, status, text};
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};
use crate::web::locale::Locale;

#[derive(Template)]
#[template(path = "applications/role.html")]
struct RolePage {
    page: Page,
    fields: Fields,
    form: Form,
    members: Vec<(String, String, String)>,
}

fn members(l: &Locale) -> Vec<(String, String, String)> {
    let choice = |value: &str, title: String| (value.to_owned(), title, String::new());
    vec![
        choice("User", l.t("applications-role-people")),
        choice("Application", l.t("applications-role-programs")),
        choice("User,Application", l.t("applications-role-both")),
    ]
}

impl Offered for AppRole {
    const PATH: &'static str = "roles";
    const REQUIRED: &'static [&'static str] = &["displayName", "value", "allowedMemberTypes"];

    fn list(settings: &mut ApplicationSettings) -> &mut Vec<Self> {
        &mut settings.app_roles
    }

    fn with_id(id: Uuid) -> Self {
        Self { id, ..Self::default() }
    }

    fn id(&self) -> Uuid {
        self.id
    }

    fn words(&self, l: &Locale) -> Words {
        let name = [("name", self.display_name.as_deref().unwrap_or_default())];
        Words {
            add: l.t("applications-role-add"),
            edit: l.a("applications-role-edit-title", &name),
            remove: l.a("applications-role-remove-title", &name),
            effect: l.t("applications-role-remove-effect"),
        }
    }

    fn filled(&self) -> Fields {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        // In one order, whatever order they stand in.
        let kinds = ["User", "Application"].into_iter();
        let kinds = kinds.filter(|kind| self.allowed_member_types.iter().any(|own| own == kind));
        let fields = Fields::new()
            .with("displayName", text(&self.display_name))
            .with("value", text(&self.value))
            .with("description", text(&self.description))
            .with("allowedMemberTypes", kinds.collect::<Vec<_>>().join(","));
        if self.is_enabled { fields.with("isEnabled", "yes") } else { fields }
    }

    fn read(self, fields: &Fields) -> Self {
        Self {
            display_name: text(fields, "displayName"),
            value: text(fields, "value"),
            description: text(fields, "description"),
            allowed_member_types: fields.value("allowedMemberTypes").split(',').map(str::to_owned).collect(),
            is_enabled: fields.has("isEnabled"),
            ..self
        }
    }

    fn page(page: Page, form: Form, fields: Fields) -> Response {
        let status = status(&fields);
        render(&RolePage { members: members(&page.l), form, fields, page }, status)
    }
}
