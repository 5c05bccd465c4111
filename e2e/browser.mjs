// Chromium as people have it, and what is looked at on every page.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';

const results = join(dirname(fileURLToPath(import.meta.url)), 'test-results');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];

export const wide = { width: 1280, height: 800 };
export const narrow = { width: 390, height: 844 };

export async function startBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** Opens a page whose script errors and refused resources are gathered in `page.faults`. */
export async function openPage(browser, service, { javascript = true, viewport = wide, scheme = 'light' } = {}) {
  const context = await browser.newContext({
    baseURL: service.url,
    ignoreHTTPSErrors: service.tls !== null,
    javaScriptEnabled: javascript,
    viewport,
    colorScheme: scheme,
    reducedMotion: 'reduce',
    locale: 'en-GB',
  });
  const page = await context.newPage();
  page.faults = [];
  page.scripts = javascript;
  page.on('pageerror', (error) => page.faults.push(`script: ${error.message}`));
  page.on('console', (message) => {
    // A page that was answered with an error is a fault only where the walk says so.
    const failedAnswer = message.text().startsWith('Failed to load resource') && message.location().url === page.url();
    if (message.type() === 'error' && !failedAnswer) page.faults.push(`console: ${message.text()}`);
  });
  page.on('response', (answer) => {
    if (answer.status() >= 500) page.faults.push(`${answer.status()} ${answer.url()}`);
  });
  page.setDefaultTimeout(10_000);
  return page;
}

/** Looks at the page as it stands: axe, no sideways scrolling, pictures; at two widths, light and dark. */
export async function inspect(page, name) {
  const before = page.viewportSize();
  await mkdir(results, { recursive: true });
  for (const [size, viewport] of [['wide', wide], ['narrow', narrow]]) {
    await page.setViewportSize(viewport);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(overflow <= 0, `${name} at ${viewport.width} px scrolls sideways by ${overflow} px`);
    for (const scheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await page.screenshot({ path: join(results, `${name}-${size}-${scheme}.png`), fullPage: true, caret: 'initial' });
      // A narrow page has the colours of a wide one; what differs is its order and its sizes.
      if (size === 'narrow' && scheme === 'dark') continue;
      const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze();
      const told = violations.map(({ id, help, nodes }) => `${id}: ${help}\n    ${nodes.map((node) => `${node.html}\n      ${node.failureSummary}`).join('\n    ')}`);
      assert.equal(told.length, 0, `${name} at ${viewport.width} px, ${scheme}:\n  ${told.join('\n  ')}`);
    }
  }
  await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  assert.deepEqual(page.faults, [], `${name}: nothing fails in the browser`);
}

/** Goes to a path, and fails unless it answers with this status. */
export async function open(page, path, status = 200) {
  const answer = await page.goto(path);
  assert.equal(answer.status(), status, `${path} answers ${answer.status()}`);
  return answer;
}
