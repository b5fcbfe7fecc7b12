import { isRecord } from '../../syntax/json/guard.ts';
import { getText, toTexts } from '../../syntax/json/member.ts';

type Members = Readonly<Record<string, unknown>>;

/** A package of `deno.lock`. */
export interface DenoLocked {
  readonly source: 'jsr' | 'npm' | 'remote';
  /** Includes the scope; for a URL, the part before its version. Empty if unknown. */
  readonly name: string;
  readonly version: string;
  /**
   * Keys by which other entries of the lock refer to it: `npm:name@1.0.0_peer@2.0.0`, `npm:name`.
   */
  readonly provides: readonly string[];
  readonly requires: readonly string[];
  readonly metadata: Members;
}

/**
 * Returns all packages of a lock of version 2 to 5. Version 2 has a separate object for npm
 * packages, version 3 keeps them with those of JSR in `packages`, and later versions at the top. A
 * URL without a version is skipped.
 */
export function denoRecords(document: Members): DenoLocked[] {
  const packages = membersIn(document, 'packages');
  const former = membersIn(document, 'npm');
  const isFormer = isRecord(former['packages']);
  const npm = isFormer
    ? membersIn(former, 'packages')
    : { ...membersIn(packages, 'npm'), ...former };
  const jsr = { ...membersIn(packages, 'jsr'), ...membersIn(document, 'jsr') };
  const specifiers = { ...membersIn(packages, 'specifiers'), ...membersIn(document, 'specifiers') };
  return [
    ...Object.entries(jsr).map(([key, entry]) => jsrRecord(key, entry, specifiers)),
    ...Object.entries(npm).map(([key, entry]) => npmRecord(key, entry)),
    ...Object.entries(membersIn(document, 'remote')).flatMap(([url, hash]) =>
      remoteRecord(url, hash),
    ),
  ];
}

function membersIn(record: Members, name: string): Members {
  const value = record[name];
  return isRecord(value) ? value : {};
}

function jsrRecord(key: string, value: unknown, specifiers: Members): DenoLocked {
  const entry = isRecord(value) ? value : {};
  const [name, version] = nameAndVersion(key);
  const dependencies = toTexts(entry['dependencies']);
  return {
    source: 'jsr',
    name,
    version,
    provides: [`jsr:${name}@${version}`, `jsr:${name}`],
    requires: dependencies.map((specifier) => settled(specifier, specifiers)),
    metadata: { integrity: getText(entry, 'integrity'), dependencies },
  };
}

/**
 * Returns the key that a specifier such as `jsr:@std/path@^1` is resolved to. The lock has a
 * version, or formerly the whole key.
 */
function settled(specifier: string, specifiers: Members): string {
  const answer = getText(specifiers, specifier);
  if (answer === '' || answer.includes(':')) {
    return answer || specifier;
  }
  const [source = ''] = specifier.split(':', 1);
  const [name] = nameAndVersion(specifier.slice(source.length + 1));
  return `${source}:${name}@${answer}`;
}

function npmRecord(key: string, value: unknown): DenoLocked {
  const entry = isRecord(value) ? value : {};
  const [name, peered] = nameAndVersion(key);
  // The peers with which it was resolved follow the version.
  const [version = ''] = peered.split('_', 1);
  const dependencies = [entry['dependencies'], entry['optionalDependencies']].flatMap(npmKeys);
  return {
    source: 'npm',
    name,
    version,
    provides: [`npm:${key}`, `npm:${name}`],
    requires: dependencies.map((dependency) => `npm:${dependency}`),
    metadata: { resolved: '', integrity: getText(entry, 'integrity'), dependencies: null },
  };
}

/**
 * Reads a list of keys, whose versions are omitted if the name is unambiguous; formerly an object
 * of keys.
 */
function npmKeys(value: unknown): string[] {
  const keys = isRecord(value) ? toTexts(Object.values(value)) : toTexts(value);
  return keys.map((key) => {
    const alias = key.indexOf('@npm:');
    return alias < 0 ? key : key.slice(alias + '@npm:'.length);
  });
}

/** A scope begins with `@`, too. Both are empty if there is no version. */
function nameAndVersion(key: string): readonly [string, string] {
  const at = key.indexOf('@', 1);
  return at < 0 ? ['', ''] : [key.slice(0, at), key.slice(at + 1)];
}

/** `https://deno.land/std@0.1.0/path/mod.ts` is a module of `deno.land/std` 0.1.0. */
function remoteRecord(url: string, hash: unknown): DenoLocked[] {
  const [, name, version] = /^https?:\/\/([^@?#]{1,1024})@v?(\d[^/?#]{0,255})/.exec(url) ?? [];
  return name === undefined || version === undefined
    ? []
    : [
        {
          source: 'remote',
          name,
          version,
          provides: [],
          requires: [],
          metadata: { url, integrity: typeof hash === 'string' ? hash : '' },
        },
      ];
}
