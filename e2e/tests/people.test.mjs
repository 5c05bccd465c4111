// People: photos, a file, a selection, one person's page; with JavaScript and without.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { inspect, narrow, openPage, startBrowser, wide } from '../browser.mjs';
import { startService } from '../service.mjs';
import { largePhoto, people, person, photos, signUp } from '../walks.mjs';

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

test('a file of people is imported and acted on, and every page is sound', { timeout: 600_000 }, async () => {
  const page = await openPage(browser, service, { viewport: wide });
  await signUp(page, service, person(11));
  await photos(page, (name) => inspect(page, name));
  await largePhoto(page);
  await people(page, (name) => inspect(page, name));
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('the same on a phone without JavaScript', { timeout: 300_000 }, async () => {
  const page = await openPage(browser, service, { viewport: narrow, javascript: false });
  await signUp(page, service, person(12));
  await photos(page);
  await people(page);
  await page.context().close();
});
