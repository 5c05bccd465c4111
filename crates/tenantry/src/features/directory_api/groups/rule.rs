//! `evaluateDynamicMembership`: would somebody be in a group with this rule? The shape is Microsoft Graph's.

use axum::Json;
use axum::extract::{Path, State};
use model::ids::UserId;
use model::refusal::{Code, Refusal};
use serde_json::{Value, json};

use super::id_of;
use crate::app::App;
use crate::error::Error;
use crate::features::groups::get_group;
use crate::features::membership::would_match;
use crate::graph::{Body, Caller, context};

fn needed(body: &mut Body, name: &'static str) -> Result<String, Refusal> {
    body.text(name)?.given().ok_or_else(|| Refusal::new(Code::FieldRequired).on(name))
}

fn member(body: &mut Body) -> Result<UserId, Error> {
    needed(body, "memberId")?.parse().map_err(|_| Error::not_found())
}

fn answer(app: &App, rule: &str, result: bool) -> Json<Value> {
    Json(json!({
        "@odata.context": context(app, "microsoft.graph.evaluateDynamicMembershipResult"),
        "membershipRule": rule,
        "membershipRuleEvaluationResult": result,
    }))
}

/// With a rule that no group has yet.
pub(super) async fn of_rule(
    State(app): State<App>,
    Caller(actor): Caller,
    mut body: Body,
) -> Result<Json<Value>, Error> {
    let (user, rule) = (member(&mut body)?, needed(&mut body, "membershipRule")?);
    body.end(&[])?;
    let result = would_match(&app, &actor, &rule, user, app.moment().now).await?;
    Ok(answer(&app, &rule, result))
}

/// With the rule of a group.
pub(super) async fn of_group(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    mut body: Body,
) -> Result<Json<Value>, Error> {
    let user = member(&mut body)?;
    body.end(&[])?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let group = get_group(&mut tenant, &actor, id_of(&id)?).await?;
    drop(scope);
    let rule = group.properties.text("membershipRule").ok_or(Code::GroupRuleMissing)?;
    let result = would_match(&app, &actor, rule, user, app.moment().now).await?;
    Ok(answer(&app, rule, result))
}
