//! The logs as files: CSV for spreadsheets, JSON lines for programs. Read page by page, so that a file of any length
//! takes the memory of one page.

use bytes::Bytes;
use futures_util::Stream;
use futures_util::stream::try_unfold;
use serde_json::{Value, json};

use super::ops::read::{self, Filter};
use super::ops::sign_ins::{SignInFilter, list_sign_ins};
use super::store::Entry;
use super::store::sign_ins::SignIn;
use crate::access::Actor;
use crate::app::App;
use crate::db::{Position, Slice};
use crate::error::Error;

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    JsonLines,
}

/// What is exported.
#[derive(Clone, Debug)]
pub enum Wanted {
    Events(Filter),
    SignIns(SignInFilter),
}

/// Rows read at a time.
const PAGE: usize = 500;

/// The file in pieces, newest first.
///
/// # Errors
/// Not allowed, or the engine fails; later pieces fail the stream.
pub async fn export(
    app: &App,
    actor: &Actor,
    wanted: Wanted,
    format: Format,
) -> Result<impl Stream<Item = Result<Bytes, Error>> + Send + use<>, Error> {
    // The first piece is read before there is an answer, so that a refusal is one.
    let first = piece(app, actor, &wanted, format, None).await?;
    let state = (app.clone(), actor.clone(), wanted);
    Ok(try_unfold(Some((state, Some(first), None)), move |left| async move {
        let Some(((app, actor, wanted), ready, from)) = left else { return Ok(None) };
        let (text, next) = match ready {
            Some(ready) => ready,
            None => piece(&app, &actor, &wanted, format, from.as_ref()).await?,
        };
        let left = next.map(|next| ((app, actor, wanted), None, Some(next)));
        Ok(Some((Bytes::from(text), left)))
    }))
}

async fn piece(
    app: &App,
    actor: &Actor,
    wanted: &Wanted,
    format: Format,
    from: Option<&Position>,
) -> Result<(String, Option<Position>), Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    match wanted {
        Wanted::Events(filter) => {
            let found = read::list(&mut tenant, actor, filter, from, PAGE).await?;
            Ok(written(found, format, from.is_none()))
        }
        Wanted::SignIns(filter) => {
            let found = list_sign_ins(&mut tenant, actor, filter, from, PAGE).await?;
            Ok(written(found, format, from.is_none()))
        }
    }
}

fn written<R: Exported>(found: Slice<R>, format: Format, is_first: bool) -> (String, Option<Position>) {
    let mut text = String::new();
    match format {
        Format::Csv => {
            if is_first {
                text.push_str(R::HEADER);
                text.push_str("\r\n");
            }
            for row in &found.items {
                text.push_str(&row.cells().iter().map(|value| cell(value)).collect::<Vec<_>>().join(","));
                text.push_str("\r\n");
            }
        }
        Format::JsonLines => {
            for row in &found.items {
                text.push_str(&row.line().to_string());
                text.push('\n');
            }
        }
    }
    (text, found.next)
}

/// A row of a log as a file has it.
pub trait Exported {
    /// Names of the cells.
    const HEADER: &'static str;
    fn cells(&self) -> Vec<String>;
    fn line(&self) -> Value;
}

fn or_nothing(id: Option<impl ToString>) -> String {
    id.map_or_else(String::new, |id| id.to_string())
}

impl Exported for Entry {
    const HEADER: &'static str =
        "at,activity,actor,actorId,target,targetId,changes,ip,result,id,correlationId";

    fn cells(&self) -> Vec<String> {
        let side = |value: &Option<String>| value.clone().unwrap_or_default();
        let change = |change: &model::audit::Change| {
            format!("{}: {} → {}", change.property, side(&change.old), side(&change.new))
        };
        vec![
            self.at.to_string(),
            self.activity.clone(),
            self.actor_name.clone(),
            or_nothing(self.actor_id),
            self.target_name.clone(),
            self.target_id.clone(),
            self.changes.iter().map(change).collect::<Vec<_>>().join("; "),
            self.ip.clone(),
            self.result.clone(),
            self.id.to_string(),
            or_nothing(self.correlation),
        ]
    }

    fn line(&self) -> Value {
        json!({
            "id": self.id,
            "at": self.at,
            "actorKind": self.actor_kind,
            "actorId": self.actor_id,
            "actorAppId": self.actor_app_id,
            "actorName": self.actor_name,
            "activity": self.activity,
            "targetKind": self.target_kind,
            "targetId": self.target_id,
            "targetName": self.target_name,
            "changes": self.changes,
            "ip": self.ip,
            "userAgent": self.user_agent,
            "correlationId": self.correlation,
            "result": self.result,
        })
    }
}

impl Exported for SignIn {
    const HEADER: &'static str = "at,userName,displayName,userId,application,result,errorCode,ip,userAgent,secondFactor,familiar,id,correlationId";

    fn cells(&self) -> Vec<String> {
        vec![
            self.at.to_string(),
            self.user_name.clone(),
            self.display_name.clone(),
            self.user.to_string(),
            self.application_name.clone(),
            self.result.clone(),
            self.number().to_string(),
            self.ip.clone(),
            self.user_agent.clone(),
            self.second_factor.to_string(),
            self.familiar.to_string(),
            self.id.to_string(),
            or_nothing(self.correlation),
        ]
    }

    fn line(&self) -> Value {
        json!({
            "id": self.id,
            "at": self.at,
            "userId": self.user,
            "userName": self.user_name,
            "displayName": self.display_name,
            "applicationId": self.application,
            "applicationName": self.application_name,
            "ip": self.ip,
            "userAgent": self.user_agent,
            "result": self.result,
            "errorCode": self.number(),
            "secondFactor": self.second_factor,
            "familiar": self.familiar,
            "correlationId": self.correlation,
        })
    }
}

impl SignIn {
    /// The number of the result (facts §7.5); 0 is a sign-in that was done.
    #[must_use]
    pub fn number(&self) -> i64 {
        model::audit::SignInResult::named(&self.result).map_or(1, model::audit::SignInResult::number)
    }
}

/// Cells that a spreadsheet would run as a formula start with an apostrophe (RFC 4180 has the rest).
fn cell(value: &str) -> String {
    let formula =
        value.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r', '|', '％', '＝', '＋', '－', '＠'])
            || value.starts_with(['\t', '\r', '\n']);
    let guarded = if formula { format!("'{value}") } else { value.to_owned() };
    if guarded.contains(['"', ',', '\n', '\r', ';', '\'']) {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded
    }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn no_cell_runs_as_a_formula() {
        for value in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =cmd|' /C calc'!A0", "\r\n=1"] {
            let text = cell(value);
            assert!(text.trim_start_matches('"').starts_with('\''), "{value:?} became {text:?}");
        }
        assert_eq!(cell("Ana"), "Ana");
        assert_eq!(cell("Torres, \"Ana\""), "\"Torres, \"\"Ana\"\"\"");
    }
}
