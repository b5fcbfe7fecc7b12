import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText, toTexts } from '../../../foundation/syntax/json/member.ts';

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
export function listDenoRecords(document: Members): DenoLocked[] {
  const packages = getMembers(document, 'packages');
  const former = getMembers(document, 'npm');
  const isFormer = isRecord(former['packages']);
  const npm = isFormer
    ? getMembers(former, 'packages')
    : { ...getMembers(packages, 'npm'), ...former };
  const jsr = { ...getMembers(packages, 'jsr'), ...getMembers(document, 'jsr') };
  const specifiers = {
    ...getMembers(packages, 'specifiers'),
    ...getMembers(document, 'specifiers'),
  };
  return [
    ...Object.entries(jsr).map(([key, entry]) => toJsrRecord(key, entry, specifiers)),
    ...Object.entries(npm).map(([key, entry]) => toNpmRecord(key, entry)),
    ...Object.entries(getMembers(document, 'remote')).flatMap(([url, hash]) =>
      toRemoteRecords(url, hash),
    ),
  ];
}

function getMembers(record: Members, name: string): Members {
  const value = record[name];
  return isRecord(value) ? value : {};
}

function toJsrRecord(key: string, value: unknown, specifiers: Members): DenoLocked {
  const entry = isRecord(value) ? value : {};
  const [name, version] = splitKey(key);
  const dependencies = toTexts(entry['dependencies']);
  return {
    source: 'jsr',
    name,
    version,
    provides: [`jsr:${name}@${version}`, `jsr:${name}`],
    requires: dependencies.map((specifier) => resolveSpecifier(specifier, specifiers)),
    metadata: { integrity: getText(entry, 'integrity'), dependencies },
  };
}

/**
 * Returns the key that a specifier such as `jsr:@std/path@^1` is resolved to. The lock has a
 * version, or formerly the whole key.
 */
function resolveSpecifier(specifier: string, specifiers: Members): string {
  const answer = getText(specifiers, specifier);
  if (answer === '' || answer.includes(':')) {
    return answer || specifier;
  }
  const [source = ''] = specifier.split(':', 1);
  const [name] = splitKey(specifier.slice(source.length + 1));
  return `${source}:${name}@${answer}`;
}

function toNpmRecord(key: string, value: unknown): DenoLocked {
  const entry = isRecord(value) ? value : {};
  const [name, peered] = splitKey(key);
  // The peers with which it was resolved follow the version.
  const [version = ''] = peered.split('_', 1);
  const dependencies = [entry['dependencies'], entry['optionalDependencies']].flatMap(listNpmKeys);
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
function listNpmKeys(value: unknown): string[] {
  const keys = isRecord(value) ? toTexts(Object.values(value)) : toTexts(value);
  return keys.map((key) => {
    const alias = key.indexOf('@npm:');
    return alias < 0 ? key : key.slice(alias + '@npm:'.length);
  });
}

/** A scope begins with `@`, too. Both are empty if there is no version. */
function splitKey(key: string): readonly [string, string] {
  const at = key.indexOf('@', 1);
  return at < 0 ? ['', ''] : [key.slice(0, at), key.slice(at + 1)];
}

/** `https://deno.land/std@0.1.0/path/mod.ts` is a module of `deno.land/std` 0.1.0. */
function toRemoteRecords(url: string, hash: unknown): DenoLocked[] {
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
