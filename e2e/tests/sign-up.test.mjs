// Sign-up and sign-in as people do them: on a large screen with JavaScript, on a phone without.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { inspect, narrow, open, openPage, startBrowser, wide } from '../browser.mjs';
import { startService } from '../service.mjs';
import { person, portal, signIn, signUp } from '../walks.mjs';

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

test('a company signs up on a large screen, and every page on the way is sound', { timeout: 600_000 }, async () => {
  const who = person(1);
  const page = await openPage(browser, service, { viewport: wide });
  const codes = await signUp(page, service, who, (name) => inspect(page, name));
  assert.ok(codes.length >= 8, `recovery codes: ${codes.length}`);
  for (const [name, path] of portal) {
    await open(page, path);
    await inspect(page, name);
  }
  await page.context().close();

  const later = await openPage(browser, service);
  await signIn(later, who, codes);
  await open(later, '/overview');
  await later.getByText(who.organisation).first().waitFor();
  assert.deepEqual(later.faults, []);
  await later.context().close();
});

test('a company signs up on a phone without JavaScript', { timeout: 300_000 }, async () => {
  const who = person(2);
  const page = await openPage(browser, service, { viewport: narrow, javascript: false });
  const codes = await signUp(page, service, who);
  assert.ok(codes.length >= 8, `recovery codes: ${codes.length}`);
  for (const [, path] of portal) await open(page, path);
  await page.context().close();

  const later = await openPage(browser, service, { viewport: narrow, javascript: false });
  await signIn(later, who, codes);
  await open(later, '/overview');
  await later.context().close();
});

test('one thing at a time is refused in place, with and without JavaScript', { timeout: 120_000 }, async () => {
  for (const javascript of [true, false]) {
    const page = await openPage(browser, service, { javascript });
    await open(page, '/sign-up');
    await page.locator('#email').fill('ana.torres@gmail.com');
    await page.locator('form[action="/sign-up"] #submit').click();
    await page.locator('#email-verdict .refusal').waitFor();
    assert.equal(await page.locator('#email').inputValue(), 'ana.torres@gmail.com', 'what was typed stays');
    await page.context().close();
  }
});
