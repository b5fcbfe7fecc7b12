import type { EpssScore, VulnerabilityRecord } from '../core/advisory.ts';
import { appendAll } from '../core/append-all.ts';
import { compareText } from '../core/compare-text.ts';
import { isUncompared, pairLayers, toChange } from './diff-databases.ts';
import type { LayerReader } from './layer-reader.ts';
import { META_SHARD, RECORDS_SHARD, SCORES_SHARD } from './schema.ts';

/** Data about a vulnerability that is independent of packages. */
export type FactKind = 'exploited' | 'epss' | 'weaknesses' | 'ssvc' | 'record';

/** A vulnerability with different data of one kind. */
export interface FactChange {
  readonly id: string;
  readonly kind: FactKind;
  readonly change: 'added' | 'removed' | 'changed';
  /** Values for people; empty if there is none. */
  readonly before: string;
  readonly after: string;
}

export interface FactDifference {
  /** In the order of kinds and IDs. */
  readonly changes: readonly FactChange[];
  /** Vulnerabilities whose EPSS score changed without crossing a threshold. */
  readonly minorScores: readonly string[];
}

/** EPSS scores change daily, so a change counts if the score crosses one of these. */
export const EPSS_THRESHOLDS = [0.01, 0.1, 0.5, 0.9] as const;

/** Compares the data that is stored by vulnerability: exploits, EPSS, weaknesses, SSVC, records. */
export function diffFacts(before: string, after: string): FactDifference {
  const changes: FactChange[] = [];
  const minorScores: string[] = [];
  for (const [older, newer] of pairLayers(before, after)) {
    const isMetaEqual = hasEqualShard(older, newer, META_SHARD);
    if (!isMetaEqual) {
      changes.push(...compareFacts('exploited', readExploited(older), readExploited(newer)));
    }
    // In databases of schema 3, the scores are in the shard "meta".
    if (!isMetaEqual || !hasEqualShard(older, newer, SCORES_SHARD)) {
      const scores = compareScores(readScores(older), readScores(newer));
      changes.push(...scores.changes);
      appendAll(minorScores, scores.minor);
    }
    if (!isMetaEqual) {
      changes.push(...compareFacts('weaknesses', readWeaknesses(older), readWeaknesses(newer)));
      changes.push(...compareFacts('ssvc', readSsvc(older), readSsvc(newer)));
    }
    const areRecordsKnown = !isUncompared([older, newer], RECORDS_SHARD);
    if (areRecordsKnown && !hasEqualShard(older, newer, RECORDS_SHARD)) {
      changes.push(...compareFacts('record', readRecords(older), readRecords(newer)));
    }
  }
  return { changes, minorScores };
}

function hasEqualShard(
  older: LayerReader | undefined,
  newer: LayerReader | undefined,
  name: string,
): boolean {
  const [left, right] = [older, newer].map(
    (layer) => layer?.manifest.shards.find((shard) => shard.name === name)?.digest,
  );
  return left === right;
}

/** Data about a vulnerability: its full content, and a short form for people. */
interface Fact {
  readonly content: string;
  readonly shown: string;
}

const DATE_CHARS = 'YYYY-MM-DD'.length;

type Facts = ReadonlyMap<string, Fact>;

function groupFacts<T>(
  rows: Iterable<T>,
  toId: (row: T) => string,
  toShown: (row: T) => string,
): Facts {
  const facts = [...Map.groupBy(rows, toId)].map(([id, all]): [string, Fact] => {
    const content = all.map((row) => JSON.stringify(row)).sort(compareText);
    return [id, { content: content.join('\n'), shown: all.map(toShown).join(', ') }];
  });
  return new Map(facts);
}

function readExploited(layer: LayerReader | undefined): Facts {
  const rows = layer === undefined ? [] : layer.meta.listExploited();
  return groupFacts(
    rows,
    ({ cve }) => cve,
    ({ dateAdded }) => `since ${dateAdded?.slice(0, DATE_CHARS) ?? 'an unknown date'}`,
  );
}

function readWeaknesses(layer: LayerReader | undefined): Facts {
  const rows = layer === undefined ? [] : layer.meta.listWeaknesses();
  return groupFacts(
    rows,
    ({ cve }) => cve,
    ({ cwe, source }) => `${cwe} (${source})`,
  );
}

function readSsvc(layer: LayerReader | undefined): Facts {
  const rows = layer === undefined ? [] : layer.meta.listSsvc();
  return groupFacts(
    rows,
    ({ cve }) => cve,
    ({ exploitation, automatable, technicalImpact }) =>
      `exploitation ${exploitation}, automatable ${automatable}, technical impact ${technicalImpact}`,
  );
}

/** Reads records without a statement; the others change the keys of their statements. */
function readRecords(layer: LayerReader | undefined): Facts {
  return groupFacts(
    listRecords(layer),
    ({ id }) => id,
    ({ status }) => status,
  );
}

function* listRecords(layer: LayerReader | undefined): Generator<VulnerabilityRecord> {
  yield* layer?.openShard(RECORDS_SHARD)?.listRecords() ?? [];
}

function readScores(layer: LayerReader | undefined): ReadonlyMap<string, EpssScore> {
  const scores = layer === undefined ? [] : layer.meta.listScores();
  return new Map(scores.map((score) => [score.cve, score]));
}

function compareFacts(kind: FactKind, older: Facts, newer: Facts): readonly FactChange[] {
  return listIds(older, newer).flatMap((id): readonly FactChange[] => {
    const [was, is] = [older.get(id), newer.get(id)];
    const [before, after] = [was?.shown ?? '', is?.shown ?? ''];
    return was?.content === is?.content
      ? []
      : [{ id, kind, change: toChange(was, is), before, after }];
  });
}

function compareScores(
  older: ReadonlyMap<string, EpssScore>,
  newer: ReadonlyMap<string, EpssScore>,
): { readonly changes: readonly FactChange[]; readonly minor: readonly string[] } {
  const changes: FactChange[] = [];
  const minor: string[] = [];
  for (const id of listIds(older, newer)) {
    const [was, is] = [older.get(id)?.epss, newer.get(id)?.epss];
    if (was === is) {
      continue;
    }
    if (countThresholds(was) === countThresholds(is)) {
      minor.push(id);
    } else {
      const [before, after] = [String(was ?? ''), String(is ?? '')];
      changes.push({ id, kind: 'epss', change: toChange(was, is), before, after });
    }
  }
  return { changes, minor };
}

function countThresholds(score: number | undefined): number {
  return EPSS_THRESHOLDS.filter((threshold) => (score ?? 0) >= threshold).length;
}

function listIds(left: ReadonlyMap<string, unknown>, right: ReadonlyMap<string, unknown>) {
  return [...new Set([...left.keys(), ...right.keys()])].sort(compareText);
}
