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
from msgraph.generated.applications.item.add_password.add_password_post_request_body import (
    AddPasswordPostRequestBody,
)
from msgraph.generated.applications.item.remove_password.remove_password_post_request_body import (
    RemovePasswordPostRequestBody,
)
from msgraph.generated.groups.groups_request_builder import GroupsRequestBuilder
from msgraph.generated.models.app_role import AppRole
from msgraph.generated.models.app_role_assignment import AppRoleAssignment
from msgraph.generated.models.application import Application
from msgraph.generated.models.domain import Domain
from msgraph.generated.models.group import Group
from msgraph.generated.models.password_credential import PasswordCredential
from msgraph.generated.models.reference_create import ReferenceCreate
from msgraph.generated.models.service_principal import ServicePrincipal
from msgraph.generated.models.web_application import WebApplication
from msgraph.generated.users.item.check_member_groups.check_member_groups_post_request_body import (
    CheckMemberGroupsPostRequestBody,
)
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


def group(name: str, **more) -> Group:
    return Group(
        display_name=name, mail_enabled=False, mail_nickname=name.lower(), security_enabled=True, **more
    )


def reference(id: str) -> ReferenceCreate:
    return ReferenceCreate(odata_id=f"{SERVICE.url}/v1.0/directoryObjects/{id}")


class Groups(unittest.IsolatedAsyncioTestCase):
    async def test_a_group_with_members_and_owners(self) -> None:
        graph = client()
        ben = await graph.users.post(person("member"))
        sales = await graph.groups.post(group("Sales", description="All who sell"))
        inner = await graph.groups.post(group("Inner"))
        item = graph.groups.by_group_id(sales.id)
        await item.members.ref.post(reference(inner.id))
        await graph.groups.by_group_id(inner.id).members.ref.post(reference(ben.id))
        await item.owners.ref.post(reference(ben.id))
        members = await item.members.get()
        self.assertEqual([type(member) for member in members.value], [Group])
        everybody = await item.transitive_members.get()
        self.assertEqual({member.id for member in everybody.value}, {inner.id, ben.id})
        people = await item.transitive_members.graph_user.get()
        self.assertEqual([member.id for member in people.value], [ben.id])
        owners = await item.owners.get()
        self.assertEqual([owner.id for owner in owners.value], [ben.id])
        groups = await graph.users.by_user_id(ben.id).transitive_member_of.get()
        self.assertEqual({found.id for found in groups.value}, {sales.id, inner.id})
        wanted = CheckMemberGroupsPostRequestBody(group_ids=[sales.id])
        checked = await graph.users.by_user_id(ben.id).check_member_groups.post(wanted)
        self.assertEqual(checked.value, [sales.id])
        with self.assertRaises(ODataError):
            await graph.groups.by_group_id(inner.id).members.ref.post(reference(sales.id))
        parameters = GroupsRequestBuilder.GroupsRequestBuilderGetQueryParameters(
            filter="startswith(displayName,'Sal')", expand=["members"]
        )
        found = await graph.groups.get(RequestConfiguration(query_parameters=parameters))
        self.assertEqual([member.id for member in found.value[0].members], [inner.id])
        await item.members.by_directory_object_id(inner.id).ref.delete()
        self.assertEqual((await item.members.get()).value, [])
        await item.patch(Group(description="Nobody"))
        self.assertEqual((await item.get()).description, "Nobody")
        await item.delete()
        restored = await graph.directory.deleted_items.by_directory_object_id(sales.id).restore.post()
        self.assertIsInstance(restored, Group)

    async def test_changes_of_groups_are_followed(self) -> None:
        graph = client()
        page = await graph.groups.delta.get()
        while page.odata_next_link:
            page = await graph.groups.delta.with_url(page.odata_next_link).get()
        made = await graph.groups.post(group("Followed"))
        changed = await graph.groups.delta.with_url(page.odata_delta_link).get()
        self.assertEqual([found.id for found in changed.value], [made.id])


class Applications(unittest.IsolatedAsyncioTestCase):
    async def test_an_application_with_secrets_roles_and_assignments(self) -> None:
        graph = client()
        role = AppRole(
            id="7b1a1c5e-6b0e-4b43-9a4f-0d5a1f0f7c11",
            allowed_member_types=["User"],
            display_name="Approver",
            description="Approves orders",
            value="Orders.Approve",
            is_enabled=True,
        )
        wanted = Application(
            display_name="Portal",
            sign_in_audience="AzureADMyOrg",
            web=WebApplication(redirect_uris=["https://portal.example.com/callback"]),
            app_roles=[role],
            tags=["orders"],
        )
        made = await graph.applications.post(wanted)
        item = graph.applications.by_application_id(made.id)
        self.assertEqual(made.web.redirect_uris, ["https://portal.example.com/callback"])
        secret = await item.add_password.post(
            AddPasswordPostRequestBody(password_credential=PasswordCredential(display_name="first"))
        )
        self.assertTrue(secret.secret_text)
        read = await item.get()
        self.assertEqual([kept.secret_text for kept in read.password_credentials], [None])
        await item.remove_password.post(RemovePasswordPostRequestBody(key_id=secret.key_id))
        principal = await graph.service_principals.post(ServicePrincipal(app_id=made.app_id))
        self.assertEqual(principal.service_principal_type, "Application")
        found = await graph.service_principals_with_app_id(made.app_id).get()
        self.assertEqual(found.id, principal.id)
        found = await graph.applications_with_app_id(made.app_id).get()
        self.assertEqual(found.id, made.id)
        ben = await graph.users.post(person("approver"))
        assignment = AppRoleAssignment(principal_id=ben.id, resource_id=principal.id, app_role_id=role.id)
        resource = graph.service_principals.by_service_principal_id(principal.id)
        await resource.app_role_assigned_to.post(assignment)
        assigned = await graph.users.by_user_id(ben.id).app_role_assignments.get()
        self.assertEqual([str(held.app_role_id) for held in assigned.value], [role.id])
        await item.owners.ref.post(reference(ben.id))
        self.assertIn(ben.id, [owner.id for owner in (await item.owners.get()).value])
        await item.patch(Application(display_name="Portal 2", notes="Orders"))
        self.assertEqual((await item.get()).display_name, "Portal 2")
        await item.delete()
        deleted = await graph.directory.deleted_items.graph_application.get()
        self.assertIn(made.id, [gone.id for gone in deleted.value])


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
