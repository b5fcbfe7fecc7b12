import { CLASSIFIERS } from './classifier-table.data.ts';
import type { Evidence } from './evidence.ts';

/** Searches that the cataloger makes in a file of one name. */
export interface FileRole {
  /** Pattern of its name, which is the role of the request. */
  readonly file: string;
  /** Evidence to search for, the preferred first. */
  readonly evidences: readonly (readonly Evidence[])[];
  /** Libraries whose names count if the file loads them. */
  readonly imported: readonly RegExp[];
  /** The existence of the file counts, even if nothing is found in it. */
  readonly isEnough: boolean;
}

/** Every role by its pattern. */
export const FILE_ROLES: ReadonlyMap<string, FileRole> = collectFileRoles();

/** Name of each content evidence, used in facts. */
const NAMES: ReadonlyMap<Evidence, string> = new Map(
  [...collectContentEvidence()].map((evidence, index) => [evidence, String(index)]),
);

export function getEvidenceName(evidence: Evidence): string {
  return NAMES.get(evidence) ?? '';
}

function collectFileRoles(): Map<string, FileRole> {
  const roles = new Map<string, FileRole>();
  const addRole = (file: string, evidences: readonly Evidence[]): void => {
    const known = roles.get(file);
    const within = evidences.flatMap((evidence) => [...walkEvidence(evidence)]);
    roles.set(file, {
      file,
      evidences: [...(known?.evidences ?? []), evidences],
      imported: [
        ...(known?.imported ?? []),
        ...within.flatMap((evidence) => (evidence.kind === 'library' ? [evidence.imported] : [])),
      ],
      isEnough: known?.isEnough === true || within.some(({ kind }) => kind === 'beside'),
    });
  };
  for (const { files, products } of CLASSIFIERS) {
    const evidences = products.map(({ evidence }) => evidence);
    for (const file of files) {
      addRole(file, evidences);
    }
    for (const evidence of evidences.flatMap((one) => [...walkEvidence(one)])) {
      if (evidence.kind === 'library' || evidence.kind === 'beside') {
        addRole(evidence.file, [evidence.evidence]);
      }
    }
  }
  return roles;
}

/** Yields an evidence and its parts in the same file. */
function* walkEvidence(evidence: Evidence): Iterable<Evidence> {
  yield evidence;
  if (evidence.kind === 'anyOf' || evidence.kind === 'allOf') {
    for (const part of evidence.of) {
      yield* walkEvidence(part);
    }
  }
}

function collectContentEvidence(): ReadonlySet<Evidence> {
  const all = [...FILE_ROLES.values()].flatMap(({ evidences }) => evidences.flat());
  return new Set(
    all
      .flatMap((evidence) => [...walkEvidence(evidence)])
      .filter(({ kind }) => kind === 'content' || kind === 'named'),
  );
}
