import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readInventory } from '../../../src/assess/read-inventory.ts';
import { isNameMatch, parseStars } from '../../../src/foundation/core/name-pattern.ts';
import { withFolder } from '../score.ts';
import type { NativeAnswer } from './answer.ts';
import { type Graph, omitLocal } from './graph.ts';

const LISTED = join(import.meta.dirname, '../native-differences.json');

/** Known differences with one reason. */
interface DifferenceEntry extends Omit<NativeDifference, 'of'> {
  readonly of: string | readonly string[];
}

/** Reads the known differences, each on its own. */
export function readDifferences(): NativeDifference[] {
  const entries = JSON.parse(readFileSync(LISTED, 'utf8')) as DifferenceEntry[];
  return entries.flatMap((entry) => [entry.of].flat().map((of) => ({ ...entry, of })));
}

/** A known difference with its reason. An asterisk matches any run of characters. */
export interface NativeDifference {
  readonly kind: DifferenceKind;
  /** Name of the answer. */
  readonly project: string;
  /** `name@version`, or an edge. */
  readonly of: string;
  readonly reason: string;
}

export type DifferenceKind = 'missing' | 'invented' | 'edge-missing' | 'edge-invented';

export interface NativeScore {
  readonly name: string;
  readonly packages: number;
  readonly edges: number;
  /** By kind, including listed ones. */
  readonly counts: Readonly<Record<DifferenceKind, number>>;
  /** `kind subject`, without listed ones. */
  readonly unlisted: readonly string[];
  readonly used: ReadonlySet<NativeDifference>;
}

/**
 * Compares our packages and edges with those of the native tool; `program` is another build of
 * plimsoll.
 */
export async function scoreNative(
  answer: NativeAnswer,
  listed: readonly NativeDifference[],
  program?: string,
): Promise<NativeScore> {
  const ours = await withFolder<Graph>(async (folder) => {
    for (const [path, text] of Object.entries(answer.files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return program === undefined ? await readGraph(folder) : readProgramGraph(program, folder);
  });
  const local = new Set(answer.local);
  const found = listDifferences(answer, omitLocal(ours, local));
  const used = new Set<NativeDifference>();
  const unlisted = found.filter(([kind, subject]) => {
    const entry = listed.find(
      (each) =>
        each.project === answer.name &&
        each.kind === kind &&
        isNameMatch(parseStars(each.of), subject),
    );
    if (entry !== undefined) {
      used.add(entry);
    }
    return entry === undefined;
  });
  const count = (kind: DifferenceKind): number => found.filter(([each]) => each === kind).length;
  return {
    name: answer.name,
    packages: answer.packages.length,
    edges: answer.edges?.length ?? 0,
    counts: {
      missing: count('missing'),
      invented: count('invented'),
      'edge-missing': count('edge-missing'),
      'edge-invented': count('edge-invented'),
    },
    unlisted: unlisted.map(([kind, subject]) => `${kind} ${subject}`),
    used,
  };
}

function listDifferences(answer: NativeAnswer, ours: Graph): (readonly [DifferenceKind, string])[] {
  const compare = (
    expected: ReadonlySet<string>,
    actual: ReadonlySet<string>,
    [missing, invented]: readonly [DifferenceKind, DifferenceKind],
  ): (readonly [DifferenceKind, string])[] => [
    ...[...expected].filter((each) => !actual.has(each)).map((each) => [missing, each] as const),
    ...[...actual].filter((each) => !expected.has(each)).map((each) => [invented, each] as const),
  ];
  const packages = new Set(answer.packages);
  const edges = new Set(answer.edges ?? []);
  // An edge to or from a package that only one side has is already covered by the package.
  const selectCommon = (all: ReadonlySet<string>): ReadonlySet<string> =>
    new Set(
      [...all].filter((edge) =>
        edge.split(' > ').every((end) => packages.has(end) && ours.packages.has(end)),
      ),
    );
  return [
    ...compare(packages, ours.packages, ['missing', 'invented']),
    ...(answer.edges === undefined
      ? []
      : compare(selectCommon(edges), selectCommon(ours.edges), ['edge-missing', 'edge-invented'])),
  ];
}

async function readGraph(folder: string): Promise<Graph> {
  const inventory = await readInventory(`dir:${folder}`, {
    name: 'native',
    scope: 'squashed',
    temporaryFolder: folder,
  });
  const edges = inventory.relationships.filter((each) => each.kind === 'dependency-of');
  return toGraph(
    inventory.packages,
    ({ key }) => key,
    edges.map(({ from, to }) => [from, to]),
  );
}

interface SyftDocument {
  readonly artifacts: readonly {
    readonly id: string;
    readonly name: string;
    readonly version: string;
    readonly purl: string;
  }[];
  readonly artifactRelationships: readonly {
    readonly parent: string;
    readonly child: string;
    readonly type: string;
  }[];
}

/** Runs a program built from an earlier state of the sources. */
function readProgramGraph(program: string, folder: string): Graph {
  const output = execFileSync(program, ['sbom', `dir:${folder}`, '-o', 'syft-json', '-q'], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  const document = JSON.parse(output) as SyftDocument;
  const edges = document.artifactRelationships.filter(({ type }) => type === 'dependency-of');
  return toGraph(
    document.artifacts,
    ({ id }) => id,
    edges.map(({ parent, child }) => [parent, child]),
  );
}

interface NamedPackage {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
}

/** Replaces keys by names. Each edge leads from a needed package to its dependent. */
function toGraph<Item extends NamedPackage>(
  packages: readonly Item[],
  getKey: (item: Item) => string,
  edges: readonly (readonly [needed: string, dependent: string])[],
): Graph {
  const names = new Map(
    packages.map((each) => [getKey(each), `${getFullName(each)}@${each.version}`]),
  );
  const named = edges.flatMap(([from, to]) => {
    const [needed, dependent] = [names.get(from), names.get(to)];
    return needed === undefined || dependent === undefined ? [] : [`${dependent} > ${needed}`];
  });
  return { packages: new Set(names.values()), edges: new Set(named) };
}

/** Maven packages have their group only in the package URL. */
function getFullName({ name, purl }: NamedPackage): string {
  const [, group] = /^pkg:maven\/([^/]+)\//.exec(purl) ?? [];
  return group === undefined ? name : `${decodeURIComponent(group)}:${name}`;
}
