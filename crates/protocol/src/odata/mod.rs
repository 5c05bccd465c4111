//! OData 4 system query options, as Microsoft Graph clients send them.
//!
//! [`Query::parse`] reads `$select`, `$filter`, `$search`, `$orderby`, `$top`, `$count`, `$expand`, `$skiptoken` and
//! `$deltatoken` into a typed tree. It knows the grammar and nothing of resources: which property exists, and what may be
//! asked of it, is the reader's to judge. What the grammar has and directory queries never do (arithmetic, `all`,
//! functions of time) is refused by name instead of being half understood.
//!
//! Sources: OData 4.01 ABNF; work-account facts §7.3.

mod expand;
mod fault;
mod filter;
mod parser;
mod search;
mod token;

#[cfg(test)]
mod tests;

pub use expand::{Expand, OrderBy};
pub use fault::{Fault, FaultKind};
pub use filter::{Comparison, Filter, Literal, TextFunction};
pub use search::Search;

/// A property, or one inside another: `displayName`, `passwordProfile/forceChangePasswordNextSignIn`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path(pub Vec<String>);

impl Path {
    /// As it was written, with slashes.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.join("/")
    }
}

/// What a request asks of a collection or an object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// Empty when everything usual is wanted.
    pub select: Vec<Path>,
    pub filter: Option<Filter>,
    pub search: Option<Search>,
    pub order_by: Vec<OrderBy>,
    pub top: Option<u32>,
    pub skip: Option<u32>,
    pub count: bool,
    pub expand: Vec<Expand>,
    pub skip_token: Option<String>,
    pub delta_token: Option<String>,
}

/// Bytes of one option's value.
pub const LONGEST: usize = 8 * 1024;

impl Query {
    /// Reads decoded name and value pairs. Names may lack their `$`, as OData 4.01 allows; names without `$` that are
    /// no option are the caller's own and are left alone.
    ///
    /// # Errors
    /// The option, the place in it, and what is wrong there.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Fault> {
        let mut query = Self::default();
        let mut seen: Vec<&'static str> = Vec::new();
        for (name, value) in pairs {
            let Some(option) = option_named(name)? else { continue };
            if seen.contains(&option) {
                return Err(Fault::new(option, 0, FaultKind::Repeated));
            }
            seen.push(option);
            if value.len() > LONGEST {
                return Err(Fault::new(option, LONGEST, FaultKind::TooLong));
            }
            query.take(option, value).map_err(|fault| fault.of(option))?;
        }
        Ok(query)
    }

    fn take(&mut self, option: &'static str, value: &str) -> Result<(), Fault> {
        match option {
            "$select" => self.select = expand::select(value)?,
            "$filter" => self.filter = Some(filter::parse(value)?),
            "$search" => self.search = Some(search::parse(value)?),
            "$orderby" => self.order_by = expand::order_by(value)?,
            "$expand" => self.expand = expand::parse(value)?,
            "$top" => self.top = Some(whole_number(value)?),
            "$skip" => self.skip = Some(whole_number(value)?),
            "$count" => self.count = truth(value)?,
            "$skiptoken" => self.skip_token = Some(value.to_owned()),
            "$deltatoken" => self.delta_token = Some(value.to_owned()),
            // `$format` has one meaning here, since nothing but JSON is ever answered.
            _ if matches!(value, "json" | "application/json") => {}
            _ => {
                return Err(Fault::new(
                    option,
                    0,
                    FaultKind::NotSupported("a format other than json".into()),
                ));
            }
        }
        Ok(())
    }
}

const OPTIONS: [&str; 11] = [
    "$select",
    "$filter",
    "$search",
    "$orderby",
    "$expand",
    "$top",
    "$skip",
    "$count",
    "$skiptoken",
    "$deltatoken",
    "$format",
];

fn option_named(name: &str) -> Result<Option<&'static str>, Fault> {
    let lower = name.to_ascii_lowercase();
    let known = OPTIONS.into_iter().find(|option| lower == *option || lower == option[1..]);
    match known {
        None if name.starts_with('$') => {
            Err(Fault::new("", 0, FaultKind::NotSupported(name.chars().take(40).collect())))
        }
        known => Ok(known),
    }
}

fn whole_number(value: &str) -> Result<u32, Fault> {
    let is_digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    let number = if is_digits { value.parse().ok() } else { None };
    number.ok_or_else(|| Fault::expected(0, "a whole number", value))
}

fn truth(value: &str) -> Result<bool, Fault> {
    match value {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Fault::expected(0, "true or false", value)),
    }
}
