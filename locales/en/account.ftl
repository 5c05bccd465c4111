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
account-codes-left = { $count ->
    [0] There are none. They let you in when the app isn't at hand.
    [one] One is left. Make new ones soon.
   *[other] { $count } are left. Each works once.
}
account-codes-make = Make recovery codes

account-sessions = Where you are signed in
account-session-this = This browser
account-session-browser = { $browser } on { $system }
account-session-unnamed = A browser
account-session-since = Since
account-session-name = Name it
account-session-save = Save
account-session-end = Sign out
account-sessions-end = Sign out everywhere else

account-done-password = Your password was changed and you are signed out everywhere else
account-done-app = The authenticator app was set up
account-done-app-removed = The authenticator app was removed
account-done-session = That browser is signed out
account-done-sessions = You are signed out everywhere else

account-confirm-title = Enter your password again
account-confirm-lead = Your sign-in is more than 15 minutes old, and what comes next wants your password again.
account-go-on = Continue
account-cancel = Cancel

account-first-title = Add a second way to prove that it is you
account-first-lead = Administrators can change everything for their organisation, so a stolen password must not be enough. Choose one now; you can add the other later.
account-first-app = An app on your phone shows a new code every 30 seconds. The safest choice for daily use.
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
