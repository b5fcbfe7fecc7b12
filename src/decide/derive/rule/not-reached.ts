import type { EvidenceInput } from '../../../core/decision.ts';
import type { Finding } from '../../../core/finding.ts';
import { type Inventory, type InventoryPackage, isComplete } from '../../../core/inventory.ts';
import type { PackageReach, Reach } from '../../../core/reach.ts';
import { isRecord } from '../../../syntax/json/guard.ts';
import { toTexts } from '../../../syntax/json/member.ts';
import { parseJson } from '../../../syntax/json/parse-json.ts';
import type { Case, Surroundings } from '../../decider.ts';
import type { Conclusion, FindingDerivation } from '../derivation.ts';
import { advisoryInputs, configurationInput, listInput, packageInput } from '../inputs.ts';

/** Longer than this nobody should rely on it without a look. */
const VALID_DAYS = 90;

/**
 * Row 5 of the table of justifications: the files of the package are there, and nothing that the
 * image starts leads to one of them. It is said outright only where all of the gates are passed;
 * else the same evidence is put before a person. A package that is reached in any way, be it only
 * by a heuristic, gets no word.
 */
export const notReached: FindingDerivation = {
  about: 'finding',
  id: 'not-reached',
  version: 1,
  title: 'no file or class of the package is reachable from the entry point',
  restsOn: 'files',
  conclude(one, surroundings) {
    const { reach } = surroundings.inventory;
    const own = reach?.unknown === undefined ? packageReach(one.package, reach) : undefined;
    if (reach === undefined || own === undefined) {
      return undefined;
    }
    const inputs = inputsOf(one, surroundings.inventory, { ...reach, own });
    switch (own.reach) {
      case 'unreachable':
        return unreachable(one, surroundings, inputs);
      case 'tainted':
        return open(
          'it is not reachable by any rule, but some reachable code cannot be followed',
          inputs,
        );
      case 'data':
        return open('the entry point only uses data of the package', inputs);
      default:
        return undefined;
    }
  },
};

const INDEXES = new WeakMap<Reach, ReadonlyMap<string, PackageReach>>();

function packageReach({ key }: InventoryPackage, reach?: Reach): PackageReach | undefined {
  if (reach === undefined) {
    return undefined;
  }
  const index = INDEXES.get(reach) ?? new Map(reach.packages.map((one) => [one.packageKey, one]));
  INDEXES.set(reach, index);
  return index.get(key);
}

function open(reason: string, inputs: readonly EvidenceInput[]): Conclusion {
  return { effect: 'suggestion', status: 'under_investigation', reason, inputs };
}

function unreachable(
  { finding, package: item }: Case,
  { inventory, isUnreachableAsserted = false, now }: Surroundings,
  inputs: readonly EvidenceInput[],
): Conclusion {
  const missing = [
    ...gatesMissed(finding, item, inventory),
    ...(isUnreachableAsserted ? [] : ['--assert-unreachable was not given']),
  ];
  const gate = configurationInput('gates not passed', missing.join('; ') || 'none');
  if (missing.length > 0) {
    const reason = `it is not reachable from the entry point; not asserted because ${missing.join(', and ')}`;
    return open(reason, [...inputs, gate]);
  }
  return {
    effect: 'set-aside',
    status: 'not_affected',
    justification: 'vulnerable_code_not_in_execute_path',
    detail: 'code_not_reachable',
    reason: 'no file or class of the package is reachable from the entry point',
    inputs: [...inputs, gate],
    ...(now === undefined ? {} : { expiresAt: daysAfter(now, VALID_DAYS) }),
  };
}

/** What forbids to say it outright, each as a clause. What a person said counts before all this. */
function gatesMissed(
  { matches }: Finding,
  { key }: InventoryPackage,
  inventory: Inventory,
): readonly string[] {
  const { reach, relationships } = inventory;
  const isOpen = reach?.opacities.some(({ rule, scope }) => scope.kind === 'all' || rule === ENTRY);
  const hasFiles = relationships.some((edge) => edge.kind === 'contains-file' && edge.from === key);
  return [
    ...(matches.some(({ exploited }) => exploited.length > 0)
      ? ['the vulnerability is known to be exploited']
      : []),
    ...(isOpen === true ? ['the entry point does not determine which programs run'] : []),
    ...(hasFiles ? [] : ['the record of the package lists no existing file']),
    ...(isComplete(inventory) ? [] : ['parts of the image could not be read']),
  ];
}

/** The rule under which the entry point itself is in the ledger. */
const ENTRY = 'entrypoint';

function inputsOf(
  { finding, package: item }: Case,
  inventory: Inventory,
  reach: Reach & { readonly own: PackageReach },
): readonly EvidenceInput[] {
  return [
    packageInput(item),
    configurationInput('reach class of the package', reach.own.reach),
    ...commonInputs(inventory, reach),
    ...advisoryInputs(finding),
  ];
}

const common = new WeakMap<Inventory, readonly EvidenceInput[]>();

/** The same for every finding of an inventory. */
function commonInputs(inventory: Inventory, reach: Reach): readonly EvidenceInput[] {
  const made = common.get(inventory) ?? inputsOfTarget(inventory, reach);
  common.set(inventory, made);
  return made;
}

function inputsOfTarget(
  { target }: Inventory,
  { rules, opacities, files }: Reach,
): readonly EvidenceInput[] {
  const versions = Object.entries(rules).map(([id, version]) => `${id} ${version}`);
  const ledger = opacities.map(({ path, rule, what }) => `${path} ${rule} ${what}`);
  const roots = files.filter(({ step }) => step?.from === '(config)').map(({ path }) => path);
  return [
    ...(target.kind === 'image'
      ? [
          configurationInput('image', target.manifestDigest),
          configurationInput('image configuration', target.imageId),
          configurationInput('command', JSON.stringify(commandOf(target.config))),
        ]
      : []),
    configurationInput('roots', roots.join(' ')),
    configurationInput('rules', versions.join(', ')),
    listInput('code that cannot be followed', ledger),
  ];
}

function commandOf(config: Uint8Array): readonly string[] {
  const document = parseJson(Buffer.from(config).toString('utf8'));
  const record = isRecord(document) && isRecord(document['config']) ? document['config'] : {};
  return [...toTexts(record['Entrypoint']), ...toTexts(record['Cmd'])];
}

const DAY_MILLISECONDS = 86_400_000;

function daysAfter(now: string, days: number): string {
  return new Date(Date.parse(now) + days * DAY_MILLISECONDS).toISOString().replace('.000Z', 'Z');
}
