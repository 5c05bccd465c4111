# Requests for access, and the invitations that follow.

requests-title = Access requests
requests-lead = People with a proven mailbox who ask for an account in this organisation.
requests-filter = Show
requests-open = Waiting
requests-settled = Settled
requests-empty-title = Nobody waits for an answer
requests-empty-text = When somebody proves a mailbox and asks for access, the request stands here and you get a mail.
requests-empty-settled-title = No request is settled yet
requests-empty-settled-text = Approved, refused and expired requests stay here.
requests-column-who = Who
requests-column-when = Asked
requests-column-state = State
requests-state-open = Waiting
requests-state-approved = Approved
requests-state-refused = Refused
requests-state-expired = Expired
requests-shown = { $count ->
    [one] One request on this page
   *[other] { $count } requests on this page
}
requests-mailbox = Mailbox, proven
requests-asked = Asked
requests-message = Message
requests-no-message = None
requests-decided = Decided
requests-reason = Reason
requests-person = To the person
requests-approve-title = Approve
requests-approve-lead = It makes an account without roles and mails a link to choose a password, good for seven days.
requests-approve = Approve and invite
requests-refuse-title = Refuse
requests-refuse-lead = The person is told by mail.
requests-refuse-hint = Goes into the mail.
requests-refuse = Refuse
requests-username = User name
requests-domain = Domain name
requests-done-approved = The account is made and the invitation is on its way.
requests-done-refused = The request is refused. The person is told by mail.

invitation-head = Invitation
invitation-for = Signs in as
invitation-sent = Sent
invitation-until = Good until
invitation-state-open = Waiting
invitation-state-accepted = Accepted
invitation-state-expired = Expired
invitation-state-revoked = Revoked
invitation-state-closed = Account closed
invitation-resend = Send again
invitation-revoke = Revoke
invitation-revoke-title = Revoke this invitation?
invitation-revoke-text = The link in the mail stops working at once. The account stays, without a password; you can send another invitation later.
invitation-done-sent = A new invitation is on its way. The links before it don't work any more.
invitation-done-revoked = The invitation is revoked.

invitation-title = Choose a password
invitation-lead = { $organization } has made an account for you. This is the name that you sign in with:
invitation-password-hint = 8 characters or more. Several words work well. Leave out your name and your organisation's.
invitation-send = Set the password
invitation-accepted-title = Your account is ready
invitation-accepted-lead = Sign in to { $organization } with this name:
invitation-used-title = This invitation has been used
invitation-used-lead = It counts once, and the password of your account in { $organization } was set with it. Sign in with your user name.
invitation-sign-in = Sign in
invitation-none-title = Nobody was invited
invitation-none-text = This person got their account without an invitation. Reset their password to give them a first one.

invite-title = Invite people
invite-lead = Each gets an account and a mail with a link, good for seven days, to choose a password.
invite-addresses-hint = Up to 10 e-mail addresses, between commas or semicolons or on lines of their own
invite-domain-hint = Their user names are made from the addresses, at this name.
invite-type = Who are they?
invite-member-text = They work in this organisation.
invite-guest-text = They come from outside.
invite-send = Send the invitations
invite-done = { $count ->
    [0] No invitation was sent
    [one] One invitation is on its way
   *[other] { $count } invitations are on their way
}
invite-sent = Invited
invite-not-sent = Not invited
invite-more = Invite more people
