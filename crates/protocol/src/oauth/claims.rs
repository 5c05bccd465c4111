//! The `claims` parameter (OpenID Connect Core §5.5).

use serde_json::{Map, Value};

use super::error::{Fault, invalid};

/// How a claim is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimRequest {
    pub essential: bool,
    /// The values that would do; empty where any does.
    pub values: Vec<Value>,
}

/// Which claims a client asks for, by where they shall stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimsRequest {
    pub id_token: Vec<(String, ClaimRequest)>,
    pub userinfo: Vec<(String, ClaimRequest)>,
}

/// Claims of one place.
const MOST: usize = 100;

impl ClaimsRequest {
    /// Members that it doesn't know are left alone, as the standard says.
    ///
    /// # Errors
    /// Not a JSON object of the shape that the standard gives.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let refused = || invalid("claims isn't a claims request");
        let value: Value = serde_json::from_str(text).map_err(|_| refused())?;
        let whole = value.as_object().ok_or_else(refused)?;
        let part = |name: &str| match whole.get(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Object(asked)) => each(asked),
            Some(_) => Err(refused()),
        };
        Ok(Self { id_token: part("id_token")?, userinfo: part("userinfo")? })
    }

    /// How a claim of the ID token is asked for.
    #[must_use]
    pub fn of_id_token(&self, name: &str) -> Option<&ClaimRequest> {
        self.id_token.iter().find(|(known, _)| known == name).map(|(_, asked)| asked)
    }
}

fn each(asked: &Map<String, Value>) -> Result<Vec<(String, ClaimRequest)>, Fault> {
    let refused = || invalid("a claim of claims is asked for in a way that the standard doesn't know");
    if asked.len() > MOST {
        return Err(invalid("claims asks for too many claims"));
    }
    let one = |value: &Value| match value {
        Value::Null => Ok(ClaimRequest::default()),
        Value::Object(how) => {
            let essential = match how.get("essential") {
                None => false,
                Some(value) => value.as_bool().ok_or_else(refused)?,
            };
            let mut values: Vec<Value> = how.get("value").cloned().into_iter().collect();
            match how.get("values") {
                None => {}
                Some(Value::Array(several)) => values.extend(several.iter().cloned()),
                Some(_) => return Err(refused()),
            }
            Ok(ClaimRequest { essential, values })
        }
        _ => Err(refused()),
    };
    asked.iter().map(|(name, value)| Ok((name.clone(), one(value)?))).collect()
}
