import type { CpeProduct } from '../../../core/advisory.ts';
import type { ImageDescription } from '../../../core/target.ts';
import type { FindingDerivation } from '../derivation.ts';
import { advisoryInput, configurationInput, packageInput } from '../inputs.ts';
import { ARCHITECTURE_OF_TARGET, SYSTEM_OF_TARGET } from '../platform.data.ts';

/**
 * Row 8 of the derivable justifications: every statement names in a field of its own the operating
 * system or the processor that it is about, and the configuration of the image names another. What
 * is not in the tables is not judged. NISTIR 7695, 5.3.3; OCI image specification, config.md.
 */
export const anotherPlatform: FindingDerivation = {
  about: 'finding',
  id: 'another-platform',
  version: 1,
  title: 'every statement is about a platform that the image is not for',
  conclude({ finding, package: item }, { inventory: { target } }) {
    const reasons = finding.matches.flatMap((match) => match.reasons);
    if (target.kind !== 'image' || reasons.length === 0) {
      return undefined;
    }
    const others = reasons.map(({ advisory }) => otherPlatform(advisory.product, target));
    const [first] = others;
    if (first === undefined || others.includes(undefined)) {
      return undefined;
    }
    return {
      effect: 'set-aside',
      status: 'not_affected',
      justification: 'vulnerable_code_not_present',
      detail: 'requires_environment',
      reason: `the statement is about ${first}, the image is for ${target.os}/${target.architecture}`,
      inputs: [
        packageInput(item),
        configurationInput('os', target.os),
        configurationInput('architecture', target.architecture),
        ...reasons.map(({ advisory }, index) => advisoryInput(advisory, others[index] ?? '')),
      ],
    };
  },
};

/** The platform that a product is for, where that is known not to be the image's. */
function otherPlatform(
  product: CpeProduct | undefined,
  { os, architecture }: ImageDescription,
): string | undefined {
  const system = SYSTEM_OF_TARGET.get(folded(product?.targetSoftware));
  const processor = ARCHITECTURE_OF_TARGET.get(folded(product?.targetHardware));
  if (system !== undefined && os !== '' && system !== os) {
    return system;
  }
  const isOther = processor !== undefined && architecture !== '' && processor !== architecture;
  return isOther ? processor : undefined;
}

function folded(text: string | undefined): string {
  return (text ?? '').toLowerCase().replaceAll(/[- ]/g, '_');
}
