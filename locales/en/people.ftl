# People of a tenant.

people-title = People
people-lead = Everybody with an account in this organisation.
people-search = Search people
people-add = Add a person
people-import = Import a file
people-invite = Invite by mail
people-export = Export everybody as CSV
people-export-these = Export these people as CSV
people-add-to-group = Add to a group
people-remove-from-group = Remove from a group
people-filter-label = Show
people-filter-apply = Apply
people-any-type = Any type
people-type-member = Member
people-type-guest = Guest
people-any-role = Any role
people-any-domain = Any domain
people-filter-everyone = Everybody
people-filter-enabled = Enabled
people-filter-disabled = Disabled
people-filter-invited = Invited
people-filter-roles = With roles
people-filter-deleted = Deleted
people-column-name = Name
people-column-state = State
people-column-roles = Roles
people-column-sign-in = Last sign-in
people-column-created = Created
people-tick = Tick { $name }
people-tick-all = Tick every row of this page
people-tick-head = Tick
people-enabled = Enabled
people-invited = Invited
people-disabled = Disabled
people-deleted = Deleted
people-never = Never
people-days-left = { $days ->
    [0] Removed today
    [one] 1 day left
   *[other] { $days } days left
}
people-shown = { $count ->
    [one] One person on this page
   *[other] { $count } people on this page
}
people-empty-search-title = Nobody matches
people-empty-search-text = Search looks at the beginnings of names, user names and e-mail addresses.
people-empty-show-all = Show everybody
people-empty-deleted-title = Nobody is deleted
people-empty-deleted-text = People that you delete stay here for 30 days and can be restored.

## One person

people-facts = Account
people-user-name = User name
people-given-name = Given name
people-surname = Surname
people-contact = Contact e-mail
people-created = Created
people-id = Object id
people-sign-in = Sign-in
people-sessions = Sessions
people-sessions-end = End all sessions
people-password = Password
people-password-set = Set
people-password-must-change = Temporary, must be changed at the next sign-in
people-password-none = None yet
people-provider = Signs in at
people-provider-text = No password or passkey of this service opens the account.
people-factors-after = Asked for after the provider has signed them in.
people-factors-after-trusted = Asked for after the provider has signed them in, unless it says that it asked for one itself.
people-roles = Roles
people-roles-none = No roles. This person looks after their own account only.
people-roles-add = Grant a role
people-role-remove = Take away
people-role-remove-title = Take the role { $role } from { $name }?
people-role-remove-effect = It counts from the next page that they open.
people-activity = Latest activity
people-activity-none = Nothing yet.
people-activity-all = All activity of this person
people-photo-own = Your photo
people-photo-title = Photo of { $name }
people-photo-lead = Everybody who may see the directory sees it. Details that the file carries, such as where it was taken, are left out.
people-photo-hint = A PNG or JPEG file. Your browser makes a large one smaller before it is sent; where it can't, { $size } and { $side } pixels a side are the most.
people-photo-save = Save photo
people-photo-remove = Remove photo
people-photo-add = Add a photo
people-photo-change = Change photo
people-tab-account = Account
people-tab-groups = Groups
people-tab-owned = Owned
people-tab-sessions = Sessions
people-tab-activity = Activity
people-column-kind = Kind
people-service-principal = Service principal
people-linked-shown = { $count ->
    [one] One on this page
   *[other] { $count } on this page
}
people-groups-none-title = In no group
people-groups-none-text = Groups give people rights together. Add this person to one from the list of people, or from the group's page.
people-owned-none-title = Owns nothing
people-owned-none-text = Owners look after a group or an application. They are named on its page.
people-sessions-none-title = Not signed in anywhere
people-sessions-none-text = Every browser in which this person is signed in stands here.
people-session-where = Browser
people-session-since = Signed in
people-session-seen = Last seen
people-session-until = Ends
people-session-act = Act
people-session-end = End
people-line = Reporting line
people-manager = Manager
people-manager-none = Nobody
people-manager-change = Change the manager
people-manager-title = Whom does { $name } report to?
people-manager-present = At present: { $name }
people-manager-nobody = Take away
people-manager-set = Set the manager
people-reports = Direct reports
people-reports-none = Nobody
people-invitation = Invitation
people-work = Work and place
people-usage-location-hint = Two letters of a country, such as GR
people-why = Why can't I change everything here?
people-why-lead = Your roles don't allow it. These do:
people-why-manage = Change, disable or delete this person
people-why-reset = Set a new password
people-why-factors = Take second factors away
people-why-roles = Grant and take away roles
people-own = This is your own account. Password and sign-in methods are under My account.
people-own-link = My account
people-deleted-note = This person is deleted and can't sign in. After { $days } days the account is removed for good.

people-edit = Edit
people-reset = Reset the password
people-factors-reset = Take away the second factors
people-factors = Second factors
people-factors-none = None
people-factor-app = authenticator app
people-factor-passkeys = { $count ->
    [one] one passkey
   *[other] { $count } passkeys
}
people-factor-codes = { $count ->
    [one] one recovery code
   *[other] { $count } recovery codes
}
people-disable = Disable
people-enable = Enable
people-delete = Delete
people-restore = Restore
people-cancel = Cancel
people-save = Save

people-done-disabled = The account is disabled. All its sessions have ended.
people-done-enabled = The account is enabled.
people-done-restored = The account is restored.
people-done-updated = The changes are saved.
people-done-roles = The roles are changed.
people-done-session = That session was ended
people-done-factors = The second factors are taken away. All sessions have ended.
people-done-no-factors = There was no second factor to take away. Nothing changed: sessions stay until you end them.
people-done-sessions = All sessions have ended.
people-done-photo = The photo is saved.
people-done-photo-removed = The photo is removed.
people-done-manager = The manager is changed.
people-done-deleted = The account is deleted. It can be restored for 30 days.

## Forms

people-new-title = Add a person
people-new-lead = You get a temporary password to hand over. It must be changed at the first sign-in.
people-domain = Domain name
people-domain-hint = One of your verified names
people-user-name-hint = The part before the @, such as ana.torres
people-user-name-free = { $name } is free
people-display-name-hint = As others see it. Left empty, it is made of the names above.
people-contact-hint = Where notices go. It isn't used to sign in.
people-roles-legend = Roles
people-roles-hint = Most people need none.
people-create = Add the person
people-edit-title = Edit { $name }
people-role-title = Grant { $name } a role
people-role-lead = You can grant what your own roles allow, and no more.
people-role-grant = Grant
people-role-all-held = This person holds every role that you can grant.

## Questions

people-reset-title = Reset the password of { $name }?
people-reset-effect-new = The present password stops working. You get a temporary one to hand over, which must be changed at the next sign-in.
people-factors-title = Take away the second factors of { $name }?
people-factors-effect-gone = What they have stops working: { $factors }.
people-factors-effect-none = They have no second factor. Nothing changes; their sessions stay until you end them.
people-factors-effect-next = At their next sign-in they need their password alone, and set up a new second factor if they must have one.
people-factors-effect-provider = At their next sign-in the identity provider alone lets them in, and they set up a new second factor if they must have one.
people-factors-effect-no-password = They have no password: they can't sign in until you reset it.
people-disable-title = Disable { $name }?
people-disable-effect-sign-in = They can't sign in until you enable the account again.
people-disable-effect-keeps = Names, roles and history stay.
people-delete-title = Delete { $name }?
people-delete-effect-name = Their user name becomes free for somebody else.
people-delete-effect-days = You can restore the account for { $days } days. After that it is removed for good.
people-effect-sessions = { $count ->
    [0] They aren't signed in anywhere now.
    [one] One session ends at once.
   *[other] { $count } sessions end at once.
}
people-restore-title = Restore { $name }?
people-restore-lead = { $days ->
    [0] The account is removed for good today.
    [one] One day is left before the account is removed for good.
   *[other] { $days } days are left before the account is removed for good.
} It comes back with its roles, names and password.
people-restore-name-hint = Another one if it is taken by now

## Several people

people-many-disable = { $count ->
    [one] Disable this person?
   *[other] Disable these { $count } people?
}
people-many-delete = { $count ->
    [one] Delete this person?
   *[other] Delete these { $count } people?
}
people-many-disable-effect = They can't sign in until you enable them again. Their sessions end at once.
people-many-delete-effect = Their sessions end at once and their user names become free. You can restore them for 30 days.
people-many-enable = { $count ->
    [one] Enable this person?
   *[other] Enable these { $count } people?
}
people-many-enable-effect = They can sign in again. Whoever is enabled already stays so.
people-many-enabled = { $count ->
    [0] Nobody was enabled
    [one] One person is enabled
   *[other] { $count } people are enabled
}
people-many-restore = { $count ->
    [one] Restore this person?
   *[other] Restore these { $count } people?
}
people-many-restore-effect = They come back with their names, roles, groups and passwords.
people-many-restored = { $count ->
    [0] Nobody was restored
    [one] One person is restored
   *[other] { $count } people are restored
}
people-many-sessions = { $count ->
    [one] End all sessions of this person?
   *[other] End all sessions of these { $count } people?
}
people-many-sessions-effect = They are signed out everywhere at once and have to sign in again.
people-many-signed-out = { $count ->
    [0] Nobody was signed out
    [one] One person is signed out everywhere
   *[other] { $count } people are signed out everywhere
}
people-many-join = { $count ->
    [one] Add this person to a group?
   *[other] Add these { $count } people to a group?
}
people-many-join-effect = They get what the group gives. Groups whose members a rule describes aren't offered.
people-many-joined = { $count ->
    [0] Nobody was added
    [one] One person is added to the group
   *[other] { $count } people are added to the group
}
people-many-leave = { $count ->
    [one] Remove this person from a group?
   *[other] Remove these { $count } people from a group?
}
people-many-leave-effect = They lose what the group gives. The groups offered are those that one of them is in.
people-many-left = { $count ->
    [0] Nobody was removed
    [one] One person is removed from the group
   *[other] { $count } people are removed from the group
}
people-many-disabled = { $count ->
    [0] Nobody was disabled
    [one] One person is disabled
   *[other] { $count } people are disabled
}
people-many-deleted = { $count ->
    [0] Nobody was deleted
    [one] One person is deleted
   *[other] { $count } people are deleted
}

## Passwords, shown once

people-password-title = Temporary password
people-created-lead = { $name } has an account now. Hand over these two:
people-created-title = Person added
people-created-elsewhere = { $name } has an account now, and signs in with the identity provider of this domain name. It must know them by the same user name:
people-password-lead = Hand { $name } this password. All their sessions have ended.
people-password-once = It is shown now and never again. Pass it on in person or by phone, not in the same mail as the user name.
people-password-next = To the person
people-password-more = Add another person
