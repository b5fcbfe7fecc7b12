import type { Decision } from '../../../foundation/core/decision.ts';
import type { Finding } from '../../../foundation/core/finding.ts';
import type { Report } from '../../../foundation/core/format.ts';
import type { InventoryPackage } from '../../../foundation/core/inventory.ts';
import { compareDanger, findPrimaryLocation } from '../../../foundation/core/located-finding.ts';
import {
  createPackageContexts,
  type PackageContext,
} from '../../../foundation/core/package-context.ts';
import { shortenText } from '../../../foundation/present/markup.ts';

/** State of a finding, which decides its list and filters on the page. */
export type EntryState = 'open' | 'suggested' | 'noted' | Decision['kind'];

/** Label of each state on the page. */
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
  /** Number of the layer that added the package, from 1; 0 if none did. */
  readonly layerNumber: number;
}

/** Returns open findings by descending severity, then suppressed ones. */
export function listFindingEntries(report: Report): readonly Entry[] {
  const { inventory, findings } = report;
  const packages = new Map(inventory.packages.map((item) => [item.key, item]));
  const contextOf = createPackageContexts(inventory);
  const layers = inventory.target.kind === 'image' ? inventory.target.layers : [];
  const numbers = new Map(layers.map(({ diffId }, index) => [diffId, index + 1]));
  const toEntries = (
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
    return toEntries(finding, decisions, openState(decisions));
  });
  const aside = (findings?.dispositioned ?? []).flatMap(({ finding, decisions }) =>
    toEntries(finding, decisions, decisions[0]?.kind ?? 'rule'),
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

/** Returns whether the finding still needs a person. */
export function isOpen({ state }: Entry): boolean {
  return state === 'open' || state === 'suggested' || state === 'noted';
}

const SUMMARY_CHARS_MAX = 120;

/** Returns a one-sentence description from its sources; empty if none has one. */
export function findSummary({ matches }: Finding): string {
  const records = matches.flatMap(({ record, related }) => [record, ...related]);
  const text = records.find(({ description }) => description !== '')?.description ?? '';
  const start = text.trimStart().slice(0, 4 * SUMMARY_CHARS_MAX);
  const [sentence = ''] = start.split(/\n\s*\n|\n(?=[#*-])|(?<=\w{3}\.)\s/);
  return shortenText(sentence.replaceAll(/\s+/g, ' ').trim(), SUMMARY_CHARS_MAX);
}
