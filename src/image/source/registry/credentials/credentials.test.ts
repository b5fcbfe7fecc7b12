import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { UserError } from '../../../../foundation/core/error.ts';
import { createLoginFinder } from './credentials.ts';
import { runHelper } from './helper.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'credentials-test-'));
after(() => rmSync(FOLDER, { recursive: true, force: true }));

let homes = 0;

/** Creates a home directory with these files and returns its path. */
function createHome(files: Readonly<Record<string, unknown>>): string {
  const folder = join(FOLDER, `home-${homes++}`);
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(
      join(folder, name),
      typeof content === 'string' ? content : JSON.stringify(content),
    );
  }
  return folder;
}

function createDockerHome(config: unknown): { readonly HOME: string } {
  return { HOME: createHome({ '.docker/config.json': config }) };
}

/** Creates a helper as a shell script in a directory of its own and returns the directory. */
function createHelper(name: string, script: string): string {
  const folder = createHome({ [`docker-credential-${name}`]: `#!/bin/sh\n${script}\n` });
  chmodSync(join(folder, `docker-credential-${name}`), 0o755);
  return folder;
}

const PATH = process.env['PATH'] ?? '';
const createBasicAuth = (user: string, secret: string) => ({
  auth: Buffer.from(`${user}:${secret}`).toString('base64'),
});
const createPassword = (user: string, secret: string) => ({
  credentials: { kind: 'password', user, secret },
});

describe('a Docker login file', () => {
  const auths = {
    'ghcr.io': createBasicAuth('ghcr', 'one:two'),
    'host.example:5000': { username: 'u', password: 'p' },
    'https://old.example/v1/': createBasicAuth('old', 'x'),
    'https://index.docker.io/v1/': createBasicAuth('hub', 'y'),
    'token.example': { identitytoken: 'refresh' },
    'bearer.example': { registrytoken: 'bearer' },
    'empty.example': {},
    'odd.example': 7,
  };
  const cases: readonly (readonly [string, object])[] = [
    ['ghcr.io', createPassword('ghcr', 'one:two')],
    ['host.example:5000', createPassword('u', 'p')],
    ['old.example', createPassword('old', 'x')],
    ['docker.io', createPassword('hub', 'y')],
    ['token.example', { credentials: { kind: 'identity-token', token: 'refresh' } }],
    ['bearer.example', { credentials: { kind: 'registry-token', token: 'bearer' } }],
    ['empty.example', {}],
    ['odd.example', {}],
  ];
  for (const [registry, expected] of cases) {
    test(`returns the login of ${registry}`, async () => {
      assert.deepEqual(
        await createLoginFinder(createDockerHome({ auths }))(registry, 'app'),
        expected,
      );
    });
  }

  for (const registry of [
    'ghcr.io.evil.example',
    'evil-ghcr.io',
    'hcr.io',
    'ghcr.io:443',
    'host.example',
    'host.example:50',
    'index.docker.io.evil.example',
    'registry-1.docker.io',
    'example',
  ]) {
    test(`returns none for ${registry}, which only looks similar`, async () => {
      assert.deepEqual(await createLoginFinder(createDockerHome({ auths }))(registry, 'app'), {});
    });
  }

  test('that is damaged is named in the error, but not quoted', async () => {
    for (const content of ['{"auths": {"x": "canary"', '["canary"]', 'canary']) {
      await assert.rejects(
        createLoginFinder(createDockerHome(content))('x', 'app'),
        (error) =>
          error instanceof UserError &&
          error.code === 'E_CONFIG' &&
          error.cause === undefined &&
          !`${error.message}${error.hint}`.includes('canary'),
      );
    }
  });

  test('that is absent means anonymous access', async () => {
    assert.deepEqual(await createLoginFinder({ HOME: join(FOLDER, 'none') })('ghcr.io', 'a'), {});
    assert.deepEqual(await createLoginFinder({})('ghcr.io', 'a'), {});
  });

  test('is found by DOCKER_CONFIG', async () => {
    const folder = createHome({ 'config.json': { auths } });
    const environment = { HOME: FOLDER, DOCKER_CONFIG: folder };
    assert.deepEqual(
      await createLoginFinder(environment)('docker.io', 'a'),
      createPassword('hub', 'y'),
    );
  });
});

test('reads the login file of Podman first, the most specific key before the host', async () => {
  const podman = {
    auths: { 'quay.io': createBasicAuth('all', '1'), 'quay.io/team': createBasicAuth('team', '2') },
  };
  const HOME = createHome({
    'run/containers/auth.json': podman,
    '.docker/config.json': {
      auths: { 'quay.io': createBasicAuth('docker', '3'), 'x.io': createBasicAuth('x', '4') },
    },
  });
  const find = createLoginFinder({ HOME, XDG_RUNTIME_DIR: join(HOME, 'run') });
  assert.deepEqual(await find('quay.io', 'team/app'), createPassword('team', '2'));
  assert.deepEqual(await find('quay.io', 'teams/app'), createPassword('all', '1'));
  assert.deepEqual(await find('x.io', 'app'), createPassword('x', '4'));
});

describe('a credential helper', () => {
  const ECHO =
    'read -r server; printf \'{"ServerURL":"%s","Username":"%s","Secret":"s3cret"}\' "$server" "$server"';

  test('is run for exactly its configured host', async () => {
    const asked = join(FOLDER, 'asked');
    const folder = createHelper('mine', `read -r server; echo "$server" >> ${asked}; echo '{}'`);
    const config = { credHelpers: { 'mine.example': 'mine' } };
    const find = createLoginFinder({
      ...createDockerHome(config),
      PATH: folder + delimiter + PATH,
    });
    await find('mine.example.evil.example', 'app');
    assert.equal(existsSync(asked), false);
    await find('mine.example', 'app');
    assert.equal(existsSync(asked), true);
  });

  test('for all hosts receives the address of Docker Hub in the same form as from Docker', async () => {
    const find = createLoginFinder({
      ...createDockerHome({ credsStore: 'store' }),
      PATH: createHelper('store', ECHO) + delimiter + PATH,
    });
    assert.deepEqual(
      await find('docker.io', 'library/alpine'),
      createPassword('https://index.docker.io/v1/', 's3cret'),
    );
    assert.deepEqual(await find('x.io', 'a'), createPassword('x.io', 's3cret'));
  });

  test('may return a refresh token', async () => {
    const folder = createHelper('token', 'echo \'{"Username":"<token>","Secret":"refresh"}\'');
    assert.deepEqual(await runHelper('token', 'x.io', { environment: { PATH: folder } }), {
      credentials: { kind: 'identity-token', token: 'refresh' },
    });
  });

  test('without a login falls back to the login of the file', async () => {
    const config = { credsStore: 'no', auths: { 'x.io': createBasicAuth('file', '1') } };
    const folder = createHelper('no', 'echo "credentials not found in native keychain"; exit 1');
    const find = createLoginFinder({
      ...createDockerHome(config),
      PATH: folder + delimiter + PATH,
    });
    assert.deepEqual(await find('x.io', 'a'), createPassword('file', '1'));
    assert.deepEqual(await find('y.io', 'a'), {});
  });

  test('that is not installed is named in the error', async () => {
    const find = createLoginFinder({ ...createDockerHome({ credsStore: 'absent' }), PATH });
    assert.deepEqual(await find('x.io', 'a'), {
      failure: 'docker-credential-absent could not be run',
    });
  });

  test('is terminated even if its child keeps the pipe open', async () => {
    const pidFile = join(FOLDER, 'child-pid');
    const script = `sleep 100000 & echo $! > ${pidFile}; exec sleep 100000`;
    const PATH_SLOW = createHelper('slow', script) + delimiter + PATH;
    const login = await runHelper('slow', 'x', { environment: { PATH: PATH_SLOW }, msMax: 2_000 });
    assert.deepEqual(login, { failure: 'docker-credential-slow did not respond within 2000 ms' });
    const child = Number(readFileSync(pidFile, 'utf8'));
    // It throws if the child has ended, which keeps the pipe open for a day.
    process.kill(child);
  });

  test('with endless output is terminated', async () => {
    const folder = createHelper(
      'endless',
      'while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done',
    );
    const login = await runHelper('endless', 'x', { environment: { PATH: folder } });
    assert.deepEqual(login, {
      failure: 'docker-credential-endless returned more than 65536 bytes',
    });
  });

  for (const name of ['../evil', 'a/b', '', '-x', 'a b', 'a;b', 'x'.repeat(100), 'a\0b']) {
    test(`with the invalid name ${JSON.stringify(name.slice(0, 20))} is rejected`, async () => {
      await assert.rejects(
        runHelper(name, 'x', { environment: { PATH } }),
        (error) => error instanceof UserError && error.code === 'E_CONFIG',
      );
    });
  }

  test('receives only the variables it needs, and is only searched in absolute directories', async () => {
    const folder = createHelper(
      'env',
      'printf \'{"Username":"%s","Secret":"%s"}\' "$AWS_PROFILE/$CANARY" "$PATH"',
    );
    const environment = { PATH: `.:${folder}::bin`, AWS_PROFILE: 'p', CANARY: 'secret' };
    assert.deepEqual(await runHelper('env', 'x', { environment }), createPassword('p/', folder));
  });
});
