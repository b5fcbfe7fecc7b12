import type { Kysely } from 'kysely';
import {
  VEX_JUSTIFICATIONS,
  VEX_STATUSES,
  type VexDocument,
  type VexJustification,
  type VexStatement,
  type VexStatus,
} from '../../foundation/core/decision.ts';
import { defined } from '../../foundation/core/defined.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import { isNameMatch, parseNamePattern } from '../../foundation/core/name-pattern.ts';
import { NAME_PATTERN } from '../access/principal.ts';
import { formatTime } from '../query/format-time.ts';
import type { DecisionTable } from '../store/decision-tables.ts';
import { digestKey, toStoredText } from '../store/stored-text.ts';
import type { Tables } from '../store/tables.ts';

/** A file whose content a decision rests on. */
export interface EvidenceFile {
  readonly path: string;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

/** A statement of a person about a vulnerability of a package in some images. */
export interface DecisionRequest {
  readonly author: string;
  readonly vulnerability: string;
  /** Package URL; without a version, of all versions. */
  readonly package: string;
  /** A `vers:` range; absent for all versions. */
  readonly versions?: string | undefined;
  /** Name of the images, in which `*` matches any characters; absent for all images. */
  readonly images?: string | undefined;
  /** It only applies to images of this project; absent or empty for those of all. */
  readonly project?: string | undefined;
  readonly status: VexStatus;
  readonly justification?: VexJustification | undefined;
  readonly statement?: string | undefined;
  /** The decision only applies to images in which all these files have the same content. */
  readonly evidence?: readonly EvidenceFile[] | undefined;
  /** RFC 3339. */
  readonly expires?: string | undefined;
}

export interface DecisionView extends Omit<DecisionRequest, 'evidence'> {
  readonly id: number;
  readonly revision: number;
  /** RFC 3339 */
  readonly at: string;
  /** Absent if it is not withdrawn. */
  readonly withdrawn?: number;
  readonly evidence: readonly EvidenceFile[];
  /** SHA-256 of the evidence; empty if there is none. */
  readonly evidenceDigest: string;
}

/** Withdraws a decision, or a statement. */
export interface Revocation {
  readonly id: number;
  readonly author: string;
  /**
   * Projects in which the sender decides; absent for all. One about another project, or about all,
   * is reported as unknown.
   */
  readonly projects?: readonly string[] | undefined;
}

/** A decision that does not apply to an image because its evidence differs. */
export interface DecisionReview {
  readonly decision: number;
  readonly vulnerability: string;
  /** Differences, as sentences without a full stop. */
  readonly differences: readonly string[];
}

const FILES_MAX = 100;
const SHA256 = /^[0-9a-f]{64}$/;

/** Checks a request. @throws UserError `E_DECISION` */
export function checkDecision(request: DecisionRequest, now: number): void {
  const { author, vulnerability, package: name, status, justification } = request;
  const { statement = '', evidence = [], expires, project = '' } = request;
  const problems = [
    author.trim() === '' && 'author: a person or tool is required',
    vulnerability.trim() === '' && 'vulnerability: an ID is required',
    !name.startsWith('pkg:') && 'package: a package URL is required',
    !VEX_STATUSES.includes(status) && `status: one of ${VEX_STATUSES.join(', ')} is required`,
    justification !== undefined &&
      !VEX_JUSTIFICATIONS.includes(justification) &&
      `justification: one of ${VEX_JUSTIFICATIONS.join(', ')} is required`,
    status === 'not_affected' &&
      justification === undefined &&
      statement === '' &&
      'not_affected needs a justification or a statement',
    (evidence.length > FILES_MAX || evidence.some(({ sha256 }) => !SHA256.test(sha256))) &&
      `evidence: at most ${FILES_MAX} files with SHA-256 digests are required`,
    expires !== undefined &&
      !(Date.parse(expires) > now) &&
      'expires: a time in the future is required',
    project !== '' && !NAME_PATTERN.test(project) && 'project: a name of a project is required',
  ].filter((problem) => problem !== false);
  if (problems.length > 0) {
    throw new UserError('E_DECISION', `invalid decision: ${problems.join('; ')}`);
  }
}

/** Converts a request to a row. */
export function toDecisionRow(
  request: DecisionRequest,
  { id, revision, now }: { readonly id: number; readonly revision: number; readonly now: number },
): DecisionTable {
  const { evidence = [], expires } = request;
  return {
    id,
    revision,
    withdrawn: null,
    author: request.author,
    at: now,
    vulnerability: request.vulnerability,
    package: request.package,
    versions: request.versions ?? '',
    images: request.images ?? '',
    project: request.project ?? '',
    status: request.status,
    justification: request.justification ?? '',
    statement: request.statement ?? '',
    evidence: evidence.length === 0 ? '' : JSON.stringify(evidence),
    expires: expires === undefined ? null : Date.parse(expires),
  };
}

export function toDecisionView(row: DecisionTable): DecisionView {
  const { versions, images, project, justification, statement, withdrawn, expires } = row;
  return {
    id: row.id,
    revision: row.revision,
    at: formatTime(row.at),
    author: row.author,
    vulnerability: row.vulnerability,
    package: row.package,
    status: row.status as VexStatus,
    ...(versions === '' ? {} : { versions }),
    ...(images === '' ? {} : { images }),
    ...(project === '' ? {} : { project }),
    ...(justification === '' ? {} : { justification: justification as VexJustification }),
    ...(statement === '' ? {} : { statement }),
    ...defined({
      withdrawn: withdrawn ?? undefined,
      expires: expires === null ? undefined : formatTime(expires),
    }),
    evidence: readEvidence(row),
    evidenceDigest: row.evidence === '' ? '' : digestKey(row.evidence),
  };
}

function readEvidence({ evidence }: DecisionTable): readonly EvidenceFile[] {
  return evidence === '' ? [] : (JSON.parse(evidence) as readonly EvidenceFile[]);
}

/**
 * Lists the decisions in force at a time, in their order.
 *
 * @param at revision; the present one if it is absent
 */
export async function listCurrentDecisions(
  db: Kysely<Tables>,
  now: number,
  at?: number,
): Promise<readonly DecisionTable[]> {
  const all = db.selectFrom('decision').selectAll().orderBy('id');
  const rows = await (at === undefined
    ? all.where('withdrawn', 'is', null)
    : all
        .where('revision', '<=', at)
        .where(({ eb, or }) => or([eb('withdrawn', 'is', null), eb('withdrawn', '>', at)]))
  ).execute();
  return rows.filter(({ expires }) => expires === null || expires > now);
}

/** An image that decisions may be about. */
export interface DecidedImage {
  readonly name: string;
  /** Empty if the image belongs to none. */
  readonly project: string;
}

/** Returns the decisions about images of a name in a project. */
export function selectDecisions(
  decisions: readonly DecisionTable[],
  { name, project }: DecidedImage,
): readonly DecisionTable[] {
  const stored = { name: toStoredText(name), project };
  return decisions.filter((decision) => canApply(decision, stored));
}

/** Whether a decision is about an image, by its project and name. */
export function canApply(
  { images = '', project: own = '' }: Pick<DecisionRequest, 'images' | 'project'>,
  { name, project }: DecidedImage,
): boolean {
  return (own === '' || own === project) && isAboutImage(images, name);
}

/** Whether people with a role in some projects, or in all if absent, can change a decision. */
export function canDecide(
  { project = '' }: Pick<DecisionRequest, 'project'>,
  projects: readonly string[] | undefined,
): boolean {
  return projects === undefined || projects.includes(project);
}

/** Whether a pattern of images, which is empty for all, matches a name. */
export function isAboutImage(pattern: string, name: string): boolean {
  return pattern === '' || isNameMatch(parseNamePattern(pattern), name);
}

/**
 * Divides decisions into those whose evidence an image has, as a VEX document of each author, and
 * those that a person must review because it differs.
 */
export function applyEvidence(
  decisions: readonly DecisionTable[],
  { files }: Pick<Inventory, 'files'>,
): { readonly documents: readonly VexDocument[]; readonly reviews: readonly DecisionReview[] } {
  const isEvident = decisions.some((row) => readEvidence(row).length > 0);
  const digests = new Map((isEvident ? files : []).map(({ path, sha256 }) => [path, sha256]));
  const reviews: DecisionReview[] = [];
  const applied = decisions.filter((row) => {
    const differences = readEvidence(row).flatMap(({ path, sha256 }) => {
      const found = digests.get(path);
      return found === sha256 ? [] : [describeDifference(path, sha256, found)];
    });
    if (differences.length > 0) {
      reviews.push({ decision: row.id, vulnerability: row.vulnerability, differences });
    }
    return differences.length === 0;
  });
  const byAuthor = Map.groupBy(applied, ({ author }) => author);
  return { documents: [...byAuthor].map(toVexDocument), reviews };
}

function describeDifference(path: string, sha256: string, found: string | undefined): string {
  return found === undefined
    ? `${path} is missing, or its digest is not in the inventory`
    : `${path} has the digest ${found}, not ${sha256}`;
}

function toVexDocument([author, decisions]: readonly [
  string,
  readonly DecisionTable[],
]): VexDocument {
  return {
    format: 'plimsoll',
    origin: 'decisions of the server',
    id: `plimsoll-server:${author}`,
    author,
    statements: decisions.map(toStatement),
    problems: [],
  };
}

function toStatement(row: DecisionTable, index: number): VexStatement {
  const { versions, justification, statement, package: name } = row;
  const range = versions === '' ? {} : { versionRange: versions };
  return {
    index,
    vulnerability: row.vulnerability,
    aliases: [],
    products: [{ identifiers: [name], hashes: [], ...range, subcomponents: [] }],
    status: row.status as VexStatus,
    ...(justification === '' ? {} : { justification: justification as VexJustification }),
    ...(statement === '' ? {} : { impactStatement: statement }),
    responses: [],
    timestamp: formatTime(row.at),
  };
}
