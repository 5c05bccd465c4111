# The pages of a first run.

mailbox-title = Local mailbox
mailbox-lead = This deployment sends no mail. What it would send is kept here, and everybody who can open this page can read it.
mailbox-to = Recipient's address
mailbox-show = Show
mailbox-all = Show all mail
mailbox-empty = No mail here
mailbox-empty-why = A mail arrives a moment after the step that causes it. Load the page again.
mailbox-to-start = To the start page
