"""Hamilton, a client of Microsoft Graph in Go, unmodified: our tests of it stand in go/ and run against a service over TLS."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest
import urllib.request

from service import Service

HERE = pathlib.Path(__file__).resolve().parent / "go"
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"


def go_version() -> tuple[int, ...]:
    """Of the Go that is installed; (0,) without any."""
    if shutil.which("go") is None:
        return (0,)
    # Asked elsewhere, or it would fetch the release that a module wants.
    told = subprocess.run(["go", "version"], cwd="/", capture_output=True, text=True, check=False).stdout
    found = re.search(r"go(\d+)\.(\d+)", told)
    return tuple(map(int, found.groups())) if found else (0,)


def load_tests(loader: unittest.TestLoader, tests: unittest.TestSuite, _) -> unittest.TestSuite:
    if go_version() >= (1, 21):
        return tests
    print("Left out: the client in Go, which needs Go 1.21 or newer; none is installed.", file=sys.stderr)
    return unittest.TestSuite()


class Go(unittest.TestCase):
    def test_hamilton(self) -> None:
        local = {**os.environ, "GOTOOLCHAIN": "local"}
        fetched = subprocess.run(["go", "mod", "download"], cwd=HERE, env=local, capture_output=True, text=True)
        if fetched.returncode != 0:
            self.skipTest(f"the modules can't be fetched here: {fetched.stderr.strip()}")
        service = Service()
        try:
            client_id, secret = program(service)
            environment = {
                **os.environ,
                "CLIENT_ID": client_id,
                "CLIENT_SECRET": secret,
                "GOTOOLCHAIN": "local",
                "SERVICE_DOMAIN": service.domain,
                "SERVICE_TENANT": api(service, "GET", "organization")["value"][0]["id"],
                "SERVICE_URL": service.url,
            }
            # The certificate counts for the service alone: packages come with the authorities of the machine.
            binary = str(service.folder / "clients.test")
            made = subprocess.run(
                ["go", "test", "-c", "-o", binary, "."], cwd=HERE, env=environment, capture_output=True, text=True
            )
            self.assertEqual(made.returncode, 0, made.stdout + made.stderr)
            environment["SSL_CERT_FILE"] = str(service.folder / "certificate.pem")
            done = subprocess.run(
                [binary, "-test.v"], cwd=HERE, env=environment, capture_output=True, text=True, timeout=300
            )
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        finally:
            service.stop()


def api(service: Service, method: str, path: str, body: dict | None = None) -> dict:
    headers = {"Authorization": f"Bearer {service.token}", "Content-Type": "application/json"}
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(f"{service.url}/v1.0/{path}", data, headers, method=method)
    with urllib.request.urlopen(request, context=service.trust, timeout=30) as answer:
        return json.loads(answer.read())


def program(service: Service) -> tuple[str, str]:
    """The id and the secret of an application that administers the tenant."""
    application = api(service, "POST", "applications", {"displayName": "Hamilton"})
    principal = api(service, "POST", "servicePrincipals", {"appId": application["appId"]})
    secret = api(service, "POST", f"applications/{application['id']}/addPassword", {})
    role = {"principalId": principal["id"], "roleDefinitionId": GLOBAL_ADMINISTRATOR, "directoryScopeId": "/"}
    api(service, "POST", "roleManagement/directory/roleAssignments", role)
    return application["appId"], secret["secretText"]


if __name__ == "__main__":
    unittest.main()
