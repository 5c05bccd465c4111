"""Applications sign a person in: MSAL for Python and Authlib, unmodified, over TLS."""

import json
import os
import secrets
import unittest
import urllib.parse
import urllib.request

import msal
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, jwt

from person import Person
from service import Service

PASSWORD = "lively brass orchard 71"
CALLBACK = "https://shop.example/signed-in"
ON_DEVICE = "http://localhost:4711/"


def setUpModule() -> None:
    global SERVICE, WEB, DEVICE, NAME
    SERVICE = Service()
    os.environ["REQUESTS_CA_BUNDLE"] = str(SERVICE.folder / "certificate.pem")
    NAME = f"ben@{SERVICE.domain}"
    api("POST", "/v1.0/users", {
        "accountEnabled": True, "displayName": "Ben", "mailNickname": "ben", "userPrincipalName": NAME,
        "passwordProfile": {"password": PASSWORD, "forceChangePasswordNextSignIn": False},
    })
    WEB = registered({"displayName": "Shop", "web": {"redirectUris": [CALLBACK]}})
    DEVICE = registered({"displayName": "Tool", "publicClient": {"redirectUris": ["http://localhost"]}, "isFallbackPublicClient": True})


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
    api("POST", "/v1.0/servicePrincipals", {"appId": made["appId"]})
    if "web" in application:
        made["secret"] = api("POST", f"/v1.0/applications/{made['id']}/addPassword", {})["secretText"]
    return made


def tenant() -> str:
    return api("GET", "/v1.0/organization")["value"][0]["id"]


def person() -> Person:
    return Person(SERVICE.trust, NAME, PASSWORD)


class Msal(unittest.TestCase):
    def web(self) -> msal.ConfidentialClientApplication:
        return msal.ConfidentialClientApplication(
            WEB["appId"], authority=f"{SERVICE.url}/{tenant()}", client_credential=WEB["secret"], instance_discovery=False
        )

    def test_a_web_application_signs_a_person_in_and_asks_the_api_for_them(self) -> None:
        application = self.web()
        for mode in ("query", "form_post"):
            flow = application.initiate_auth_code_flow(["User.Read"], redirect_uri=CALLBACK, response_mode=mode)
            back = person().brought_to(flow["auth_uri"], CALLBACK)
            if isinstance(back, str):
                back = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(back).query))
            tokens = application.acquire_token_by_auth_code_flow(flow, back)
            self.assertNotIn("error", tokens, tokens)
            self.assertEqual(tokens["id_token_claims"]["preferred_username"], NAME)
            self.assertEqual(api("GET", "/v1.0/me", token=tokens["access_token"])["userPrincipalName"], NAME)
        account = application.get_accounts()[0]
        self.assertEqual(account["username"], NAME)
        again = application.acquire_token_silent(["User.Read"], account=account, force_refresh=True)
        self.assertNotIn("error", again, again)
        self.assertEqual(api("GET", "/v1.0/me", token=again["access_token"])["displayName"], "Ben")

    def test_a_tool_on_a_device_signs_a_person_in(self) -> None:
        tool = msal.PublicClientApplication(
            DEVICE["appId"], authority=f"{SERVICE.url}/{SERVICE.domain}", instance_discovery=False
        )
        flow = tool.initiate_auth_code_flow(["User.Read"], redirect_uri=ON_DEVICE)
        back = person().brought_to(flow["auth_uri"], ON_DEVICE)
        tokens = tool.acquire_token_by_auth_code_flow(flow, dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(back).query)))
        self.assertNotIn("error", tokens, tokens)
        self.assertEqual(tokens["id_token_claims"]["name"], "Ben")

    def test_a_program_acts_for_itself(self) -> None:
        tokens = self.web().acquire_token_for_client([f"{SERVICE.url}/.default"])
        self.assertIn("access_token", tokens, tokens)
        wrong = msal.ConfidentialClientApplication(
            WEB["appId"], authority=f"{SERVICE.url}/{tenant()}", client_credential="wrong", instance_discovery=False
        )
        self.assertEqual(wrong.acquire_token_for_client([f"{SERVICE.url}/.default"])["error"], "invalid_client")


class Authlib(unittest.TestCase):
    def test_the_standard_is_met(self) -> None:
        issuer = f"{SERVICE.url}/{tenant()}/v2.0"
        with urllib.request.urlopen(f"{issuer}/.well-known/openid-configuration", context=SERVICE.trust) as answer:
            metadata = json.loads(answer.read())
        self.assertEqual(metadata["issuer"], issuer)
        session = OAuth2Session(
            WEB["appId"], WEB["secret"], scope="openid profile offline_access", redirect_uri=CALLBACK, code_challenge_method="S256"
        )
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(8)
        address, state = session.create_authorization_url(
            metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce
        )
        back = person().brought_to(address, CALLBACK)
        tokens = session.fetch_token(
            metadata["token_endpoint"], authorization_response=back, state=state, code_verifier=verifier
        )
        with urllib.request.urlopen(metadata["jwks_uri"], context=SERVICE.trust) as answer:
            keys = JsonWebKey.import_key_set(json.loads(answer.read()))
        claims = jwt.decode(tokens["id_token"], keys, claims_options={
            "iss": {"essential": True, "value": issuer},
            "aud": {"essential": True, "value": WEB["appId"]},
            "nonce": {"essential": True, "value": nonce},
        })
        claims.validate()
        self.assertEqual(session.get(metadata["userinfo_endpoint"]).json()["sub"], claims["sub"])
        refreshed = session.refresh_token(metadata["token_endpoint"], refresh_token=tokens["refresh_token"])
        self.assertIn("access_token", refreshed)
        self.assertEqual(session.revoke_token(metadata["revocation_endpoint"], token=refreshed["refresh_token"]).status_code, 200)
        self.assertEqual(session.get(metadata["userinfo_endpoint"]).status_code, 401)


if __name__ == "__main__":
    unittest.main()
