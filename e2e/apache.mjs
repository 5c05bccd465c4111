// Apache with mod_auth_openidc, as Debian packages both, on a port and in a folder of its own.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ask } from './service.mjs';

const program = '/usr/sbin/apache2';
const modules = '/usr/lib/apache2/modules';
const wanted = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'auth_openidc', 'dir', 'include', 'mime', 'ssl'];

/** Everybody may read the first page; what is under /private asks who one is, and says what it was told. */
const pages = {
  'index.html': '<!doctype html><html lang="en"><title>Wiki</title><link rel="icon" href="data:,"><h1>A page for everybody</h1></html>',
  'private/index.html': `<!doctype html><html lang="en"><title>Wiki</title><link rel="icon" href="data:,">
<h1 id="user"><!--#echo var="REMOTE_USER" --></h1><p id="name"><!--#echo var="OIDC_CLAIM_name" --></p>
<p id="issuer"><!--#echo var="OIDC_CLAIM_iss" --></p><p id="mail"><!--#echo var="OIDC_CLAIM_email" --></p></html>`,
};

function configuration(folder, port, { issuer, clientId, secret }) {
  const url = `https://127.0.0.1:${port}`;
  return `
ServerRoot ${folder}
DefaultRuntimeDir ${folder}
PidFile ${folder}/pid
ErrorLog ${folder}/error.log
Mutex file:${folder}
Listen 127.0.0.1:${port}
ServerName ${url}
ServerLimit 1
StartServers 1
ThreadsPerChild 16
MaxRequestWorkers 16
${wanted.map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`).join('\n')}
TypesConfig /dev/null
AddType text/html .html
DocumentRoot ${folder}/pages
SSLEngine on
SSLCertificateFile ${folder}/certificate.pem
SSLCertificateKeyFile ${folder}/key.pem

OIDCProviderMetadataURL ${issuer}/.well-known/openid-configuration
OIDCCABundlePath ${folder}/certificate.pem
OIDCClientID ${clientId}
OIDCClientSecret ${secret}
OIDCRedirectURI ${url}/signed-in
OIDCScope "openid profile email"
OIDCPKCEMethod S256
OIDCRemoteUserClaim preferred_username
OIDCCryptoPassphrase ${randomBytes(24).toString('hex')}

<Location /private>
  AuthType openid-connect
  Require valid-user
  Options +Includes
  SetOutputFilter INCLUDES
</Location>
<Location /signed-in>
  AuthType openid-connect
  Require valid-user
</Location>
`;
}

/** Starts Apache on a reserved port, as nobody where the tests run as root, with the certificate of the service. */
export async function startApache(reserved, tls, client) {
  const folder = await mkdtemp(join(tmpdir(), 'tenantry-apache-'));
  const nobody = process.getuid() === 0 ? { uid: 65534, gid: 65534 } : {};
  const own = async (...parts) => nobody.uid && chown(join(folder, ...parts), nobody.uid, nobody.gid);
  await own();
  for (const [name, from] of [['certificate.pem', tls.certificate], ['key.pem', tls.key]]) {
    await copyFile(from, join(folder, name));
    await own(name);
  }
  await mkdir(join(folder, 'pages/private'), { recursive: true });
  for (const [name, html] of Object.entries(pages)) await writeFile(join(folder, 'pages', name), html);
  await writeFile(join(folder, 'apache.conf'), configuration(folder, reserved.port, client), { mode: 0o600 });
  await own('apache.conf');
  await reserved.release();
  // It takes no proxy from whoever runs the tests.
  const child = spawn(program, ['-f', join(folder, 'apache.conf'), '-DFOREGROUND'], {
    ...nobody,
    cwd: folder,
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += data));
  const ended = new Promise((resolve) => child.once('close', resolve));
  const log = async () => said + (await readFile(join(folder, 'error.log'), 'utf8').catch(() => ''));
  const url = `https://127.0.0.1:${reserved.port}`;
  for (let waited = 0; ; waited += 50) {
    if (child.exitCode !== null || waited > 20_000) throw new Error(`Apache didn't start:\n${await log()}`);
    if (await ask(`${url}/`, { ca: tls.ca }).catch(() => null)) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    url,
    log,
    async stop() {
      child.kill('SIGTERM');
      const forced = setTimeout(() => child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(forced);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
