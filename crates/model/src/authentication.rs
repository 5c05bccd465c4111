//! What a sign-in rests on, and what of it must stay when a way in is taken away.

use serde::{Deserialize, Serialize};

/// How somebody showed who they are (RFC 8176 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Method {
    Password,
    /// A code of an authenticator app, or one of those kept for recovery.
    Code,
    /// A passkey that is bound to one device.
    HardwareKey,
    /// A passkey that its owner's devices share.
    SoftwareKey,
    /// Whatever the organisation's own provider asked for.
    Federated,
}

impl Method {
    const ALL: [Self; 5] =
        [Self::Password, Self::Code, Self::HardwareKey, Self::SoftwareKey, Self::Federated];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Password => "pwd",
            Self::Code => "otp",
            Self::HardwareKey => "hwk",
            Self::SoftwareKey => "swk",
            // The reference system's word (facts §5.8); RFC 8176 has none.
            Self::Federated => "fed",
        }
    }
}

/// All that was shown in one session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Methods(Vec<Method>);

impl Methods {
    #[must_use]
    pub fn of(method: Method) -> Self {
        Self(vec![method])
    }

    /// The same with one more.
    #[must_use]
    pub fn and(mut self, method: Method) -> Self {
        if !self.0.contains(&method) {
            self.0.push(method);
            self.0.sort();
        }
        self
    }

    #[must_use]
    pub fn has(&self, method: Method) -> bool {
        self.0.contains(&method)
    }

    /// As it is kept; words that aren't known are left out.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let known = |word: &str| Method::ALL.into_iter().find(|method| method.as_str() == word);
        text.split(' ').filter_map(known).fold(Self::default(), Self::and)
    }

    #[must_use]
    pub fn written(&self) -> String {
        self.0.iter().map(|method| method.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// The claim `amr`: the methods, that a key's possession was proven, and that it was more than one factor.
    #[must_use]
    pub fn amr(&self, second_factor: bool) -> Vec<&'static str> {
        let key = self.0.iter().any(|method| matches!(method, Method::HardwareKey | Method::SoftwareKey));
        let shown = self.0.iter().map(|method| method.as_str());
        shown.chain(key.then_some("pop")).chain(second_factor.then_some("mfa")).collect()
    }
}

/// What somebody signs in with first, beside passkeys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FirstWay {
    #[default]
    Nothing,
    Password,
    /// The organisation's own provider: no password or passkey opens the account.
    Provider,
    /// One whose second factor counts here.
    TrustedProvider,
}

/// The ways in that somebody has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WaysIn {
    pub first: FirstWay,
    pub authenticator: bool,
    pub recovery_codes: i64,
    pub passkeys: i64,
}

/// What would be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Nothing would be left to sign in with.
    WayIn,
    /// An administrator would have no second factor (SPEC §8).
    SecondFactor,
}

impl WaysIn {
    /// Whether there is anything beside a password. A passkey is both factors in one.
    #[must_use]
    pub fn second_factor(self) -> bool {
        self.authenticator || self.recovery_codes > 0 || self.passkeys > 0
    }

    /// What somebody with these couldn't do without.
    #[must_use]
    pub fn missing(self, administrator: bool) -> Option<Missing> {
        if self.first == FirstWay::Nothing && self.passkeys == 0 {
            Some(Missing::WayIn)
        } else if administrator && !self.second_factor() && self.first != FirstWay::TrustedProvider {
            Some(Missing::SecondFactor)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_kept_and_told() {
        let shown = Methods::of(Method::HardwareKey).and(Method::Password).and(Method::HardwareKey);
        assert_eq!(shown.written(), "pwd hwk");
        assert_eq!(Methods::read("hwk later pwd"), shown);
        assert_eq!(shown.amr(true), ["pwd", "hwk", "pop", "mfa"]);
        assert_eq!(Methods::read("pwd").amr(false), ["pwd"]);
        assert_eq!(Methods::read("").amr(false), [""; 0]);
    }

    #[test]
    fn a_way_in_stays() {
        let none = WaysIn::default();
        let password = WaysIn { first: FirstWay::Password, ..none };
        assert_eq!(none.missing(false), Some(Missing::WayIn));
        assert_eq!(WaysIn { authenticator: true, ..none }.missing(false), Some(Missing::WayIn));
        assert_eq!((password.missing(false), password.missing(true)), (None, Some(Missing::SecondFactor)));
        assert_eq!(WaysIn { passkeys: 1, ..none }.missing(true), None);
        assert_eq!(WaysIn { recovery_codes: 1, ..password }.missing(true), None);
        let provider = WaysIn { first: FirstWay::Provider, ..none };
        assert_eq!((provider.missing(false), provider.missing(true)), (None, Some(Missing::SecondFactor)));
        assert_eq!(WaysIn { first: FirstWay::TrustedProvider, ..none }.missing(true), None);
    }
}
