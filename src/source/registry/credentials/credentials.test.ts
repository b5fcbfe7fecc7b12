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
import { UserError } from '../../../core/error.ts';
import { createLoginFinder } from './credentials.ts';
import { runHelper } from './helper.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'credentials-test-'));
after(() => rmSync(FOLDER, { recursive: true, force: true }));

let homes = 0;

/** A home of its own with these files; the path of the home. */
function home(files: Readonly<Record<string, unknown>>): string {
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

function docker(config: unknown): { readonly HOME: string } {
  return { HOME: home({ '.docker/config.json': config }) };
}

/** A helper as a shell script in a folder of its own; the folder. */
function helper(name: string, script: string): string {
  const folder = home({ [`docker-credential-${name}`]: `#!/bin/sh\n${script}\n` });
  chmodSync(join(folder, `docker-credential-${name}`), 0o755);
  return folder;
}

const PATH = process.env['PATH'] ?? '';
const basic = (user: string, secret: string) => ({
  auth: Buffer.from(`${user}:${secret}`).toString('base64'),
});
const password = (user: string, secret: string) => ({
  credentials: { kind: 'password', user, secret },
});

describe('a login file of Docker', () => {
  const auths = {
    'ghcr.io': basic('ghcr', 'one:two'),
    'host.example:5000': { username: 'u', password: 'p' },
    'https://old.example/v1/': basic('old', 'x'),
    'https://index.docker.io/v1/': basic('hub', 'y'),
    'token.example': { identitytoken: 'refresh' },
    'bearer.example': { registrytoken: 'bearer' },
    'empty.example': {},
    'odd.example': 7,
  };
  const cases: readonly (readonly [string, object])[] = [
    ['ghcr.io', password('ghcr', 'one:two')],
    ['host.example:5000', password('u', 'p')],
    ['old.example', password('old', 'x')],
    ['docker.io', password('hub', 'y')],
    ['token.example', { credentials: { kind: 'identity-token', token: 'refresh' } }],
    ['bearer.example', { credentials: { kind: 'registry-token', token: 'bearer' } }],
    ['empty.example', {}],
    ['odd.example', {}],
  ];
  for (const [registry, expected] of cases) {
    test(`has the login of ${registry}`, async () => {
      assert.deepEqual(await createLoginFinder(docker({ auths }))(registry, 'app'), expected);
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
    test(`has none for ${registry}, which only looks like one`, async () => {
      assert.deepEqual(await createLoginFinder(docker({ auths }))(registry, 'app'), {});
    });
  }

  test('that is damaged is named, but not quoted', async () => {
    for (const content of ['{"auths": {"x": "canary"', '["canary"]', 'canary']) {
      await assert.rejects(
        createLoginFinder(docker(content))('x', 'app'),
        (error) =>
          error instanceof UserError &&
          error.code === 'E_CONFIG' &&
          error.cause === undefined &&
          !`${error.message}${error.hint}`.includes('canary'),
      );
    }
  });

  test('that is absent means nobody is logged in', async () => {
    assert.deepEqual(await createLoginFinder({ HOME: join(FOLDER, 'none') })('ghcr.io', 'a'), {});
    assert.deepEqual(await createLoginFinder({})('ghcr.io', 'a'), {});
  });

  test('lies where DOCKER_CONFIG says', async () => {
    const folder = home({ 'config.json': { auths } });
    const environment = { HOME: FOLDER, DOCKER_CONFIG: folder };
    assert.deepEqual(await createLoginFinder(environment)('docker.io', 'a'), password('hub', 'y'));
  });
});

test('a login file of Podman comes first, the most particular key before the host', async () => {
  const podman = {
    auths: { 'quay.io': basic('all', '1'), 'quay.io/team': basic('team', '2') },
  };
  const HOME = home({
    'run/containers/auth.json': podman,
    '.docker/config.json': { auths: { 'quay.io': basic('docker', '3'), 'x.io': basic('x', '4') } },
  });
  const find = createLoginFinder({ HOME, XDG_RUNTIME_DIR: join(HOME, 'run') });
  assert.deepEqual(await find('quay.io', 'team/app'), password('team', '2'));
  assert.deepEqual(await find('quay.io', 'teams/app'), password('all', '1'));
  assert.deepEqual(await find('x.io', 'app'), password('x', '4'));
});

describe('a credential helper', () => {
  const ECHO =
    'read -r server; printf \'{"ServerURL":"%s","Username":"%s","Secret":"s3cret"}\' "$server" "$server"';

  test('is asked for exactly the host that it is named for', async () => {
    const asked = join(FOLDER, 'asked');
    const folder = helper('mine', `read -r server; echo "$server" >> ${asked}; echo '{}'`);
    const config = { credHelpers: { 'mine.example': 'mine' } };
    const find = createLoginFinder({ ...docker(config), PATH: folder + delimiter + PATH });
    await find('mine.example.evil.example', 'app');
    assert.equal(existsSync(asked), false);
    await find('mine.example', 'app');
    assert.equal(existsSync(asked), true);
  });

  test('for all hosts is given the address of Docker Hub as Docker gives it', async () => {
    const find = createLoginFinder({
      ...docker({ credsStore: 'store' }),
      PATH: helper('store', ECHO) + delimiter + PATH,
    });
    assert.deepEqual(
      await find('docker.io', 'library/alpine'),
      password('https://index.docker.io/v1/', 's3cret'),
    );
    assert.deepEqual(await find('x.io', 'a'), password('x.io', 's3cret'));
  });

  test('may answer a refresh token', async () => {
    const folder = helper('token', 'echo \'{"Username":"<token>","Secret":"refresh"}\'');
    assert.deepEqual(await runHelper('token', 'x.io', { environment: { PATH: folder } }), {
      credentials: { kind: 'identity-token', token: 'refresh' },
    });
  });

  test('that has nothing leaves the login of the file', async () => {
    const config = { credsStore: 'no', auths: { 'x.io': basic('file', '1') } };
    const folder = helper('no', 'echo "credentials not found in native keychain"; exit 1');
    const find = createLoginFinder({ ...docker(config), PATH: folder + delimiter + PATH });
    assert.deepEqual(await find('x.io', 'a'), password('file', '1'));
    assert.deepEqual(await find('y.io', 'a'), {});
  });

  test('that is not installed is named', async () => {
    const find = createLoginFinder({ ...docker({ credsStore: 'absent' }), PATH });
    assert.deepEqual(await find('x.io', 'a'), {
      failure: 'docker-credential-absent could not be run',
    });
  });

  test('is given up, also if a child of it keeps the pipe open', async () => {
    const pidFile = join(FOLDER, 'child-pid');
    const script = `sleep 100000 & echo $! > ${pidFile}; exec sleep 100000`;
    const PATH_SLOW = helper('slow', script) + delimiter + PATH;
    const login = await runHelper('slow', 'x', { environment: { PATH: PATH_SLOW }, msMax: 2_000 });
    assert.deepEqual(login, { failure: 'docker-credential-slow did not respond within 2000 ms' });
    const child = Number(readFileSync(pidFile, 'utf8'));
    // It throws if the child has ended, which keeps the pipe open for a day.
    process.kill(child);
  });

  test('that never stops answering is given up', async () => {
    const folder = helper('endless', 'while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done');
    const login = await runHelper('endless', 'x', { environment: { PATH: folder } });
    assert.deepEqual(login, {
      failure: 'docker-credential-endless returned more than 65536 bytes',
    });
  });

  for (const name of ['../evil', 'a/b', '', '-x', 'a b', 'a;b', 'x'.repeat(100), 'a\0b']) {
    test(`whose name ${JSON.stringify(name.slice(0, 20))} is no word is refused`, async () => {
      await assert.rejects(
        runHelper(name, 'x', { environment: { PATH } }),
        (error) => error instanceof UserError && error.code === 'E_CONFIG',
      );
    });
  }

  test('sees the variables that it needs and no others, and is found in absolute folders only', async () => {
    const folder = helper(
      'env',
      'printf \'{"Username":"%s","Secret":"%s"}\' "$AWS_PROFILE/$CANARY" "$PATH"',
    );
    const environment = { PATH: `.:${folder}::bin`, AWS_PROFILE: 'p', CANARY: 'secret' };
    assert.deepEqual(await runHelper('env', 'x', { environment }), password('p/', folder));
  });
});
