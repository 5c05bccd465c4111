# The overview of an organisation.

overview-title = Overview
overview-people = People
overview-administrators = Global administrators
overview-primary = Primary domain name
overview-tenant-id = Tenant id
overview-next = What next
overview-step-domain = Prove your own domain name
overview-step-domain-why = People then sign in with their usual address instead of the initial domain.
overview-step-domain-action = Add a name
overview-step-administrator = Name a second Global administrator
overview-step-administrator-why = Two are recommended: if you lose access, nobody else can let you back in.
overview-step-administrator-action = Choose
overview-step-factor = Add a second factor to your account
overview-step-factor-why = An authenticator app or recovery codes keep your account safe when a password leaks.
overview-step-factor-action = Add
overview-step-billing = Set up billing
overview-step-billing-why = Legal name, address and a card make up the billing account. Nothing is charged for having one.
overview-step-billing-action = Set up
overview-step-card = Add a card
overview-step-card-why = Nothing is charged now. Without a card nothing can be bought.
overview-step-card-action = Add
overview-step-requests = { $count ->
    [one] One person asks for access
   *[other] { $count } people ask for access
}
overview-step-requests-why = Requests expire after 30 days.
overview-step-requests-action = Decide
overview-domains = Domain names
overview-domains-all = All domain names
overview-domains-more = and { $count } more
overview-domain-primary = Primary
overview-domain-verified = Verified
overview-domain-waiting = Waiting for the DNS record
overview-proofs = Verification
overview-proofs-lead = What is proven about this organisation, by whom it was checked, and until when it counts.
overview-proof-mailbox = Mailbox
overview-proof-mailbox-what = A code sent to a work address came back.
overview-proof-domain = Domain name
overview-proof-domain-what = The record that we asked for stands in DNS.
overview-proof-signatory = Authority to sign
overview-proof-signatory-what = A person stated it in the agreement, which is kept with its receipt.
overview-proof-missing = Not proven
overview-proof-proven = Proven
overview-proof-since = Since
overview-proof-until = until
overview-proof-for-good = for good
overview-activity = Latest activity
overview-activity-all = All activity
overview-chart = Sign-ins, last 30 days
overview-chart-says = { $succeeded ->
    [one] 1 sign-in
   *[other] { $succeeded } sign-ins
} and { $refused ->
    [one] 1 refused one
   *[other] { $refused } refused ones
} in 30 days, at most { $top } a day
overview-chart-table = As a table
overview-chart-day = Day
overview-chart-succeeded = Signed in
overview-chart-refused = Refused
overview-domain-claiming = Held elsewhere
overview-domain-failing = Record missing
overview-domain-removing = Being removed
overview-domain-lapsed = Lapsed
overview-domain-contested = Contested
overview-banner-warned = The DNS record of { $name } is gone. Unless it is back, the name lapses.
overview-banner-lapsed = { $name } has lapsed: nobody new gets a user name under it, and somebody else may claim it.
overview-banner-contested = Another organisation claims { $name }. Prove it again, or it goes to them.
overview-banner-claiming = { $name } is held elsewhere. Your claim is being decided.
overview-banner-removing = { $name } is being removed; what uses it is being renamed.
overview-banner-lost = { $name } went to another organisation. People under it have new user names.
overview-banner-by = By
overview-banner-open = Open
