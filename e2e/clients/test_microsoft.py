"""Microsoft's identity libraries for Python and Node, unmodified, over TLS: programs, devices, and calls on behalf of people."""

import asyncio
import base64
import datetime
import json
import os
import pathlib
import subprocess
import threading
import unittest
import urllib.parse
import urllib.request

import azure.identity
import msal
import msgraph
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from person import Person
from service import Service

HERE = pathlib.Path(__file__).resolve().parent
PASSWORD = "lively brass orchard 71"
CALLBACK = "https://shop.example/signed-in"
GRAPH = "00000003-0000-0000-c000-000000000000"
USERS = "df021288-bdef-4463-88db-98f22de89214"


def certificate() -> tuple[str, str, str]:
    """A key, its certificate, and the SHA-1 thumbprint that older clients know it by."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Shop")])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=90))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = made.public_bytes(serialization.Encoding.PEM)
    return private.decode(), public.decode(), made.fingerprint(hashes.SHA1()).hex()


def setUpModule() -> None:
    global SERVICE, TENANT, WEB, MIDDLE, TOOL, NAME, KEY, CERTIFICATE, THUMBPRINT
    SERVICE = Service(usual_port=True)
    for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        os.environ[name] = str(SERVICE.folder / "certificate.pem")
    TENANT = api("GET", "/v1.0/organization")["value"][0]["id"]
    NAME = f"ben@{SERVICE.domain}"
    api("POST", "/v1.0/users", {
        "accountEnabled": True, "displayName": "Ben", "mailNickname": "ben", "userPrincipalName": NAME,
        "passwordProfile": {"password": PASSWORD, "forceChangePasswordNextSignIn": False},
    })
    KEY, CERTIFICATE, THUMBPRINT = certificate()
    bare = "".join(CERTIFICATE.splitlines()[1:-1])
    keys = [{"type": "AsymmetricX509Cert", "usage": "Verify", "key": bare, "displayName": "CN=Shop"}]
    WEB = registered({"displayName": "Shop", "web": {"redirectUris": [CALLBACK]}, "keyCredentials": keys})
    permission = {
        "id": "0f6a52d1-57cf-4f0b-8a42-9b0ad0d2a001", "value": "Orders", "type": "User", "isEnabled": True,
        "adminConsentDisplayName": "Orders", "adminConsentDescription": "Orders",
        "userConsentDisplayName": "Orders", "userConsentDescription": "Orders",
    }
    MIDDLE = registered({"displayName": "Orders", "web": {"redirectUris": [CALLBACK]}, "api": {"oauth2PermissionScopes": [permission]}})
    TOOL = registered({"displayName": "Tool", "publicClient": {"redirectUris": ["http://localhost"]}, "isFallbackPublicClient": True})
    own = api("GET", f"/v1.0/servicePrincipals(appId='{GRAPH}')")["id"]
    grant = {"principalId": WEB["principal"], "resourceId": own, "appRoleId": USERS}
    api("POST", f"/v1.0/servicePrincipals/{WEB['principal']}/appRoleAssignments", grant)
    consent = {"clientId": MIDDLE["principal"], "resourceId": own, "consentType": "AllPrincipals", "scope": "User.Read offline_access"}
    api("POST", "/v1.0/oauth2PermissionGrants", consent)


def tearDownModule() -> None:
    SERVICE.stop()


def api(method: str, path: str, body: dict | None = None, token: str | None = None) -> dict:
    headers = {"Authorization": f"Bearer {token or SERVICE.token}", "Content-Type": "application/json"}
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(SERVICE.url + path, data, headers, method=method)
    with urllib.request.urlopen(request, context=SERVICE.trust, timeout=30) as answer:
        return json.loads(answer.read() or b"{}")


def registered(application: dict) -> dict:
    made = api("POST", "/v1.0/applications", application)
    made["principal"] = api("POST", "/v1.0/servicePrincipals", {"appId": made["appId"]})["id"]
    if "web" in application:
        made["secret"] = api("POST", f"/v1.0/applications/{made['id']}/addPassword", {})["secretText"]
    return made


def ben() -> Person:
    return Person(SERVICE.trust, NAME, PASSWORD)


def claims(token: str) -> dict:
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def confidential(application: dict, credential) -> msal.ConfidentialClientApplication:
    return msal.ConfidentialClientApplication(
        application["appId"], authority=f"{SERVICE.url}/{TENANT}", client_credential=credential, instance_discovery=False
    )


class Msal(unittest.TestCase):
    def assert_reads_people(self, tokens: dict) -> None:
        self.assertIn("access_token", tokens, tokens)
        names = [person["userPrincipalName"] for person in api("GET", "/v1.0/users", token=tokens["access_token"])["value"]]
        self.assertIn(NAME, names)

    def test_a_program_shows_a_secret_or_a_certificate(self) -> None:
        for credential in (
            WEB["secret"],
            {"private_key": KEY, "thumbprint": THUMBPRINT},
            {"private_key": KEY, "public_certificate": CERTIFICATE},
        ):
            program = confidential(WEB, credential)
            # The second time it sends the same assertion: it keeps one for nine minutes.
            for scope in (f"{SERVICE.url}/.default", "https://graph.microsoft.com/.default"):
                self.assert_reads_people(program.acquire_token_for_client([scope]))

    def test_another_certificate_is_none(self) -> None:
        key, public, thumbprint = certificate()
        for credential in ({"private_key": key, "thumbprint": THUMBPRINT}, {"private_key": key, "public_certificate": public}):
            answer = confidential(WEB, credential).acquire_token_for_client([f"{SERVICE.url}/.default"])
            self.assertEqual(answer["error"], "invalid_client")

    def test_a_device_is_signed_in_and_stays_so(self) -> None:
        for place in (TENANT, "organizations"):
            tool = msal.PublicClientApplication(
                TOOL["appId"], authority=f"{SERVICE.url}/{place}", instance_discovery=False
            )
            flow = tool.initiate_device_flow(["User.Read"])
            self.assertIn("user_code", flow, flow)
            page = ben().lets_in(flow["verification_uri"], flow["user_code"])
            self.assertIn("Your device is signed in", page)
            tokens = tool.acquire_token_by_device_flow(flow)
            self.assertIn("access_token", tokens, tokens)
            self.assertEqual(api("GET", "/v1.0/me", token=tokens["access_token"])["userPrincipalName"], NAME)
            account = tool.get_accounts()[0]
            again = tool.acquire_token_silent(["User.Read"], account=account, force_refresh=True)
            self.assertIn("access_token", again or {}, again)

    def test_an_application_calls_another_on_behalf_of_a_person(self) -> None:
        web = confidential(WEB, WEB["secret"])
        flow = web.initiate_auth_code_flow([f"{MIDDLE['appId']}/Orders"], redirect_uri=CALLBACK)
        back = ben().brought_to(flow["auth_uri"], CALLBACK)
        back = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(back).query))
        called = web.acquire_token_by_auth_code_flow(flow, back)
        self.assertIn("access_token", called, called)
        middle = confidential(MIDDLE, MIDDLE["secret"])
        tokens = middle.acquire_token_on_behalf_of(called["access_token"], ["https://graph.microsoft.com/User.Read"])
        self.assertIn("access_token", tokens, tokens)
        self.assertEqual(claims(tokens["access_token"])["azp"], MIDDLE["appId"])
        self.assertEqual(api("GET", "/v1.0/me", token=tokens["access_token"])["userPrincipalName"], NAME)
        refused = middle.acquire_token_on_behalf_of(called["access_token"], ["https://graph.microsoft.com/User.Read.All"])
        self.assertEqual(refused["error"], "interaction_required")


class Azure(unittest.TestCase):
    def setUp(self) -> None:
        self.place = {"authority": SERVICE.url, "disable_instance_discovery": True}

    def assert_reads_people(self, credential) -> None:
        async def read() -> list[str]:
            client = msgraph.GraphServiceClient(credentials=credential, scopes=["https://graph.microsoft.com/.default"])
            client.request_adapter.base_url = f"{SERVICE.url}/v1.0"
            # Tokens go to hosts that the provider knows alone.
            client.request_adapter._authentication_provider.access_token_provider.get_allowed_hosts_validator().set_allowed_hosts(
                [SERVICE.url.removeprefix("https://").split(":")[0]]
            )
            return [person.user_principal_name for person in (await client.users.get()).value]

        self.assertIn(NAME, asyncio.run(read()))

    def test_a_secret_reads_people_with_the_sdk(self) -> None:
        self.assert_reads_people(azure.identity.ClientSecretCredential(TENANT, WEB["appId"], WEB["secret"], **self.place))

    def test_a_certificate_reads_people_with_the_sdk(self) -> None:
        both = (KEY + CERTIFICATE).encode()
        self.assert_reads_people(azure.identity.CertificateCredential(TENANT, WEB["appId"], certificate_data=both, **self.place))

    def test_a_device_is_signed_in(self) -> None:
        def let_in(address: str, code: str, _) -> None:
            threading.Thread(target=lambda: ben().lets_in(address, code)).start()

        credential = azure.identity.DeviceCodeCredential(TOOL["appId"], tenant_id=TENANT, prompt_callback=let_in, **self.place)
        token = credential.get_token("User.Read").token
        self.assertEqual(api("GET", "/v1.0/me", token=token)["userPrincipalName"], NAME)


class Node(unittest.TestCase):
    def test_msal_for_node(self) -> None:
        environment = {
            **os.environ,
            "API": SERVICE.url,
            "APPLICATION_ID": WEB["appId"],
            "APPLICATION_SECRET": WEB["secret"],
            "CALLBACK": CALLBACK,
            "CERTIFICATE": CERTIFICATE,
            "KEY": KEY,
            "NODE_EXTRA_CA_CERTS": str(SERVICE.folder / "certificate.pem"),
            "PERSON_NAME": NAME,
            "PERSON_PASSWORD": PASSWORD,
            "TENANT": TENANT,
            "TOOL_ID": TOOL["appId"],
        }
        command = ["node", "--test", "--test-reporter=spec", "msal.test.mjs"]
        done = subprocess.run(command, cwd=HERE / "javascript", env=environment, capture_output=True, text=True, timeout=180)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
