// npm's oidc-provider as the identity provider of an organisation, on loopback, and the ways in which one fails.
import { once } from 'node:events';
import { createServer } from 'node:http';

import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import Provider from 'oidc-provider';

const page = (uid) => `<!doctype html><html lang="en"><title>Harbour sign-in</title><link rel="icon" href="data:,"><h1>Harbour sign-in</h1>
<form method="post" action="/interaction/${uid}"><label>Account <input name="login" id="login"></label>
<button id="enter">Enter</button></form></html>`;

async function key(id) {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: id, alg: 'ES256', use: 'sig' };
}

/** Starts a provider with one client. `domain` stands behind the names of its accounts. */
export async function startProvider({ clientId, clientSecret, redirectUri, domain }) {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://localhost:${server.address().port}`;
  let keys = [await key('first')];
  let answer;
  let trouble = async () => false;

  const make = () => {
    const provider = new Provider(issuer, {
      clients: [{
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [redirectUri],
        id_token_signed_response_alg: 'ES256',
      }],
      jwks: { keys },
      cookies: { keys: ['for these tests alone'] },
      features: { devInteractions: { enabled: false } },
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['preferred_username'] },
      pkce: { required: () => true },
      findAccount: (_, id) => ({
        accountId: id,
        claims: () => ({ sub: id, email: `${id}@${domain}`, email_verified: true, preferred_username: `${id}@${domain}` }),
      }),
      interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
      async loadExistingGrant(ctx) {
        const grant = new ctx.oidc.provider.Grant({
          clientId: ctx.oidc.client.clientId,
          accountId: ctx.oidc.session.accountId,
        });
        grant.addOIDCScope('openid profile email');
        await grant.save();
        return grant;
      },
    });
    answer = provider.callback();
    return provider;
  };
  let provider = make();

  server.on('request', async (request, response) => {
    try {
      if (await trouble(request, response)) return;
      if (!request.url.startsWith('/interaction/')) {
        answer(request, response);
        return;
      }
      if (request.method !== 'POST') {
        response.setHeader('content-type', 'text/html').end(page(request.url.split('/')[2]));
        return;
      }
      let body = '';
      for await (const part of request) body += part;
      const login = { accountId: new URLSearchParams(body).get('login') };
      await provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
    } catch (error) {
      response.statusCode = 500;
      response.end(String(error));
    }
  });

  /** Answers the next redemption with a token of its own key whose claims are these. */
  const answerWith = (change, signWith = () => keys[0]) => {
    const asked = new Map();
    trouble = async (request, response) => {
      const url = new URL(request.url, issuer);
      if (url.pathname === '/auth' && url.searchParams.has('nonce')) asked.set('nonce', url.searchParams.get('nonce'));
      if (url.pathname !== '/token') return false;
      const now = Math.floor(Date.now() / 1000);
      const claims = { iss: issuer, aud: clientId, sub: 'ana', iat: now, exp: now + 300, nonce: asked.get('nonce'), email: `ana@${domain}`, email_verified: true, ...change(now) };
      const { kid } = signWith();
      const token = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid }).sign(await importKey(signWith()));
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ id_token: token, access_token: 'none', token_type: 'Bearer' }));
      return true;
    };
  };
  const importKey = async (jwk) => (await import('jose')).importJWK(jwk, 'ES256');

  return {
    issuer,
    /** Its clock is ahead by so many seconds. */
    setClock: (ahead) => answerWith((now) => ({ iat: now + ahead, exp: now + ahead + 300 })),
    /** It makes its tokens for somebody else. */
    mistakeAudience: () => answerWith(() => ({ aud: 'another client' })),
    /** Its tokens are signed by a key that it doesn't show. */
    async forge() {
      const other = await key('first');
      answerWith(() => ({}), () => other);
    },
    /** It answers no redemption. */
    stall: () => {
      trouble = async (request) => request.url === '/token';
    },
    /** It signs with a new key from now on, and shows that alone. */
    async rotate() {
      keys = [await key('second')];
      provider = make();
    },
    /** It is well again. */
    heal: () => {
      trouble = async () => false;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
