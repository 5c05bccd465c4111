# The page of the activity log.

activity-title = Activity
activity-lead = Who did what in this organisation, newest first. Nothing here can be changed or deleted.
activity-tab-events = Changes
activity-tab-sign-ins = Sign-ins
activity-chart = Changes, last 30 days
activity-chart-says = { $succeeded ->
    [one] 1 change
   *[other] { $succeeded } changes
} and { $refused ->
    [one] 1 refused one
   *[other] { $refused } refused ones
} in 30 days, at most { $top } a day
activity-any = Any activity
activity-part-organisation = The organisation
activity-category-any = Any part
activity-category-UserManagement = People
activity-category-GroupManagement = Groups
activity-category-ApplicationManagement = Applications
activity-category-RoleManagement = Roles
activity-category-DirectoryManagement = The organisation
activity-result-any = Any result
activity-field-category = Part of the directory
activity-field-result = Result
activity-one-with = With
activity-one-correlation = Request id
sign-ins-title = Sign-ins
sign-ins-lead = Who signed in to this organisation, or tried to, newest first.
sign-ins-field-username = User name begins with
sign-ins-field-ip = Network address begins with
sign-ins-column-person = Person
sign-ins-column-application = Application
sign-ins-column-result = Result
sign-ins-empty-title = No sign-ins like this
sign-ins-empty-text = Try a shorter name or address, or a longer time.
sign-ins-none-title = No sign-ins yet
sign-ins-none-text = Every sign-in, and every attempt that is refused, is listed here.
sign-ins-shown = { $count ->
    [one] One sign-in on this page
   *[other] { $count } sign-ins on this page
}
sign-in-one-title = Sign-in of { $name }
sign-in-one-back = Sign-ins
sign-in-one-all = All sign-ins of this person
sign-in-one-application = Application
sign-in-one-second-factor = Second factor
sign-in-one-shown = Shown
sign-in-one-not-shown = Not shown
sign-in-one-familiar = A browser that this person has signed in from before
sign-in-one-unfamiliar = A browser that is new for this person
sign-in-browser = { $browser } on { $system }
sign-in-result-success = Signed in
sign-in-result-locked = Locked after too many tries
sign-in-result-disabled = The account is disabled
sign-in-result-wrong-second-factor = Wrong code
sign-in-result-wrong-passkey = Wrong passkey
sign-in-result-provider-refused = Refused after the identity provider
sign-in-result-no-password-here = Password or passkey, though the identity provider signs in
sign-in-result-wrong-password = Wrong password
sign-in-result-wrong-reset-code = Wrong code to reset the password
activity-filter = Filter
activity-clear = Show everything
activity-field-activity = Activity
activity-field-name = Who or whom
activity-field-since = From
activity-field-until = To
activity-column-time = When
activity-column-event = What happened
activity-column-from = From where
activity-refused = Refused
activity-empty-title = Nothing like this happened
activity-empty-text = Try another activity, a part of a name or user name as the log shows them, or a longer time.
activity-export-csv = Export as CSV
activity-export-json = Export as JSON lines
activity-one-back = Activity
activity-one-who = Who
activity-one-other = Whom or what else
activity-one-whom = To what
activity-one-time = When
activity-one-from = From
activity-one-from-here = This server
activity-one-result = Result
activity-one-done = Done
activity-one-id = Event id
activity-one-changes = What changed
activity-one-no-changes = No values are kept for this event.
activity-one-property = Property
activity-one-old = Before
activity-one-new = After
activity-shown = { $count ->
    [one] One event on this page
   *[other] { $count } events on this page
}
