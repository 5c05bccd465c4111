"""The Azure CLI, unmodified: it is told of our cloud and who it runs as, and then used as its manual says."""

import http.server
import json
import os
import subprocess
import re
import tempfile
import threading
import unittest

from person import Person
from service import ROOT, Service

AZ = os.environ.get("AZURE_CLI_PYTHON", str(ROOT / "target/azure-cli/bin/python"))


class Identity(http.server.BaseHTTPRequestHandler):
    """What hands the machine's own token to programs on it, as a managed identity does."""

    token = ""

    def do_GET(self) -> None:
        answer = {"access_token": self.token, "expires_on": "4102444800", "token_type": "Bearer"}
        body = json.dumps({**answer, "resource": "any"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_) -> None:
        pass


def setUpModule() -> None:
    global SERVICE, IDENTITY, ENVIRONMENT
    SERVICE = Service(usual_port=True)
    Identity.token = SERVICE.token
    IDENTITY = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Identity)
    threading.Thread(target=IDENTITY.serve_forever, daemon=True).start()
    ENVIRONMENT = {
        **os.environ,
        "AZURE_CONFIG_DIR": str(SERVICE.folder / "azure"),
        "AZURE_CORE_COLLECT_TELEMETRY": "false",
        "AZURE_CORE_INSTANCE_DISCOVERY": "false",
        "AZURE_CORE_NO_COLOR": "true",
        "IDENTITY_ENDPOINT": f"http://127.0.0.1:{IDENTITY.server_port}/token",
        "IDENTITY_HEADER": "any",
        "REQUESTS_CA_BUNDLE": str(SERVICE.folder / "certificate.pem"),
        "SSL_CERT_FILE": str(SERVICE.folder / "certificate.pem"),
    }
    az("cloud", "register", "-n", "tenantry", "--endpoint-resource-manager", f"{SERVICE.url}/")
    az("cloud", "set", "-n", "tenantry")
    account = az("login", "--identity", "--allow-no-subscriptions")[0]
    assert account["environmentName"] == "tenantry", account


def tearDownModule() -> None:
    IDENTITY.shutdown()
    SERVICE.stop()


def az(*arguments: str):
    """What a command answers, read from its JSON."""
    command = [AZ, "-m", "azure.cli", *arguments, "--only-show-errors", "--output", "json"]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode != 0:
        raise RuntimeError(f"az {' '.join(arguments)}: {done.stderr}")
    return json.loads(done.stdout) if done.stdout.strip() else None


class AzureCli(unittest.TestCase):
    def person(self, name: str) -> dict:
        upn = f"{name}@{SERVICE.domain}"
        return az(
            *("ad", "user", "create", "--display-name", name.title(), "--user-principal-name", upn),
            *("--password", "lively brass orchard 71"),
        )

    def test_people(self) -> None:
        me = az("ad", "signed-in-user", "show")
        self.assertEqual(me["userPrincipalName"], SERVICE.user_name)
        made = self.person("ben")
        upn = f"ben@{SERVICE.domain}"
        for found in (
            az("ad", "user", "list", "--filter", "startswith(displayName,'Be')"),
            az("ad", "user", "list", "--display-name", "Ben"),
            az("ad", "user", "list", "--upn", upn),
            [az("ad", "user", "show", "--id", upn)],
        ):
            self.assertEqual([person["id"] for person in found], [made["id"]])
        az("ad", "user", "update", "--id", upn, "--display-name", "Benjamin")
        self.assertEqual(az("ad", "user", "show", "--id", made["id"])["displayName"], "Benjamin")
        az("ad", "user", "delete", "--id", upn)
        self.assertEqual(az("ad", "user", "list", "--upn", upn), [])

    def test_groups(self) -> None:
        ida = self.person("ida")["id"]
        group = az("ad", "group", "create", "--display-name", "Sales", "--mail-nickname", "sales")
        az("ad", "group", "member", "add", "-g", "Sales", "--member-id", ida)
        check = az("ad", "group", "member", "check", "-g", "Sales", "--member-id", ida)
        self.assertTrue(check["value"])
        self.assertEqual([found["id"] for found in az("ad", "group", "member", "list", "-g", "Sales")], [ida])
        self.assertEqual([found["id"] for found in az("ad", "user", "get-member-groups", "--id", ida)], [group["id"]])
        az("ad", "group", "owner", "add", "-g", "Sales", "--owner-object-id", ida)
        self.assertIn(ida, [found["id"] for found in az("ad", "group", "owner", "list", "-g", "Sales")])
        az("ad", "group", "member", "remove", "-g", "Sales", "--member-id", ida)
        self.assertEqual(az("ad", "group", "member", "list", "-g", "Sales"), [])
        az("ad", "group", "delete", "-g", "Sales")
        self.assertNotIn("Sales", [found["displayName"] for found in az("ad", "group", "list")])

    def test_applications(self) -> None:
        zoe = self.person("zoe")["id"]
        made = az("ad", "app", "create", "--display-name", "Orders", "--web-redirect-uris", "https://orders.example/in")
        app = made["appId"]
        self.assertEqual(az("ad", "app", "show", "--id", app)["web"]["redirectUris"], ["https://orders.example/in"])
        secret = az("ad", "app", "credential", "reset", "--id", app, "--append")
        self.assertGreater(len(secret["password"]), 30)
        self.assertEqual(len(az("ad", "app", "credential", "list", "--id", app)), 1)
        az("ad", "app", "owner", "add", "--id", app, "--owner-object-id", zoe)
        self.assertIn(zoe, [found["id"] for found in az("ad", "app", "owner", "list", "--id", app)])
        credential = {
            "name": "build",
            "issuer": "https://issuer.example",
            "subject": "repository:main",
            "audiences": ["api://AzureADTokenExchange"],
        }
        kind = ("ad", "app", "federated-credential")
        az(*kind, "create", "--id", app, "--parameters", json.dumps(credential))
        self.assertEqual([found["name"] for found in az(*kind, "list", "--id", app)], ["build"])
        az(*kind, "delete", "--id", app, "--federated-credential-id", "build")

        principal = az("ad", "sp", "create", "--id", app)
        for found in (
            az("ad", "sp", "list", "--filter", f"servicePrincipalNames/any(c:c eq '{app}')"),
            az("ad", "sp", "list", "--display-name", "Orders"),
            [az("ad", "sp", "show", "--id", app)],
        ):
            self.assertEqual([one["id"] for one in found], [principal["id"]])
        self.assertEqual(az("ad", "sp", "credential", "reset", "--id", app)["appId"], app)
        az("ad", "sp", "delete", "--id", app)
        az("ad", "app", "delete", "--id", app)
        self.assertEqual(az("ad", "app", "list", "--display-name", "Orders"), [])

    def test_a_principal_in_one_command(self) -> None:
        self.assertEqual(az("ad", "sp", "create-for-rbac", "--name", "robot")["displayName"], "robot")

    def test_rest(self) -> None:
        organization = az("rest", "--method", "get", "--url", f"{SERVICE.url}/v1.0/organization")
        self.assertEqual(organization["value"][0]["displayName"], "Contoso")


class Login(unittest.TestCase):
    """Signed in as its manual says, each in a folder of its own."""

    def setUp(self) -> None:
        home = tempfile.TemporaryDirectory(prefix="tenantry-azure-")
        self.addCleanup(home.cleanup)
        before = ENVIRONMENT["AZURE_CONFIG_DIR"]
        ENVIRONMENT["AZURE_CONFIG_DIR"] = home.name
        self.addCleanup(ENVIRONMENT.__setitem__, "AZURE_CONFIG_DIR", before)
        az("cloud", "register", "-n", "tenantry", "--endpoint-resource-manager", f"{SERVICE.url}/")
        az("cloud", "set", "-n", "tenantry")

    def graph(self, *arguments: str) -> dict:
        """What the administrator gets from the API, who is signed in elsewhere."""
        here = ENVIRONMENT["AZURE_CONFIG_DIR"]
        ENVIRONMENT["AZURE_CONFIG_DIR"] = str(SERVICE.folder / "azure")
        try:
            return az("rest", *arguments)
        finally:
            ENVIRONMENT["AZURE_CONFIG_DIR"] = here

    def made(self, path: str, body: dict) -> dict:
        return self.graph("--method", "post", "--url", f"{SERVICE.url}/v1.0/{path}", "--body", json.dumps(body))

    def test_a_service_principal(self) -> None:
        tenant = self.graph("--method", "get", "--url", f"{SERVICE.url}/v1.0/organization")["value"][0]["id"]
        app = self.made("applications", {"displayName": "Nightly"})
        principal = self.made("servicePrincipals", {"appId": app["appId"]})["id"]
        secret = self.made(f"applications/{app['id']}/addPassword", {})["secretText"]
        own = self.graph("--method", "get", "--url", f"{SERVICE.url}/v1.0/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')")
        grant = {"principalId": principal, "resourceId": own["id"], "appRoleId": "df021288-bdef-4463-88db-98f22de89214"}
        self.made(f"servicePrincipals/{principal}/appRoleAssignments", grant)
        shown = ("--username", app["appId"], "--password", secret, "--tenant", tenant)
        account = az("login", "--service-principal", *shown, "--allow-no-subscriptions")[0]
        self.assertEqual(account["tenantId"], tenant)
        self.assertIn(SERVICE.user_name, [person["userPrincipalName"] for person in az("ad", "user", "list")])

    def test_a_device_code(self) -> None:
        name, password = f"rea@{SERVICE.domain}", "lively brass orchard 71"
        rea = self.made("users", {
            "accountEnabled": True, "displayName": "Rea", "mailNickname": "rea", "userPrincipalName": name,
            "passwordProfile": {"password": password, "forceChangePasswordNextSignIn": False},
        })["id"]
        # A Global reader: sees everything and changes nothing.
        reader = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
        self.made("roleManagement/directory/roleAssignments", {"principalId": rea, "roleDefinitionId": reader, "directoryScopeId": "/"})
        command = [AZ, "-m", "azure.cli", "login", "--use-device-code", "--allow-no-subscriptions", "--output", "json"]
        login = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        told = []
        while not told or "enter the code" not in told[-1]:
            line = login.stderr.readline()
            self.assertTrue(line, told)
            told.append(line)
        address, code = re.search(r"open (\S+) .*enter the code ([A-Z-]+)", told[-1]).groups()
        self.assertIn("Your device is signed in", Person(SERVICE.trust, name, password).lets_in(address, code))
        out, err = login.communicate(timeout=120)
        self.assertEqual(login.returncode, 0, out + err)
        self.assertEqual(json.loads(out)[0]["user"]["name"], name)
        self.assertIn(name, [person["userPrincipalName"] for person in az("ad", "user", "list")])


if __name__ == "__main__":
    unittest.main()
