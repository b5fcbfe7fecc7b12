import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { computeDigest, indexText } from '../../src/foundation/bytes/oci/image.fixture.ts';
import { createTar } from '../../src/foundation/bytes/tar/tar.fixture.ts';
import { formats } from '../../src/report/output/formats.ts';
import { createDatabaseWorld, NEW } from '../support/database-world.ts';
import { type Ended, runProgram } from '../support/run-program.ts';

/** Each secret is a different word, so that a failure shows its origin. */
const SECRETS = [
  'canary-env',
  'canary-plain-env',
  'canary-argument',
  'canary-nop',
  'canary-label',
  'canary-url',
  'canary-command',
  'canary-header',
  'canary-legacy',
  'canary-annotation',
  'canary-comment',
  'canary-buildinfo',
  'canary-health',
];

const PROCESS = {
  Env: ['AWS_SECRET_ACCESS_KEY=canary-env', 'PATH=/bin', 'SETTING=canary-plain-env'],
  Labels: { 'com.example.token': 'canary-label', source: 'https://me:canary-url@example.com/x' },
  Entrypoint: ['/bin/app', '--password', 'canary-command'],
  Cmd: ['/bin/sh', '-c', 'curl -H "Authorization: Bearer canary-header" x'],
  Healthcheck: { Test: ['CMD-SHELL', 'TOKEN=canary-health /bin/app'] },
};

function writeLayout(folder: string): string {
  const put = (content: Buffer | string): string => {
    const bytes = Buffer.from(content);
    const digest = computeDigest(bytes);
    fs.mkdirSync(join(folder, 'blobs', 'sha256'), { recursive: true });
    fs.writeFileSync(join(folder, 'blobs', digest.replace(':', '/')), bytes);
    return digest;
  };
  const layer = createTar([
    { name: 'etc/os-release', content: 'ID=alpine\nVERSION_ID=3.10.1\n' },
    { name: 'lib/apk/db/installed', content: 'P:musl\nV:1.1.20-r0\nA:x86_64\n\n' },
    { name: 'bin/app', content: '#!/bin/sh\n', mode: 0o755 },
    { name: 'bin/sh', content: 'sh', mode: 0o755 },
  ]);
  const config = {
    architecture: 'amd64',
    os: 'linux',
    author: 'TOKEN=canary-comment',
    config: PROCESS,
    container_config: { ...PROCESS, Env: ['TOKEN=canary-legacy'] },
    'moby.buildkit.buildinfo.v1': Buffer.from('canary-buildinfo').toString('base64'),
    rootfs: { type: 'layers', diff_ids: [computeDigest(layer)] },
    history: [
      {
        created_by: 'RUN |2 TOKEN=canary-argument SETTING=canary-plain-env /bin/sh -c make x',
        comment: 'PASSWORD=canary-comment',
      },
      { created_by: '/bin/sh -c #(nop)  ENV SETTING=canary-nop', empty_layer: true },
    ],
  };
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: put(JSON.stringify(config)),
      size: 1,
    },
    layers: [
      {
        mediaType: 'application/vnd.oci.image.layer.v1.tar',
        digest: put(layer),
        size: layer.length,
      },
    ],
    annotations: { 'api-key': 'canary-annotation' },
  });
  const descriptor = {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: put(manifest),
    size: manifest.length,
  };
  fs.writeFileSync(join(folder, 'index.json'), indexText([descriptor]));
  fs.writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  return `oci-dir:${folder}`;
}

/** Returns the text, and every base64 part of it that decodes to text. */
function decodeText(text: string): string {
  const encoded = text.match(/[A-Za-z0-9+/]{16,}={0,2}/g) ?? [];
  return [text, ...encoded.map((one) => Buffer.from(one, 'base64').toString('latin1'))].join('\n');
}

function assertNoSecret({ stdout, stderr }: Ended, subject: string): void {
  const all = decodeText(stdout + stderr);
  const found = SECRETS.filter((secret) => all.includes(secret));
  assert.deepEqual(found, [], subject);
}

function createTemporaryFolder(t: TestContext): string {
  const folder = fs.mkdtempSync(join(tmpdir(), 'plimsoll-secrets-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('no output contains values of variables, build arguments or secret labels', async (t) => {
  const { mirror, root, db } = await createDatabaseWorld(t);
  mirror.publishTiny(NEW);
  assert.equal((await db('update')).status, 0);
  const folder = createTemporaryFolder(t);
  const [image, other] = ['one', 'two'].map((name) => writeLayout(join(folder, name)));
  assert.ok(image !== undefined && other !== undefined);
  const environment = {
    PLIMSOLL_DB: root,
    PLIMSOLL_DB_MAX_AGE: '0',
    PLIMSOLL_OFFLINE: 'true',
    PLIMSOLL_CACHE_DIR: join(folder, 'cache'),
  };
  const saved = join(folder, 'saved.json');
  await runProgram(['scan', image, '-o', `json=${saved}`], environment);
  const lines: string[][] = [
    ['why', image, 'CVE-2020-0001'],
    ['why', image, '/bin/sh'],
    ['scan', image, '-o', 'json', '--reach', '--surface'],
    ['scan', image, '-o', 'html', '--reach', '--surface'],
    ['compare', image, saved],
    ['compare', image, other, '-o', 'json'],
    ['sbom', image, '--grade', '-o', 'json'],
    ['sbom', saved, '-o', 'cyclonedx-json'],
    ['justify', 'vex', 'draft', image, '-o', 'openvex'],
  ];
  for (const { id, carries, takesTemplate } of formats) {
    if (takesTemplate !== true) {
      lines.push([carries.includes('inventory') ? 'sbom' : 'scan', image, '-o', id]);
      if (carries.includes('findings')) lines.push(['scan', image, '-o', id]);
    }
  }
  // The second run reads the cache of the first.
  for (const line of [...lines, ...lines.slice(0, 4)]) {
    assertNoSecret(await runProgram([...line, '-v'], environment), line.join(' '));
  }
});

test('a document keeps names, the digest of the configuration, and data needed for matching', async (t) => {
  const folder = createTemporaryFolder(t);
  const image = writeLayout(folder);
  const { stdout } = await runProgram(['sbom', image, '-o', 'json', '-q', '--no-cache']);
  const { target } = (JSON.parse(stdout) as { inventory: { target: Record<string, string> } })
    .inventory;
  const raw = fs
    .readdirSync(join(folder, 'blobs', 'sha256'))
    .map((name) => fs.readFileSync(join(folder, 'blobs', 'sha256', name)))
    .find((blob) => blob.includes('container_config'));
  assert.ok(raw !== undefined);
  assert.equal(target['imageId'], `sha256:${createHash('sha256').update(raw).digest('hex')}`);
  const config = JSON.parse(Buffer.from(target['config'] ?? '', 'base64').toString()) as {
    config: typeof PROCESS;
    history: { created_by: string }[];
  };
  assert.deepEqual(config.config.Env, ['AWS_SECRET_ACCESS_KEY', 'PATH', 'SETTING']);
  assert.deepEqual(config.config.Entrypoint, ['/bin/app', '--password', '***']);
  assert.deepEqual(
    config.history.map((entry) => entry.created_by),
    ['RUN |2 TOKEN=*** SETTING=*** /bin/sh -c make x', '/bin/sh -c #(nop)  ENV SETTING=***'],
  );
});

test('a document of another program or an older version is masked when it is read', async (t) => {
  const folder = createTemporaryFolder(t);
  const config = Buffer.from(JSON.stringify({ config: PROCESS })).toString('base64');
  const document = {
    artifacts: [],
    artifactRelationships: [],
    source: {
      id: '1',
      name: 'a',
      version: '1',
      type: 'image',
      metadata: {
        userInput: 'a:1',
        imageID: `sha256:${'1'.repeat(64)}`,
        manifestDigest: `sha256:${'2'.repeat(64)}`,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        tags: [],
        imageSize: 0,
        layers: [],
        manifest: '',
        config,
        repoDigests: [],
        architecture: 'amd64',
        os: 'linux',
        labels: PROCESS.Labels,
      },
    },
    distro: {},
    descriptor: { name: 'syft', version: '1' },
    schema: { version: '16.0.0', url: 'x' },
  };
  const file = join(folder, 'syft.json');
  fs.writeFileSync(file, JSON.stringify(document));
  for (const format of ['json', 'syft-json', 'cyclonedx-json', 'spdx-tag-value']) {
    const ended = await runProgram(['sbom', file, '-o', format]);
    assert.equal(ended.status, 0, ended.stderr);
    assertNoSecret(ended, format);
  }
});
