// Applications that others wrote, unmodified, sign a person in and out in a browser: Apache's mod_auth_openidc and MSAL Browser.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { startApache } from '../apache.mjs';
import { openPage, startBrowser } from '../browser.mjs';
import { reservePort, startService } from '../service.mjs';
import { person, showPassword, signUp } from '../walks.mjs';

const admin = person(61);
const ben = { name: `ben@${admin.prefix}.onwork.localhost`, password: 'lively brass orchard 71' };

let service;
let browser;
let port;
let portal;
let issuer;
let token;
before(async () => {
  port = await reservePort();
  const outbound = { TENANTRY_OUTBOUND_LOOPBACK: 'true', TENANTRY_OUTBOUND_PORTS: String(port.port) };
  service = await startService(outbound, { secure: true });
  browser = await startBrowser();
  portal = await openPage(browser, service);
  await signUp(portal, service, admin);
  token = (await service.run('user', 'token', admin.name)).accessToken;
  const passwordProfile = { password: ben.password, forceChangePasswordNextSignIn: false };
  const made = { accountEnabled: true, displayName: 'Ben Cole', mailNickname: 'ben', userPrincipalName: ben.name };
  await service.api(token, 'POST', '/v1.0/users', { ...made, mail: 'ben@harbour.example', passwordProfile });
  const { value } = await service.api(token, 'GET', '/v1.0/organization');
  issuer = `${service.url}/${value[0].id}/v2.0`;
});
after(async () => {
  await browser?.close();
  await service?.stop();
});

/** Registers an application of the organisation. */
async function registered(application) {
  const made = await service.api(token, 'POST', '/v1.0/applications', application);
  await service.api(token, 'POST', '/v1.0/servicePrincipals', { appId: made.appId });
  return made;
}

test('a person signs in to Apache, out there, and out here', { timeout: 120_000 }, async () => {
  const url = `https://127.0.0.1:${port.port}`;
  const application = await registered({ displayName: 'Wiki', web: { redirectUris: [`${url}/signed-in`] } });
  const { secretText } = await service.api(token, 'POST', `/v1.0/applications/${application.id}/addPassword`, {});
  await portal.goto(`/applications/${application.id}/sign-in`);
  await portal.locator('#post_logout_redirect_uris').fill(`${url}/`);
  await portal.locator('#backchannel_logout_uri').fill(`${url}/signed-in?logout=backchannel`);
  await portal.locator('#submit').click();
  await portal.waitForURL(`**/applications/${application.id}*`);

  const apache = await startApache(port, service.tls, { issuer, clientId: application.appId, secret: secretText });
  try {
    const page = await openPage(browser, service);
    const wiki = `${apache.url}/private/`;
    const asked = () => page.waitForURL((to) => to.origin === service.url && to.pathname === '/sign-in');

    await page.goto(wiki);
    await asked();
    await showPassword(page, ben);
    await page.locator('#accept').click();
    await page.waitForURL(wiki);
    assert.equal(await page.locator('#user').innerText(), ben.name);
    assert.equal(await page.locator('#name').innerText(), 'Ben Cole');
    assert.equal(await page.locator('#mail').innerText(), 'ben@harbour.example');
    assert.equal(await page.locator('#issuer').innerText(), issuer);

    await page.goto(`${apache.url}/signed-in?logout=${encodeURIComponent(`${apache.url}/`)}`);
    await page.waitForURL((to) => to.origin === service.url && to.pathname.endsWith('/logout'));
    await page.getByText('Wiki').first().waitFor();
    await page.locator('#submit').click();
    await page.waitForURL(`${apache.url}/`);
    await page.goto(wiki);
    await asked();

    // Signed in again, and out here: Apache hears of it behind the browser's back.
    await showPassword(page, ben);
    await page.waitForURL(wiki);
    await service.api(token, 'POST', `/v1.0/users/${ben.name}/revokeSignInSessions`, {});
    for (let waited = 0; page.url() === wiki && waited < 20_000; waited += 100) {
      await page.waitForTimeout(100);
      await page.goto(wiki);
    }
    await asked();
    assert.deepEqual(page.faults, []);
    await page.context().close();
  } catch (error) {
    error.message += `\nApache: ${await apache.log()}\nTenantry: ${service.said()}`;
    throw error;
  } finally {
    await apache.stop();
  }
});

const msal = fileURLToPath(new URL('../node_modules/@azure/msal-browser/lib/msal-browser.min.js', import.meta.url));
/** A single page that shows who is signed in to it. */
const shop = (configuration) => `<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,">
<h1 id="who"></h1><button id="sign-in">Sign in</button><script src="/msal.js"></script><script type="module">
const app = new msal.PublicClientApplication(${JSON.stringify(configuration)});
await app.initialize();
const answer = await app.handleRedirectPromise();
if (answer) app.setActiveAccount(answer.account);
document.querySelector('#sign-in').onclick = () => app.loginRedirect({ scopes: ['User.Read'] });
document.querySelector('#who').textContent = app.getActiveAccount()?.username ?? 'nobody';
window.app = app;
</script></html>`;

/** Serves the page and the script as npm has it, on loopback, which browsers take for secure. */
async function startShop() {
  let page = '';
  const script = await readFile(msal);
  const server = createServer((request, response) => {
    const isScript = request.url === '/msal.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : page);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    shows: (configuration) => (page = shop(configuration)),
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

for (const protocolMode of ['AAD', 'OIDC']) {
  test(`a person signs in to a single page with MSAL, mode ${protocolMode}`, { timeout: 120_000 }, async () => {
    const place = await startShop();
    const page = await openPage(browser, service);
    try {
      const application = await registered({ displayName: 'Shop', spa: { redirectUris: [place.url] } });
      place.shows({
        auth: {
          clientId: application.appId,
          authority: protocolMode === 'OIDC' ? issuer : issuer.replace(/\/v2\.0$/, ''),
          knownAuthorities: [new URL(issuer).host],
          redirectUri: place.url,
        },
        system: { protocolMode },
      });
      const who = page.locator('#who');
      const asked = () => page.waitForURL((to) => to.origin === service.url && to.pathname === '/sign-in');
      await page.goto(place.url);
      await page.getByText('nobody').waitFor();
      await page.locator('#sign-in').click();
      await asked();
      await showPassword(page, ben);
      await page.locator('#accept').click();
      await page.getByText(ben.name).waitFor();
      assert.equal(new URL(page.url()).origin + '/', place.url);

      const sent = page.waitForRequest((request) => request.url().includes('/oauth2/v2.0/token'));
      const tokens = await page.evaluate(() => window.app.acquireTokenSilent({ scopes: ['User.Read'], forceRefresh: true }));
      assert.equal(new URLSearchParams((await sent).postData()).get('grant_type'), 'refresh_token');
      assert.equal((await service.api(tokens.accessToken, 'GET', '/v1.0/me')).userPrincipalName, ben.name);
      await page.reload();
      assert.equal(await who.innerText(), ben.name);
      const kept = await page.evaluate(() => window.app.acquireTokenSilent({ scopes: ['User.Read'] }));
      assert.equal(kept.accessToken, tokens.accessToken);

      await page.evaluate(() => {
        const account = window.app.getActiveAccount();
        window.app.logoutRedirect({ account, idTokenHint: account.idToken });
      });
      await page.waitForURL((to) => to.pathname.endsWith('/logout'));
      await page.locator('#submit').click();
      await page.getByText('nobody').waitFor();
      assert.equal(new URL(page.url()).origin + '/', place.url);
      await page.locator('#sign-in').click();
      await asked();

      // By itself MSAL doesn't say which application it is: the person is signed out, and stays here.
      await showPassword(page, ben);
      await page.getByText(ben.name).waitFor();
      await page.evaluate(() => void window.app.logoutRedirect());
      await page.waitForURL((to) => to.pathname.endsWith('/logout'));
      await page.locator('#submit').click();
      await page.waitForURL(`${service.url}/sign-in?signed-out`);
      await page.goto(place.url);
      await page.getByText('nobody').waitFor();
      await page.locator('#sign-in').click();
      await asked();
      assert.deepEqual(page.faults, []);
    } finally {
      await page.context().close();
      place.stop();
    }
  });
}
