import type { Advisory } from '../../../core/advisory.ts';
import type { ImageDescription } from '../../../core/target.ts';
import type { FindingDerivation } from '../derivation.ts';
import { toAdvisoryInput, toConfigurationInput, toPackageInput } from '../inputs.ts';
import { ARCHITECTURE_OF_TARGET, NARROWER_THAN, SYSTEM_OF_TARGET } from '../platform.data.ts';

/**
 * Applies if every statement lists its operating systems or processors in structured fields, and
 * the platform of the image is not among them. It does not apply if a listed one is missing from
 * the tables. NISTIR 7695, 5.3.3; OSV, members of Go and RustSec; OCI image specification,
 * config.md.
 */
export const anotherPlatform: FindingDerivation = {
  about: 'finding',
  id: 'another-platform',
  version: 3,
  title: 'every advisory is about a platform that the image is not for',
  restsOn: 'record',
  derive({ finding, package: item }, { inventory: { target } }) {
    if (target.kind !== 'image') {
      return undefined;
    }
    const reasons = finding.matches.flatMap((match) => match.reasons);
    const others = reasons.flatMap(({ advisory }) => {
      const platform = findOtherPlatform(advisory, target);
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
      reason: `the advisory is about ${first.name}, but the image is for ${target.os}/${target.architecture}`,
      inputs: [
        toPackageInput(item),
        toConfigurationInput('os', target.os),
        toConfigurationInput('architecture', target.architecture),
        ...others.map(({ advisory, name }) => toAdvisoryInput(advisory, name)),
      ],
    };
  },
};

interface OtherPlatform {
  readonly name: string;
  /** Whether its programs cannot run here; a 64-bit processor also runs 32-bit programs. */
  readonly isForeign: boolean;
}

/** Returns the platform of a statement if it is known to differ from the image's. */
function findOtherPlatform(
  { product, qualifiers }: Advisory,
  { os, architecture }: ImageDescription,
): OtherPlatform | undefined {
  const { systems = [], architectures = [] } = qualifiers?.platforms ?? {};
  const ofSystem = selectOthers([product?.targetSoftware ?? '', ...systems], SYSTEM_OF_TARGET, os);
  if (ofSystem !== undefined) {
    return { name: ofSystem.join(' or '), isForeign: true };
  }
  const named = [product?.targetHardware ?? '', ...architectures];
  const ofProcessor = selectOthers(named, ARCHITECTURE_OF_TARGET, architecture);
  const narrower = NARROWER_THAN.get(architecture);
  return ofProcessor === undefined
    ? undefined
    : {
        name: ofProcessor.join(' or '),
        isForeign: narrower === undefined || !ofProcessor.includes(narrower),
      };
}

/**
 * Returns the named platforms in the terms of images; `undefined` if one is unknown or the image's
 * own.
 */
function selectOthers(
  names: readonly string[],
  table: ReadonlyMap<string, string>,
  own: string,
): readonly string[] | undefined {
  const known = names.filter((name) => name !== '').map((name) => table.get(foldText(name)));
  const others = known.filter((name) => name !== undefined && name !== own);
  const isJudged = own !== '' && others.length > 0 && others.length === known.length;
  return isJudged ? [...new Set(others as readonly string[])] : undefined;
}

function foldText(text: string): string {
  return text.toLowerCase().replaceAll(/[- ]/g, '_');
}
