//! Creating the people of an import, a few rows at a time.

use model::audit::{Activity, Change, TargetKind};
use model::ids::{ImportId, TenantId, UserId};
use model::refusal::{Code, Refusal};
use model::roles::Permission;
use tokio::task::JoinSet;

use super::checked::{Checked, Values, checked, shown, told};
use super::passwords::bound_to;
use super::read::{Import, ImportState, ImportWay, Row, RowState, Shown};
use crate::access::rights::rights_of;
use crate::access::{Actor, Origin};
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::access_requests::{self, Invitee};
use crate::features::audit::{self, Event};
use crate::features::directory;
use crate::features::imports::jobs::ForgetPasswords;
use crate::features::imports::store;
use crate::jobs;
use crate::moment::Moment;
use crate::secrets::Secret;
use crate::transaction;
use crate::web::locale::Locale;

/// Rows of one step, few enough that even slow hashing ends within the time of a job.
const ROWS: usize = 40;
/// Passwords that are hashed side by side; the pool has other callers too.
const HASHED_AT_ONCE: usize = 4;
/// Seconds until initial passwords are forgotten that nobody fetched.
const PASSWORDS_KEPT: i64 = 86_400;

/// Whether there is more to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    More,
    Ended,
}

/// A row whose turn has come.
struct Turn {
    row: Row,
    checked: Checked,
    /// The initial password and its hash.
    password: Option<(Secret, String)>,
}

/// One step of one import.
struct Run<'r> {
    app: &'r App,
    tenant: TenantId,
    import: Import,
    l: Locale,
    moment: &'r Moment,
}

/// Creates the people of the next rows. Whatever runs twice finds its rows taken.
///
/// # Errors
/// When the engine fails, or too many passwords are being hashed: to be tried again.
pub async fn run_some(app: &App, tenant: TenantId, id: ImportId, moment: &Moment) -> Result<Step, Error> {
    let mut scope = app.db.read().await?;
    let mut inside = scope.tenant(Actor::system(tenant).grant()).await?;
    let found = store::find(&mut inside, id).await?;
    let Some(import) = found.filter(|import| import.state == ImportState::Running) else {
        return Ok(Step::Ended);
    };
    let primary = directory::verified_domains(&mut inside).await?.into_iter().next().unwrap_or_default();
    let rows = store::waiting(&mut inside, id, ROWS).await?;
    let room = directory::room(app, &mut inside).await?;
    drop(scope);
    let l = app.locales.choose(Some(&import.language), None);
    let run = Run { app, tenant, import, l, moment };
    if rows.is_empty() {
        return run.end(None).await;
    }
    let mut turns = run.turns(rows, &primary, room).await?;
    while !turns.is_empty() {
        let some = turns.drain(..turns.len().min(HASHED_AT_ONCE)).collect();
        for turn in run.with_passwords(some).await? {
            if let Some(why) = run.take(turn).await? {
                return run.end(Some(why)).await;
            }
        }
    }
    Ok(Step::More)
}

impl Run<'_> {
    /// Reads the rows once more: the rules may have become stricter since the dry run, and others may have come.
    async fn turns(&self, rows: Vec<Row>, primary: &str, room: usize) -> Result<Vec<Turn>, Error> {
        let mut turns = Vec::with_capacity(rows.len());
        let full = || {
            let max = self.app.config.accounts.people.to_string();
            Err(vec![Refusal::new(Code::ImportPeopleTooMany).with("max", max)])
        };
        for row in rows {
            let values: Values = serde_json::from_str(&row.content).map_err(Error::internal)?;
            let found = if turns.len() < room {
                checked(self.app, &values, primary, self.import.way)
            } else {
                full()
            };
            match found {
                Ok(checked) => turns.push(Turn { row, checked, password: None }),
                Err(refusals) => {
                    let told: Vec<Shown> = refusals.iter().map(|refusal| shown(&self.l, refusal)).collect();
                    self.fail(row.number, &told).await?;
                }
            }
        }
        Ok(turns)
    }

    async fn with_passwords(&self, turns: Vec<Turn>) -> Result<Vec<Turn>, Error> {
        if self.import.way == ImportWay::Invitation {
            return Ok(turns);
        }
        let mut hashing = JoinSet::new();
        for mut turn in turns {
            let (app, moment, actor) = (self.app.clone(), self.moment.clone(), Actor::system(self.tenant));
            hashing.spawn(async move {
                let domain = &turn.checked.new.domain_name;
                turn.password = directory::first_password(&app, &actor, domain, &moment).await?;
                Ok::<_, Error>(turn)
            });
        }
        let mut ready = Vec::new();
        while let Some(hashed) = hashing.join_next().await {
            ready.push(hashed.map_err(Error::internal)??);
        }
        ready.sort_by_key(|turn| turn.row.number);
        Ok(ready)
    }

    /// Creates one person. Answers why the import must stop, where it must.
    async fn take(&self, mut turn: Turn) -> Result<Option<Shown>, Error> {
        turn.checked.new.password = turn.password.as_ref().map(|(_, hash)| (hash.clone(), true));
        let created = transaction!(self.app.db, |scope| {
            let mut inside = scope.tenant(Actor::system(self.tenant).grant()).await?;
            self.create(&mut inside, &turn).await
        });
        let Err(error) = created else { return Ok(None) };
        let told = told(&self.l, error)?;
        if let Some(lost) = told.iter().find(|told| told.code == Code::ImportRightLost.as_str()) {
            return Ok(Some(lost.clone()));
        }
        self.fail(turn.row.number, &told).await?;
        Ok(None)
    }

    async fn create(&self, scope: &mut TenantScope<'_>, turn: &Turn) -> Result<(), Error> {
        let (import, moment, place) = (&self.import, self.moment, (self.import.id, turn.row.number));
        let actor = self.starter(scope).await?;
        if !store::settle(scope, place, RowState::Created, None).await? {
            return Ok(());
        }
        let Checked { new, change, .. } = &turn.checked;
        let made = directory::create_directory_user(self.app, scope, &actor, new, change, moment).await?;
        let user = made.person.id;
        let kept = match &turn.password {
            Some((password, _)) => {
                let bound = bound_to(scope.tenant(), place);
                let sealed = self.app.keys.encrypt(&bound, password.expose().as_bytes());
                Some(sealed.map_err(Error::internal)?)
            }
            None => None,
        };
        store::note_user(scope, place, user, kept).await?;
        if let (ImportWay::Invitation, Some(contact)) = (import.way, &new.contact_email) {
            let invitee = Invitee {
                user,
                sign_in_name: made.person.sign_in_name(),
                email: contact.address.clone(),
                language: import.language.clone(),
            };
            access_requests::send_invitation(self.app, scope, &actor, &invitee, moment).await?;
        }
        Ok(())
    }

    /// Who started the import, with the rights that they have at this moment.
    async fn starter(&self, scope: &mut TenantScope<'_>) -> Result<Actor, Error> {
        let Some(user) = self.import.started_by else { return Ok(Actor::operator(self.tenant)) };
        let lost = || Error::from(Code::ImportRightLost);
        let person = directory::find_person(scope, user).await?;
        let person = person.filter(|person| person.account_enabled && person.deleted_at.is_none());
        let person = person.ok_or_else(lost)?;
        let rights = rights_of(scope, user).await?;
        let actor = Actor::user(self.tenant, user, person.display_name, rights, Origin::local());
        if actor.may(Permission::ManageUsers) { Ok(actor) } else { Err(lost()) }
    }

    async fn fail(&self, number: i64, told: &[Shown]) -> Result<(), Error> {
        let place = (self.import.id, number);
        transaction!(self.app.db, |scope| {
            let mut inside = scope.tenant(Actor::system(self.tenant).grant()).await?;
            store::settle(&mut inside, place, RowState::Failed, Some(told)).await.map(drop)
        })
    }

    async fn end(&self, stopped: Option<Shown>) -> Result<Step, Error> {
        let (import, moment) = (&self.import, self.moment);
        let system = Actor::system(self.tenant);
        transaction!(self.app.db, |scope| {
            let mut inside = scope.tenant(system.grant()).await?;
            if !store::end(&mut inside, import.id, stopped.as_ref(), moment.now).await? {
                return Ok(());
            }
            let counts = store::counts(&mut inside, import.id).await?;
            let mut event =
                Event::new(Activity::PeopleImported, TargetKind::Import, import.id, &import.file_name)
                    .changes([
                        Change::set("created", counts.created.to_string()),
                        Change::set("failed", counts.failed.to_string()),
                        Change::set("refused", counts.refused.to_string()),
                    ]);
            if let Some(stopped) = &stopped {
                event = event.refused(&stopped.code);
            }
            audit::record(&mut inside, &system, event, moment).await?;
            let forget = ForgetPasswords { tenant: self.tenant, import: import.id };
            jobs::enqueue_at(inside.global(), &forget, moment.after_seconds(PASSWORDS_KEPT), moment).await
        })?;
        Ok(Step::Ended)
    }
}

/// Whom an import may give its initial passwords: who started it.
pub fn is_starter(import: &Import, actor: &Actor) -> bool {
    let by: Option<UserId> = actor.user_id();
    by == import.started_by
}
