import { parseShardName } from '../advisory/layer-reader.ts';
import { toReleaseKey } from '../advisory/schema.ts';
import {
  type Advisory,
  type AdvisoryDatabase,
  type AdvisoryRange,
  FIX_STATES,
  type VulnerabilityRecord,
} from '../core/advisory.ts';
import { compareText } from '../core/compare-text.ts';
import { defined } from '../core/defined.ts';
import { SEVERITIES, type SeverityWord } from '../core/finding.ts';
import { foldCase } from '../core/fold-case.ts';
import { findSchemeByName } from '../version/scheme-by-name.ts';
import { readFixes } from './fix.ts';
import { groupByIds } from './group-by-id.ts';
import { isCve } from './identity.ts';
import { readSeverity } from './severity.ts';

/** `undecided`: its versions cannot be ordered, so that no version can be compared with them. */
export const STATEMENT_STATES = [...FIX_STATES, 'undecided'] as const;
export type StatementState = (typeof STATEMENT_STATES)[number];

/** Everything that one source states about a vulnerability of a package. */
export interface SourceStatement {
  /** The source; a built layer with another name is in parentheses: `debian (osv)`. */
  readonly source: string;
  /** IDs of its records. */
  readonly ids: readonly string[];
  /** Affected versions; empty if the source states that none is. */
  readonly affected: string;
  readonly fixVersions: readonly string[];
  readonly state: StatementState;
  readonly severity: SeverityWord;
  /** YYYY-MM-DD of the latest change, or else of the publication. */
  readonly date?: string;
}

export const DISAGREEMENT_KINDS = ['range', 'fix', 'state', 'severity'] as const;
export type DisagreementKind = (typeof DISAGREEMENT_KINDS)[number];

/** The different answers of sources to one question. */
export interface Disagreement {
  readonly kind: DisagreementKind;
  readonly answers: readonly { readonly source: string; readonly answer: string }[];
}

/** A vulnerability of a package, and the statements of all sources about it. */
export interface StatedVulnerability {
  /** All of its IDs in the statements, the first source's first. */
  readonly ids: readonly string[];
  readonly advisories: readonly Advisory[];
  readonly sources: readonly SourceStatement[];
  /** In the order of {@link DISAGREEMENT_KINDS}; empty if the sources agree. */
  readonly disagreements: readonly Disagreement[];
}

type RecordReader = Pick<AdvisoryDatabase, 'readRecord'>;

const DATE_CHARS = 'YYYY-MM-DD'.length;

/**
 * Groups statements by package, and by vulnerability whatever the ID that each source uses.
 * Compares the sources of each group.
 */
export function compareSources(
  advisories: readonly Advisory[],
  database: RecordReader,
): readonly StatedVulnerability[] {
  const bySubject = Map.groupBy(advisories, toSubjectKey);
  return [...bySubject.values()].flatMap((about) =>
    groupByIds(about, listSharedIds)
      .map((group) => compareGroup(group, database))
      .sort((left, right) => compareText(left.ids[0] ?? '', right.ids[0] ?? '')),
  );
}

function compareGroup(
  advisories: readonly Advisory[],
  database: RecordReader,
): StatedVulnerability {
  const sources = listSources(advisories, database);
  const own = advisories.map(({ vulnerability }) => vulnerability);
  const ids = [...new Set([...own, ...advisories.flatMap(listSharedIds)])];
  return { ids, advisories, sources, disagreements: findDisagreements(sources) };
}

/** Returns the same key for statements about the same package, in a module or a release. */
function toSubjectKey(advisory: Advisory): string {
  const { operatingSystem: system, ecosystem, packageName, product, qualifiers } = advisory;
  return JSON.stringify([
    system && [system.name, toReleaseKey(system)],
    foldCase(ecosystem ?? ''),
    foldCase(packageName ?? ''),
    product,
    qualifiers?.modularity ?? '',
  ]);
}

/** IDs of a statement that are IDs of its vulnerability; several CVEs are several ones. */
function listSharedIds({ vulnerability, aliases, cves }: Advisory): readonly string[] {
  const others = [...new Set([...aliases, ...cves])].filter((id) => id !== vulnerability);
  const named = [vulnerability, ...others].filter(isCve);
  return named.length > 1 ? [vulnerability] : [vulnerability, ...others];
}

/** Returns the statements of each source about one vulnerability of one package. */
export function listSources(
  advisories: readonly Advisory[],
  database: RecordReader,
): readonly SourceStatement[] {
  const bySource = Map.groupBy(advisories, (one) => formatSource(one).source);
  return [...bySource]
    .map(([source, all]) => describeSource(source, all, database))
    .sort((left, right) => compareText(left.source, right.source));
}

/** Returns the name of the source of a statement for people, and the built layer that has it. */
export function formatSource({ provider, record }: Pick<Advisory, 'provider' | 'record'>): {
  readonly source: string;
  readonly layer: string;
} {
  const { layerId: layer } = parseShardName(record.shard);
  const source = layer === '' || layer === provider ? provider : `${provider} (${layer})`;
  return { source, layer };
}

export function readState(advisory: Advisory): StatementState {
  return readStatement(advisory).state;
}

/** Returns the days of the latest change and of the publication, and of the fix. */
export function listAdvisoryDates(
  { record, ranges }: Advisory,
  database: RecordReader,
): readonly string[] {
  const { modifiedAt, publishedAt } = database.readRecord(record);
  return [modifiedAt, publishedAt, ...ranges.map(({ fix }) => fix?.available?.date)].flatMap(
    (date) => date?.slice(0, DATE_CHARS) ?? [],
  );
}

function describeSource(
  source: string,
  advisories: readonly Advisory[],
  database: RecordReader,
): SourceStatement {
  const records = advisories.map(({ record }) => database.readRecord(record));
  const readings = advisories.map(readStatement);
  const affected = readings.filter(({ state }) => state !== 'not-affected');
  const counted = affected.length > 0 ? affected : readings;
  const constraints = new Set(counted.flatMap((one) => one.constraints));
  const dates = records.flatMap((record) => readDate(record) ?? []).sort(compareText);
  return {
    source,
    ids: [...new Set(advisories.map(({ vulnerability }) => vulnerability))],
    affected: affected.length === 0 ? '' : [...constraints].join(' || '),
    fixVersions: [...new Set(counted.flatMap((one) => one.fixVersions))],
    state: joinStates(counted.map(({ state }) => state)),
    severity: records
      .map(readSeverity)
      .reduce((most, one) => (SEVERITIES.indexOf(one) > SEVERITIES.indexOf(most) ? one : most)),
    ...defined({ date: dates.at(-1) }),
  };
}

function readDate({ modifiedAt, publishedAt }: VulnerabilityRecord): string | undefined {
  return (modifiedAt ?? publishedAt)?.slice(0, DATE_CHARS);
}

interface Reading {
  readonly state: StatementState;
  readonly constraints: readonly string[];
  readonly fixVersions: readonly string[];
}

const EVERY_VERSION = 'every version';
/** Distributions that only publish errata state the first version without the vulnerability. */
const FIRST_UNAFFECTED = /^>= (\S+)$/;

function readStatement(advisory: Advisory): Reading {
  const { effect, ranges } = advisory;
  const stated = ranges.map(({ constraint }) => constraint || EVERY_VERSION);
  const constraints = stated.length === 0 ? [EVERY_VERSION] : stated;
  if (effect === 'unaffected') {
    const firsts = ranges.flatMap(({ constraint }) => FIRST_UNAFFECTED.exec(constraint)?.[1] ?? []);
    return firsts.length > 0 && firsts.length === ranges.length
      ? { state: 'fixed', constraints: firsts.map((one) => `< ${one}`), fixVersions: firsts }
      : { state: 'not-affected', constraints, fixVersions: [] };
  }
  const { fixes, fixState } = readFixes(advisory);
  return {
    state: ranges.some(isUnordered) ? 'undecided' : fixState,
    constraints,
    fixVersions: fixes.flatMap(({ version }) => version ?? []),
  };
}

function isUnordered({ scheme, constraint }: AdvisoryRange): boolean {
  return constraint !== '' && scheme !== '' && findSchemeByName(scheme) === undefined;
}

/** The most useful answer first. */
const STATE_ORDER: readonly StatementState[] = [
  'fixed',
  'wont-fix',
  'not-fixed',
  'unknown',
  'undecided',
  'not-affected',
];

function joinStates(states: readonly StatementState[]): StatementState {
  return STATE_ORDER.find((state) => states.includes(state)) ?? 'unknown';
}

/** Compares the answers of the sources; a source without an answer does not disagree. */
export function findDisagreements(sources: readonly SourceStatement[]): readonly Disagreement[] {
  return DISAGREEMENT_KINDS.flatMap((kind): readonly Disagreement[] => {
    const answers = sources.flatMap((one) => {
      const answer = ANSWERS[kind](one);
      return answer === undefined ? [] : [{ source: one.source, ...answer }];
    });
    const isDifferent = new Set(answers.map(({ compared }) => compared)).size > 1;
    return isDifferent
      ? [{ kind, answers: answers.map(({ source, answer }) => ({ source, answer })) }]
      : [];
  });
}

interface Answer {
  readonly answer: string;
  /** The same for answers that mean the same. */
  readonly compared: string;
}

const ANSWERS: Readonly<Record<DisagreementKind, (one: SourceStatement) => Answer | undefined>> = {
  range: ({ affected, state }) =>
    affected === '' || state === 'undecided'
      ? undefined
      : { answer: affected, compared: normalizeRanges(affected) },
  fix: ({ fixVersions }) =>
    fixVersions.length === 0
      ? undefined
      : { answer: fixVersions.join(', '), compared: toSorted(fixVersions.map(stripEpoch)) },
  state: ({ state }) =>
    state === 'unknown' || state === 'undecided'
      ? undefined
      : { answer: formatStatementState(state), compared: state },
  severity: ({ severity }) =>
    severity === 'unknown' ? undefined : { answer: severity, compared: severity },
};

function toSorted(texts: readonly string[]): string {
  return [...new Set(texts)].sort(compareText).join('\n');
}

/** A missing epoch of a package is 0. */
function stripEpoch(version: string): string {
  return version.replace(/^0:/, '');
}

/** The order of ranges and bounds does not matter, and neither does a start at 0. */
function normalizeRanges(text: string): string {
  return toSorted(
    text.split('||').map((range) => {
      const terms = range
        .split(',')
        .map((term) => term.replaceAll(' ', '').replace(/(?<=^[<>=]+)0:/, ''))
        .filter((term) => term !== '' && term !== '>=0');
      return terms.length === 0 ? EVERY_VERSION : toSorted(terms);
    }),
  );
}

const STATE_TEXT: Readonly<Record<StatementState, string>> = {
  fixed: 'fixed',
  'not-fixed': 'not fixed',
  'wont-fix': "won't fix",
  'not-affected': 'not affected',
  unknown: 'unknown',
  undecided: 'undecided',
};

export function formatStatementState(state: StatementState): string {
  return STATE_TEXT[state];
}

const KIND_COLUMNS = 10;

/** Formats a disagreement as one line: the question, and the answer of each source. */
export function formatDisagreement({ kind, answers }: Disagreement): string {
  const texts = answers.map(({ source, answer }) => `${source}: ${answer}`);
  return `${kind.padEnd(KIND_COLUMNS)}${texts.join('; ')}`;
}
