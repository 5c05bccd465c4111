// The main walk as a person makes it: from the first page to the tenant's own pages.
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';

/** Somebody who signs up; `number` keeps names and prefixes of several walks apart. */
export function person(number) {
  return {
    email: `ana.torres@harbour${number}.example`,
    organisation: `Harbour Works ${number} Ltd`,
    username: 'ana.torres',
    prefix: `harbourworks${number}`,
    password: 'seven-quiet-Rivers-92',
    get name() {
      return `${this.username}@${this.prefix}.onwork.localhost`;
    },
  };
}

const submit = '#submit';

async function fill(page, values) {
  for (const [id, value] of Object.entries(values)) await page.locator(`#${id}`).fill(value);
}

async function arrive(page, path) {
  await page.waitForURL((url) => url.pathname === path);
}

/**
 * Signs up from the entry page to the recovery codes. `at(name)` is called on each page as it first stands, before
 * anything is typed.
 */
export async function signUp(page, service, who, at = async () => {}) {
  await page.goto('/');
  await at('entry');
  await page.locator('a[href="/sign-up"]').first().click();
  await arrive(page, '/sign-up');
  await at('sign-up-email');
  await fill(page, { email: who.email });
  await page.locator(`form[action="/sign-up"] ${submit}`).click();
  // What the next page says before a code is sent.
  await page.locator('form[action="/sign-up/start"]').waitFor();
  await at('sign-up-announce');
  await page.locator(`form[action="/sign-up/start"] ${submit}`).click();
  await arrive(page, '/sign-up/code');
  await at('sign-up-code');
  await fill(page, { code: await service.code(who.email) });
  await page.locator(`form[action="/sign-up/code"] ${submit}`).click();
  await page.waitForURL((url) => /discovery|organisation/.test(url.pathname));
  if (page.url().endsWith('/sign-up/discovery')) {
    await at('sign-up-discovery');
    await page.locator('form:has(input[value="separate"]) button').click();
    await arrive(page, '/sign-up/organisation');
  }
  await at('sign-up-organisation');
  const refresh = page.locator('button[name="refresh"]');
  const changed = page.scripts && page.waitForResponse((answer) => answer.url().endsWith('/sign-up/organisation'));
  await page.locator('#country').selectOption('GB');
  await changed;
  if (await refresh.isVisible()) {
    await refresh.click();
    await page.waitForLoadState();
  } else {
    await page.waitForLoadState('networkidle');
  }
  await fill(page, {
    legal_name: who.organisation,
    address_lines: '12 Harbour Street',
    city: 'London',
    postal_code: 'EC1A 1BB',
    given_name: 'Ana',
    surname: 'Torres',
    phone: '020 7946 0018',
  });
  await page.locator(submit).click();
  await arrive(page, '/sign-up/details');
  await at('sign-up-details');
  await fill(page, {
    display_name: 'Ana Torres',
    username: who.username,
    prefix: who.prefix,
    password: who.password,
    password_again: who.password,
  });
  await page.locator(submit).click();
  await arrive(page, '/sign-up/payment');
  await at('sign-up-payment');
  await fill(page, { card_number: '4242 4242 4242 4242', card_expiry: '12/40', card_cvc: '123', card_name: 'Ana Torres' });
  await page.locator('#submit-card').click();
  await page.getByText('4242').first().waitFor();
  await page.locator(submit).click();
  await arrive(page, '/sign-up/agreement');
  await at('sign-up-agreement');
  await page.locator('#authority').check();
  await fill(page, { signatory_name: 'Ana Torres', signatory_title: 'Managing director' });
  await page.locator(submit).click();
  await arrive(page, '/account/second-factor/first');
  await at('second-factor');
  await page.locator('#codes').click();
  await page.locator(`a${submit}`).waitFor();
  await at('recovery-codes');
  const codes = await page.locator('.codes code, .codes li').allInnerTexts();
  await page.locator(`a${submit}`).click();
  await page.waitForLoadState();
  return codes.map((code) => code.trim()).filter(Boolean);
}

/** Says who one is with name and password, on the page that asks for them. */
export async function showPassword(page, who) {
  await fill(page, { username: who.name });
  await page.locator(submit).click();
  await page.locator('#password').waitFor();
  await fill(page, { password: who.password });
  await page.locator(submit).click();
}

/** Signs in with name and password, and where it is asked for with a recovery code. */
export async function signIn(page, who, codes = []) {
  await page.goto('/sign-in');
  await showPassword(page, who);
  await page.waitForURL((url) => url.pathname !== '/sign-in/password');
  if (page.url().includes('/sign-in/code')) {
    assert.ok(codes.length > 0, 'a code is asked for');
    await fill(page, { code: codes[0] });
    await page.locator(submit).click();
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
  }
}

/**
 * Imports a file of people with a dry run, disables two of them at once and opens one's page. `at(name)` is called on
 * each page as it stands.
 */
export async function people(page, at = async () => {}) {
  const rows = ['kim,Kim Adams,kim@guest.example,Sales', 'lee,Lee Brown,,Sales', 'lee,Twice,,', 'max,Max Cole,no address,'];
  const buffer = Buffer.from(`User name,Display name,Contact e-mail,Department\n${rows.join('\n')}\n`);
  await page.goto('/people/invite');
  await at('people-invite');
  await page.goto('/people/import');
  await at('people-import');
  await page.locator('#file').setInputFiles({ name: 'new people.csv', mimeType: 'text/csv', buffer });
  await page.locator(submit).click();
  await page.waitForURL((url) => url.pathname.startsWith('/people/imports/'));
  await page.getByText('stands on line 3 already').waitFor();
  await at('import-draft');
  await page.locator('#start').click();
  // With the script the page follows by itself; without it is asked for again.
  const done = page.locator('a#passwords');
  for (let round = 0; round < 30 && !(await done.isVisible()); round += 1) {
    await page.waitForTimeout(1000);
    if (!page.scripts) await page.reload();
  }
  await done.waitFor();
  await page.getByText('2 of 2 rows are done').waitFor();
  await at('import-done');
  await done.click();
  await page.locator(submit).waitFor();
  await at('import-passwords');
  const [file] = await Promise.all([page.waitForEvent('download'), page.locator(submit).click()]);
  assert.equal(file.suggestedFilename(), 'initial-passwords.csv');

  await page.goto('/people?department=Sales');
  await page.getByText('2 people on this page').waitFor();
  await at('people-narrowed');
  for (const tick of await page.locator('td.tick input').all()) await tick.check();
  await page.locator('button[name="action"][value="disable"]').click();
  await page.getByText('Disable these 2 people?').waitFor();
  await at('bulk-ask');
  await page.locator(submit).click();
  await page.getByText('2 people are disabled').waitFor();
  await at('bulk-done');

  await page.goto('/people');
  await at('people-all');
  const [everybody] = await Promise.all([page.waitForEvent('download'), page.locator('form[action="/people/export"] button').click()]);
  assert.equal(everybody.suggestedFilename(), 'people.csv');
  assert.equal(await everybody.failure(), null);
  await page.goto('/people?search=kim');
  await page.locator('tbody td a').first().click();
  await page.getByText('Reporting line').waitFor();
  await at('person');
  for (const tab of ['groups', 'sessions', 'activity']) {
    await page.locator(`.tabs a[href$="show=${tab}"]`).click();
    await page.waitForURL((url) => url.searchParams.get('show') === tab);
    await at(`person-${tab}`);
  }
}

/**
 * Makes a group by a rule, an application with a secret, and a webhook that is told of both. `at(name)` is called on each
 * page as it stands.
 */
export async function programs(page, at = async () => {}) {
  await page.goto('/webhooks/new');
  await fill(page, { url: 'https://hooks.contoso.example/in' });
  await page.locator('input[name="events"][value="group.created"]').check();
  await page.locator(submit).click();
  await page.getByText('whsec_').first().waitFor();
  await at('webhook-secret');

  await page.goto('/groups/new');
  await fill(page, { displayName: 'Sales', membershipRule: 'user.department -eq "Sales"' });
  await page.locator('input[name="membership"][value="rule"]').check();
  await page.locator('button[name="try"]').click();
  await page.locator('#preview').waitFor();
  await at('group-preview');
  await page.locator(submit).click();
  await page.waitForURL((url) => /^\/groups\/[0-9a-f-]{36}$/.test(url.pathname));
  await at('group');

  await page.goto('/applications/new');
  await fill(page, { displayName: 'Payroll' });
  await page.locator(submit).click();
  await page.waitForURL((url) => /^\/applications\/[0-9a-f-]{36}$/.test(url.pathname));
  await at('application');
  const application = new URL(page.url()).pathname;
  await page.goto(`${application}/api-permissions/new`);
  await at('application-api');
  await page.locator('main .act a').first().click();
  await page.locator('input[name="scope"][value="User.Read"]').check();
  await at('application-permissions');
  await page.locator(submit).click();
  await page.getByText('Microsoft Graph · User.Read').waitFor();
  await page.locator('a[href*="/api-permissions/remove?"]').click();
  await page.getByText('Take back User.Read').waitFor();
  await at('application-take-back');
  await page.goto(`${application}/certificates/new`);
  await at('application-certificate');

  await page.goto('/webhooks');
  await page.locator('tbody td a').first().click();
  // What can't be reached is tried again later; the page says so.
  const told = page.getByText('group.created').nth(1);
  for (let round = 0; round < 30 && !(await told.isVisible()); round += 1) {
    await page.waitForTimeout(500);
    await page.reload();
  }
  await at('webhook');
  await page.goto('/docs/api');
  await at('docs-api');
}

/** The pages of a tenant, by name. */
export const portal = [
  ['overview', '/overview'],
  ['people', '/people'],
  ['people-new', '/people/new'],
  ['people-import', '/people/import'],
  ['people-invite', '/people/invite'],
  ['groups', '/groups'],
  ['groups-new', '/groups/new'],
  ['applications', '/applications'],
  ['applications-new', '/applications/new'],
  ['webhooks', '/webhooks'],
  ['webhooks-new', '/webhooks/new'],
  ['access-requests', '/access-requests'],
  ['domains', '/domains'],
  ['domains-add', '/domains/add'],
  ['roles', '/roles'],
  ['roles-new', '/roles/new'],
  ['roles-one', '/roles/62e90394-69f5-4237-9190-012177145e10'],
  ['roles-assign', '/roles/f2ef992c-3afb-46b9-b7cf-a126ee74c451/assign'],
  ['security-defaults', '/roles/security-defaults'],
  ['billing', '/billing'],
  ['activity', '/activity'],
  ['activity-sign-ins', '/activity/sign-ins'],
  ['account', '/account'],
  ['my-applications', '/my-applications'],
  ['my-groups', '/my-groups'],
  ['account-access', '/account/access?permission=read-audit'],
];

/** Width and height of a picture, in its own pixels, once the page has loaded it. */
async function sides(page, picture) {
  await page.waitForLoadState('load');
  return picture.evaluate((image) => [image.naturalWidth, image.naturalHeight]);
}

/** Gives oneself a photo, looks at it where it stands, and takes it away. */
export async function photos(page, at = async () => {}) {
  const file = fileURLToPath(new URL('../crates/protocol/tests/pictures/turned.jpg', import.meta.url));
  const portrait = page.locator('.named img');
  await page.goto('/account');
  await page.locator('a[href="/account/photo"]').click();
  await page.locator(submit).click();
  await page.getByText('No picture was chosen').first().waitFor();
  await at('photo-refused');
  await page.locator('#file').setInputFiles(file);
  await page.locator(submit).click();
  await page.getByText('The photo is saved').waitFor();
  assert.deepEqual(await sides(page, portrait), [16, 24], 'the picture stands upright');
  await at('account-photo');
  await page.goto('/people');
  await page.locator('tbody td a').first().click();
  await page.getByText('Reporting line').waitFor();
  await portrait.waitFor();
  await at('person-photo');
  await page.locator('a[href$="/photo"]').click();
  await page.locator('#file').waitFor();
  await at('photo');
  await page.locator('form[action$="/photo/remove"] button').click();
  await page.getByText('The photo is removed').waitFor();
  assert.equal(await portrait.count(), 0);
}

/** Gives oneself a photo as phones take them, which the page makes smaller. */
export async function largePhoto(page) {
  await page.goto('/account/photo');
  const sent = await page.evaluate(async () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [4608, 3456];
    const drawn = canvas.getContext('2d');
    for (let at = 0; at < 2_000; at += 1) {
      drawn.fillStyle = `hsl(${(at * 47) % 360} 80% 50%)`;
      drawn.fillRect((at * 97) % 4608, (at * 61) % 3456, 30, 30);
    }
    const made = await new Promise((done) => { canvas.toBlob(done, 'image/jpeg', 0.95); });
    const files = new DataTransfer();
    files.items.add(new File([made], 'IMG_1.jpeg', { type: 'image/jpeg' }));
    const input = document.querySelector('#file');
    input.files = files.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
    return made.size;
  });
  assert.ok(sent > 512 * 1024, `${sent} bytes`);
  await page.locator(submit).click();
  await page.getByText('The photo is saved').waitFor();
  assert.deepEqual(await sides(page, page.locator('.named img')), [1024, 768]);
  await page.goto('/account/photo');
  await page.locator('form[action$="/photo/remove"] button').click();
  await page.getByText('The photo is removed').waitFor();
}

/** Lets a device in by its code, and sends another away. */
export async function devices(page, service, at = async () => {}) {
  const started = async () => {
    const sent = new URLSearchParams({ client_id: '04b07795-8ddb-461a-bbee-02f9e1bf7b46', scope: 'openid profile' });
    const answer = await fetch(`${service.url}/organizations/oauth2/v2.0/devicecode`, { method: 'POST', body: sent });
    assert.equal(answer.status, 200);
    return answer.json();
  };
  await page.goto('/device');
  await page.locator('#device_code').fill('BCDF-GHJK');
  await page.locator('#submit').click();
  await page.getByText('No device waits under this code').first().waitFor();
  await at('device-unknown');
  for (const [answer, told] of [['accept', 'Your device is signed in'], ['deny', 'The device stays outside']]) {
    await page.goto('/device');
    await page.locator('#device_code').fill((await started()).user_code);
    await page.locator('#submit').click();
    await page.locator(`#${answer}`).waitFor();
    if (answer === 'accept') await at('device-confirm');
    await page.locator(`#${answer}`).click();
    await page.getByText(told).first().waitFor();
    await at(`device-${answer}`);
  }
}
