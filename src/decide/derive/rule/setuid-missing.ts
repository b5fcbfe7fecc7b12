import type { Finding } from '../../../core/finding.ts';
import { formatFileLine, isExecutable, listInstalledFiles } from '../../../core/installed-files.ts';
import type { FindingDerivation } from '../derivation.ts';
import {
  listAdvisoryInputs,
  toConfigurationInput,
  toListInput,
  toPackageInput,
} from '../inputs.ts';

const SET_ID_BITS = 0o6000;
/** CVSS 3 and 4: an attacker with a local account, who already has some privileges. */
const LOCAL = /\/AV:L(?:\/|$)/;
const SOME_RIGHTS = /\/PR:[LH](?:\/|$)/;
const BY_SET_ID = /\bset[-_ ]?(?:user|group|u|g)?[-_ ]?ids?\b|\bsuid\b|\bsgid\b/i;

/**
 * Applies if the vulnerability grants privileges through a setuid or setgid program, and the
 * package has no such program. The need for one is only inferred from the description, so a person
 * must confirm it.
 */
export const setuidMissing: FindingDerivation = {
  about: 'finding',
  id: 'setuid-missing',
  version: 2,
  title: 'the vulnerability needs a setuid program, and the package has none',
  restsOn: 'files',
  derive({ finding, package: item }, { inventory }) {
    const programs = listInstalledFiles(item, inventory).filter(isExecutable);
    const isPrivileged = programs.some(({ mode }) => (mode & SET_ID_BITS) !== 0);
    const vector = findLocalVector(finding);
    if (programs.length === 0 || isPrivileged || vector === undefined || !isAboutSetId(finding)) {
      return undefined;
    }
    return {
      effect: 'suggestion',
      status: 'not_affected',
      justification: 'vulnerable_code_cannot_be_controlled_by_adversary',
      detail: 'requires_configuration',
      reason: 'no program of the package is setuid',
      inputs: [
        toPackageInput(item),
        toConfigurationInput('CVSS vector', vector),
        toListInput('programs of the package', programs.map(formatFileLine)),
        ...listAdvisoryInputs(finding),
      ],
    };
  },
};

/** Returns the vector if every available one is local. */
function findLocalVector({ matches }: Finding): string | undefined {
  const vectors = matches.flatMap(({ record, related }) =>
    [record, ...related].flatMap(({ severities }) =>
      severities.flatMap(({ value }) =>
        typeof value === 'object' && !value.version.startsWith('2') ? [value.vector] : [],
      ),
    ),
  );
  const isLocal = vectors.every((one) => LOCAL.test(one) && SOME_RIGHTS.test(one));
  return isLocal ? vectors[0] : undefined;
}

function isAboutSetId({ matches }: Finding): boolean {
  return matches.some(({ record, related }) =>
    [record, ...related].some(({ description }) => BY_SET_ID.test(description)),
  );
}
