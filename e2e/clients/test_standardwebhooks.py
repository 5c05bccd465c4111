"""Deliveries verified by the library of the Standard Webhooks project, unmodified."""

import http.server
import json
import threading
import time
import unittest

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from service import Service


class Receiver(http.server.ThreadingHTTPServer):
    """Keeps what it gets; plain HTTP on this machine, as the configuration of a development server allows."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, str], bytes]] = []
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def wait(self, count: int) -> list[tuple[dict[str, str], bytes]]:
        for _ in range(600):
            if len(self.received) >= count:
                return self.received
            time.sleep(0.05)
        raise AssertionError(f"{len(self.received)} of {count} came")


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.received.append((dict(self.headers.items()), body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


class StandardWebhooks(unittest.TestCase):
    def setUp(self) -> None:
        self.service = Service({"TENANTRY_OUTBOUND_LOOPBACK": "true"})
        self.receiver = Receiver()

    def tearDown(self) -> None:
        self.receiver.shutdown()
        self.receiver.server_close()
        self.service.stop()

    def test_what_arrives_is_verified(self) -> None:
        domain, address = self.service.domain, f"http://127.0.0.1:{self.receiver.server_port}/in"
        made = self.service.run("webhook", "add", domain, address, "--event", "group.*")
        self.service.run("group", "create", domain, "--display-name", "Sales")
        self.service.run("webhook", "test", domain, made["id"])
        received = self.receiver.wait(2)
        kinds = [Webhook(made["secret"]).verify(body, headers)["type"] for headers, body in received]
        self.assertEqual(sorted(kinds), ["group.created", "webhook.test"])
        headers, body = received[0]
        self.assertEqual(json.loads(body)["data"]["tenantId"], self.service.run("tenant", "show", domain)["id"])
        with self.assertRaises(WebhookVerificationError):
            Webhook(made["secret"]).verify(body + b" ", headers)


if __name__ == "__main__":
    unittest.main()
