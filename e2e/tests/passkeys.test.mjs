// Passkeys in the browser, with Chromium's own virtual authenticator: made, used alone and after a password, shown again, removed.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { inspect, openPage, startBrowser, wide } from '../browser.mjs';
import { startService } from '../service.mjs';
import { person, signUp } from '../walks.mjs';

let service;
let browser;
before(async () => {
  service = await startService();
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await service?.stop();
});

/** A device that keeps passkeys and verifies its person, or has none who could be verified. */
async function authenticator(page, isUserVerified = true) {
  const client = await page.context().newCDPSession(page);
  await client.send('WebAuthn.enable');
  const options = {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified,
    automaticPresenceSimulation: true,
  };
  const { authenticatorId } = await client.send('WebAuthn.addVirtualAuthenticator', { options });
  const send = (method, more = {}) => client.send(`WebAuthn.${method}`, { authenticatorId, ...more });
  return {
    kept: async () => (await send('getCredentials')).credentials,
    verifies: (isUserVerified) => send('setUserVerified', { isUserVerified }),
    gone: () => send('removeVirtualAuthenticator'),
  };
}

async function arrive(page, path) {
  await page.waitForURL((url) => url.pathname === path);
}

async function signOut(page) {
  await page.goto('/account');
  await page.evaluate(() => document.querySelector('form[action="/sign-out"]').submit());
  await arrive(page, '/sign-in');
}

async function makePasskey(page, name) {
  await page.goto('/account');
  await page.locator('a[href="/account/passkeys/new"]').click();
  await arrive(page, '/account/passkeys/new');
  await page.locator('#passkey_name').fill(name);
  await page.locator('#submit').click();
}

test('a passkey is made, opens the account, and is removed', { timeout: 300_000 }, async () => {
  const page = await openPage(browser, service, { viewport: wide });
  const who = person(31);
  await signUp(page, service, who);
  const device = await authenticator(page);

  await page.goto('/account/passkeys/new');
  await inspect(page, 'account-passkey-new');
  await makePasskey(page, 'Work phone');
  await arrive(page, '/account');
  await page.getByText('Work phone').first().waitFor();
  assert.equal((await device.kept()).length, 1);
  assert.equal((await device.kept())[0].rpId, 'localhost');
  await page.goto('/account');
  await inspect(page, 'account-passkeys');

  // The device has one of this account already.
  await makePasskey(page, 'Again');
  await page.locator('[data-failed]:not([hidden])').waitFor();
  await inspect(page, 'account-passkey-known');
  assert.equal((await device.kept()).length, 1);

  await signOut(page);
  await inspect(page, 'sign-in-passkey');
  await page.locator('form[action="/sign-in/passkey"] button').click();
  await arrive(page, '/overview');

  // As the second factor.
  await signOut(page);
  await page.locator('#username').fill(who.name);
  await page.locator('form[action="/sign-in"] #submit').click();
  await page.locator('#password').waitFor();
  await inspect(page, 'sign-in-password-passkey');
  await page.locator('#password').fill(who.password);
  await page.locator('form[action="/sign-in/password"] #submit').click();
  await arrive(page, '/sign-in/code');
  await inspect(page, 'sign-in-code-passkey');
  await page.locator('form[action="/sign-in/code/passkey"] button').click();
  await arrive(page, '/overview');

  // To show again who it is.
  await page.goto('/account/confirm?next=%2Faccount%2Fphoto');
  await inspect(page, 'account-confirm-passkey');
  await page.locator('form[action="/account/confirm/passkey"] button').click();
  await arrive(page, '/account/photo');

  // A device that can't tell who is there opens nothing.
  await signOut(page);
  await device.verifies(false);
  await page.locator('form[action="/sign-in/passkey"] button').click();
  await page.locator('[data-failed]:not([hidden])').waitFor();
  await inspect(page, 'sign-in-passkey-failed');
  await device.verifies(true);
  await page.locator('form[action="/sign-in/passkey"] button').click();
  await arrive(page, '/overview');

  await page.goto('/account');
  await page.getByText('Remove…').first().click();
  await page.locator('form[action^="/account/passkeys/"][action$="/remove"] button').click();
  await page.waitForURL((url) => url.search === '?done=passkey-removed');
  assert.equal(await page.getByText('Work phone').count(), 0);
  await signOut(page);
  await page.locator('form[action="/sign-in/passkey"] button').click();
  await page.locator('#summary').waitFor();
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('people find their applications, and leave everywhere', { timeout: 120_000 }, async () => {
  const page = await openPage(browser, service, { viewport: wide });
  const who = person(32);
  await signUp(page, service, who);
  await page.goto('/my-applications');
  await inspect(page, 'my-applications-none');
  await page.goto('/applications/new');
  await page.locator('#displayName').fill('Shop');
  await page.locator('#submit').click();
  await page.waitForURL(/\/applications\/[0-9a-f-]{36}/);
  const application = page.url().split('?')[0];
  await page.goto(`${application}/assignments/new`);
  await page.locator('#principal').fill(who.name);
  await page.locator('#submit').click();
  await page.waitForURL((url) => !url.pathname.endsWith('/assignments/new'));
  await page.goto('/my-applications');
  await page.locator('.launcher').getByText('Shop').waitFor();
  await inspect(page, 'my-applications');
  await page.goto('/roles/security-defaults');
  await inspect(page, 'security-defaults');
  await page.goto('/account');
  await page.getByText('Sign out everywhere…').click();
  await inspect(page, 'account-sign-out-everywhere');
  await page.locator('#end-all').click();
  await arrive(page, '/sign-in');
  await page.goto('/account');
  await arrive(page, '/sign-in');
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('without JavaScript the sign-in offers the rest', { timeout: 60_000 }, async () => {
  const page = await openPage(browser, service, { viewport: wide, javascript: false });
  await page.goto('/sign-in');
  assert.equal(await page.locator('form[action="/sign-in/passkey"]').isVisible(), false);
  assert.equal(await page.locator('form[action="/sign-in"]').isVisible(), true);
  await page.context().close();
});
