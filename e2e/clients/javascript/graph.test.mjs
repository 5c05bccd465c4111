// @microsoft/microsoft-graph-client: told another base address, its host, and a token, and nothing else.

import assert from "node:assert/strict";
import test from "node:test";

import { BatchRequestContent, BatchResponseContent, Client, PageIterator } from "@microsoft/microsoft-graph-client";

const { SERVICE_URL: url, SERVICE_TOKEN: token, SERVICE_DOMAIN: domain } = process.env;

const client = Client.init({
  baseUrl: url,
  customHosts: new Set([new URL(url).hostname]),
  authProvider: (done) => done(null, token),
});

const person = (name) => ({
  accountEnabled: true,
  displayName: name,
  mailNickname: name,
  userPrincipalName: `${name}@${domain}`,
  passwordProfile: { password: "lively brass orchard 71" },
});

test("people are created, read, changed, found, deleted and restored", async () => {
  const made = await client.api("/users").post(person("ben"));
  const read = await client.api(`/users/${made.id}`).select(["id", "displayName"]).get();
  assert.equal(read.displayName, "ben");
  await client.api(`/users/${made.id}`).patch({ jobTitle: "Engineer" });
  const found = await client.api("/users").filter("startswith(displayName,'be')").select("jobTitle").get();
  assert.deepEqual(found.value.map((one) => one.jobTitle), ["Engineer"]);
  const searched = await client.api("/users").header("ConsistencyLevel", "eventual").search('"displayName:ben"').get();
  assert.equal(searched.value.length, 1);
  await client.api(`/users/${made.id}`).delete();
  await assert.rejects(client.api(`/users/${made.id}`).get(), { statusCode: 404, code: "Request_ResourceNotFound" });
  const restored = await client.api(`/directory/deletedItems/${made.id}/restore`).post({});
  assert.equal(restored.id, made.id);
});

test("a batch makes people, and pages are followed", async () => {
  const requests = [...Array(20).keys()].map((index) => ({
    id: String(index),
    request: new Request(`${url}/users`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(person(`page${index}`)),
    }),
  }));
  const content = await new BatchRequestContent(requests).getContent();
  const answers = new BatchResponseContent(await client.api("/$batch").post(content));
  for (const [, answer] of answers.getResponses()) assert.equal(answer.status, 201);

  const first = await client.api("/users").top(6).select("id").get();
  const seen = new Set();
  const pages = new PageIterator(client, first, (one) => Boolean(seen.add(one.id)));
  await pages.iterate();
  assert.ok(seen.size >= 21, `${seen.size}`);
});

test("changes are followed from a link", async () => {
  let page = await client.api("/users/delta").select("displayName").get();
  while (page["@odata.nextLink"]) page = await client.api(page["@odata.nextLink"]).get();
  const made = await client.api("/users").post(person("delta"));
  const changes = await client.api(page["@odata.deltaLink"]).get();
  assert.deepEqual(changes.value.map((one) => one.id), [made.id]);
});

test("groups have members, and names are proven by records", async () => {
  const zoe = await client.api("/users").post(person("zoe"));
  const group = await client.api("/groups").post({
    displayName: "Sales",
    mailEnabled: false,
    mailNickname: "sales",
    securityEnabled: true,
    "members@odata.bind": [`${url}/v1.0/users/${zoe.id}`],
  });
  const members = await client.api(`/groups/${group.id}/members`).get();
  assert.deepEqual(members.value.map((one) => one["@odata.type"]), ["#microsoft.graph.user"]);
  await client.api(`/groups/${group.id}/members/${zoe.id}/$ref`).delete();
  assert.equal((await client.api(`/groups/${group.id}/members`).get()).value.length, 0);

  await client.api("/domains").post({ id: "contoso.example" });
  const records = await client.api("/domains/contoso.example/verificationDnsRecords").get();
  assert.ok(records.value.some((record) => record.recordType === "Txt" && record.text), JSON.stringify(records));
});
