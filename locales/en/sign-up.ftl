# The entry page and sign-up.

entry-title = One work account for your whole organisation
entry-lead = It gives your organisation its own directory and billing account. You need a work e-mail that you can open now and the authority to sign for your company. It takes about four minutes and nothing is charged.
entry-create = Create a work account
entry-create-text = For an organisation that has none yet. You become its first administrator.
entry-create-go = Start with your work e-mail
entry-existing = Use an existing one
entry-existing-text = Sign in with the account that your organisation has already.
entry-existing-go = Sign in
entry-find = Does my company have one?
entry-find-text = Prove your mailbox and we tell you, and whom to ask for access.
entry-find-go = Find out

sign-up-step-email = E-mail
sign-up-step-code = Code
sign-up-step-organisation = Organisation
sign-up-step-details = Sign-in
sign-up-step-payment = Payment
sign-up-step-agreement = Agreement
sign-up-continue = Continue
sign-up-back = Back
sign-up-change = Change
sign-up-saved = Saved as you go
sign-up-not-now = Not now
sign-up-send-code = Send code

## E-mail

sign-up-email-title = What is your work e-mail?
sign-up-email-lead = We send a code to it, so open the mailbox beside this page.
sign-up-email-hint = Your own address at your organisation's domain, such as ana.torres@contoso.com.
sign-up-email-good = This address can be used.
sign-up-expired-note = Your earlier sign-up has expired and what was entered is deleted. Start again below.
sign-up-unfinished = This browser has an unfinished sign-up.
sign-up-unfinished-go = Continue where you left off
sign-up-announce-title = Set up a work account
sign-up-announce-lead = For { $email }. We send a code to it next.
sign-up-announce-what = What you are about to set up
sign-up-announce-billing = A billing account of type Organization
sign-up-announce-billing-text = It belongs to your company, not to you. Nothing is charged at sign-up.
sign-up-announce-tenant = A tenant of its own
sign-up-announce-tenant-text = The isolated directory of your organisation: people, domain names and roles.
sign-up-announce-you = You as its Global administrator
sign-up-announce-you-text = You need the authority to sign an agreement for your company.
sign-up-announce-go = Set up account
sign-up-announce-change = Change e-mail

## Code

sign-up-code-title = Enter the code from the mail
sign-up-code-lead = We sent it to { $email }. It arrives within a minute.
sign-up-code-hint = Six digits, good for { $minutes } minutes.
sign-up-code-local = This server keeps its mail instead of sending it.
sign-up-code-local-go = Open the local mailbox
sign-up-code-resend = Send another code
sign-up-code-other = Use another address

## Does the company have a work account?

find-lead = Type your work e-mail. Once you have proven that you can open its mailbox, we tell you what we know of your company. Nobody learns it otherwise.
find-waiting = A code was sent from this browser already.
find-waiting-go = Enter it
find-hint = Your own address at your organisation's domain.
find-signed-in = You are signed in. The names that your organisation has proven stand under
find-signed-in-go = Custom domain names
find-ways-title = What you may learn
find-way-domain = Your company has proven its domain: sign in, or ask its administrators for access.
find-way-colleague = A colleague has a work account or has started one: ask for access, or wait for it.
find-way-nobody = Nobody at your company has one: you can create it.
discovery-title = Your company's work account
discovery-own-title = You have a work account already: { $name }
discovery-own-lead = It was created with { $email }. Sign in to it, or get back into it with a new password.
discovery-tenant-title = { $domain } belongs to { $name }
discovery-tenant-lead = The organisation has proven that it owns { $domain }. Sign in if you have an account there.
discovery-colleague-title = A colleague created the work account { $name }
discovery-colleague-lead = It was { $who }, and the organisation hasn't proven { $domain } yet.
discovery-started-title = A colleague is creating a work account
discovery-started-lead = { $days ->
    [0] { $who } started today and hasn't finished.
    [one] { $who } started yesterday and hasn't finished.
   *[other] { $who } started { $days } days ago and hasn't finished.
}
discovery-follow-title = Join when it's ready
discovery-follow-text = As soon as your colleague finishes, we ask the new work account to let you in and write to you.
discovery-follow-go = Wait for it
discovery-ask-title = Ask { $name } for access
discovery-ask-text = Its administrators see your name and e-mail address and decide. We write to you either way.
discovery-ask-go = Ask for access
discovery-separate-title = Create a separate work account
discovery-separate-text = It has its own directory, billing account and administrators. The two can't be merged later, and your company's domain can be proven by one of them only.
discovery-separate-go = Create a separate one
discovery-nobody-title = Nobody at { $domain } has a work account
discovery-nobody-lead = You can create one. Your mailbox is proven already.
asked-title = Your request is on its way
asked-lead = The administrators decide. We write to { $email } as soon as they do. You can close this page.

## Organisation

sign-up-organisation-title = Which organisation are you signing for?
sign-up-organisation-lead = Write name and address as they stand in the business register. They are compared with it, and a mismatch delays verification.
sign-up-organisation-contact = You are the Primary contact, with { $email }.

## Sign-in details

sign-up-details-title = How will you sign in?
sign-up-details-lead = This is your own work account, the first one of your organisation.
sign-up-username-hint = The part before the @ sign.
sign-up-username-good = This user name can be used.
sign-up-prefix = Initial domain
sign-up-prefix-hint = Your first user names end in it. It can't be changed later; your own domain can be added at any time.
sign-up-prefix-free = This name is free, and held for you once you continue.
sign-up-password-hint = 8 characters or more. Avoid your name and your organisation's.
sign-up-password-kept = You chose a password before. Type one again to change anything on this page.

## Payment

sign-up-payment-title = Add a payment method
sign-up-payment-lead = Nothing is charged at sign-up. The card is checked with a zero amount and kept by the payment provider, never by us.
sign-up-payment-added = { $card } is added, valid to { $expiry }.
sign-up-payment-add = Add card
sign-up-payment-other = Use another card
sign-up-payment-skip = Skip for now
sign-up-payment-none = No payment method yet. You can add one later under Billing account.

## Agreement

sign-up-agreement-title = Read and sign the agreement
sign-up-agreement-lead = You sign for { $organisation }, and a copy goes to your mailbox.
sign-up-agreement-version = Version { $version }. Fingerprint of the text:
sign-up-authority = I may sign agreements for { $organisation }, and I accept this one
sign-up-signatory-hint = Typing it signs the agreement.
sign-up-title-hint = What you are in the organisation, such as Managing director.
sign-up-agreement-go = Sign and create the work account
