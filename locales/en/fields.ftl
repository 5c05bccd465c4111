# Labels of form fields, `field-<name>`: one for each name, wherever the field appears, also in the error summary.

## Samples of /dev/pieces

field-sample_postal_code = Postal code
field-sample_authority = I have the authority to sign for this organisation

## Signing in

field-username = User name
field-password = Password
field-remember = Stay signed in
field-code = Code
## Custom domain names

field-domain = Domain name
## People

field-displayName = Display name
field-givenName = Given name
field-surname = Surname
field-contactEmail = Contact e-mail
field-roles = Roles
field-reason = Reason
## Cards

field-card_number = Card number
field-card_expiry = Expiry date
field-card_cvc = Security code
field-card_name = Name on the card
