//! How groups are searched, and the rows that they are found by.

use model::groups::GroupProperties;
use model::objects::ObjectKind;

use crate::features::objects::ObjectType;
use crate::graph::index::IndexRows;
use crate::graph::query::Order;
use crate::graph::{By, Indexed, Resource, Searchable};

/// How groups are searched (facts §7.3).
pub static GROUPS: Resource = Resource {
    kind: ObjectKind::Group,
    searchable: &[
        Searchable { name: "classification", by: By::Index(Indexed::Text) },
        Searchable { name: "createdDateTime", by: By::Moment("created_at") },
        Searchable { name: "description", by: By::Index(Indexed::Text) },
        Searchable { name: "displayName", by: By::Index(Indexed::Text) },
        Searchable { name: "groupTypes", by: By::Index(Indexed::Texts) },
        Searchable { name: "id", by: By::Id },
        Searchable { name: "isAssignableToRole", by: By::Index(Indexed::Truth) },
        Searchable { name: "mail", by: By::Index(Indexed::TextAndEnd) },
        Searchable { name: "mailEnabled", by: By::Index(Indexed::Truth) },
        Searchable { name: "mailNickname", by: By::Index(Indexed::Text) },
        Searchable { name: "membershipRule", by: By::Index(Indexed::Text) },
        Searchable { name: "membershipRuleProcessingState", by: By::Index(Indexed::Text) },
        Searchable { name: "proxyAddresses", by: By::Index(Indexed::TextsAndEnd) },
        Searchable { name: "securityEnabled", by: By::Index(Indexed::Truth) },
        Searchable { name: "uniqueName", by: By::Index(Indexed::Text) },
        Searchable { name: "visibility", by: By::Index(Indexed::Text) },
    ],
    orders: &[
        ("id", Order::Id),
        ("displayName", Order::Text("lower(display_name)")),
        ("createdDateTime", Order::Moment("created_at")),
    ],
};

impl ObjectType for GroupProperties {
    const KIND: ObjectKind = ObjectKind::Group;
    const RESOURCE: &'static Resource = &GROUPS;

    fn index(&self, rows: &mut IndexRows) {
        for (property, value) in &self.texts {
            rows.put(property, value);
        }
        rows.put_extensions(&self.extensions);
        rows.put_some("mail", self.mail.as_deref());
        if let Some(mail) = &self.mail {
            rows.put("proxyAddresses", &format!("SMTP:{mail}"));
        }
        rows.put_truth("mailEnabled", self.mail_enabled);
        rows.put_truth("securityEnabled", self.security_enabled);
        if let Some(assignable) = self.is_assignable_to_role {
            rows.put_truth("isAssignableToRole", assignable);
        }
        rows.put_all("groupTypes", &self.group_types);
        for text in [self.text("description"), self.text("mailNickname")] {
            rows.words(text.unwrap_or_default());
        }
    }
}
