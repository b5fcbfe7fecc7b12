import type { CpeProduct } from '../../../core/advisory.ts';
import type { ImageDescription } from '../../../core/target.ts';
import type { FindingDerivation } from '../derivation.ts';
import { advisoryInput, configurationInput, packageInput } from '../inputs.ts';
import { ARCHITECTURE_OF_TARGET, NARROWER_THAN, SYSTEM_OF_TARGET } from '../platform.data.ts';

/**
 * Row 8 of the derivable justifications: every statement names in a field of its own the operating
 * system or the processor that it is about, and the configuration of the image names another. What
 * is not in the tables is not judged. NISTIR 7695, 5.3.3; OCI image specification, config.md.
 */
export const anotherPlatform: FindingDerivation = {
  about: 'finding',
  id: 'another-platform',
  version: 2,
  title: 'every statement is about a platform that the image is not for',
  restsOn: 'record',
  conclude({ finding, package: item }, { inventory: { target } }) {
    const reasons = finding.matches.flatMap((match) => match.reasons);
    if (target.kind !== 'image') {
      return undefined;
    }
    const others = reasons.flatMap(({ advisory }) => {
      const platform = otherPlatform(advisory.product, target);
      return platform === undefined ? [] : [{ ...platform, advisory }];
    });
    const [first] = others;
    if (first === undefined || others.length < reasons.length) {
      return undefined;
    }
    const isProven = others.every((one) => one.isForeign);
    return {
      effect: isProven ? 'set-aside' : 'suggestion',
      status: 'not_affected',
      justification: 'vulnerable_code_not_present',
      detail: 'requires_environment',
      reason: `the statement is about ${first.name}, the image is for ${target.os}/${target.architecture}`,
      inputs: [
        packageInput(item),
        configurationInput('os', target.os),
        configurationInput('architecture', target.architecture),
        ...others.map(({ advisory, name }) => advisoryInput(advisory, name)),
      ],
    };
  },
};

interface OtherPlatform {
  readonly name: string;
  /** Whether programs for it cannot run here; a 64-bit processor also runs those for 32 bits. */
  readonly isForeign: boolean;
}

/** The platform that a product is for, where that is known not to be the image's. */
function otherPlatform(
  product: CpeProduct | undefined,
  { os, architecture }: ImageDescription,
): OtherPlatform | undefined {
  const system = SYSTEM_OF_TARGET.get(folded(product?.targetSoftware));
  const processor = ARCHITECTURE_OF_TARGET.get(folded(product?.targetHardware));
  if (system !== undefined && os !== '' && system !== os) {
    return { name: system, isForeign: true };
  }
  const isOther = processor !== undefined && architecture !== '' && processor !== architecture;
  return isOther
    ? { name: processor, isForeign: NARROWER_THAN.get(architecture) !== processor }
    : undefined;
}

function folded(text: string | undefined): string {
  return (text ?? '').toLowerCase().replaceAll(/[- ]/g, '_');
}
