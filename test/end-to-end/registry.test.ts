import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Certificate, makeCertificate } from '../support/certificate.ts';
import { copyImage, type DockerRegistry, startRegistry } from '../support/docker-registry.ts';
import { skipUnlessInstalled } from '../support/installed-program.ts';
import { runProgram } from '../support/run-program.ts';

const SAMPLE = join(import.meta.dirname, '..', '..', 'examples', 'sample-alpine.oci.tar');
const OTHER = join(import.meta.dirname, '..', '..', 'examples', 'sample.oci.tar');
const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';
const USER = 'canary-user';
const SECRET = 'canary-password';
/** Bcrypt line of that user and password. */
const PASSWORD_LINE = `${USER}:$2y$05$abcdefghijklmnopqrstuuTvmw3qcMpAvEgQGhbFMhqjD3R/evDDW`;

interface Told {
  readonly inventory: {
    readonly target: {
      readonly manifestDigest: string;
      readonly tags: readonly string[];
      readonly repoDigests: readonly string[];
      readonly userInput: string;
    };
    readonly packages: readonly { readonly name: string }[];
  };
}

const FOLDER = mkdtempSync(join(tmpdir(), 'plimsoll-registry-'));
after(() => rmSync(FOLDER, { recursive: true, force: true }));

function makeFolder(name: string): string {
  const folder = join(FOLDER, name);
  mkdirSync(folder);
  return folder;
}

async function readInventory(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Told['inventory']> {
  const { status, stdout, stderr } = await runProgram(['sbom', '-o', 'json', ...args], environment);
  assert.equal(status, 0, stderr);
  return (JSON.parse(stdout) as Told).inventory;
}

async function expectFailure(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number | string; readonly stderr: string }> {
  const { status, stdout, stderr } = await runProgram(['sbom', ...args], environment);
  assert.equal(stdout, '');
  assert(!stderr.includes(SECRET), stderr);
  return { status, stderr };
}

const skip = skipUnlessInstalled('docker-registry', 'skopeo', 'openssl');

describe('an image in the Docker registry', { skip }, () => {
  let registry: DockerRegistry;
  let image = '';

  before(async () => {
    registry = await startRegistry({ folder: makeFolder('plain') });
    image = `${registry.host}/team/sample`;
    for (const [archive, name] of [
      [SAMPLE, `${image}:1`],
      [SAMPLE, `${registry.host}/library/alpine:3`],
      [OTHER, `${image}:other`],
      [SAMPLE, `${registry.host}/broken:1`],
      [OTHER, `${registry.host}/altered:1`],
    ]) {
      copyImage(`oci-archive:${archive}`, `docker://${name}`);
    }
  });
  after(() => registry?.[Symbol.asyncDispose]());

  /** Returns the descriptor of an existing manifest. */
  async function fetchDescriptor(tag: string) {
    const response = await fetch(`http://${registry.host}/v2/team/sample/manifests/${tag}`, {
      headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
    });
    const content = Buffer.from(await response.arrayBuffer());
    const digest = response.headers.get('docker-content-digest') ?? '';
    return { mediaType: response.headers.get('content-type'), digest, size: content.length };
  }

  function getBlobPath(repository: string, name: string): string {
    const links = join(registry.dataFolder, 'docker/registry/v2/repositories', repository);
    assert(existsSync(join(links, '_layers/sha256', name)), name);
    const blobs = join(registry.dataFolder, 'docker/registry/v2/blobs/sha256');
    return join(blobs, name.slice(0, 2), name, 'data');
  }

  async function fetchLastLayer(repository: string): Promise<string> {
    const response = await fetch(`http://${registry.host}/v2/${repository}/manifests/1`, {
      headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
    });
    const { layers } = (await response.json()) as { layers: { digest: string }[] };
    return layers.at(-1)?.digest.slice('sha256:'.length) ?? '';
  }

  test('has the same content by its tag as in an archive', async () => {
    const pulled = await readInventory([`${image}:1`]);
    const { digest } = await fetchDescriptor('1');
    assert.deepEqual(pulled.packages, (await readInventory([SAMPLE])).packages);
    assert(pulled.packages.length > 0);
    assert.equal(pulled.target.manifestDigest, digest);
    assert.deepEqual(pulled.target.tags, [`${image}:1`]);
    assert.deepEqual(pulled.target.repoDigests, [`${image}@${digest}`]);
  });

  test('is read by its digest, with or without a tag, and by its source', async () => {
    const { digest } = await fetchDescriptor('1');
    for (const target of [`${image}@${digest}`, `${image}:other@${digest}`]) {
      const { target: described } = await readInventory([target]);
      assert.deepEqual([described.manifestDigest, described.tags], [digest, []]);
    }
    const named = await readInventory([`registry:${image}:1`]);
    assert.equal(named.target.manifestDigest, digest);
  });

  test('of several platforms is chosen by --platform', async () => {
    const [one, other] = [await fetchDescriptor('1'), await fetchDescriptor('other')];
    const index = {
      schemaVersion: 2,
      mediaType: INDEX_TYPE,
      manifests: [
        { ...one, platform: { os: 'linux', architecture: 'amd64' } },
        { ...other, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
      ],
    };
    const { status } = await fetch(`http://${registry.host}/v2/team/sample/manifests/multi`, {
      method: 'PUT',
      headers: { 'content-type': INDEX_TYPE },
      body: JSON.stringify(index),
    });
    assert.equal(status, 201);
    for (const [platform, { digest }] of [
      ['linux/amd64', one],
      ['linux/arm64', other],
      ['arm64/v8', other],
    ] as const) {
      const { target } = await readInventory([`${image}:multi`, '--platform', platform]);
      assert.equal(target.manifestDigest, digest, platform);
    }
    const { status: refused, stderr } = await expectFailure([
      `${image}:multi`,
      '--platform',
      's390x',
    ]);
    assert.equal(refused, 3);
    assert.match(stderr, /E_PLATFORM[^]*linux\/amd64, linux\/arm64\/v8/);
  });

  test('is read from a mirror', async () => {
    const mirrors = ['--registry-mirror', `docker.io=${registry.host}`];
    const { target } = await readInventory(['alpine:3', ...mirrors]);
    assert.deepEqual(target.tags, ['docker.io/library/alpine:3']);
  });

  test('is read from the next server if a mirror lacks it', async () => {
    const mirrors = ['--registry-mirror', `${registry.host}=${registry.host}/nothing/here`];
    const { status, stderr } = await runProgram(['sbom', `${image}:1`, ...mirrors]);
    assert.equal(status, 0);
    assert.match(stderr, /mirror .* has no manifest 1 of nothing\/here\/team\/sample/);
  });

  test('that is missing is reported', async () => {
    for (const target of [`${image}:none`, `${registry.host}/nobody`]) {
      const { status, stderr } = await expectFailure([target]);
      assert.equal(status, 5);
      assert.match(stderr, /^error\[E_TARGET_UNKNOWN\]: 127\.0\.0\.1:\d+ has no manifest /m);
    }
  });

  test('without one of its blobs is reported as incomplete', async () => {
    const digest = await fetchLastLayer('broken');
    unlinkSync(getBlobPath('broken', digest));
    const { status, stderr } = await expectFailure([`${registry.host}/broken:1`]);
    assert.equal(status, 1);
    assert.match(stderr, new RegExp(`E_IMAGE_INVALID.*${digest}`));
  });

  test('with a modified blob is rejected', async () => {
    const digest = await fetchLastLayer('altered');
    const altered = getBlobPath('altered', digest);
    writeFileSync(altered, Buffer.alloc(1_000, 'altered'));
    const { status, stderr } = await expectFailure([`${registry.host}/altered:1`]);
    assert.equal(status, 1);
    assert.match(stderr, new RegExp(`E_DIGEST_MISMATCH.*${digest}`));
  });
});

describe('a registry with TLS and passwords', { skip }, () => {
  let registry: DockerRegistry;
  let certificate: Certificate;
  let image = '';
  let authFile = '';

  before(async () => {
    const folder = makeFolder('secure');
    certificate = makeCertificate(folder);
    registry = await startRegistry({ folder, certificate, passwordLine: PASSWORD_LINE });
    image = `${registry.host}/team/sample:1`;
    authFile = join(folder, 'auth.json');
    copyImage(`oci-archive:${SAMPLE}`, `docker://${image}`, '--dest-creds', `${USER}:${SECRET}`);
    const account = ['--username', USER, '--password-stdin', registry.host];
    const login = spawnSync(
      'skopeo',
      ['login', '--authfile', authFile, '--tls-verify=false', ...account],
      { input: SECRET, encoding: 'utf8' },
    );
    assert.equal(login.status, 0, login.stderr);
  });
  after(() => registry?.[Symbol.asyncDispose]());

  test('is trusted by the named certificate only', async () => {
    const { status, stderr } = await expectFailure([image], { REGISTRY_AUTH_FILE: authFile });
    assert.equal(status, 5);
    assert.match(stderr, /E_NETWORK[^]*--ca-file/);
  });

  test('serves the image for a Podman or Docker login, and its password is never printed', async () => {
    const docker = makeFolder('docker-config');
    const auth = Buffer.from(`${USER}:${SECRET}`).toString('base64');
    writeFileSync(
      join(docker, 'config.json'),
      JSON.stringify({ auths: { [registry.host]: { auth } } }),
    );
    for (const environment of [{ REGISTRY_AUTH_FILE: authFile }, { DOCKER_CONFIG: docker }]) {
      for (const trust of [
        ['--ca-file', certificate.certificateFile],
        ['--insecure-skip-tls-verify'],
      ]) {
        for (const format of ['json', 'syft-json', 'table']) {
          const args = ['sbom', image, '-v', '-o', format, ...trust];
          const { status, stdout, stderr } = await runProgram(args, environment);
          assert.equal(status, 0, stderr);
          assert.match(stdout, /musl/);
          assert(!`${stdout}${stderr}`.includes(SECRET));
          assert(!`${stdout}${stderr}`.includes(auth));
        }
      }
    }
  });

  test('rejects missing credentials and wrong passwords', async () => {
    const trust = ['--ca-file', certificate.certificateFile];
    const wrong = join(FOLDER, 'wrong.json');
    const auth = Buffer.from(`${USER}:${SECRET}-wrong`).toString('base64');
    writeFileSync(wrong, JSON.stringify({ auths: { [registry.host]: { auth } } }));
    for (const environment of [{ HOME: FOLDER }, { REGISTRY_AUTH_FILE: wrong }]) {
      const { status, stderr } = await expectFailure([image, '-v', ...trust], environment);
      assert.equal(status, 5);
      assert.match(stderr, /E_UNAUTHORIZED[^]*docker login 127\.0\.0\.1/);
    }
  });
});
