# Labels of form fields, `field-<name>`: one for each name, wherever the field appears, also in the error summary.

## Samples of /dev/pieces

field-sample_postal_code = Postal code
field-sample_authority = I have the authority to sign for this organisation

## Signing in

field-username = User name
field-password = Password
field-device_code = Code
field-remember = Stay signed in
field-code = Code
## Identity providers of organisations

field-issuer = Issuer
field-provider_client_id = Client id
field-provider_client_secret = Client secret
field-name_claim = Claim with the user name
field-creates_people = Create people at their first sign-in
field-trusts_second_factor = Trust the provider's second factor
## Custom domain names

field-domain = Domain name
## People

field-displayName = Display name
field-givenName = Given name
field-surname = Surname
field-contactEmail = Contact e-mail
field-roles = Roles
field-permissions = What the role allows
field-rolePermissions = What the role allows
field-isEnabled = The role is enabled
field-description = Description
field-kind = Kind
field-mailNickname = Mail nickname
field-membership = Membership
field-membershipRule = Rule
field-paused = Pause the rule
field-isAssignableToRole = Roles can be granted to this group
field-reason = Reason
## Cards

field-card_number = Card number
field-card_expiry = Expiry date
field-card_cvc = Security code
field-card_name = Name on the card

## Organisations

field-legal_name = Legal name
field-legal_name_western = Legal name in Western letters
field-country = Country
field-address_lines = Street address
field-address_lines_western = Street address in Western letters
field-city = City
field-city_western = City in Western letters
field-region = Region
field-postal_code = Postal code
field-given_name = Given name
field-phone = Phone
field-website = Website
field-registration_id = Registration or tax id
field-current_password = Present password
field-passkey_name = Name of the passkey
field-session_name = Name of this session

## Agreements

field-signatory_name = Your name
## Sign-up

field-email = Work e-mail
field-name = Your name
field-message = A word to the administrators
field-way = How to go on
field-display_name = Name shown to others
field-prefix = Initial domain
field-password_again = The same password again
field-signatory_title = Your title
field-authority = Authority to sign

# Columns of a file of people

field-file = File
field-userPrincipalName = User name
field-mail = Contact e-mail
field-accountEnabled = Enabled
field-blockSignIn = Block sign-in
field-businessPhones = Business phones
field-otherMails = Other e-mails
field-employeeHireDate = Hire date
field-companyName = Company
field-department = Department
field-employeeId = Employee id
field-employeeType = Employee type
field-faxNumber = Fax
field-jobTitle = Job title
field-mobilePhone = Mobile phone
field-officeLocation = Office location
field-postalCode = Postal code
field-preferredLanguage = Language
field-state = State or province
field-streetAddress = Street address
field-usageLocation = Usage location

field-type = Type
field-role = Role
field-group = Group
field-addresses = E-mail addresses
field-manager = Manager
## Webhooks

field-url = Address
field-events = Events
field-since = Since
field-value = Value
field-allowedMemberTypes = Who can have it
field-adminConsentDisplayName = What administrators read
field-adminConsentDescription = What it allows, for administrators
field-userConsentDisplayName = What people read
field-userConsentDescription = What it allows, for people
