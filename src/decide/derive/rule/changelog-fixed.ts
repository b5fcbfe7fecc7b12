import { addToList } from '../../../core/add-to-list.ts';
import type { EvidenceInput } from '../../../core/decision.ts';
import type { Finding } from '../../../core/finding.ts';
import { type Inventory, type InventoryPackage, isProvenOwner } from '../../../core/inventory.ts';
import { indexByKey } from '../../../core/key-index.ts';
import type { ChangelogFix } from '../../../core/package.ts';
import type { FindingDerivation } from '../derivation.ts';
import { listAdvisoryInputs, toConfigurationInput, toPackageInput } from '../inputs.ts';

/**
 * An operating-system package installed a language package, and its changelog lists the
 * vulnerability as fixed: vendors backport fixes without changing the version that upstream
 * statements compare. It is only a proof if the package database lists the changelog with the
 * file's digest; any other changelog is a suggestion.
 */
export const changelogFixed: FindingDerivation = {
  about: 'finding',
  id: 'changelog-fixed',
  version: 1,
  title: 'the changelog of the package that installed it names the fix',
  restsOn: 'record',
  derive({ finding, package: item }, { inventory }) {
    const answers = listOwners(item, inventory).flatMap((owner) => findAnswers(owner, finding));
    const answer = answers.find(({ isRecorded }) => isRecorded) ?? answers[0];
    if (answer === undefined) {
      return undefined;
    }
    const { owner, fixes, isRecorded } = answer;
    const named = fixes.map(describeFix).join(', ');
    const reservation = isRecorded ? '' : '; no package lists this changelog with its digest';
    return {
      effect: isRecorded ? 'set-aside' : 'suggestion',
      status: 'fixed',
      reason: `the changelog of ${owner.name} names the fix: ${named}${reservation}`,
      inputs: [
        toPackageInput(item),
        toPackageInput(owner),
        ...fixes.flatMap(listFixInputs),
        ...listAdvisoryInputs(finding),
      ],
    };
  },
};

interface Answer {
  readonly owner: InventoryPackage;
  readonly fixes: readonly ChangelogFix[];
  readonly isRecorded: boolean;
}

/** A statement about several CVEs is only fixed if each of them is. */
function findAnswers(owner: InventoryPackage, { id, aliases }: Finding): Answer[] {
  const { changelogFixes = [] } = owner;
  const ids = [...new Set([id, ...aliases])];
  const cves = ids.filter((one) => one.startsWith('CVE-'));
  const fixes = changelogFixes.filter((fix) => ids.includes(fix.id));
  const isWhole = cves.every((cve) => fixes.some((fix) => fix.id === cve));
  return fixes.length > 0 && isWhole
    ? [{ owner, fixes, isRecorded: fixes.every((fix) => fix.isRecorded) }]
    : [];
}

function describeFix({ id, version, path, line }: ChangelogFix): string {
  const place = line === undefined ? path : `${path}, line ${line}`;
  return `${id} in ${version || 'an earlier build'} (${place})`;
}

function listFixInputs(fix: ChangelogFix): EvidenceInput[] {
  const { path, sha256 } = fix;
  const entry = toConfigurationInput('changelog entry', describeFix(fix));
  return sha256 === undefined ? [entry] : [{ kind: 'file', path, sha256 }, entry];
}

const OWNERS = new WeakMap<Inventory, ReadonlyMap<string, readonly InventoryPackage[]>>();

/** Returns the packages that installed a package of another kind; created once per inventory. */
function listOwners(
  { key, language }: InventoryPackage,
  inventory: Inventory,
): readonly InventoryPackage[] {
  if (language === '') {
    return [];
  }
  const known = OWNERS.get(inventory) ?? indexOwners(inventory);
  OWNERS.set(inventory, known);
  return known.get(key) ?? [];
}

function indexOwners(inventory: Inventory): ReadonlyMap<string, readonly InventoryPackage[]> {
  const packages = indexByKey(inventory.packages, ({ key }) => key);
  const owners = new Map<string, InventoryPackage[]>();
  for (const edge of inventory.relationships) {
    const owner = packages.get(edge.from);
    if (edge.kind === 'owns-package' && owner?.language === '' && isProvenOwner(edge)) {
      addToList(owners, edge.to, owner);
    }
  }
  return owners;
}
