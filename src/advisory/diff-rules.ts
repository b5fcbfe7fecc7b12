import type { SystemCoverage } from '../core/advisory.ts';
import { compareText } from '../core/compare-text.ts';
import { isUnfixedStated } from '../core/coverage-share.ts';
import { formatCount } from '../core/screen-text.ts';
import { pairLayers, toChange } from './diff-databases.ts';
import type { LayerReader } from './layer-reader.ts';
import type { SystemOverride } from './resolve-release.ts';
import { formatRelease } from './schema.ts';

/**
 * Data that decides how packages are looked up: `release`: releases with their end-of-life dates;
 * `coverage`: whether a release has statements, and also about unfixed vulnerabilities;
 * `system-rule` and `ecosystem-rule`: names that stand for others; `architecture`: its spellings;
 * `product`: the end of life of its release lines, which policies read.
 */
export type RuleKind =
  | 'release'
  | 'coverage'
  | 'system-rule'
  | 'ecosystem-rule'
  | 'architecture'
  | 'product';

/** A difference in the data that decides how packages are looked up. */
export interface RuleChange {
  /** A release, or a name of a system, an ecosystem or an architecture. */
  readonly name: string;
  readonly kind: RuleKind;
  readonly change: 'added' | 'removed' | 'changed';
  /** Values for people; empty if there is none. */
  readonly before: string;
  readonly after: string;
}

type Values = ReadonlyMap<string, string>;

/** Compares the data that decides how packages are looked up, by kind and name. */
export function diffRules(before: string, after: string): readonly RuleChange[] {
  const changes: RuleChange[] = [];
  for (const [older, newer] of pairLayers(before, after)) {
    for (const [kind, read] of READERS) {
      const [left, right] = [older, newer].map((layer) => (layer ? read(layer) : new Map()));
      changes.push(...compareValues(kind, left ?? new Map(), right ?? new Map()));
    }
  }
  return changes;
}

const READERS: readonly (readonly [RuleKind, (layer: LayerReader) => Values])[] = [
  ['release', readReleases],
  ['coverage', readCoverage],
  ['system-rule', readSystemRules],
  ['ecosystem-rule', ({ meta }) => meta.ecosystems],
  ['architecture', ({ meta }) => meta.architectureAliases],
  ['product', readProducts],
];

function compareValues(kind: RuleKind, older: Values, newer: Values): readonly RuleChange[] {
  const names = [...new Set([...older.keys(), ...newer.keys()])].sort(compareText);
  return names.flatMap((name): readonly RuleChange[] => {
    const [before, after] = [older.get(name), newer.get(name)];
    if (before === after) {
      return [];
    }
    const change = toChange(before, after);
    return [{ name, kind, change, before: before ?? '', after: after ?? '' }];
  });
}

/** Row numbers differ between databases without a meaning. */
function readReleases({ meta }: LayerReader): Values {
  return new Map(
    meta.releases.systems.map((system): [string, string] => {
      const { codename, endOfLife = '', endOfActiveSupport = '' } = system;
      const dates = [endOfActiveSupport, endOfLife].map((date) => date.slice(0, 10)).join(' to ');
      return [formatRelease(system), [codename, dates].join(' ').trim()];
    }),
  );
}

function readProducts({ meta }: LayerReader): Values {
  return new Map(
    meta.listLifecycles().map(({ product, cpes, purls, cycles }): [string, string] => {
      const ends = cycles.map(({ name, endOfLife }) => {
        const end = { true: 'in the past', false: 'undecided' }[String(endOfLife)];
        return `${name} to ${end ?? String(endOfLife)}`;
      });
      return [product, [[...cpes, ...purls].join(' '), ...ends].join(', ')];
    }),
  );
}

/** Counts change daily, so only a threshold that matching reads counts. */
function readCoverage({ meta }: LayerReader): Values {
  const { systems, coverage } = meta.releases;
  return new Map(
    systems.map((system): [string, string] => [
      formatRelease(system),
      describeCoverage(coverage?.get(system.id)),
    ]),
  );
}

function describeCoverage(coverage: SystemCoverage | undefined): string {
  if (coverage === undefined) {
    return 'not counted';
  }
  const unfixed = isUnfixedStated([coverage]) ? ', also about unfixed vulnerabilities' : '';
  return coverage.statements === 0 ? 'no statements' : `statements${unfixed}`;
}

/** The order of the rules about one system matters, because the first one that applies counts. */
function readSystemRules({ meta }: LayerReader): Values {
  const rules = Map.groupBy(meta.releases.overrides, ({ alias }) => alias);
  return new Map(
    [...rules].map(([alias, ofSystem]): [string, string] => [
      alias,
      `${formatCount(ofSystem.length, 'rule')}: ${ofSystem.map(formatSystemRule).join('; ')}`,
    ]),
  );
}

function formatSystemRule(rule: SystemOverride): string {
  const { alias: _alias, ...members } = rule;
  return Object.entries(members)
    .filter(([, value]) => value !== '' && value !== false)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');
}
