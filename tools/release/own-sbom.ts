import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stageManifest } from '../pack.ts';
import { ROOT } from '../source-tree.ts';
import { computeFileSha256 } from './digest.ts';
import { runTool } from './node-binary.ts';

interface LockEntry {
  readonly dev?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}

interface LockFile {
  readonly packages: Readonly<Record<string, LockEntry>>;
}

interface Reference {
  readonly type: string;
  readonly url: string;
}

interface Component {
  readonly 'bom-ref'?: string;
  readonly name: string;
  readonly group?: string;
  readonly hashes?: readonly object[];
  readonly supplier?: object;
  readonly externalReferences?: readonly Reference[];
}

interface CycloneDx {
  readonly metadata: { readonly component?: Component };
  readonly components: readonly Component[];
}

const AUTHORS = 'The plimsoll authors';

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** Writes a lock file with the packages that the published manifest leads to, and no others. */
function writeLock(folder: string): void {
  const { dependencies, ...manifest } = readJson(join(folder, 'package.json')) as {
    readonly name: string;
    readonly version: string;
    readonly license: string;
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const { packages } = readJson(join(ROOT, 'package-lock.json')) as LockFile;
  const names = new Set(Object.keys(dependencies));
  const kept = new Map<string, LockEntry>();
  for (const name of names) {
    const { dev: _, ...entry } = packages[`node_modules/${name}`] ?? {};
    kept.set(`node_modules/${name}`, entry);
    for (const next of Object.keys(entry.dependencies ?? {})) names.add(next);
  }
  const { name, version, license } = manifest;
  const root = { name, version, license, dependencies };
  const lock = {
    name,
    version,
    lockfileVersion: 3,
    packages: { '': root, ...Object.fromEntries(kept) },
  };
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
}

interface Creator {
  readonly supplier: { readonly name: string; readonly contact?: readonly object[] };
  /** Home page of the package; empty if it names none. */
  readonly home: string;
}

/** The address of the project; empty if no release job names it. */
function findHome(): string {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = process.env;
  return server === undefined || repository === undefined ? '' : `${server}/${repository}`;
}

interface PackageFile {
  readonly author?: string | { readonly name?: string; readonly email?: string };
  readonly homepage?: string;
  readonly repository?: string | { readonly url?: string };
}

/** The author and the home page that a package names in its manifest. Lock files have neither. */
function readCreator(name: string): Creator {
  if (name === 'plimsoll') return { supplier: { name: AUTHORS }, home: findHome() };
  const path = join(ROOT, 'node_modules', name, 'package.json');
  const { author = '', homepage, repository = '' } = readJson(path) as PackageFile;
  const text = typeof author === 'string' ? author : `${author.name ?? ''} <${author.email ?? ''}>`;
  const [, person = '', email = ''] = /^([^<(]*?) *(?:<([^>]*)>)?(?: *\(.*)?$/u.exec(text) ?? [];
  const place = typeof repository === 'string' ? repository : (repository.url ?? '');
  // The short form of npm: a name, perhaps after the name of the service, means GitHub.
  const short = /^(?:github:)?([\w.-]+\/[\w.-]+)$/u.exec(place)?.[1];
  const url = homepage ?? (short === undefined ? place : `https://github.com/${short}`);
  return {
    supplier: { name: person, ...(email === '' ? {} : { contact: [{ email }] }) },
    home: url.replace(/^git\+/u, ''),
  };
}

/** Adds the home page, unless the component has one. */
function addHome(references: readonly Reference[], home: string): readonly Reference[] {
  const isKnown = home === '' || references.some(({ type }) => type === 'website');
  return isKnown ? references : [...references, { type: 'website', url: home }];
}

/**
 * Writes the SBOM of the npm package: the program reads it from the lock file, and the names of the
 * authors and the digest of the archive are added.
 *
 * @returns the grades of the document, by the program
 */
export function writeOwnSbom(program: string, archive: string, target: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-sbom-'));
  try {
    const source = join(folder, 'plimsoll');
    mkdirSync(source);
    stageManifest(ROOT, source, 'plimsoll');
    writeLock(source);
    const ownSupplier = [AUTHORS, findHome()].filter((part) => part !== '').join(', ');
    const options = [
      '--name',
      'plimsoll',
      '--target-supplier',
      ownSupplier,
      '--reproducible',
      '-q',
    ];
    // Relative, because the document contains the target as it was named.
    const args = [program, 'sbom', 'dir:plimsoll', ...options, '-o', 'cyclonedx-json'];
    const text = runTool(process.execPath, args, folder);
    const digest = computeFileSha256(archive).slice('sha256:'.length);
    const document = JSON.parse(text) as CycloneDx;
    const components = document.components.map((component) => {
      const { name, group = '', hashes, externalReferences = [] } = component;
      const { supplier, home } = readCreator(group === '' ? name : `${group}/${name}`);
      const references = addHome(externalReferences, home);
      const own = name === 'plimsoll' ? [{ alg: 'SHA-256', content: digest }] : undefined;
      return {
        ...component,
        supplier,
        ...(references.length === 0 ? {} : { externalReferences: references }),
        ...((hashes ?? own) ? { hashes: hashes ?? own } : {}),
      };
    });
    writeFileSync(target, JSON.stringify({ ...document, components }, undefined, 2));
    return runTool(process.execPath, [program, 'sbom', target, '--grade', '-q']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
