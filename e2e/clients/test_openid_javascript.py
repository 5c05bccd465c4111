"""openid-client and oauth4webapi, unmodified: their tests stand in javascript/ and run in Node.js against a service over TLS."""

import os
import pathlib
import subprocess
import unittest

import test_openid as python

HERE = pathlib.Path(__file__).resolve().parent / "javascript"


class JavaScript(unittest.TestCase):
    def test_clients_of_openid_connect(self) -> None:
        python.setUpModule()
        try:
            service = python.SERVICE
            environment = {
                **os.environ,
                "APPLICATION_ID": python.WEB["appId"],
                "APPLICATION_SECRET": python.WEB["secret"],
                "CALLBACK": python.CALLBACK,
                "ISSUER": f"{service.url}/{python.tenant()}/v2.0",
                "NODE_EXTRA_CA_CERTS": str(service.folder / "certificate.pem"),
                "PERSON_NAME": python.NAME,
                "PERSON_PASSWORD": python.PASSWORD,
            }
            command = ["node", "--test", "--test-reporter=spec", "openid.test.mjs"]
            done = subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, timeout=120)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        finally:
            python.tearDownModule()


if __name__ == "__main__":
    unittest.main()
