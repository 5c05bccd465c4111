//! The catalogue: one line a code, with the HTTP status of an answer that consists of it.

use std::fmt;

use serde::{Serialize, Serializer};

macro_rules! catalogue {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $status:literal;)*) => {
        /// A stable name for one reason to refuse. Codes are never renamed or reused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every code, in catalogue order.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The code as it stands in answers, logs and the text files.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $text,)* }
            }

            /// The HTTP status of an answer that consists of this refusal.
            #[must_use]
            pub fn status(self) -> u16 {
                match self { $(Code::$name => $status,)* }
            }
        }
    };
}

catalogue! {
    // Requests
    NotFound = "not-found", 404;
    NotAllowed = "not-allowed", 403;
    CrossSite = "cross-site", 403;
    TooManyRequests = "too-many-requests", 429;
    Unavailable = "unavailable", 503;
    OurFault = "our-fault", 500;
    Overloaded = "overloaded", 503;
    InputTooLarge = "input-too-large", 413;
    InputInvalid = "input-invalid", 422;
    FieldRequired = "field-required", 422;
    FieldTooLong = "field-too-long", 422;

    // E-mail addresses

    // Organisation names

    // Postal addresses

    // Phones

    // Registration and tax ids

    // Western European characters

    // Passwords

    // Usernames and initial domains
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
