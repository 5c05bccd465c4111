//! Which group the ticked people are put into, or taken from.

use model::groups::DYNAMIC;
use model::ids::ObjectId;
use model::objects::Relation;
use protocol::odata::{Comparison, Filter, Literal, Path, Search};
use uuid::Uuid;

use super::page::Ticked;
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::groups::{GROUPS, find_group, list_groups, may_change};
use crate::features::objects;
use crate::graph::filter::Condition;
use crate::graph::query::{ObjectQuery, Order};
use crate::web::forms::Fields;
use crate::web::locale::Told;

/// Groups that are offered at once; a search finds the others.
const OFFERED: usize = 100;

/// What is offered.
pub(super) struct Choice {
    pub search: String,
    /// Only where there are too many to offer all.
    pub searches: bool,
    pub options: Vec<(String, String)>,
    pub refused: Option<Told>,
}

impl Choice {
    /// Groups with assigned members that the actor may change.
    pub async fn to_join(scope: &mut TenantScope<'_>, actor: &Actor, fields: &Fields) -> Result<Self, Error> {
        let search = fields.sought("search");
        let mut condition = Condition::default();
        let by_rule = Filter::Compare {
            property: Path(vec!["t".to_owned()]),
            comparison: Comparison::Equal,
            value: Literal::Text(DYNAMIC.to_owned()),
        };
        let collection = Path(vec!["groupTypes".to_owned()]);
        let by_rule = Filter::Any { collection, item: Some(("t".to_owned(), Box::new(by_rule))) };
        condition.of_filter(&GROUPS, &Filter::Not(Box::new(by_rule)))?;
        if !search.is_empty() {
            let term = Search::Term { property: None, text: search.clone() };
            condition.of_search(&GROUPS, &term)?;
        }
        let order = Order::Text("lower(display_name)");
        let query = ObjectQuery { order, ..ObjectQuery::of(condition, OFFERED) };
        let slice = list_groups(scope, actor, &query).await?;
        let searches = slice.next.is_some() || !search.is_empty();
        let mut options = Vec::with_capacity(slice.items.len());
        for group in slice.items {
            if may_change(scope, actor, &group).await? {
                options.push((group.id.to_string(), group.display_name));
            }
        }
        Ok(Self { search, searches, options, refused: None })
    }

    /// Groups that one of the people is in.
    pub async fn to_leave(
        scope: &mut TenantScope<'_>,
        actor: &Actor,
        ticked: &[Ticked],
    ) -> Result<Self, Error> {
        let mut ids: Vec<Uuid> = Vec::new();
        for person in ticked {
            let held = objects::holders_of(scope, person.id, Relation::Member, None, OFFERED).await?;
            ids.extend(held.items.iter().map(|linked| linked.id));
        }
        ids.sort_unstable();
        ids.dedup();
        let mut options = Vec::new();
        for id in ids.into_iter().take(OFFERED) {
            let group = find_group(scope, actor, ObjectId(id)).await?;
            if !group.properties.is_dynamic() && may_change(scope, actor, &group).await? {
                options.push((group.id.to_string(), group.display_name));
            }
        }
        options.sort_by_key(|(_, name)| name.to_lowercase());
        Ok(Self { search: String::new(), searches: false, options, refused: None })
    }
}
