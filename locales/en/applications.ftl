# Applications of a tenant.

my-applications-title = My applications
my-applications-lead = What you may use with your work account.
my-applications-search = Search by name
my-applications-none-title = No application yet
my-applications-none-text = Applications that an administrator assigns to you, and those that you let use your account, stand here.
my-applications-empty-title = None found
my-applications-empty-text = No application of yours has this in its name.
my-applications-all = Show all
my-applications-no-link = Its address isn't known here: open it where you usually do.
my-applications-given = You let it:
my-applications-take-back = Take back
my-applications-taken-back = It may use your account no more, and asks you the next time.
applications-title = Applications
applications-lead = Programs that people sign in to, and programs that sign in themselves.
applications-register = Register an application
applications-search = Search applications
applications-filter-label = Show
applications-filter-all = All
applications-filter-expiring = Secret or certificate ends within 30 days
applications-filter-registered = Self-registered
applications-soon = Ends soon
applications-filter-deleted = Deleted
applications-column-name = Name
applications-column-credentials = Credentials until
applications-column-kept = Until it is removed
applications-column-created = Registered
applications-no-credentials = None
applications-expired = Expired
applications-days-left = { $days ->
    [0] Removed today
    [one] 1 day left
   *[other] { $days } days left
}
applications-shown = { $count ->
    [one] One application on this page
   *[other] { $count } applications on this page
}
applications-empty-title = No application yet
applications-empty-text = Register one to give it a client id, redirect URIs and secrets.
applications-empty-search-title = Nothing matches
applications-empty-search-text = Search looks at the beginnings of names and client ids.
applications-empty-show-all = Show all applications
applications-empty-registered-title = No application has registered itself
applications-empty-registered-text = Where you let applications register themselves, those that do are marked and stand here.
applications-empty-deleted-title = No application is deleted
applications-empty-deleted-text = Applications that you delete stay here for 30 days and can be restored.

## One application

applications-deleted = Deleted
applications-unused = Without service principal
applications-unused-text = Nobody can use it: it has no service principal. Saving its access makes one, or brings back the one that was deleted.
applications-deleted-note = This application is deleted and can't be used. After { $days } days it is removed for good.
applications-facts = Application
applications-client-id = Client id
applications-metadata = Metadata for its sign-in library
applications-object-id = Object id
applications-publisher = Publisher
applications-identifiers = Application ID URIs
applications-description = Description
applications-notes = Notes
applications-redirects = Redirect URIs
applications-redirects-none = None. People can't sign in to it yet.
applications-platform-web = Web
applications-platform-spa = Single-page
applications-platform-device = Device and desktop
applications-secrets = Secrets and certificates
applications-secrets-none = None.
applications-secret = Secret
applications-certificate = Certificate
applications-until = until
applications-access = Who may use it
applications-assignments-none = Nobody is assigned.
applications-assignments-more = The first 50 are shown; the API lists all.
applications-assign = Assign somebody
applications-access-change = Change access
applications-granted = API permissions
applications-granted-none = None. People are asked for what it wants to do for them.
applications-granted-itself = As itself
applications-granted-everybody = For the people who use it, agreed for everybody
applications-granted-more = The first 50 of each kind are shown; the API lists all.
applications-granted-by-people = Some people agreed to something for themselves. They see it under My applications.
applications-owners = Owners
applications-owners-none = Nobody owns it. Administrators of applications look after it.
applications-roles = Roles and permissions
applications-roles-none = It defines none.
applications-role = Role
applications-permission = Permission
applications-default-access = Default access
applications-edit = Edit
applications-delete = Delete
applications-restore = Restore
applications-remove = Remove
applications-cancel = Cancel
applications-save = Save

applications-done-registered = The application is registered.
applications-done-updated = The changes are saved.
applications-done-access = Access is changed.
applications-done-owners = The owners are changed.
applications-done-assigned = The assignment is made.
applications-done-unassigned = The assignment is removed.
applications-done-secret-removed = The secret is removed and no longer works.
applications-done-certificate-added = The certificate is added.
applications-done-certificate-removed = The certificate is removed and no longer works.
applications-done-granted = The permissions are granted.
applications-done-taken-back = The permission is taken back.
applications-done-restored = The application is restored.
applications-done-deleted = The application is deleted. It can be restored for 30 days.

## Forms

applications-register-lead = It gets a client id, and you own it.
applications-register-button = Register
applications-name = Name
applications-name-hint = As people see it when they sign in
applications-home-page = Home page
applications-redirects-web = Redirect URIs of a web application
applications-redirects-spa = Redirect URIs of a single-page application
applications-redirects-device = Redirect URIs of a program on a device
applications-redirects-hint = One a line. https, or http with localhost.
applications-platform = Where it runs
applications-redirects-platform-hint = One a line. https, or http with localhost; on a device a scheme of its own is allowed too.
applications-redirects-device-hint = One a line. A scheme of its own is allowed.
applications-public = A program that can keep no secret
applications-public-hint = It runs on people's devices. It may also sign in with a code that is typed on another device.
applications-public-is = It can keep no secret, and may sign in with a code that is typed on another device.
applications-identifiers-hint = One a line. They begin with api:// and the client id, or with https and one of your verified names.
applications-edit-title = Edit { $name }
applications-access-title = Access to { $name }
applications-access-sign-in = Sign-in
applications-access-who = Assignment
applications-enabled = Enabled
applications-enabled-text = It can be used.
applications-disabled = Disabled
applications-disabled-text = Nobody can sign in to it, and it can't sign in itself.
applications-open = Everybody
applications-open-text = Everybody in this organisation may use it.
applications-required = Only who is assigned
applications-required-text = Only people and groups that are assigned may use it.
applications-secret-add = Add a secret
applications-secret-lead = It is shown once. A certificate is safer where the program can keep one.
applications-secret-name = What it is for
applications-secret-name-hint = So that you know later which one to remove
applications-secret-lifetime = Valid for
applications-secret-days = { $days ->
    [365] One year
    [730] Two years
   *[other] { $days } days
}
applications-secret-shown-title = The secret
applications-secret-shown-lead = { $name } proves itself with this.
applications-secret-once = It isn't shown again. Copy it now to where the program reads it, and send it to nobody.
applications-secret-next = I have copied it
applications-certificate-add = Add a certificate
applications-certificate-lead = The program proves itself with the private key, which never leaves it. Only the certificate is needed here.
applications-certificate-hint = PEM, from BEGIN CERTIFICATE to END CERTIFICATE, or base64 of its DER
applications-certificate-name = What it is for
applications-certificate-name-hint = Without it, the subject of the certificate
applications-grant = Grant permissions
applications-grant-title = Grant { $name } permissions
applications-grant-api-lead = At which API?
applications-grant-api-search = Search APIs
applications-grant-api-none = No application with this in its name offers roles or permissions to others.
applications-grant-api-choose = Choose
applications-grant-lead = What may it do at { $api }?
applications-grant-itself = As itself
applications-grant-everybody = For the people who use it, agreed for everybody
applications-grant-has = Granted
applications-principal = Who
applications-principal-other = Or somebody else
applications-who-search = Search people, groups and applications
applications-who-legend = Found by name
applications-who-none = Nobody here is found by that name.
applications-principal-hint = A user name such as ana@contoso.com, or an object id
applications-owner-title = Add an owner of { $name }
applications-owner-lead = An owner may change and delete this application without a role.
applications-owner-add = Add an owner
applications-assign-title = Assign somebody to { $name }
applications-assign-lead = People, groups and other applications can be assigned.

## Questions

applications-secret-remove-title = Remove the secret { $secret }?
applications-secret-remove-effect = Programs that use it can't sign in any more.
applications-certificate-remove-title = Remove the certificate { $certificate }?
applications-granted-remove-title = Take back { $permission } at { $api }?
applications-granted-remove-itself = Its next token doesn't hold it. At the directory API it ends at once.
applications-granted-remove-everybody = What the application got for people ends at once. Whoever uses it next is asked for this themselves.
applications-owner-remove-title = Is { $owner } no longer an owner?
applications-owner-remove-effect = They can change the application only if a role allows it.
applications-unassign-title = Remove the assignment of { $principal }?
applications-unassign-effect = They lose this role from their next sign-in on.
applications-delete-title = Delete { $name }?
applications-delete-effect-use = Nobody can sign in to it, and its secrets stop working.
applications-delete-effect-days = You can restore it for { $days } days. After that it is removed for good.
applications-restore-title = Restore { $name }?
applications-restore-effect = It works as before, with its secrets, owners and assignments.

## Several applications

applications-many-delete = { $count ->
    [one] Delete this application?
   *[other] Delete these { $count } applications?
}
applications-many-delete-effect = Nobody can sign in with them any more. You can restore them for 30 days.
applications-many-deleted = { $count ->
    [0] No application was deleted
    [one] One application is deleted
   *[other] { $count } applications are deleted
}
applications-many-restore = { $count ->
    [one] Restore this application?
   *[other] Restore these { $count } applications?
}
applications-many-restore-effect = They come back with their secrets, owners and assignments.
applications-many-restored = { $count ->
    [0] No application was restored
    [one] One application is restored
   *[other] { $count } applications are restored
}
applications-tick = Tick { $name }

applications-self-registered = Registered itself
applications-sign-in = Signing in and out
applications-sign-in-title = How { $name } signs people in and out
applications-sign-in-change = Change signing in and out
applications-sign-in-back = Where people go after signing out
applications-sign-in-back-hint = One address a line. Without any, redirect URIs count.
applications-sign-in-backchannel = Address that is told of sign-outs
applications-sign-in-backchannel-hint = Back-channel logout. It gets a signed logout token as soon as a session ends.
applications-sign-in-session = It needs to know which session ended
applications-sign-in-frontchannel = Page that signs out in the browser
applications-sign-in-frontchannel-hint = Front-channel logout. It is opened in a frame of the page that says that somebody is signed out.
applications-sign-in-session-frame = The page needs to know which session ended
applications-sign-in-algorithm = ID tokens are signed with
applications-sign-in-method = How it shows who it is
applications-sign-in-method-any = Any way that it has something for
applications-sign-in-keys = Address of its public keys
applications-sign-in-keys-hint = A JSON Web Key Set, for private_key_jwt and signed requests.
applications-sign-in-request-uris = Where its requests lie
applications-sign-in-request-uris-hint = One address a line, compared letter by letter. A request that names one of them by request_uri is read there.
applications-sign-in-id-tokens = ID tokens without a code
applications-sign-in-id-tokens-hint = For older programs (response_type=id_token). The token passes through the browser.
applications-sign-in-access-tokens = Access tokens without a code
applications-sign-in-access-tokens-hint = For older programs that run in the browser (response_type=id_token token). Whatever reads the browser's addresses can use them: a code with PKCE is safer.
applications-sign-in-pushed = It must push its requests before it sends a browser

registration-title = Registration by applications
registration-lead = Applications can register themselves here, by OpenID Connect Dynamic Client Registration. Nobody looks at them before people can sign in to them.
registration-address = Address
registration-who = Who may register an application
registration-off = Administrators alone
registration-off-text = No application registers itself.
registration-token = Whoever has the token
registration-token-text = A new token is made and shown once. The one before stops working.
registration-open = Everybody
registration-open-text = Any program that reaches this service.
registration-not-offered = The operator of this service has it off.
registration-shown-title = The registration token
registration-shown-lead = Whoever has it can register applications in this organisation.
registration-shown-token = Token

## Roles and permissions that it defines

applications-role-add = Add a role
applications-role-edit-title = The role { $name }
applications-role-lead = Somebody who is assigned this role brings it in their tokens. What it allows is for the application to say.
applications-role-name = What it is called
applications-role-name-hint = As administrators see it when they assign it
applications-role-value = Value
applications-role-value-hint = As it stands in tokens, such as Orders.Approve
applications-role-members = Who can have it
applications-role-people = People and groups
applications-role-programs = Other applications
applications-role-both = Both
applications-role-enabled = It can be assigned
applications-role-remove-title = Remove the role { $name }?
applications-role-remove-effect = Nobody can be assigned it any more, and tokens no longer name it.
applications-offered-disabled-hint = Take the tick away before you remove it, so that you see first who misses it.
applications-permission-add = Add a permission
applications-permission-edit-title = The permission { $name }
applications-permission-lead = Other applications ask for it, to do something here on behalf of the person who uses them.
applications-permission-value = Value
applications-permission-value-hint = As applications ask for it, such as Orders.Read
applications-permission-consent = Who may allow it
applications-permission-everybody = Everybody for themselves, and administrators
applications-permission-administrators = Administrators alone
applications-permission-admin-name = What administrators read
applications-permission-admin-name-hint = A few words, such as Read orders
applications-permission-admin-text = What it allows, for administrators
applications-permission-user-name = What people read
applications-permission-user-name-hint = Without it they read what administrators read.
applications-permission-user-text = What it allows, for people
applications-permission-enabled = It can be asked for
applications-permission-remove-title = Remove the permission { $name }?
applications-permission-remove-effect = Applications can no longer ask for it, and what was allowed before counts no more.
