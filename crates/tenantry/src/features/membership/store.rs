//! The table `membership_rule`, and people as rules see them.

use jiff::Timestamp;
use model::ids::{ObjectId, UserId};
use model::membership::{Attribute, Person, Rule};
use model::properties::Properties;
use uuid::Uuid;

use crate::db::{DbError, FromRow, Row, Single, TenantScope};
use crate::error::Error;
use crate::params;

/// A rule with its group, which isn't deleted.
pub struct StoredRule {
    pub group: ObjectId,
    pub name: String,
    pub rule: String,
}

impl StoredRule {
    /// `None` where it can't be read any more: a newer version may refuse what an older one took.
    pub fn read(&self) -> Option<Rule> {
        let read = Rule::parse(&self.rule);
        if let Err(fault) = &read {
            tracing::warn!(group = %self.group, ?fault, "a membership rule can't be read any more; it is passed over");
        }
        read.ok()
    }
}

impl FromRow for StoredRule {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self { group: row.get("group_id")?, name: row.get("display_name")?, rule: row.get("rule")? })
    }
}

/// A person as rules see them.
#[derive(PartialEq)]
pub struct Asked {
    pub id: UserId,
    pub display_name: String,
    pub is_deleted: bool,
    id_text: String,
    given_name: Option<String>,
    surname: Option<String>,
    user_name: String,
    sign_in_name: String,
    mail: Option<String>,
    account_enabled: bool,
    created_at: Timestamp,
    properties: Properties,
    user_type: String,
    manager: Option<Uuid>,
}

const COLUMNS: &str = "id, display_name, deleted_at, given_name, surname, user_name, domain_name, contact_email, \
    account_enabled, created_at, properties, user_type, manager_id";

impl FromRow for Asked {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let id: UserId = row.get("id")?;
        let (user_name, domain): (String, String) = (row.get("user_name")?, row.get("domain_name")?);
        let properties: String = row.get("properties")?;
        let deleted_at: Option<Timestamp> = row.get("deleted_at")?;
        Ok(Self {
            id,
            id_text: id.to_string(),
            display_name: row.get("display_name")?,
            is_deleted: deleted_at.is_some(),
            given_name: row.get("given_name")?,
            surname: row.get("surname")?,
            sign_in_name: format!("{user_name}@{domain}"),
            user_name,
            mail: row.get("contact_email")?,
            account_enabled: row.get("account_enabled")?,
            created_at: row.get("created_at")?,
            properties: serde_json::from_str(&properties)
                .map_err(|error| DbError::Shape(error.to_string()))?,
            user_type: row.get("user_type")?,
            manager: row.get("manager_id")?,
        })
    }
}

impl Person for Asked {
    fn text(&self, attribute: Attribute) -> Option<&str> {
        match attribute {
            Attribute::City => self.properties.text("city"),
            Attribute::CompanyName => self.properties.text("companyName"),
            Attribute::Country => self.properties.text("country"),
            Attribute::Department => self.properties.text("department"),
            Attribute::DisplayName => Some(&self.display_name),
            Attribute::EmployeeId => self.properties.text("employeeId"),
            Attribute::EmployeeType => self.properties.text("employeeType"),
            Attribute::FaxNumber => self.properties.text("faxNumber"),
            Attribute::GivenName => self.given_name.as_deref(),
            Attribute::JobTitle => self.properties.text("jobTitle"),
            Attribute::Mail => self.mail.as_deref(),
            Attribute::MailNickname => self.properties.text("mailNickname").or(Some(&self.user_name)),
            Attribute::MobilePhone => self.properties.text("mobilePhone"),
            Attribute::ObjectId => Some(&self.id_text),
            Attribute::OfficeLocation => self.properties.text("officeLocation"),
            Attribute::PostalCode => self.properties.text("postalCode"),
            Attribute::PreferredLanguage => self.properties.text("preferredLanguage"),
            Attribute::State => self.properties.text("state"),
            Attribute::StreetAddress => self.properties.text("streetAddress"),
            Attribute::Surname => self.surname.as_deref(),
            Attribute::TelephoneNumber => self.properties.business_phones.first().map(String::as_str),
            Attribute::UsageLocation => self.properties.text("usageLocation"),
            Attribute::UserPrincipalName => Some(&self.sign_in_name),
            Attribute::UserType => Some(&self.user_type),
            Attribute::AccountEnabled
            | Attribute::CreatedDateTime
            | Attribute::EmployeeHireDate
            | Attribute::OtherMails => None,
        }
    }

    fn texts(&self, attribute: Attribute) -> Vec<&str> {
        match attribute {
            Attribute::OtherMails => self.properties.other_mails.iter().map(String::as_str).collect(),
            _ => Vec::new(),
        }
    }

    fn truth(&self, attribute: Attribute) -> bool {
        attribute == Attribute::AccountEnabled && self.account_enabled
    }

    fn moment(&self, attribute: Attribute) -> Option<Timestamp> {
        match attribute {
            Attribute::CreatedDateTime => Some(self.created_at),
            Attribute::EmployeeHireDate => self.properties.employee_hire_date,
            _ => None,
        }
    }

    fn manager(&self) -> Option<Uuid> {
        self.manager
    }
}

pub async fn put(
    scope: &mut TenantScope<'_>,
    group: ObjectId,
    rule: &str,
    paused: bool,
    moves_with_time: bool,
) -> Result<(), Error> {
    let sql = "INSERT INTO membership_rule (tenant_id, group_id, rule, paused, moves_with_time, evaluated) \
               VALUES ($1, $2, $3, $4, $5, FALSE) ON CONFLICT (tenant_id, group_id) DO UPDATE SET rule = excluded.rule, \
               paused = excluded.paused, moves_with_time = excluded.moves_with_time, evaluated = FALSE";
    scope.execute(sql, params![group, rule, paused, moves_with_time]).await?;
    Ok(())
}

/// It was asked of everybody.
pub async fn evaluated(scope: &mut TenantScope<'_>, group: ObjectId) -> Result<(), Error> {
    let sql = "UPDATE membership_rule SET evaluated = TRUE WHERE tenant_id = $1 AND group_id = $2 AND evaluated = FALSE";
    scope.execute(sql, params![group]).await?;
    Ok(())
}

pub async fn is_evaluating(scope: &mut TenantScope<'_>, group: ObjectId) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM membership_rule WHERE tenant_id = $1 AND group_id = $2 AND paused = FALSE AND evaluated = FALSE";
    let found: Option<Single<i64>> = scope.optional(sql, params![group]).await?;
    Ok(found.is_some())
}

pub async fn forget(scope: &mut TenantScope<'_>, group: ObjectId) -> Result<(), Error> {
    let sql = "DELETE FROM membership_rule WHERE tenant_id = $1 AND group_id = $2";
    scope.execute(sql, params![group]).await?;
    Ok(())
}

pub async fn has(scope: &mut TenantScope<'_>, group: ObjectId) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM membership_rule WHERE tenant_id = $1 AND group_id = $2";
    let found: Option<Single<i64>> = scope.optional(sql, params![group]).await?;
    Ok(found.is_some())
}

/// How many rules there are, counted no further than to `most`.
pub async fn count(scope: &mut TenantScope<'_>, most: i64) -> Result<i64, Error> {
    let sql =
        "SELECT count(*) FROM (SELECT 1 AS rule FROM membership_rule WHERE tenant_id = $1 LIMIT $2) AS rules";
    let Single(count) = scope.one(sql, params![most]).await?;
    Ok(count)
}

pub async fn any(scope: &mut TenantScope<'_>) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM membership_rule WHERE tenant_id = $1 LIMIT 1";
    let found: Option<Single<i64>> = scope.optional(sql, params![]).await?;
    Ok(found.is_some())
}

const RULES: &str = "SELECT r.group_id AS group_id, o.display_name AS display_name, r.rule AS rule FROM membership_rule r \
    JOIN directory_object o ON o.tenant_id = $1 AND o.id = r.group_id AND o.deleted_at IS NULL \
    WHERE r.tenant_id = $1 AND r.paused = FALSE";

/// The rule of a group that isn't deleted, unless it is paused.
pub async fn rule_of(scope: &mut TenantScope<'_>, group: ObjectId) -> Result<Option<StoredRule>, Error> {
    Ok(scope.optional(&format!("{RULES} AND r.group_id = $2"), params![group]).await?)
}

/// The next rules that aren't paused, in the order of their groups.
pub async fn rules(scope: &mut TenantScope<'_>, after: Uuid, limit: i64) -> Result<Vec<StoredRule>, Error> {
    let sql = format!("{RULES} AND r.group_id > $2 ORDER BY r.group_id LIMIT $3");
    Ok(scope.all(&sql, params![after, limit]).await?)
}

/// Groups whose rules move with the clock.
pub async fn moving(scope: &mut TenantScope<'_>) -> Result<Vec<ObjectId>, Error> {
    let sql = "SELECT group_id FROM membership_rule WHERE tenant_id = $1 AND moves_with_time = TRUE AND paused = FALSE";
    let rows: Vec<Single<ObjectId>> = scope.all(sql, params![]).await?;
    Ok(rows.into_iter().map(|Single(id)| id).collect())
}

/// The next people who aren't deleted, in the order of ids.
pub async fn people(scope: &mut TenantScope<'_>, after: Uuid, limit: i64) -> Result<Vec<Asked>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM users WHERE tenant_id = $1 AND deleted_at IS NULL AND id > $2 ORDER BY id LIMIT $3"
    );
    Ok(scope.all(&sql, params![after, limit]).await?)
}

pub async fn person(scope: &mut TenantScope<'_>, user: UserId) -> Result<Option<Asked>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM users WHERE tenant_id = $1 AND id = $2");
    Ok(scope.optional(&sql, params![user]).await?)
}
