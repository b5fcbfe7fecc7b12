import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type FixtureImage, FixtureLayout } from '../../src/foundation/bytes/oci/image.fixture.ts';
import { createTar, type FixtureEntry } from '../../src/foundation/bytes/tar/tar.fixture.ts';
import type { StatementSeed } from '../support/advisory-database.ts';
import { ALPINE, DecidedWorld } from '../support/decided-image.ts';
import { type Ended, runProgram } from '../support/run-program.ts';
import { createTinyElf } from '../support/tiny-elf.ts';

const world = new DecidedWorld();
before(async () => {
  const statements = ['one', 'two', 'own'].map((name, index): StatementSeed => {
    return {
      id: `CVE-2026-000${index}`,
      provider: 'alpine',
      system: 0,
      ecosystem: 'apk',
      name,
      severities: [{ scheme: 'CHMLN', value: 'high', rank: 1 }],
      ranges: [{ scheme: 'apk', constraint: '< 3', fix: '3' }],
    };
  });
  await world.addDatabase('db', { ...ALPINE, statements });
});
after(() => world[Symbol.dispose]());

const RELEASE = 'ID=alpine\nVERSION_ID=3.20.3\nPRETTY_NAME="Alpine Linux v3.20"\n';

function writeRecords(versions: Readonly<Record<string, string>>): string {
  return Object.entries(versions)
    .map(([name, version]) => `P:${name}\nV:${version}\nA:x86_64\nF:usr/bin\nR:${name}\n\n`)
    .join('');
}

/** A layer with the package database and one file for each package that has one. */
function createLayer(
  versions: Readonly<Record<string, string>>,
  files: readonly string[] = Object.keys(versions),
): Buffer {
  const entries: FixtureEntry[] = [
    { name: 'lib/apk/db/installed', content: writeRecords(versions) },
    { name: 'etc/os-release', content: RELEASE },
    ...files.map((name) => ({
      name: `usr/bin/${name}`,
      mode: 0o755,
      content: createTinyElf({ buildId: Buffer.from(`${name} ${versions[name]}`.padEnd(20)) }),
    })),
    // Enough files for the sketch to distinguish base images.
    ...Array.from({ length: 40 }, (_, index) => ({
      name: `usr/share/data/${index}`,
      content: `${versions['one']} ${index}`,
    })),
  ];
  return createTar(entries);
}

function writeImage(name: string, image: FixtureImage): string {
  const layout = new FixtureLayout();
  const file = join(world.folder, `${name}.tar`);
  writeFileSync(file, createTar(layout.listEntries([layout.addImage(image)])));
  return `oci-archive:${file}`;
}

const OLD = createLayer({ one: '1', two: '1' });
const NEW = createLayer({ one: '2', two: '3' });
const APPLICATION = createTar([
  { name: 'lib/apk/db/installed', content: writeRecords({ one: '1', two: '2', own: '1' }) },
  { name: 'usr/bin/own', mode: 0o755, content: '#!/bin/sh\n' },
]);

const HISTORY = [{ created_by: 'ADD file:0123456789abcdef0123456789abcdef in /' }];

function runWithStore(store: string, ...args: readonly string[]): Promise<Ended> {
  const words = [...args, '--base-store', join(world.folder, store)];
  return args[1] === 'base' ? runProgram(words) : world.run(...words);
}

function runBase(...args: readonly string[]): Promise<Ended> {
  return runWithStore('bases', ...args);
}

before(async () => {
  for (const [name, layer, created] of [
    ['old', OLD, '2026-01-01T00:00:00Z'],
    ['new', NEW, '2026-01-02T00:00:00Z'],
  ] as const) {
    const target = writeImage(name, { layers: [layer], created, history: HISTORY });
    const { status, stderr } = await runBase('harden', 'base', 'add', target, '--name', 'shop:1');
    assert.equal(status, 0, stderr);
  }
});

interface Answer {
  readonly state: string;
  readonly base?: { readonly names: readonly string[]; readonly created: string };
  readonly evidence: readonly { readonly kind: string; readonly check?: string }[];
  readonly packages?: { readonly release: string; readonly known: number; readonly of: number };
}

async function identify(target: string): Promise<Answer> {
  const { stdout, stderr } = await runBase('harden', 'base', 'which', target, '-o', 'json');
  assert.notEqual(stdout, '', stderr);
  return JSON.parse(stdout) as Answer;
}

function listKinds({ evidence }: Answer): readonly string[] {
  return evidence.map(({ kind }) => kind);
}

test('the same layers identify the base image, whatever the label claims', async () => {
  const layers = [OLD, APPLICATION];
  const history = [...HISTORY, { created_by: 'COPY own /usr/bin' }];
  const answer = await identify(writeImage('exact', { layers, history }));
  assert.equal(answer.state, 'exact');
  assert.equal(answer.base?.created, '2026-01-01T00:00:00Z');
  assert.deepEqual(listKinds(answer), ['exact', 'history', 'content']);
  const label = 'org.opencontainers.image.base.name';
  for (const [name, check] of [
    ['shop:1', 'confirmed'],
    ['docker.io/library/shop:1', 'confirmed'],
    ['debian:12', 'unverified'],
  ] as const) {
    const claimed = await identify(writeImage('claimed', { layers, labels: { [label]: name } }));
    assert.equal(claimed.evidence.find(({ kind }) => kind === 'claimed')?.check, check, name);
  }
  const wrong = await identify(
    writeImage('false', { layers: [APPLICATION], labels: { [label]: 'shop:1' } }),
  );
  assert.equal(wrong.evidence.find(({ kind }) => kind === 'claimed')?.check, 'contradicted');
  assert.equal(wrong.state, 'unknown');
});

test('content identifies a base image whose layers were rewritten', async () => {
  const squashed = createTar([{ name: 'srv/app', content: 'app' }]);
  const rewritten = Buffer.concat([NEW.subarray(0, -1024), squashed]);
  const answer = await identify(writeImage('squashed', { layers: [rewritten] }));
  assert.equal(answer.state, 'same');
  assert.equal(answer.base?.created, '2026-01-02T00:00:00Z');
  const upgraded = createLayer({ one: '1', two: '2' });
  const changed = await identify(writeImage('upgraded', { layers: [upgraded] }));
  assert.equal(changed.state, 'changed');
  assert.equal(changed.base?.created, '2026-01-01T00:00:00Z');
});

test('only the packages of the release are counted if too little of a base image is left', async () => {
  const slim = createTar([
    { name: 'lib/apk/db/installed', content: writeRecords({ one: '2', other: '1' }) },
    { name: 'etc/os-release', content: RELEASE },
  ]);
  const answer = await identify(writeImage('slim', { layers: [slim] }));
  assert.equal(answer.state, 'unknown');
  assert.deepEqual(answer.packages, { release: 'Alpine Linux v3.20', known: 1, of: 2 });
  const { stdout } = await runBase(
    'harden',
    'base',
    'which',
    writeImage('slim', { layers: [slim] }),
  );
  assert.match(
    stdout,
    /the base image is not known; 1 of 2 packages are in base images of Alpine Linux v3\.20/,
  );
});

test('a scan attributes findings to the base image, and names those that a newer build fixes', async () => {
  const target = writeImage('scanned', { layers: [OLD, APPLICATION] });
  const { stdout, stderr } = await runBase('scan', target, '--base', 'auto', '-o', 'json');
  assert.notEqual(stdout, '', stderr);
  const { inventory, findings, newerBase } = JSON.parse(stdout) as {
    readonly inventory: { readonly packages: readonly { name: string; origin: string }[] };
    readonly findings: { readonly findings: readonly object[] };
    readonly newerBase: { readonly findings: number; readonly gone: number };
  };
  assert.deepEqual(
    Object.fromEntries(inventory.packages.map(({ name, origin }) => [name, origin])),
    { one: 'base', two: 'changed', own: 'application' },
  );
  assert.equal(findings.findings.length, 3);
  assert.deepEqual([newerBase.findings, newerBase.gone], [1, 0]);
  const table = await runBase('scan', target, '--base', 'shop:1');
  assert.match(table.stdout, /two .* base, changed here/);
  assert.match(
    table.stdout,
    /1 of 3 findings comes from the base image shop:1; 0 of them are gone in its build of 2026-01-02/,
  );
  const unknown = await runBase('scan', target, '--base', 'debian:12');
  assert.equal(unknown.status, 3);
  assert.match(unknown.stderr, /E_BASE_UNKNOWN/);
  const plain = await runBase('scan', target);
  assert.doesNotMatch(plain.stdout, /ORIGIN|base image/);
});

test('packages without a database are recognized, matched and marked, and never pass a gate', async () => {
  const content = createTinyElf({ buildId: Buffer.from('two 1'.padEnd(20)) });
  const blind = createTar([
    { name: 'etc/os-release', content: RELEASE },
    { name: 'opt/renamed', mode: 0o755, content },
  ]);
  const target = writeImage('blind', { layers: [blind] });
  const { status, stdout, stderr } = await runBase('scan', target, '--fail-on', 'critical');
  assert.equal(status, 4, stderr);
  assert.match(stdout, /two +1 +3 +apk +CVE-2026-0001 +High +\(recognized, note\)/);
  assert.match(
    stdout,
    /\/lib\/apk\/db\/installed: the package database is missing: 1 package was recog/,
  );
  assert.match(stdout, /\/opt\/renamed: this is \/usr\/bin\/two of two 1 under another name/);
  // Without the store, the target is not evaluated.
  const unknown = await runWithStore('none', 'scan', target, '--fail-on', 'low', '-o', 'junit');
  assert.equal(unknown.status, 4);
  assert.match(unknown.stdout, /<error type="incomplete" message="not evaluated: 1 executable/);
});

test('a gate can count findings of the application only, and a scan can be remembered', async () => {
  const files = ['g.sarif', 'g.html'].map((file) => join(world.folder, file)) as [string, string];
  const outputs = ['-o', 'json', '-o', `sarif=${files[0]}`, '-o', `html=${files[1]}`];
  const gate = ['--fail-on', 'high', '--of', 'application', ...outputs];
  const own = createTar([{ name: 'srv/app', content: 'app' }]);
  const target = writeImage('gated', { layers: [OLD, own] });
  const passed = await runWithStore('bases', 'scan', target, ...gate, '--remember');
  assert.match(passed.stderr, /remembered as gated/);
  assert.equal(passed.status, 0, passed.stderr);
  assert.match(
    passed.stdout,
    /no open findings of the application are high or worse; 2 of the base image are/,
  );
  const [sarif, html] = files.map((file) => readFileSync(file, 'utf8'));
  assert.equal(sarif?.match(/"origin":"base"/g)?.length, 2);
  for (const text of [sarif, html]) {
    assert.match(text ?? '', /2 of 2 findings come from the base image shop:1; 1 of them is gone/);
  }
  // What a scan remembered is not the base image of the same image.
  const again = await runBase('harden', 'base', 'which', target, '-o', 'json');
  assert.deepEqual((JSON.parse(again.stdout) as Answer).base?.names, ['shop:1']);
  const layers = [OLD, APPLICATION];
  const failed = await runBase('scan', writeImage('failing', { layers }), ...gate);
  assert.equal(failed.status, 2);
  assert.match(
    failed.stderr,
    /2 open findings of the application are high or worse; 1 of the base image is/,
  );
  const unused = await runBase('scan', target, '--of', 'application');
  assert.match(unused.stderr, /--of requires --fail-on/);
});

test('facts travel as a file, and an altered one is refused', async () => {
  const file = join(world.folder, 'exported.json');
  const other = join(world.folder, 'other-store');
  const [id = ''] = readdirSync(join(world.folder, 'bases'));
  const start = id.slice(0, 12);
  assert.equal((await runBase('harden', 'base', 'export', start, file)).status, 0);
  const run = (...args: readonly string[]): Promise<Ended> => runWithStore('other-store', ...args);
  assert.equal((await run('harden', 'base', 'import', file)).status, 0);
  assert.deepEqual(readFileSync(join(other, id)), readFileSync(join(world.folder, 'bases', id)));
  writeFileSync(file, readFileSync(file, 'utf8').replace('"name":"one"', '"name":"six"'));
  const altered = await run('harden', 'base', 'import', file);
  assert.equal(altered.status, 1);
  assert.match(altered.stderr, /E_BASE_INVALID.*content does not match its ID/s);
  writeFileSync(join(other, id), readFileSync(file));
  const doubted = await runWithStore(
    'other-store',
    'scan',
    writeImage('doubted', { layers: [OLD] }),
    '--base',
    'auto',
  );
  assert.match(doubted.stderr, /content does not match its ID/);
  assert.match(doubted.stdout, /The base image is not known/);
  writeFileSync(join(other, id), 'damaged');
  const target = writeImage('any', { layers: [OLD] });
  const scanned = await run('scan', target, '--base', 'auto');
  assert.match(scanned.stderr, /could not read the base image/);
  assert.match(scanned.stdout, /The base image is not known/);
  assert.equal((await run('harden', 'base', 'remove', 'shop:1')).status, 3);
});

test('a plan recommends base images on which the application runs, and a recipe moves it', async () => {
  const uncovered = createTar([
    { name: 'etc/os-release', content: 'ID=other\nVERSION_ID=1\n' },
    { name: 'lib/apk/db/installed', content: writeRecords({ one: '1' }) },
    { name: 'usr/bin/one', mode: 0o755, content: createTinyElf({ buildId: Buffer.alloc(20) }) },
  ]);
  const other = writeImage('other', { layers: [uncovered] });
  assert.equal((await runBase('harden', 'base', 'add', other)).status, 0);
  const program = { name: 'opt/app', mode: 0o755, content: createTinyElf({}) };
  const entrypoint = ['/opt/app'];
  const target = writeImage('moved', { layers: [OLD, createTar([program])], entrypoint });
  const planned = await runBase('harden', 'plan', target, '-o', 'json');
  const { bases } = JSON.parse(planned.stdout) as {
    readonly bases: readonly { kind: string; name: string; check: string; findings: object }[];
  };
  // The database does not cover the other system, so that no finding there proves nothing.
  assert.deepEqual(
    bases.map(({ kind, name, check, findings }) => [kind, name, check, findings]),
    [
      ['newer-build', 'shop:1', 'yes', { before: 2, after: 1 }],
      ['system', 'other', 'yes', { before: 2 }],
    ],
  );
  // The other base image does not have the program of "two", so a copy has its vulnerabilities.
  const script = { name: 'opt/app', mode: 0o755, content: '#!/usr/bin/two\n' };
  const scripted = writeImage('scripted', { layers: [OLD, createTar([script])], entrypoint });
  const again = await runBase('harden', 'plan', scripted, '-o', 'json');
  const { bases: others } = JSON.parse(again.stdout) as {
    readonly bases: readonly { name: string; check: string; packages: object }[];
  };
  assert.deepEqual(
    others.map(({ name, check, packages }) => [name, check, packages]),
    [
      ['shop:1', 'yes', { before: 2, after: 2 }],
      ['other', 'yes-with', { before: 2, after: 2 }],
    ],
  );
  const { stdout, stderr } = await runBase('harden', 'recipe', target, '--on', 'shop:1');
  assert.match(stderr, /2 base images have the name "shop:1"; using the latest/);
  assert.match(stdout, /^FROM shop:1@sha256:[0-9a-f]{64}$/m);
  assert.match(stdout, /^COPY --from=app \/opt\/app \/opt\/\n.*ENTRYPOINT \["\/opt\/app"\]/ms);
});

test('a copied program of the base image keeps its findings on another one, as in a scan', async () => {
  const content = createTinyElf({ buildId: Buffer.from('two 1'.padEnd(20)) });
  const copy = createTar([{ name: 'opt/copy', mode: 0o755, content }]);
  const entrypoint = ['/opt/copy'];
  const target = writeImage('copied', { layers: [OLD, copy], entrypoint });
  const { stdout } = await runBase('harden', 'plan', target, '-o', 'json');
  const { bases } = JSON.parse(stdout) as {
    readonly bases: readonly { kind: string; findings: object; packages: object }[];
  };
  const newer = bases.find(({ kind }) => kind === 'newer-build');
  const rebuilt = writeImage('rebuilt', { layers: [NEW, copy], entrypoint });
  const scanned = JSON.parse((await runBase('scan', rebuilt, '-o', 'json')).stdout) as {
    readonly inventory: { readonly packages: readonly object[] };
    readonly findings: { readonly findings: readonly object[] };
  };
  assert.deepEqual(newer?.findings, { before: 2, after: scanned.findings.findings.length });
  assert.deepEqual(newer?.packages, { before: 2, after: scanned.inventory.packages.length });
  // "one" of the base image, and the copy of "two", which is older than the one beside it.
  assert.equal(scanned.findings.findings.length, 2);
});

test('a predicted number of findings leaves out packages without code, as a scan does', async () => {
  await world.addDatabase('debian', {
    systems: [{ name: 'debian', major: '12', codename: 'bookworm' }],
    statements: [
      {
        id: 'CVE-2026-0001',
        provider: 'debian',
        system: 0,
        ecosystem: 'deb',
        name: 'one',
        ranges: [{ scheme: 'dpkg', constraint: '< 3', fix: '3', state: 'fixed' }],
      },
    ],
  });
  const writeRecord = (name: string, version: string): string =>
    `Package: ${name}\nStatus: install ok installed\nSource: one\nVersion: ${version}\nArchitecture: amd64\n\n`;
  const createDocumented = (version: string): Buffer =>
    createTar([
      { name: 'etc/os-release', content: 'ID=debian\nVERSION_ID=12\nVERSION_CODENAME=bookworm\n' },
      {
        name: 'var/lib/dpkg/status',
        content: ['tool', 'one-base'].map((name) => writeRecord(name, version)).join(''),
      },
      { name: 'var/lib/dpkg/info/tool.list', content: '/usr/bin/tool\n' },
      { name: 'var/lib/dpkg/info/one-base.list', content: '/usr/share/doc/one/README\n' },
      { name: 'usr/bin/tool', mode: 0o755, content: createTinyElf({}) },
      { name: 'usr/share/doc/one/README', content: version },
    ]);
  const store = join(world.folder, 'documented');
  for (const version of ['1', '2']) {
    const created = `2026-01-0${version}T00:00:00Z`;
    const target = writeImage('documented', { layers: [createDocumented(version)], created });
    const words = [
      'harden',
      'base',
      'add',
      target,
      '--name',
      'documented:1',
      '--base-store',
      store,
    ];
    assert.equal((await runProgram(words)).status, 0);
  }
  const program = createTar([{ name: 'opt/app', mode: 0o755, content: createTinyElf({}) }]);
  const layers = [createDocumented('1'), program];
  const target = writeImage('documented-app', { layers, entrypoint: ['/opt/app'] });
  const words = ['harden', 'plan', target, '-o', 'json', '--base-store', store];
  const { stdout } = await world.runWithDatabase('debian', ...words);
  const { bases } = JSON.parse(stdout) as { readonly bases: readonly { findings: object }[] };
  assert.deepEqual(
    bases.map(({ findings }) => findings),
    [{ before: 1, after: 1 }],
  );
});
