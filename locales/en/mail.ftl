# Mails: <key>-subject, and <key>-body whose lines become paragraphs.

mail-footer = Sent by { $product }, { $link }

## Requests for access

access-requested-subject = { $name } asks for access to { $organization }
access-requested-body = { $name } asks for an account at { $organization } and has proven the mailbox { $email }.
    { $message }
    Decide in the list of access requests. A request without an answer expires on { $expires }.
access-requested-action = Decide

access-approved-subject = { $organization } has made an account for you
access-approved-body = Your account at { $organization } is { $username }.
    Choose a password with the button below. The link works once and until { $expires }.
access-approved-action = Choose a password

access-refused-subject = { $organization } has refused your request for access
access-refused-body = The administrators of { $organization } decided not to make an account for you.
    { $reason }
    If you think that this is a mistake, talk to them. You can still create a separate work account.

access-expired-subject = Your request for access to { $organization } has expired
access-expired-body = Nobody at { $organization } answered your request within 30 days.
    You can ask again, or create a separate work account.
agreement-receipt-subject = Receipt: { $title } of { $organisation }
agreement-receipt-body = { $name } ({ $position }) accepted the { $title }, version { $version }, for { $organisation } on { $at }.
    The full text follows. Keep this mail: together they prove what was agreed.
    Receipt { $receipt }, accepted from { $ip }.
    SHA-256 of the text: { $hash }

mail-password-changed-subject = The password of { $name } was changed
mail-password-changed-body = The password of your work account { $name } was changed just now. All other browsers were signed out.
    If it was you, there is nothing to do.
    If it wasn't you, set a new password right away and tell an administrator of your organisation.
mail-password-not-me = Set a new password

mail-reset-code-subject = Your code to reset the password of { $name }
mail-reset-code-body = Type this code on the page where you asked to reset the password of your work account { $name }. It is good for 5 minutes.
    If you didn't ask for it, there is nothing to do; the password stays as it is.
## Sign-up

sign-up-code-subject = { $product } code for your work account
sign-up-code-body = Enter this code on the page that asked for it. It is good for { $minutes } minutes, and a newer one takes its place.
    If you didn't ask for it, somebody may have mistyped their address. Nothing happens without the code.
sign-up-expires-subject = Your work account isn't finished yet
sign-up-expires-body = You started to create a work account and haven't finished. In { $hours } hours what you entered is deleted.
    Open the page below with your e-mail address and continue where you left off.
work-account-created-subject = The work account of { $organisation } is ready
work-account-created-body = You are its Global administrator and sign in as { $username }.
    Next: prove your domain name, and make a second person administrator so that one lost password locks nobody out.
mail-continue-sign-up = Continue the sign-up
mail-sign-in = Sign in
