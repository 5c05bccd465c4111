# Signing in to applications.

consent-title = { $application } wants to use your account
consent-lead = In { $organization } you are { $name }, and the answer goes to { $host } and nobody else.
consent-openid = Know that it is you
consent-profile = See your name and user name
consent-email = See your e-mail address
consent-address = See your address
consent-phone = See your phone number
consent-offline = Keep this access while you are away
consent-permission = { $permission } at { $api }
consent-everybody = Agree for everybody in { $organization }
consent-everybody-hint = Nobody else is asked then.
consent-accept = Agree
consent-deny = Don't agree
consent-shut = Only an administrator can agree to this. Ask one to sign in to { $application } and agree for everybody.
consent-note = You can take this back at any time under My applications.

application-privacy = Privacy policy ({ $host })
application-terms = Terms of use ({ $host })

choose-title = Which account?
choose-lead = For { $application }
choose-current = Signed in as { $name } of { $organization }
choose-go-on = Go on with this account
choose-other = Sign in with another account

form-post-title = One moment
form-post-lead = You are being sent back to the application.
form-post-go-on = Go on

application-sign-out-title = Sign out?
application-sign-out-lead = You are signed in as { $name }. Applications that you opened from here may stay open until they notice.
application-sign-out-send = Sign out
application-sign-out-stay = Stay signed in
application-sign-out-asked = { $application } asks to sign you out. You are signed in as { $name }; other applications are told, and may stay open until they notice.
application-signed-out-title = You are signed out
application-signed-out-lead = The applications that you opened from here are being told.
application-signed-out-back = Go back to { $application }
application-signed-out-again = Sign in again
application-signed-out-frame = An application is told that you signed out

device-message = To sign in, open { $address } in a browser and enter the code { $code }.
device-title = Sign in on a device
device-lead = You are signed in as { $name }. Enter the code that your device shows.
device-code-hint = Eight letters, in any case. It counts for 15 minutes.
device-next = Next
device-confirm-title = Let { $application } in?
device-confirm-lead = { $application } waits on a device. Let in, it acts as { $name } of { $organization } there.
device-place = It asked from the address { $ip }.
device-place-browser = It asked from { $program } on { $system }, at the address { $ip }.
device-warning = Go on only if you started this yourself, on a device in front of you.
device-warning-why = Did somebody send you the code or read it to you? Then they would be in your account. Nobody who helps you needs this.
device-consent = It also wants to:
device-accept = Let it in
device-deny = Don't let it in
device-allowed-title = Your device is signed in
device-allowed-lead = Go back to it. You can close this page.
device-refused-title = The device stays outside
device-refused-lead = It was told so. If you didn't ask for this, change nothing: nobody got in.
device-account = Your account
