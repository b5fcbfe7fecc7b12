import type { CpeProduct } from '../../../core/advisory.ts';
import type { EvidenceInput } from '../../../core/decision.ts';
import { type Finding, isGuess } from '../../../core/finding.ts';
import type { InventoryPackage } from '../../../core/inventory.ts';
import { parseCpe } from '../../../identity/cpe-name/cpe.ts';
import {
  formatRepository,
  isSameRepository,
  parseRepositoryPurl,
  parseRepositoryUrl,
} from '../code-repository.ts';
import type { Conclusion, FindingDerivation } from '../derivation.ts';
import { toAdvisoryInput, toConfigurationInput, toPackageInput } from '../inputs.ts';

/** Evidence that two identities differ. */
interface Disjoint {
  readonly effect: Conclusion['effect'];
  readonly reason: string;
  readonly inputs: readonly EvidenceInput[];
}

/**
 * Applies if only a CPE generated from the package's name led to the finding, but the package
 * declares that it is another product. If it declares a CPE with another vendor, that is proof; a
 * product of the same vendor may have been renamed. If its package URL identifies a repository, and
 * the statement refers to that of another project, a person must check whether one is a copy of the
 * other.
 */
export const anotherIdentity: FindingDerivation = {
  about: 'finding',
  id: 'another-identity',
  version: 3,
  title: 'the advisory is about a different product than the package',
  restsOn: 'record',
  derive({ finding, package: item }) {
    if (!isGuess(finding)) {
      return undefined;
    }
    const stated = finding.matches.flatMap(({ reasons }) =>
      reasons.flatMap(({ advisory }) => advisory.product ?? []),
    );
    if (stated.length === 0) {
      return undefined;
    }
    const disjoint =
      compareDeclaredCpes(item, stated) ?? compareRepositories(item, finding, stated);
    return (
      disjoint && {
        status: 'not_affected',
        justification: 'component_not_present',
        detail: 'false_positive',
        ...disjoint,
        inputs: [toPackageInput(item), ...disjoint.inputs, ...listStatementInputs(finding)],
      }
    );
  },
};

function compareDeclaredCpes(
  item: InventoryPackage,
  stated: readonly CpeProduct[],
): Disjoint | undefined {
  const own = listDeclaredProducts(item);
  const isDisjoint = (member: 'vendor' | 'product'): boolean =>
    own.every((one) => stated.every((other) => isOther(one[member], other[member])));
  return own.length === 0 || !isDisjoint('product')
    ? undefined
    : {
        effect: isDisjoint('vendor') ? 'set-aside' : 'suggestion',
        reason: `the advisory is about ${formatProduct(stated[0])}, but the package declares ${formatProduct(own[0])}`,
        inputs: own.map((one) => toConfigurationInput('declared CPE', one.cpe)),
      };
}

/** An attribute that is left open matches anything. */
function isOther(left: string, right: string): boolean {
  return left !== '' && right !== '' && left.toLowerCase() !== right.toLowerCase();
}

interface DeclaredProduct extends Pick<CpeProduct, 'vendor' | 'product'> {
  readonly cpe: string;
}

function listDeclaredProducts({ cpes }: InventoryPackage): readonly DeclaredProduct[] {
  return cpes.flatMap(({ cpe, source }) => {
    const parsed = source === 'generated' ? undefined : parseCpe(cpe);
    return parsed === undefined ? [] : [{ cpe, vendor: parsed.vendor, product: parsed.product }];
  });
}

/** References lead to many repositories: only one with the product's name belongs to it. */
function compareRepositories(
  item: InventoryPackage,
  { matches }: Finding,
  stated: readonly CpeProduct[],
): Disjoint | undefined {
  const own = parseRepositoryPurl(item.purl);
  const referred = matches.flatMap(({ record }) =>
    record.references.flatMap(({ url }) => parseRepositoryUrl(url) ?? []),
  );
  if (own === undefined || referred.some((one) => isSameRepository(one, own))) {
    return undefined;
  }
  const names = new Set(stated.map(({ product }) => product.toLowerCase()));
  const other = referred.find(({ name }) => names.has(name));
  return (
    other && {
      effect: 'suggestion',
      reason: `the advisory is about ${formatRepository(other)}, but the package is from ${formatRepository(own)}`,
      inputs: [toConfigurationInput('repository of the advisory', formatRepository(other))],
    }
  );
}

function listStatementInputs({ matches }: Finding): readonly EvidenceInput[] {
  return matches.flatMap(({ reasons }) =>
    reasons.map(({ advisory }) => toAdvisoryInput(advisory, formatProduct(advisory.product))),
  );
}

function formatProduct(product: Pick<CpeProduct, 'vendor' | 'product'> | undefined): string {
  return product === undefined ? 'a package' : `${product.vendor}:${product.product}`;
}
