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
mail-passkey-added-subject = A passkey was added to { $name }
mail-passkey-added-body = The passkey “{ $passkey }” was added to your work account { $name } just now. It opens the account without a password.
    If it was you, there is nothing to do.
    If it wasn't you, remove it right away and tell an administrator of your organisation.
mail-passkey-removed-subject = A passkey was removed from { $name }
mail-passkey-removed-body = The passkey “{ $passkey }” was removed from your work account { $name } just now.
    If it was you, there is nothing to do.
    If it wasn't you, set a new password right away and tell an administrator of your organisation.
mail-app-added-subject = An authenticator app was set up for { $name }
mail-app-added-body = An authenticator app was set up for your work account { $name } just now.
    If it was you, there is nothing to do.
    If it wasn't you, set a new password right away and tell an administrator of your organisation.
mail-app-removed-subject = The authenticator app of { $name } was removed
mail-app-removed-body = The authenticator app of your work account { $name } was removed just now.
    If it was you, there is nothing to do.
    If it wasn't you, set a new password right away and tell an administrator of your organisation.
mail-codes-made-subject = New recovery codes for { $name }
mail-codes-made-body = New recovery codes were made for your work account { $name } just now. Earlier ones no longer work.
    If it was you, there is nothing to do.
    If it wasn't you, set a new password right away and tell an administrator of your organisation.
mail-factors-reset-subject = The second factors of { $name } were taken away
mail-factors-reset-body = An administrator of your organisation took away all second factors of your work account { $name } just now: authenticator app, passkeys and recovery codes. You were signed out everywhere.
    If you asked for it, sign in and set up a new one.
    If you didn't, set a new password right away and tell your organisation.
mail-account-look = Open my account

mail-password-not-me = Set a new password

mail-contact-changed-subject = The contact address of { $name } was changed
mail-contact-changed-body = This address is no longer the contact address of the work account { $name }. Codes to set a new password don't come here any more.
    If you know of it, there is nothing to do.
    If you don't, tell an administrator of your organisation right away.

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

## Domain names

domain-open-action = Open the domain name
domain-warned-subject = { $name } will lapse unless its DNS record is back
domain-warned-body = The DNS record that proves { $name } for { $organization } is gone.
    Publish this TXT record again under the name { $label }: { $record }
    Without it the name lapses on { $date }: nobody new gets a user name under it, and another organisation may claim it. Everybody goes on signing in.
domain-lapsed-subject = { $name } has lapsed
domain-lapsed-body = The DNS record that proves { $name } for { $organization } has been gone for { $days } days.
    Nobody new gets a user name under it now, and another organisation that proves the name may claim it. Everybody goes on signing in. Where it was the primary domain name, the initial one takes its place.
    To get it back, publish this TXT record under the name { $label }: { $record }
domain-restored-subject = { $name } is proven again
domain-restored-body = The DNS record of { $name } is back. The name can be used for new people as before.
    If it was the primary domain name before it lapsed, choose it again.
domain-contested-subject = Somebody else claims { $name }: prove it by { $date }
domain-contested-body = Another organisation has proven { $name }, which { $organization } holds without a DNS record.
    Publish this TXT record under the name { $label } by { $date }: { $record }
    Then the name stays yours. Otherwise it goes to the other organisation on that day: people under it keep their accounts and get user names under your initial domain name.
domain-kept-subject = { $name } stays yours
domain-kept-body = The DNS record of { $name } is back in time. The claim of the other organisation is over.
domain-claim-fell-subject = The claim to { $name } is over
domain-claim-fell-body = Nobody else claims { $name } any more. It is still lapsed: publish its record so that it can be used for new people.
    The TXT record under the name { $label } is: { $record }
domain-lost-subject = { $name } now belongs to another organisation
domain-lost-body = { $name } wasn't proven in time, so it went to the organisation that claimed it.
    { $renamed ->
        [0] Nobody used the name.
        [one] What used it, in one place, has a name under your initial domain name now.
       *[other] What used it, in { $renamed } places, has names under your initial domain name now.
    } { $suffixed ->
        [0] All of them kept the part before the @.
        [one] In one place a number was added, because the name was taken.
       *[other] In { $suffixed } places a number was added, because the name was taken.
    }
    People under it are signed out and sign in with their new user names. Contact addresses at { $name } were taken away, since others may read what is sent there.
domain-claim-refused-subject = { $name } stays with its holder
domain-claim-refused-body = The present holder of { $name } has proven it again, so your claim is over.
    You can remove the name from your list and the record from DNS.
domain-claim-missed-subject = Your claim to { $name } is over
domain-claim-missed-body = When your claim to { $name } was to be decided, your record wasn't in DNS any more.
    Publish it and check the name again to claim it anew.
domain-claim-lost-subject = { $name } went to an earlier claim
domain-claim-lost-body = Another organisation proved { $name } before you did, and has it now.
domain-claim-first-subject = Your claim to { $name } is decided on { $date }
domain-claim-first-body = The claim before yours is over, so yours counts now. { $name } is held elsewhere until { $date }.
    Keep your record in DNS until then. If the present holder doesn't prove the name in time, it is yours.
domain-claim-won-subject = { $name } is yours
domain-claim-won-body = { $name } is verified and belongs to { $organization } from now on.
    Keep its record in DNS: it is checked every day.
domain-removed-subject = { $name } was removed
domain-removed-body = { $name } is no domain name of { $organization } any more.
    { $renamed ->
        [0] Nobody used it.
        [one] What used it, in one place, has a name under the initial domain name now.
       *[other] What used it, in { $renamed } places, has names under the initial domain name now.
    } { $suffixed ->
        [0] All of them kept the part before the @.
        [one] In one place a number was added, because the name was taken.
       *[other] In { $suffixed } places a number was added, because the name was taken.
    }
user-renamed-subject = You sign in as { $new } now
user-renamed-body = { $organization } has given up the domain name of your user name { $old }. Your account is the same; its user name is { $new }.
    Your password and your other ways to sign in stay as they are.
## Webhooks

webhook-gone-subject = The webhook at { $host } is disabled
webhook-gone-body = The receiver at { $host } answered that it is gone for good (410), so changes at { $organization } are no longer told to it.
    If that is a mistake, mend the receiver, enable the webhook and send again what had waited. What changes meanwhile is not kept for it.
webhook-failing-subject = The webhook at { $host } is disabled
webhook-failing-body = For five days nothing arrived at { $host }, so changes at { $organization } are no longer told to it.
    Mend the receiver, enable the webhook and send again what had waited. What changes meanwhile is not kept for it.
webhook-action = Open the webhook
