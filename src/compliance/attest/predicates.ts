import { type Assessment, assessCompleteness } from '../../foundation/core/assessment.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { Finding } from '../../foundation/core/finding.ts';
import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import type { PolicyVerdict } from '../../foundation/core/policy-verdict.ts';

/** When and with which program a statement is made. */
export interface StatementOrigin {
  /** RFC 3339. */
  readonly time: string;
  /** Version of this program. */
  readonly version: string;
}

/** The identity of this program as a URI. */
function formatVerifier(version: string): string {
  return `pkg:npm/plimsoll@${version}`;
}

/**
 * Creates the predicate "vulnerabilities" 0.2 of in-toto. An empty list means that none were found,
 * so it is only created if everything was evaluated.
 *
 * @throws UserError `E_NOTHING_STATED` if something was not evaluated
 */
export function createVulnsPredicate(
  assessment: Pick<Assessment, 'inventory' | 'findings' | 'coverage'>,
  { time, version }: StatementOrigin,
): object {
  const { inventory, findings } = assessment;
  const { isComplete, reasons } = assessCompleteness(assessment);
  if (findings?.database === undefined || !isComplete) {
    const reason = reasons[0]?.reason ?? 'there was no advisory database';
    throw new UserError('E_NOTHING_STATED', `not all vulnerabilities were evaluated: ${reason}`, {
      hint: 'run "plimsoll scan" to see what is missing; only a complete result is attested',
    });
  }
  const { builtAt, schema } = findings.database;
  const packages = new Map(inventory.packages.map((item) => [item.key, item]));
  return {
    scanner: {
      uri: formatVerifier(version),
      version,
      db: { version: String(schema), lastUpdate: builtAt },
      result: [
        ...findings.findings.map((finding) => toResult(finding, packages, undefined)),
        ...(findings.dispositioned ?? []).map(({ finding, decisions: [first] }) =>
          toResult(finding, packages, first?.reason ?? 'suppressed'),
        ),
      ],
    },
    metadata: { scanStartedOn: time, scanFinishedOn: time },
  };
}

function toResult(
  { packageKey, id, severity, fixVersions, matches }: Finding,
  packages: ReadonlyMap<string, InventoryPackage>,
  suppressed: string | undefined,
): object {
  const scores = matches
    .flatMap(({ scores: listed = [] }) => listed)
    .map(({ baseScore }) => baseScore);
  const item = packages.get(packageKey);
  return {
    id,
    severity: [
      { method: 'plimsoll', score: severity },
      ...(scores.length === 0
        ? []
        : [{ method: 'cvss_score', score: Math.max(...scores).toFixed(1) }]),
    ],
    annotations: [
      { package: item?.purl || `${item?.name ?? ''}@${item?.version ?? ''}` },
      ...(fixVersions[0] === undefined ? [] : [{ fixedIn: fixVersions[0] }]),
      ...(suppressed === undefined ? [] : [{ suppressed }]),
    ],
  };
}

/**
 * Creates a simple verification result 0.2 of in-toto: the rules that passed. Rules that are
 * unknown or fail are left out, because the format has no other state.
 *
 * @throws UserError `E_NOTHING_STATED` if no rule passed
 */
export function createSvrPredicate(
  verdict: PolicyVerdict,
  { time, version }: StatementOrigin,
): object {
  const passed = verdict.rules.filter(
    ({ outcome, mode }) => outcome === 'pass' && mode === 'enforce',
  );
  if (passed.length === 0) {
    throw new UserError('E_NOTHING_STATED', 'no rule passed, so nothing can be stated', {
      hint: 'run "plimsoll check" to see the rules',
    });
  }
  return {
    verifier: { id: formatVerifier(version), policies: listPolicies(verdict) },
    timeCreated: time,
    properties: passed.map(({ rule }) => `PLIMSOLL_${rule}`),
  };
}

/**
 * Creates a verification summary 1 of SLSA.
 *
 * @throws UserError `E_NOTHING_STATED` if the verdict is unknown: it is neither passed nor failed
 */
export function createVsaPredicate(
  verdict: PolicyVerdict,
  { time, version }: StatementOrigin,
  resourceUri: string,
): object {
  const { outcome } = verdict;
  if (outcome === 'unknown') {
    throw new UserError('E_NOTHING_STATED', 'the verdict is unknown, so nothing can be stated', {
      hint: 'run "plimsoll check" to see the missing facts',
    });
  }
  const [policy = {}, ...others] = listPolicies(verdict);
  const isPassed = outcome !== 'fail';
  return {
    verifier: { id: formatVerifier(version), version: { plimsoll: version } },
    timeVerified: time,
    resourceUri,
    // The format has room for one policy; those that it includes took part, too.
    policy: { ...policy, ...(others.length === 0 ? {} : { annotations: { others } }) },
    inputAttestations: [],
    verificationResult: isPassed ? 'PASSED' : 'FAILED',
    verifiedLevels: [isPassed ? 'PLIMSOLL_POLICY_PASSED' : 'FAILED'],
    slsaVersion: '1.0',
  };
}

/** in-toto attestation framework 1.0, "ResourceDescriptor". */
function listPolicies({ policies }: PolicyVerdict): readonly object[] {
  return policies.map(({ name, version, digest }) => ({
    uri: `urn:plimsoll:policy:${encodeURIComponent(name)}:${encodeURIComponent(version)}`,
    digest: { sha256: digest.replace(/^sha256:/, '') },
  }));
}
