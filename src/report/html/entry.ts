import { compareText } from '../../core/compare-text.ts';
import type { Decision } from '../../core/decision.ts';
import type { Finding } from '../../core/finding.ts';
import type { Report } from '../../core/format.ts';
import type { InventoryPackage } from '../../core/inventory.ts';
import { compareDanger, findPrimaryLocation } from '../../core/located-finding.ts';
import { createPackageContexts, type PackageContext } from '../../core/package-context.ts';
import { shortened } from '../../present/markup.ts';

/** How far a finding has come: which of the page's lists and filters it belongs to. */
export type EntryState = 'open' | 'suggested' | 'noted' | Decision['kind'];

/** What the page calls each state. */
export const STATE_TEXT: Readonly<Record<EntryState, string>> = {
  open: 'open',
  suggested: 'suggested',
  noted: 'noted',
  rule: 'suppressed: rule',
  vex: 'suppressed: VEX',
  derived: 'suppressed: derived',
};

/** One finding as the page shows it. */
export interface Entry {
  readonly finding: Finding;
  readonly package: InventoryPackage;
  readonly state: EntryState;
  readonly decisions: readonly Decision[];
  readonly context: PackageContext;
  /** Number of the layer that brought the package, from 1; 0 where no layer did. */
  readonly layerNumber: number;
}

/** Open findings, the most dangerous first, then those that were set aside. */
export function entriesOf(report: Report): readonly Entry[] {
  const { inventory, findings } = report;
  const packages = new Map(inventory.packages.map((item) => [item.key, item]));
  const contextOf = createPackageContexts(inventory);
  const layers = inventory.target.kind === 'image' ? inventory.target.layers : [];
  const numbers = new Map(layers.map(({ diffId }, index) => [diffId, index + 1]));
  const entryOf = (
    finding: Finding,
    decisions: readonly Decision[],
    state: EntryState,
  ): readonly Entry[] => {
    const item = packages.get(finding.packageKey);
    if (item === undefined) {
      return [];
    }
    const layer = item.introducedIn ?? findPrimaryLocation(item)?.layer;
    const layerNumber = layer === undefined ? 0 : (numbers.get(layer) ?? 0);
    return [{ finding, package: item, state, decisions, context: contextOf(item), layerNumber }];
  };
  const open = (findings?.findings ?? []).flatMap((finding) => {
    const { decisions = [] } = finding;
    return entryOf(finding, decisions, openState(decisions));
  });
  const aside = (findings?.dispositioned ?? []).flatMap(({ finding, decisions }) =>
    entryOf(finding, decisions, decisions[0]?.kind ?? 'rule'),
  );
  return [...open.sort(compareDanger), ...aside.sort(compareDanger)];
}

function openState(decisions: readonly Decision[]): EntryState {
  const [first] = decisions;
  if (first === undefined) {
    return 'open';
  }
  return first.effect === 'suggestion' ? 'suggested' : 'noted';
}

/** Whether it still needs a person. */
export function isOpen({ state }: Entry): boolean {
  return state === 'open' || state === 'suggested' || state === 'noted';
}

const SUMMARY_CHARS_MAX = 120;

/** What it is, in one sentence of its sources; empty where none describes it. */
export function summaryOf({ matches }: Finding): string {
  const records = matches.flatMap(({ record, related }) => [record, ...related]);
  const text = records.find(({ description }) => description !== '')?.description ?? '';
  const start = text.trimStart().slice(0, 4 * SUMMARY_CHARS_MAX);
  const [sentence = ''] = start.split(/\n\s*\n|\n(?=[#*-])|(?<=\w{3}\.)\s/);
  return shortened(sentence.replaceAll(/\s+/g, ' ').trim(), SUMMARY_CHARS_MAX);
}

/** Numbers of the vulnerabilities that entries are about, by id, for places to link to. */
export function vulnerabilityNumbers(entries: readonly Entry[]): ReadonlyMap<string, number> {
  const ids = [...new Set(entries.map(({ finding }) => finding.id))].sort(compareText);
  return new Map(ids.map((id, index) => [id, index + 1]));
}
