import { posix } from 'node:path';
import { appendAll } from '../../../foundation/core/append-all.ts';
import { readWhole } from '../../../foundation/core/bytes.ts';
import type {
  AssemblyInput,
  Cataloger,
  DependencyEdge,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { FileRefMap } from '../../../foundation/core/file-ref-map.ts';
import { createLocation } from '../../../foundation/core/location.ts';
import type { Package } from '../../../foundation/core/package.ts';
import { mergeLicenses, toDeclaredLicense } from '../../../foundation/identity/license/license.ts';
import { toNpmPurl } from '../../ecosystem/npm/npm-purl.ts';
import { readPackageJson } from '../../ecosystem/npm/package-json.ts';
import {
  type LockEntry,
  type LockLink,
  listLockEdges,
  parsePackageLock,
} from '../../ecosystem/npm/package-lock.ts';

export type NpmLockFact =
  | {
      readonly kind: 'lock';
      readonly entries: readonly LockEntry[];
      readonly links: readonly LockLink[];
    }
  /** Licenses of a package that is installed beside a lock file. */
  | { readonly kind: 'licenses'; readonly licenses: readonly string[] };

/** Packages locked by the lock file of an npm project. */
export const npmLock: Cataloger<NpmLockFact> = {
  id: 'npm-lock',
  version: 1,
  title: 'JavaScript packages locked by npm',
  spec: 'https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json',
  tags: ['package', 'directory', 'declared', 'language', 'javascript', 'npm'],
  can: { licenses: 'partly', dependencies: 'yes', ownedFiles: 'no' },
  alias: 'javascript-lock-cataloger',
  isOwnable: true,
  wants: [
    {
      role: 'lock',
      paths: ['**/package-lock.json', '**/npm-shrinkwrap.json'],
      maxBytes: 'lockFileBytesMax',
    },
    {
      role: 'package',
      paths: ['**/node_modules/*/package.json', '**/node_modules/*/*/package.json'],
      maxBytes: 'configFileBytesMax',
    },
  ],
  extract: (file) => (file.role === 'lock' ? extractLock(file) : extractLicenses(file)),
  assemble(input) {
    const packages: Package[] = [];
    const dependencies: DependencyEdge[] = [];
    const licenses = new InstalledLicenses(input);
    for (const visible of input.facts) {
      if (visible.fact.kind === 'lock') {
        const made = new Map(
          visible.fact.entries.map((entry) => [entry, toLockedPackage(entry, visible, licenses)]),
        );
        appendAll(packages, made.values());
        appendAll(dependencies, createLockEdges(visible.fact, made));
      }
    }
    return { packages, dependencies };
  },
};

/**
 * npm ignores a lock file in `node_modules`, which the author of a package published by mistake.
 */
function extractLock({ path, content, budget }: WantedFile): Extraction<NpmLockFact> {
  if (path.includes('/node_modules/')) {
    return {};
  }
  const { entries, links, problems } = parsePackageLock(readWhole(content), budget);
  return { fact: { kind: 'lock', entries, links }, problems };
}

function extractLicenses({ content }: WantedFile): Extraction<NpmLockFact> {
  const licenses = readPackageJson(content)?.licenses ?? [];
  return licenses.length === 0 ? {} : { fact: { kind: 'licenses', licenses } };
}

/** Licenses declared by the packages, if they are installed already. */
class InstalledLicenses {
  readonly #view: AssemblyInput<NpmLockFact>['view'];
  readonly #byRef = new FileRefMap<readonly string[]>();

  constructor({ view, facts }: AssemblyInput<NpmLockFact>) {
    this.#view = view;
    for (const { fact, ref } of facts) {
      if (fact.kind === 'licenses') {
        this.#byRef.set(ref, fact.licenses);
      }
    }
  }

  findLicenses(lockPath: string, entry: LockEntry): readonly string[] {
    if (this.#byRef.isEmpty) {
      return [];
    }
    const found = this.#view.resolve(
      posix.join(posix.dirname(lockPath), entry.path, 'package.json'),
    );
    return (found && this.#byRef.get(found.ref)) ?? [];
  }
}

function toLockedPackage(
  entry: LockEntry,
  { path, layer }: VisibleFact<NpmLockFact>,
  installed: InstalledLicenses,
): Package {
  const location = createLocation({ path, layer });
  const { name, version, resolved, integrity, dependencies } = entry;
  const licenses = [...entry.licenses, ...installed.findLicenses(path, entry)];
  return {
    name,
    version,
    type: 'npm',
    language: 'javascript',
    purl: toNpmPurl(name, version),
    foundBy: npmLock.id,
    rule: 'an entry in an npm lock file',
    confidence: 1,
    locations: [location],
    licenses: mergeLicenses(
      licenses.map((each) => toDeclaredLicense(each, { locations: [location] })),
    ),
    cpes: [],
    upstreams: [],
    ownedFiles: [],
    metadata: {
      kind: 'javascript-npm-package-lock-entry',
      value: { resolved, integrity, dependencies: dependencies ?? null },
    },
  };
}

function* createLockEdges(
  lock: Extract<NpmLockFact, { readonly kind: 'lock' }>,
  made: ReadonlyMap<LockEntry, Package>,
): Iterable<DependencyEdge> {
  for (const edge of listLockEdges(lock)) {
    const [from, to] = [made.get(edge.from), made.get(edge.to)];
    if (from !== undefined && to !== undefined) {
      yield { from, to };
    }
  }
}
