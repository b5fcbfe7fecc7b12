import type { CpeProduct } from '../../../core/advisory.ts';
import { isGuess } from '../../../core/finding.ts';
import type { InventoryPackage } from '../../../core/inventory.ts';
import { parseCpe } from '../../../parse/cpe/cpe.ts';
import type { FindingDerivation } from '../derivation.ts';
import { advisoryInput, configurationInput, packageInput } from '../inputs.ts';

/**
 * Row 4 of the derivable justifications: nothing but a CPE that was made from the package's name
 * led to the finding, and the package itself says that it is another product. Where not even the
 * vendor agrees, that proves it; a product of the same vendor may have been renamed.
 */
export const anotherIdentity: FindingDerivation = {
  about: 'finding',
  id: 'another-identity',
  version: 2,
  title: 'the product of the statement is not what the package says that it is',
  restsOn: 'record',
  conclude({ finding, package: item }) {
    const own = declaredProducts(item);
    const stated = finding.matches.flatMap(({ reasons }) =>
      reasons.flatMap(({ advisory }) => advisory.product ?? []),
    );
    if (!isGuess(finding) || own.length === 0 || stated.length === 0) {
      return undefined;
    }
    const isDisjoint = (member: 'vendor' | 'product'): boolean =>
      own.every((one) => stated.every((other) => isOther(one[member], other[member])));
    if (!isDisjoint('product')) {
      return undefined;
    }
    const isProven = isDisjoint('vendor');
    const inputs = [
      packageInput(item),
      ...own.map((one) => configurationInput('declared CPE', one.cpe)),
      ...finding.matches.flatMap(({ reasons }) =>
        reasons.map(({ advisory }) => advisoryInput(advisory, nameOf(advisory.product))),
      ),
    ];
    return {
      effect: isProven ? 'set-aside' : 'suggestion',
      status: 'not_affected',
      justification: 'component_not_present',
      detail: 'false_positive',
      reason: `the statement is about ${nameOf(stated[0])}, the package says that it is ${nameOf(own[0])}`,
      inputs,
    };
  },
};

/** A part that is left open may be anything. */
function isOther(left: string, right: string): boolean {
  return left !== '' && right !== '' && left.toLowerCase() !== right.toLowerCase();
}

interface DeclaredProduct extends Pick<CpeProduct, 'vendor' | 'product'> {
  readonly cpe: string;
}

function declaredProducts({ cpes }: InventoryPackage): readonly DeclaredProduct[] {
  return cpes.flatMap(({ cpe, source }) => {
    const parsed = source === 'generated' ? undefined : parseCpe(cpe);
    return parsed === undefined ? [] : [{ cpe, vendor: parsed.vendor, product: parsed.product }];
  });
}

function nameOf(product: Pick<CpeProduct, 'vendor' | 'product'> | undefined): string {
  return product === undefined ? 'a package' : `${product.vendor}:${product.product}`;
}
