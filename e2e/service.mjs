// Starts the built service on a free port with a data folder of its own, as a newcomer's first run.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const binary = process.env.TENANTRY_BINARY ?? join(root, 'target/debug/tenantry');

const run = promisify(execFile);

/** A free port that nobody else gets until it is released. */
export async function reservePort() {
  const server = createServer().listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  const { port } = server.address();
  const release = async () => {
    server.close();
    await once(server, 'close');
  };
  return { port, release };
}

/** Asks without a browser, and over TLS trusts `ca` alone. */
export async function ask(address, { method = 'GET', headers = {}, body, ca } = {}) {
  const { request } = address.startsWith('https:') ? https : http;
  const sent = request(address, { method, headers, ca, agent: false }).end(body);
  const [answer] = await once(sent, 'response');
  return { status: answer.statusCode, text: await text(answer) };
}

/** A key and a certificate for this machine, which vouches for itself. */
async function certificate(folder) {
  const [key, made] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
    // rustls takes no certificate of an authority for a server's.
    ...['-addext', 'basicConstraints=critical,CA:FALSE', '-keyout', key, '-out', made],
  ]);
  return { key, certificate: made, ca: await readFile(made) };
}

/** The environment without settings of the person who runs the tests, and with these. */
function environment(settings) {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('TENANTRY_'));
  return { ...Object.fromEntries(own), ...settings };
}

/**
 * Starts the service. `settings` are environment variables such as TENANTRY_SIGN_UP_PAYMENT_OPTIONAL. With `secure` it speaks
 * TLS, with what stands in the service's `tls`, and trusts the same certificate of others.
 */
export async function startService(settings = {}, { secure = false } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'tenantry-e2e-'));
  const tls = secure ? await certificate(folder) : null;
  const reserved = await reservePort();
  const url = `${secure ? 'https' : 'http'}://localhost:${reserved.port}`;
  const env = environment({
    TENANTRY_SERVER_LISTEN: `127.0.0.1:${reserved.port}`,
    TENANTRY_SERVER_PUBLIC_URL: url,
    ...(tls && {
      TENANTRY_SERVER_TLS_CERTIFICATE: tls.certificate,
      TENANTRY_SERVER_TLS_KEY: tls.key,
      TENANTRY_OUTBOUND_AUTHORITIES: tls.certificate,
    }),
    TENANTRY_LOG_LEVEL: 'warn',
    // All walks come from one address.
    TENANTRY_LIMITS_SENSITIVE_PER_MINUTE: '10000',
    TENANTRY_LIMITS_CHECKS_PER_MINUTE: '10000',
    TENANTRY_LIMITS_CODES_PER_NETWORK: '10000',
    ...settings,
  });
  await reserved.release();
  const child = spawn(binary, ['serve'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += data));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  for (let waited = 0; ; waited += 50) {
    if (child.exitCode !== null) throw new Error(`the service didn't start:\n${said}`);
    if (waited > 20_000) throw new Error(`the service isn't ready after 20 seconds:\n${said}`);
    const answer = await ask(`${url}/no-such-page`, { ca: tls?.ca }).catch(() => null);
    if (answer) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    url,
    tls,
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
      return (await ask(url + path, { ca: tls?.ca })).text;
    },
    /** What a command of the program answers. */
    async run(...command) {
      const { stdout } = await run(binary, [...command, '--json'], { cwd: folder, env });
      return JSON.parse(stdout);
    },
    /** Asks the directory API as the holder of a token, and gives what it answers. */
    async api(token, method, path, body) {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const answer = await ask(url + path, { method, headers, body: body && JSON.stringify(body), ca: tls?.ca });
      if (answer.status >= 300) throw new Error(`${method} ${path} answers ${answer.status}: ${answer.text}`);
      return answer.text && JSON.parse(answer.text);
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
