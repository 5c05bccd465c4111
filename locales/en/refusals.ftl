# Reason and remedy of every refusal code. The docs page of refusals is generated from this file.

## Requests

not-found = There is nothing at this address.
    .remedy = Check the address, or start from the overview.
not-allowed = Your roles don't allow this.
    .remedy = Ask a Global administrator of your organisation for one of these roles: { $roles }.
cross-site = This form was sent from another site.
    .remedy = Open the page on this site and send the form from there.
too-many-requests = Too many requests came from your network.
    .remedy = Wait { $seconds } seconds, then try again.
unavailable = The service can't reach its database or took too long.
    .remedy = Nothing was changed. Wait { $seconds } seconds, then try again.
our-fault = Something went wrong on our side.
    .remedy = Try again. If it stays, tell the operator the id below.
overloaded = The service is busy with other sign-ins.
    .remedy = Wait { $seconds } seconds, then try again.
input-too-large = What was sent is larger than this page accepts.
    .remedy = Shorten it and send it again.
input-invalid = This value contains characters that can't be used here.
    .remedy = Remove control characters and line breaks.
field-required = This field is empty.
    .remedy = Fill it in.
field-too-long = This is longer than { $max } characters.
    .remedy = Shorten it to { $max } characters.

## E-mail addresses

## Organisation names

## Postal addresses

## Phones

## Registration and tax ids

## Western European characters

## Passwords

## Usernames and initial domains
