import type { Decision, VexJustification, VexStatus } from '../../foundation/core/decision.ts';
import { omitEmpty, omitEmptyText } from '../../foundation/core/filled.ts';
import type { Report } from '../../foundation/core/format.ts';
import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import { getEpssScore } from '../../foundation/core/located-finding.ts';
import {
  createVulnerabilities,
  getSource,
  type Rating,
  type Vulnerability,
} from '../cyclonedx/cyclonedx-vulnerability.ts';
import { type Address, createElement, createExtension, shortenDigest } from './spdx-3-element.ts';

/**
 * Yields the findings in the terms of SPDX's security profile: each vulnerability once, its
 * packages, and the assessments for each. Yields nothing if the packages were not evaluated. SPDX
 * 3.0.1, "Security".
 *
 * @param packageId returns the name of a package's element in the document
 */
export function* createSecurityElements(
  report: Report,
  toPackageId: (pkg: InventoryPackage) => string,
  address: Address,
): Iterable<object> {
  const known = new Set<string>();
  let number = 0;
  for (const each of createVulnerabilities(report, toPackageId) ?? []) {
    const id = address(`SPDXRef-Vulnerability-${shortenDigest(each.id)}`);
    if (!known.has(id)) {
      known.add(id);
      yield createVulnerabilityElement(each, id);
    }
    const target = address(each.affects.ref);
    for (const { type, ...members } of [
      createAssociation(each, id, target),
      ...createAssessments(each, id, target),
    ]) {
      number += 1;
      yield { ...createElement(type, address(`SPDXRef-Assessment-${number}`)), ...members };
    }
  }
}

function createVulnerabilityElement(each: Vulnerability, spdxId: string): object {
  const ids = [{ id: each.id, source: each.source }, ...each.references];
  return {
    ...createElement('security_Vulnerability', spdxId),
    name: each.id,
    description: omitEmptyText(each.description),
    externalIdentifier: ids.map(({ id, source }) => ({
      type: 'ExternalIdentifier',
      externalIdentifierType: id.startsWith('CVE-') ? 'cve' : 'securityOther',
      identifier: id,
      identifierLocator: source.url === undefined ? undefined : [source.url],
    })),
    externalRef: omitEmpty(
      each.advisories.map((url) => ({
        type: 'ExternalRef',
        externalRefType: 'securityAdvisory',
        locator: [url],
      })),
    ),
    security_publishedTime: toSeconds(each.published),
    security_modifiedTime: toSeconds(each.updated),
  };
}

const SECONDS = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?Z$/;

/** SPDX requires times in UTC, to the second. */
function toSeconds(text: string | undefined): string | undefined {
  const [, found] = SECONDS.exec(text ?? '') ?? [];
  return found === undefined ? undefined : `${found}Z`;
}

/** Members of an element other than its head. */
interface Said {
  readonly type: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly relationshipType: string;
  readonly [member: string]: unknown;
}

/** States that the package has it, with the fix state and versions, which have no SPDX field. */
function createAssociation(each: Vulnerability, id: string, target: string): Said {
  return {
    type: 'Relationship',
    from: target,
    to: [id],
    relationshipType: 'hasAssociatedVulnerability',
    extension: createExtension(each.properties),
  };
}

function* createAssessments(each: Vulnerability, id: string, target: string): Iterable<Said> {
  const seen = new Set<string>();
  for (const rating of each.ratings) {
    const type = SCORE_TYPES.get(rating.method ?? '');
    const key = `${rating.source.name} ${rating.vector}`;
    if (type !== undefined && !seen.has(key)) {
      seen.add(key);
      yield createScore(rating, { type, id, target });
    }
  }
  const epss = getEpssScore(each.finding);
  if (epss !== undefined) {
    yield {
      ...createAssessment('security_EpssVulnAssessmentRelationship', id, target),
      security_probability: epss.epss,
      security_percentile: epss.percentile,
    };
  }
  const exploited = each.finding.matches.flatMap((match) => match.exploited)[0];
  if (exploited !== undefined) {
    yield {
      ...createAssessment('security_ExploitCatalogVulnAssessmentRelationship', id, target),
      security_catalogType: 'kev',
      security_exploited: true,
      security_locator: exploited.urls[0] ?? getSource(exploited.cve).url ?? exploited.cve,
    };
  }
  if (each.decision !== undefined) {
    yield createVerdict(each.decision, { id, target, advice: each.recommendation });
  }
}

function createAssessment(type: string, id: string, target: string): Said {
  return { type, from: id, to: [target], relationshipType: 'hasAssessmentFor' };
}

const SCORE_TYPES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    CVSSv2: 'security_CvssV2VulnAssessmentRelationship',
    CVSSv3: 'security_CvssV3VulnAssessmentRelationship',
    CVSSv31: 'security_CvssV3VulnAssessmentRelationship',
    CVSSv4: 'security_CvssV4VulnAssessmentRelationship',
  }),
);

/** Version 2 of CVSS has no severity words. */
function createScore(
  { score, severity, vector, method, source }: Rating,
  { type, id, target }: { readonly type: string; readonly id: string; readonly target: string },
): Said {
  return {
    ...createAssessment(type, id, target),
    comment: omitEmptyText(source.name),
    security_score: score,
    security_severity: method === 'CVSSv2' ? undefined : severity,
    security_vectorString: vector,
  };
}

const VERDICTS: Readonly<Record<VexStatus, readonly [type: string, kind: string]>> = {
  affected: ['security_VexAffectedVulnAssessmentRelationship', 'affects'],
  not_affected: ['security_VexNotAffectedVulnAssessmentRelationship', 'doesNotAffect'],
  fixed: ['security_VexFixedVulnAssessmentRelationship', 'fixedIn'],
  under_investigation: [
    'security_VexUnderInvestigationVulnAssessmentRelationship',
    'underInvestigationFor',
  ],
};

const JUSTIFICATIONS: Readonly<Record<VexJustification, string>> = {
  component_not_present: 'componentNotPresent',
  vulnerable_code_not_present: 'vulnerableCodeNotPresent',
  vulnerable_code_not_in_execute_path: 'vulnerableCodeNotInExecutePath',
  vulnerable_code_cannot_be_controlled_by_adversary: 'vulnerableCodeCannotBeControlledByAdversary',
  inline_mitigations_already_exist: 'inlineMitigationsAlreadyExist',
};

interface VerdictPlace {
  readonly id: string;
  readonly target: string;
  /** Remedy if none was stated. */
  readonly advice: string;
}

function createVerdict(decision: Decision, { id, target, advice }: VerdictPlace): Said {
  const { status, justification, reason, author, actionStatement } = decision;
  const [type, relationshipType] = VERDICTS[status];
  const isOver = status === 'not_affected';
  return {
    type,
    from: id,
    to: [target],
    relationshipType,
    security_statusNotes: `${reason} (${author})`,
    security_justificationType:
      isOver && justification !== undefined ? JUSTIFICATIONS[justification] : undefined,
    security_impactStatement: isOver ? reason : undefined,
    security_actionStatement:
      status === 'affected' ? (actionStatement ?? omitEmptyText(advice) ?? reason) : undefined,
  };
}
