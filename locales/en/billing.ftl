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
