# My account.

account-profile = Profile
account-name = Name
account-user-name = User name
account-contact = Contact e-mail
account-organisation = Organisation
account-roles = Roles
account-since = Since
account-profile-hint = An administrator of your organisation can change these.

account-methods = How you sign in
account-due = Your organisation wants you to add a second way to prove that it is you by { $day }: a passkey, an authenticator app or recovery codes.
account-password = Password
account-password-changed = Last changed on { $day }.
account-change = Change
account-change-password = Change password
account-change-password-lead = You are signed out everywhere else.
account-app = Authenticator app
account-app-text = Shows a new code every 30 seconds, also without a network.
account-app-set-up = Set up an app
account-app-replace = Replace
account-app-remove = Remove…
account-app-remove-title = Remove the authenticator app?
account-app-remove-text = You won't be asked for its code any more. Administrators keep it or their recovery codes: they must have a second factor.
account-app-remove-yes = Remove the app
account-passkeys = Passkeys
account-passkeys-text = Sign in with your fingerprint, face or PIN. The safest way, since it works on this site alone.
account-passkey-add = Add a passkey
account-passkey-added-on = Added on { $day }
account-passkey-never = Never used
account-passkey-last = Last used on { $day }
account-passkey-bound = On one device
account-passkey-synced = On several devices
account-passkey-copied = Blocked: it seems to be copied. Remove it.
account-passkey-rename = Rename
account-passkey-remove = Remove…
account-passkey-remove-title = Remove the passkey “{ $name }”?
account-passkey-remove-text = It won't open your account any more. Delete it on the device too.
account-passkey-remove-yes = Remove the passkey
account-passkey-new-title = Add a passkey
account-passkey-new-lead = Your phone, your computer or a security key keeps it. When you sign in, it asks for your fingerprint, face or PIN instead of a password.
account-passkey-new-hint = So that you know it again, such as “Work phone”.
account-passkey-create = Create the passkey
account-passkey-create-failed = The device made no passkey. Perhaps it has one for this account already; try again, or use another device.
account-passkey-script = Passkeys need JavaScript. Turn it on for this site, or choose another way to prove that it is you.
account-first-passkey = Your fingerprint, face or PIN, instead of a password. The safest choice, and the easiest.
account-done-passkey = The passkey was added
account-done-passkey-removed = The passkey was removed
account-done-passkey-renamed = The passkey was renamed

account-codes-left = { $count ->
    [0] There are none. They let you in when the app isn't at hand.
    [one] One is left. New ones end it.
   *[other] { $count } are left. Each works once. New ones end them.
}
account-codes-make = Make recovery codes
account-codes-replace = Replace recovery codes

account-sessions = Where you are signed in
account-session-this = This browser
account-session-browser = { $browser } on { $system }
account-session-unnamed = A browser
account-session-since = Since
account-session-seen = last used
account-session-name = Name it
account-session-save = Save
account-session-end = Sign out
account-sessions-end = Sign out everywhere else
account-sessions-all = Sign out everywhere…
account-sessions-all-title = Sign out everywhere, also here?
account-sessions-all-text = Applications and programs that you let use your account ask you to sign in again too.
account-sessions-all-yes = Sign out everywhere

account-done-password = Your password was changed and you are signed out everywhere else
account-done-app = The authenticator app was set up
account-done-app-removed = The authenticator app was removed
account-done-session = That browser is signed out
account-done-sessions = You are signed out everywhere else

fresh-kept = What you had filled in stands here again, but for passwords and secrets. Look at it, and send it.
account-confirm-title = Show again that it is you
account-confirm-lead = What comes next wants a sign-in that isn't older than 15 minutes.
account-confirm-passkey = Use your passkey
account-go-on = Continue
account-cancel = Cancel

account-first-title = Add a second way to prove that it is you
account-first-lead = Administrators can change everything for their organisation, so a stolen password must not be enough. Choose one now; you can add the other later.
account-first-lead-everybody = Your organisation wants everybody to have one, so that a stolen password isn't enough. Choose one now; you can add another later.
account-first-app = An app on your phone shows a new code every 30 seconds.
account-first-codes = Ten codes to print or keep in a password manager. Each works once.

account-app-title = Set up your authenticator app
account-app-lead = Scan the picture with any authenticator app, then type the code that it shows.
account-app-key = Authenticator key
account-app-code = Code from the app
account-app-code-hint = Six digits.
account-app-confirm = Turn it on

account-codes-title = Keep these recovery codes
account-codes-lead = Each lets you in once when you have nothing else at hand. Earlier ones no longer work.
account-codes-once = They are shown this once. Print them or put them into a password manager before you go on.
account-codes-kept = I have kept them

## An identity provider of the organisation's own

account-provider = Your organisation's identity provider
account-provider-text = You sign in at { $issuer }. No password or passkey of this service opens your account.
account-provider-factors = Second factors
account-provider-factors-text = What you set up here is asked for after your provider has signed you in.
account-provider-factors-trusted = What you set up here is asked for after your provider has signed you in, unless it says that it asked for a second factor itself.
account-provider-passkeys = Your fingerprint, face or PIN, after your provider has signed you in. It doesn't open your account alone.
account-provider-passkey-lead = Your phone, your computer or a security key keeps it. After your provider has signed you in, it asks for your fingerprint, face or PIN.
account-provider-passkey-remove = It won't be asked for after your provider any more. Delete it on the device too.
account-provider-first-lead = Administrators can change everything for their organisation, so the word of its provider alone must not be enough. Choose one now; you can add the other later. It is asked for after your provider has signed you in.
account-provider-first-lead-everybody = Your organisation wants everybody to have one beside its provider. Choose one now; you can add another later. It is asked for after your provider has signed you in.
account-provider-first-passkey = Your fingerprint, face or PIN, after your provider has signed you in. The safest choice, and the easiest.
account-confirm-provider-lead = Your last sign-in was a while ago. Show your organisation's identity provider again that it is you.
account-confirm-provider-go = Go on to the provider
