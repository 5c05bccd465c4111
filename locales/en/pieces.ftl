# The pieces that pages share.

summary-title = { $count ->
    [one] One thing needs your attention.
   *[other] { $count } things need your attention.
}
piece-optional = (optional)
piece-use-it = Use it
piece-did-you-mean = Did you mean
piece-show = Show
piece-show-password = Show the password
piece-steps = Steps
piece-step-of = Step { $step } of { $steps }:
piece-done = Done
piece-copy = Copy
piece-copied = Copied
piece-copy-what = Copy: { $what }
piece-dns-expected = Expected
piece-dns-now = DNS says now
piece-dns-nothing = Nothing there yet.
piece-qr-by-hand = Or type this key into the app:
piece-codes = Recovery codes
piece-print = Print
piece-search = Search
piece-pages = Pages
piece-previous = Previous
piece-next = Next
piece-with-ticked = With the ticked ones:

## Error pages

error-to-overview = Go to the overview
error-to-account = Go to my account
error-to-start = Go to the start page
error-request = Name this id when you ask for help:

## Samples of /dev/pieces

sample-free = { $value } is free.
