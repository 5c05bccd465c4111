//! Which application somebody signs in for: what whoever checked the application's request vouches for, beside the address that goes
//! on to it. Nothing in a link can make one up.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::applications::linked_host;
use serde::{Deserialize, Serialize};

use crate::app::App;

const PURPOSE: &str = "the application that is signed in for";

/// An application that waits for the end of a sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    pub name: String,
    #[serde(default)]
    pub about: About,
}

/// What a page shows of an application below its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The path of its logo on this site: what lies elsewhere would tell others who is here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privacy: Option<Link>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<Link>,
}

/// An address of the application's own, with the host that people are told, so that nobody takes it for one of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub address: String,
    pub host: String,
}

impl Link {
    /// `None` where no page of ours may lead there.
    #[must_use]
    pub fn to(address: &str) -> Option<Self> {
        linked_host(address).map(|host| Self { address: address.to_owned(), host: host.to_owned() })
    }
}

impl About {
    #[must_use]
    pub fn has_links(&self) -> bool {
        self.privacy.is_some() || self.terms.is_some()
    }
}

impl Waiting {
    /// As much of it as so many bytes can carry: all, or the name, or nothing.
    #[must_use]
    pub fn within(self, room: usize) -> Option<Self> {
        let named = Self { name: self.name.clone(), about: About::default() };
        [self, named].into_iter().find(|one| one.text().len() <= room)
    }

    fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The application for the address of the sign-in page that goes on to `next`.
#[must_use]
pub fn vouch(app: &App, next: &str, waiting: &Waiting) -> String {
    let text = waiting.text();
    let proof = app.keys.hash(PURPOSE, next.as_bytes(), &text);
    format!("{}.{}", URL_SAFE_NO_PAD.encode(text), URL_SAFE_NO_PAD.encode(proof))
}

/// The application, where it was vouched for on the way to `next`.
#[must_use]
pub fn vouched(app: &App, next: &str, told: &str) -> Option<Waiting> {
    let (text, proof) = told.split_once('.')?;
    let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
    let text = String::from_utf8(decoded(text)?).ok()?;
    let holds = app.keys.matches(PURPOSE, next.as_bytes(), &text, &decoded(proof)?);
    serde_json::from_str(&text).ok().filter(|_| holds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_go_before_the_name_does() {
        let about = About { privacy: Link::to("https://shop.example/privacy"), ..About::default() };
        let whole = Waiting { name: "Shop".to_owned(), about };
        let room = whole.text().len();
        assert_eq!(whole.clone().within(room), Some(whole.clone()));
        let named = whole.clone().within(room - 1).unwrap();
        assert_eq!((named.name.as_str(), named.about.has_links()), ("Shop", false));
        assert_eq!(whole.within(10), None);
    }
}
