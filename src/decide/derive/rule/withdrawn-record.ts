import type { VulnerabilityRecord } from '../../../core/advisory.ts';
import type { EvidenceInput } from '../../../core/decision.ts';
import type { Match } from '../../../core/finding.ts';
import type { FindingDerivation } from '../derivation.ts';

/**
 * Applies if every matched source withdrew its record, by the status "rejected" or by a withdrawal
 * date (OSV schema, `withdrawn`). A record that is only disputed, or that only its keeper withdrew,
 * is a suggestion.
 */
export const withdrawnRecord: FindingDerivation = {
  about: 'finding',
  id: 'withdrawn-record',
  version: 2,
  title: 'every source that matched has withdrawn its record',
  restsOn: 'record',
  derive({ finding: { matches } }) {
    if (matches.length === 0) {
      return undefined;
    }
    if (matches.every(({ record }) => isWithdrawn(record))) {
      return {
        effect: 'set-aside',
        status: 'not_affected',
        justification: 'component_not_present',
        detail: 'false_positive',
        reason: 'the record was rejected or withdrawn by its publisher',
        inputs: matches.flatMap(listRecordInputs),
      };
    }
    const doubts = matches.map(describeDoubt);
    const [doubt] = doubts;
    return doubt === undefined || doubts.includes(undefined)
      ? undefined
      : {
          effect: 'suggestion',
          status: 'under_investigation',
          detail: 'false_positive',
          reason: doubt,
          inputs: matches.flatMap(listRecordInputs),
        };
  },
};

/** The keeper of the ID may have withdrawn it while the matched source still lists it. */
function describeDoubt({ record, related }: Match): string | undefined {
  const withdrawn = isWithdrawn(record) ? record : related.find(isWithdrawn);
  if (withdrawn !== undefined) {
    return `${withdrawn.provider} has rejected or withdrawn its record`;
  }
  const disputed = isDisputed(record) ? record : related.find(isDisputed);
  return disputed && `${disputed.provider} marks the record as disputed`;
}

function isDisputed({ status }: VulnerabilityRecord): boolean {
  return status === 'disputed';
}

function isWithdrawn({ status, withdrawnAt }: VulnerabilityRecord): boolean {
  return status === 'rejected' || withdrawnAt !== undefined;
}

function listRecordInputs({ record, related, advisory }: Match): readonly EvidenceInput[] {
  return [record, ...related].map(({ id, provider, status, withdrawnAt }) => ({
    kind: 'advisory',
    provider,
    namespace: advisory.ecosystem ?? advisory.operatingSystem?.label ?? '',
    vulnerability: id,
    says: `status ${status === '' ? 'not given' : status}${withdrawnAt === undefined ? '' : `, withdrawn ${withdrawnAt}`}`,
  }));
}
