// Starts the built service on a free port with a data folder of its own, as a newcomer's first run.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const binary = process.env.TENANTRY_BINARY ?? join(root, 'target/debug/tenantry');

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** The environment without settings of the person who runs the tests, and with these. */
function environment(settings) {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('TENANTRY_'));
  return { ...Object.fromEntries(own), ...settings };
}

/** Starts the service. `settings` are environment variables such as TENANTRY_SIGN_UP_PAYMENT_OPTIONAL. */
export async function startService(settings = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'tenantry-e2e-'));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const child = spawn(binary, ['serve'], {
    cwd: folder,
    env: environment({
      TENANTRY_SERVER_LISTEN: `127.0.0.1:${port}`,
      TENANTRY_SERVER_PUBLIC_URL: url,
      TENANTRY_LOG_LEVEL: 'warn',
      // All walks come from one address.
      TENANTRY_LIMITS_SENSITIVE_PER_MINUTE: '10000',
      TENANTRY_LIMITS_CHECKS_PER_MINUTE: '10000',
      TENANTRY_LIMITS_CODES_PER_NETWORK: '10000',
      ...settings,
    }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += data));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  for (let waited = 0; ; waited += 50) {
    if (child.exitCode !== null) throw new Error(`the service didn't start:\n${said}`);
    if (waited > 20_000) throw new Error(`the service isn't ready after 20 seconds:\n${said}`);
    const answer = await fetch(`${url}/no-such-page`).catch(() => null);
    if (answer) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    url,
    said: () => said,
    async stop() {
      child.kill('SIGTERM');
      const forced = setTimeout(() => child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(forced);
      await rm(folder, { recursive: true, force: true });
    },
    /** Reads a page without a browser. */
    async text(path) {
      return (await fetch(url + path)).text();
    },
    /** Waits for a mail to an address that comes after `seen` others, and gives its text. */
    async mail(address, seen = 0) {
      for (let waited = 0; waited < 10_000; waited += 100) {
        const html = await this.text(`/dev/mailbox?to=${encodeURIComponent(address)}`);
        const bodies = [...html.matchAll(/<p class="body">(.*?)<\/p>/gs)].map((match) => match[1]);
        if (bodies.length > seen) return bodies[0];
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error(`no mail came to ${address}`);
    },
    /** The code in the newest mail to an address. */
    async code(address, seen = 0) {
      const text = await this.mail(address, seen);
      const code = text.match(/^\s*(\d{4,10})\s*$/m);
      if (!code) throw new Error(`no code in: ${text}`);
      return code[1];
    },
  };
}
