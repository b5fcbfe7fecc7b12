import { isRecord } from '../../syntax/json/guard.ts';
import { getText, toTexts } from '../../syntax/json/member.ts';

type Members = Readonly<Record<string, unknown>>;

/** A package of `deno.lock`. */
export interface DenoLocked {
  readonly source: 'jsr' | 'npm' | 'remote';
  /** With its scope; for an address, what stands before its version. Empty where it is unknown. */
  readonly name: string;
  readonly version: string;
  /** Keys by which others of the lock ask for it: `npm:name@1.0.0_peer@2.0.0`, `npm:name`. */
  readonly provides: readonly string[];
  readonly requires: readonly string[];
  readonly metadata: Members;
}

/**
 * All packages of a lock of the versions 2 to 5. Version 2 has those of npm in an object of their
 * own, version 3 keeps them with those of JSR in `packages`, and later ones at the top. An address
 * without a version in it is left out.
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

/** What a specifier such as `jsr:@std/path@^1` was settled on: a version, or a whole key before. */
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
  // The peers that it was settled with stand behind the version.
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

/** A list of keys, without versions where the name alone will do; formerly an object of keys. */
function npmKeys(value: unknown): string[] {
  const keys = isRecord(value) ? toTexts(Object.values(value)) : toTexts(value);
  return keys.map((key) => {
    const alias = key.indexOf('@npm:');
    return alias < 0 ? key : key.slice(alias + '@npm:'.length);
  });
}

/** A scope begins with `@` too. Both are empty where there is no version. */
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
