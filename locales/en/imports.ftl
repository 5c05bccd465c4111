# People from a file.

imports-title = Import people
imports-lead = Send a CSV file with one person on each line. You see what would happen before anybody is created.
imports-file-hint = CSV in UTF-8, at most { $size } and { $rows } people.
imports-template = Download the template
imports-way = How do they get their first password?
imports-way-password = Initial passwords
imports-way-password-text = You get a file of temporary passwords to hand over. They must be changed at the first sign-in.
imports-way-invitation = Invitations by mail
imports-way-invitation-text = Everybody gets a link, good for seven days, to choose a password. Each row needs a contact e-mail.
imports-check = Check the file
imports-check-hint = Nobody is created yet.
imports-columns-title = Which columns are read?
imports-columns-text = The properties of Microsoft Graph users, by their own names such as userPrincipalName and jobTitle, or in plain words such as "User name" and "Job title". One column must say how people sign in; without a domain name your primary one is taken. Columns with other names are passed over, passwords among them. Values that look like formulas are kept as text.
imports-past = Earlier imports
imports-no-name = Unnamed file
imports-column-file = File
imports-column-when = Sent
imports-column-line = Line
imports-column-verdict = Verdict
imports-rows = Rows of the file
imports-by = Uploaded by { $name }
imports-again = Import another file

imports-state-draft = Checked, not started
imports-state-running = Running
imports-state-done = Done
imports-state-stopped = Stopped

imports-dry-title = What would happen
imports-count-good = Would be created
imports-count-warned = Of those with a warning
imports-count-refused = Refused
imports-dry-password = Everybody who is created gets a temporary password, but those at a domain name that signs in with its own identity provider. You can download all of them once.
imports-dry-invitation = Everybody who is created gets a mail with a link to choose a password.
imports-passed-over = These columns aren't read: { $columns }
imports-start = { $count ->
    [one] Create one person
   *[other] Create { $count } people
}
imports-discard = Start again with another file

imports-progress = Progress
imports-progress-text = { $done } of { $all } rows are done.
imports-progress-failed = { $count ->
    [one] One couldn't be created.
   *[other] { $count } couldn't be created.
}
imports-progress-refused = { $count ->
    [one] One was refused before and left out.
   *[other] { $count } were refused before and left out.
}
imports-progress-hint = It goes on when you close this page.
imports-reload = Look again
imports-results = Download the results
imports-passwords-wait = { $count ->
    [one] The initial password of one person waits for you. It is given out once and forgotten after 24 hours.
   *[other] The initial passwords of { $count } people wait for you. They are given out once and forgotten after 24 hours.
}
imports-passwords = Download the initial passwords
imports-passwords-title = Initial passwords
imports-passwords-lead = { $count ->
    [one] The file has the initial password of one person.
   *[other] The file has the initial passwords of { $count } people.
}
imports-passwords-once = You can download it once. Afterwards nobody can see these passwords again.
imports-passwords-change = Each must be changed at the first sign-in.
imports-passwords-care = Keep the file safe and delete it when everybody has theirs.

imports-filter-all = All rows
imports-filter-refused = Refused ({ $count })
imports-filter-warned = With a warning ({ $count })
imports-filter-good = Would be created ({ $count })
imports-filter-created = Created ({ $count })
imports-filter-failed = Not created ({ $count })
imports-row-good = Would be created
imports-row-warned = Would be created
imports-row-refused = Refused
imports-row-created = Created
imports-row-failed = Not created
imports-empty-title = No such rows
imports-empty-text = No row of the file is in this state.
imports-shown = { $count ->
    [one] One row on this page
   *[other] { $count } rows on this page
}
