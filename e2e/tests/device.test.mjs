// A person lets a device in; with JavaScript and without.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { inspect, narrow, openPage, startBrowser, wide } from '../browser.mjs';
import { startService } from '../service.mjs';
import { devices, person, signUp } from '../walks.mjs';

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

test('a device is let in, and every page is sound', { timeout: 300_000 }, async () => {
  const page = await openPage(browser, service, { viewport: wide });
  await signUp(page, service, person(31));
  await devices(page, service, (name) => inspect(page, name));
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('the same on a phone without JavaScript', { timeout: 300_000 }, async () => {
  const page = await openPage(browser, service, { viewport: narrow, javascript: false });
  await signUp(page, service, person(32));
  await devices(page, service);
  await page.context().close();
});
