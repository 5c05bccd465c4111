# What the commands say beside refusals.

cli-address-needs-parts = An address is asked about by its parts: --country, --postal-code, --region, --city, or a JSON object.
cli-password = Password
