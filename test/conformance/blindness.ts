// Removes the records of root file systems in different ways, and recognizes their packages in a
// store that has them: `npm run conformance -- blindness ROOT...`. Fails if fewer than 95 % of the
// packages are recovered after the package database was deleted, if fewer than 99 % of those are
// correct, or if any blind target passes a gate.
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { evaluate } from '../../src/assess/evaluate.ts';
import { readInventory } from '../../src/assess/read-inventory.ts';
import { recognizeFiles } from '../../src/assess/recognize-files.ts';
import { severity } from '../../src/compliance/policy/gate/severity.ts';
import { assessCompleteness, createAssessment } from '../../src/foundation/core/assessment.ts';
import type { Inventory } from '../../src/foundation/core/inventory.ts';
import { SILENT } from '../../src/foundation/core/progress.ts';
import { isRecognized } from '../../src/foundation/core/recognized.ts';
import { BaseStore } from '../../src/hardening/base/base-store.ts';
import { type BaseContent, describeBase } from '../../src/hardening/base/describe-base.ts';
import type { AbiFacts } from '../../src/hardening/base/provisions.ts';
import { openDatabase } from '../../src/vulnerability/advisory/open-database.ts';
import { DecidedWorld } from '../support/decided-image.ts';

const roots = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-blind-'));
const DATABASES = ['var/lib/dpkg', 'lib/apk/db', 'usr/lib/apk/db', 'var/lib/rpm'];
const RELEASES = [
  'etc/os-release',
  'usr/lib/os-release',
  'etc/alpine-release',
  // It names the release as well, and is then enough.
  'etc/apk/repositories',
  'etc/debian_version',
];

const NOW = '2026-01-03T00:00:00Z';

const world = new DecidedWorld();
const systems = [
  ...(
    [
      ['11', 'bullseye'],
      ['12', 'bookworm'],
      ['13', 'trixie'],
    ] as const
  ).map(([major, codename]) => ({ name: 'debian', major, codename })),
  ...['8', '11', '20'].map((minor) => ({ name: 'alpine', major: '3', minor })),
];
const ecosystems = ['deb', 'apk'];
await world.addDatabase('db', {
  systems,
  statements: systems.map(({ name }, system) => ({
    id: `CVE-2026-${1000 + system}`,
    provider: name,
    system,
    ecosystem: ecosystems[Number(name === 'alpine')] ?? '',
    name: 'none',
    ranges: [{ scheme: ecosystems[Number(name === 'alpine')] ?? '', constraint: '< 1', fix: '1' }],
  })),
});
const database = openDatabase(join(world.folder, 'db'));
const full = new BaseStore(join(folder, 'full'));
let failures = 0;
let recovered = 0;
let expected = 0;
let correct = 0;
try {
  for (const root of roots) {
    full.addImage(describeBase(await readContent(root), { names: [basename(root)] }));
  }
  for (const root of roots) {
    await requireClean(root);
    await tryDeletedDatabase(root);
  }
  const share = recovered / expected;
  const right = correct / recovered;
  const counts = `${recovered} of ${expected} packages recovered (${formatShare(share)}), ${formatShare(right)} of them correct`;
  console.log(`${roots.length} images without a database: ${counts}`);
  failures += share >= 0.95 && right >= 0.99 ? 0 : 1;
  for (const [index, [name, change, store]] of listWays().entries()) {
    await tryOtherWay(name, change, { root: roots[index % roots.length] ?? '', store });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
  database[Symbol.dispose]();
  world[Symbol.dispose]();
}
process.exitCode = failures === 0 && roots.length > 0 ? 0 : 1;

function readAll(root: string): Promise<Inventory> {
  return readInventory(`dir:${root}`, {
    files: { selection: 'all' },
    temporaryFolder: () => folder,
  });
}

async function readContent(root: string): Promise<BaseContent> {
  let abi: AbiFacts = { files: new Map(), users: [], groups: [] };
  const inventory = await readInventory(`dir:${root}`, {
    files: { selection: 'all' },
    temporaryFolder: () => folder,
    onAbi: (facts) => {
      abi = facts;
    },
  });
  return { inventory, abi };
}

async function recognize(root: string, store: 'full' | 'empty'): Promise<Inventory> {
  return await recognizeFiles(
    await readInventory(`dir:${root}`, { temporaryFolder: () => folder }),
    { folder: join(folder, store) },
    { notify: (line) => console.log(line), readAllFiles: () => readAll(root) },
  );
}

async function tryDeletedDatabase(root: string): Promise<void> {
  const real = listIdentities(await readAll(root));
  const copy = copyRoot(root);
  removePaths(copy, DATABASES);
  const inventory = await recognize(copy, 'full');
  const found = listIdentities(inventory);
  const missing = new Set([...real].filter((one) => !found.has(one)));
  const wrong = new Set([...found].filter((one) => !real.has(one)));
  recovered += found.size;
  expected += real.size;
  correct += found.size - wrong.size;
  const list = [...missing].slice(0, 8).join(', ');
  console.log(
    `${basename(root)}: ${found.size - wrong.size} of ${real.size}; missing: ${list || '-'}; wrong: ${[...wrong].join(', ') || '-'}`,
  );
  requireDoubt('deleted database', inventory);
  rmSync(copy, { recursive: true });
}

/** Packages of the operating system: others have records of their own. */
function listIdentities({ packages }: Inventory): Set<string> {
  return new Set(
    packages
      .filter((item) => ['deb', 'apk', 'rpm'].includes(item.type))
      .filter((item) => isRecognized(item) || item.yieldsToOwner !== true)
      .map(({ type, name, version }) => `${type} ${name} ${version}`),
  );
}

type Change = (root: string) => void;

function removeDatabase(root: string): void {
  removePaths(root, DATABASES);
}

function removeRelease(root: string): void {
  removePaths(root, RELEASES);
}

function removeBoth(root: string): void {
  removePaths(root, [...DATABASES, ...RELEASES]);
}

function listWays(): readonly (readonly [string, Change, 'full' | 'empty'])[] {
  return [
    ['no os-release', removeRelease, 'full'],
    ['no os-release, unknown base image', removeRelease, 'empty'],
    ['no database, unknown base image', removeDatabase, 'empty'],
    ['no database, no os-release', removeBoth, 'full'],
    ['neither, unknown base image', removeBoth, 'empty'],
    ['empty database', (root) => replaceStatus(root, () => ''), 'full'],
    [
      'half of the records',
      (root) =>
        replaceStatus(root, (text) => text.slice(0, text.indexOf('\n\n', text.length / 2) + 2)),
      'full',
    ],
    [
      'only a false record',
      (root) =>
        replaceStatus(
          root,
          () => 'Package: zz\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n\n',
        ),
      'full',
    ],
    [
      'no database, programs renamed',
      (root) => {
        removeDatabase(root);
        changePrograms(root, (file) => renameSync(file, `${file}-x`));
      },
      'full',
    ],
    [
      'no database, programs changed',
      (root) => {
        removeDatabase(root);
        changePrograms(root, (file) => appendFileSync(file, 'x'));
      },
      'full',
    ],
    [
      'no database, only programs left',
      (root) => {
        removeDatabase(root);
        removePaths(root, ['etc', 'usr/share', 'usr/lib/apt', 'var']);
      },
      'full',
    ],
    [
      'everything but two programs removed',
      (root) => {
        removeDatabase(root);
        keepTwoPrograms(root);
      },
      'full',
    ],
  ];
}

async function tryOtherWay(
  name: string,
  change: Change,
  { root, store }: { readonly root: string; readonly store: 'full' | 'empty' },
): Promise<void> {
  const copy = copyRoot(root);
  change(copy);
  const inventory = await recognize(copy, store);
  requireDoubt(name, inventory);
  rmSync(copy, { recursive: true });
}

/** With its records, a root passes: otherwise, doubts about changed ones would prove nothing. */
async function requireClean(root: string): Promise<void> {
  const { isComplete, outcome } = judgeInventory(await recognize(root, 'full'));
  const isClean = isComplete && outcome === 'pass';
  failures += isClean ? 0 : 1;
  console.log(`${isClean ? 'clean' : 'NOT CLEAN'}: ${basename(root)} with its records`);
}

/** Nothing may read as clean, even with a database that covers the systems and has no finding. */
function requireDoubt(name: string, inventory: Inventory): void {
  const { outcome, isComplete, reasons, share } = judgeInventory(inventory);
  const isDoubted = outcome === 'unknown' && !isComplete;
  failures += isDoubted ? 0 : 1;
  const recognized = inventory.packages.filter(isRecognized).length;
  const problems = inventory.problems.filter(({ code }) => code === 'P_MISSING');
  console.log(
    `${isDoubted ? 'not clean' : 'CLEAN'}: ${name}: ${recognized} recognized, ${share === undefined ? '-' : formatShare(share)} explained; ${problems[0]?.message ?? reasons[0]?.reason ?? ''}`,
  );
}

interface Judgment {
  readonly outcome: string;
  readonly isComplete: boolean;
  readonly reasons: ReturnType<typeof assessCompleteness>['reasons'];
  /** Share of the bytes of executables that packages explain. */
  readonly share: number | undefined;
}

function judgeInventory(inventory: Inventory): Judgment {
  const findings = evaluate(inventory, database, { isByCve: false, now: NOW, progress: SILENT });
  const assessment = createAssessment({ inventory, findings });
  const { outcome } = severity.judge({ assessment }, { severity: 'high' });
  const { isComplete, reasons } = assessCompleteness(assessment);
  return { outcome, isComplete, reasons, share: assessment.coverage.explainedShare };
}

/** Content that is changed later is copied, the rest is linked. */
function copyRoot(root: string): string {
  const copy = mkdtempSync(join(folder, 'root-'));
  rmSync(copy, { recursive: true });
  const { status } = spawnSync('cp', ['-a', '--reflink=auto', root, copy]);
  if (status !== 0) {
    throw new Error(`could not copy ${root}`);
  }
  return copy;
}

function removePaths(root: string, paths: readonly string[]): void {
  for (const path of paths) {
    rmSync(join(root, path), { recursive: true, force: true });
  }
}

function replaceStatus(root: string, change: (text: string) => string): void {
  for (const path of ['var/lib/dpkg/status', 'lib/apk/db/installed']) {
    const file = join(root, path);
    try {
      writeFileSync(file, change(readFileSync(file, 'utf8')));
    } catch {
      continue;
    }
  }
}

function changePrograms(root: string, change: (file: string) => void): void {
  for (const path of ['usr/bin', 'usr/sbin', 'sbin', 'bin']) {
    const place = join(root, path);
    const isFolder = lstatSync(place, { throwIfNoEntry: false })?.isDirectory() === true;
    for (const name of isFolder ? readdirSync(place) : []) {
      if (lstatSync(join(place, name)).isFile()) {
        change(join(place, name));
      }
    }
  }
}

function keepTwoPrograms(root: string): void {
  let count = 0;
  changePrograms(root, (file) => {
    count += 1;
    if (count > 2) {
      rmSync(file);
    }
  });
  removePaths(root, ['etc', 'usr/share', 'var', 'usr/libexec']);
}

function formatShare(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
