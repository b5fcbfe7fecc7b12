import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { compareText } from '../../src/foundation/core/compare-text.ts';
import {
  type GoGroup,
  type GoToken,
  readGoSource,
  readTextMember,
  readWordMember,
} from './go-literals.ts';

export interface ExpectedPackage {
  readonly name: string;
  readonly version: string;
  /** Whether it is a development dependency, which we leave out if a lock marks it. */
  readonly isForDevelopment: boolean;
}

/** A file or directory of a project's tests, and the packages that the project finds in it. */
export interface PeerFixture {
  /** Directory of the test source, below the given root. */
  readonly group: string;
  /** Path below the group, such as `testdata/one.json`. */
  readonly path: string;
  readonly isFolder: boolean;
  readonly expected: readonly ExpectedPackage[];
}

export interface PeerFixtures {
  readonly fixtures: readonly PeerFixture[];
  /** Files in test data directories without a readable expectation. */
  readonly unreadFiles: number;
  /** Fixtures that tests refer to but that are missing from the checkout. */
  readonly absent: readonly AbsentFixture[];
}

export interface AbsentFixture {
  readonly group: string;
  readonly path: string;
  readonly expected: number;
}

/**
 * Reads expectations from Go tests: the smallest literal or function that names one fixture and
 * lists packages, directly or as a variable of the same directory, describes the fixture's content.
 */
export function readPeerFixtures(root: string): PeerFixtures {
  const groups = findTestFolders(root);
  const named = groups.flatMap((group) => readFixtures(root, group));
  const isThere = ({ group, path }: NamedFixture): boolean => existsSync(join(root, group, path));
  const fixtures = named.filter(isThere).map((fixture) => ({
    ...fixture,
    isFolder: statSync(join(root, fixture.group, fixture.path)).isDirectory(),
  }));
  const absent = named
    .filter((fixture) => !isThere(fixture) && fixture.path.startsWith('testdata/'))
    .map(({ group, path, expected }) => ({ group, path, expected: expected.length }));
  const files = groups.flatMap((group) => listFilesRecursively(join(root, group, 'testdata')));
  const covered = fixtures.map(({ group, path }) => join(root, group, path));
  const isCovered = (file: string): boolean =>
    covered.some((path) => file === path || file.startsWith(`${path}/`));
  return { fixtures, unreadFiles: files.filter((file) => !isCovered(file)).length, absent };
}

function findTestFolders(root: string): string[] {
  return readdirSync(root, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isDirectory() && entry.name === 'testdata')
    .map((entry) => entry.parentPath.slice(root.length + 1))
    .filter((group) => !group.includes('testdata'))
    .toSorted(compareText);
}

function listFilesRecursively(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

type NamedFixture = Omit<PeerFixture, 'isFolder'>;

function readFixtures(root: string, group: string): NamedFixture[] {
  const folder = join(root, group);
  const sources = readdirSync(folder)
    .filter((name) => /_(?:test|testcase)\.go$|^testcase.*\.go$/.test(name))
    .map((name) => readGoSource(readFileSync(join(folder, name), 'utf8')));
  const variables = new Map(sources.flatMap((source) => findVariables(source)));
  for (const [name, other] of sources.flatMap(findAliases)) {
    variables.set(name, variables.get(other) ?? []);
  }
  const byPath = new Map<string, ExpectedPackage[]>();
  for (const source of sources) {
    for (const { path, expected } of new CaseReader(variables).read(source)) {
      byPath.set(path, [...(byPath.get(path) ?? []), ...expected]);
    }
  }
  return [...byPath].map(([path, expected]) => ({
    group,
    path,
    expected: mergeVersions(expected),
  }));
}

function mergeVersions(expected: readonly ExpectedPackage[]): ExpectedPackage[] {
  const merged = new Map(expected.map((each) => [`${each.name}\0${each.version}`, each]));
  return [...merged.values()];
}

type Variables = ReadonlyMap<string, readonly ExpectedPackage[]>;

/** Finds `name = []Package{…}` and `name := Package{…}` anywhere. */
function findVariables(group: GoGroup): [string, readonly ExpectedPackage[]][] {
  const found: [string, readonly ExpectedPackage[]][] = [];
  for (const [index, token] of group.tokens.entries()) {
    if (token.kind === 'group') {
      found.push(...findVariables(token));
    } else if (token.kind === 'word' && isAssigned(group.tokens, index)) {
      const literal = findLiteral(group.tokens, index);
      const packages = literal === undefined ? [] : findPackages(literal, new Map());
      if (packages.length > 0) {
        found.push([token.value, packages]);
      }
    }
  }
  return found;
}

const TYPE_TOKENS_MAX = 8;
const DECLARATIONS: ReadonlySet<string> = new Set(['const', 'func', 'type', 'var']);

/** Returns the assigned literal: only its type is between the operator and the brace. */
function findLiteral(tokens: readonly GoToken[], index: number): GoGroup | undefined {
  for (const token of tokens.slice(index + 1, index + TYPE_TOKENS_MAX)) {
    if (token.kind === 'group' && token.open === '{') {
      return token;
    }
    const isOther = token.kind === 'text' || (token.kind === 'group' && token.open === '(');
    if (isOther || (token.kind === 'word' && DECLARATIONS.has(token.value))) {
      return undefined;
    }
  }
  return undefined;
}

/** Finds `name = other`. */
function findAliases(group: GoGroup): [string, string][] {
  return group.tokens.flatMap((token, index): [string, string][] => {
    if (token.kind === 'group') {
      return findAliases(token);
    }
    const other = group.tokens[index + 2];
    const isAlias = token.kind === 'word' && isAssigned(group.tokens, index);
    return isAlias && other?.kind === 'word' ? [[token.value, other.value]] : [];
  });
}

function isAssigned(tokens: readonly GoToken[], index: number): boolean {
  const signs = tokens
    .slice(index + 1, index + 3)
    .map((token) => (token.kind === 'sign' ? token.value : ''));
  return signs[0] === '=' || (signs[0] === ':' && signs[1] === '=');
}

/** Returns packages that are written out in a literal, or held by a named variable. */
function findPackages(group: GoGroup, variables: Variables): ExpectedPackage[] {
  const own = parsePackage(group);
  if (own !== undefined) {
    return [own];
  }
  return group.tokens.flatMap((token, index) => {
    if (token.kind === 'group') {
      return findPackages(token, variables);
    }
    const next = group.tokens[index + 1];
    const isKey = next?.kind === 'sign' && next.value === ':';
    return token.kind === 'word' && !isKey ? (variables.get(token.value) ?? []) : [];
  });
}

function parsePackage(group: GoGroup): ExpectedPackage | undefined {
  const name = readTextMember(group, 'Name');
  const version = readTextMember(group, 'Version');
  if (name === undefined || version === undefined || name === '') {
    return undefined;
  }
  // Trivy separates the parts of a system package's version.
  const release = readTextMember(group, 'Release') ?? '';
  const epoch = readWordMember(group, 'Epoch') ?? '0';
  const full = `${epoch === '0' ? '' : `${epoch}:`}${version}${release === '' ? '' : `-${release}`}`;
  return { name, version: full, isForDevelopment: isForDevelopment(group) };
}

const DEVELOPMENT: ReadonlySet<string> = new Set(['dev', 'test']);

function isForDevelopment(group: GoGroup): boolean {
  return (
    readWordMember(group, 'Dev') === 'true' ||
    listDependencyGroups(group).some((name) => DEVELOPMENT.has(name))
  );
}

function listDependencyGroups(group: GoGroup): string[] {
  return group.tokens.flatMap((token, index) => {
    if (token.kind !== 'group') {
      return [];
    }
    const before = group.tokens.slice(Math.max(0, index - 5), index);
    const isList = before.some((near) => near.kind === 'word' && near.value.startsWith('DepGroup'));
    const texts = token.tokens.flatMap((each) => (each.kind === 'text' ? each.value : []));
    return [...(isList ? texts : []), ...listDependencyGroups(token)];
  });
}

interface Case {
  readonly path: string;
  readonly expected: readonly ExpectedPackage[];
}

class CaseReader {
  readonly #variables: Variables;

  constructor(variables: Variables) {
    this.#variables = variables;
  }

  /** Innermost groups come first: once a group is a case, the groups around it add nothing. */
  read(group: GoGroup): Case[] {
    const inner = group.tokens.flatMap((token) =>
      token.kind === 'group' && parsePackage(token) === undefined ? this.read(token) : [],
    );
    if (inner.length > 0) {
      return inner;
    }
    const [path, ...others] = new Set(findPaths(group));
    if (path === undefined || others.length > 0) {
      return [];
    }
    const expected = findPackages(group, this.#variables);
    return expected.length === 0 ? [] : [{ path, expected }];
  }
}

/** Returns paths of fixtures, except those inside packages, which state the package's location. */
function findPaths(group: GoGroup): string[] {
  return group.tokens.flatMap((token, index) => {
    if (token.kind === 'text') {
      return parseFixturePaths(token.value);
    }
    if (token.kind !== 'group' || parsePackage(token) !== undefined) {
      return [];
    }
    const before = group.tokens[index - 1];
    const isJoined = before?.kind === 'word' && before.value.endsWith('path.Join');
    return isJoined ? parseFixturePaths(joinTexts(token)) : findPaths(token);
  });
}

function parseFixturePaths(text: string): string[] {
  const path = text.replace(/^\.\//, '').replace(/\/$/, '');
  return path.startsWith('testdata/') ? [path] : [];
}

/** Joins the string arguments of a call. */
function joinTexts({ tokens }: GoGroup): string {
  return tokens.flatMap((token) => (token.kind === 'text' ? token.value : [])).join('/');
}
