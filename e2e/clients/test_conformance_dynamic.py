"""What the dynamic plan of the OpenID Foundation's conformance suite asks of a provider, asked by ourselves: a test for each module, with a
client that registers itself for it."""

import time
import unittest

from authlib.jose import jwt

from conformance import BASE, CALLBACK, Client, Listener, Module, Provider, code_of, half_hash, key, public, unsigned

OFFLINE = "openid offline_access"


def setUpModule() -> None:
    global LISTENER
    LISTENER = Listener()
    registration = {"TENANTRY_REGISTRATION_ENABLED": "true", "TENANTRY_REGISTRATION_PER_TENANT": "1000"}
    Module.provider = Provider(registration | LISTENER.settings)
    Module.provider.service.run("tenant", "registration", "on", "--open", Module.provider.tenant)


def tearDownModule() -> None:
    Module.provider.service.stop()


class Dynamic(Module):
    def kept_here(self, module: str, **more: str | None) -> None:
        """Nothing comes to the suite, and a page tells why."""
        self.browser.for_module(module)
        self.assertIsNone(self.browser.visit(self.address(self.request(**more))))
        self.assertEqual((self.browser.status, len(self.browser.pictures)), (400, 1))

    def test_an_application_signs_in_with_its_key(self) -> None:
        """oidcc-server, oidcc-idtoken-signature: no algorithm is wished, and RS256 is what everybody knows"""
        self.client = self.registered()
        self.signed_in()

    def test_id_tokens_are_signed_as_wished(self) -> None:
        """oidcc-idtoken-rs256"""
        self.client = self.registered(id_token_signed_response_alg="RS256")
        self.signed_in()

    def test_no_id_token_comes_without_a_signature(self) -> None:
        """oidcc-idtoken-unsigned"""
        self.assertNotIn("none", self.provider.metadata["id_token_signing_alg_values_supported"])

    def test_userinfo_is_signed_as_wished(self) -> None:
        """oidcc-userinfo-rs256"""
        self.assertIn("RS256", self.provider.metadata["userinfo_signing_alg_values_supported"])
        self.client = self.registered(userinfo_signed_response_alg="RS256")
        _, tokens, claims = self.signed_in()
        answer = self.userinfo(tokens)
        self.assertRegex(answer.headers["content-type"], "^application/jwt")
        told = jwt.decode(answer.text, self.provider.keys)
        self.assertEqual(told.header["alg"], "RS256")
        self.assertEqual((told["iss"], told["aud"], told["sub"]), (claims["iss"], claims["aud"], claims["sub"]))

    def test_one_of_two_addresses_must_be_named(self) -> None:
        """oidcc-ensure-redirect-uri-in-authorization-request"""
        self.client = self.registered(redirect_uris=[CALLBACK, "https://example.org/redirect"])
        self.kept_here("oidcc-ensure-redirect-uri-in-authorization-request", redirect_uri=None)

    def test_the_query_of_an_address_comes_back(self) -> None:
        """oidcc-redirect-uri-query-OK"""
        self.callback = f"{CALLBACK}?dummy1=lorem&dummy2=ipsum"
        self.client = self.registered(redirect_uris=[self.callback])
        sent = self.request()
        answer = self.answered(self.browser.visit(self.address(sent)))
        self.assertEqual((answer.pop("dummy1"), answer.pop("dummy2")), ("lorem", "ipsum"))
        self.told(sent, answer)
        self.claims(self.issued(self.redeem(answer["code"])), sent)

    def test_another_query_is_another_address(self) -> None:
        """oidcc-redirect-uri-query-mismatch, oidcc-redirect-uri-query-added"""
        for registered, asked in (("?foo=bar", "?foo=baz"), ("", "?foo=bar")):
            self.browser = self.provider.browser()
            self.client = self.registered(redirect_uris=[CALLBACK + registered])
            module = "oidcc-redirect-uri-query-mismatch" if registered else "oidcc-redirect-uri-query-added"
            self.kept_here(module, redirect_uri=CALLBACK + asked)

    def test_an_address_has_no_fragment(self) -> None:
        """oidcc-redirect-uri-regfrag"""
        uris = [f"{CALLBACK}#foobar"]
        metadata = {"redirect_uris": uris, "token_endpoint_auth_method": "private_key_jwt", "jwks": public(key())}
        answer = self.provider.register(metadata)
        self.assertEqual(answer.status, 400)
        self.assertRegex(answer.headers["content-type"], "^application/json")
        self.assertIn(answer.json["error"], ("invalid_redirect_uri", "invalid_client_metadata"))

    def test_a_person_signs_in_to_an_application_that_says_much_of_itself(self) -> None:
        """oidcc-registration-logo-uri, oidcc-registration-policy-uri, oidcc-registration-tos-uri"""
        for name in ("logo", "policy", "tos"):
            self.browser = self.provider.browser(f"oidcc-registration-{name}-uri")
            self.client = self.registered(**{f"{name}_uri": f"{BASE}/{name}"})
            self.assertIsNone(self.browser.visit(self.address(self.request())))
            self.assertEqual((self.browser.status, len(self.browser.pictures)), (200, 1))

    def test_the_metadata_offers_what_every_dynamic_provider_does(self) -> None:
        """oidcc-discovery-endpoint-verification"""
        told = self.provider.call(self.provider.discovery).json
        self.assertLessEqual({"code", "id_token", "id_token token"}, set(told["response_types_supported"]))
        self.assertLessEqual({"authorization_code", "implicit"}, set(told["grant_types_supported"]))
        self.assertTrue(told["request_parameter_supported"] and told["request_uri_parameter_supported"])
        self.assertTrue(told["registration_endpoint"].startswith("https://"))

    def by_address(self, token: str, sent: dict) -> None:
        """The request lies at an address; beside it stands again what OAuth 2.0 wants to see there."""
        LISTENER.documents["/request"] = token
        names = ("client_id", "redirect_uri", "response_type", "scope", "state", "nonce")
        beside = {name: sent[name] for name in names} | {"request_uri": LISTENER.at("/request")}
        answer = self.answered(self.browser.visit(self.address(beside)))
        self.told(sent, answer)
        self.claims(self.issued(self.redeem(answer["code"])), sent)

    def test_a_request_may_lie_at_an_address(self) -> None:
        """oidcc-request-uri-unsigned"""
        self.client = self.registered(request_uris=[LISTENER.at("/request")])
        sent = self.request()
        self.by_address(unsigned(sent), sent)

    def test_a_request_at_an_address_may_be_signed(self) -> None:
        """oidcc-request-uri-signed-rs256"""
        self.assertIn("RS256", self.provider.metadata["request_object_signing_alg_values_supported"])
        self.client = self.registered(request_uris=[LISTENER.at("/request")], request_object_signing_alg="RS256")
        sent = self.request()
        claims = sent | {"iss": self.client.id, "aud": self.provider.metadata["issuer"]}
        self.by_address(jwt.encode({"alg": "RS256"}, claims, self.client.key).decode(), sent)

    def test_tokens_come_without_a_code(self) -> None:
        """The implicit flow, as the metadata offers it."""
        types, grants = ["id_token token", "id_token"], ["implicit"]
        self.client = self.registered(response_types=types, grant_types=grants)
        self.mode = "form_post"
        sent = self.request(response_type="id_token token")
        answer = self.answered(self.browser.visit(self.address(sent)))
        claims = self.claims(answer, sent)
        self.assertEqual(claims["at_hash"], half_hash(answer["access_token"]))
        self.assertEqual(self.userinfo(answer).status, 200)

    def test_keys_may_lie_at_an_address(self) -> None:
        """oidcc-registration-jwks-uri"""
        self.client = self.with_keys_at("/jwks")
        self.signed_in()

    def with_keys_at(self, path: str, **more) -> Client:
        made = key(code_of(10))
        LISTENER.documents[path] = public(made)
        return self.registered(jwks=None, jwks_uri=LISTENER.at(path), **more)._replace(key=made)

    def test_every_application_knows_a_person_by_the_same_name(self) -> None:
        """oidcc-registration-sector-uri, oidcc-registration-sector-bad"""
        self.assertNotIn("pairwise", self.provider.metadata["subject_types_supported"])

    def test_keys_are_followed_by_new_ones(self) -> None:
        """oidcc-server-rotate-keys"""
        before = self.kids()
        self.provider.service.run("signing-key", "rotate", "--algorithm", "RS256")
        for _ in range(60):
            if after := self.kids() - before:
                break
            time.sleep(0.1)
        self.assertEqual(len(after), 1)
        self.assertLessEqual(before, self.kids())

    def kids(self) -> set[str]:
        return {one["kid"] for one in self.provider.call(self.provider.metadata["jwks_uri"]).json["keys"]}

    def refreshed(self, tokens: dict, **more: str) -> dict:
        return self.issued(self.token({"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]} | more))

    def test_a_new_key_of_an_application_counts(self) -> None:
        """oidcc-refresh-token-rp-key-rotation"""
        more = {"grant_types": ["authorization_code", "refresh_token"]}
        self.client = self.with_keys_at("/rotated", **more)
        _, tokens, _ = self.signed_in(scope=OFFLINE, prompt="consent")
        # The suite waits for a minute, so that nobody is asked too often for the keys. Here two seconds lie between two questions.
        time.sleep(2.1)
        newer = key(code_of(10))
        LISTENER.documents["/rotated"] = public(newer)
        self.client = self.client._replace(key=newer)
        self.assertEqual(self.userinfo(self.refreshed(tokens, scope=OFFLINE)).status, 200)

    def test_a_refresh_token_is_for_its_application_alone(self) -> None:
        """oidcc-refresh-token"""
        more = {"grant_types": ["authorization_code", "refresh_token"]}
        first = self.client = self.registered(**more)
        _, tokens, _ = self.signed_in(scope=OFFLINE, prompt="consent")
        self.assertIn("id_token", self.refreshed(tokens, scope=OFFLINE))
        self.client = self.registered(**more)
        _, others, _ = self.signed_in(scope=OFFLINE, prompt="consent", nonce=code_of(43))
        form = {"grant_type": "refresh_token", "refresh_token": others["refresh_token"], "scope": OFFLINE}
        self.invalid_grant(self.token(form, first))

    def test_an_assertion_may_be_for_the_issuer(self) -> None:
        """oidcc-ensure-client-assertion-with-iss-aud-succeeds"""
        self.client = self.registered()
        sent, answer = self.asked()
        form = {"grant_type": "authorization_code", "code": answer["code"], "redirect_uri": CALLBACK}
        form |= self.client.assertion(self.provider.metadata["issuer"])
        self.claims(self.issued(self.provider.call(self.provider.metadata["token_endpoint"], form)), sent)


if __name__ == "__main__":
    unittest.main()
