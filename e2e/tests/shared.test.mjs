// Pages that need no account: the pieces, the mailbox, the first step of sign-in, the error page.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { narrow, open, openPage, inspect, startBrowser } from '../browser.mjs';
import { startService } from '../service.mjs';

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

const pages = [
  ['pieces', '/dev/pieces', 200],
  ['pieces-flow', '/dev/pieces/flow', 422],
  ['pieces-entry', '/dev/pieces/entry', 200],
  ['pieces-door', '/dev/pieces/door', 200],
  ['mailbox-empty', '/dev/mailbox', 200],
  ['sign-in', '/sign-in', 200],
  ['existing', '/existing', 200],
  ['find', '/find', 200],
  ['error', '/no-such-page', 404],
];

for (const [name, path, status] of pages) {
  test(`${name} is sound at both widths, light and dark`, async () => {
    const page = await openPage(browser, service);
    await open(page, path, status);
    await inspect(page, name);
    await page.context().close();
  });
}

test('the choice of colours stays, with and without JavaScript', async () => {
  for (const javascript of [true, false]) {
    const page = await openPage(browser, service, { javascript, viewport: narrow });
    await open(page, '/dev/pieces/entry');
    await page.getByRole('button', { name: 'Dark', exact: true }).click();
    await page.waitForURL('**/dev/pieces/entry');
    await open(page, '/dev/mailbox');
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
    await page.context().close();
  }
});

test('pages in an accent that is hard to read are sound all the same', { timeout: 120_000 }, async () => {
  const branded = await startService({ TENANTRY_PRODUCT_ACCENT: '#ffcc00' });
  try {
    for (const [name, path, status] of pages.filter(([name]) => name.startsWith('pieces') || name === 'sign-in')) {
      const page = await openPage(browser, branded);
      await open(page, path, status);
      await inspect(page, `branded-${name}`);
      await page.context().close();
    }
  } finally {
    await branded.stop();
  }
});

test('the start-up lines say what is set up for trying out', () => {
  for (const word of ['is ready at', 'SQLite', 'nothing is sent', 'sandbox', 'plain http']) {
    assert.ok(service.said().includes(word), `${word}: ${service.said()}`);
  }
});
