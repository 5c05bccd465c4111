"""Microsoft's msgraph-sdk, unmodified, against the directory API: it is told another base address and nothing else."""

import os
import unittest

from kiota_abstractions.authentication import (
    AccessTokenProvider,
    AllowedHostsValidator,
    BaseBearerTokenAuthenticationProvider,
)
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.api_error import APIError
from msgraph import GraphServiceClient
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.domain import Domain
from msgraph.generated.models.password_profile import PasswordProfile
from msgraph.generated.models.unified_role_assignment import UnifiedRoleAssignment
from msgraph.generated.models.user import User
from msgraph.generated.users.users_request_builder import UsersRequestBuilder
from msgraph.graph_request_adapter import GraphRequestAdapter

from service import Service

PASSWORD = "lively brass orchard 71"
READER = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"


class Token(AccessTokenProvider):
    """The token that the service's own command handed out."""

    def __init__(self, token: str) -> None:
        self.token = token

    async def get_authorization_token(self, uri: str, additional_authentication_context=None) -> str:
        return self.token

    def get_allowed_hosts_validator(self) -> AllowedHostsValidator:
        return AllowedHostsValidator([])


def setUpModule() -> None:
    global SERVICE
    SERVICE = Service()
    os.environ["SSL_CERT_FILE"] = str(SERVICE.folder / "certificate.pem")


def tearDownModule() -> None:
    SERVICE.stop()


def client() -> GraphServiceClient:
    adapter = GraphRequestAdapter(BaseBearerTokenAuthenticationProvider(Token(SERVICE.token)))
    adapter.base_url = f"{SERVICE.url}/v1.0"
    return GraphServiceClient(request_adapter=adapter)


def query(**options) -> RequestConfiguration:
    parameters = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(**options)
    configuration = RequestConfiguration(query_parameters=parameters)
    configuration.headers.add("ConsistencyLevel", "eventual")
    return configuration


def person(name: str, **more) -> User:
    return User(
        account_enabled=True,
        display_name=name.title(),
        mail_nickname=name,
        user_principal_name=f"{name}@{SERVICE.domain}",
        password_profile=PasswordProfile(password=PASSWORD, force_change_password_next_sign_in=True),
        **more,
    )


class Users(unittest.IsolatedAsyncioTestCase):
    async def test_a_person_is_created_read_changed_deleted_and_restored(self) -> None:
        graph = client()
        made = await graph.users.post(person("ben", department="Research", business_phones=["+30 210 1234567"]))
        self.assertEqual(made.user_principal_name, f"ben@{SERVICE.domain}")
        read = await graph.users.by_user_id(f"ben@{SERVICE.domain}").get()
        self.assertEqual((read.id, read.business_phones), (made.id, ["+30 210 1234567"]))
        await graph.users.by_user_id(made.id).patch(User(job_title="Engineer", department="Sales"))
        found = await graph.users.get(query(filter="department eq 'Sales' and accountEnabled eq true"))
        self.assertEqual([user.id for user in found.value], [made.id])
        await graph.users.by_user_id(made.id).delete()
        with self.assertRaises(ODataError) as refused:
            await graph.users.by_user_id(made.id).get()
        self.assertEqual(refused.exception.error.code, "Request_ResourceNotFound")
        self.assertEqual(refused.exception.response_status_code, 404)
        deleted = await graph.directory.deleted_items.graph_user.get()
        self.assertIn(made.id, [user.id for user in deleted.value])
        restored = await graph.directory.deleted_items.by_directory_object_id(made.id).restore.post()
        self.assertIsInstance(restored, User)
        await graph.users.by_user_id(made.id).delete()
        await graph.directory.deleted_items.by_directory_object_id(made.id).delete()

    async def test_lists_are_paged_searched_counted_and_ordered(self) -> None:
        graph = client()
        for number in range(25):
            await graph.users.post(person(f"page{number:02}", department="Paged"))
        options = {"filter": "department eq 'Paged'", "top": 10, "select": ["id", "displayName"]}
        page = await graph.users.get(query(count=True, orderby=["displayName"], **options))
        self.assertEqual(page.odata_count, 25)
        names = [user.display_name for user in page.value]
        while page.odata_next_link:
            page = await graph.users.with_url(page.odata_next_link).get()
            names += [user.display_name for user in page.value]
        self.assertEqual(names, [f"Page{number:02}" for number in range(25)])
        found = await graph.users.get(query(search='"displayName:page07"'))
        self.assertEqual([user.display_name for user in found.value], ["Page07"])
        with self.assertRaises(APIError):
            await graph.users.get(query(filter="nonsense eq 'x'"))

    async def test_changes_are_followed(self) -> None:
        graph = client()
        page = await graph.users.delta.get()
        while page.odata_next_link:
            page = await graph.users.delta.with_url(page.odata_next_link).get()
        made = await graph.users.post(person("delta"))
        changed = await graph.users.delta.with_url(page.odata_delta_link).get()
        self.assertEqual([user.id for user in changed.value], [made.id])
        await graph.users.by_user_id(made.id).delete()
        gone = await graph.users.delta.with_url(changed.odata_delta_link).get()
        self.assertEqual(gone.value[0].additional_data["@removed"], {"reason": "changed"})

    async def test_me_and_sessions(self) -> None:
        graph = client()
        me = await graph.me.get()
        self.assertEqual(me.user_principal_name, SERVICE.user_name)
        other = await graph.users.post(person("session"))
        revoked = await graph.users.by_user_id(other.id).revoke_sign_in_sessions.post()
        self.assertTrue(revoked.value)


class Tenant(unittest.IsolatedAsyncioTestCase):
    async def test_domains_have_their_records(self) -> None:
        graph = client()
        made = await graph.domains.post(Domain(id="fabrikam.com"))
        self.assertFalse(made.is_verified)
        records = await graph.domains.by_domain_id("fabrikam.com").verification_dns_records.get()
        texts = [record.text for record in records.value if record.record_type == "Txt"]
        self.assertTrue(texts[0].startswith("tenantry-verification="))
        with self.assertRaises(ODataError):
            await graph.domains.by_domain_id("fabrikam.com").verify.post()
        names = [domain.id for domain in (await graph.domains.get()).value]
        self.assertEqual(sorted(names), sorted(["fabrikam.com", SERVICE.domain]))
        await graph.domains.by_domain_id("fabrikam.com").delete()

    async def test_the_organization(self) -> None:
        found = (await client().organization.get()).value[0]
        self.assertEqual(found.display_name, "Contoso")
        self.assertTrue(found.verified_domains[0].is_initial)

    async def test_roles_are_granted_and_taken_away(self) -> None:
        graph = client()
        other = await graph.users.post(person("reader"))
        wanted = UnifiedRoleAssignment(principal_id=other.id, role_definition_id=READER, directory_scope_id="/")
        made = await graph.role_management.directory.role_assignments.post(wanted)
        held = await graph.directory_roles.by_directory_role_id(READER).members.get()
        self.assertEqual([member.id for member in held.value], [other.id])
        assignments = graph.role_management.directory.role_assignments
        await assignments.by_unified_role_assignment_id(made.id).delete()
        definitions = await graph.role_management.directory.role_definitions.get()
        self.assertIn("Global Administrator", [found.display_name for found in definitions.value])


if __name__ == "__main__":
    unittest.main()
