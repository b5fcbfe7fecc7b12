import { CLASSIFIERS } from './classifier-table.data.ts';
import type { Evidence } from './evidence.ts';

/** What the cataloger wants to know of a file of one name. */
export interface FileRole {
  /** Pattern of its name, which is the role of the want. */
  readonly file: string;
  /** What is looked for, the preferred ones first. */
  readonly evidences: readonly (readonly Evidence[])[];
  /** Libraries whose names count, where the file loads them. */
  readonly imported: readonly RegExp[];
  /** That the file is there counts, even where nothing is found in it. */
  readonly isEnough: boolean;
}

/** Every role, by its pattern. */
export const FILE_ROLES: ReadonlyMap<string, FileRole> = fileRoles();

/** Name of each piece of evidence that is looked for in content: what a fact calls it. */
const NAMES: ReadonlyMap<Evidence, string> = new Map(
  [...contentEvidence()].map((evidence, index) => [evidence, String(index)]),
);

export function nameOf(evidence: Evidence): string {
  return NAMES.get(evidence) ?? '';
}

function fileRoles(): Map<string, FileRole> {
  const roles = new Map<string, FileRole>();
  const add = (file: string, evidences: readonly Evidence[]): void => {
    const known = roles.get(file);
    const within = evidences.flatMap((evidence) => [...allWithin(evidence)]);
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
      add(file, evidences);
    }
    for (const evidence of evidences.flatMap((one) => [...allWithin(one)])) {
      if (evidence.kind === 'library' || evidence.kind === 'beside') {
        add(evidence.file, [evidence.evidence]);
      }
    }
  }
  return roles;
}

/** An evidence and what it is made of in the same file. */
function* allWithin(evidence: Evidence): Iterable<Evidence> {
  yield evidence;
  if (evidence.kind === 'anyOf' || evidence.kind === 'allOf') {
    for (const part of evidence.of) {
      yield* allWithin(part);
    }
  }
}

function contentEvidence(): ReadonlySet<Evidence> {
  const all = [...FILE_ROLES.values()].flatMap(({ evidences }) => evidences.flat());
  return new Set(
    all
      .flatMap((evidence) => [...allWithin(evidence)])
      .filter(({ kind }) => kind === 'content' || kind === 'named'),
  );
}
