// What programs have to do with: groups by rule, applications, webhooks, the description of the API.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { inspect, narrow, openPage, startBrowser, wide } from '../browser.mjs';
import { startService } from '../service.mjs';
import { person, programs, signUp } from '../walks.mjs';

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

test('groups, applications and webhooks are made, and every page is sound', { timeout: 600_000 }, async () => {
  const page = await openPage(browser, service, { viewport: wide });
  await signUp(page, service, person(21));
  await programs(page, (name) => inspect(page, name));
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('the same on a phone without JavaScript', { timeout: 300_000 }, async () => {
  const page = await openPage(browser, service, { viewport: narrow, javascript: false });
  await signUp(page, service, person(22));
  await programs(page);
  await page.context().close();
});
