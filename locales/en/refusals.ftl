# Reason and remedy of every refusal code. The docs page of refusals is generated from this file.

## Requests

not-found = There is nothing at this address.
    .remedy = Check the address.
wrong-method = This address takes another kind of request.
    .remedy = It is no page of its own. Go back to the page that led here and use its form or button.
not-allowed = Your roles don't allow you to { $permission }.
    .remedy = These roles do: { $roles }. My access shows who can give you one.
rights-taken-away = Your session or your roles ended while this was sent.
    .remedy = Nothing was changed. Sign in again and see what you may do.
cross-site = This form was sent from another site.
    .remedy = Open the page on this site and send the form from there.
too-many-requests = Too many requests came from your network.
    .remedy = Wait { $seconds ->
        [one] 1 second
       *[other] { $seconds } seconds
    }, then try again.
unavailable = The service can't reach its database or took too long.
    .remedy = Nothing was changed. Wait { $seconds ->
        [one] 1 second
       *[other] { $seconds } seconds
    }, then try again.
our-fault = Something went wrong on our side.
    .remedy = Try again. If it stays, tell the operator the id below.
overloaded = The service is busy with other sign-ins.
    .remedy = Wait { $seconds ->
        [one] 1 second
       *[other] { $seconds } seconds
    }, then try again.
input-too-large = What was sent is larger than this page accepts.
    .remedy = Shorten it and send it again.
input-invalid = This contains characters that can't be used here, or isn't in the form that was asked for.
    .remedy = Remove control characters and line breaks. A program sends one JSON object.
field-required = This field is empty.
    .remedy = Fill it in.
field-too-long = This is longer than { $max } characters.
    .remedy = Shorten it to { $max } characters.

## The directory API

token-invalid = The access token is missing, expired or revoked.
    .remedy = Send a token that is alive in the Authorization header, as Bearer.
person-needed = Only a person has an own account here, and this token belongs to an application that acts for itself.
    .remedy = Name the person in the address, or use a token that the application got for somebody.
body-invalid = The body isn't one JSON object.
    .remedy = Send one JSON object with the media type application/json.
query-invalid = { $option } can't be read at character { $at }: { $fault }.
    .remedy = Mend the query option there.
query-unsupported = { $option }: { $fault }.
    .remedy = Leave it out, or ask for what an index answers.
property-unknown = There is no property { $property } here.
    .remedy = Check its spelling; names are written as in Microsoft Graph.
property-kind = { $property } isn't of the kind { $kind }.
    .remedy = Send a value of that kind, or null.
property-read-only = { $property } can't be written.
    .remedy = Leave it out.
property-value = { $property } can't have this value here.
    .remedy = See the documentation of the property for what it can be.
reference-exists = One or more added object references already exist.
    .remedy = Nothing needs to be added.
reference-invalid = @odata.id doesn't name an object of this directory.
    .remedy = Send an address that ends in directoryObjects and the object's id.
batch-invalid = The batch can't be run: { $fault }.
    .remedy = Correct it and send it again; none of its requests was run.
batch-too-large = The answers of this batch are too large together; this request wasn't run.
    .remedy = Send it again in a batch of its own.
changes-forgotten = These changes are no longer kept.
    .remedy = Start again without a token.
property-characters = This contains characters that can't be used here.
    .remedy = Remove control characters and line breaks; a mail nickname has letters, digits, dots and hyphens.
property-too-many = There are more than { $max } entries.
    .remedy = Send { $max } at most.
changed-since-shown = This was changed after you opened the page, or the page was sent twice.
    .remedy = Open the page again, look at what stands there now, and make your change to that.
changed-meanwhile = This was changed since you read it.
    .remedy = Read it again, then send the change with the new ETag.

## Imports of people

import-file-missing = No file was chosen.
    .remedy = Choose a CSV file and send the form again.
import-file-too-large = The file is larger than { $max }.
    .remedy = Split it into several files and import them one after the other.
import-file-unreadable = The file can't be read as CSV: { $fault ->
        [not-text] it isn't text in UTF-8
        [open-quote] the quotation mark opened on line { $line } is never closed
        [after-quote] something follows a closing quotation mark on line { $line }
       *[too-wide] line { $line } has more cells than any person needs
    }.
    .remedy = Save it from your spreadsheet as "CSV UTF-8" and try again.
import-file-empty = There are no people in the file.
    .remedy = Put one person on each line below the line with the names of the columns. The template shows how.
import-too-many-rows = The file has more than { $max } rows.
    .remedy = Split it into several files and import them one after the other.
import-column-missing = No column says how people sign in.
    .remedy = Name one column "{ $column }" or "User principal name". The template has the usual columns.
import-column-twice = Two columns say the same: { $column }
    .remedy = Delete one of them, or name it after what it holds.
import-row-width = The line has more cells than the { $count } columns.
    .remedy = Put quotation marks around a value that holds a comma or a semicolon.
import-row-twice = The same user name stands on line { $line } already.
    .remedy = Give one of the two another user name, or delete the line.
import-cell-unknown = "{ $value }" isn't { $meant ->
        [truth] yes or no
       *[date] a date
    }.
    .remedy = { $meant ->
        [truth] Write yes or no, or leave it empty for yes.
       *[date] Write the year, month and day like 2026-01-31.
    }
import-needs-email = An invitation needs an e-mail address to go to.
    .remedy = Fill in the contact e-mail of this person, or choose initial passwords for the import.
import-without-email = There is no contact e-mail.
    .remedy = The person is created, but can't reset a forgotten password by mail. Fill it in now or later.
import-people-too-many = With this import the organisation would have more than { $max } people.
    .remedy = Delete people who have left, or ask the operator to raise the limit, then import the rest.
import-not-waiting = This import doesn't wait to be started any more.
    .remedy = Open it again to see how it stands, or begin with a new file.
import-nothing-good = No row of the file can be imported.
    .remedy = Correct the rows as the reasons beside them say, and send the file again.
import-right-lost = Who started the import may not create people any more, so it stopped.
    .remedy = Somebody with the right can import the file again: whoever is there already is refused, the others are created.
import-passwords-gone = The initial passwords aren't here any more.
    .remedy = They are given out once, within 24 hours, to who started the import. Reset the password of whoever has none.

## E-mail addresses

email-personal = { $domain } gives mailboxes to private people, so it can't stand for a company.
    .remedy = Use your address at your company's own domain.
email-role = { $local } is a shared mailbox or a function, not a person.
    .remedy = Use the address that carries your own name.
email-disposable = { $domain } gives throw-away addresses.
    .remedy = Use your address at your company's own domain.
email-relay = { $domain } forwards mail and hides who receives it.
    .remedy = Use your address at your company's own domain.
email-denied = Addresses at { $domain } aren't accepted here.
    .remedy = Use another work address, or ask the people who run this service.
email-looks-like = { $domain } looks like { $provider }.
    .remedy = Check the spelling. For a work account, use your company's own domain.
email-mixed-alphabets = { $domain } mixes letters of different alphabets that look alike.
    .remedy = Type the domain again on one keyboard layout.
email-no-at = This isn't an e-mail address: it needs one @ between a name and a domain.
    .remedy = Enter it like name@company.com.
email-several = This holds more than one address, or an @ too many.
    .remedy = Enter one address, like name@company.com.
email-characters = This address contains characters that an address can't have.
    .remedy = Remove spaces, line breaks, brackets and invisible characters.
email-local-part = The part before the @ isn't valid.
    .remedy = Check it for quotes, two dots in a row, or a dot at its start or end.
email-domain = The part after the @ isn't a valid domain name.
    .remedy = Check the dots, hyphens and spelling. It looks like company.com.
email-unknown-ending = There are no e-mail addresses that end in .{ $ending }.
    .remedy = Check the spelling of what follows the @.
email-reserved = { $domain } is reserved for tests and documents; no mail reaches it.
    .remedy = Use an address that receives mail.
email-address-literal = Addresses with an IP address in place of a domain aren't accepted.
    .remedy = Use your address at your company's own domain.
email-too-long = This address is longer than an address can be.
    .remedy = The part before the @ has at most 64 characters, the whole 254.

## Organisation names

organization-name-one-character = A name of one character can't be found in a business register.
    .remedy = Enter the full name as it is registered.
organization-name-only-symbols = This name has no letter or digit.
    .remedy = Enter the full name as it is registered.
organization-name-only-legal-form = This is a legal form without a name.
    .remedy = Enter the whole name, for example Contoso GmbH.
organization-name-markup = This name contains code.
    .remedy = Enter the name as plain text.
organization-name-web-address = This name looks like a web address.
    .remedy = Keep it if it is the registered name. Otherwise enter the registered name.
organization-name-repeated = This name repeats one character.
    .remedy = Keep it if it is the registered name. Otherwise enter the registered name.
organization-name-spelled-out = This name has spaces between its letters.
    .remedy = Keep it if it is the registered name. Otherwise remove the spaces.
person-name-one-character = A name of one letter can't be matched with a document.
    .remedy = Enter the name in full.
person-name-characters = This doesn't read as a person's name.
    .remedy = Enter letters only, without links or addresses.

## Postal addresses

address-country-unknown = This isn't the code of a country.
    .remedy = Pick the country from the list.
address-too-many-lines = The street address has more than { $max } lines.
    .remedy = Put it on { $max } lines or fewer.
address-postal-code-required = Addresses in this country need a postal code.
    .remedy = Enter it, for example { $example }.
address-postal-code-invalid = This isn't a postal code of this country.
    .remedy = Enter it as on letters to you, for example { $example }.
address-region-required = Addresses in this country need a state, province or region.
    .remedy = Pick it from the list.
address-region-unknown = This country has no region called { $region }.
    .remedy = Pick the region from the list.
address-region-postal-code = The postal code doesn't belong to { $region }.
    .remedy = Correct the region or the postal code.
address-city-region = { $city } isn't in { $region }.
    .remedy = Correct the city or the region.
address-city-postal-code = The postal code doesn't belong to { $city }.
    .remedy = Correct the city or the postal code.

## Phones

phone-not-a-number = This isn't a phone number.
    .remedy = Enter digits, for example +49 30 123456.
phone-country-unknown = The country of this number isn't known.
    .remedy = Start with + and the country code, for example +49 30 123456.
phone-too-short = This number has too few digits.
    .remedy = Enter it with its area code.
phone-too-long = This number has too many digits.
    .remedy = Check the digits. Put an extension after x, for example x12.
phone-not-in-plan = No phone number of this country looks like this.
    .remedy = Check the area code and the digits.
phone-other-country = This number belongs to another country than the address.
    .remedy = Keep it if it is right.

## Registration and tax ids

registration-required = A registration number is required in this country: { $labels }.
    .remedy = Enter one of them.
registration-format = This isn't one of the numbers used in this country: { $labels }.
    .remedy = Enter it as on the official document, for example { $sample }.
registration-checksum = The check digit of this { $label } doesn't match.
    .remedy = Compare it with the official document. One digit is probably wrong.

## Western European characters

western-form-required = Name checking can't read these letters.
    .remedy = Confirm the form in Western European characters, or change it.
western-form-invalid = This form has characters that aren't Western European.
    .remedy = Use only letters that Western European languages use.

## Passwords

password-too-short = This password is shorter than { $min } characters.
    .remedy = Use { $min } characters or more. Several words work well.
password-too-long = This password is longer than { $max } characters.
    .remedy = Use at most { $max } characters.
password-characters = This password contains control characters.
    .remedy = Use characters that a keyboard can type.
password-weak = This password contains a word or pattern that makes it easy to guess.
    .remedy = Add words that have nothing to do with each other.
password-contains-name = This password contains your name or your user name.
    .remedy = Leave names out.
password-contains-organization = This password contains the name of your organisation or of this service.
    .remedy = Leave names out.
banned-term-length = A banned term has { $min } to { $max } characters.
    .remedy = Shorten or lengthen the term.
banned-terms-too-many = A list has at most { $max } banned terms.
    .remedy = Remove terms. Variants of one word needn't be listed.

## Usernames and initial domains

username-characters = A user name has the letters a to z, digits and { $symbols } only.
    .remedy = Write it without accents, spaces and other symbols.
username-dot = A user name has no dot at its beginning, at its end, or twice in a row.
    .remedy = Move or remove the dot.
username-too-long = This user name is longer than { $max } characters.
    .remedy = Shorten it to { $max } characters.
domain-prefix-characters = An initial domain has the letters a to z, digits and hyphens only.
    .remedy = Write it without accents, spaces and other symbols.
domain-prefix-too-long = This is longer than { $max } characters.
    .remedy = Shorten it to { $max } characters.
domain-prefix-hyphen = A hyphen can't stand first, last, or both third and fourth.
    .remedy = Move or remove the hyphen.
domain-prefix-reserved = This name is kept for the service itself.
    .remedy = Choose a name with your organisation's name in it.
domain-prefix-taken = This name, or one that looks like it, is taken.
    .remedy = Choose another name.
domain-name-syntax = This isn't a domain name.
    .remedy = Enter the part after the @ of your e-mail addresses, for example contoso.com.
domain-name-too-long = This domain name is longer than { $max } characters.
    .remedy = Add a shorter domain name of your organisation.
domain-name-ip-address = This is an IP address.
    .remedy = Enter a domain name, for example contoso.com.
domain-name-wildcard = A domain name is added one by one, without an asterisk.
    .remedy = Enter the name without the asterisk. Its subdomains are verified with it.
domain-name-public-suffix = Names under this one belong to many organisations.
    .remedy = Enter the name that your organisation registered, for example contoso.{ $name }.
domain-name-reserved = This name is reserved for tests and private networks.
    .remedy = Enter a name that your organisation registered.
domain-name-account-domain = This name belongs to the service itself.
    .remedy = Enter a name that your organisation registered.
domain-name-consumer = This name belongs to an e-mail provider.
    .remedy = Enter a name that your organisation registered.

## People

username-taken = Somebody in this organisation has the name { $name }.
    .remedy = Choose another user name.
user-domain-not-verified = People can't get a name at { $domain }: it isn't a verified name of this organisation.
    .remedy = Choose one of the verified domain names, or verify this one first.
last-global-administrator = This is the last Global administrator who can sign in.
    .remedy = Make somebody else a Global administrator first.
role-beyond-own = The role { $role } allows more than your own roles do.
    .remedy = Ask a Global administrator to grant it.
rights-beyond-own = { $what } allows more than your own roles do: to { $permission }.
    .remedy = Ask somebody who is allowed that, such as a Global administrator. My access shows who they are.
own-account = This can't be done to the account that you are signed in with.
    .remedy = Look after your own account under My account, or ask another administrator.
page-link-invalid = This link into the list isn't valid any more.
    .remedy = Open the list again from its first page.

## Roles

role-action-unknown = { $action } isn't an action that a role can allow here.
    .remedy = Take it out, or choose one of the actions that docs/roles.md lists.
role-allows-nothing = A role must allow something.
    .remedy = Choose at least one thing that it allows.
role-name-taken = There is a role with the name { $name }.
    .remedy = Choose another name.
role-built-in = { $role } is a built-in role, which can't be changed or deleted.
    .remedy = Make a role of your own with what you need.
role-in-use = { $count ->
        [one] One person, group or application holds the role { $role }.
       *[other] { $count } people, groups and applications hold the role { $role }.
    }
    .remedy = Take the role from them first, or disable it.
roles-too-many = Your organisation has { $max } roles of its own, and no more are possible.
    .remedy = Delete one that nobody needs, or ask the operator for more.
role-for-whom = { $name } can't hold roles.
    .remedy = Choose a person, an application, or a group that was made to hold roles.
role-holder-unknown = Nobody is there by this name or id.
    .remedy = Enter the name that a person signs in with, or an id.

## Applications

redirect-uri-invalid = { $uri } can't be a redirect URI.
    .remedy = Use https, or http with localhost; programs on a device may have a scheme of their own. No # and no *.
identifier-uri-invalid = { $uri } can't be an application ID URI.
    .remedy = Use api:// with the application's client id, or https with one of your verified domain names.
identifier-uri-taken = Another application has the application ID URI { $uri }.
    .remedy = Choose another one.
web-address-invalid = { $uri } isn't an address of the web.
    .remedy = Write it in full, beginning with https://.
role-value-invalid = { $name } can't be the value of a role or a permission.
    .remedy = Use letters, digits and signs without spaces; no dot in front.
still-enabled = { $name } is enabled and can't be removed.
    .remedy = Disable it first, then remove it.
property-repeated = The same entry stands here twice.
    .remedy = Let each entry differ from the others.
property-choice = This isn't one of the values that can stand here.
    .remedy = Choose one that Microsoft Graph names for it.
audience-count = A federated credential has exactly one audience.
    .remedy = Send a list with one entry.
certificate-invalid = This isn't a certificate.
    .remedy = Send an X.509 certificate, as base64 of its DER or as PEM.
certificate-with-key = This holds a private key. It was not kept.
    .remedy = Send the certificate alone. The key stays with the program; if somebody else may have seen it, make a new one.
secret-by-action = A secret can't be written here.
    .remedy = Add it with addPassword, which shows it once.
secret-lifetime = A secret ends after it starts, and within ten years.
    .remedy = Choose an earlier end.
credential-unknown = This application has no credential with that id.
    .remedy = Read its credentials again.
proof-invalid = The proof isn't a token for this object that is signed with a valid certificate of its own.
    .remedy = Sign one with RS256 or ES256, with the object's id as iss and at most ten minutes between nbf and exp. Add the first certificate by changing keyCredentials.
federated-credential-taken = This application has a federated credential with this name, or with this issuer and subject.
    .remedy = Change that one, or choose other values.
service-principal-exists = This application has a service principal already.
    .remedy = Use that one.
application-name-ambiguous = Several applications have this name: { $ids }.
    .remedy = Name the one that you mean by its id.
unique-name-taken = Another application has the unique name { $name } already.
    .remedy = Choose another, or use that application.
unique-name-fixed = A unique name stays as it was given.
    .remedy = Leave it as it is, or register another application.
service-principal-of-service = This service principal stands for the directory API itself. It can't be changed or deleted.
    .remedy = Grant its permissions to your own applications, or take them away there.
permission-not-ticked = No permission was ticked.
    .remedy = Tick at least one, then send the form again.
scope-unknown = The API has no permission with the name { $scope }.
    .remedy = See oauth2PermissionScopes of its service principal for the names that there are.
application-unknown = There is no application with the client id { $id } here.
    .remedy = Register the application first.
app-role-unknown = The application has no such role, or it is disabled.
    .remedy = Choose an enabled role, or the default access.
app-role-not-for-them = This role isn't meant for { $kind }.
    .remedy = Choose a role that allows them.
already-assigned = This is assigned already.
    .remedy = Nothing needs to be done.
publisher-not-verified = Publishers aren't verified here.
    .remedy = Prove a domain name instead; its name then stands as the publisher's.
owner-unsuitable = Only people and service principals can own an application.
    .remedy = Choose a person, or a service principal.
principal-unknown = Nobody here is meant by that.
    .remedy = Write the whole user name, with the part behind the @, or an object id.
owners-too-many = An application has { $max } owners at most.
    .remedy = Remove one first.

## Requests for access

access-requests-too-many = You, or others, asked this organisation for access too often.
    .remedy = Wait a day, or talk to somebody who works there.
access-request-decided = This request isn't open any more.
    .remedy = Open the list of requests to see what became of it.
invitation-invalid = This invitation can't be used.
    .remedy = It was used, revoked or replaced by a newer one, it is older than seven days, or the account is closed. Sign in if you have set a password; otherwise ask the administrators of the organisation for a new invitation.
invitation-accepted = This person has a password already.
    .remedy = If they can't sign in, reset their password on their own page.
invitation-account-closed = The account is disabled or deleted, so nobody can be invited to it.
    .remedy = Enable or restore the account first.
invitation-not-open = No link is waiting that could be revoked.
    .remedy = Open the request again to see how the invitation stands.
invite-already-here = Somebody with this address is here already: { $name }
    .remedy = Open their page. An invitation that is still open can be sent again there.
invite-addresses-too-many = These are more than { $max } addresses.
    .remedy = Invite { $max } people at a time, or import a file of people with invitations.
invitations-too-many = This person was invited too often today.
    .remedy = Wait a day, or reset their password and hand it over.
## Groups

property-not-one-of = { $property } doesn't have this value.
    .remedy = Use one of: { $values }.
property-fixed = { $property } is settled when a group is created.
    .remedy = Leave it as it is, or create another group.
extension-name-taken = The application adds a property of this name already.
    .remedy = Choose another name, or remove the property first.
extensions-too-many = An object has { $max } properties of applications at most.
    .remedy = Take one away first.
picture-too-large = The picture is too large.
    .remedy = Send one of { $max } at most.
picture-kind = This isn't a picture that can be used.
    .remedy = Send a file of one of these kinds: { $kinds }.
picture-broken = The picture is damaged, or of a kind that browsers don't show.
    .remedy = Open it in a program for pictures, save it anew, and send that.
picture-sides = The picture is more than { $max } pixels wide or high.
    .remedy = Make it smaller, then send it again.
nothing-ticked = Nobody was ticked.
    .remedy = Tick at least one, then send the form again.
picture-not-chosen = No picture was chosen.
    .remedy = Choose a file, then send the form again.
certificate-name-unfit = The certificate needs a name that begins with CN=.
    .remedy = Send a displayName such as CN=payroll, of 60 characters at most.
administrative-unit-member-unfit = { $name } can't be in an administrative unit.
    .remedy = Administrative units take people and groups.
scoped-roles-not-offered = Roles can't be limited to an administrative unit here.
    .remedy = Grant the role for the whole organisation, or make a role of your own that allows less.
policy-definition-unfit = The definition can't be used: { $fault }.
    .remedy = Send one JSON text with { $type } of version 1.
policy-in-use = The policy applies to { $count ->
        [one] one service principal
       *[other] { $count } service principals
    }.
    .remedy = Take it away from them first.
policy-already = Another policy applies to this service principal.
    .remedy = Take that one away first.
manager-circle = The manager would report to this person, directly or over others.
    .remedy = Choose somebody else, or change the other's manager first.
people-too-many = Your organisation may have { $max } people, and no more.
    .remedy = Delete people who have left, or ask the operator for more.
photo-missing = This person has no photo.
    .remedy = Send one first.
references-too-many = More objects are named than one request may.
    .remedy = Name { $max } at most, and send the others in requests of their own.
group-kind-unfit = A group is a security group, or a Microsoft 365 group with mail.
    .remedy = For a security group set securityEnabled alone. For a Microsoft 365 group add Unified to groupTypes and set mailEnabled.
group-unified-alone = Only Microsoft 365 groups can have this { $property }.
    .remedy = Leave it out.
group-roles-unfit = Roles can't be granted to a group of this kind.
    .remedy = It must be a private security group whose members are assigned.
group-roles-too-many = There are { $max } groups that roles can be granted to, and no more are possible.
    .remedy = Delete one that isn't needed.
group-rules-too-many = Your organisation may have { $max } groups whose members follow from a rule, and no more.
    .remedy = Delete one that nobody needs, give one members by hand, or ask the operator for more.
group-rule-missing = A group with rule-based membership needs a rule.
    .remedy = Write a rule, such as user.department -eq "Sales".
group-rule-unfit = Only groups with rule-based membership have a rule.
    .remedy = Add DynamicMembership to groupTypes, or leave the rule out.
group-rule-fault = The rule can't be understood at character { $at }: { $kind ->
        [too-long] it is too long
        [too-deep] there are too many brackets inside brackets
        [unterminated] a text or list that starts here never ends
        [empty] it is empty
        [unknown-attribute] there is no attribute { $found }. There are { $other }
        [nearly-attribute] there is no attribute { $found }, but user.{ $other }
        [not-of-users] rules describe people, and { $found } isn't one of their attributes
        [unknown-operator] there is no operator { $found }. There are { $other }
        [operator-unfit] { $other } can't be compared with { $found }
        [expected-operator] an operator such as -eq should stand here, not { $found }
        [expected-value] a value in quotation marks should stand here, not { $found }
        [expected-end] -and, -or or the end should stand here, not { $found }
        [expected-condition] a condition such as user.city -eq "Athens" should stand here, not { $found }
        [expected-bracket] { $found } is missing
        [expected-truth] true or false should stand here, not { $found }
        [expected-moment] a date or system.now should stand here, not { $found }
        [expected-id] the id of a person should stand here, not { $found }
        [pattern-too-large] the pattern { $found } is too large
        [too-many-patterns] a rule has at most { $found } tests with -match or -notMatch
        [ends-before-operator] it ends there, where an operator such as -eq is still expected
        [ends-before-value] it ends there, where a value in quotation marks is still expected
        [ends-before-condition] it ends there, where a condition such as user.city -eq "Athens" is still expected
        [ends-before-truth] it ends there, where true or false is still expected
        [ends-before-moment] it ends there, where a date or system.now is still expected
        [ends-before-id] it ends there, where the id of a person is still expected
       *[bad-pattern] { $found } is no pattern
    }.
    .remedy = Mend the rule there.
group-name-taken = Another group has this { $property } already.
    .remedy = Choose another.
group-name-ambiguous = Several groups have this name: { $ids }.
    .remedy = Name the one that you mean by its id.
group-members-by-rule = A rule says who is in this group.
    .remedy = Change the rule, or the group to one whose members are assigned.
group-member-unfit = { $name } can't be a member of this group.
    .remedy = Microsoft 365 groups and groups that roles can be granted to take people. Security groups take people, security groups and service principals.
# Clients look for the first words of this one.
group-member-there = One or more added object references already exist: { $name } is there.
    .remedy = Nothing was changed.
# Clients look for the first words of this one.
graph-not-found = Resource '{ $id }' does not exist or one of its queried reference-property objects are not present.
graph-not-granted = The application isn't granted what it takes to { $permission }.
graph-not-granted-remedy = An administrator grants its service principal a role at the directory API, such as User.Read.All, or a role of the directory. What it was granted stands in the claim roles of its next token.
graph-wrong-method-remedy = /docs/api and /v1.0/openapi.json list the methods of each address.
graph-field-required = A value is required for property { $property }.
# Clients look for the first words of this one.
group-member-missing = One or more removed object references do not exist.
    .remedy = Nothing was changed.
group-cycle = A group can't be in itself: { $path }.
    .remedy = Take one of these groups out of the other first.
group-owner-unfit = { $name } can't own a group.
    .remedy = Choose a person or a service principal.
group-owners-too-many = A group has { $max } owners at most.
    .remedy = Remove an owner first.
group-last-owner = This is the last owner of the group.
    .remedy = Add another owner first.

## Websites

website-invalid = This isn't the address of a website.
    .remedy = Write it like www.contoso.com, or leave it empty.

## Sign-up

code-wrong = That isn't the code we sent.
    .remedy = { $left ->
        [one] One try is left.
       *[other] { $left } tries are left.
    } Compare it with the newest mail.
code-used-up = That isn't the code we sent, and it was the last try.
    .remedy = Ask for a new code.
code-expired = This code has run out or was replaced by a newer one.
    .remedy = Use the code of the newest mail, or ask for a new one.
code-too-soon = A code was sent less than a minute ago.
    .remedy = Look into the spam folder too. You can ask for another one in { $seconds ->
        [one] 1 second
       *[other] { $seconds } seconds
    }.
code-too-many = Too many codes were sent to this address.
    .remedy = Use the newest one, or try again in { $minutes ->
        [one] 1 minute
       *[other] { $minutes } minutes
    }.
code-too-many-from-network = Too many codes were asked for from your network.
    .remedy = Try again in { $minutes ->
        [one] 1 minute
       *[other] { $minutes } minutes
    }.
email-undeliverable = { $domain } doesn't receive mail.
    .remedy = Check the spelling after the @ sign, or use another business address.
sign-up-start-again = We don't know which e-mail address this browser is proving.
    .remedy = Start again with your e-mail address. What you entered before is kept.
sign-up-step-missing = An earlier step isn't finished yet.
    .remedy = Go back to it and continue from there.
sign-up-expired = This sign-up has expired and what was entered is deleted.
    .remedy = Start again with your e-mail address.
sign-up-ended = This sign-up is finished.
    .remedy = Sign in to the work account that it created.
passwords-differ = The two passwords differ.
    .remedy = Type the same password twice.
payment-missing = There is no payment method yet.
    .remedy = Go back one step and add a card. Nothing is charged.
agreement-not-accepted = The agreement isn't accepted yet.
    .remedy = Read it, tick the box that you may sign for the organisation, and sign with your name and title.
agreement-changed = The agreement was changed while you read it.
    .remedy = Read the new text below and sign it.
## Sign-in, second factors, resets

sign-in-failed = User name and password don't match an account that can sign in now.
    .remedy = Check both. After several failed attempts sign-in pauses for a while; you can also reset the password.
sign-in-name-incomplete = A user name ends in @ and a domain.
    .remedy = Enter it in full, for example ana@contoso.com.
sign-in-expired = This sign-in took too long or was already completed.
    .remedy = Start again with your user name.
sign-in-request-invalid = The application sent a request that can't be read.
    .remedy = Start again from the application. If it happens again, tell its developers that a parameter stands in the request twice.
sign-in-client-unknown = The application that sent you here isn't known in this organisation, or was switched off.
    .remedy = Ask an administrator whether it should be available.
sign-in-redirect-unregistered = { $sent ->
    [none] { $application } says no address for its answer, and has not just one that is registered.
   *[other] { $application } wants its answer at an address that isn't registered for it.
}
    .remedy = { $sent ->
        [none] Its developers must send a redirect URI that is registered with the application, written exactly alike.
       *[shown] Its developers must register the redirect URI with the application, written exactly alike. It sent { $address }
        [unfit] Its developers must register the redirect URI with the application, written exactly alike. It sent one with characters that no address has.
    }
sign-in-not-assigned = Your account isn't assigned to { $application }.
    .remedy = Ask an administrator of the application to assign you, or a group that you are in.
device-code-unknown = No device waits under this code.
    .remedy = Compare it with what the device shows. A code counts once and for 15 minutes: start again there if it is older.
sign-in-administrator-consent = { $application } asks for permissions that only an administrator can give.
    .remedy = Ask an administrator of your organisation to agree to them.
sign-in-pushed-ended = The application's request was used before, or has ended.
    .remedy = Start again from the application.
sign-out-hint-invalid = The application shows a sign-in that this organisation didn't give it.
    .remedy = Sign out on your account page. The application's developers must send back the ID token as they got it.
sign-out-redirect-unregistered = The application wants to send you to an address that isn't registered for it.
    .remedy = Sign out on your account page. The application's developers must register the address, written exactly alike, and name the application.
sign-in-setting-unknown = { $value } isn't a value that is known here.
    .remedy = Use one of: { $known }.
key-set-invalid = This isn't a set of public keys.
    .remedy = Give a JSON object with a list of at most 20 public keys named keys, or the address of one, and not both.
client-registration-off = This organisation doesn't let applications register themselves.
    .remedy = Ask an administrator of applications to register it, or to allow registration.
client-registration-full = { $max } applications have registered themselves in this organisation, and more can't.
    .remedy = Delete those that nobody uses.
second-factor-wrong = This code isn't right, or was used before.
    .remedy = Wait for the next code of the app, or use another recovery code. After several failed attempts sign-in pauses for a while.
passkey-failed = The passkey didn't open an account that can sign in now.
    .remedy = Try again, or use another way. After several failed attempts sign-in pauses for a while.
passkey-refused = The new passkey can't be used here, or it took longer than five minutes.
    .remedy = Try again with a device that asks for a PIN, a fingerprint or your face.
passkey-known = This passkey is in use already.
    .remedy = Use another device or security key.
passkey-too-many = An account has { $max } passkeys at most.
    .remedy = Remove one that you don't use any more.
way-in-needed = This is the only way to sign in that is left.
    .remedy = Add another one first.
authenticator-code-wrong = This isn't the code that the app shows now.
    .remedy = Check that the phone sets its clock by itself, then type the next code.
authenticator-expired = The key on this page is no longer waiting for a code.
    .remedy = Start again to get a new one, and delete the old entry in the app.
current-password-wrong = This isn't your present password.
    .remedy = Check it. After several failed attempts it is refused for a while.
password-unchanged = This is the password that you have now.
    .remedy = Choose another one.
## Custom domain names

domain-name-added = This organisation has { $name } already.
    .remedy = Open it in the list of custom domain names.
domain-names-too-many = An organisation has at most { $max } domain names.
    .remedy = Remove names that nobody uses. Names below a verified one are needed only where people sign in with them.
domain-name-proven-elsewhere = Another tenant has proven { $name }.
    .remedy = If it is yours too, ask its administrators to remove the name there. If it isn't known to you, tell the operator.
domain-name-not-verified = { $name } isn't verified yet.
    .remedy = Verify the name first, then make it the primary one.
domain-record-missing = DNS doesn't have the record yet.
    .remedy = Publish it, then check again. A new record shows within minutes at most providers.
domain-record-differs = DNS has a record that isn't quite the expected one.
    .remedy = Compare the two values, correct the record and check again.
domain-record-elsewhere = The record stands at { $place } instead of { $name }.
    .remedy = Move it to the name that the record block shows, then check again.
domain-look-up-failed = The DNS servers of this name failed or didn't answer.
    .remedy = Nothing was changed. Wait { $seconds ->
        [one] 1 second
       *[other] { $seconds } seconds
    }, then check again.
domain-name-initial = { $name } came with the work account and stays with it.
    .remedy = Make another name the primary one, and nobody has to see this one.
domain-name-primary = { $name } is the primary domain name.
    .remedy = Make another verified name the primary one first.
domain-name-used-by-people = { $count ->
    [one] One person signs in under { $name }: { $people }.
    [2] Two people sign in under { $name }: { $people }.
   *[other] { $count } people sign in under { $name }, among them { $people }.
}
    .remedy = Give them user names under another domain name first.
domain-name-used-by-names = { $count ->
    [one] One name is verified with { $name }: { $names }.
   *[other] { $count } names are verified with { $name }, among them { $names }.
}
    .remedy = Remove them first, or publish a record for each and check it. Removing by force takes them along.
domain-name-used-by-groups = { $count ->
    [one] One group has its address at { $name }: { $groups }.
   *[other] { $count } groups have addresses at { $name }, among them { $groups }.
}
    .remedy = Make another name the primary one and give them new mail nicknames, or remove the name by force.
domain-name-used-by-applications = { $count ->
    [one] One application has an identifier under { $name }: { $applications }.
   *[other] { $count } applications have identifiers under { $name }, among them { $applications }.
}
    .remedy = Change their application ID URIs first, or remove the name by force.
domain-name-used-too-much = { $count } people, groups and applications use { $name }. By force { $max } can be renamed at most.
    .remedy = Give some of them other names first, then remove the name by force.
domain-name-own-account = Your own user name { $own } is under { $name }.
    .remedy = Give yourself a user name under another domain name first, or let somebody do it who has one.
domain-name-lapsed = The DNS record of { $domain } is gone for so long that nobody new gets a name under it.
    .remedy = Choose another domain name, or publish the record of this one again and check it.
domain-name-leaving = { $domain } is being removed, so nobody new gets a name under it.
    .remedy = Choose another domain name.
domain-name-contested = { $name } is held elsewhere. Your proof counts: it is decided on { $date }.
    .remedy = Keep your record in DNS until then. If the present holder doesn't prove the name in time, it is yours.
domain-name-waiting = { $name } is held elsewhere, and another claim came before yours. That one is decided on { $date }.
    .remedy = Keep your record in DNS, and check again after that day.
domain-name-is-root = { $name } stands for itself already.
    .remedy = Nothing is to be done: only a name that is verified with one above it can be promoted.
## Billing and payment

card-number-invalid = This isn't a card number.
    .remedy = Compare the digits with the card.
card-not-a-test-card = This payment provider is a sandbox and takes test cards only.
    .remedy = Use a test card, such as 4242 4242 4242 4242. Never enter the number of a real card here.
card-expiry-invalid = This isn't an expiry date.
    .remedy = Enter month and year as on the card, for example 08/30.
card-expired = This card has expired.
    .remedy = Use a card that is still valid.
card-cvc-invalid = The security code of this card has { $digits } digits.
    .remedy = Enter the { $digits } digits: on American Express they are on the front, on other cards on the back.
card-declined = The bank that issued this card declined it.
    .remedy = Use another card, or ask the bank.
card-insufficient-funds = The bank declined this card for lack of funds.
    .remedy = Use another card.
card-declined-expired = The bank says that this card has expired.
    .remedy = Use a card that is still valid.
card-declined-cvc = The bank says that the security code is wrong.
    .remedy = Enter the card again and compare the security code.
payment-method-last = This is the last card, and something is still owed.
    .remedy = Add another card first, or pay what is owed.
billing-account-exists = This tenant has a billing account already.
    .remedy = Look at it under Billing account.
billing-account-missing = This tenant has no billing account yet.
    .remedy = Set one up first.
reset-code-wrong = This code isn't right, or is no longer good.
    .remedy = Check the digits, or send another code. After several wrong ones, resets of an account are shut for a day.
reset-expired = This reset took too long or was already completed.
    .remedy = Start again with your user name.
second-factor-needed = Administrators must have a second factor, and this is your last one.
    .remedy = Add another one first: a passkey, an authenticator app or recovery codes.
sign-in-personal-address = This is the address of a personal mailbox; signing in here needs a work account.
    .remedy = Enter the user name that your organisation gave you. If it has no work account yet, create one with your work e-mail.
## Addresses that the service sends to, and webhooks

url-invalid = This isn't an address that can be sent to.
    .remedy = Enter it as https://name/path, without a user, a password, spaces or a part behind #.
url-https = The address must begin with https://.
    .remedy = Offer the receiver over https with a certificate for its name.
url-port = This port can't be used.
    .remedy = Offer the receiver at the usual port of https, 443.
url-unreachable = This address can't be reached from here.
    .remedy = Use a name that leads to the public internet.
webhook-event-unknown = There is no event { $event }.
    .remedy = Use names such as user.created, or group.* for all events of groups.
webhooks-too-many = A tenant can have { $max } webhooks.
    .remedy = Remove one that is no longer needed.
webhook-not-enabled = This webhook is disabled.
    .remedy = Enable it first.
delivery-waiting = This delivery is being tried already.
    .remedy = Look again in a moment, and send it again if it failed.
webhook-asked-often = The organisation's webhooks were sent to by hand as often as they may be for now.
    .remedy = Wait { $seconds ->
        [one] 1 second
       *[other] { $seconds } seconds
    } and try again. What waits for its next try is tried by itself.

## Identity providers of organisations

identity-provider-unreachable = { $reason ->
    [timeout] The identity provider didn't answer in time.
    [insecure] There is no safe connection to the identity provider.
    [unreadable] The identity provider's answer can't be read.
   *[other] The identity provider can't be reached.
}
    .remedy = Try again in a minute. If it stays so, an administrator checks the address and whether the provider can be reached from the internet.
identity-provider-unsuitable = { $reason ->
    [other-issuer] The document at { $address } speaks for { $found ->
        [none] another issuer
       *[other] the issuer { $found }
    }.
    [no-endpoint] The provider's document lacks an endpoint, or names one that can't be reached from the internet over https.
    [no-code] The provider doesn't offer the authorization code flow.
    [no-challenge] The provider doesn't offer PKCE with S256.
    [no-secret] The provider accepts no client secret.
   *[other] No discovery document was found at { $address }.
}
    .remedy = Enter the issuer exactly as your provider's discovery document gives it, with or without a slash at its end.
identity-provider-declined = { $description ->
    [none] The identity provider declined: { $error }
   *[other] The identity provider declined: { $error } ({ $description })
}
    .remedy = Try again. If it stays so, an administrator checks the client id, the secret and the redirect URI at the provider.
identity-provider-token = { $reason ->
    [issuer] The answer comes from another issuer.
    [audience] The token was made for another application.
    [expired] The token is too old, or one of the two clocks is wrong.
    [early] The token comes from the future: one of the two clocks is wrong.
    [nonce] The token isn't the one that was asked for.
    [subject] The token doesn't say who it speaks of.
    [not-fresh] The provider doesn't say that you have just shown who you are.
   *[other] No key of the provider has signed the token.
}
    .remedy = Try again. If it stays so, an administrator looks at the provider's settings, its keys and its clock.
identity-provider-name = { $reason ->
    [missing] The token has no claim { $claim }.
    [unverified] The provider doesn't say that the address is verified.
    [hosted] The Google account doesn't belong to { $domain }.
   *[other] The name in the claim { $claim } isn't at { $domain }.
}
    .remedy = Sign in there with your account at { $domain }. An administrator can choose another claim for the user name.
identity-provider-stranger = { $name } has no account here, or it can't be used.
    .remedy = Ask an administrator of your organisation to create or enable it.
identity-provider-other-identity = { $name } is linked to another identity at the provider.
    .remedy = Sign in there as yourself. If your account there is new, ask an administrator to forget the earlier identity.
identity-provider-missing = No identity provider is set up for this name.
    .remedy = Save a draft first.
identity-provider-untested = This draft wasn't tested.
    .remedy = Test it; each change needs a test of its own.
identity-provider-lockout = No Global administrator with a password would remain outside { $domain }.
    .remedy = Create one under the initial domain and give them a password. They are the way in when the provider fails.
identity-provider-initial-name = The initial domain is always signed in here.
    .remedy = Choose a domain name of your own.
password-elsewhere = People of { $domain } sign in with their organisation's own identity provider, without a password here.
    .remedy = Sign in with the user name alone; the provider asks for the rest.
