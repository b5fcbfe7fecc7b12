import type { Captures } from '../../../foundation/bytes/pattern/find-pattern.ts';
import { getBaseName } from '../../../foundation/core/base-name.ts';
import type { FileView, VisibleFact } from '../../../foundation/core/cataloger.ts';
import { compareText } from '../../../foundation/core/compare-text.ts';
import { defined } from '../../../foundation/core/defined.ts';
import type { Evidence, Product } from './evidence.ts';
import { getEvidenceName } from './file-roles.ts';
import { type FileFact } from './read-file.ts';

/** A file at its real path. */
export type Seen = VisibleFact<FileFact> & {
  /** The link whose name alone caused the request. */
  readonly linkPath?: string;
};

export function toSeen(visible: VisibleFact<FileFact>): Seen {
  const { realPath, path } = visible;
  return realPath === undefined ? visible : { ...visible, path: realPath, linkPath: path };
}

/** A file and its relation to a product. */
export interface Place {
  readonly file: Seen;
  readonly evidence: 'primary' | 'supporting';
  /** The path by which another file led here, if it is a link. */
  readonly accessPath?: string;
  /** The file name is part of the evidence, so further names of the file do not count. */
  readonly isByName?: boolean;
}

/** A product found by its evidence. */
export interface Finding {
  readonly captures: Captures;
  readonly version: string;
  readonly places: readonly Place[];
  /** The places in which a version was found, or that lead to one. */
  readonly matched: readonly Seen[];
}

interface NamedPath {
  readonly path: string;
  readonly realPath: string;
}

/** Data about all files that is available in `assemble`. */
export interface Surroundings {
  readonly view: FileView;
  readonly facts: readonly Seen[];
  /** Returns the fact of a role about a real path. */
  findFact(role: string, path: string): Seen | undefined;
  /** Returns files of a name, and links of the name with the real paths that they resolve to. */
  findPaths(name: string): readonly NamedPath[];
}

/**
 * Returns the products for which the evidence matches in a file; `undefined` if the evidence does
 * not match. A match without a version yields no product.
 */
function judge(
  evidence: Evidence,
  file: Seen,
  around: Surroundings,
): readonly Finding[] | undefined {
  switch (evidence.kind) {
    case 'content':
    case 'named':
      return judgeContent(evidence, file);
    case 'path':
      return evidence.pattern.test(file.path) === evidence.isNegated ? undefined : [];
    case 'anyOf':
      return findResult(evidence.of, (part) => judge(part, file, around));
    case 'allOf':
      return judgeAll(evidence.of, file, around);
    case 'library':
      return judgeLibraries(evidence, file, around);
    case 'beside':
      return judgeNeighbor(evidence, file, around);
  }
}

/** Returns the findings of the first product that the file contains. */
export function judgeProducts(
  products: readonly Product[],
  file: Seen,
  around: Surroundings,
): readonly { readonly product: Product; readonly finding: Finding }[] {
  const found = findResult(products, (product) => {
    const findings = judge(product.evidence, file, around) ?? [];
    return findings.length === 0 ? undefined : findings.map((finding) => ({ product, finding }));
  });
  return found ?? [];
}

function findResult<T, R>(items: readonly T[], answer: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = answer(item);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

function judgeContent(evidence: Evidence, file: Seen): readonly Finding[] | undefined {
  const captures = file.fact.found[getEvidenceName(evidence)];
  if (captures === undefined) {
    return undefined;
  }
  const version = captures['version'];
  const isByName = evidence.kind === 'named';
  const places = [{ file, evidence: 'primary', ...(isByName && { isByName }) }] as const;
  return version === undefined ? [] : [{ captures, version, places, matched: [file] }];
}

function judgeAll(
  parts: readonly Evidence[],
  file: Seen,
  around: Surroundings,
): readonly Finding[] | undefined {
  let last: readonly Finding[] = [];
  for (const part of parts) {
    const findings = judge(part, file, around);
    if (findings === undefined) {
      return undefined;
    }
    last = findings.length > 0 ? findings : last;
  }
  return last;
}

function judgeLibraries(
  { imported, file: role, evidence }: Extract<Evidence, { readonly kind: 'library' }>,
  program: Seen,
  around: Surroundings,
): readonly Finding[] | undefined {
  const names = (program.fact.imported ?? []).filter((name) => imported.test(name));
  const judged = names
    .flatMap((name) => around.findPaths(name))
    .map(({ path, realPath }) => {
      const library = around.findFact(role, realPath);
      const findings = library && judge(evidence, library, around);
      return findings?.map((finding) => ({
        ...assignProgram(program, finding, path === realPath ? undefined : path),
        matched: [program, ...finding.matched],
      }));
    })
    .filter((findings) => findings !== undefined);
  return judged.length === 0 ? undefined : judged.flat();
}

function judgeNeighbor(
  { file: role, levelsUp, evidence }: Extract<Evidence, { readonly kind: 'beside' }>,
  program: Seen,
  around: Surroundings,
): readonly Finding[] | undefined {
  const prefix = role.replace(/\*$/, '');
  return findResult(levelsUp, (levels) => {
    const folder = getAncestorDirectory(program.path, levels + 1);
    const names = around.view
      .list(folder)
      .filter((name) => (prefix === role ? name === role : name.startsWith(prefix)));
    return findResult(names, (name) => {
      const real = around.view.resolve(`${folder === '/' ? '' : folder}/${name}`)?.path;
      const sibling = real === undefined ? undefined : around.findFact(role, real);
      const findings = sibling && judge(evidence, sibling, around);
      return findings?.map((finding) => assignProgram(program, finding));
    });
  });
}

function getAncestorDirectory(path: string, levels: number): string {
  let folder = path;
  for (let level = 0; level < levels; level++) {
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')));
  }
  return folder === '' ? '/' : folder;
}

/** Findings in another file count as findings in the program. */
function assignProgram(program: Seen, finding: Finding, accessPath?: string): Finding {
  const others = finding.places
    .filter(({ file }) => file !== program)
    .map(
      (place): Place => ({
        ...place,
        evidence: 'supporting',
        ...defined({ accessPath }),
      }),
    );
  return { ...finding, places: [{ file: program, evidence: 'primary' }, ...others] };
}

/** Finds names in the view, which is only walked if there is a name to find. */
export function createSurroundings(view: FileView, facts: readonly Seen[]): Surroundings {
  const byPlace = new Map(
    facts.flatMap((fact) =>
      [fact.path, ...(fact.otherNames ?? [])].map((path) => [`${fact.role}\0${path}`, fact]),
    ),
  );
  const wanted = new Set(facts.flatMap(({ fact }) => fact.imported ?? []));
  const paths = wanted.size === 0 ? [] : [...view.listPaths()];
  const byName = Map.groupBy(
    paths.filter((path) => wanted.has(getBaseName(path))).sort(compareText),
    getBaseName,
  );
  return {
    view,
    facts,
    findFact: (role, path) => byPlace.get(`${role}\0${path}`),
    findPaths: (name) => resolveRealPaths(byName.get(name) ?? [], view),
  };
}

/** The first path of each file. */
function resolveRealPaths(paths: readonly string[], view: FileView): NamedPath[] {
  const byRealPath = new Map<string, NamedPath>();
  for (const path of paths) {
    const realPath = view.resolve(path)?.path;
    if (realPath !== undefined && !byRealPath.has(realPath)) {
      byRealPath.set(realPath, { path, realPath });
    }
  }
  return [...byRealPath.values()];
}
