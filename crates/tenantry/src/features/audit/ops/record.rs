//! Writing the log.

use model::audit::{Activity, Change, TargetKind};

use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::audit::store;
use crate::moment::Moment;

/// What happened to what.
pub struct Event {
    pub activity: Activity,
    pub target_kind: TargetKind,
    pub target_id: String,
    pub target_name: String,
    /// Whom or what else it is about: who became a member of the target.
    pub other: Option<Other>,
    pub changes: Vec<Change>,
    /// Why it was refused, where it was.
    pub refused: Option<String>,
}

/// The second object of an event, as it was then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    pub kind: String,
    pub id: String,
    pub name: String,
}

impl Event {
    #[must_use]
    pub fn new(activity: Activity, kind: TargetKind, id: impl ToString, name: impl Into<String>) -> Self {
        Self {
            activity,
            target_kind: kind,
            target_id: id.to_string(),
            target_name: name.into(),
            other: None,
            changes: Vec::new(),
            refused: None,
        }
    }

    #[must_use]
    pub fn changes(mut self, changes: impl IntoIterator<Item = Change>) -> Self {
        self.changes.extend(changes);
        self
    }

    /// Beside the target, somebody or something else that it is about.
    #[must_use]
    pub fn and(mut self, kind: impl Into<TargetKind>, id: impl ToString, name: impl Into<String>) -> Self {
        let kind = kind.into().as_str().to_owned();
        self.other = Some(Other { kind, id: id.to_string(), name: name.into() });
        self
    }

    #[must_use]
    pub fn refused(mut self, why: impl Into<String>) -> Self {
        self.refused = Some(why.into());
        self
    }
}

/// Appends an event to the tenant's log, in the transaction of the change.
///
/// # Errors
/// When the engine fails.
pub async fn record(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    event: Event,
    moment: &Moment,
) -> Result<(), Error> {
    store::insert(scope, actor, &event, (moment.uuid(), moment.now)).await
}
