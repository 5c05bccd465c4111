"""Schemathesis, unmodified, against our OpenAPI document: no 5xx, no undocumented status, body or content type."""

import pathlib
import subprocess
import sys
import unittest

from service import Service

CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
]

# Seconds for the whole run.
BUDGET = 110


class Document(unittest.TestCase):
    def test_the_api_does_what_its_document_says(self) -> None:
        # A tenant of its own: what this makes up changes and deletes whatever it finds.
        service = Service()
        self.addCleanup(service.stop)
        done = subprocess.run(
            [
                str(pathlib.Path(sys.executable).parent / "schemathesis"),
                "run",
                f"{service.url}/v1.0/openapi.json",
                *("--header", f"Authorization: Bearer {service.token}"),
                *("--tls-verify", str(service.folder / "certificate.pem")),
                *("--checks", ",".join(CHECKS)),
                *("--phases", "examples,coverage,fuzzing"),
                *("--max-examples", "5"),
                *("--max-time", str(BUDGET)),
                *("--workers", "2"),
                # A kept connection the service has closed meanwhile is no answer: ask again.
                *("--request-retries", "3"),
                *("--seed", "1"),
                *("--suppress-health-check", "all"),
                *("--warnings", "off"),
                "--continue-on-failure",
                "--no-shrink",
            ],
            cwd=service.folder,
            capture_output=True,
            text=True,
            timeout=BUDGET + 120,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stdout[-20_000:] + done.stderr)
        service.log.seek(0)
        self.assertNotIn("panicked", service.log.read())


if __name__ == "__main__":
    unittest.main()
