import { isRecord } from '../../../../foundation/syntax/json/guard.ts';
import { getParentPath } from '../../../../image/view/path.ts';
import type { FolderIndex } from '../../folder-index.ts';
import type { ReachWorld } from '../../rule-contract.ts';
import { BUILTIN_MODULES } from './builtin-modules.data.ts';
import type { Manifest } from './node-fact.ts';

export interface NodeSearch {
  readonly world: ReachWorld;
  readonly index: FolderIndex;
  getManifest(folder: string): Manifest | undefined;
  /** Directories searched after all `node_modules`. */
  readonly globalFolders: readonly string[];
}

/** How a module is loaded. It decides which conditions of a package's `exports` apply. */
export type Purpose = 'import' | 'require';

/** Files that a name opens; the manifests that define them come first. */
export interface Resolved {
  readonly files: readonly string[];
  readonly manifests: readonly string[];
}

const NOTHING: Resolved = { files: [], manifests: [] };

/** Node.js documentation, "Modules: CommonJS modules" and "Modules: Packages": the algorithms. */
export function resolveModule(
  name: string,
  from: string,
  purpose: Purpose,
  search: NodeSearch,
): Resolved {
  const folder = getParentPath(from);
  if (/^\.{0,2}\/|^\.{1,2}$/.test(name)) {
    return resolvePath(name.startsWith('/') ? name : `${folder}/${name}`, search);
  }
  if (name.startsWith('file://')) {
    return resolvePath(name.slice(7), search);
  }
  if (name.startsWith('#')) {
    return ownImport(name, folder, purpose, search);
  }
  return name.startsWith('node:') || BUILTIN_MODULES.has(name)
    ? NOTHING
    : resolveInPackages(name, folder, purpose, search);
}

const ENDINGS = ['', '.js', '.json', '.node', '.mjs', '.cjs'];

/** Resolves a file, also without its extension, or a directory with its main file. */
export function resolvePath(path: string, search: NodeSearch): Resolved {
  const { world } = search;
  const plain = path.replace(/\/+$/, '').split(/[?]/, 1)[0] ?? '';
  if (!path.endsWith('/')) {
    const found = ENDINGS.map((ending) => `${plain}${ending}`).find((one) => isFile(one, world));
    if (found !== undefined) {
      return { files: [found], manifests: [] };
    }
  }
  return resolveFolder(plain, search);
}

function resolveFolder(folder: string, search: NodeSearch): Resolved {
  const { world } = search;
  const manifest = search.getManifest(folder);
  const manifests = manifest === undefined ? [] : [`${folder}/package.json`];
  const main = manifest?.main ?? '';
  const candidates = [
    ...(main === '' ? [] : ENDINGS.map((ending) => `${folder}/${main}${ending}`)),
    ...(main === '' ? [] : ENDINGS.map((ending) => `${folder}/${main}/index${ending}`)),
    ...ENDINGS.slice(1).map((ending) => `${folder}/index${ending}`),
  ];
  const found = candidates.find((one) => isFile(one, world));
  return found === undefined ? { files: [], manifests } : { files: [found], manifests };
}

function isFile(path: string, { view }: ReachWorld): boolean {
  const found = view.resolve(path);
  return (
    found !== undefined &&
    view.layers[found.ref.layer]?.files.getType(found.ref.row) !== 'directory'
  );
}

/** Returns the directories with installed packages, from a directory upwards. */
export function listPackageFolders(
  folder: string,
  { globalFolders }: NodeSearch,
): readonly string[] {
  const folders: string[] = [];
  for (let at = folder; ; at = getParentPath(at)) {
    if (!at.endsWith('/node_modules')) {
      folders.push(at === '/' ? '/node_modules' : `${at}/node_modules`);
    }
    if (at === '/') {
      return [...folders, ...globalFolders];
    }
  }
}

function resolveInPackages(
  name: string,
  folder: string,
  purpose: Purpose,
  search: NodeSearch,
): Resolved {
  const parts = name.split('/');
  const count = name.startsWith('@') ? 2 : 1;
  const packageName = parts.slice(0, count).join('/');
  const inner = parts.slice(count).join('/');
  const own = findEnclosingPackage(folder, search);
  if (
    own !== undefined &&
    own.manifest.name === packageName &&
    own.manifest.exports !== undefined
  ) {
    return resolveExport(own.folder, own.manifest, inner, { purpose, search });
  }
  const [first = '', second] = packageName.split('/', 2);
  for (const modules of listPackageFolders(folder, search)) {
    const isThere =
      search.index.has(modules, first) &&
      (second === undefined || search.index.has(`${modules}/${first}`, second));
    if (!isThere) {
      continue;
    }
    const at = `${modules}/${packageName}`;
    const manifest = search.getManifest(at);
    const found =
      manifest?.exports === undefined
        ? withManifest(
            resolvePath(inner === '' ? `${at}/` : `${at}/${inner}`, search),
            at,
            manifest,
          )
        : resolveExport(at, manifest, inner, { purpose, search });
    if (found.files.length > 0) {
      return found;
    }
  }
  return NOTHING;
}

function withManifest(found: Resolved, at: string, manifest: Manifest | undefined): Resolved {
  const manifests = manifest === undefined ? found.manifests : [`${at}/package.json`];
  return { files: found.files, manifests };
}

/** Returns the package that contains a directory. */
export function findEnclosingPackage(
  folder: string,
  search: NodeSearch,
): { readonly folder: string; readonly manifest: Manifest } | undefined {
  for (let at = folder; ; at = getParentPath(at)) {
    const manifest = search.getManifest(at);
    if (manifest !== undefined && (manifest.name !== '' || manifest.main !== '')) {
      return { folder: at, manifest };
    }
    if (at === '/' || at.endsWith('/node_modules')) {
      return undefined;
    }
  }
}

interface Choice {
  readonly purpose: Purpose;
  readonly search: NodeSearch;
}

function resolveExport(
  folder: string,
  manifest: Manifest,
  inner: string,
  { purpose, search }: Choice,
): Resolved {
  const key = inner === '' ? '.' : `./${inner}`;
  const targets = findTargets(manifest.exports, key, purpose);
  const files = targets
    .filter((target) => target.startsWith('./'))
    .map((target) => `${folder}/${target.slice(2)}`)
    .filter((path) => isFile(path, search.world));
  return { files: [...new Set(files)], manifests: [`${folder}/package.json`] };
}

function ownImport(name: string, folder: string, purpose: Purpose, search: NodeSearch): Resolved {
  const own = findEnclosingPackage(folder, search);
  if (own?.manifest.imports === undefined) {
    return NOTHING;
  }
  const targets = findTargets(own.manifest.imports, name, purpose);
  const found = targets.map((target) =>
    target.startsWith('./')
      ? resolvePath(`${own.folder}/${target.slice(2)}`, search)
      : resolveInPackages(target, own.folder, purpose, search),
  );
  return {
    files: [...new Set(found.flatMap(({ files }) => files))],
    manifests: [`${own.folder}/package.json`],
  };
}

/**
 * Returns the targets of a key in a map of exports or imports, for each possible set of conditions.
 */
function findTargets(map: unknown, key: string, purpose: Purpose): readonly string[] {
  const isPlain = !isRecord(map) || !Object.keys(map).some((name) => /^[.#]/.test(name));
  const [value, star] = isPlain ? [key === '.' ? map : undefined, ''] : findEntry(map, key);
  const base = ['node', 'node-addons', purpose, 'default'];
  return [base, [...base, 'module-sync']].flatMap((conditions) => {
    const target = chooseTarget(value, new Set(conditions), 0);
    return target === undefined ? [] : [target.replaceAll('*', star)];
  });
}

/**
 * Returns the entry of the exact key, or of the longest matching pattern with the text its star
 * matches.
 */
function findEntry(
  map: Readonly<Record<string, unknown>>,
  key: string,
): readonly [value: unknown, star: string] {
  if (Object.hasOwn(map, key) && !key.includes('*')) {
    return [map[key], ''];
  }
  let best: readonly [string, string] | undefined;
  for (const pattern of Object.keys(map)) {
    const [start = '', end] = pattern.split('*', 2);
    const folder = end === undefined && pattern.endsWith('/') ? '' : end;
    const isFit =
      folder !== undefined &&
      key.startsWith(start) &&
      key.endsWith(folder) &&
      key.length >= start.length + folder.length;
    if (isFit && pattern.length > (best?.[0].length ?? 0)) {
      best = [pattern, key.slice(start.length, key.length - folder.length)];
    }
  }
  if (best === undefined) {
    return [undefined, ''];
  }
  const [pattern, star] = best;
  const value = map[pattern];
  const isFolder = !pattern.includes('*') && typeof value === 'string';
  return [isFolder ? `${value}*` : value, star];
}

const DEPTH_MAX = 32;

function chooseTarget(
  value: unknown,
  conditions: ReadonlySet<string>,
  depth: number,
): string | undefined {
  if (typeof value === 'string' || depth > DEPTH_MAX) {
    return typeof value === 'string' ? value : undefined;
  }
  const inner = Array.isArray(value)
    ? value
    : isRecord(value)
      ? Object.entries(value).flatMap(([name, one]) => (conditions.has(name) ? [one] : []))
      : [];
  for (const one of inner) {
    const found = chooseTarget(one, conditions, depth + 1);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}
