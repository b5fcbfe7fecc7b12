import { addToList } from '../../core/add-to-list.ts';
import { compareText } from '../../core/compare-text.ts';
import type { Alert, Finding, Findings } from '../../core/finding.ts';
import type { Format, FormatOptions, Report } from '../../core/format.ts';
import type { Inventory, InventoryPackage } from '../../core/inventory.ts';
import { jsonText, writeJsonList, writeTextList } from '../../core/json-document.ts';
import { indexByKey, type KeyIndex } from '../../core/key-index.ts';
import type { Sink } from '../../core/sink.ts';
import { appliedRules } from './applied-rules.ts';
import { artifactModel } from './artifact-model.ts';
import { distroModel } from './distro-model.ts';
import { type MatchEntry, matchModel } from './match-model.ts';
import { SHOWN_RULES } from './names.data.ts';
import { sortEntries } from './order.ts';
import { sourceModel } from './source-model.ts';

/** Grype's own document, which many programs read. */
export const grypeJson: Format = {
  id: 'grype-json',
  aliases: ['grype'],
  title: 'Grype JSON',
  spec: 'https://github.com/anchore/grype/tree/main/schema/grype/json',
  carries: ['findings'],
  isForTerminal: false,
  write: writeGrypeJson,
};

function writeGrypeJson(report: Report, sink: Sink, options: FormatOptions): void {
  const { inventory, findings } = report;
  const packages = indexByKey(inventory.packages, ({ key }) => key);
  const textOf = createMatchWriter(inventory);
  const entries = (findings?.findings ?? []).flatMap((one) => entriesOf(one, packages));
  sink.write('{"matches":');
  writeTextList(sink, lazyMap(sortEntries(entries, options.sortBy), textOf));
  const ignored = ignoredEntries(findings, packages, options.isParity);
  if (ignored.length > 0) {
    sink.write(',\n"ignoredMatches":');
    writeTextList(
      sink,
      lazyMap(ignored, ({ entry, rules }) => textOf(entry, rules)),
    );
  }
  const alerted = alertedPackages(findings?.alerts ?? [], packages, inventory, options.isParity);
  if (alerted.length > 0) {
    sink.write(',\n"alertsByPackage":');
    writeJsonList(
      sink,
      lazyMap(alerted, ({ item, alerts }) => ({ package: artifactModel(item), alerts })),
    );
  }
  sink.write(`,\n"source":${jsonText(sourceModel(inventory))}`);
  sink.write(`,\n"distro":${jsonText(distroModel(inventory.distro))}`);
  sink.write(`,\n"descriptor":${jsonText(descriptorModel(report))}}\n`);
}

function* lazyMap<Item, Made>(items: readonly Item[], made: (item: Item) => Made): Iterable<Made> {
  for (const item of items) {
    yield made(item);
  }
}

/** Writes matches with the rules that suppressed them, if any; each package once. */
function createMatchWriter({
  distro,
}: Inventory): (entry: MatchEntry, rules?: readonly object[]) => string {
  const shownDistro = distroModel(distro);
  const artifacts = new Map<InventoryPackage, string>();
  return (entry, rules) => {
    const artifact = artifacts.get(entry.package) ?? jsonText(artifactModel(entry.package));
    artifacts.set(entry.package, artifact);
    const match = jsonText(matchModel(entry, shownDistro)).slice(0, -1);
    const applied = rules === undefined ? '' : `,"appliedIgnoreRules":${jsonText(rules)}`;
    return `${match},"artifact":${artifact}${applied}}`;
  };
}

type Packages = KeyIndex<InventoryPackage>;

function entriesOf(finding: Finding, packages: Packages): readonly MatchEntry[] {
  const item = packages.get(finding.packageKey);
  return item === undefined
    ? []
    : finding.matches.map((match) => ({ match, finding, package: item }));
}

interface IgnoredEntry {
  readonly entry: MatchEntry;
  readonly rules: readonly object[];
}

/**
 * In parity only the matches that Grype lists; otherwise everything suppressed, with the rule's
 * name as the reason. Matches that decisions suppressed are always listed.
 */
function ignoredEntries(
  findings: Findings | undefined,
  packages: Packages,
  isParity: boolean,
): readonly IgnoredEntry[] {
  const decided = (findings?.dispositioned ?? []).flatMap(({ finding, decisions }) =>
    entriesOf(finding, packages).map((entry) => ({
      entry,
      rules: appliedRules(decisions, entry, isParity),
    })),
  );
  const ignored = (findings?.ignored ?? []).flatMap(({ finding, rule }) =>
    entriesOf(finding, packages).flatMap((entry): readonly IgnoredEntry[] => {
      const shown = shownRule(rule, entry.package);
      const rules = shown ?? (isParity ? [] : [{ reason: rule, namespace: '' }]);
      return rules.length === 0 ? [] : [{ entry, rules }];
    }),
  );
  return [...ignored, ...decided];
}

function shownRule(rule: string, item: InventoryPackage): readonly object[] | undefined {
  return SHOWN_RULES.get(rule)
    ?.filter(({ type, pattern }) => type === item.type && pattern.test(item.name))
    .map(({ name, upstream, type }) => ({
      namespace: '',
      package: { name, language: '', type, 'upstream-name': upstream },
      'match-type': 'exact-indirect-match',
    }));
}

const END_OF_LIFE = 'distro-end-of-life';

interface AlertedPackage {
  readonly item: InventoryPackage;
  readonly alerts: readonly object[];
}

/** In the order of their keys. */
function alertedPackages(
  alerts: readonly Alert[],
  packages: Packages,
  inventory: Inventory,
  isParity: boolean,
): readonly AlertedPackage[] {
  const byPackage = new Map<string, object[]>();
  for (const alert of alerts) {
    if (isParity && alert.kind !== END_OF_LIFE) {
      continue;
    }
    const model = alertModel(alert, inventory);
    for (const key of alert.packageKeys) {
      addToList(byPackage, key, model);
    }
  }
  return [...byPackage.keys()].sort(compareText).flatMap((key) => {
    const item = packages.get(key);
    return item === undefined ? [] : [{ item, alerts: byPackage.get(key) ?? [] }];
  });
}

function alertModel(alert: Alert, { distro }: Inventory): object {
  const { name, version } = distroModel(distro);
  if (alert.kind !== END_OF_LIFE) {
    return { type: alert.kind, message: alert.message };
  }
  return {
    type: 'distro-eol',
    message: `Package is from end-of-life distro: ${distro?.id ?? 'unknown'} ${version}`,
    metadata: { name: name === '' ? 'unknown' : name, version },
  };
}

function descriptorModel({ tool, configuration, timestamp, findings }: Report): object {
  return {
    name: tool.name,
    version: tool.version,
    configuration: Object.keys(configuration).length === 0 ? undefined : configuration,
    db: databaseModel(findings),
    timestamp,
  };
}

function databaseModel(findings: Findings | undefined): object {
  const database = findings?.database;
  if (database === undefined) {
    const error = 'vulnerabilities were not evaluated';
    return { status: { schemaVersion: '', valid: false, error }, providers: {} };
  }
  const { sourceSchema, origin, builtAt, path } = database;
  const providers = database.providers
    .toSorted((left, right) => compareText(left.id, right.id))
    .map(({ id, capturedAt, inputDigest }) => [
      id,
      { captured: withoutFraction(capturedAt), input: inputDigest },
    ]);
  return {
    status: {
      schemaVersion: sourceSchema === '' ? `plimsoll-${database.schema}` : sourceSchema,
      from: origin === '' ? undefined : origin,
      built: withoutFraction(builtAt),
      path: path === '' ? undefined : path,
      valid: true,
    },
    providers: Object.fromEntries(providers),
  };
}

/** Formats a time to the second, as Grype does. */
function withoutFraction(time: string): string {
  return time.replace(/\.[0-9]+/, '');
}
