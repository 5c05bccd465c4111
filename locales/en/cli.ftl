# What the commands say beside refusals.

cli-address-needs-parts = An address is asked about by its parts: --country, --postal-code, --region, --city, or a JSON object.
cli-password = Password
cli-nothing-found = Nothing found.
cli-database-missing = There is no database at { $url }. `tenantry serve` makes it at its first start; if it did, this is another folder, or the settings are others.
cli-database-made = There was no database at { $url }: it is made now, with a master key.
cli-database-older = The database at { $url } is older than this program. Start the service of this version first: it brings the database up to date.
cli-database-newer = The database at { $url } is newer than this program. Use the program of its version.
cli-key-missing = There is no master key at { $file }, and the database needs the one that it was made with. This is another folder, or secrets.key_file another file.
cli-tenant-unknown = There is no tenant with this id or verified domain name.
cli-user-unknown = There is no such person in this tenant.
cli-person-incomplete = A person goes by the whole name that they sign in with, such as ana@contoso.com, or by their object id.
cli-person-incomplete-remedy = `tenantry user list` shows the names and the ids.
cli-person-alone = An object id doesn't say in which tenant the person is.
cli-person-alone-remedy = Add --tenant with the tenant's id or one of its verified domain names.
cli-provider-missing = No identity provider is in force for this name: its people sign in here.
cli-provider-missing-remedy = `tenantry domain show` shows what there is for a name.
cli-token-unknown = This person has no such token that is still valid.
cli-group-unknown = There is no such group in this tenant.
cli-member-unknown = There is nobody and nothing of this name or id in this tenant that could be in a group.
cli-app-unknown = There is no application with this object id, client id or name in this tenant.
cli-role-unknown = There is no such role in this tenant.
cli-domain-unknown = There is no such domain name in this tenant.
cli-webhook-unknown = There is no webhook or delivery with this id in this tenant.
cli-signing-key-unknown = There is no signing key with this id.
cli-signing-key-waits = No new key for { $algorithm }: { $kid } waits already, and signs from { $from } on.
cli-registration-off = This deployment doesn't let applications register themselves.
cli-registration-off-remedy = Set registration.enabled to true, and start the service again.
cli-import-starts = The import starts, and goes on in the service if this command is interrupted. To follow it then, and for the initial passwords: { $command }
cli-import-broken-off = The import is not followed any more. To go on, and for the initial passwords: { $command }
cli-import-unwritten = The report couldn't be written, so the initial passwords are kept: for a day after the end of the import they are shown by { $command }
cli-import-passwords-gone = The initial passwords of this import were fetched already, or forgotten after a day. `tenantry user reset-password` sets another for one person.
cli-import-unknown = The command line has started no import with this id in this tenant.
cli-import-unknown-remedy = Each import says its id on standard error when it starts. An import is forgotten after 30 days.
cli-list-shows = `tenantry { $command } list` shows what there is.

## Doctor

doctor-database-older = { $url }: the next start brings the schema up to date.
doctor-database-newer = { $url }: its schema is newer than this program. Use the newer program.
doctor-database-none = { $url }: the first start makes it.
doctor-database-role = The role of database.url is SUPERUSER or BYPASSRLS: row-level security, the second wall between tenants, doesn't count for it. Give the service a role of its own.
doctor-database-silent = { $url }: no answer came in time.
doctor-key-none = { $file }: the first start makes it. Back it up apart from the database.
doctor-key-other = { $file }: it isn't the key of this database, and the service won't start with it. Put that key back, or name its file in secrets.key_file.
doctor-key-open = { $file }: others on this machine can read it. Run chmod 600 on it.
doctor-transport-plain = Plain http, for this machine only. Set server.public_url to https:// for everybody else.
doctor-transport-no-proxy = No certificate and no trusted proxy: set server.tls_certificate, or server.trusted_proxies to the proxy that has one.
doctor-transport-proxy = TLS ends at the trusted proxy.
doctor-transport-open = { $file }: everybody on this machine can read the certificate's key. Run chmod o-rwx on it.
doctor-dns-silent = No answer: { $why }. Domain names can't be verified, and nobody is refused for a domain without mail.
doctor-mail-local = Kept in the local mailbox, nothing is sent. Set mail.transport to "smtp" for everybody else.
doctor-test-names = Addresses under names reserved for tests are accepted. Set sign_up.allow_test_names to false for everybody else.
doctor-sandbox = Sandbox: test cards only, nothing is ever charged.
doctor-mail-silent = The mail server gave no answer in time.
doctor-clock-wrong = { $time }: this clock is wrong. Codes and sessions depend on it.
doctor-passwords = Argon2id by { $path }, { $milliseconds } ms a hash
