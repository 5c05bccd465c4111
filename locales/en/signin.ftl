# Signing in, second factors, new passwords.

signin-title = Sign in
signin-lead = With your work account.
signin-going-on = To go on to { $application }.
signin-lead-for = With your work account, to go on to { $application }.
signin-name-hint = Such as ana@contoso.com
signin-next = Next
signin-none-yet = No work account yet?
signin-create = Create one
signin-signed-out = You are signed out
signin-password-changed = Your password was changed. Sign in with the new one.

signin-password-title = Enter your password
signin-not-you = Not you?
signin-remember-hint = For { $days } days on this device. Leave it empty on a shared one.
signin-forgot = I forgot it

signin-passkey = Sign in with a passkey
signin-passkey-use = Use a passkey
signin-passkey-failed = The device gave no passkey. Try again, or use another way.
signin-passkey-or = or
signin-passkey-script = Your second factor is a passkey, which needs JavaScript. Turn it on for this site, or ask an administrator of your organisation to let you in.
signin-code-title = Show that it is you
signin-app-label = Code from your authenticator app
signin-app-hint = Six digits that change every 30 seconds.
signin-recovery-label = Recovery code
signin-recovery-hint = One of the ten that you kept. Each works once.
signin-use-app = Use the app instead
signin-use-recovery = Use a recovery code
signin-lost-factor = Lost everything? An administrator of your organisation can let you back in.

signin-new-password-title = Choose a new password
signin-new-password-lead = An administrator set a temporary one for you. Replace it to go on.

## New passwords

password-new-label = New password
password-hint = 8 characters or more. Avoid your name and your organisation's. Several words work well.
password-set = Set password
password-strength-1 = Just enough
password-strength-2 = Good
password-strength-3 = Strong
password-strength-4 = Very strong

## Password resets

reset-title = Reset your password
reset-lead = We send a code to the contact address of your work account.
reset-send = Send code
reset-back = Back to sign-in
reset-code-title = Type the code from the mail
reset-code-lead = If { $name } is an account with a contact address, a code is on its way to that address. It is good for 5 minutes.
reset-code-label = Code from the mail
reset-code-hint = Six digits.
reset-next = Next
reset-again = Send another
reset-code-none = Nothing came after a minute or two? Look into the spam folder, or ask an administrator of your organisation to reset the password.
reset-password-lead = You are signed out everywhere and sign in with the new password.
