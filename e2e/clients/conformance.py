"""What the OpenID Foundation's conformance suite does, for tests of our own: clients registered as its guide says, a browser without
script that does what the suite's configuration tells it, and the checks that each answer must pass."""

import base64
import hashlib
import html.parser
import http.cookiejar
import http.server
import json
import math
import pathlib
import re
import secrets
import string
import sys
import threading
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
from typing import NamedTuple

from authlib.jose import JsonWebKey, jwt

from person import Stay
from service import ROOT, Service

sys.path.insert(0, str(pathlib.Path(ROOT) / "e2e/conformance"))
from configuration import configuration  # noqa: E402

PASSWORD = "lively brass orchard 71"
SUITE = "https://suite.example"
BASE = f"{SUITE}/test/a/tenantry"
CALLBACK = f"{BASE}/callback"
# How far the suite lets clocks differ, in seconds.
SKEW = 300
# Claims of an ID token that need no request; RFC 7519, OpenID Connect Core and the logout specifications define them.
OF_ID_TOKENS = {
    *("iss", "sub", "aud", "exp", "iat", "nbf", "jti", "auth_time", "nonce", "acr", "amr", "azp", "at_hash", "c_hash", "s_hash"),
    "sid",
}
# Those of ours, which clients of Microsoft's identity platform read.
OURS = {"tid", "oid", "ver"}
TRUTHS = {"email_verified", "phone_number_verified"}
OF_A_DESCRIPTION = re.compile(r"[\x20-\x21\x23-\x5b\x5d-\x7e]*")


class Answer(NamedTuple):
    status: int
    headers: dict
    text: str

    @property
    def json(self) -> dict:
        return json.loads(self.text)


class Arrival(NamedTuple):
    """What came to an address of the suite."""

    address: str
    form: dict | None

    @property
    def query(self) -> dict:
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.address).query, keep_blank_values=True))


class Page(html.parser.HTMLParser):
    """What somebody finds on a page: words, and by their ids fields, buttons and links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.form, self.found, self.words, self.frames, self.silent = None, {}, [], [], 0
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list) -> None:
        named = dict(attributes)
        if tag == "form":
            self.form = {"action": named.get("action", ""), "fields": {}}
        if tag == "input" and self.form and named.get("name") and named.get("type") != "checkbox":
            self.form["fields"][named["name"]] = named.get("value") or ""
        if "id" in named:
            self.found[named["id"]] = (tag, named, self.form)
        self.silent += tag in ("script", "style")
        self.frames += [named["src"]] if tag == "iframe" else []

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("script", "style")
        self.form = None if tag == "form" else self.form

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.words.append(data)


def fits(pattern: str, address: str) -> bool:
    """A `*` stands for anything, as in the suite's patterns."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), address, re.DOTALL) is not None


class Browser:
    """Goes where it is sent and does what the configuration says for that address. It stops at the suite's own."""

    def __init__(self, trust, settings: dict, module: str = "") -> None:
        self.jar = http.cookiejar.CookieJar()
        handlers = urllib.request.HTTPCookieProcessor(self.jar), urllib.request.HTTPSHandler(context=trust), Stay
        self.opener = urllib.request.build_opener(*handlers)
        self.settings = settings
        self.for_module(module)
        self.address, self.page, self.status, self.arrival = "", Page(""), 0, None
        # The pages that were kept as pictures, every address that a page stood at, and what frames opened.
        self.pictures, self.seen, self.frames = [], [], []

    def for_module(self, module: str) -> None:
        self.entries = self.settings["override"].get(module, self.settings)["browser"]

    def visit(self, address: str, method: str = "GET", headers: dict | None = None) -> Arrival | None:
        """Goes to an address as a module of the suite sends a browser there, and gives what came to the suite of it."""
        entry = next(entry for entry in self.entries if fits(entry["match"], address))
        form, self.arrival = None, None
        if method == "POST":
            address, _, query = address.partition("?")
            form = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
        self.load(address, form, headers)
        for task in entry["tasks"]:
            self.perform(task)
        return self.arrival

    def perform(self, task: dict) -> None:
        if not fits(task["match"], self.address):
            if not task["optional"]:
                raise AssertionError(f"{task['task']}: {self.address} ({self.status}) shows {self.shown()}")
            return
        for command in task["commands"]:
            getattr(self, command[0])(*command[2:])

    def text(self, name: str, value: str) -> None:
        _, named, form = self.element(name)
        form["fields"][named["name"]] = value

    def click(self, name: str, if_there: str = "") -> None:
        if name not in self.page.found and if_there:
            return
        tag, named, form = self.element(name)
        if tag == "a":
            return self.load(urllib.parse.urljoin(self.address, named["href"]))
        own = {named["name"]: named.get("value") or ""} if named.get("name") else {}
        self.load(urllib.parse.urljoin(self.address, form["action"] or self.address), form["fields"] | own)

    def wait(self, target: str, _seconds: int, words: str = "", _kept: str = "") -> None:
        if self.arrival:
            return
        if words and re.search(words, self.shown()):
            self.pictures.append(self.shown())
        elif words or target not in self.page.found:
            raise AssertionError(f"no {words or target} at {self.address}: {self.shown()}")

    def element(self, name: str) -> tuple:
        if name not in self.page.found:
            raise AssertionError(f"no {name} at {self.address} ({self.status}): {self.shown()}")
        return self.page.found[name]

    def shown(self) -> str:
        return " ".join("".join(self.page.words).split())

    def load(self, address: str, form: dict | None = None, headers: dict | None = None) -> None:
        for _ in range(20):
            self.address = address
            if address.startswith(SUITE):
                self.arrival, self.page = Arrival(address, form), Page("")
                return
            answer = self.ask(address, form, headers)
            form, headers = None, None
            if answer.status not in (301, 302, 303):
                self.status, self.page = answer.status, Page(answer.read().decode())
                self.seen.append(address)
                self.frames += [Arrival(frame, None) for frame in self.page.frames]
                return
            address = urllib.parse.urljoin(address, answer.headers["location"])
        raise AssertionError(f"redirects don't end: {address}")

    def ask(self, address: str, form: dict | None, headers: dict | None):
        body = urllib.parse.urlencode(form).encode() if form is not None else None
        try:
            return self.opener.open(urllib.request.Request(address, body, headers or {}), timeout=30)
        except urllib.error.HTTPError as answer:
            return answer


class Client(NamedTuple):
    """A client with what it shows: a secret, or assertions that its key signs."""

    id: str
    secret: str = ""
    key: dict | None = None

    @property
    def basic(self) -> dict:
        shown = base64.b64encode(f"{self.id}:{self.secret}".encode()).decode()
        return {"Authorization": f"Basic {shown}"}

    def assertion(self, audience: str) -> dict:
        now = int(time.time())
        header = {"alg": "RS256"} | ({"kid": self.key["kid"]} if "kid" in self.key else {})
        claims = {"iss": self.id, "sub": self.id, "aud": audience, "jti": code_of(20), "iat": now, "exp": now + 60}
        kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        signed = jwt.encode(header, claims, self.key).decode()
        return {"client_id": self.id, "client_assertion_type": kind, "client_assertion": signed}


def key(kid: str = "") -> dict:
    """A new key of a client."""
    made = JsonWebKey.generate_key("RSA", 2048, is_private=True).as_dict(is_private=True)
    made.pop("kid", None)
    return made | {"alg": "RS256", "use": "sig"} | ({"kid": kid} if kid else {})


def public(*keys: dict) -> dict:
    return {"keys": [{name: one[name] for name in ("kty", "n", "e", "alg", "use", "kid") if name in one} for one in keys]}


class Listener:
    """Addresses of the suite that the provider itself asks or tells."""

    def __init__(self) -> None:
        self.documents, self.told = {}, []
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Asked", (Asked,), {"listener": self}))
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def at(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def wait(self) -> dict:
        """The form of the next message."""
        for _ in range(200):
            if self.told:
                return self.told.pop(0)
            time.sleep(0.05)
        raise AssertionError("nothing was told")

    @property
    def settings(self) -> dict[str, str]:
        return {"TENANTRY_OUTBOUND_LOOPBACK": "true", "TENANTRY_OUTBOUND_PORTS": f"443,{self.port}"}


class Asked(http.server.BaseHTTPRequestHandler):
    listener: Listener

    def do_GET(self) -> None:
        document = self.listener.documents[self.path]
        self.answer((document if isinstance(document, str) else json.dumps(document)).encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        self.listener.told.append(dict(urllib.parse.parse_qsl(body, keep_blank_values=True)))
        self.answer(b"")

    def answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_) -> None:
        pass


PERSON = {
    "accountEnabled": True, "displayName": "Ben Ray", "givenName": "Ben", "surname": "Ray", "mailNickname": "ben",
    "mail": "ben@fabrikam.example", "mobilePhone": "+44 20 7946 0000", "streetAddress": "1 High Street", "city": "Leeds",
    "state": "Yorkshire", "postalCode": "LS1 1AA", "country": "United Kingdom", "preferredLanguage": "en-GB",
    "passwordProfile": {"password": PASSWORD, "forceChangePasswordNextSignIn": False},
}


class Provider:
    """A tenant as the suite meets it, with a person and clients."""

    def __init__(self, settings: dict[str, str] | None = None) -> None:
        self.service = Service(settings)
        self.user = f"ben@{self.service.domain}"
        self.api("POST", "/v1.0/users", PERSON | {"userPrincipalName": self.user})
        self.tenant = self.api("GET", "/v1.0/organization").json["value"][0]["id"]
        self.client, self.client2 = self.registered("First"), self.registered("Second")
        clients = [(client.id, client.secret) for client in (self.client, self.client2)]
        person = self.user, PASSWORD
        self.settings = configuration(self.service.url, self.tenant, SUITE, "tenantry", person, clients)
        self.discovery = self.settings["server"]["discoveryUrl"]
        self.metadata = self.call(self.discovery).json
        self.keys = JsonWebKey.import_key_set(self.call(self.metadata["jwks_uri"]).json)

    def call(
        self,
        address: str,
        form: dict | None = None,
        headers: dict | None = None,
        method: str | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """A request of a program, with its answer whatever that is."""
        data = urllib.parse.urlencode(form).encode() if form is not None else body
        request = urllib.request.Request(address, data, headers or {}, method=method)
        try:
            answer = urllib.request.urlopen(request, context=self.service.trust, timeout=30)
        except urllib.error.HTTPError as refused:
            answer = refused
        with answer:
            named = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(answer.status, named, answer.read().decode())

    def api(self, method: str, path: str, body: dict | None = None) -> Answer:
        headers = {"Authorization": f"Bearer {self.service.token}", "Content-Type": "application/json"}
        data = json.dumps(body).encode() if body is not None else None
        answer = self.call(self.service.url + path, headers=headers, method=method, body=data)
        if answer.status >= 400:
            raise AssertionError(f"{method} {path}: {answer.status} {answer.text}")
        return answer

    def registered(self, name: str) -> Client:
        uris = [CALLBACK, f"{CALLBACK}?dummy1=lorem&dummy2=ipsum"]
        web = {"redirectUris": uris, "logoutUrl": f"{BASE}/frontchannel_logout"}
        made = self.api("POST", "/v1.0/applications", {"displayName": name, "web": web}).json
        self.api("POST", "/v1.0/servicePrincipals", {"appId": made["appId"]})
        secret = self.api("POST", f"/v1.0/applications/{made['id']}/addPassword", {}).json["secretText"]
        return Client(made["appId"], secret)

    def register(self, metadata: dict) -> Answer:
        """What is answered to an application that registers itself."""
        address = self.call(self.discovery).json["registration_endpoint"]
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        return self.call(address, headers=headers, body=json.dumps(metadata).encode())

    def browser(self, module: str = "") -> Browser:
        return Browser(self.service.trust, self.settings, module)


def code_of(length: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))


def bits(text: str) -> float:
    """How much a text tells, were each of its characters drawn as often as it stands there."""
    shares = [text.count(one) / len(text) for one in set(text)]
    return -sum(share * math.log2(share) for share in shares) * len(text)


def unsigned(claims: dict) -> str:
    """A token that nobody signed."""
    parts = [json.dumps(part).encode() for part in ({"alg": "none"}, claims)]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."


def half_hash(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:16]).decode().rstrip("=")


class Module(unittest.TestCase):
    """A module of the suite: a browser without cookies, what it sends, and the checks that every module makes."""

    provider: Provider
    # The response mode that is asked for, and the address that the answer is for.
    mode, callback = "", CALLBACK

    def setUp(self) -> None:
        self.client, self.browser = self.provider.client, self.provider.browser()

    def registered(self, **more) -> Client:
        """Registers an application as the suite does: with a key, or with a secret where it is to show that."""
        made = key()
        metadata = {
            "client_name": "Suite", "grant_types": ["authorization_code"], "response_types": ["code"], "redirect_uris": [CALLBACK],
            "contacts": ["certification@suite.example"], "token_endpoint_auth_method": "private_key_jwt", "jwks": public(made),
        } | more
        answer = self.provider.register({name: value for name, value in metadata.items() if value is not None})
        self.assertEqual(answer.status, 201, answer.text)
        self.assertRegex(answer.headers["content-type"], "^application/json")
        told = answer.json
        self.assertTrue(told["registration_client_uri"].startswith("https://"))
        self.assertTrue("client_secret" not in told or "client_secret_expires_at" in told)
        self.addCleanup(self.removed, told)
        by_secret = metadata["token_endpoint_auth_method"] != "private_key_jwt"
        return Client(told["client_id"], told.get("client_secret", ""), None if by_secret else made)

    def removed(self, told: dict) -> None:
        headers = {"Authorization": f"Bearer {told['registration_access_token']}"}
        answer = self.provider.call(told["registration_client_uri"], headers=headers, method="DELETE")
        self.assertEqual(answer.status, 204, answer.text)

    def nobody(self) -> None:
        """Nobody is signed in, which is told without a page."""
        sent = self.request(prompt="none", state=code_of(128))
        self.browser.for_module("")
        error = self.refused(sent, self.answered(self.browser.visit(self.address(sent))))
        needs = ("login_required", "interaction_required", "account_selection_required", "consent_required")
        self.assertIn(error, needs)

    def request(self, **more: str | None) -> dict:
        """The parameters that every module sends, and those of this one; `None` leaves one out."""
        sent = {
            "client_id": self.client.id, "redirect_uri": self.callback, "scope": "openid", "state": code_of(10),
            "nonce": code_of(10), "response_type": "code",
        }
        sent |= {"response_mode": self.mode} if self.mode else {}
        return {name: value for name, value in (sent | more).items() if value is not None}

    def address(self, sent: dict) -> str:
        return f"{self.provider.metadata['authorization_endpoint']}?{urllib.parse.urlencode(sent)}"

    def answered(self, arrival: Arrival | None, mode: str | None = None) -> dict:
        """What came to the callback, by the way that was asked for."""
        self.assertIsNotNone(arrival, self.browser.shown())
        self.assertEqual(arrival.address.partition("?")[0], CALLBACK)
        if (self.mode if mode is None else mode) == "form_post":
            self.assertIsNotNone(arrival.form, arrival.address)
            self.assertTrue({"code", "error"}.isdisjoint(arrival.query))
            return arrival.form
        self.assertIsNone(arrival.form)
        return arrival.query

    def asked(self, method: str = "GET", headers: dict | None = None, **more: str | None) -> tuple[dict, dict]:
        """Sends the browser and gives what was sent, and the code with what came beside it."""
        sent = self.request(**more)
        answer = self.answered(self.browser.visit(self.address(sent), method, headers))
        self.assertNotIn("error", answer)
        self.told(sent, answer)
        self.assertGreaterEqual(len(answer["code"]), 22)
        self.assertGreater(bits(answer["code"]), 96)
        return sent, answer

    def told(self, sent: dict, answer: dict) -> None:
        self.assertEqual(answer.get("state"), sent.get("state"))
        self.assertEqual(answer.get("iss", self.provider.metadata["issuer"]), self.provider.metadata["issuer"])

    def refused(self, sent: dict, answer: dict) -> str:
        """The error of an answer that has nothing but it."""
        self.told(sent, answer)
        self.assertLessEqual(answer.keys(), {"error", "error_description", "error_uri", "state", "iss"})
        self.assertRegex(answer.get("error_description", ""), OF_A_DESCRIPTION)
        self.assertEqual(OF_A_DESCRIPTION.fullmatch(answer["error_description"]).group(), answer["error_description"])
        return answer["error"]

    def token(self, form: dict, client: Client | None = None, by_post: bool = False) -> Answer:
        client, endpoint = client or self.client, self.provider.metadata["token_endpoint"]
        headers = {"Accept": "application/json"}
        if client.key:
            form = form | client.assertion(endpoint)
        elif by_post:
            form = form | {"client_id": client.id, "client_secret": client.secret}
        else:
            headers |= client.basic
        return self.provider.call(endpoint, form, headers)

    def redeem(self, code: str, **more: str) -> Answer:
        by_post = bool(more.pop("by_post", ""))
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.callback} | more
        return self.token(form, by_post=by_post)

    def issued(self, answer: Answer) -> dict:
        """The tokens of an answer that is as it must be."""
        self.assertEqual(answer.status, 200, answer.text)
        self.assertRegex(answer.headers["content-type"], "^application/json")
        self.assertIn("no-store", answer.headers["cache-control"])
        self.assertIn("no-cache", answer.headers.get("pragma", "no-cache"))
        tokens = answer.json
        self.assertEqual(tokens["token_type"].lower(), "bearer")
        self.assertRegex(tokens["access_token"], r"^[A-Za-z0-9._~+/-]+=*$")
        self.assertGreater(bits(tokens["access_token"]), 96)
        self.assertGreater(tokens["expires_in"], 0)
        return tokens

    def invalid_grant(self, answer: Answer) -> None:
        self.assertEqual(answer.status, 400, answer.text)
        self.assertRegex(answer.headers["content-type"], "^application/json")
        self.assertEqual(answer.json["error"], "invalid_grant")
        self.assertIsNotNone(OF_A_DESCRIPTION.fullmatch(answer.json.get("error_description", "")))

    def claims(self, tokens: dict, sent: dict) -> dict:
        """The claims of an ID token that every check of the suite passes."""
        claims = jwt.decode(tokens["id_token"], self.provider.keys)
        # Who wished no algorithm gets that which every client knows.
        self.assertEqual(claims.header["alg"], "RS256")
        self.assertIn("kid", claims.header)
        now = time.time()
        self.assertEqual(claims["iss"], self.provider.metadata["issuer"])
        self.assertEqual(claims["aud"], self.client.id)
        self.assertGreater(claims["exp"], now)
        self.assertLess(abs(claims["iat"] - now), SKEW)
        self.assertLess(claims.get("auth_time", now), now + SKEW)
        self.assertEqual(claims.get("nonce"), sent.get("nonce"))
        self.assertRegex(claims["sub"], r"^[\x21-\x7e]{1,255}$")
        self.assertNotEqual(claims.get("acr"), "")
        self.assertEqual(claims.get("at_hash"), half_hash(tokens["access_token"]))
        self.standard({name: value for name, value in claims.items() if name not in OF_ID_TOKENS | OURS})
        return claims

    def standard(self, claims: dict) -> None:
        """Claims about a person are of the kind that Core §5.1 gives them, and none is empty."""
        for name, value in claims.items():
            with self.subTest(name):
                match name:
                    case "address":
                        self.assertTrue(value)
                        self.standard(value)
                    case "updated_at":
                        self.assertIsInstance(value, int)
                    case _ if name in TRUTHS:
                        self.assertIsInstance(value, bool)
                    case _:
                        self.assertIsInstance(value, str)
                        self.assertNotIn(value.strip().lower(), ("", "null"))

    def userinfo(self, tokens: dict, form: dict | None = None, in_header: bool = True) -> Answer:
        headers = {"Authorization": f"Bearer {tokens['access_token']}"} if in_header else {}
        return self.provider.call(self.provider.metadata["userinfo_endpoint"], form, headers)

    def person(self, answer: Answer, claims: dict) -> dict:
        """What userinfo tells of the person of an ID token."""
        self.assertEqual(answer.status, 200, answer.text)
        self.assertRegex(answer.headers["content-type"], "^application/json")
        self.assertEqual(answer.json["sub"], claims["sub"])
        self.standard(answer.json)
        return answer.json

    def signed_in(self, by_post: bool = False, **more: str | None) -> tuple[dict, dict, dict]:
        """The usual way: a code, tokens of it, and userinfo. Gives what was sent, the tokens and the ID token's claims."""
        sent, answer = self.asked(**more)
        tokens = self.issued(self.redeem(answer["code"], **({"by_post": "yes"} if by_post else {})))
        claims = self.claims(tokens, sent)
        self.assertEqual(self.userinfo(tokens).status, 200)
        return sent, tokens, claims
