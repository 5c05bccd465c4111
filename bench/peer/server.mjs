// npm's oidc-provider with one client and people who all have the same password, hashed as the service hashes.
import { createServer } from 'node:http';
import { hash, verify } from '@node-rs/argon2';
import Provider from 'oidc-provider';
import { Memory } from './memory.mjs';

const PASSWORD = 'lively brass orchard 71';
const stored = await hash(PASSWORD, { memoryCost: 19456, timeCost: 2, parallelism: 1 });

// Who started it reads the port and nothing more.
process.stdout.on('error', () => {});
const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  const provider = new Provider(`http://localhost:${port}`, {
    adapter: Memory,
    clients: [{
      client_id: 'bench',
      client_secret: 'a secret that only the bench has, forty bytes',
      token_endpoint_auth_method: 'client_secret_post',
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      redirect_uris: ['http://localhost:9/callback'],
    }],
    // The load sends the Origin that a form would have.
    clientBasedCORS: () => true,
    cookies: { keys: ['for the bench alone'] },
    features: {
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
      devInteractions: { enabled: false },
    },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    rotateRefreshToken: true,
    issueRefreshToken: () => true,
    scopes: ['openid', 'profile', 'offline_access'],
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    // Nobody is asked to agree: the service is measured with people who agreed before.
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client.clientId,
        accountId: ctx.oidc.session.accountId,
      });
      grant.addOIDCScope('openid profile offline_access');
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on('request', async (request, response) => {
    if (request.method !== 'POST' || !request.url.startsWith('/interaction/')) return answer(request, response);
    try {
      let body = '';
      for await (const part of request) body += part;
      const typed = new URLSearchParams(body);
      const right = await verify(stored, typed.get('password'));
      const result = right ? { login: { accountId: typed.get('login') } } : { error: 'access_denied' };
      await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
    } catch (error) {
      response.statusCode = 500;
      response.end(String(error));
    }
  });
  console.log(port);
});
