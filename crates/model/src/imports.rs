//! People in a table: which columns there are, by which names they are known, and what their cells may say.
//!
//! A column is known by the name of Microsoft Graph's property, by plain words, and as the templates of Microsoft's
//! portals write it, with the property in brackets.

use std::collections::BTreeMap;

use crate::properties::TEXTS;
use crate::refusal::{Code, Refusal};

/// Columns that are no texts of [`TEXTS`], with their names beside their own; all in the way of [`plain`].
const COLUMNS: [(&str, &[&str]); 12] = [
    ("userPrincipalName", &["upn", "signinname", "useraccount", "workaccount"]),
    ("userName", &["username", "login", "alias"]),
    ("domain", &["domainname"]),
    ("displayName", &["name", "fullname"]),
    ("givenName", &["firstname", "forename"]),
    ("surname", &["lastname", "familyname"]),
    ("mail", &["email", "emailaddress", "contactemail", "alternateemail", "alternateemailaddress"]),
    ("accountEnabled", &["enabled", "active"]),
    ("blockSignIn", &["blockcredential", "blockedsignin"]),
    ("businessPhones", &["phone", "officephone", "phonenumber", "telephone", "workphone"]),
    ("otherMails", &["otheremails", "othermail"]),
    ("employeeHireDate", &["hiredate"]),
];

/// Plain words for texts of [`TEXTS`].
const WORDS: [(&str, &[&str]); 13] = [
    ("city", &["town"]),
    ("companyName", &["company", "organisation", "organization"]),
    ("country", &["countryorregion", "countryregion"]),
    ("employeeId", &["employeenumber", "personnelnumber"]),
    ("employeeType", &[]),
    ("faxNumber", &["fax"]),
    ("jobTitle", &["title", "position"]),
    ("mobilePhone", &["mobile", "cellphone", "mobilenumber"]),
    ("officeLocation", &["office"]),
    ("postalCode", &["zip", "zipcode", "postcode", "ziporpostalcode"]),
    ("preferredLanguage", &["language"]),
    ("state", &["stateorprovince", "province", "region"]),
    ("streetAddress", &["street", "address"]),
];

/// The head of the template that people start from.
pub const TEMPLATE: [&str; 12] = [
    "User name",
    "Domain",
    "Display name",
    "First name",
    "Last name",
    "Contact e-mail",
    "Job title",
    "Department",
    "Office location",
    "Business phone",
    "Mobile phone",
    "Usage location",
];

/// Characters of one cell that are looked at.
pub const CELL: usize = 4000;

/// The columns of a table in their order, and the names of those that aren't read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    columns: Vec<Option<&'static str>>,
    pub passed_over: Vec<String>,
}

/// Letters and digits in lower case: what names of columns have in common however they are written.
fn plain(name: &str) -> String {
    name.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_lowercase).take(60).collect()
}

/// The column of a name, if there is such a column.
#[must_use]
pub fn column(name: &str) -> Option<&'static str> {
    // `User name [userPrincipalName] Required`: the property counts, but where the words turn it round.
    let bracketed = name.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map(|(inside, _)| inside);
    let asked = plain(bracketed.unwrap_or(name));
    if bracketed.is_some() && plain(name).starts_with("blocksignin") {
        return Some("blockSignIn");
    }
    let known = |(own, others): &(&'static str, &[&str])| {
        (plain(own) == asked || others.contains(&asked.as_str())).then_some(*own)
    };
    let text = TEXTS.iter().find(|text| plain(text.name) == asked).map(|text| text.name);
    let plural = asked.strip_suffix('s').unwrap_or(&asked);
    let business = (plural == "businessphone").then_some("businessPhones");
    COLUMNS.iter().find_map(known).or(text).or_else(|| WORDS.iter().find_map(known)).or(business)
}

impl Head {
    /// # Errors
    /// No column names people, or two say the same.
    pub fn read(names: &[String]) -> Result<Self, Refusal> {
        let columns: Vec<_> = names.iter().map(|name| column(name)).collect();
        for (index, found) in columns.iter().enumerate().filter_map(|(index, found)| Some((index, (*found)?)))
        {
            if columns[..index].contains(&Some(found)) {
                return Err(Refusal::new(Code::ImportColumnTwice).on("file").with("column", found));
            }
        }
        let names_people = ["userPrincipalName", "userName"].iter().any(|name| columns.contains(&Some(name)));
        if !names_people {
            return Err(Refusal::new(Code::ImportColumnMissing).on("file").with("column", TEMPLATE[0]));
        }
        let unread =
            names.iter().zip(&columns).filter(|(name, found)| found.is_none() && !name.trim().is_empty());
        let passed_over = unread.map(|(name, _)| name.trim().chars().take(60).collect()).take(20).collect();
        Ok(Self { columns, passed_over })
    }

    /// What a row says, by the names of the columns; empty cells say nothing.
    ///
    /// # Errors
    /// A cell too many, or one that is far too long.
    pub fn values(&self, cells: &[String]) -> Result<BTreeMap<String, String>, Refusal> {
        if cells.iter().skip(self.columns.len()).any(|cell| !cell.trim().is_empty()) {
            return Err(Refusal::new(Code::ImportRowWidth).with("count", self.columns.len().to_string()));
        }
        let mut values = BTreeMap::new();
        for (name, cell) in self.columns.iter().zip(cells) {
            let (Some(name), cell) = (name, cell.trim()) else { continue };
            if cell.chars().count() > CELL {
                return Err(Refusal::new(Code::FieldTooLong).with("max", CELL.to_string()));
            }
            if !cell.is_empty() {
                values.insert((*name).to_owned(), cell.to_owned());
            }
        }
        Ok(values)
    }
}

/// Yes or no in a cell; `None` for anything else.
#[must_use]
pub fn truth(cell: &str) -> Option<bool> {
    match plain(cell).as_str() {
        "true" | "yes" | "y" | "1" | "enabled" => Some(true),
        "false" | "no" | "n" | "0" | "disabled" => Some(false),
        _ => None,
    }
}

/// Several values in one cell, between semicolons or on lines of their own.
pub fn several(cell: &str) -> impl Iterator<Item = &str> {
    cell.split([';', '\n']).map(str::trim).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn columns_are_known_by_property_plain_words_and_templates() {
        for (written, meant) in [
            ("userPrincipalName", "userPrincipalName"),
            ("User principal name", "userPrincipalName"),
            ("User name", "userName"),
            ("USER_NAME", "userName"),
            ("User name [userPrincipalName] Required", "userPrincipalName"),
            ("Block sign in (Yes/No) [accountEnabled] Required", "blockSignIn"),
            ("First name", "givenName"),
            ("E-Mail", "mail"),
            ("Business phone", "businessPhones"),
            ("jobTitle", "jobTitle"),
            ("Job title", "jobTitle"),
            ("ZIP code", "postalCode"),
            ("Usage location [usageLocation]", "usageLocation"),
        ] {
            assert_eq!(column(written), Some(meant), "{written}");
        }
        for unknown in
            ["", "password", "Initial password [passwordProfile] Required", "x".repeat(9999).as_str()]
        {
            assert_eq!(column(unknown), None, "{unknown}");
        }
        assert!(TEMPLATE.iter().all(|name| column(name).is_some()));
        assert!(TEXTS.iter().all(|text| column(text.name) == Some(text.name)));
    }

    #[test]
    fn no_two_columns_have_a_name_in_common() {
        let own = COLUMNS.iter().chain(&WORDS).map(|(own, _)| plain(own));
        let mut known: Vec<String> = own.collect();
        known.extend(
            COLUMNS.iter().chain(&WORDS).flat_map(|(_, others)| others.iter().map(|name| (*name).to_owned())),
        );
        known.sort();
        known.dedup_by(|one, other| one == other && one != "username");
        let all = COLUMNS.iter().chain(&WORDS).map(|(_, others)| 1 + others.len()).sum::<usize>();
        assert_eq!(known.len(), all);
    }

    #[test]
    fn a_head_must_name_people_once() {
        let head = Head::read(&names(&["User name", "Shoe size", "Town"])).unwrap();
        assert_eq!(head.passed_over, ["Shoe size"]);
        let row = head.values(&names(&[" ana ", "39", ""])).unwrap();
        assert_eq!(row.into_iter().collect::<Vec<_>>(), [("userName".to_owned(), "ana".to_owned())]);
        assert_eq!(head.values(&names(&["a", "b", "c", "d"])).unwrap_err().code, Code::ImportRowWidth);
        assert!(head.values(&names(&["a", "", "", " "])).is_ok());
        let code = |written: &[&str]| Head::read(&names(written)).unwrap_err().code;
        assert_eq!(code(&["Name", "Town"]), Code::ImportColumnMissing);
        assert_eq!(code(&["upn", "First name", "givenName"]), Code::ImportColumnTwice);
    }

    #[test]
    fn cells_say_yes_no_and_several() {
        assert_eq!(["Yes", "TRUE", "0", "nope"].map(truth), [Some(true), Some(true), Some(false), None]);
        assert_eq!(several("a; b;;\nc").collect::<Vec<_>>(), ["a", "b", "c"]);
    }
}
