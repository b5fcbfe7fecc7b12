import { addToList } from '../../foundation/core/add-to-list.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import type { Alert, Finding, Findings } from '../../foundation/core/finding.ts';
import type { Format, FormatOptions, Report } from '../../foundation/core/format.ts';
import type { Inventory, InventoryPackage } from '../../foundation/core/inventory.ts';
import { formatJson, writeJsonList, writeTextList } from '../../foundation/core/json-document.ts';
import { indexByKey, type KeyIndex } from '../../foundation/core/key-index.ts';
import type { Sink } from '../../foundation/core/sink.ts';
import { listAppliedRules } from './applied-rules.ts';
import { createArtifactModel } from './artifact-model.ts';
import { createDistroModel } from './distro-model.ts';
import { type MatchEntry, matchModel } from './match-model.ts';
import { SHOWN_RULES } from './names.data.ts';
import { sortEntries } from './order.ts';
import { createSourceModel } from './source-model.ts';

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
  const entries = (findings?.findings ?? []).flatMap((one) => createEntries(one, packages));
  sink.write('{"matches":');
  writeTextList(sink, mapLazily(sortEntries(entries, options.sortBy), textOf));
  const ignored = listIgnoredEntries(findings, packages, options.isParity);
  if (ignored.length > 0) {
    sink.write(',\n"ignoredMatches":');
    writeTextList(
      sink,
      mapLazily(ignored, ({ entry, rules }) => textOf(entry, rules)),
    );
  }
  const alerted = listAlertedPackages(
    findings?.alerts ?? [],
    packages,
    inventory,
    options.isParity,
  );
  if (alerted.length > 0) {
    sink.write(',\n"alertsByPackage":');
    writeJsonList(
      sink,
      mapLazily(alerted, ({ item, alerts }) => ({ package: createArtifactModel(item), alerts })),
    );
  }
  sink.write(`,\n"source":${formatJson(createSourceModel(inventory))}`);
  sink.write(`,\n"distro":${formatJson(createDistroModel(inventory.distro))}`);
  sink.write(`,\n"descriptor":${formatJson(createDescriptorModel(report))}}\n`);
}

function* mapLazily<Item, Made>(
  items: readonly Item[],
  finishRecord: (item: Item) => Made,
): Iterable<Made> {
  for (const item of items) {
    yield finishRecord(item);
  }
}

/** Writes matches with the rules that suppressed them, if any; each package once. */
function createMatchWriter({
  distro,
}: Inventory): (entry: MatchEntry, rules?: readonly object[]) => string {
  const shownDistro = createDistroModel(distro);
  const artifacts = new Map<InventoryPackage, string>();
  return (entry, rules) => {
    const artifact = artifacts.get(entry.package) ?? formatJson(createArtifactModel(entry.package));
    artifacts.set(entry.package, artifact);
    const match = formatJson(matchModel(entry, shownDistro)).slice(0, -1);
    const applied = rules === undefined ? '' : `,"appliedIgnoreRules":${formatJson(rules)}`;
    return `${match},"artifact":${artifact}${applied}}`;
  };
}

type Packages = KeyIndex<InventoryPackage>;

function createEntries(finding: Finding, packages: Packages): readonly MatchEntry[] {
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
function listIgnoredEntries(
  findings: Findings | undefined,
  packages: Packages,
  isParity: boolean,
): readonly IgnoredEntry[] {
  const decided = (findings?.dispositioned ?? []).flatMap(({ finding, decisions }) =>
    createEntries(finding, packages).map((entry) => ({
      entry,
      rules: listAppliedRules(decisions, entry, isParity),
    })),
  );
  const ignored = (findings?.ignored ?? []).flatMap(({ finding, rule }) =>
    createEntries(finding, packages).flatMap((entry): readonly IgnoredEntry[] => {
      const shown = findShownRule(rule, entry.package);
      const rules = shown ?? (isParity ? [] : [{ reason: rule, namespace: '' }]);
      return rules.length === 0 ? [] : [{ entry, rules }];
    }),
  );
  return [...ignored, ...decided];
}

function findShownRule(rule: string, item: InventoryPackage): readonly object[] | undefined {
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
function listAlertedPackages(
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
    const model = createAlertModel(alert, inventory);
    for (const key of alert.packageKeys) {
      addToList(byPackage, key, model);
    }
  }
  return [...byPackage.keys()].sort(compareText).flatMap((key) => {
    const item = packages.get(key);
    return item === undefined ? [] : [{ item, alerts: byPackage.get(key) ?? [] }];
  });
}

function createAlertModel(alert: Alert, { distro }: Inventory): object {
  const { name, version } = createDistroModel(distro);
  if (alert.kind !== END_OF_LIFE) {
    return { type: alert.kind, message: alert.message };
  }
  return {
    type: 'distro-eol',
    message: `Package is from end-of-life distro: ${distro?.id ?? 'unknown'} ${version}`,
    metadata: { name: name === '' ? 'unknown' : name, version },
  };
}

function createDescriptorModel({ tool, configuration, timestamp, findings }: Report): object {
  return {
    name: tool.name,
    version: tool.version,
    configuration: Object.keys(configuration).length === 0 ? undefined : configuration,
    db: createDatabaseModel(findings),
    timestamp,
  };
}

function createDatabaseModel(findings: Findings | undefined): object {
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
      { captured: dropFraction(capturedAt), input: inputDigest },
    ]);
  return {
    status: {
      schemaVersion: sourceSchema === '' ? `plimsoll-${database.schema}` : sourceSchema,
      from: origin === '' ? undefined : origin,
      built: dropFraction(builtAt),
      path: path === '' ? undefined : path,
      valid: true,
    },
    providers: Object.fromEntries(providers),
  };
}

/** Formats a time to the second, as Grype does. */
function dropFraction(time: string): string {
  return time.replace(/\.[0-9]+/, '');
}
