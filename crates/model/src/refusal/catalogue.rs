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
    WrongMethod = "wrong-method", 405;
    NotAllowed = "not-allowed", 403;
    RightsTakenAway = "rights-taken-away", 403;
    CrossSite = "cross-site", 403;
    TooManyRequests = "too-many-requests", 429;
    Unavailable = "unavailable", 503;
    OurFault = "our-fault", 500;
    Overloaded = "overloaded", 503;
    InputTooLarge = "input-too-large", 413;
    InputInvalid = "input-invalid", 422;
    ChangedSinceShown = "changed-since-shown", 409;
    FieldRequired = "field-required", 422;
    FieldTooLong = "field-too-long", 422;
    // The directory API
    TokenInvalid = "token-invalid", 401;
    PersonNeeded = "person-needed", 400;
    BodyInvalid = "body-invalid", 400;
    QueryInvalid = "query-invalid", 400;
    QueryUnsupported = "query-unsupported", 400;
    PropertyUnknown = "property-unknown", 400;
    PropertyKind = "property-kind", 400;
    PropertyReadOnly = "property-read-only", 400;
    PropertyValue = "property-value", 400;
    ReferenceExists = "reference-exists", 400;
    ReferenceInvalid = "reference-invalid", 400;
    BatchInvalid = "batch-invalid", 400;
    BatchTooLarge = "batch-too-large", 413;
    ChangesForgotten = "changes-forgotten", 410;
    PropertyCharacters = "property-characters", 422;
    PropertyTooMany = "property-too-many", 422;
    ChangedMeanwhile = "changed-meanwhile", 412;

    // Imports of people
    ImportFileMissing = "import-file-missing", 422;
    ImportFileTooLarge = "import-file-too-large", 413;
    ImportFileUnreadable = "import-file-unreadable", 422;
    ImportFileEmpty = "import-file-empty", 422;
    ImportTooManyRows = "import-too-many-rows", 422;
    ImportColumnMissing = "import-column-missing", 422;
    ImportColumnTwice = "import-column-twice", 422;
    ImportRowWidth = "import-row-width", 422;
    ImportRowTwice = "import-row-twice", 422;
    ImportCellUnknown = "import-cell-unknown", 422;
    ImportNeedsEmail = "import-needs-email", 422;
    /// A warning: the person is created.
    ImportWithoutEmail = "import-without-email", 200;
    ImportPeopleTooMany = "import-people-too-many", 422;
    ImportNotWaiting = "import-not-waiting", 422;
    ImportNothingGood = "import-nothing-good", 422;
    ImportRightLost = "import-right-lost", 403;
    ImportPasswordsGone = "import-passwords-gone", 410;

    // E-mail addresses
    EmailPersonal = "email-personal", 422;
    EmailRole = "email-role", 422;
    EmailDisposable = "email-disposable", 422;
    EmailRelay = "email-relay", 422;
    EmailDenied = "email-denied", 422;
    EmailLooksLike = "email-looks-like", 422;
    EmailMixedAlphabets = "email-mixed-alphabets", 422;
    EmailNoAt = "email-no-at", 422;
    EmailSeveral = "email-several", 422;
    EmailCharacters = "email-characters", 422;
    EmailLocalPart = "email-local-part", 422;
    EmailDomain = "email-domain", 422;
    EmailUnknownEnding = "email-unknown-ending", 422;
    EmailReserved = "email-reserved", 422;
    EmailAddressLiteral = "email-address-literal", 422;
    EmailTooLong = "email-too-long", 422;

    // Organisation names
    OrganizationNameOneCharacter = "organization-name-one-character", 422;
    OrganizationNameOnlySymbols = "organization-name-only-symbols", 422;
    OrganizationNameOnlyLegalForm = "organization-name-only-legal-form", 422;
    OrganizationNameMarkup = "organization-name-markup", 422;
    /// A warning: the name is allowed.
    OrganizationNameWebAddress = "organization-name-web-address", 200;
    /// A warning: the name is allowed.
    OrganizationNameRepeated = "organization-name-repeated", 200;
    /// A warning: the name is allowed.
    OrganizationNameSpelledOut = "organization-name-spelled-out", 200;
    PersonNameOneCharacter = "person-name-one-character", 422;
    PersonNameCharacters = "person-name-characters", 422;

    // Postal addresses
    AddressCountryUnknown = "address-country-unknown", 422;
    AddressTooManyLines = "address-too-many-lines", 422;
    AddressPostalCodeRequired = "address-postal-code-required", 422;
    AddressPostalCodeInvalid = "address-postal-code-invalid", 422;
    AddressRegionRequired = "address-region-required", 422;
    AddressRegionUnknown = "address-region-unknown", 422;
    AddressRegionPostalCode = "address-region-postal-code", 422;
    AddressCityRegion = "address-city-region", 422;
    AddressCityPostalCode = "address-city-postal-code", 422;

    // Phones
    PhoneNotANumber = "phone-not-a-number", 422;
    PhoneCountryUnknown = "phone-country-unknown", 422;
    PhoneTooShort = "phone-too-short", 422;
    PhoneTooLong = "phone-too-long", 422;
    PhoneNotInPlan = "phone-not-in-plan", 422;
    /// A warning: the number is allowed.
    PhoneOtherCountry = "phone-other-country", 200;

    // Websites
    WebsiteInvalid = "website-invalid", 422;

    // Registration and tax ids
    RegistrationRequired = "registration-required", 422;
    RegistrationFormat = "registration-format", 422;
    RegistrationChecksum = "registration-checksum", 422;

    // Western European characters
    WesternFormRequired = "western-form-required", 422;
    WesternFormInvalid = "western-form-invalid", 422;

    // Passwords
    PasswordTooShort = "password-too-short", 422;
    PasswordTooLong = "password-too-long", 422;
    PasswordCharacters = "password-characters", 422;
    PasswordWeak = "password-weak", 422;
    PasswordContainsName = "password-contains-name", 422;
    PasswordContainsOrganization = "password-contains-organization", 422;
    BannedTermLength = "banned-term-length", 422;
    BannedTermsTooMany = "banned-terms-too-many", 422;

    // Usernames and initial domains
    UsernameCharacters = "username-characters", 422;
    UsernameDot = "username-dot", 422;
    UsernameTooLong = "username-too-long", 422;
    DomainPrefixCharacters = "domain-prefix-characters", 422;
    DomainPrefixTooLong = "domain-prefix-too-long", 422;
    DomainPrefixHyphen = "domain-prefix-hyphen", 422;
    DomainPrefixReserved = "domain-prefix-reserved", 422;
    DomainPrefixTaken = "domain-prefix-taken", 409;
    DomainNameSyntax = "domain-name-syntax", 422;
    DomainNameTooLong = "domain-name-too-long", 422;
    DomainNameIpAddress = "domain-name-ip-address", 422;
    DomainNameWildcard = "domain-name-wildcard", 422;
    DomainNamePublicSuffix = "domain-name-public-suffix", 422;
    DomainNameReserved = "domain-name-reserved", 422;
    DomainNameAccountDomain = "domain-name-account-domain", 422;
    DomainNameConsumer = "domain-name-consumer", 422;

    // People
    UsernameTaken = "username-taken", 409;
    UserDomainNotVerified = "user-domain-not-verified", 422;
    LastGlobalAdministrator = "last-global-administrator", 409;
    RoleBeyondOwn = "role-beyond-own", 403;
    OwnAccount = "own-account", 409;
    RightsBeyondOwn = "rights-beyond-own", 403;
    PageLinkInvalid = "page-link-invalid", 400;

    // Roles
    RoleActionUnknown = "role-action-unknown", 422;
    RoleAllowsNothing = "role-allows-nothing", 422;
    RoleNameTaken = "role-name-taken", 409;
    RoleBuiltIn = "role-built-in", 422;
    RoleInUse = "role-in-use", 409;
    RolesTooMany = "roles-too-many", 422;
    RoleForWhom = "role-for-whom", 422;
    RoleHolderUnknown = "role-holder-unknown", 422;
    // Applications
    RedirectUriInvalid = "redirect-uri-invalid", 422;
    IdentifierUriInvalid = "identifier-uri-invalid", 422;
    IdentifierUriTaken = "identifier-uri-taken", 409;
    WebAddressInvalid = "web-address-invalid", 422;
    RoleValueInvalid = "role-value-invalid", 422;
    StillEnabled = "still-enabled", 422;
    PropertyRepeated = "property-repeated", 422;
    PropertyChoice = "property-choice", 422;
    PrincipalUnknown = "principal-unknown", 422;
    AudienceCount = "audience-count", 422;
    CertificateInvalid = "certificate-invalid", 422;
    CertificateWithKey = "certificate-with-key", 422;
    SecretByAction = "secret-by-action", 422;
    SecretLifetime = "secret-lifetime", 422;
    CredentialUnknown = "credential-unknown", 422;
    ProofInvalid = "proof-invalid", 403;
    FederatedCredentialTaken = "federated-credential-taken", 409;
    ServicePrincipalExists = "service-principal-exists", 409;
    ApplicationUnknown = "application-unknown", 422;
    ApplicationNameAmbiguous = "application-name-ambiguous", 409;
    UniqueNameTaken = "unique-name-taken", 409;
    UniqueNameFixed = "unique-name-fixed", 422;
    ServicePrincipalOfService = "service-principal-of-service", 403;
    PermissionNotTicked = "permission-not-ticked", 422;
    ScopeUnknown = "scope-unknown", 422;
    AppRoleUnknown = "app-role-unknown", 422;
    AppRoleNotForThem = "app-role-not-for-them", 422;
    AlreadyAssigned = "already-assigned", 422;
    PublisherNotVerified = "publisher-not-verified", 422;
    OwnerUnsuitable = "owner-unsuitable", 422;
    OwnersTooMany = "owners-too-many", 422;
    // People
    ManagerCircle = "manager-circle", 422;
    PeopleTooMany = "people-too-many", 422;
    PhotoMissing = "photo-missing", 404;
    // Applications and what they add
    ExtensionNameTaken = "extension-name-taken", 422;
    ExtensionsTooMany = "extensions-too-many", 422;
    PictureTooLarge = "picture-too-large", 422;
    PictureKind = "picture-kind", 422;
    PictureBroken = "picture-broken", 422;
    PictureSides = "picture-sides", 422;
    NothingTicked = "nothing-ticked", 422;
    PictureNotChosen = "picture-not-chosen", 422;
    CertificateNameUnfit = "certificate-name-unfit", 422;
    AdministrativeUnitMemberUnfit = "administrative-unit-member-unfit", 422;
    ScopedRolesNotOffered = "scoped-roles-not-offered", 422;
    PolicyDefinitionUnfit = "policy-definition-unfit", 422;
    PolicyInUse = "policy-in-use", 409;
    PolicyAlready = "policy-already", 422;
    // Groups
    PropertyNotOneOf = "property-not-one-of", 422;
    PropertyFixed = "property-fixed", 422;
    ReferencesTooMany = "references-too-many", 422;
    GroupKindUnfit = "group-kind-unfit", 422;
    GroupUnifiedAlone = "group-unified-alone", 422;
    GroupRolesUnfit = "group-roles-unfit", 422;
    GroupRolesTooMany = "group-roles-too-many", 422;
    GroupRulesTooMany = "group-rules-too-many", 422;
    GroupRuleMissing = "group-rule-missing", 422;
    GroupRuleUnfit = "group-rule-unfit", 422;
    GroupRuleFault = "group-rule-fault", 422;
    GroupNameTaken = "group-name-taken", 422;
    GroupNameAmbiguous = "group-name-ambiguous", 409;
    GroupMembersByRule = "group-members-by-rule", 422;
    GroupMemberUnfit = "group-member-unfit", 422;
    GroupMemberThere = "group-member-there", 422;
    GroupMemberMissing = "group-member-missing", 404;
    GroupCycle = "group-cycle", 422;
    GroupOwnerUnfit = "group-owner-unfit", 422;
    GroupOwnersTooMany = "group-owners-too-many", 422;
    GroupLastOwner = "group-last-owner", 422;

    // Addresses that the service sends to, and webhooks
    UrlInvalid = "url-invalid", 422;
    UrlHttps = "url-https", 422;
    UrlPort = "url-port", 422;
    /// One answer to everything inside a network, or nowhere.
    UrlUnreachable = "url-unreachable", 422;
    WebhookEventUnknown = "webhook-event-unknown", 422;
    WebhooksTooMany = "webhooks-too-many", 422;
    WebhookNotEnabled = "webhook-not-enabled", 409;
    DeliveryWaiting = "delivery-waiting", 409;
    WebhookAskedOften = "webhook-asked-often", 429;

    // Requests for access
    AccessRequestsTooMany = "access-requests-too-many", 429;
    AccessRequestDecided = "access-request-decided", 409;
    InvitationInvalid = "invitation-invalid", 404;
    InvitationAccepted = "invitation-accepted", 409;
    InvitationAccountClosed = "invitation-account-closed", 409;
    InvitationNotOpen = "invitation-not-open", 409;
    InviteAlreadyHere = "invite-already-here", 422;
    InviteAddressesTooMany = "invite-addresses-too-many", 422;
    InvitationsTooMany = "invitations-too-many", 429;
    // Sign-up
    CodeWrong = "code-wrong", 422;
    CodeUsedUp = "code-used-up", 422;
    CodeExpired = "code-expired", 422;
    CodeTooSoon = "code-too-soon", 429;
    CodeTooMany = "code-too-many", 429;
    CodeTooManyFromNetwork = "code-too-many-from-network", 429;
    EmailUndeliverable = "email-undeliverable", 422;
    SignUpStartAgain = "sign-up-start-again", 409;
    SignUpStepMissing = "sign-up-step-missing", 409;
    SignUpExpired = "sign-up-expired", 410;
    SignUpEnded = "sign-up-ended", 409;
    PasswordsDiffer = "passwords-differ", 422;
    PaymentMissing = "payment-missing", 409;
    AgreementNotAccepted = "agreement-not-accepted", 422;
    AgreementChanged = "agreement-changed", 409;
    // Sign-in, second factors, resets
    /// One answer to unknown names, wrong passwords, disabled, deleted and locked accounts.
    SignInFailed = "sign-in-failed", 422;
    SignInNameIncomplete = "sign-in-name-incomplete", 422;
    SignInExpired = "sign-in-expired", 422;
    SignInRequestInvalid = "sign-in-request-invalid", 400;
    SignInClientUnknown = "sign-in-client-unknown", 400;
    SignInRedirectUnregistered = "sign-in-redirect-unregistered", 400;
    SignInNotAssigned = "sign-in-not-assigned", 403;
    DeviceCodeUnknown = "device-code-unknown", 422;
    SignInAdministratorConsent = "sign-in-administrator-consent", 403;
    SignInPushedEnded = "sign-in-pushed-ended", 400;
    SignOutHintInvalid = "sign-out-hint-invalid", 400;
    SignOutRedirectUnregistered = "sign-out-redirect-unregistered", 400;
    SignInSettingUnknown = "sign-in-setting-unknown", 422;
    KeySetInvalid = "key-set-invalid", 422;
    ClientRegistrationOff = "client-registration-off", 403;
    ClientRegistrationFull = "client-registration-full", 422;
    SecondFactorWrong = "second-factor-wrong", 422;
    AuthenticatorCodeWrong = "authenticator-code-wrong", 422;
    AuthenticatorExpired = "authenticator-expired", 422;
    PasskeyFailed = "passkey-failed", 422;
    PasskeyRefused = "passkey-refused", 422;
    PasskeyKnown = "passkey-known", 409;
    PasskeyTooMany = "passkey-too-many", 409;
    WayInNeeded = "way-in-needed", 409;
    CurrentPasswordWrong = "current-password-wrong", 422;
    PasswordUnchanged = "password-unchanged", 422;
    // Custom domain names
    DomainNameAdded = "domain-name-added", 409;
    DomainNamesTooMany = "domain-names-too-many", 422;
    DomainNameProvenElsewhere = "domain-name-proven-elsewhere", 409;
    DomainNameNotVerified = "domain-name-not-verified", 422;
    DomainRecordMissing = "domain-record-missing", 422;
    DomainRecordDiffers = "domain-record-differs", 422;
    DomainRecordElsewhere = "domain-record-elsewhere", 422;
    DomainLookUpFailed = "domain-look-up-failed", 503;
    DomainNameInitial = "domain-name-initial", 409;
    DomainNamePrimary = "domain-name-primary", 409;
    DomainNameUsedByPeople = "domain-name-used-by-people", 409;
    DomainNameUsedByNames = "domain-name-used-by-names", 409;
    DomainNameUsedByGroups = "domain-name-used-by-groups", 409;
    DomainNameUsedByApplications = "domain-name-used-by-applications", 409;
    DomainNameUsedTooMuch = "domain-name-used-too-much", 409;
    DomainNameOwnAccount = "domain-name-own-account", 409;
    DomainNameLapsed = "domain-name-lapsed", 422;
    DomainNameLeaving = "domain-name-leaving", 422;
    DomainNameContested = "domain-name-contested", 409;
    DomainNameWaiting = "domain-name-waiting", 409;
    DomainNameIsRoot = "domain-name-is-root", 422;

    // An identity provider of the organisation's own
    IdentityProviderUnreachable = "identity-provider-unreachable", 422;
    IdentityProviderUnsuitable = "identity-provider-unsuitable", 422;
    IdentityProviderDeclined = "identity-provider-declined", 422;
    IdentityProviderToken = "identity-provider-token", 422;
    IdentityProviderName = "identity-provider-name", 422;
    IdentityProviderStranger = "identity-provider-stranger", 422;
    IdentityProviderOtherIdentity = "identity-provider-other-identity", 422;
    IdentityProviderMissing = "identity-provider-missing", 409;
    IdentityProviderUntested = "identity-provider-untested", 409;
    IdentityProviderLockout = "identity-provider-lockout", 409;
    IdentityProviderInitialName = "identity-provider-initial-name", 422;
    PasswordElsewhere = "password-elsewhere", 409;
    // Billing and payment
    CardNumberInvalid = "card-number-invalid", 422;
    CardNotATestCard = "card-not-a-test-card", 422;
    CardExpiryInvalid = "card-expiry-invalid", 422;
    CardExpired = "card-expired", 422;
    CardCvcInvalid = "card-cvc-invalid", 422;
    CardDeclined = "card-declined", 402;
    CardInsufficientFunds = "card-insufficient-funds", 402;
    CardDeclinedExpired = "card-declined-expired", 402;
    CardDeclinedCvc = "card-declined-cvc", 402;
    PaymentMethodLast = "payment-method-last", 409;
    BillingAccountExists = "billing-account-exists", 409;
    BillingAccountMissing = "billing-account-missing", 409;
    ResetCodeWrong = "reset-code-wrong", 422;
    ResetExpired = "reset-expired", 422;
    SecondFactorNeeded = "second-factor-needed", 409;
    SignInPersonalAddress = "sign-in-personal-address", 422;
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
