//! The claim `groups`: the groups that somebody is in, as an application wants to be told (`groupMembershipClaims`).

use model::applications::{Application, FIRST_PARTY, ServicePrincipal};
use model::groups::GroupProperties;
use model::ids::{ObjectId, UserId};
use model::objects::Relation;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::assigned_groups;
use crate::features::groups::GROUPS;
use crate::features::objects::{self, Object, narrow_to_holders};
use crate::features::roles::{RoleDefinition, held_by_any};
use crate::graph::filter::Condition;
use crate::graph::index::is_true;
use crate::graph::query::ObjectQuery;

/// Groups that a token holds; where there are more, it says where to ask.
const MOST: usize = 200;

/// What a token tells of groups.
#[derive(Clone, Debug, Default)]
pub struct Told {
    groups: Option<Listed>,
    /// Template ids of the built-in roles (`wids`), where they are wanted.
    roles: Vec<Uuid>,
}

#[derive(Clone, Debug)]
enum Listed {
    These(Vec<Uuid>),
    TooMany,
}

/// Reads what a resource is told of a person.
///
/// # Errors
/// When the engine fails.
pub async fn told(
    scope: &mut TenantScope<'_>,
    principal: &Object<ServicePrincipal>,
    user: UserId,
) -> Result<Told, Error> {
    // Those that every tenant knows want to be told nothing.
    if principal.properties.home_tenant == FIRST_PARTY {
        return Ok(Told::default());
    }
    let application = ObjectId(principal.properties.application);
    match objects::find::<Application>(scope, application).await? {
        Some(application) => told_by(scope, (principal, &application.properties), user).await,
        None => Ok(Told::default()),
    }
}

/// The same of an application that was read before.
///
/// # Errors
/// When the engine fails.
pub async fn told_by(
    scope: &mut TenantScope<'_>,
    (principal, application): (&Object<ServicePrincipal>, &Application),
    user: UserId,
) -> Result<Told, Error> {
    let wish = application.settings.group_membership_claims.as_deref();
    let wish = wish.unwrap_or_default();
    let wants = |name: &str| wish.split(',').any(|word| word.trim() == name);
    let mut groups = None;
    if wants("All") || wants("SecurityGroup") {
        groups = Some(transitive(scope, user, !wants("All")).await?);
    } else if wants("ApplicationGroup") {
        groups = Some(assigned_groups(scope, principal.id, user, MOST + 1).await?);
    }
    let mut roles = Vec::new();
    if wants("All") || wants("DirectoryRole") {
        let held = held_by_any(scope, user.0).await?.into_iter().map(|held| held.role);
        roles = held.filter(RoleDefinition::is_built_in).map(|role| role.id).collect();
    }
    let listed = |groups: Vec<Uuid>| match groups.len() > MOST {
        true => Listed::TooMany,
        false => Listed::These(groups),
    };
    Ok(Told { groups: groups.map(listed), roles })
}

/// Groups that somebody is in, also over other groups.
async fn transitive(scope: &mut TenantScope<'_>, user: UserId, security: bool) -> Result<Vec<Uuid>, Error> {
    let mut condition = Condition::default();
    narrow_to_holders(&mut condition, user.0, Relation::Member, true);
    if security {
        is_true(&mut condition, &GROUPS, "securityEnabled");
    }
    let query = ObjectQuery::of(condition, MOST + 1);
    let found = objects::list::<GroupProperties>(scope, &query).await?;
    Ok(found.items.iter().map(|group| group.id.0).collect())
}

impl Told {
    /// The claims. Instead of too many groups, the address that lists them (OpenID Connect Core §5.6.2).
    #[must_use]
    pub fn claims(&self, app: &App, user: UserId) -> Map<String, Value> {
        let mut claims = Map::new();
        match &self.groups {
            Some(Listed::These(groups)) if !groups.is_empty() => {
                claims.insert("groups".into(), json!(groups));
            }
            Some(Listed::TooMany) => {
                let endpoint = app.link(&format!("/v1.0/users/{user}/getMemberObjects"));
                claims.insert("_claim_names".into(), json!({ "groups": "src1" }));
                claims.insert("_claim_sources".into(), json!({ "src1": { "endpoint": endpoint } }));
            }
            _ => {}
        }
        if !self.roles.is_empty() {
            claims.insert("wids".into(), json!(self.roles));
        }
        claims
    }
}
