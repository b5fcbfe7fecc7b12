import type { Captures } from '../../bytes/pattern/find-pattern.ts';
import type { FileView, VisibleFact } from '../../core/cataloger.ts';
import { compareText } from '../../core/compare-text.ts';
import type { Evidence, Product } from './evidence.ts';
import { nameOf } from './file-roles.ts';
import { type FileFact, lastNameOf } from './read-file.ts';

/** A file at its real path. */
export type Seen = VisibleFact<FileFact> & {
  /** The link by whose name alone the file was wanted. */
  readonly linkPath?: string;
};

export function atRealPath(visible: VisibleFact<FileFact>): Seen {
  const { realPath, path } = visible;
  return realPath === undefined ? visible : { ...visible, path: realPath, linkPath: path };
}

/** A file and what it is to a product. */
export interface Place {
  readonly file: Seen;
  readonly evidence: 'primary' | 'supporting';
  /** The path by which another file led here, where it is a link. */
  readonly accessPath?: string;
  /** The name of the file is part of the evidence, so that further names of it do not count. */
  readonly isByName?: boolean;
}

/** A product that was found by its evidence. */
export interface Finding {
  readonly captures: Captures;
  readonly version: string;
  readonly places: readonly Place[];
  /** Those of the places in which a version was found, or that lead to one. */
  readonly matched: readonly Seen[];
}

interface NamedPath {
  readonly path: string;
  readonly realPath: string;
}

/** What `assemble` knows of all files. */
export interface Surroundings {
  readonly view: FileView;
  readonly facts: readonly Seen[];
  /** The fact of a role about a real path. */
  factAt(role: string, path: string): Seen | undefined;
  /** Files of a name, and links of the name with the real paths that they lead to. */
  pathsNamed(name: string): readonly NamedPath[];
}

/**
 * The products that the evidence makes known in a file; `undefined` where the evidence does not
 * hold. It may hold and tell no version, which makes no product.
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
      return evidence.fits.test(file.path) === evidence.isNot ? undefined : [];
    case 'anyOf':
      return firstOf(evidence.of, (part) => judge(part, file, around));
    case 'allOf':
      return judgeAll(evidence.of, file, around);
    case 'library':
      return judgeLibraries(evidence, file, around);
    case 'beside':
      return judgeBeside(evidence, file, around);
  }
}

/** What is found of the first product that is in a file. */
export function judgeProducts(
  products: readonly Product[],
  file: Seen,
  around: Surroundings,
): readonly { readonly product: Product; readonly finding: Finding }[] {
  const found = firstOf(products, (product) => {
    const findings = judge(product.evidence, file, around) ?? [];
    return findings.length === 0 ? undefined : findings.map((finding) => ({ product, finding }));
  });
  return found ?? [];
}

function firstOf<T, R>(items: readonly T[], answer: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = answer(item);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

function judgeContent(evidence: Evidence, file: Seen): readonly Finding[] | undefined {
  const captures = file.fact.found[nameOf(evidence)];
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
    .flatMap((name) => around.pathsNamed(name))
    .map(({ path, realPath }) => {
      const library = around.factAt(role, realPath);
      const findings = library && judge(evidence, library, around);
      return findings?.map((finding) => ({
        ...ledBy(program, finding, path === realPath ? undefined : path),
        matched: [program, ...finding.matched],
      }));
    })
    .filter((findings) => findings !== undefined);
  return judged.length === 0 ? undefined : judged.flat();
}

function judgeBeside(
  { file: role, levelsUp, evidence }: Extract<Evidence, { readonly kind: 'beside' }>,
  program: Seen,
  around: Surroundings,
): readonly Finding[] | undefined {
  const prefix = role.replace(/\*$/, '');
  return firstOf(levelsUp, (levels) => {
    const folder = folderAbove(program.path, levels + 1);
    const names = around.view
      .list(folder)
      .filter((name) => (prefix === role ? name === role : name.startsWith(prefix)));
    return firstOf(names, (name) => {
      const real = around.view.resolve(`${folder === '/' ? '' : folder}/${name}`)?.path;
      const beside = real === undefined ? undefined : around.factAt(role, real);
      const findings = beside && judge(evidence, beside, around);
      return findings?.map((finding) => ledBy(program, finding));
    });
  });
}

function folderAbove(path: string, levels: number): string {
  let folder = path;
  for (let level = 0; level < levels; level++) {
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')));
  }
  return folder === '' ? '/' : folder;
}

/** What another file says of a program counts as said of the program. */
function ledBy(program: Seen, finding: Finding, accessPath?: string): Finding {
  const others = finding.places
    .filter(({ file }) => file !== program)
    .map(
      (place): Place => ({
        ...place,
        evidence: 'supporting',
        ...(accessPath === undefined ? {} : { accessPath }),
      }),
    );
  return { ...finding, places: [{ file: program, evidence: 'primary' }, ...others] };
}

/** Looks names up in the view, which is walked only if there is any name to look up. */
export function surroundings(view: FileView, facts: readonly Seen[]): Surroundings {
  const byPlace = new Map(
    facts.flatMap((fact) =>
      [fact.path, ...(fact.otherNames ?? [])].map((path) => [`${fact.role}\0${path}`, fact]),
    ),
  );
  const wanted = new Set(facts.flatMap(({ fact }) => fact.imported ?? []));
  const paths = wanted.size === 0 ? [] : [...view.listPaths()];
  const byName = Map.groupBy(
    paths.filter((path) => wanted.has(lastNameOf(path))).sort(compareText),
    lastNameOf,
  );
  return {
    view,
    facts,
    factAt: (role, path) => byPlace.get(`${role}\0${path}`),
    pathsNamed: (name) => realPathsOf(byName.get(name) ?? [], view),
  };
}

/** The first path of each file. */
function realPathsOf(paths: readonly string[], view: FileView): NamedPath[] {
  const byRealPath = new Map<string, NamedPath>();
  for (const path of paths) {
    const realPath = view.resolve(path)?.path;
    if (realPath !== undefined && !byRealPath.has(realPath)) {
      byRealPath.set(realPath, { path, realPath });
    }
  }
  return [...byRealPath.values()];
}
