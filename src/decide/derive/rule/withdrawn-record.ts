import type { EvidenceInput } from '../../../core/decision.ts';
import type { Match } from '../../../core/finding.ts';
import type { FindingDerivation } from '../derivation.ts';

/**
 * Row 19 of the derivable justifications: every source that matched has taken its record back, by
 * the status "rejected" or by a date of withdrawal (OSV schema, `withdrawn`). A record that is only
 * disputed is a hint for a person.
 */
export const withdrawnRecord: FindingDerivation = {
  about: 'finding',
  id: 'withdrawn-record',
  version: 1,
  title: 'every source that matched has withdrawn its record',
  conclude({ finding: { matches } }) {
    if (matches.length === 0) {
      return undefined;
    }
    const inputs = matches.map(inputOf);
    if (matches.every(isWithdrawn)) {
      return {
        effect: 'set-aside',
        status: 'not_affected',
        justification: 'component_not_present',
        detail: 'false_positive',
        reason: 'the record was rejected or withdrawn by whoever published it',
        inputs,
      };
    }
    const isDisputed = matches.every(
      (match) => isWithdrawn(match) || match.record.status === 'disputed',
    );
    return isDisputed
      ? {
          effect: 'suggestion',
          status: 'under_investigation',
          detail: 'false_positive',
          reason: 'whoever published the record says that it is disputed',
          inputs,
        }
      : undefined;
  },
};

function isWithdrawn({ record }: Match): boolean {
  return record.status === 'rejected' || record.withdrawnAt !== undefined;
}

function inputOf({ record, advisory }: Match): EvidenceInput {
  const withdrawn = record.withdrawnAt === undefined ? '' : `, withdrawn ${record.withdrawnAt}`;
  return {
    kind: 'advisory',
    provider: record.provider,
    namespace: advisory.ecosystem ?? advisory.operatingSystem?.label ?? '',
    vulnerability: record.id,
    says: `status ${record.status === '' ? 'not given' : record.status}${withdrawn}`,
  };
}
