"""What the three logout plans of the OpenID Foundation's conformance suite ask of a provider, asked by ourselves: a test for each module,
with a client that registers itself for it with no more addresses than the module listens at."""

import base64
import json
import unittest
import urllib.parse

from authlib.jose import jwt

from conformance import BASE, Arrival, Listener, Module, Provider, code_of, key

BACK = f"{BASE}/post_logout_redirect"
EVENT = "http://schemas.openid.net/event/backchannel-logout"
# Java writes addresses with these characters as they are.
BARE = "!$'()*,;:@/?-._~"
# Whatever a state may hold, a space and a plus apart.
AWKWARD = "!\"#$%&'()*,-./:;<=>?@[\\]^_`{|}~"


def setUpModule() -> None:
    global LISTENER
    LISTENER = Listener()
    registration = {"TENANTRY_REGISTRATION_ENABLED": "true", "TENANTRY_REGISTRATION_PER_TENANT": "1000"}
    Module.provider = Provider(registration | LISTENER.settings)
    Module.provider.service.run("tenant", "registration", "on", "--open", Module.provider.tenant)


def tearDownModule() -> None:
    Module.provider.service.stop()


def changed_to_none(token: str) -> str:
    header = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).decode().rstrip("=")
    return f"{header}.{token.split('.')[1]}."


class Logout(Module):
    def leaves(self, module: str, wish: dict | None = None, **addresses) -> tuple[Arrival | None, dict, dict]:
        """Signs somebody in and then sends the browser to sign out. Gives what came of it, the wish, and the ID token's claims."""
        more = {"post_logout_redirect_uris": [BACK]} | addresses
        self.client = self.registered(token_endpoint_auth_method="client_secret_basic", jwks=None, **more)
        _, tokens, claims = self.signed_in(state=code_of(128))
        self.browser.for_module(module)
        sent = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": BACK, "state": code_of(30) + AWKWARD}
        sent = {name: value for name, value in (sent | (wish or {})).items() if value is not None}
        if "changed" in sent:
            sent["id_token_hint"] = sent.pop("changed")(tokens["id_token"])
        query = "&".join(f"{name}={urllib.parse.quote(value, safe=BARE)}" for name, value in sent.items())
        address = self.provider.metadata["end_session_endpoint"]
        return self.browser.visit(f"{address}?{query}" if query else address), sent, claims

    def led_back(self, arrival: Arrival | None, state: str | None) -> None:
        """The person is back with the state that was sent and nothing else, and signed out."""
        self.assertIsNotNone(arrival, self.browser.shown())
        self.assertEqual(arrival.address.partition("?")[0], BACK)
        self.assertEqual(arrival.query, {"state": state} if state else {})
        self.nobody()

    def kept_here(self, module: str, **wish) -> None:
        """Nothing leads back, and a page tells why or that the person is signed out."""
        arrival, _, _ = self.leaves(f"oidcc-rp-initiated-logout-{module}", wish)
        self.assertIsNone(arrival)
        self.assertEqual(len(self.browser.pictures), 1)

    def test_the_metadata_names_the_endpoint(self) -> None:
        """oidcc-rp-initiated-logout-, -frontchannel-rp-initiated-logout-, -backchannel-rp-initiated-logout-discovery-endpoint-verification"""
        told = self.provider.metadata
        self.assertTrue(told["end_session_endpoint"].startswith("https://"))
        for channel in ("frontchannel", "backchannel"):
            self.assertIs(told[f"{channel}_logout_supported"], True)
            self.assertIs(told[f"{channel}_logout_session_supported"], True)

    def test_a_person_is_signed_out_and_led_back(self) -> None:
        """oidcc-rp-initiated-logout"""
        arrival, sent, _ = self.leaves("oidcc-rp-initiated-logout")
        self.led_back(arrival, sent["state"])

    def test_no_state_is_made_up(self) -> None:
        """oidcc-rp-initiated-logout-no-state"""
        arrival, _, _ = self.leaves("oidcc-rp-initiated-logout-no-state", {"state": None})
        self.led_back(arrival, None)

    def test_an_address_that_is_not_registered_is_not_led_to(self) -> None:
        """oidcc-rp-initiated-logout-bad-post-logout-redirect-uri"""
        self.kept_here("bad-post-logout-redirect-uri", post_logout_redirect_uri=f"{BASE}/bad_post_logout_redirect_uri")

    def test_an_address_with_a_query_is_another(self) -> None:
        """oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri"""
        self.kept_here("query-added-to-post-logout-redirect-uri", post_logout_redirect_uri=f"{BACK}?foo=bar")

    def test_an_id_token_without_its_signature_is_none(self) -> None:
        """oidcc-rp-initiated-logout-modified-id-token-hint"""
        self.kept_here("modified-id-token-hint", changed=changed_to_none)

    def test_an_id_token_that_the_client_signed_is_none(self) -> None:
        """oidcc-rp-initiated-logout-bad-id-token-hint"""
        claims = {"iss": code_of(10), "sub": "SubjectID", "aud": self.provider.metadata["issuer"], "exp": 4_000_000_000, "iat": 1}
        self.kept_here("bad-id-token-hint", id_token_hint=jwt.encode({"alg": "RS256"}, claims, key()).decode())

    def test_nobody_answers_for_an_address_without_an_id_token(self) -> None:
        """oidcc-rp-initiated-logout-no-id-token-hint"""
        self.kept_here("no-id-token-hint", id_token_hint=None)
        # Nor is it led to when the person agrees.
        self.browser.click("submit")
        self.assertIsNone(self.browser.arrival)

    def test_a_person_is_signed_out_without_any_parameter(self) -> None:
        """oidcc-rp-initiated-logout-no-params"""
        self.kept_here("no-params", id_token_hint=None, post_logout_redirect_uri=None, state=None)
        self.nobody()

    def test_a_person_is_signed_out_without_an_address(self) -> None:
        """oidcc-rp-initiated-logout-no-post-logout-redirect-uri"""
        self.kept_here("no-post-logout-redirect-uri", post_logout_redirect_uri=None)
        self.nobody()

    def test_a_person_is_signed_out_with_a_state_alone(self) -> None:
        """oidcc-rp-initiated-logout-only-state"""
        self.kept_here("only-state", id_token_hint=None, post_logout_redirect_uri=None)
        self.nobody()

    def test_a_frame_tells_an_application(self) -> None:
        """oidcc-frontchannel-rp-initiated-logout"""
        uri = f"{BASE}/frontchannel_logout"
        more = {"frontchannel_logout_uri": uri, "frontchannel_logout_session_required": True}
        arrival, sent, claims = self.leaves("oidcc-frontchannel-rp-initiated-logout", **more)
        self.assertEqual([frame.address.partition("?")[0] for frame in self.browser.frames], [uri])
        self.assertEqual(self.browser.frames[0].query, {"iss": claims["iss"], "sid": claims["sid"]})
        self.led_back(arrival, sent["state"])

    def test_a_message_tells_an_application(self) -> None:
        """oidcc-backchannel-rp-initiated-logout"""
        more = {"backchannel_logout_uri": LISTENER.at("/backchannel_logout"), "backchannel_logout_session_required": True}
        arrival, sent, claims = self.leaves("oidcc-backchannel-rp-initiated-logout", **more)
        told = LISTENER.wait()
        self.assertEqual(told.keys(), {"logout_token"})
        token = jwt.decode(told["logout_token"], self.provider.keys)
        self.assertEqual(token.header["alg"], "RS256")
        self.assertEqual((token["iss"], token["aud"]), (self.provider.metadata["issuer"], self.client.id))
        self.assertEqual((token["sub"], token["sid"]), (claims["sub"], claims["sid"]))
        self.assertEqual(token["events"], {EVENT: {}})
        self.assertIsInstance(token["jti"], str)
        self.assertNotIn("nonce", token)
        self.led_back(arrival, sent["state"])
        self.assertEqual((self.browser.frames, LISTENER.told), ([], []))


if __name__ == "__main__":
    unittest.main()
