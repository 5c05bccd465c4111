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
