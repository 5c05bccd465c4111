//! How a sign-in ended.

use uuid::Uuid;

/// The portal, as the application that people sign in to when no other asked.
pub const PORTAL: Uuid = Uuid::from_u128(0x5f0c_6a52_9f0e_4f5c_8f31_7d9c_2b64_e0a1);

macro_rules! results {
    ($($name:ident = $text:literal, $number:literal;)*) => {
        /// How a sign-in ended. The numbers are those of the reference system (facts §7.5); 0 is a sign-in that was done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum SignInResult { $($name,)* }

        impl SignInResult {
            pub const ALL: &'static [SignInResult] = &[$(SignInResult::$name,)*];

            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(SignInResult::$name => $text,)* }
            }

            #[must_use]
            pub fn number(self) -> i64 {
                match self { $(SignInResult::$name => $number,)* }
            }
        }
    };
}

results! {
    Success = "success", 0;
    ProviderRefused = "provider-refused", 50008;
    WrongPasskey = "wrong-passkey", 50012;
    Locked = "locked", 50053;
    NoPasswordHere = "no-password-here", 50056;
    Disabled = "disabled", 50057;
    WrongSecondFactor = "wrong-second-factor", 50074;
    WrongPassword = "wrong-password", 50126;
    WrongResetCode = "wrong-reset-code", 500121;
}

impl SignInResult {
    /// The result that is stored under a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|result| result.as_str() == name)
    }

    #[must_use]
    pub fn numbered(number: i64) -> Option<Self> {
        Self::ALL.iter().copied().find(|result| result.number() == number)
    }
}
