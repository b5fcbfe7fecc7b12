import { addToList } from '../core/add-to-list.ts';
import { foldCase } from '../core/fold-case.ts';
import { findChangedRecords } from './changed-subjects.ts';
import {
  diffPackages,
  type KeyChange,
  pairLayers,
  pairShards,
  type ShardPair,
} from './diff-databases.ts';
import { diffFacts } from './diff-facts.ts';
import { diffRules, type RuleChange } from './diff-rules.ts';
import {
  ARCHITECTURES_READ_KEY,
  formatRecordReadKey,
  formatSystemPresenceKey,
  formatSystemReadKey,
  PRODUCTS_READ_KEY,
  toEcosystemReadKey,
  toFactReadKey,
  toPackageReadKey,
  toProductReadKey,
} from './read-key.ts';

/** Everything that differs between two databases. */
export interface DatabaseChanges {
  /** Keys of the questions that may have another answer; see `read-key.ts`. */
  readonly keys: ReadonlySet<string>;
  /** Vulnerabilities with other facts: exploits, scores, weaknesses, decisions; folded IDs. */
  readonly facts: ReadonlySet<string>;
  /** Data that decides how packages are looked up. */
  readonly rules: readonly RuleChange[];
}

/**
 * Returns everything that differs between the current databases of two directories, as questions
 * that may have another answer: statements by key, records in every shard, facts, and rules. The
 * releases that apply to a system and their dates are not questions; they are compared by system.
 *
 * @throws UserError `E_DB_MISSING` or `E_DB_INVALID`
 */
export function listDatabaseChanges(before: string, after: string): DatabaseChanges {
  const rules = diffRules(before, after);
  const listAliases = indexAliases(before, after);
  const keys = new Set<string>(listRuleKeys(rules));
  const appeared = new Map<string, KeyChange[]>();
  // A shard that was not installed could not answer before.
  for (const change of diffPackages(before, after, { countsAbsent: true })) {
    toReadKeys(change, listAliases).forEach((key) => keys.add(key));
    if (change.change !== 'changed') {
      addToList(appeared, change.shard, change);
    }
  }
  for (const pair of pairShards(before, after)) {
    for (const recordKey of findChangedRecords(pair.before, pair.after)) {
      keys.add(formatRecordReadKey(recordKey));
    }
    for (const change of appeared.get(pair.name) ?? []) {
      toPresenceKeys(change, pair, listAliases).forEach((key) => keys.add(key));
    }
  }
  const { changes, minorScores } = diffFacts(before, after);
  const changed = changes.filter(({ kind }) => kind !== 'record').map(({ id }) => id);
  const facts = new Set([...changed, ...minorScores].map(foldCase));
  facts.forEach((cve) => keys.add(toFactReadKey(cve)));
  return { keys, facts, rules };
}

/** Returns the ecosystems whose questions lead to a stored ecosystem, itself included. */
type ListAliases = (ecosystem: string) => readonly string[];

function indexAliases(before: string, after: string): ListAliases {
  const aliases = new Map<string, string[]>();
  for (const layers of pairLayers(before, after)) {
    for (const [alias, ecosystem] of layers.flatMap((layer) => [
      ...(layer?.meta.ecosystems ?? []),
    ])) {
      addToList(aliases, foldCase(ecosystem), alias);
    }
  }
  return (ecosystem) => [ecosystem, ...(aliases.get(foldCase(ecosystem)) ?? [])];
}

function toReadKeys({ kind, family, key }: KeyChange, listAliases: ListAliases): readonly string[] {
  const [first = '', ecosystem = '', name = ''] = key;
  if (kind === 'system') {
    return listAliases(ecosystem).map((one) => formatSystemReadKey(family, first, one, name));
  }
  return kind === 'product'
    ? [toProductReadKey(first)]
    : listAliases(family).map((one) => toPackageReadKey(one, first));
}

/** Returns the keys of a release or an ecosystem that has its first or lost its last statement. */
function toPresenceKeys(
  { kind, family, key }: KeyChange,
  { before, after }: ShardPair,
  listAliases: ListAliases,
): readonly string[] {
  const [first = '', ecosystem = ''] = key;
  const place = kind === 'system' ? ([first, ecosystem] as const) : (['', ''] as const);
  const [was, is] = [before, after].map((shard) => shard?.hasStatements(...place) ?? false);
  if (was === is) {
    return [];
  }
  if (kind === 'system') {
    return listAliases(ecosystem).map((one) => formatSystemPresenceKey(family, first, one));
  }
  return kind === 'product' ? [PRODUCTS_READ_KEY] : listAliases(family).map(toEcosystemReadKey);
}

function listRuleKeys(rules: readonly RuleChange[]): readonly string[] {
  return rules.flatMap(({ kind, name }) => {
    if (kind === 'ecosystem-rule') {
      return [toEcosystemReadKey(name)];
    }
    return kind === 'architecture' ? [ARCHITECTURES_READ_KEY] : [];
  });
}
