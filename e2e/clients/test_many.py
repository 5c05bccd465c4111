"""Ten thousand people, made in batches and paged through by Microsoft's msgraph-sdk, unmodified."""

import asyncio
import concurrent.futures
import json
import os
import unittest
import urllib.request

from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.authentication import BaseBearerTokenAuthenticationProvider
from msgraph import GraphServiceClient
from msgraph.generated.users.delta.delta_request_builder import DeltaRequestBuilder
from msgraph.graph_request_adapter import GraphRequestAdapter
from msgraph_core.tasks.page_iterator import PageIterator

from service import Service
from test_msgraph import Token, query

PEOPLE = 10_000
OF_A_BATCH = 20


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


def batch(first: int) -> list[int]:
    """The statuses of a batch that makes the next people."""
    requests = [
        {
            "id": str(number),
            "method": "POST",
            "url": "/users",
            "headers": {"Content-Type": "application/json"},
            "body": {
                "accountEnabled": True,
                "displayName": f"Person {number:05}",
                "mailNickname": f"person{number}",
                "department": "Sales" if number % 100 == 0 else "Works",
                "userPrincipalName": f"person{number}@{SERVICE.domain}",
                "passwordProfile": {"password": "lively brass orchard 71"},
            },
        }
        for number in range(first, first + OF_A_BATCH)
    ]
    headers = {"Authorization": f"Bearer {SERVICE.token}", "Content-Type": "application/json"}
    body = json.dumps({"requests": requests}).encode()
    asked = urllib.request.Request(f"{SERVICE.url}/v1.0/$batch", body, headers)
    with urllib.request.urlopen(asked, context=SERVICE.trust, timeout=120) as answer:
        return [part["status"] for part in json.load(answer)["responses"]]


class Many(unittest.TestCase):
    # Not an IsolatedAsyncioTestCase, whose debugging makes a page of 999 people cost seconds.
    def test_ten_thousand_people(self) -> None:
        asyncio.run(self.walk())

    async def walk(self) -> None:
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            statuses = [status for part in pool.map(batch, range(0, PEOPLE, OF_A_BATCH)) for status in part]
        self.assertEqual(set(statuses), {201})

        graph = client()
        seen: list[str] = []

        async def through(page) -> None:
            def note(person) -> bool:
                seen.append(person.id)
                return True

            await PageIterator(page, graph.request_adapter).iterate(note)

        await through(await graph.users.get(query(top=999, select=["id"])))
        self.assertEqual((len(seen), len(set(seen))), (PEOPLE + 1, PEOPLE + 1))

        seen.clear()
        await through(await graph.users.get(query(top=40, filter="department eq 'Sales'", select=["id"])))
        self.assertEqual(len(set(seen)), PEOPLE // 100)

        counted = await graph.users.get(query(top=1, count=True, search='"displayName:Person"'))
        self.assertEqual(counted.odata_count, PEOPLE)

        parameters = DeltaRequestBuilder.DeltaRequestBuilderGetQueryParameters(select=["id"], top=999)
        page = await graph.users.delta.get(RequestConfiguration(query_parameters=parameters))
        total = len(page.value)
        while page.odata_next_link:
            page = await graph.users.delta.with_url(page.odata_next_link).get()
            total += len(page.value)
        self.assertEqual(total, PEOPLE + 1)
        self.assertTrue(page.odata_delta_link)


if __name__ == "__main__":
    unittest.main()
