//! How applications and service principals are searched, and the rows that they are found by.

use std::borrow::Cow;

use model::applications::{
    Application, FromApplication, KeyCredential, OWN_API, PasswordCredential, ServicePrincipal, own_api,
};
use model::audit::{Activity, TargetKind};
use model::objects::ObjectKind;

use crate::features::objects::ObjectType;
use crate::graph::index::IndexRows;
use crate::graph::query::Order;
use crate::graph::{By, Indexed, Resource, Searchable};

const ORDERS: &[(&str, Order)] = &[
    ("id", Order::Id),
    ("displayName", Order::Text("lower(display_name)")),
    ("createdDateTime", Order::Moment("created_at")),
];

pub static APPLICATIONS: Resource = Resource {
    kind: ObjectKind::Application,
    searchable: &[
        Searchable { name: "appId", by: By::Index(Indexed::Text) },
        Searchable { name: "createdDateTime", by: By::Moment("created_at") },
        Searchable { name: "displayName", by: By::Index(Indexed::Text) },
        Searchable { name: "id", by: By::Id },
        Searchable { name: "identifierUris", by: By::Index(Indexed::Texts) },
        Searchable { name: "publicClient/redirectUris", by: By::Index(Indexed::Texts) },
        Searchable { name: "publisherDomain", by: By::Index(Indexed::Text) },
        Searchable { name: "signInAudience", by: By::Index(Indexed::Text) },
        Searchable { name: "spa/redirectUris", by: By::Index(Indexed::Texts) },
        Searchable { name: "tags", by: By::Index(Indexed::Texts) },
        Searchable { name: "uniqueName", by: By::Index(Indexed::Text) },
        Searchable { name: "web/redirectUris", by: By::Index(Indexed::Texts) },
    ],
    orders: ORDERS,
};

pub static SERVICE_PRINCIPALS: Resource = Resource {
    kind: ObjectKind::ServicePrincipal,
    searchable: &[
        Searchable { name: "accountEnabled", by: By::Index(Indexed::Truth) },
        Searchable { name: "alternativeNames", by: By::Index(Indexed::Texts) },
        Searchable { name: "appId", by: By::Index(Indexed::Text) },
        Searchable { name: "appRoleAssignmentRequired", by: By::Index(Indexed::Truth) },
        Searchable { name: "createdDateTime", by: By::Moment("created_at") },
        Searchable { name: "displayName", by: By::Index(Indexed::Text) },
        Searchable { name: "homepage", by: By::Index(Indexed::Text) },
        Searchable { name: "id", by: By::Id },
        Searchable { name: "preferredSingleSignOnMode", by: By::Index(Indexed::Text) },
        Searchable { name: "servicePrincipalNames", by: By::Index(Indexed::Texts) },
        Searchable { name: "servicePrincipalType", by: By::Index(Indexed::Text) },
        Searchable { name: "signInAudience", by: By::Index(Indexed::Text) },
        Searchable { name: "tags", by: By::Index(Indexed::Texts) },
    ],
    orders: ORDERS,
};

/// The note of when the first secret or certificate of an application ends.
pub const ENDS: &str = "ends";

impl ObjectType for Application {
    const KIND: ObjectKind = ObjectKind::Application;
    const RESOURCE: &'static Resource = &APPLICATIONS;

    fn index(&self, rows: &mut IndexRows) {
        let settings = &self.settings;
        rows.put("appId", &self.app_id.to_string());
        rows.words(&self.app_id.to_string());
        rows.put_some("publisherDomain", self.publisher_domain.as_deref());
        rows.put_some("uniqueName", settings.unique_name.as_deref());
        rows.put("signInAudience", settings.sign_in_audience.as_str());
        rows.put_all("identifierUris", &settings.identifier_uris);
        rows.put_all("tags", &settings.tags);
        rows.put_all("web/redirectUris", &settings.web.redirect_uris);
        rows.put_all("spa/redirectUris", &settings.spa.redirect_uris);
        rows.put_all("publicClient/redirectUris", &settings.public_client.redirect_uris);
        if let Some(ends) = self.first_end() {
            rows.note(ENDS, &ends.to_string());
        }
    }
}

impl ObjectType for ServicePrincipal {
    const KIND: ObjectKind = ObjectKind::ServicePrincipal;
    const RESOURCE: &'static Resource = &SERVICE_PRINCIPALS;

    fn index(&self, rows: &mut IndexRows) {
        let settings = &self.settings;
        rows.put("appId", &self.app_id.to_string());
        rows.put("servicePrincipalType", "Application");
        rows.put("signInAudience", self.from_application.sign_in_audience.as_str());
        rows.put_truth("accountEnabled", settings.account_enabled);
        rows.put_truth("appRoleAssignmentRequired", settings.app_role_assignment_required);
        rows.put_some("homepage", self.from_application.homepage.as_deref());
        rows.put_some("preferredSingleSignOnMode", settings.preferred_single_sign_on_mode.as_deref());
        rows.put_all("servicePrincipalNames", &self.names());
        rows.put_all("alternativeNames", &settings.alternative_names);
        rows.put_all("tags", &settings.tags);
    }

    fn at_present(mut self) -> Self {
        if self.app_id == OWN_API {
            self.from_application = own_api();
        }
        self
    }

    // It is the larger part of what a tenant needs that nobody uses.
    fn to_keep(&self) -> Cow<'_, Self> {
        match self.app_id == OWN_API {
            true => Cow::Owned(Self { from_application: FromApplication::default(), ..self.clone() }),
            false => Cow::Borrowed(self),
        }
    }
}

/// What has secrets and certificates of its own.
pub trait Credentialed: ObjectType {
    const TARGET: TargetKind;
    const UPDATED: Activity;
    fn passwords(&mut self) -> &mut Vec<PasswordCredential>;
    fn keys(&mut self) -> &mut Vec<KeyCredential>;
}

impl Credentialed for Application {
    const TARGET: TargetKind = TargetKind::Application;
    const UPDATED: Activity = Activity::ApplicationUpdated;

    fn passwords(&mut self) -> &mut Vec<PasswordCredential> {
        &mut self.password_credentials
    }

    fn keys(&mut self) -> &mut Vec<KeyCredential> {
        &mut self.key_credentials
    }
}

impl Credentialed for ServicePrincipal {
    const TARGET: TargetKind = TargetKind::ServicePrincipal;
    const UPDATED: Activity = Activity::ServicePrincipalUpdated;

    fn passwords(&mut self) -> &mut Vec<PasswordCredential> {
        &mut self.password_credentials
    }

    fn keys(&mut self) -> &mut Vec<KeyCredential> {
        &mut self.key_credentials
    }
}
