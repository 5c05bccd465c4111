// Writes docs/screens/*.png: the main pages as the README and the guides show them. `node screens.mjs` after a build.
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { narrow, openPage, startBrowser, wide } from './browser.mjs';
import { startService } from './service.mjs';
import { person, portal, signUp } from './walks.mjs';

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs/screens');
/** The pages that stand for all. */
const shown = new Set([
  'entry',
  'sign-up-email',
  'sign-up-organisation',
  'sign-up-details',
  'sign-up-payment',
  'sign-up-agreement',
  'overview',
  'people',
  'domains',
  'billing',
]);

await mkdir(folder, { recursive: true });
const service = await startService();
const browser = await startBrowser();
try {
  // The same walk twice: on a large light screen, and on a dark phone.
  const looks = [
    ['', wide, 'light'],
    ['-phone', narrow, 'dark'],
  ];
  for (const [number, [suffix, viewport, scheme]] of looks.entries()) {
    const page = await openPage(browser, service, { viewport, scheme });
    const take = (name) => shown.has(name) && page.screenshot({ path: join(folder, `${name}${suffix}.png`), caret: 'initial' });
    await signUp(page, service, person(number + 1), take);
    for (const [name, path] of portal) {
      await page.goto(path);
      await take(name);
    }
    await page.context().close();
  }
} finally {
  await browser.close();
  await service.stop();
}
