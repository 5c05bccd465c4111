// A company lets its people sign in with a provider of its own: npm's oidc-provider, unmodified, with its failures.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { inspect, narrow, open, openPage, startBrowser } from '../browser.mjs';
import { startNames } from '../names.mjs';
import { startProvider } from '../provider.mjs';
import { startService } from '../service.mjs';
import { person, signUp } from '../walks.mjs';

const admin = person(71);
const domain = 'harbour71.example';
const client = { clientId: 'tenantry', clientSecret: 'a secret between the two of us, forty bytes' };

let names;
let service;
let browser;
let provider;
let portal;
before(async () => {
  names = await startNames();
  service = await startService({
    TENANTRY_OUTBOUND_LOOPBACK: 'true',
    TENANTRY_OUTBOUND_TIMEOUT: '3',
    TENANTRY_DNS_SERVERS: names.address,
  });
  browser = await startBrowser();
  provider = await startProvider({ ...client, domain, redirectUri: `${service.url}/sign-in/provider/${domain}/answer` });
  portal = await openPage(browser, service);
  await signUp(portal, service, admin);
});
after(async () => {
  await browser?.close();
  await service?.stop();
  await provider?.stop();
  names?.stop();
});

const at = (page, path) => page.waitForURL((url) => url.pathname === path);
const settings = `/domains/${domain}/identity-provider`;

async function ownDomain() {
  await open(portal, '/domains/add');
  await portal.locator('#domain').fill(domain);
  await portal.locator('#submit').click();
  await at(portal, `/domains/${domain}`);
  const text = await portal.locator('[data-copy^="tenantry-verification="]').getAttribute('data-copy');
  names.put(domain, text);
  await portal.locator('#check').click();
  await portal.getByText('With passwords and passkeys here').waitFor();
}

/** Signs in at the provider, where it asks. */
async function enter(page, login) {
  await page.locator('#login').fill(login);
  await page.locator('#enter').click();
}

/** From our first page to the provider's, as a browser goes by itself. */
async function toProvider(page, name, start = '/sign-in') {
  await page.goto(start);
  if (start !== '/sign-in') await page.locator('main a[href^="/sign-in"]').first().click();
  await page.locator('#username').fill(name);
  await page.locator('#submit').click();
}

test('a provider is set up, tested and let count, and every page is sound', { timeout: 180_000 }, async () => {
  await ownDomain();
  for (const user of ['ana', 'max']) {
    await open(portal, '/people/new');
    await portal.locator('#displayName').fill(`${user} of Harbour`);
    await portal.locator('#username').fill(user);
    await portal.locator('#domain').selectOption(domain);
    await portal.locator('#submit').click();
    await portal.locator('#displayName').waitFor({ state: 'detached' });
  }
  await portal.goto(`/domains/${domain}`);
  await portal.locator('#identity-provider').click();
  await at(portal, settings);
  await inspect(portal, 'identity-provider-none');
  await portal.locator('#edit').click();
  await at(portal, `${settings}/edit`);
  await portal.locator('#issuer').fill(`${provider.issuer}/`);
  await portal.locator('#provider_client_id').fill(client.clientId);
  await portal.locator('#provider_client_secret').fill(client.clientSecret);
  await portal.locator('input[name="name_claim"][value="email"]').check();
  await portal.locator('#submit').click();
  await portal.getByText('speaks for the issuer').first().waitFor();
  await inspect(portal, 'identity-provider-edit');
  await portal.locator('#issuer').fill(provider.issuer);
  await portal.locator('#provider_client_secret').fill(client.clientSecret);
  await portal.locator('#submit').click();
  await at(portal, settings);

  await portal.locator('#test').click();
  await enter(portal, 'ana');
  await at(portal, settings);
  await portal.getByText(`ana@${domain}`).first().waitFor();
  await inspect(portal, 'identity-provider-tested');
  await portal.locator('#enforce').click();
  await at(portal, `${settings}/enforce`);
  await inspect(portal, 'identity-provider-enforce');
  await portal.locator('#submit').click();
  await portal.getByText('In force').first().waitFor();
  await inspect(portal, 'identity-provider-enforced');
  assert.deepEqual(portal.faults, []);
});

test('people come in by it, with and without JavaScript, also by the entry page', { timeout: 120_000 }, async () => {
  for (const [javascript, start] of [[true, '/existing'], [false, '/sign-in']]) {
    const page = await openPage(browser, service, { javascript, viewport: narrow });
    await toProvider(page, `ana@${domain}`, start);
    await enter(page, 'ana');
    await page.waitForURL((url) => url.origin === service.url && !url.pathname.startsWith('/sign-in'));
    await open(page, '/account');
    await page.getByText(provider.issuer).first().waitFor();
    if (javascript) await inspect(page, 'account-provider');
    assert.deepEqual(page.faults, []);
    await page.context().close();
  }
  await open(portal, '/people');
  await portal.getByRole('link', { name: 'ana of Harbour' }).click();
  await portal.getByText('No password or passkey of this service').waitFor();
  await inspect(portal, 'person-provider');
});

test('nobody comes in while it fails, and the page says why', { timeout: 180_000 }, async () => {
  const cases = [
    ['a clock that is ahead', () => provider.setClock(1200), 'comes from the future'],
    ['a clock that is behind', () => provider.setClock(-3600), 'too old'],
    ['a wrong audience', () => provider.mistakeAudience(), 'made for another application'],
    ['a key that it does not show', () => provider.forge(), 'No key of the provider'],
    ['no answer', () => provider.stall(), "didn't answer in time"],
  ];
  for (const [name, fail, words] of cases) {
    await fail();
    const page = await openPage(browser, service);
    await toProvider(page, `ana@${domain}`);
    await enter(page, 'ana');
    await page.getByText(words).first().waitFor();
    if (name === 'no answer') await inspect(page, 'identity-provider-refused');
    await page.goto('/account');
    assert.ok(page.url().includes('/sign-in'), name);
    await page.context().close();
  }
  provider.heal();
  await provider.rotate();
  const page = await openPage(browser, service);
  await toProvider(page, `ana@${domain}`);
  await enter(page, 'ana');
  await page.waitForURL((url) => url.origin === service.url && !url.pathname.startsWith('/sign-in'));
  await open(page, '/account');
  await page.context().close();
});
