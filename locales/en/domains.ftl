# Custom domain names.

domains-lead = The names that people of your organisation sign in with.
domains-add = Add a name
domains-name = Name
domains-state = State
domains-people = People
domains-checked = Last check
domains-count = { $count ->
    [one] One name
   *[other] { $count } names
}
domains-primary-new = New people get their user names here
domains-with = Verified with { $name }
domains-state-primary = Primary
domains-state-initial = Initial
domains-state-verified = Verified
domains-state-pending = Waiting for the DNS record
domains-state-claiming = Claimed, held elsewhere
domains-state-waiting = Behind an earlier claim
domains-state-failing = Record missing
domains-state-warned = Will lapse
domains-state-lapsed = Lapsed
domains-state-contested = Contested
domains-state-removing = Being removed
domains-until = by
domains-none = Bring your own name
domains-none-text = With a proven name people sign in as ana@contoso.com instead of under the initial domain, and colleagues who sign up find this organisation.
domains-advice = { $name } looks like the name of your head office. New people are best created under it instead of a regional name or the initial domain.
domains-advice-open = Open { $name }
domains-done-verified = The name is verified
domains-done-confirmed = The record still stands
domains-done-primary = The primary domain name was changed
domains-done-promoted = The name stands for itself now
domains-done-removed = The name was removed

## Adding

domains-add-title = Add a domain name
domains-add-hint = The part after the @ of your e-mail addresses, for example contoso.com
domains-add-next = Next you get one record to publish in DNS. It shows that the name is yours and changes nothing about your mail or website.
domains-add-button = Add the name
domains-cancel = Cancel

## One name

domains-facts = This name
domains-verified-at = Verified
domains-verified-with = Verified with
domains-initial-text = This name came with the work account and always works. It can't be removed.
domains-make-primary = Make primary
domains-check = Check now
domains-remove = Remove
domains-keep-record = Keep this record in DNS
domains-publish = Publish this record where the DNS of { $zone } is run
domains-record-type = Type
domains-record-name = Name
domains-record-value = Value
domains-record-priority = Priority
domains-record-at = @ stands for { $zone } itself. Some editors want the field left empty, or the whole name with a dot at its end.
domains-record-label = That makes { $name }, since editors add the name of the zone by themselves.
domains-mx = The DNS editor offers no TXT records
domains-mx-text = Add this MX record beside the ones that you have and leave those as they are. No mail is ever sent to it.
domains-asked = asked just now
domains-asked-ago = asked { $seconds } s ago
domains-others = { $count ->
    [one] and one other value
   *[other] and { $count } other values
}
domains-verify = Verify now
domains-found = The record is there.
domains-found-quotes = Quotation marks are part of the published value. Remove them in the DNS editor; it adds its own where they are needed.
domains-found-key-missing = The published value lacks its beginning. Publish the whole value, up to the equals sign too.
domains-found-typo = The published value differs from the expected one at character { $position }.
domains-found-old = The published value is one that was made when this name was added another time, here or in another organisation. Replace it with the value above. If the other organisation still needs it, leave it and add the value above beside it.
domains-found-www = The record stands at { $at }. Enter { $label } as its name instead.
domains-found-doubled = The record stands at { $at }: the editor added the name of the zone to a full name. Enter { $label } as its name instead.
domains-found-missing = DNS knows the name, but the record isn't there yet. New records show within minutes at most providers.
domains-found-no-name = DNS doesn't know this name. Check its spelling, and that it is registered and has a zone.
domains-found-failure = The DNS servers of this name answer with an error. Whoever runs them can see why.
domains-found-timeout = The DNS servers of this name didn't answer in time. This often passes; check again.
domains-found-cached = { $minutes ->
    [one] Servers may give the old answer for up to a minute after a change.
   *[other] Servers may give the old answer for up to { $minutes } minutes after a change.
}
domains-gives = What proving it gives you
domains-gives-added = The name is added
domains-gives-added-text = Nobody else sees this, and it keeps nobody else from adding it.
domains-gives-names = People sign in with their @{ $name } addresses
domains-gives-needs = Needs the DNS record.
domains-gives-alone = The name belongs to your organisation alone
domains-gives-alone-text = No other tenant can prove it while you have it.
domains-gives-found = Colleagues find your organisation
domains-gives-found-text = Who signs up with an address at this name is shown the way to your administrators.
domains-gives-below = Names below { $name } come with it
domains-gives-below-text = Add them when you need them; they need no record of their own.

## Removing

domains-remove-title = Remove { $name }?
domains-remove-lead = Nobody signs in under this name.
domains-remove-users = New people can't get user names at { $name } any more.
domains-remove-free = Any organisation that controls its DNS can prove the name.
domains-remove-record = You can delete the record in DNS afterwards.
domains-remove-button = Remove the name
domains-remove-refused = It is in use, so it can't be removed yet.
domains-keep = Keep it
domains-back = Back to the name

## The life of a name

domains-deadline = By
domains-to-do = What to do
domains-life-failing = The record is missing
domains-life-failing-text = DNS answers without the record that proves { $name }. Nothing has changed yet. If it stays away, you are warned and then the name lapses.
domains-life-warned = The name will lapse
domains-life-warned-text = The record that proves { $name } is gone. Without it nobody new gets a user name under it from the day below on, and another organisation may claim it. Everybody goes on signing in.
domains-life-lapsed = The name has lapsed
domains-life-lapsed-text = The record that proves { $name } has been gone too long. Nobody new gets a user name under it, it can't be the primary name, and another organisation that proves it may claim it. Everybody goes on signing in.
domains-life-contested = Another organisation claims this name
domains-life-contested-text = It has proven { $name }, which you hold without a record. Prove it by the day below and it stays yours. Otherwise it goes to them, and people under it get user names under your initial domain name.
domains-life-claiming = Held elsewhere
domains-life-claiming-text = Your proof of { $name } counts. Its present holder was told and has until the day below to prove it too. If they don't, the name is yours.
domains-life-waiting = An earlier claim comes first
domains-life-waiting-text = { $name } is held elsewhere, and another claim came before yours. It is decided on the day below; you are told then.
domains-life-removing = The name is being removed
domains-life-removing-text = What uses { $name } gets names under the initial domain name; then the name is gone.
domains-life-progress = How far it is
domains-step-by = By { $date }
domains-step-publish = Publish the record again
domains-step-publish-text = It is shown below, with what DNS says now.
domains-step-above = Prove { $name } again
domains-step-above-text = This name is verified with it.
domains-step-check = Check the name
domains-step-check-text = It is checked every day by itself; check now to have it settled at once.
domains-step-proven = Prove the name
domains-step-proven-text = Your record stood in DNS.
domains-step-keep = Keep the record in DNS
domains-step-keep-text = It is looked at again when it is decided.
domains-events = Proofs
domains-event-added = Added
domains-event-verified = Verified for the first time
domains-event-proven = The record stood there
domains-event-missing = The record was missing for the first time
domains-event-warned = Administrators were warned
domains-event-lapsed = Lapsed
domains-event-lapses = Will lapse
domains-event-decided = Will be decided
domains-promote-title = Let it stand for itself
domains-promote-text = This name is verified with the one above it. With a record of its own it stays yours even if that one goes.
domains-promote = Check the record and promote

## Removing by force

domains-force = Remove by force
domains-force-title = Remove { $name } by force?
domains-force-lead = What uses the name gets a name under { $initial }. Then the name is removed.
domains-force-renamed = { $count ->
    [0] Nothing uses the name
    [one] What will be renamed: one use
   *[other] What will be renamed: { $count } uses
}
domains-force-people = People keep their accounts and passwords, are signed out, and sign in under { $initial }. They are told by mail.
domains-force-taken = Where a name is taken there, a number is added, and you see where.
domains-force-void = Invitations and requests for access under this name count no more.
domains-force-below = Names that are verified with it are removed too.
domains-force-for-good = This can't be undone. Any organisation that controls its DNS can prove the name then.
domains-force-button = Rename and remove
domains-departure-title = { $name } goes
domains-departure-lost = Now belongs to another organisation
domains-departure-done = Removed
domains-departure-progress = { $done } of { $total } renamed
domains-departure-started = Started
domains-departure-by = By
domains-departure-finished = Finished
domains-departure-renamed = Renamed
domains-departure-suffixed = With a number
domains-departure-names = New names
domains-departure-old = Before
domains-departure-new = Now
domains-departure-number = number added

## How people sign in

domains-sign-in = Sign-in
domains-sign-in-here = With passwords and passkeys here
