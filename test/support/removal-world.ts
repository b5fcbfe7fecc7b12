import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FixtureLayout } from '../../src/foundation/bytes/oci/image.fixture.ts';
import { createTar } from '../../src/foundation/bytes/tar/tar.fixture.ts';
import { assessCompleteness } from '../../src/foundation/core/assessment.ts';
import { UserError } from '../../src/foundation/core/error.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import { SILENT } from '../../src/foundation/core/progress.ts';
import { scan } from '../../src/index.ts';
import { importDatabase } from '../../src/vulnerability/advisory/import-database.ts';
import { type DatabaseSeed, type StatementSeed, writeAdvisorySource } from './advisory-database.ts';
import { pick, type Random } from './random-version.ts';

const NOW = '2026-01-03T00:00:00Z';
const NAMES = ['alder', 'birch', 'cedar', 'elm', 'fir', 'hazel'] as const;

/** Kinds of packages: the system in the database that statements are about, if any. */
const KINDS = {
  deb: { system: 0, scheme: 'deb', purl: 'pkg:deb/debian/', distro: 'debian-12' },
  apk: { system: 1, scheme: 'apk', purl: 'pkg:apk/alpine/', distro: 'alpine-3.20.1' },
  rpm: { system: 2, scheme: 'rpm', purl: 'pkg:rpm/redhat/', distro: 'rhel-9' },
  npm: { system: undefined, scheme: 'semver', purl: 'pkg:npm/', distro: undefined },
  python: { system: undefined, scheme: 'pep440', purl: 'pkg:pypi/', distro: undefined },
} as const;

type Kind = keyof typeof KINDS;

interface Item {
  readonly kind: Kind;
  readonly name: string;
  readonly version: string;
}

const SYSTEMS = [
  { name: 'debian', major: '12' },
  { name: 'alpine', major: '3', minor: '20' },
  { name: 'redhat', releaseId: 'rhel', major: '9' },
];

const OS = {
  deb: { name: 'debian', version: '12' },
  apk: { name: 'alpine', version: '3.20.1' },
  rpm: { name: 'rhel', version: '9' },
} as const;

type OsKind = keyof typeof OS;

interface World {
  readonly os: OsKind;
  readonly items: readonly Item[];
  readonly database: DatabaseSeed;
}

/**
 * Creates some packages of one operating system and two languages, and statements about some of
 * them.
 */
export function makeWorld(random: Random): World {
  const os = pick(random, ['deb', 'apk', 'rpm'] as const);
  const kinds = [os, os, pick(random, ['npm', 'python'] as const)];
  const items = kinds.flatMap((kind) =>
    NAMES.filter(() => random() < 0.3).map((name) => ({
      kind,
      name,
      version: pick(random, ['1.0', '3.0', '3.0', '3.0']),
    })),
  );
  const distinct = new Map(items.map((item) => [`${item.kind} ${item.name}`, item]));
  // Occasionally a database has no data about a kind.
  const share = pick(random, [0.2, 1, 1]);
  const statements = (Object.keys(KINDS) as Kind[]).flatMap((kind) =>
    NAMES.filter(() => random() < 0.6 * share).map((name) => createStatement(kind, name)),
  );
  return { os, items: [...distinct.values()], database: { systems: SYSTEMS, statements } };
}

function createStatement(kind: Kind, name: string): Omit<StatementSeed, 'id'> & { id: string } {
  const { system, scheme } = KINDS[kind];
  return {
    id: `CVE-2030-${Object.keys(KINDS).indexOf(kind)}${NAMES.findIndex((one) => one === name)}00`,
    provider: kind,
    ...(system === undefined ? {} : { system }),
    ecosystem: kind,
    name,
    ranges: [{ scheme, constraint: '< 2.0', fix: '2.0' }],
    severities: [{ scheme: 'CHMLN', value: 'high', rank: 1 }],
  };
}

/** A target as files: a CycloneDX document, or an image. */
type Target = { readonly document: object } | { readonly files: Files };

type Files = Readonly<Record<string, string | undefined>>;

interface Component {
  readonly type: string;
  readonly name?: string;
  readonly version?: string;
  readonly purl?: string;
}

interface Document {
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: '1.6';
  readonly components: readonly Component[];
}

/** A named removal that turns a world's target or database into a smaller one. */
interface Removal {
  readonly name: string;
  readonly target: Target;
  readonly database: DatabaseSeed;
}

/** Lists the unchanged world in both forms, each with all possible removals. */
function listRemovals(
  world: World,
): readonly { readonly whole: Target; readonly removals: readonly Removal[] }[] {
  const document = toDocument(world);
  const files = toFiles(world);
  const list = (targets: Readonly<Record<string, Target>>, whole: Target): readonly Removal[] => [
    ...Object.entries(targets).map(([name, target]) => ({
      name,
      target,
      database: world.database,
    })),
    ...createPoorerDatabases(world.database).map(([name, database]) => ({
      name,
      target: whole,
      database,
    })),
  ];
  return [
    { whole: { document }, removals: list(createPoorerDocuments(document), { document }) },
    // rpm databases are binary, and have their own tests.
    ...(world.os === 'rpm'
      ? []
      : [{ whole: { files }, removals: list(createPoorerImages(files), { files }) }]),
  ];
}

function createPoorerDatabases(seed: DatabaseSeed): (readonly [string, DatabaseSeed])[] {
  const kinds = (Object.keys(KINDS) as Kind[]).map((kind) => {
    const statements = seed.statements.filter(({ ecosystem }) => ecosystem !== kind);
    return [`no statements about ${kind}`, { ...seed, statements }] as const;
  });
  return [...kinds, ['no statements', { ...seed, statements: [] }] as const];
}

function toDocument({ os, items }: World): Document {
  const packages = items.map(({ kind, name, version }): Component => {
    const { purl, distro } = KINDS[kind];
    const qualifier = distro === undefined ? '' : `?distro=${distro}`;
    return { type: 'library', name, version, purl: `${purl}${name}@${version}${qualifier}` };
  });
  const system: Component = { type: 'operating-system', ...OS[os] };
  return { bomFormat: 'CycloneDX', specVersion: '1.6', components: [system, ...packages] };
}

/** Applies each change to one component at a time, and to all. */
function createPoorerDocuments(document: Document): Record<string, Target> {
  const changes: Readonly<Record<string, (one: Component) => Component>> = {
    'no identity': ({ type, name = '', version = '' }) => ({ type, name, version }),
    'no version': ({ type, name = '', purl = '' }) => ({
      type,
      name,
      purl: purl.replace(/@[^?]*/, ''),
    }),
    'no name': ({ type, version = '', purl = '' }) => ({ type, version, purl }),
    'no distribution': (one) => ({ ...one, purl: (one.purl ?? '').replace(/\?distro=.*/, '') }),
    'unknown distribution': (one) => ({
      ...one,
      purl: (one.purl ?? '').replace(/distro=.*/, 'distro=nonesuch-7'),
    }),
    'unknown type': (one) => ({
      ...one,
      purl: (one.purl ?? '').replace(/^pkg:[a-z]+\/([a-z]+\/)?/, 'pkg:generic/'),
    }),
    'malformed URL': (one) => ({ ...one, purl: 'pkg:' }),
    'another kind of component': (one) => ({ ...one, type: 'file' }),
  };
  const [system, ...packages] = document.components;
  const poorer: Record<string, Target> = {};
  for (const [name, change] of Object.entries(changes)) {
    const every = [system, ...packages.map(change)];
    poorer[`${name} in all`] = { document: { ...document, components: every } };
    for (const [place, one] of packages.entries()) {
      const components = [system, ...packages.with(place, change(one))];
      poorer[`${name} in ${place}`] = { document: { ...document, components } };
    }
  }
  const replaceComponents = (name: string, components: unknown): void => {
    poorer[name] = { document: { ...document, components } };
  };
  replaceComponents('no operating system', packages);
  replaceComponents('operating system without version', [
    { type: system?.type, name: system?.name },
    ...packages,
  ]);
  replaceComponents('another operating system', [
    { ...system, name: 'wolfi', version: '20230201' },
    ...packages,
  ]);
  replaceComponents('unknown release', [{ ...system, version: '99' }, ...packages]);
  replaceComponents('components that are not a list', { 0: packages[0] });
  replaceComponents('no components', []);
  return poorer;
}

function toFiles({ os, items }: World): Files {
  const { name, version } = OS[os];
  const files: Record<string, string> = { 'etc/os-release': `ID=${name}\nVERSION_ID=${version}\n` };
  const own = items.filter(({ kind }) => kind === os);
  if (os === 'deb') {
    files['var/lib/dpkg/status'] = own
      .map(
        (one) =>
          `Package: ${one.name}\nStatus: install ok installed\nVersion: ${one.version}\nArchitecture: amd64\n\n`,
      )
      .join('');
  } else {
    files['lib/apk/db/installed'] = own
      .map((one) => `P:${one.name}\nV:${one.version}\nA:x86_64\n\n`)
      .join('');
  }
  for (const one of items) {
    if (one.kind === 'npm') {
      files[`app/node_modules/${one.name}/package.json`] = JSON.stringify({
        name: one.name,
        version: one.version,
      });
    } else if (one.kind === 'python') {
      const folder = `usr/lib/python3/site-packages/${one.name}-${one.version}.dist-info`;
      files[`${folder}/METADATA`] =
        `Metadata-Version: 2.1\nName: ${one.name}\nVersion: ${one.version}\n\n`;
    }
  }
  return files;
}

function createPoorerImages(files: Files): Record<string, Target> {
  const poorer: Record<string, Target> = {};
  const replace = (name: string, path: string, content: string | undefined): void => {
    poorer[`${name} ${path}`] = { files: { ...files, [path]: content } };
  };
  for (const [path, content = ''] of Object.entries(files)) {
    replace('garbage in', path, '\u0000\u0001\u0002{{{<<<\u00ff'.repeat(50));
    if (/status$|installed$/.test(path)) {
      replace('nothing in', path, '');
      replace('no', path, undefined);
      replace('no versions in', path, content.replaceAll(/^V(ersion)?:.*\n/gm, ''));
      replace('no names in', path, content.replaceAll(/^P(ackage)?:.*\n/gm, ''));
      replace('half of a record in', path, content.replace(/\nV[^]*$/, ''));
    } else if (path.endsWith('METADATA')) {
      replace('nothing in', path, '');
      replace('no version in', path, content.replace(/^Version.*\n/m, ''));
      replace('no name in', path, content.replace(/^Name.*\n/m, ''));
    } else if (path.endsWith('package.json')) {
      replace('nothing in', path, '');
      replace('no version in', path, content.replace(/,"version":"[^"]*"/, ''));
      replace('half of', path, content.slice(0, content.length / 2));
    } else {
      replace('no', path, undefined);
      replace('no version in', path, content.replace(/VERSION_ID.*\n/, ''));
      replace('another system in', path, 'ID=wolfi\nVERSION_ID=20230201\n');
      replace('an unknown release in', path, content.replace(/VERSION_ID.*/, 'VERSION_ID=99'));
    }
  }
  return poorer;
}

/** Exit statuses under `--fail-on low --fail-incomplete`; databases are imported once. */
class ExitStatuses implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'plimsoll-removals-'));
  readonly #databases = new Map<string, string>();
  #files = 0;

  async judge(target: Target, seed: DatabaseSeed): Promise<number> {
    const database = await this.#import(seed);
    try {
      const assessment = await scan(this.#write(target), {
        database,
        now: NOW,
        gates: { severity: 'low' },
      });
      const { outcome } = assessment.verdict ?? { outcome: 'unknown' };
      return outcome === 'fail' ? 2 : this.#isComplete(assessment) && outcome === 'pass' ? 0 : 4;
    } catch (error) {
      if (error instanceof UserError) {
        return 1;
      }
      throw error;
    }
  }

  #isComplete(assessment: Awaited<ReturnType<typeof scan>>): boolean {
    return assessCompleteness(assessment).isComplete;
  }

  #write(target: Target): string {
    const name = join(this.#folder, `target-${this.#files++}`);
    if ('document' in target) {
      writeFileSync(`${name}.json`, JSON.stringify(target.document));
      return `sbom:${name}.json`;
    }
    const entries = Object.entries(target.files).flatMap(([path, content]) =>
      content === undefined ? [] : [{ name: path, content }],
    );
    const layout = new FixtureLayout();
    const image = layout.addImage({ layers: [createTar(entries)] });
    writeFileSync(`${name}.tar`, createTar(layout.listEntries([image])));
    return `oci-archive:${name}.tar`;
  }

  async #import(seed: DatabaseSeed): Promise<string> {
    const key = JSON.stringify(seed);
    const known = this.#databases.get(key);
    if (known !== undefined) {
      return known;
    }
    const folder = join(this.#folder, `database-${this.#databases.size}`);
    this.#databases.set(key, folder);
    writeAdvisorySource(`${folder}.db`, seed);
    await importDatabase(`${folder}.db`, folder, {
      progress: SILENT,
      limits: DEFAULT_LIMITS,
      now: NOW,
    });
    return folder;
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

interface Search {
  /** Statuses of the unchanged worlds. */
  readonly statuses: readonly number[];
  /** Removals that turn a status of 2 or 4 into 0: there must be none. */
  readonly counterexamples: readonly string[];
}

export async function findCounterexamples(world: World): Promise<Search> {
  using exits = new ExitStatuses();
  const statuses: number[] = [];
  const counterexamples: string[] = [];
  for (const { whole, removals } of listRemovals(world)) {
    const before = await exits.judge(whole, world.database);
    statuses.push(before);
    for (const { name, target, database } of before === 0 ? [] : removals) {
      if ((await exits.judge(target, database)) === 0) {
        const form = 'document' in whole ? 'document' : 'image';
        counterexamples.push(`${form}, ${name}: ${before} became 0`);
      }
    }
  }
  return { statuses, counterexamples };
}
