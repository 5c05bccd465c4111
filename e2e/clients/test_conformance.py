"""What the basic, form-post basic and config plans of the OpenID Foundation's conformance suite ask of a provider, asked by ourselves:
a test for each module, with clients that were registered by hand. The suite itself is run by hand (e2e/conformance).

Modules that sign somebody in again wait for a second or two, so the sign-ins before them are made first of all."""

import json
import time
import unittest
import urllib.parse

from authlib.common.security import generate_token
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from conformance import CALLBACK, OF_ID_TOKENS, OURS, SUITE, Browser, Module, Provider, code_of, unsigned

AGAIN = ("login", "age", "refresh")
# Seconds within which a sign-in was made just now.
SOON = 60


def setUpModule() -> None:
    Module.provider = Provider()
    for modules in (Basic, FormPost):
        modules.earlier = {name: earlier(modules, name) for name in AGAIN}


def tearDownModule() -> None:
    Module.provider.service.stop()


def earlier(modules: type, name: str) -> tuple[Browser, dict, dict, float]:
    """A browser in which somebody has signed in, with the tokens and claims of it, and when."""
    module = modules()
    module.setUp()
    more = {"scope": "openid offline_access", "prompt": "consent"} if name == "refresh" else {}
    _, tokens, claims = module.signed_in(**more)
    return module.browser, tokens, claims, time.monotonic()


def passed(since: float, seconds: float) -> None:
    time.sleep(max(0.0, since + seconds - time.monotonic()))


class Basic(Module):
    earlier: dict = {}

    def again(self, name: str, seconds: float, **more: str) -> tuple[dict, dict]:
        """Signs in a second time in an earlier browser, that long after the first. Gives the claims of both."""
        self.browser, _, first, since = self.earlier[name]
        passed(since, seconds)
        return first, self.signed_in(**more)[2]

    def same(self, first: dict, second: dict) -> None:
        self.assertEqual((first["sub"], first["auth_time"]), (second["sub"], second["auth_time"]))

    def silently(self, **more: str) -> dict:
        """Signs in without any page."""
        seen = len(self.browser.seen)
        claims = self.signed_in(**more)[2]
        # The page that posts the answer is one, too.
        self.assertEqual(len(self.browser.seen) - seen, 1 if self.mode else 0, self.browser.seen[seen:])
        return claims

    def test_a_person_signs_in(self) -> None:
        """oidcc-server"""
        _, tokens, claims = self.signed_in()
        self.assertIn("expires_in", tokens)
        # The suite warns of each claim that nobody asked for. Ours tell clients of Microsoft's which tenant it was.
        self.assertEqual(claims.keys() - OF_ID_TOKENS, OURS)

    def test_a_request_without_a_response_type_is_refused(self) -> None:
        """oidcc-response-type-missing"""
        sent = self.request(response_type=None)
        answer = self.answered(self.browser.visit(self.address(sent)))
        self.assertIn(self.refused(sent, answer), ("unsupported_response_type", "invalid_request"))

    def test_userinfo_is_told_by_get(self) -> None:
        """oidcc-userinfo-get"""
        _, tokens, claims = self.signed_in()
        self.person(self.userinfo(tokens), claims)

    def test_userinfo_is_told_by_post_with_a_header(self) -> None:
        """oidcc-userinfo-post-header"""
        _, tokens, claims = self.signed_in()
        self.person(self.userinfo(tokens, {}), claims)

    def test_userinfo_is_told_by_post_with_a_form(self) -> None:
        """oidcc-userinfo-post-body"""
        _, tokens, claims = self.signed_in()
        form = {"access_token": tokens["access_token"]}
        self.person(self.userinfo(tokens, form, in_header=False), claims)

    def test_no_nonce_is_needed(self) -> None:
        """oidcc-ensure-request-without-nonce-succeeds-for-code-flow"""
        sent, answer = self.asked(nonce=None)
        self.assertNotIn("nonce", self.claims(self.issued(self.redeem(answer["code"])), sent))

    def of_scope(self, scope: str, *names: str, **more: str) -> dict:
        """Asks for a scope and gives the ID token's claims. Userinfo has the claims that belong to it."""
        _, tokens, claims = self.signed_in(scope=scope, **more)
        told = self.person(self.userinfo(tokens), claims)
        self.assertLessEqual(set(names), told.keys())
        # Names of Core §5.1 that belong to no scope that was asked.
        for part, of_it in {"profile": ("name", "given_name"), "email": ("email",), "phone": ("phone_number",)}.items():
            if part not in scope.split():
                self.assertTrue(set(of_it).isdisjoint(told), part)
                self.assertTrue(set(of_it).isdisjoint(claims), part)
        return claims

    # What else the scope stands for isn't kept here, of which the suite warns: middle_name, nickname, profile, picture, website, gender,
    # birthdate, zoneinfo, updated_at.
    OF_PROFILE = ("name", "given_name", "family_name", "preferred_username", "locale")

    def test_the_scope_profile_is_told(self) -> None:
        """oidcc-scope-profile"""
        self.of_scope("openid profile", *self.OF_PROFILE)

    def test_the_scope_email_is_told(self) -> None:
        """oidcc-scope-email, which warns of an address that the ID token has too: clients of Entra look for it there"""
        self.of_scope("openid email", "email", "email_verified")

    def test_the_scope_address_is_told(self) -> None:
        """oidcc-scope-address"""
        self.of_scope("openid address", "address")

    def test_the_scope_phone_is_told(self) -> None:
        """oidcc-scope-phone"""
        self.of_scope("openid phone", "phone_number", "phone_number_verified")

    def test_all_scopes_are_told(self) -> None:
        """oidcc-scope-all"""
        names = *self.OF_PROFILE, "email", "email_verified", "address", "phone_number", "phone_number_verified"
        self.of_scope("openid email phone address profile", *names)

    def test_neither_scopes_nor_parameters_have_an_order(self) -> None:
        """oidcc-ensure-other-scope-order-succeeds, oidcc-alternate-happy-flow"""
        sent = dict(sorted(self.request(scope="email openid").items(), reverse=True))
        answer = self.answered(self.browser.visit(self.address(sent)))
        tokens = self.issued(self.redeem(answer["code"]))
        self.assertIn("email", self.person(self.userinfo(tokens), self.claims(tokens, sent)))

    def test_a_display_may_be_wished(self) -> None:
        """oidcc-display-page, oidcc-display-popup"""
        for display in ("page", "popup"):
            self.signed_in(display=display)

    def test_a_person_is_asked_to_sign_in_again(self) -> None:
        """oidcc-prompt-login"""
        first, second = self.again("login", 1.1, prompt="login")
        self.assertGreater(second["auth_time"], first["auth_time"])
        self.assertEqual(len(self.browser.pictures), 1)

    def test_nobody_is_signed_in_without_a_page(self) -> None:
        """oidcc-prompt-none-not-logged-in"""
        self.nobody()

    def test_whoever_is_signed_in_needs_no_page(self) -> None:
        """oidcc-prompt-none-logged-in, oidcc-id-token-hint"""
        _, tokens, first = self.signed_in()
        self.same(first, self.silently(prompt="none"))
        self.same(first, self.silently(prompt="none", id_token_hint=tokens["id_token"]))

    def test_a_sign_in_that_is_too_old_is_made_again(self) -> None:
        """oidcc-max-age-1"""
        first, second = self.again("age", 2, max_age="1")
        self.assertGreater(second["auth_time"], first["auth_time"])
        self.assertLess(time.time() - second["auth_time"], SOON)
        self.assertEqual(len(self.browser.pictures), 1)

    def test_a_sign_in_that_is_young_enough_counts(self) -> None:
        """oidcc-max-age-10000"""
        _, _, first = self.signed_in(max_age="15000")
        self.same(first, self.silently(max_age="10000"))

    def test_parameters_that_mean_nothing_change_nothing(self) -> None:
        """oidcc-ensure-request-with-unknown-parameter-succeeds, oidcc-ui-locales, oidcc-claims-locales"""
        for more in ({"extra": "foobar"}, {"ui_locales": "se"}, {"claims_locales": "se"}):
            self.signed_in(**more)

    def test_a_hint_may_name_who_signs_in(self) -> None:
        """oidcc-login-hint"""
        for hint in (self.provider.settings["server"]["login_hint"], "buffy@localhost"):
            self.browser = self.provider.browser()
            self.signed_in(login_hint=hint)

    def test_a_class_of_sign_in_may_be_wished(self) -> None:
        """oidcc-ensure-request-with-acr-values-succeeds"""
        known = self.provider.metadata["acr_values_supported"]
        self.assertIn(self.signed_in(acr_values=" ".join(known))[2]["acr"], known)

    def test_a_code_that_comes_again_ends_its_tokens(self) -> None:
        """oidcc-codereuse, oidcc-codereuse-30seconds"""
        _, answer = self.asked()
        tokens = self.issued(self.redeem(answer["code"]))
        self.invalid_grant(self.redeem(answer["code"]))
        self.assertIn(self.userinfo(tokens).status, range(400, 500))

    def unregistered(self, module: str, sent: dict) -> None:
        """A page says that the address isn't registered, and nothing comes to the suite."""
        self.browser = self.provider.browser(module)
        self.assertIsNone(self.browser.visit(self.address(sent)))
        self.assertEqual((self.browser.status, len(self.browser.pictures)), (400, 1))

    def test_an_address_that_is_not_registered_gets_no_answer(self) -> None:
        """oidcc-ensure-registered-redirect-uri"""
        sent = self.request(redirect_uri=f"{CALLBACK}/{code_of(10)}")
        self.unregistered("oidcc-ensure-registered-redirect-uri", sent)

    def test_a_request_may_be_posted(self) -> None:
        """oidcc-ensure-post-request-succeeds"""
        self.asked("POST")
        # A person's browser says besides whose page posts.
        self.asked("POST", {"Origin": SUITE, "Sec-Fetch-Site": "cross-site"})

    def test_a_secret_may_be_posted(self) -> None:
        """oidcc-server-client-secret-post"""
        self.client = self.provider.client2
        self.assertEqual(self.provider.settings["client_secret_post"]["client_id"], self.client.id)
        self.signed_in(by_post=True)

    def by_value(self, inside: dict, **beside: str) -> dict:
        """A request whose parameters stand in an object without a signature, with those beside it that must be."""
        names = ("response_type", "client_id", "scope", "redirect_uri")
        return {name: inside[name] for name in names} | {"request": unsigned(inside)} | beside

    def test_a_request_object_without_a_signature_is_refused(self) -> None:
        """oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported"""
        self.assertTrue(self.provider.metadata["request_parameter_supported"])
        if "none" in self.provider.metadata["request_object_signing_alg_values_supported"]:
            # How the answer shall come stands in the object alone.
            arrival = self.browser.visit(self.address(self.by_value(self.request())))
            self.assertEqual(self.answered(arrival)["error"], "request_not_supported")

    def test_an_address_beside_a_request_object_must_be_registered_too(self) -> None:
        """oidcc-ensure-request-object-with-redirect-uri"""
        sent = self.by_value(self.request(), redirect_uri=f"{CALLBACK}_invalid")
        self.unregistered("oidcc-ensure-request-object-with-redirect-uri", sent)

    def test_a_claim_may_be_essential(self) -> None:
        """oidcc-claims-essential"""
        wish = json.dumps({"userinfo": {"name": {"essential": True}}})
        _, tokens, claims = self.signed_in(claims=wish)
        self.assertIn("name", self.person(self.userinfo(tokens), claims))
        self.assertNotIn("name", claims)

    def refreshed(self, tokens: dict, **more: str) -> dict:
        return self.issued(self.token({"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]} | more))

    def test_a_refresh_gives_new_tokens_to_its_client_alone(self) -> None:
        """oidcc-refresh-token"""
        self.assertIn("refresh_token", self.provider.metadata["grant_types_supported"])
        _, tokens, first, since = self.earlier["refresh"]
        passed(since, 1.1)
        second = self.refreshed(tokens, scope="openid offline_access")
        self.assertRegex(second["refresh_token"], r"^[\x20-\x7e]{22,}$")
        self.assertNotEqual(second["access_token"], tokens["access_token"])
        claims = self.claims(second, {"nonce": first.get("nonce")})
        for name in ("iss", "sub", "aud", "azp", "auth_time"):
            self.assertEqual(claims.get(name), first.get(name))
        self.assertGreater(claims["iat"], first["iat"])
        self.assertEqual(self.userinfo(second).status, 200)
        self.client = self.provider.client2
        _, others, _ = self.signed_in(scope="openid offline_access", prompt="consent", nonce=code_of(43))
        form = {"grant_type": "refresh_token", "refresh_token": others["refresh_token"], "scope": "openid offline_access"}
        self.invalid_grant(self.token(form, self.provider.client))
        self.assertEqual(self.userinfo(self.refreshed(others)).status, 200)

    def test_a_code_may_be_bound_to_a_verifier(self) -> None:
        """oidcc-ensure-request-with-valid-pkce-succeeds"""
        verifier = generate_token(64)
        sent, answer = self.asked(code_challenge=create_s256_code_challenge(verifier), code_challenge_method="S256")
        self.claims(self.issued(self.redeem(answer["code"], code_verifier=verifier)), sent)

    def test_what_a_person_denies_is_told(self) -> None:
        """No module: the page of consent has an id for the other answer too."""
        sent = self.request(prompt="consent")
        self.browser.entries = json.loads(json.dumps(self.browser.entries).replace('"accept"', '"deny"'))
        answer = self.answered(self.browser.visit(self.address(sent)))
        self.assertEqual(self.refused(sent, answer), "access_denied")


class FormPost(Basic):
    """The same with response_mode=form_post."""

    mode = "form_post"


class Config(Module):
    def test_the_metadata_says_what_must_be_known(self) -> None:
        """oidcc-discovery-endpoint-verification"""
        answer = self.provider.call(self.provider.discovery)
        self.assertEqual(answer.status, 200)
        self.assertRegex(answer.headers["content-type"], "^application/json")
        told = answer.json
        self.assertEqual(f"{told['issuer']}/.well-known/openid-configuration", self.provider.discovery)
        self.assertIn("code", told["response_types_supported"])
        self.assertIn("authorization_code", told["grant_types_supported"])
        self.assertLessEqual(set(told["subject_types_supported"]), {"public", "pairwise"})
        self.assertIn("RS256", told["id_token_signing_alg_values_supported"])
        self.assertIn("RS256", told["request_object_signing_alg_values_supported"])
        self.assertIn("openid", told["scopes_supported"])
        self.assertLessEqual({"client_secret_basic", "client_secret_post"}, set(told["token_endpoint_auth_methods_supported"]))
        for name in ("userinfo_signing_alg_values_supported", "claims_supported"):
            self.assertTrue(all(isinstance(value, str) for value in told[name]) and told[name])
        self.assertTrue(told["claims_parameter_supported"])
        for name in (name for name in told if name.endswith("_endpoint") or name.endswith("_uri")):
            self.assertTrue(told[name].startswith("https://") and urllib.parse.urlsplit(told[name]).fragment == "", name)
        self.assertLessEqual({"authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"}, told.keys())

    def test_the_keys_are_public_and_each_has_its_name(self) -> None:
        """oidcc-discovery-endpoint-verification, and what all other modules look at first"""
        keys = self.provider.call(self.provider.metadata["jwks_uri"]).json["keys"]
        needed = {"RSA": ("n", "e"), "EC": ("crv", "x", "y"), "OKP": ("crv", "x")}
        for key in keys:
            for name in needed[key["kty"]]:
                self.assertRegex(key[name], r"^[A-Za-z0-9_-]+$")
            self.assertTrue({"d", "p", "q", "dp", "dq", "qi", "k"}.isdisjoint(key))
        self.assertEqual(len({key["kid"] for key in keys}), len(keys))


if __name__ == "__main__":
    unittest.main()
