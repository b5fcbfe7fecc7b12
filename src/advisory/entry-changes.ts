import type { Advisory, VulnerabilityRecord } from '../core/advisory.ts';
import { compareText } from '../core/compare-text.ts';
import type { ShardReader } from './shard-reader.ts';
import { encodeStatement } from './statement.ts';
import { encodeRecord } from './vulnerability-record.ts';

/** A change in the statements of a source about one vulnerability of one package. */
export type ChangeKind =
  | 'range'
  | 'fix'
  | 'state'
  | 'severity'
  | 'withdrawn'
  | 'qualifiers'
  | 'ids'
  | 'text';

/** All statements about one vulnerability under one key, with their records. */
export interface Entry {
  readonly advisories: readonly Advisory[];
  readonly records: readonly VulnerabilityRecord[];
}

export interface Entries {
  /** Name of the package in the spelling of the source; empty if there are no statements. */
  readonly name: string;
  readonly byId: ReadonlyMap<string, Entry>;
}

/** Groups the statements about a package by vulnerability, and reads the wanted records. */
export function toEntries(
  reader: ShardReader | undefined,
  advisories: readonly Advisory[],
  isRecordWanted: (advisory: Advisory) => boolean,
): Entries {
  const [first] = advisories;
  if (reader === undefined || first === undefined) {
    return { name: '', byId: new Map() };
  }
  const grouped = Map.groupBy(advisories, ({ vulnerability }) => vulnerability);
  const byId = [...grouped].map(([id, group]): [string, Entry] => {
    const records = group.filter(isRecordWanted).map(({ record }) => reader.readRecord(record.key));
    return [id, { advisories: group, records }];
  });
  return { name: first.packageName ?? first.product?.product ?? '', byId: new Map(byId) };
}

type Aspect = (entry: Entry) => readonly unknown[];

/** The first kind of each aspect. All other differences are of the kind `text`. */
const ASPECTS: readonly (readonly [ChangeKind, Aspect])[] = [
  [
    'range',
    ({ advisories }) =>
      advisories.map(({ ranges, effect }) => [
        effect,
        ranges.map(({ scheme, constraint }) => [scheme, constraint]),
      ]),
  ],
  [
    'fix',
    ({ advisories }) => advisories.map(({ ranges }) => ranges.map(({ fix }) => fix?.version)),
  ],
  [
    'state',
    ({ advisories }) => advisories.map(({ ranges }) => ranges.map(({ fix }) => fix?.state)),
  ],
  ['severity', ({ records }) => records.map(({ severities }) => severities)],
  [
    'withdrawn',
    ({ records }) => records.map(({ status, withdrawnAt }) => [status, withdrawnAt ?? '']),
  ],
  ['qualifiers', ({ advisories }) => advisories.map(({ qualifiers }) => qualifiers ?? {})],
  ['ids', ({ advisories }) => advisories.map(({ aliases, cves }) => [aliases, cves])],
];

/** Lists how an entry changed, in a fixed order; empty if it did not change. */
export function listChangeKinds(before: Entry, after: Entry): readonly ChangeKind[] {
  if (encodeEntry(before) === encodeEntry(after)) {
    return [];
  }
  const kinds = ASPECTS.filter(
    ([, select]) => encodeSorted(select(before)) !== encodeSorted(select(after)),
  ).map(([kind]) => kind);
  return kinds.length === 0 ? ['text'] : kinds;
}

/** The order of statements about one vulnerability has no meaning. */
function encodeSorted(values: readonly unknown[]): string {
  return values
    .map((value) => JSON.stringify(value))
    .sort(compareText)
    .join('\n');
}

function encodeEntry({ advisories, records }: Entry): string {
  const texts = [...advisories.map(encodeStatement), ...records.map(encodeRecord)];
  return texts.sort(compareText).join('\n');
}
