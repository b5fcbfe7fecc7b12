// Compares the effect that `harden plan` predicts for a newer base image with the image that is
// built on it: `npm run conformance -- rebuilds OLD_ROOT NEW_ROOT [OLD_ROOT NEW_ROOT...]`, with root
// file systems of Debian or Alpine before and after updates. Applications are added to each:
// language packages, a package of the system, an upgraded package, and a program that needs
// libraries. The advisories are synthetic. Fails if findings or packages of a rebuilt image differ.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createTar, type FixtureEntry } from '../../src/foundation/bytes/tar/tar.fixture.ts';
import type { CopyLine } from '../../src/hardening/harden/check/copy-lines.ts';
import type { StatementSeed, SystemSeed } from '../support/advisory-database.ts';
import { DecidedWorld } from '../support/decided-image.ts';
import { type Ended, startProgram } from '../support/run-program.ts';
import { createTinyElf } from '../support/tiny-elf.ts';
import { copyIntoRoot } from './copy-into-root.ts';
import { type BuiltLayer, createRootArchive, describeLayer, writeLayout } from './root-images.ts';

const roots = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-rebuilds-'));
/** Several programs may run on the machine. */
const RUN_MS = 600_000;
const world = new DecidedWorld(RUN_MS);
const RECORDS = ['var/lib/dpkg/status', 'lib/apk/db/installed'];
/** Programs with libraries, one of which each root has. */
const PROGRAMS = ['sbin/apk', 'usr/bin/apt-get'];
const OWN = 'zz-own';
let right = 0;
let all = 0;

interface Release {
  readonly root: string;
  readonly name: string;
  readonly layer: BuiltLayer;
  /** Path of the package records, and their text. */
  readonly path: string;
  readonly records: string;
  readonly sources: ReadonlyMap<string, string>;
  readonly system: SystemSeed;
}

interface Pair {
  readonly before: Release;
  readonly after: Release;
}

/** Changes that a build makes on top of a base image. */
interface Application {
  readonly name: string;
  readonly entrypoint: string;
  readonly addFiles: (release: Release) => readonly FixtureEntry[];
}

try {
  for (let index = 0; index + 1 < roots.length; index += 2) {
    const [before, after] = roots.slice(index, index + 2).map(readRelease);
    if (before !== undefined && after !== undefined) {
      await tryPair({ before, after });
    }
  }
} finally {
  world[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${right} of ${all} predictions equal the rebuilt image`);
process.exitCode = all > 0 && right === all ? 0 : 1;

function readRelease(root: string): Release {
  const name = basename(root);
  const path = RECORDS.find((one) => existsSync(join(root, one))) ?? '';
  const records = readFileSync(join(root, path), 'utf8');
  const sources = new Map(
    records.split('\n\n').flatMap((record) => {
      const item = /^P(?:ackage)?: ?(.+)$/m.exec(record)?.[1];
      const version = /^V(?:ersion)?: ?(.+)$/m.exec(record)?.[1];
      const [, source = item, sourceVersion = version] =
        /^(?:Source: |o:)(\S+)(?: \((.+)\))?$/m.exec(record) ?? [];
      return source === undefined || sourceVersion === undefined
        ? []
        : [[source, sourceVersion] as const];
    }),
  );
  const words = ['-c', `. ${root}/etc/os-release; echo $ID $VERSION_ID $VERSION_CODENAME`];
  const [id = '', version = '', codename] = runHost('sh', words).trim().split(' ');
  const [major = '', minor = ''] = version.split('.');
  const layer = createRootArchive(root, join(folder, `${name}.tar`));
  const system = id === 'alpine' ? { name: id, major, minor } : { name: id, major, codename };
  return { root, name, layer, path, records, sources, system: system as SystemSeed };
}

/** Every package that differs is affected below its new version, and some others always. */
function listStatements({ before, after }: Pair): readonly StatementSeed[] {
  const releases = isSameSystem(before, after) ? [after] : [before, after];
  const names = [...new Set([...before.sources.keys(), ...after.sources.keys(), OWN])];
  return releases.flatMap((_, system) =>
    names.flatMap((name, place): StatementSeed[] => {
      const fix = after.sources.get(name);
      const isChanged = fix !== undefined && fix !== before.sources.get(name);
      const isDeb = after.system.name === 'debian';
      const [ecosystem, scheme, provider] = isDeb
        ? (['deb', 'dpkg', 'debian'] as const)
        : (['apk', 'apk', 'alpine'] as const);
      const constraint = isChanged ? `< ${fix}` : '< 999';
      return isChanged || place % 4 === 0 || name === OWN
        ? [
            {
              id: `CVE-2026-${1000 + place}`,
              provider,
              system,
              ecosystem,
              name,
              ranges: [{ scheme, constraint, fix: isChanged ? fix : '999', state: 'fixed' }],
            },
          ]
        : [];
    }),
  );
}

function isSameSystem(before: Release, after: Release): boolean {
  return JSON.stringify(before.system) === JSON.stringify(after.system);
}

async function tryPair(pair: Pair): Promise<void> {
  const { before, after } = pair;
  const database = `db-${before.name}`;
  const npm = { id: 'GHSA-2222-2222-2222', provider: 'github', ecosystem: 'npm', name: 'left-pad' };
  await world.addDatabase(database, {
    systems: isSameSystem(before, after) ? [after.system] : [before.system, after.system],
    statements: [
      ...listStatements(pair),
      { ...npm, ranges: [{ scheme: 'npm', constraint: '< 2', fix: '2', state: 'fixed' }] },
    ],
  });
  const store = join(folder, `store-${before.name}`);
  const run = (...words: readonly string[]): Promise<Ended> =>
    world.runWithDatabase(database, ...words, '--base-store', store);
  for (const [release, created] of [
    [before, '2026-01-01T00:00:00Z'],
    [after, '2026-06-01T00:00:00Z'],
  ] as const) {
    const target = writeLayout(join(folder, 'base'), { layers: [release.layer], created });
    const words = ['harden', 'base', 'add', target, '--name', release.name, '--base-store', store];
    const { status, stderr } = await startProgram(words, {}, [], RUN_MS).ended;
    if (status !== 0) {
      throw new Error(stderr);
    }
  }
  for (const application of createApplications(pair)) {
    const faults = await tryApplication(pair, application, run);
    all += 1;
    right += faults.length === 0 ? 1 : 0;
    const title = `${application.name} on ${after.name} instead of ${before.name}`;
    console.log(faults.length === 0 ? `ok ${title}` : `WRONG ${title}: ${faults.join('; ')}`);
  }
}

interface Recommended {
  readonly name: string;
  readonly check: string;
  readonly findings: { readonly before: number; readonly after?: number };
  readonly packages: { readonly before: number; readonly after: number };
}

async function tryApplication(
  { before, after }: Pair,
  { entrypoint, addFiles }: Application,
  run: (...words: readonly string[]) => Promise<Ended>,
): Promise<readonly string[]> {
  const process = { Entrypoint: [entrypoint] };
  const own = addLayer(addFiles(before));
  const target = writeLayout(join(folder, 'app'), { layers: [before.layer, own], process });
  const plan = JSON.parse(requireOutput(await run('harden', 'plan', target, '-o', 'json'))) as {
    readonly bases?: readonly Recommended[];
  };
  const found = plan.bases?.find(({ name }) => name === after.name);
  if (found === undefined) {
    const checked = await run('harden', 'check', target, after.name);
    return [`not recommended: ${checked.stdout.slice(0, 400)}`];
  }
  const check = JSON.parse(
    requireOutput(await run('harden', 'check', target, after.name, '-o', 'json')),
  ) as { readonly added: readonly CopyLine[] };
  const rebuilt = writeLayout(join(folder, 'rebuilt'), {
    layers: [after.layer, addLayer(addFiles(after)), copyAdded(check.added, before)],
    process,
  });
  const now = await scan(target, run);
  const then = await scan(rebuilt, run);
  const pairs: readonly (readonly [string, number | undefined, number])[] = [
    ['findings before', found.findings.before, now.findings],
    ['findings after', found.findings.after, then.findings],
    ['packages before', found.packages.before, now.packages],
    ['packages after', found.packages.after, then.packages],
  ];
  console.log(
    `  ${now.findings} to ${then.findings} findings, ${now.packages} to ${then.packages} packages, ${found.check}, ${check.added.length} lines added`,
  );
  return pairs.flatMap(([name, predicted, real]) =>
    predicted === real ? [] : [`${name}: predicted ${predicted}, but scanned ${real}`],
  );
}

async function scan(
  target: string,
  run: (...words: readonly string[]) => Promise<Ended>,
): Promise<{ readonly findings: number; readonly packages: number }> {
  const { inventory, findings } = JSON.parse(
    requireOutput(await run('scan', target, '-o', 'json')),
  ) as {
    readonly inventory: { readonly packages: readonly object[] };
    readonly findings: { readonly findings: readonly object[] };
  };
  return { findings: findings.findings.length, packages: inventory.packages.length };
}

/** Files that the base image lacks, from the root before the updates. */
function copyAdded(lines: readonly CopyLine[], { root }: Release): BuiltLayer {
  const place = join(folder, 'added');
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place);
  lines.forEach((line) => copyIntoRoot(line, root, place));
  return createRootArchive(place, join(folder, 'added.tar'));
}

function createApplications({ before, after }: Pair): readonly Application[] {
  const versions = new Map(listRecords(after));
  const common = listRecords(before).filter(([name]) => versions.has(name));
  const isSame = ([name, version]: readonly [string, string]): boolean =>
    versions.get(name) === version;
  const [same] = common.filter(isSame).slice(-3);
  const [updated] = common.filter((one) => !isSame(one)).slice(-3);
  const program = PROGRAMS.find((path) => existsSync(join(before.root, path))) ?? '';
  const own = { name: 'opt/app', mode: 0o755, content: createTinyElf({}) };
  const entrypoint = '/opt/app';
  return [
    {
      name: 'a package of npm',
      entrypoint,
      addFiles: () => [
        own,
        {
          name: 'srv/node_modules/left-pad/package.json',
          content: '{"name":"left-pad","version":"1.0.0"}',
        },
      ],
    },
    {
      name: 'a package of the system',
      entrypoint,
      addFiles: ({ path, records, system }) => {
        const record =
          system.name === 'alpine'
            ? `P:${OWN}\nV:1-r0\nA:x86_64\n\n`
            : `Package: ${OWN}\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n\n`;
        return [own, { name: path, content: `${records.trimEnd()}\n\n${record}` }];
      },
    },
    ...[same, updated]
      .filter((one) => one !== undefined)
      .map(
        ([name, version]): Application => ({
          name: `an upgraded ${name}, ${version === versions.get(name) ? 'not updated' : 'updated as well'}`,
          entrypoint,
          addFiles: ({ path, records }) => [
            own,
            { name: path, content: raiseVersion(records, name, version) },
          ],
        }),
      ),
    {
      name: `a copy of ${program}`,
      entrypoint,
      addFiles: () => [{ ...own, content: readFileSync(join(before.root, program)) }],
    },
  ];
}

function listRecords({ records }: Release): readonly (readonly [string, string])[] {
  return records.split('\n\n').flatMap((record) => {
    const name = /^P(?:ackage)?: ?(.+)$/m.exec(record)?.[1];
    const version = /^V(?:ersion)?: ?(.+)$/m.exec(record)?.[1];
    return name === undefined || version === undefined ? [] : [[name, version] as const];
  });
}

/** A version that the update has as well is the newer one, and stays. */
function raiseVersion(records: string, name: string, version: string): string {
  const own = new RegExp(`^P(?:ackage)?: ?${name.replaceAll(/[.+]/g, '\\$&')}$`, 'm');
  return records
    .split('\n\n')
    .map((record) =>
      own.test(record) && record.includes(version)
        ? record.replace(/^(V(?:ersion)?: ?.+)$/m, '$1.9')
        : record,
    )
    .join('\n\n');
}

function addLayer(entries: readonly FixtureEntry[]): BuiltLayer {
  const file = join(folder, 'layer.tar');
  const content = createTar(entries);
  writeFileSync(file, content);
  const layer = describeLayer(file);
  const own = join(folder, `${layer.digest}.tar`);
  writeFileSync(own, content);
  return { ...layer, file: own };
}

function requireOutput({ stdout, stderr }: Ended): string {
  if (stdout === '') {
    throw new Error(stderr);
  }
  return stdout;
}

function runHost(program: string, words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`${program} ${words.join(' ')}: ${stderr}`);
  }
  return stdout;
}
