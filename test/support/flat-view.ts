import { posix } from 'node:path';
import { present } from '../../src/foundation/core/assert.ts';
import { Budget } from '../../src/foundation/core/budget.ts';
import { toBytes } from '../../src/foundation/core/bytes.ts';
import type { Cataloger, FileView, VisibleFact } from '../../src/foundation/core/cataloger.ts';
import type { Distro } from '../../src/foundation/core/distro.ts';
import { FileTable } from '../../src/foundation/core/file-table.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/foundation/core/limits.ts';
import type { PublishedArchives } from '../../src/foundation/core/published-archives.ts';
import { Dispatch } from '../../src/image/read/dispatch.ts';

const LAYER = `sha256:${'1'.repeat(64)}`;

/** Content by path. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/**
 * Creates a view of one layer without links that contains only these files and their directories.
 */
export function createFlatView(files: Files): FileView {
  const table = new FileTable();
  const rows = new Map<string, number>();
  const add = (path: string, type: 'regular' | 'directory', sizeBytes: number): void => {
    rows.set(path, table.add({ path, type, mode: 0o644, uid: 0, gid: 0, sizeBytes }));
  };
  for (const [path, content] of Object.entries(files)) {
    for (let folder = posix.dirname(path); folder !== '/'; folder = posix.dirname(folder)) {
      if (!rows.has(folder)) {
        add(folder, 'directory', 0);
      }
    }
    add(path, 'regular', content.length);
  }
  const find = (path: string) => {
    const row = rows.get(path);
    return row === undefined ? undefined : { layer: 0, row };
  };
  return {
    layers: [{ diffId: LAYER, files: table }],
    find,
    resolve: (path) => {
      const ref = find(path);
      return ref && { ref, path };
    },
    resolveHardLink: (ref) => ref,
    getRealPath: ({ row }) => table.getPath(row),
    findRealFolder: (path) => {
      const isThere = [...rows.keys()].some((other) => posix.dirname(other) === path);
      return isThere ? path : undefined;
    },
    list: (folder) =>
      [...rows.keys()]
        .filter((path) => posix.dirname(path) === folder)
        .map((path) => posix.basename(path)),
    listPaths: () => rows.keys(),
  };
}

export interface CatalogOptions {
  readonly limits?: Limits;
  readonly distro?: Distro;
  readonly publishedArchives?: PublishedArchives;
}

/** Returns a cataloger's result for some files; the problems are `CODE path:line`. */
export function catalogFiles<Fact>(
  cataloger: Cataloger<Fact>,
  files: Files,
  { limits = DEFAULT_LIMITS, distro, ...given }: CatalogOptions = {},
) {
  const view = createFlatView(files);
  const dispatch = new Dispatch([cataloger]);
  const budget = new Budget(limits);
  const problems: string[] = [];
  const facts: VisibleFact<Fact>[] = [];
  for (const [path, content] of Object.entries(files)) {
    const bytes = Buffer.from(content);
    const [wanting] = dispatch.findWants(path, bytes);
    if (wanting === undefined) {
      continue;
    }
    const { role } = wanting.want;
    const file = { path, role, sizeBytes: bytes.length, mode: 0o644, limits, budget };
    const extraction = cataloger.extract({ ...file, content: toBytes(bytes) });
    problems.push(
      ...[...(extraction.problems ?? []), ...budget.drainProblems()].map(
        ({ code, line }) => `${code} ${path}:${line ?? ''}`,
      ),
    );
    if (extraction.fact !== undefined) {
      const ref = present(view.find(path), 'a file of the view');
      // Facts are stored as JSON between the two steps.
      const fact = JSON.parse(JSON.stringify(extraction.fact)) as Fact;
      facts.push({ path, role, ref, layer: LAYER, fact, earlier: [] });
    }
  }
  const assembly = cataloger.assemble({ ...given, view, distro, facts, budget });
  problems.push(
    ...(assembly.problems ?? []).map(({ code, path, line }) => `${code} ${path}:${line ?? ''}`),
    ...budget.drainProblems().map(({ code }) => code),
  );
  return {
    packages: assembly.packages ?? [],
    /** `needed 1.0 > dependent 2.0`, sorted. */
    edges: [...(assembly.dependencies ?? [])]
      .map(({ from, to }) => `${from.name} ${from.version} > ${to.name} ${to.version}`)
      .sort(),
    problems,
  };
}
