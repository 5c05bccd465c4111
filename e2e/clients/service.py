"""The service as a client meets it: over TLS, with a tenant and a token."""

import datetime
import ipaddress
import json
import os
import pathlib
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.request

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("TENANTRY_BINARY", str(ROOT / "target/debug/tenantry"))


def certificate(folder: pathlib.Path) -> None:
    """A key and a certificate for localhost, which is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.timezone.utc)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def free_port(wanted: int) -> int:
    """The wanted port of this machine where we may listen there, or any other."""
    with socket.socket() as free:
        # As the service does: connections of an earlier one may still be closing.
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            free.bind(("127.0.0.1", wanted))
        except OSError:
            if wanted == 0:
                raise
            return free_port(0)
        return free.getsockname()[1]


TENANT = [
    *("--display-name", "Contoso"),
    *("--prefix", "contoso"),
    *("--country", "GR"),
    *("--contact-email", "ana@contoso.example"),
    *("--admin-username", "ana"),
]


class Service:
    """A running service in a folder of its own, with a first tenant and its administrator."""

    def __init__(self, settings: dict[str, str] | None = None, usual_port: bool = False) -> None:
        self.home = tempfile.TemporaryDirectory(prefix="tenantry-clients-")
        self.folder = pathlib.Path(self.home.name)
        certificate(self.folder)
        port = free_port(443) if usual_port else free_port(0)
        self.url = "https://localhost" if port == 443 else f"https://localhost:{port}"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("TENANTRY_")},
            "TENANTRY_SERVER_LISTEN": f"127.0.0.1:{port}",
            "TENANTRY_SERVER_PUBLIC_URL": self.url,
            "TENANTRY_SERVER_TLS_CERTIFICATE": str(self.folder / "certificate.pem"),
            "TENANTRY_SERVER_TLS_KEY": str(self.folder / "key.pem"),
            "TENANTRY_LOG_LEVEL": "warn",
            "TENANTRY_LIMITS_SENSITIVE_PER_MINUTE": "100000",
            "TENANTRY_LIMITS_CHECKS_PER_MINUTE": "100000",
            **(settings or {}),
        }
        made = self.run("tenant", "create", *TENANT)
        self.domain = made["initialDomain"]
        self.user_name = made["administrator"]["userPrincipalName"]
        self.log = open(self.folder / "log", "w+")
        self.process = subprocess.Popen(
            [PROGRAM, "serve"], cwd=self.folder, env=self.environment, stdout=self.log, stderr=self.log
        )
        self.trust = ssl.create_default_context(cafile=str(self.folder / "certificate.pem"))
        self.wait()
        self.token = self.run("user", "token", self.user_name)["accessToken"]

    def run(self, *arguments: str) -> dict:
        """What a command of the program answers as JSON."""
        done = subprocess.run(
            [PROGRAM, *arguments, "--json"],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{arguments}: {done.stdout}{done.stderr}")
        return json.loads(done.stdout)

    def wait(self) -> None:
        for _ in range(400):
            if self.process.poll() is not None:
                break
            try:
                urllib.request.urlopen(f"{self.url}/readyz", context=self.trust, timeout=5).close()
                return
            except OSError:
                time.sleep(0.05)
        self.log.seek(0)
        raise RuntimeError(f"the service didn't start: {self.log.read()}")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)
        self.log.close()
        self.home.cleanup()
