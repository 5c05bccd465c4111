//! Creating and changing people.

use clap::Args;
use model::eligibility::username;
use model::ids::UserId;
use model::properties::TextProperty;
use model::refusal::{Code, Refusal};
use serde_json::{Value, json};

use super::{Person, described};
use crate::access::Actor;
use crate::app::App;
use crate::cli::inside::operator_in;
use crate::cli::named::sign_in_name;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::directory::{self, NewUser, SignInName, UserChange, contact_email, person_name};
use crate::graph::Property;
use crate::transaction;

/// What is kept of a person.
#[derive(Args)]
struct Profile {
    /// As others see them.
    #[arg(long)]
    display_name: Option<String>,
    /// The given name; empty takes it away.
    #[arg(long)]
    given_name: Option<String>,
    /// The surname; empty takes it away.
    #[arg(long)]
    surname: Option<String>,
    /// Where notices go; it isn't used to sign in.
    #[arg(long)]
    contact_email: Option<String>,
    /// A property as Microsoft Graph names it, such as jobTitle=Engineer; empty takes it away. May be given several times.
    #[arg(long, value_name = "PROPERTY=VALUE")]
    set: Vec<String>,
}

#[derive(Args)]
pub(super) struct Create {
    /// The tenant's id or one of its verified domain names.
    tenant: String,
    /// What stands before the @ of the sign-in name.
    #[arg(long)]
    username: String,
    /// One of the tenant's verified domain names; without it the primary one.
    #[arg(long)]
    domain: Option<String>,
    #[command(flatten)]
    profile: Profile,
}

#[derive(Args)]
pub(super) struct Update {
    #[command(flatten)]
    person: Person,
    /// Another name before the @.
    #[arg(long)]
    username: Option<String>,
    /// Another of the tenant's verified domain names.
    #[arg(long)]
    domain: Option<String>,
    #[command(flatten)]
    profile: Profile,
}

#[derive(Args)]
pub(super) struct Restore {
    #[command(flatten)]
    person: Person,
    /// Another name before the @, where somebody else has the old one by now.
    #[arg(long)]
    username: Option<String>,
    /// Another of the tenant's verified domain names, where the old one takes nobody any more.
    #[arg(long)]
    domain: Option<String>,
}

/// What is named and empty is taken away.
fn given<T>(
    typed: Option<&String>,
    check: impl FnOnce(&str) -> Result<Option<T>, Vec<Refusal>>,
    refusals: &mut Vec<Refusal>,
) -> Property<T> {
    let Some(typed) = typed else { return Property::Absent };
    match check(typed) {
        Ok(value) => value.map_or(Property::Null, Property::Is),
        Err(found) => {
            refusals.extend(found);
            Property::Absent
        }
    }
}

impl Profile {
    fn change(&self, app: &App) -> Result<UserChange, Error> {
        let mut refusals = Vec::new();
        let mut change = UserChange {
            given_name: given(self.given_name.as_ref(), |text| person_name(text, "givenName"), &mut refusals),
            surname: given(self.surname.as_ref(), |text| person_name(text, "surname"), &mut refusals),
            contact: given(
                self.contact_email.as_ref(),
                |text| contact_email(app, text, "contactEmail"),
                &mut refusals,
            ),
            ..UserChange::default()
        };
        if let Some(typed) = &self.display_name {
            let verdict = username::check_display_name(typed);
            refusals.extend(verdict.answer.refusals.into_iter().map(|refusal| refusal.on("displayName")));
            change.display_name = Some(verdict.name);
        }
        for setting in &self.set {
            match text(setting) {
                Ok(set) => change.texts.push(set),
                Err(refusal) => refusals.push(refusal),
            }
        }
        if refusals.is_empty() { Ok(change) } else { Err(Error::Refused(refusals)) }
    }
}

fn text(setting: &str) -> Result<(TextProperty, Option<String>), Refusal> {
    let (name, value) = setting.split_once('=').unwrap_or((setting, ""));
    let unknown = || Refusal::new(Code::PropertyUnknown).on("set").with("property", name);
    let property = TextProperty::named(name).ok_or_else(unknown)?;
    let value = if value.trim().is_empty() { None } else { Some(property.check(value)?) };
    Ok((property, value))
}

fn checked_name(user: &str, domain: &str) -> Result<SignInName, Error> {
    let verdict = username::check(user, domain);
    if verdict.answer.valid {
        Ok(SignInName::new(&verdict.canonical, domain))
    } else {
        Err(Error::Refused(verdict.answer.refusals))
    }
}

impl Create {
    pub async fn run(&self, app: &App) -> Result<Value, Error> {
        let (actor, moment) = (operator_in(app, &self.tenant).await?, app.moment());
        let mut scope = app.db.read().await?;
        let mut inside = scope.tenant(actor.grant()).await?;
        let primary = directory::verified_domains(&mut inside).await?.into_iter().next();
        drop(scope);
        let domain = self.domain.clone().or(primary).unwrap_or_default();
        let (name, change) = (checked_name(&self.username, &domain)?, self.profile.change(app)?);
        let (given_name, surname) = (change.given_name.clone().given(), change.surname.clone().given());
        let joined = [&given_name, &surname].into_iter().flatten().cloned().collect::<Vec<_>>().join(" ");
        let made_of = if joined.is_empty() { self.username.clone() } else { joined };
        let first = directory::first_password(app, &actor, &name.domain, &moment).await?;
        let (password, hash) = first.unzip();
        let new = NewUser {
            user_name: name.user,
            domain_name: name.domain,
            display_name: change.display_name.clone().unwrap_or(made_of),
            given_name,
            surname,
            contact_email: change.contact.clone().given(),
            password: hash.map(|hash| (hash, true)),
            ..NewUser::default()
        };
        let made = transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            directory::create_directory_user(app, &mut inside, &actor, &new, &change, &moment).await
        })?;
        let mut value = described(&made);
        match password {
            Some(password) => value["temporaryPassword"] = json!(password.expose()),
            None => value["signsInWith"] = json!(format!("the identity provider of {domain}")),
        }
        Ok(value)
    }
}

impl Update {
    pub async fn run(&self, app: &App) -> Result<Value, Error> {
        let (actor, moment) = (self.person.actor(app).await?, app.moment());
        let change = self.profile.change(app)?;
        let changed = transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            let id = self.person.find(&mut inside).await?;
            let found = directory::get_user(&mut inside, &actor, id).await?;
            let (user, domain) = (&found.person.user_name, &found.person.domain_name);
            let name =
                checked_name(self.username.as_ref().unwrap_or(user), self.domain.as_ref().unwrap_or(domain))?;
            let change = UserChange { name: Some(name), ..change.clone() };
            directory::update_directory_user(&mut inside, &actor, &found, &change, None, &moment).await?;
            directory::get_user(&mut inside, &actor, id).await
        })?;
        Ok(described(&changed))
    }
}

/// What is done to one person.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Enable,
    Disable,
    Delete,
    EndSessions,
}

impl Person {
    pub(super) async fn act(&self, app: &App, act: Act) -> Result<Value, Error> {
        let (actor, moment) = (self.actor(app).await?, app.moment());
        let (found, ended) = transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            let id = self.find(&mut inside).await?;
            let open = directory::get(&mut inside, &actor, id, moment.now).await?.sessions;
            match act {
                Act::Enable => directory::enable(&mut inside, &actor, id, &moment).await?,
                Act::Disable => directory::disable(&mut inside, &actor, id, &moment).await?,
                Act::Delete => directory::delete(&mut inside, &actor, id, &moment).await?,
                Act::EndSessions => directory::revoke_sessions(&mut inside, &actor, id, &moment).await?,
            }
            Ok::<_, Error>((directory::get_user(&mut inside, &actor, id).await?, open))
        })?;
        let mut value = described(&found);
        if act == Act::EndSessions {
            value["sessionsEnded"] = json!(ended);
        }
        Ok(value)
    }

    /// Who was deleted last under the name.
    async fn deleted(&self, scope: &mut TenantScope<'_>, actor: &Actor) -> Result<UserId, Error> {
        if let Ok(id) = self.user.parse() {
            return Ok(id);
        }
        let last = directory::last_deleted(scope, actor, &sign_in_name(&self.user)?).await?;
        last.ok_or_else(Error::not_found)
    }
}

impl Restore {
    pub async fn run(&self, app: &App) -> Result<Value, Error> {
        let (actor, moment) = (self.person.actor(app).await?, app.moment());
        let found = transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            let id = self.person.deleted(&mut inside, &actor).await?;
            let person = directory::find_person(&mut inside, id).await?.ok_or_else(Error::not_found)?;
            let (user, domain) = (&person.user_name, &person.domain_name);
            // A name that stays is not looked at again: rules may have changed since it was given.
            let name = if self.username.is_none() && self.domain.is_none() {
                SignInName::new(user, domain)
            } else {
                checked_name(self.username.as_ref().unwrap_or(user), self.domain.as_ref().unwrap_or(domain))?
            };
            directory::restore(app, &mut inside, &actor, id, &name, &moment).await?;
            directory::get_user(&mut inside, &actor, id).await
        })?;
        Ok(described(&found))
    }
}

pub(super) async fn reset(app: &App, person: &Person) -> Result<Value, Error> {
    let (actor, moment) = (person.actor(app).await?, app.moment());
    let (password, hash) = directory::temporary_password(app, &moment).await?;
    let found = transaction!(app.db, |scope| {
        let mut inside = scope.tenant(actor.grant()).await?;
        let id = person.find(&mut inside).await?;
        directory::reset_password(&mut inside, &actor, id, &hash, &moment).await?;
        directory::get_user(&mut inside, &actor, id).await
    })?;
    Ok(json!({
        "id": found.person.id,
        "userPrincipalName": found.person.sign_in_name(),
        "temporaryPassword": password.expose(),
    }))
}
