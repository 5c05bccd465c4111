"""Microsoft's JavaScript client, unmodified: its tests stand in javascript/ and run in Node.js against a service over TLS."""

import os
import pathlib
import subprocess
import unittest

from service import Service

HERE = pathlib.Path(__file__).resolve().parent / "javascript"


class JavaScript(unittest.TestCase):
    def test_microsoft_graph_client(self) -> None:
        service = Service()
        try:
            environment = {
                **os.environ,
                "NODE_EXTRA_CA_CERTS": str(service.folder / "certificate.pem"),
                "SERVICE_DOMAIN": service.domain,
                "SERVICE_TOKEN": service.token,
                "SERVICE_URL": service.url,
            }
            command = ["node", "--test", "--test-reporter=spec", "graph.test.mjs"]
            done = subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, timeout=120)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        finally:
            service.stop()


if __name__ == "__main__":
    unittest.main()
