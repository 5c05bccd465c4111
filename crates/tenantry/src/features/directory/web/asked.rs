//! What the address of the list asks for: which people, and in which order.

use model::roles::Role;

use crate::db::Position;
use crate::features::directory::ops::list::{Filter, ListQuery, Sort, UserType};
use crate::web::forms::Fields;
use crate::web::links::Query;
use crate::web::locale::Locale;

/// A column that the list can be sorted by.
pub(super) struct Column {
    pub text: String,
    pub href: String,
    pub direction: &'static str,
}

/// What the address asks for.
pub(super) struct Asked {
    pub search: String,
    pub filter: Filter,
    user_type: Option<UserType>,
    role: Option<Role>,
    domain: String,
    department: String,
    sort: Sort,
    descending: bool,
}

const FILTERS: [(Filter, &str); 6] = [
    (Filter::Everyone, ""),
    (Filter::Enabled, "enabled"),
    (Filter::Disabled, "disabled"),
    (Filter::Invited, "invited"),
    (Filter::WithRoles, "roles"),
    (Filter::Deleted, "deleted"),
];
const SORTS: [(Sort, &str); 3] =
    [(Sort::Name, "name"), (Sort::UserName, "username"), (Sort::Created, "created")];

impl Asked {
    pub fn read(fields: &Fields) -> Self {
        let sort = fields.value("sort");
        let (descending, sort) = sort.strip_prefix('-').map_or((false, sort), |rest| (true, rest));
        let kinds = [UserType::Member, UserType::Guest];
        Self {
            search: fields.sought("search"),
            user_type: kinds.into_iter().find(|kind| kind.as_str() == fields.value("type")),
            role: fields.value("role").parse().ok().and_then(Role::from_template_id),
            domain: fields.sought("domain"),
            department: fields.sought("department"),
            filter: FILTERS
                .iter()
                .find(|(_, name)| *name == fields.value("filter"))
                .map_or_else(Filter::default, |(filter, _)| *filter),
            sort: SORTS.iter().find(|(_, name)| *name == sort).map_or_else(Sort::default, |(sort, _)| *sort),
            descending,
        }
    }

    pub fn query(&self) -> Query {
        self.pairs().into_iter().fold(Query::default(), |query, (name, value)| query.with(name, &value))
    }

    /// Everything that is asked, by the names of the address.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let filter = FILTERS.iter().find(|(filter, _)| *filter == self.filter).map_or("", |(_, name)| name);
        let pairs = [
            ("filter", filter.to_owned()),
            ("search", self.search.clone()),
            ("type", self.user_type.map_or("", UserType::as_str).to_owned()),
            ("role", self.role.map_or_else(String::new, |role| role.template_id().to_string())),
            ("domain", self.domain.clone()),
            ("department", self.department.clone()),
            ("sort", self.sort_name()),
        ];
        pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// The form of further filters, filled in.
    pub fn shown(&self) -> Fields {
        self.pairs().into_iter().fold(Fields::new(), |fields, (name, value)| fields.with(name, value))
    }

    /// Whether it asks for some of the people only.
    pub fn narrows(&self) -> bool {
        self.pairs().iter().any(|(name, _)| *name != "sort")
    }

    fn sort_name(&self) -> String {
        let name = SORTS.iter().find(|(sort, _)| *sort == self.sort).map_or("name", |(_, name)| name);
        match (name, self.descending) {
            ("name", false) => String::new(),
            (name, false) => name.to_owned(),
            (name, true) => format!("-{name}"),
        }
    }

    pub fn list_query(&self, from: Option<Position>) -> ListQuery {
        ListQuery {
            search: self.search.clone(),
            filter: self.filter,
            user_type: self.user_type,
            role: self.role,
            domain: self.domain.clone(),
            department: self.department.clone(),
            sort: self.sort,
            descending: self.descending,
            from,
        }
    }

    pub fn filters(&self, l: &Locale) -> Vec<(String, String, bool)> {
        let text = |filter| match filter {
            Filter::Everyone => l.t("people-filter-everyone"),
            Filter::Enabled => l.t("people-filter-enabled"),
            Filter::Disabled => l.t("people-filter-disabled"),
            Filter::Invited => l.t("people-filter-invited"),
            Filter::WithRoles => l.t("people-filter-roles"),
            Filter::Deleted => l.t("people-filter-deleted"),
        };
        let item = |(filter, name): &(Filter, &str)| {
            (text(*filter), self.query().with("filter", name).on("/people"), *filter == self.filter)
        };
        FILTERS.iter().map(item).collect()
    }

    pub fn columns(&self, l: &Locale) -> Vec<Column> {
        [
            (Sort::Name, "name", l.t("people-column-name")),
            (Sort::Created, "created", l.t("people-column-created")),
        ]
        .into_iter()
        .map(|(sort, name, text)| {
            let current = sort == self.sort;
            let to = if current && !self.descending { format!("-{name}") } else { name.to_owned() };
            let direction = match (current, self.descending) {
                (false, _) => "",
                (true, false) => "ascending",
                (true, true) => "descending",
            };
            Column { text, href: self.query().with("sort", &to).on("/people"), direction }
        })
        .collect()
    }
}
