// MSAL for Node, unmodified: programs, devices, refresh, and the code flow.

import assert from "node:assert/strict";
import crypto from "node:crypto";
import { test } from "node:test";

import * as msal from "@azure/msal-node";

import { Person } from "./person.mjs";

const { API, APPLICATION_ID, APPLICATION_SECRET, CALLBACK, CERTIFICATE, KEY, PERSON_NAME, PERSON_PASSWORD, TENANT, TOOL_ID } = process.env;
const host = new URL(API).host;
const person = () => new Person(PERSON_NAME, PERSON_PASSWORD);
const place = { authority: `${API}/${TENANT}`, knownAuthorities: [host] };

async function ask(path, token) {
  const answer = await fetch(`${API}/v1.0/${path}`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal(answer.status, 200, path);
  return answer.json();
}

test("a program shows a secret or a certificate", async () => {
  const thumbprintSha256 = new crypto.X509Certificate(CERTIFICATE).fingerprint256.replaceAll(":", "");
  for (const shown of [
    { clientSecret: APPLICATION_SECRET },
    { clientCertificate: { thumbprintSha256, privateKey: KEY, x5c: CERTIFICATE } },
  ]) {
    const program = new msal.ConfidentialClientApplication({ auth: { clientId: APPLICATION_ID, ...place, ...shown } });
    const tokens = await program.acquireTokenByClientCredential({ scopes: ["https://graph.microsoft.com/.default"] });
    const people = await ask("users", tokens.accessToken);
    assert.ok(people.value.some((one) => one.userPrincipalName === PERSON_NAME));
  }
});

test("a device is signed in and stays so", async () => {
  const tool = new msal.PublicClientApplication({ auth: { clientId: TOOL_ID, ...place } });
  let let_in;
  const tokens = await tool.acquireTokenByDeviceCode({
    scopes: ["User.Read"],
    deviceCodeCallback: (asked) => {
      let_in = person().letsIn(asked.verificationUri, asked.userCode);
    },
  });
  assert.match(await let_in, /Your device is signed in/);
  assert.equal(tokens.account.username, PERSON_NAME);
  assert.equal((await ask("me", tokens.accessToken)).userPrincipalName, PERSON_NAME);
  const again = await tool.acquireTokenSilent({ scopes: ["User.Read"], account: tokens.account, forceRefresh: true });
  assert.equal((await ask("me", again.accessToken)).userPrincipalName, PERSON_NAME);
});

test("a web application signs a person in", async () => {
  const auth = { clientId: APPLICATION_ID, clientSecret: APPLICATION_SECRET, ...place };
  const web = new msal.ConfidentialClientApplication({ auth });
  const { verifier, challenge } = await new msal.CryptoProvider().generatePkceCodes();
  const asked = { scopes: ["User.Read"], redirectUri: CALLBACK };
  const address = await web.getAuthCodeUrl({ ...asked, codeChallenge: challenge, codeChallengeMethod: "S256" });
  const back = await person().broughtTo(address, CALLBACK);
  const code = back.searchParams.get("code");
  const tokens = await web.acquireTokenByCode({ ...asked, code, codeVerifier: verifier });
  assert.equal(tokens.account.username, PERSON_NAME);
  assert.equal((await ask("me", tokens.accessToken)).userPrincipalName, PERSON_NAME);
});
