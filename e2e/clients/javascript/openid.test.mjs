// openid-client and oauth4webapi, unmodified: both check issuer, signature, audience, nonce and state strictly.

import assert from "node:assert/strict";
import { test } from "node:test";

import * as oauth from "oauth4webapi";
import * as client from "openid-client";

import { Person } from "./person.mjs";

const { APPLICATION_ID, APPLICATION_SECRET, CALLBACK, ISSUER, PERSON_NAME, PERSON_PASSWORD } = process.env;
const person = () => new Person(PERSON_NAME, PERSON_PASSWORD);

test("openid-client signs a person in, refreshes and asks who they are", async () => {
  const config = await client.discovery(new URL(ISSUER), APPLICATION_ID, APPLICATION_SECRET);
  const verifier = client.randomPKCECodeVerifier();
  const [state, nonce] = [client.randomState(), client.randomNonce()];
  const asked = client.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: "openid profile offline_access",
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    max_age: "3600",
    nonce,
    state,
  });
  const back = await person().broughtTo(asked.href, CALLBACK);
  const tokens = await client.authorizationCodeGrant(config, back, {
    pkceCodeVerifier: verifier,
    expectedNonce: nonce,
    expectedState: state,
    maxAge: 3600,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  assert.equal(claims.preferred_username, PERSON_NAME);
  const known = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
  assert.equal(known.preferred_username, PERSON_NAME);
  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
  assert.equal((await client.tokenIntrospection(config, refreshed.access_token)).active, true);
  await client.tokenRevocation(config, refreshed.refresh_token);
  assert.equal((await client.tokenIntrospection(config, refreshed.access_token)).active, false);
});

test("oauth4webapi validates every answer", async () => {
  const issuer = new URL(ISSUER);
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer));
  const own = { client_id: APPLICATION_ID };
  const secret = oauth.ClientSecretBasic(APPLICATION_SECRET);
  const verifier = oauth.generateRandomCodeVerifier();
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
  const asked = new URL(server.authorization_endpoint);
  const query = {
    client_id: APPLICATION_ID,
    redirect_uri: CALLBACK,
    response_type: "code",
    scope: "openid",
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    nonce,
    state,
  };
  for (const [name, value] of Object.entries(query)) asked.searchParams.set(name, value);
  const back = await person().broughtTo(asked.href, CALLBACK);
  const answer = oauth.validateAuthResponse(server, own, back, state);
  const response = await oauth.authorizationCodeGrantRequest(server, own, secret, answer, CALLBACK, verifier);
  const tokens = await oauth.processAuthorizationCodeResponse(server, own, response, { expectedNonce: nonce, requireIdToken: true });
  // The signature too, which TLS makes optional for a token that comes straight from the server.
  await oauth.validateApplicationLevelSignature(server, response);
  assert.equal(oauth.getValidatedIdTokenClaims(tokens).aud, APPLICATION_ID);
});
