import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, suite, test } from 'node:test';
import { decide } from '../../src/assess/decide.ts';
import { readInventory } from '../../src/assess/read-inventory.ts';
import type { ScanOptions } from '../../src/assess/scan-options.ts';
import type { FixtureEntry } from '../../src/foundation/bytes/tar/tar.fixture.ts';
import { present } from '../../src/foundation/core/assert.ts';
import type { Decision, EvidenceRecord } from '../../src/foundation/core/decision.ts';
import type { Findings } from '../../src/foundation/core/finding.ts';
import type { Inventory } from '../../src/foundation/core/inventory.ts';
import { createDraft } from '../../src/vulnerability/decide/derive/draft.ts';
import { derivations } from '../../src/vulnerability/decide/derive/registry.generated.ts';
import { listWithdrawnDecisions } from '../../src/vulnerability/decide/derive/withdrawn-decisions.ts';
import { createEvidenceRecord } from '../../src/vulnerability/decide/evidence.ts';
import {
  listVendorAnswers,
  type VendorAnswer,
} from '../../src/vulnerability/explain/vendor-answers.ts';
import { matchInventory } from '../../src/vulnerability/match/match-inventory.ts';
import {
  createDatabase,
  type DatabaseSeed,
  type StatementSeed,
} from '../support/advisory-database.ts';
import { createTinyElf } from '../support/tiny-elf.ts';
import { HEADERS_RECORD, readHeaders } from './linux-headers.data.ts';
import { RealImages } from './real-image.ts';
import { findSharedMaterial, SKIP_REASON } from './shared-material.ts';

const shared = findSharedMaterial() ?? '';
const FOLDER = mkdtempSync(join(tmpdir(), 'plimsoll-justified-'));
after(() => rmSync(FOLDER, { recursive: true, force: true }));

const ID = 'CVE-2025-7777';

interface Look {
  /** Statements that led to no finding. */
  readonly answers: readonly VendorAnswer[];
  readonly inventory: Inventory;
  readonly findings: Findings;
}

const images = new RealImages(shared, FOLDER);

async function look(
  input: string,
  seed: DatabaseSeed,
  options: Partial<ScanOptions> = {},
): Promise<Look> {
  using database = await createDatabase(seed);
  const inventory = await readInventory(input, {
    temporaryFolder: FOLDER,
    cache: { folder: join(FOLDER, 'cache'), build: 'test', isRenewed: false },
    ...options,
  });
  const found = matchInventory(inventory, database);
  const findings = decide(found, inventory, {
    filters: { ignoredStates: [] },
    ignoreFiles: [],
    vexDocuments: [],
    isDerived: true,
  });
  const answers = listVendorAnswers(inventory, database, {});
  return { inventory, findings, answers: [...answers] };
}

/**
 * Returns the derivation of a rule for a package, regardless of other decisions about its finding.
 */
function findDerived(
  rule: string,
  { inventory, findings, answers }: Look,
  name: string,
): Decision | undefined {
  const keys = inventory.packages.filter((one) => one.name === name).map(({ key }) => key);
  assert.ok(keys.length > 0, `${name} is there`);
  const { dispositioned = [] } = createDraft(derivations, { inventory, findings }, answers);
  return dispositioned
    .filter(({ finding }) => keys.includes(finding.packageKey))
    .flatMap(({ decisions }) => decisions)
    .find((decision) => decision.evidence?.rule === rule);
}

/** A machine can recompute the digest, and finds the package that the record describes. */
function assertCheckable({ evidence }: Decision, { inventory }: Look): void {
  const record: EvidenceRecord = present(evidence, 'an evidence record');
  const rule = { id: record.rule, version: record.ruleVersion };
  assert.deepEqual(createEvidenceRecord(rule, record.inputs), record);
  for (const input of record.inputs) {
    if (input.kind === 'package') {
      const item = inventory.packages.find(({ key }) => key === input.packageKey);
      assert.equal(item?.purl, input.purl);
    }
  }
}

interface Justified {
  readonly rule: string;
  readonly package: string;
  readonly effect: Decision['effect'];
  readonly held: Look;
  /** State after the image or the statements about it were changed. */
  readonly changed: Look;
}

/** Asserts that the rule holds on the real bytes, can be verified, and fails when they change. */
function assertJustified({ rule, package: name, effect, held, changed }: Justified): void {
  const decision = present(findDerived(rule, held, name), `${rule} holds for ${name}`);
  assert.equal(decision.effect, effect);
  assertCheckable(decision, held);
  assert.equal(findDerived(rule, changed, name), undefined, `${rule} is withdrawn`);
  const isSetAside = held.findings.dispositioned?.some(({ decisions }) =>
    decisions.some(({ evidence }) => evidence?.rule === rule),
  );
  if (isSetAside === true) {
    const alerts = listWithdrawnDecisions(held, changed);
    assert.ok(alerts.some(({ message }) => message.includes(`rule ${rule} version`)));
  }
}

const DEBIAN_13 = { systems: [{ name: 'debian', major: '13', codename: 'trixie' }] };
const EVERY = [{ scheme: 'deb', constraint: '< 999' }];

function createDebianSeed(name: string, more: Partial<StatementSeed> = {}): DatabaseSeed {
  const about = { provider: 'debian', system: 0, ecosystem: 'deb', name, ranges: EVERY };
  return { ...DEBIAN_13, statements: [{ id: ID, ...about, ...more }] };
}

function createPythonSeed(name: string): DatabaseSeed {
  const ranges = [{ scheme: 'pep440', constraint: '< 999' }];
  const about = { provider: 'pypa', ecosystem: 'python', name, ranges };
  return { systems: [{ name: 'alpine', major: '3' }], statements: [{ id: ID, ...about }] };
}

/** The pins that `swift package resolve` writes for that package. */
function writeSwiftPins(location: string): string {
  const revision = 'f2ad4f1fb94c8e2a7bbaa6ac6c54cc5ec8bb5a31';
  const state = { revision, version: '4.10.0' };
  const pin = { identity: 'redis', kind: 'remoteSourceControl', location, state };
  return JSON.stringify({ pins: [pin], version: 2 });
}

suite('derived justifications on real images, each with a change that withdraws it', {
  skip: findSharedMaterial() === undefined ? SKIP_REASON : false,
}, () => {
  test('interpreter-missing: wheels without Python, then with it', async () => {
    const python = {
      name: 'usr/bin/python3.11',
      content: Buffer.from(createTinyElf({})),
      mode: 0o755,
    };
    assertJustified({
      rule: 'interpreter-missing',
      package: 'bleach',
      effect: 'suggestion',
      held: await look(images.change('python-mini'), createPythonSeed('bleach')),
      changed: await look(
        images.change('python-mini', { more: [[python]] }),
        createPythonSeed('bleach'),
      ),
    });
  });

  test('deleted-in-later-layer: a wheel that an upper layer removed, then not removed', async () => {
    const scope = { scope: 'all-layers' } as const;
    const held = await look(images.change('python-mini'), createPythonSeed('rsa'), scope);
    const item = present(
      held.inventory.packages.find(({ name }) => name === 'rsa'),
      'the package that was removed',
    );
    const { target } = held.inventory;
    assert.ok(target.kind === 'image');
    const number = target.layers.findIndex(({ diffId }) => diffId === item.locations[0]?.layer);
    const below = images.change('python-mini', { layersMax: number + 1 });
    assertJustified({
      rule: 'deleted-in-later-layer',
      package: 'rsa',
      effect: 'set-aside',
      held,
      changed: await look(below, createPythonSeed('rsa'), scope),
    });
  });

  test('deleted-in-later-layer: a record removed without its files withdraws nothing', async () => {
    const gone = [{ name: 'lib/apk/db/.wh.installed', content: '' }];
    const ranges = [{ scheme: 'apk', constraint: '< 999' }];
    const about = { provider: 'alpine', system: 0, ecosystem: 'apk', name: 'busybox', ranges };
    const systems = [{ name: 'alpine', major: '3', minor: '20' }];
    const seed = { systems, statements: [{ id: ID, ...about }] };
    const image = images.change('alpine-3.20', { more: [gone] });
    const hidden = await look(image, seed, { scope: 'all-layers' });
    assert.equal(findDerived('deleted-in-later-layer', hidden, 'busybox'), undefined);
  });

  test('files-absent: a recorded package, then one file of it', async () => {
    const ranges = [{ scheme: 'apk', constraint: '< 999' }];
    const about = { provider: 'wolfi', system: 0, ecosystem: 'apk', name: 'busybox', ranges };
    const seed = {
      systems: [{ name: 'wolfi', label: 'rolling' }],
      statements: [{ id: ID, ...about }],
    };
    const held = await look(images.change('wolfi-base'), seed);
    const item = present(
      held.inventory.packages.find(({ name }) => name === 'busybox'),
      'the package',
    );
    const program = item.ownedFiles.find(({ path }) => path.endsWith('/busybox'));
    const path = present(program, 'a program of it').path.slice(1);
    const there = { name: path, content: 'x', mode: 0o755 };
    assertJustified({
      rule: 'files-absent',
      package: 'busybox',
      effect: 'set-aside',
      held,
      changed: await look(images.change('wolfi-base', { more: [[there]] }), seed),
    });
  });

  const createDebian = (...more: readonly (readonly FixtureEntry[])[]): string =>
    images.change('debian-trixie-slim', { more });

  test('holds-no-code: a package with only its license, then with a program', async () => {
    const seed = createDebianSeed('gcc-14');
    const path = 'usr/share/doc/gcc-14-base/copyright';
    const program = [{ name: path, content: '#!/bin/sh', mode: 0o755 }];
    assertJustified({
      rule: 'holds-no-code',
      package: 'gcc-14-base',
      effect: 'set-aside',
      held: await look(createDebian(), seed),
      changed: await look(createDebian(program), seed),
    });
  });

  test('setuid-missing: programs without the bit, then one with it', async () => {
    const vector = { vector: 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H', version: '3.1' };
    const severities = [{ scheme: 'CVSS', value: vector, rank: 1 }];
    const description = 'A set-user-ID program of it gives the rights of root';
    const seed = createDebianSeed('coreutils', { severities, description });
    const set = [{ name: 'usr/bin/cat', content: 'x', mode: 0o4755 }];
    assertJustified({
      rule: 'setuid-missing',
      package: 'coreutils',
      effect: 'suggestion',
      held: await look(createDebian(), seed),
      changed: await look(createDebian(set), seed),
    });
  });

  test('vendor-not-affected: a version that the source lists as unaffected, then another one', async () => {
    const seed = createDebianSeed('coreutils', { isUnaffected: true });
    const record = 'Package: coreutils\nStatus: install ok installed\nArchitecture: amd64\n';
    const later = { name: 'var/lib/dpkg/status', content: `${record}Version: 1000\n\n` };
    assertJustified({
      rule: 'vendor-not-affected',
      package: 'coreutils',
      effect: 'set-aside',
      held: await look(createDebian(), seed),
      changed: await look(createDebian([later]), seed),
    });
  });

  test('another-platform: a statement on Arm for an image for x86, then for Arm', async () => {
    const product = { vendor: 'haxx', product: 'curl', target_hardware: 'arm64' };
    const ranges = [{ constraint: '< 999' }];
    const seed = { statements: [{ id: ID, provider: 'nvd', product, ranges }] };
    assertJustified({
      rule: 'another-platform',
      package: 'curl',
      effect: 'set-aside',
      held: await look(images.change('binaries-a'), seed),
      changed: await look(images.change('binaries-a', { platform: 'linux/arm64' }), seed),
    });
  });

  test('kernel-headers-only: the headers of Debian 12, then with a module', async () => {
    const paths = readHeaders().split('\n');
    const folders = new Set(paths.map((path) => dirname(path)));
    const headers = paths.filter((path) => path.startsWith('/usr/') && !folders.has(path));
    const createInstalled = (files: readonly string[]): readonly FixtureEntry[] => [
      { name: 'var/lib/dpkg/status', content: `${HEADERS_RECORD}\n\n` },
      {
        name: 'var/lib/dpkg/info/linux-libc-dev:amd64.md5sums',
        content: files.map((path) => `${hash('md5', path)}  ${path.slice(1)}\n`).join(''),
      },
      ...files.map((path) => ({ name: path.slice(1), content: path })),
    ];
    const seed = createDebianSeed('linux');
    const held = await look(createDebian(createInstalled(headers)), seed);
    const item = held.inventory.packages.find(({ name }) => name === 'linux-libc-dev');
    assert.equal(item?.ownedFiles.length, headers.length);
    assertJustified({
      rule: 'kernel-headers-only',
      package: 'linux-libc-dev',
      effect: 'set-aside',
      held,
      changed: await look(
        createDebian(createInstalled([...headers, '/usr/include/linux/x.ko'])),
        seed,
      ),
    });
  });

  test('another-identity: a Swift package mistaken for the server', async () => {
    const createLayer = (owner: string): readonly FixtureEntry[] => [
      {
        name: 'app/Package.resolved',
        content: writeSwiftPins(`https://github.com/${owner}/redis.git`),
      },
    ];
    // NVD's record of CVE-2024-31228.
    const about = {
      id: 'CVE-2024-31228',
      provider: 'nvd',
      product: { vendor: 'redis', product: 'redis' },
      ranges: [{ constraint: '>= 2.2.5, < 6.2.16', fix: '6.2.16' }],
      references: [
        {
          url: 'https://github.com/redis/redis/commit/9317bf64659b33166a943ec03d5d9b954e86afb0',
        },
        { url: 'https://github.com/redis/redis/security/advisories/GHSA-66gq-c942-6976' },
      ],
    };
    const seed = { statements: [about] };
    // Lock files of an image are only read on request.
    const options = { catalogers: { selectCatalogers: ['+swift-package-manager'] } };
    const createImage = (owner: string): string =>
      images.change('alpine-3.20', { more: [createLayer(owner)] });
    assertJustified({
      rule: 'another-identity',
      package: 'redis',
      effect: 'suggestion',
      held: await look(createImage('vapor'), seed, options),
      changed: await look(createImage('redis'), seed, options),
    });
  });

  test('withdrawn-record: a disputed record, then a valid one', async () => {
    const image = createDebian();
    assertJustified({
      rule: 'withdrawn-record',
      package: 'coreutils',
      effect: 'suggestion',
      held: await look(image, createDebianSeed('coreutils', { status: 'disputed' })),
      changed: await look(image, createDebianSeed('coreutils', { status: 'active' })),
    });
  });
});
