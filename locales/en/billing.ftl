# Cards, agreements and the billing account.

## Cards

card-title = Card
card-lead = Nothing is charged now. The card is kept for later purchases.
card-check = Check card
card-back = Back without a card
card-sandbox-title = Sandbox: test cards only
card-sandbox-text = No money moves. Use 4242 4242 4242 4242 with any future date and any three digits, and never the number of a real card.
card-number-hint = For a try: 4242 4242 4242 4242
card-expiry-hint = Month and year, such as 08/30
card-cvc-hint = On the back, or on the front of American Express

## Receipts

receipt-title = Receipt
receipt-organisation = Organisation
receipt-signer = Signed by
receipt-signer-is = { $name }, { $position }
receipt-mailed = Receipt mailed to
receipt-at = Accepted
receipt-from = Network address
receipt-browser = Browser
receipt-version = Version in force since
receipt-hash = Fingerprint (SHA-256)
receipt-text = The text that was accepted

## The form of an organisation

organisation-legal-name-hint = As it stands in the business register, with its legal form.
organisation-western-title = Check the Western European writing
organisation-western-text = Name checking reads Western European letters only. Below is a proposal for each name in other letters: keep it, or change it to the form that your organisation uses. What you entered stays as it is.
organisation-western-hint = In Western European letters, as on your papers in English.
organisation-country-choose = Choose the country
organisation-region-choose = Choose
organisation-refresh = Use this country's form
organisation-example = For example { $example }
organisation-registration = Registration or tax id
organisation-registration-of = Registration or tax id ({ $labels })
organisation-street = Street address
organisation-street-hint = Street and number, floor, suburb: one a line.
organisation-city = City
organisation-post-town = Post town
organisation-suburb = Suburb
organisation-district = District
organisation-province = Province
organisation-state = State
organisation-island = Island
organisation-department = Department
organisation-parish = Parish
organisation-county = County
organisation-oblast = Oblast
organisation-emirate = Emirate
organisation-area = Area
organisation-prefecture = Prefecture
organisation-do-si = Province or city
organisation-postal-code = Postal code
organisation-zip-code = ZIP code
organisation-eircode = Eircode
organisation-pin-code = PIN code

## The billing account

billing-type = Type: Organization. Who pays, how, and under which agreement.
billing-edit = Edit
billing-edit-title = Edit the billing account
billing-edit-lead = A new legal name or address is compared with the business register again. Each change stands in the activity log.
billing-save = Save
billing-cancel = Cancel
billing-address = Address
billing-western = In Western letters
billing-contact = Primary contact
billing-contact-email = The Primary contact gets mail at { $email }.
billing-id = Billing account id
billing-cards = Cards
billing-cards-none = No card yet. One is needed for the first purchase, not before.
billing-card-default = Default
billing-card-expires = Expires { $expiry }
billing-card-make-default = Make default
billing-card-remove = Remove card
billing-card-remove-which = Remove card: { $card }
billing-card-remove-title = Remove { $card }?
billing-card-remove-text = Nothing is charged to it any more. It can be added again later.
billing-card-remove-default = It is the default card: the newest of the others takes its place.
billing-card-remove-last = It is the only card. Another is needed before the next purchase.
billing-card-add = Add a card
billing-card-checked = { $card }, expires { $expiry }: the card was checked. Nothing was charged.
billing-card-keep = Add this card
billing-agreements = Agreements
billing-agreements-none = Nothing was accepted yet.
billing-agreement-by = { $name }, version { $version }
billing-receipt = Receipt
billing-why = Only a Global administrator or Billing administrator can change the billing account.
billing-saved = The billing account was changed
billing-card-added = The card was added
billing-card-removed = The card was removed
billing-card-made-default = This card is the default now
billing-set-up-done = The billing account is set up
billing-none-title = No billing account yet
billing-none-text = It holds legal name, address, cards and agreements of your organisation. Nothing is charged for having one.
billing-set-up = Set up billing account

## Setting one up

billing-step-organisation = Organisation
billing-step-payment = Payment
billing-step-agreement = Agreement
billing-continue = Continue
billing-organisation-title = Which organisation pays?
billing-organisation-lead = Write name and address as they stand in the business register.
billing-payment-title = Add a card
billing-payment-skip = Go on without a card
billing-agreement-title = Read and accept the agreement
billing-agreement-lead = You accept it for { $organisation }, and a receipt with the whole text is mailed to you.
billing-agreement-card = With { $card }. Nothing is charged.
billing-agreement-version = In force since { $version }. Fingerprint (SHA-256):
billing-signatory-title-hint = Your role in the organisation, such as Director.
billing-authority = I have the authority to sign for { $organisation }
billing-agreement-accept = Accept agreement
billing-exists-title = Your organisation is set up already
billing-exists-lead = This tenant has a billing account. There is nothing left to do here.
billing-exists-overview = Go to the overview
billing-exists-overview-text = People, domain names, billing account and activity of this tenant.
billing-exists-separate = Create a separate tenant
billing-exists-separate-text = With its own directory and billing account, for example for another legal entity. The two can't be merged later.

## Use an existing work account

existing-title = Use an existing work account
existing-lead = Sign in with the work account that your organisation has at { $product }: its user name ends in your organisation's domain.
existing-then = If your organisation has no billing account yet, you add one in three steps: organisation, payment, agreement. You need the role Global administrator or Billing administrator for that.
existing-sign-in = Sign in
existing-go-on = Go on with this account
existing-personal = Personal accounts and mailboxes can't be used. Ask an administrator of your organisation for a work account.
existing-create = Create a work account instead
existing-find = Does my company have one?
