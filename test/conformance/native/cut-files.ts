import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SKIPPED = new Set(['node_modules', '.git', 'target', '.venv', '.yarn', 'vendor']);

/**
 * Returns the files of a project that an answer was derived from, without irrelevant hashes and
 * hosts, which make a lock three times as long.
 */
export function cutFiles(folder: string, names: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  const visit = (below: string): void => {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) {
        visit(path);
      } else if (entry.isFile() && names.some((name) => isNamed(entry.name, name))) {
        found[path] = cutText(entry.name, readFileSync(join(folder, path), 'utf8'));
      }
    }
  };
  visit('');
  return found;
}

/** A leading asterisk matches any characters. */
function isNamed(name: string, pattern: string): boolean {
  return pattern.startsWith('*') ? name.endsWith(pattern.slice(1)) : name === pattern;
}

function cutText(name: string, text: string): string {
  const cut =
    name === 'package.json'
      ? cutManifest(text)
      : name === 'composer.lock'
        ? cutComposerLock(text)
        : cutLock(name, cutTables(name, text));
  return cut.replace(/https?:\/\/[\w.-]+(?=[/"'\s])/g, 'https://example.org');
}

/** Members of a manifest that declare requirements. */
const MANIFEST_MEMBERS = [
  'name',
  'version',
  'private',
  'workspaces',
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'resolutions',
  'overrides',
];

function cutManifest(text: string): string {
  const manifest = JSON.parse(text) as Readonly<Record<string, unknown>>;
  return JSON.stringify(manifest, MANIFEST_MEMBERS.concat(listDeepKeys(manifest)));
}

/** JSON.stringify applies a list of members at every depth. */
function listDeepKeys(manifest: Readonly<Record<string, unknown>>): string[] {
  return MANIFEST_MEMBERS.flatMap((member) => {
    const value = manifest[member];
    return typeof value === 'object' && value !== null ? listNestedKeys(value) : [];
  });
}

function listNestedKeys(value: object): string[] {
  return Object.entries(value).flatMap(([key, member]: [string, unknown]) => [
    key,
    ...(typeof member === 'object' && member !== null ? listNestedKeys(member) : []),
  ]);
}

interface ComposerLock {
  readonly packages: readonly Readonly<Record<string, unknown>>[];
  readonly 'packages-dev': readonly Readonly<Record<string, unknown>>[];
}

function cutComposerLock(text: string): string {
  const lock = JSON.parse(text) as ComposerLock;
  const cut = (list: ComposerLock['packages']): object[] =>
    list.map(({ name, version, require, provide, replace }) => ({
      name,
      version,
      require,
      provide,
      replace,
    }));
  return JSON.stringify({
    packages: cut(lock.packages),
    'packages-dev': cut(lock['packages-dev']),
  });
}

/** Tables with requirements, by the name of the manifest. */
const KEPT_TABLES: Readonly<Record<string, RegExp>> = {
  'Cargo.toml': /^\[(?:package|features|workspace|(?:.*\.)?(?:build-|dev-)?dependencies)\b/,
  'pyproject.toml': /^\[+(?:project|dependency-groups|tool\.(?:pdm|poetry|uv))\b/,
};

function cutTables(name: string, text: string): string {
  const kept = KEPT_TABLES[name];
  return kept === undefined
    ? text
    : text
        .split(/^(?=\[)/m)
        .filter((table) => kept.test(table))
        .join('');
}

/** Irrelevant lines, by the name of the lock. */
const CUT_LINES: Readonly<Record<string, RegExp>> = {
  'pnpm-lock.yaml':
    /^ {4}(?:engines|cpu|os|libc|hasBin|deprecated|resolution: \{integrity):? ?.*\n/gm,
  'yarn.lock':
    /^ {2}(?:integrity|checksum|languageName|conditions)\b.*\n|^ {2}bin:\n(?: {4}.*\n)*/gm,
  'uv.lock': /^(?:sdist = .*|wheels = \[\n(?: {4}\{ url = .*\n)*\]|wheels = .*)\n/gm,
  'poetry.lock':
    /^(?:description|python-versions|files|content-hash).*\n(?: {4}\{file = .*\n)*\]?\n?/gm,
  'pdm.lock':
    /^(?:summary|requires_python|content_hash|files).*\n(?: {4}\{(?:file|url) = .*\n)*\]?\n?/gm,
  'Cargo.lock': /^checksum = .*\n/gm,
  'Gemfile.lock': /^CHECKSUMS\n(?: {2}.*\n)*\n?/gm,
  'go.sum': /^\S+ \S+\/go\.mod .*\n|(?<=h1:)\S+(?==$)/gm,
};

/** Irrelevant members, by the name of the lock. Packages may have the same names. */
const CUT_MEMBERS: Readonly<Record<string, ReadonlySet<string>>> = {
  'package-lock.json': new Set(['integrity', 'resolved', 'license', 'engines', 'funding']),
  'packages.lock.json': new Set(['contentHash']),
};

function cutMembers(text: string, members: ReadonlySet<string>): string {
  return JSON.stringify(JSON.parse(text), (key, value: unknown) =>
    members.has(key) && !isPackage(value) ? undefined : value,
  );
}

/** A record in a lock; `engines` and `funding` are objects too. */
function isPackage(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'version' in value;
}

function cutLock(name: string, text: string): string {
  const members = CUT_MEMBERS[name];
  if (members !== undefined) {
    return cutMembers(text, members);
  }
  const lines = CUT_LINES[name];
  const cut = lines === undefined ? text : text.replace(lines, '');
  return name === 'bun.lock' ? cut.replace(/"sha512-[^"]*"/g, '""') : cut;
}
