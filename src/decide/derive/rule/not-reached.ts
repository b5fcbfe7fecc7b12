import type { EvidenceInput } from '../../../core/decision.ts';
import { DAY_MS } from '../../../core/duration.ts';
import { type Finding, isExploited } from '../../../core/finding.ts';
import { readImageConfig } from '../../../core/image-config.ts';
import { type Inventory, type InventoryPackage, isComplete } from '../../../core/inventory.ts';
import type { PackageReach, Reach } from '../../../core/reach.ts';
import { getTexts } from '../../../syntax/json/member.ts';
import type { Case, DecisionContext } from '../../decider.ts';
import type { Conclusion, FindingDerivation } from '../derivation.ts';
import {
  listAdvisoryInputs,
  toConfigurationInput,
  toListInput,
  toPackageInput,
} from '../inputs.ts';

/** Days after which the conclusion must be reviewed. */
const VALID_DAYS = 90;

/**
 * Applies if the files of the package exist, and none of them is reachable from the entry point of
 * the image. The result is a decision only if all conditions are met; otherwise the same evidence
 * makes a suggestion. A package that is reachable in any way, even only by a heuristic, gets no
 * conclusion.
 */
export const notReached: FindingDerivation = {
  about: 'finding',
  id: 'not-reached',
  version: 1,
  title: 'no file or class of the package is reachable from the entry point',
  restsOn: 'files',
  derive(one, surroundings) {
    const { reach } = surroundings.inventory;
    const own = reach?.unknown === undefined ? findPackageReach(one.package, reach) : undefined;
    if (reach === undefined || own === undefined) {
      return undefined;
    }
    const inputs = listInputs(one, surroundings.inventory, { ...reach, own });
    switch (own.reach) {
      case 'unreachable':
        return judgeUnreachable(one, surroundings, inputs);
      case 'tainted':
        return createSuggestion(
          'it is not reachable by any rule, but some reachable code cannot be followed',
          inputs,
        );
      case 'data':
        return createSuggestion('the entry point only uses data of the package', inputs);
      default:
        return undefined;
    }
  },
};

const INDEXES = new WeakMap<Reach, ReadonlyMap<string, PackageReach>>();

function findPackageReach({ key }: InventoryPackage, reach?: Reach): PackageReach | undefined {
  if (reach === undefined) {
    return undefined;
  }
  const index = INDEXES.get(reach) ?? new Map(reach.packages.map((one) => [one.packageKey, one]));
  INDEXES.set(reach, index);
  return index.get(key);
}

function createSuggestion(reason: string, inputs: readonly EvidenceInput[]): Conclusion {
  return { effect: 'suggestion', status: 'under_investigation', reason, inputs };
}

function judgeUnreachable(
  { finding, package: item }: Case,
  { inventory, isUnreachableAsserted = false, now }: DecisionContext,
  inputs: readonly EvidenceInput[],
): Conclusion {
  const missing = [
    ...listMissedGates(finding, item, inventory),
    ...(isUnreachableAsserted ? [] : ['--assert-unreachable was not given']),
  ];
  const gate = toConfigurationInput('gates not passed', missing.join('; ') || 'none');
  if (missing.length > 0) {
    const reason = `it is not reachable from the entry point; not asserted because ${missing.join(', and ')}`;
    return createSuggestion(reason, [...inputs, gate]);
  }
  return {
    effect: 'set-aside',
    status: 'not_affected',
    justification: 'vulnerable_code_not_in_execute_path',
    detail: 'code_not_reachable',
    reason: 'no file or class of the package is reachable from the entry point',
    inputs: [...inputs, gate],
    ...(now === undefined ? {} : { expiresAt: addDays(now, VALID_DAYS) }),
  };
}

/**
 * Returns the gates that are not passed, each as a clause. Decisions of a person have precedence
 * over all of this.
 */
function listMissedGates(
  finding: Finding,
  { key }: InventoryPackage,
  inventory: Inventory,
): readonly string[] {
  const { reach, relationships } = inventory;
  const isOpen = reach?.opacities.some(({ rule, scope }) => scope.kind === 'all' || rule === ENTRY);
  const hasFiles = relationships.some((edge) => edge.kind === 'contains-file' && edge.from === key);
  return [
    ...(isExploited(finding) ? ['the vulnerability is known to be exploited'] : []),
    ...(isOpen === true ? ['the entry point does not determine which programs run'] : []),
    ...(hasFiles ? [] : ['the record of the package lists no existing file']),
    ...(isComplete(inventory) ? [] : ['parts of the image could not be read']),
  ];
}

/** The rule of the entry point itself in the ledger. */
const ENTRY = 'entrypoint';

function listInputs(
  { finding, package: item }: Case,
  inventory: Inventory,
  reach: Reach & { readonly own: PackageReach },
): readonly EvidenceInput[] {
  return [
    toPackageInput(item),
    toConfigurationInput('reach class of the package', reach.own.reach),
    ...listCommonInputs(inventory, reach),
    ...listAdvisoryInputs(finding),
  ];
}

const common = new WeakMap<Inventory, readonly EvidenceInput[]>();

/** The same for every finding of an inventory. */
function listCommonInputs(inventory: Inventory, reach: Reach): readonly EvidenceInput[] {
  const made = common.get(inventory) ?? listTargetInputs(inventory, reach);
  common.set(inventory, made);
  return made;
}

function listTargetInputs(
  { target }: Inventory,
  { rules, opacities, files }: Reach,
): readonly EvidenceInput[] {
  const versions = Object.entries(rules).map(([id, version]) => `${id} ${version}`);
  const ledger = opacities.map(({ path, rule, what }) => `${path} ${rule} ${what}`);
  const roots = files.filter(({ step }) => step?.from === '(config)').map(({ path }) => path);
  return [
    ...(target.kind === 'image'
      ? [
          toConfigurationInput('image', target.manifestDigest),
          toConfigurationInput('image configuration', target.imageId),
          toConfigurationInput('command', JSON.stringify(parseCommand(target.config))),
        ]
      : []),
    toConfigurationInput('roots', roots.join(' ')),
    toConfigurationInput('rules', versions.join(', ')),
    toListInput('code that cannot be followed', ledger),
  ];
}

function parseCommand(config: Uint8Array): readonly string[] {
  const { process } = readImageConfig(config);
  return [...getTexts(process, 'Entrypoint'), ...getTexts(process, 'Cmd')];
}

function addDays(now: string, days: number): string {
  return new Date(Date.parse(now) + days * DAY_MS).toISOString().replace('.000Z', 'Z');
}
