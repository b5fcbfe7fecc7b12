import { compareText } from '../core/compare-text.ts';
import { type Finding, SEVERITIES } from '../core/finding.ts';
import type { InventoryPackage } from '../core/inventory.ts';
import { indexByKey } from '../core/key-index.ts';
import { compareGains, measureGain, type PackageUpdate } from '../core/package-update.ts';
import { findHighestVersion } from './fix.ts';

/**
 * Lists the updates that fix findings, the one that clears the most severe findings first. A
 * package in several places is one update. Findings without a fixed version are left out.
 */
export function planUpdates(
  packages: readonly InventoryPackage[],
  findings: readonly Finding[],
): readonly PackageUpdate[] {
  const byKey = indexByKey(packages, ({ key }) => key);
  const fixable = findings.flatMap((finding) => {
    const item = byKey.get(finding.packageKey);
    const [version] = finding.fixState === 'fixed' ? finding.fixVersions : [];
    return item === undefined || version === undefined ? [] : [{ item, finding, version }];
  });
  const groups = Map.groupBy(fixable, ({ item }) =>
    [item.type, item.name, item.version].join('\0'),
  );
  return [...groups.values()]
    .map((group) => {
      const update = toUpdate(group);
      const cleared = group.map(({ finding }) => finding);
      return { update, gain: measureGain(update.name, cleared) };
    })
    .sort(
      (left, right) =>
        compareGains(left.gain, right.gain) ||
        compareText(left.update.installed, right.update.installed),
    )
    .map(({ update }) => update);
}

interface Fixable {
  readonly item: InventoryPackage;
  readonly finding: Finding;
  readonly version: string;
}

function toUpdate(group: readonly Fixable[]): PackageUpdate {
  const [first] = group as readonly [Fixable, ...Fixable[]];
  const { name, type, version: installed } = first.item;
  const versions = [...new Set(group.map(({ version }) => version))];
  const ranks = group.map(({ finding }) => SEVERITIES.indexOf(finding.severity));
  return {
    name,
    type,
    installed,
    version: findHighestVersion(versions, type),
    fixes: new Set(group.map(({ finding }) => finding.id)).size,
    severity: SEVERITIES[Math.max(...ranks)] ?? SEVERITIES[0],
  };
}
