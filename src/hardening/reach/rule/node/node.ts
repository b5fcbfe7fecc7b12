import { getBaseName } from '../../../../foundation/core/base-name.ts';
import type { ReachStrength } from '../../../../foundation/core/reach.ts';
import { getParentPath, normalizePath } from '../../../../image/view/path.ts';
import { getFolderIndex } from '../../folder-index.ts';
import type { JavascriptUse } from '../../language/javascript/javascript-uses.ts';
import { JAVASCRIPT_CODEC } from '../../language/use-codec.ts';
import { ownFact } from '../../own-fact.ts';
import { placeWitness, useWitness } from '../../own-witness.ts';
import type { ReachEdge, ReachNode, ReachRule, ReachWorld } from '../../rule-contract.ts';
import { extractNode, NODE_WANTS, type NodeFact } from './node-fact.ts';
import {
  findEnclosingPackage,
  listPackageFolders,
  type NodeSearch,
  type Purpose,
  resolveModule,
  resolvePath,
} from './resolve-module.ts';
import { findStartedEdges } from './started.ts';

/**
 * Modules that Node.js loads: each literal of `require`, `import` and similar calls in a reached
 * module, resolved as by Node.js. A computed name reaches the modules that match its literal start,
 * or else its own package as possible, and is an opacity.
 */
export const node: ReachRule<NodeFact> = {
  id: 'node',
  version: 1,
  title: 'Node.js loads it',
  spec: 'Node.js documentation: "Modules: CommonJS modules", "ECMAScript modules", "Packages"',
  wants: NODE_WANTS,
  extract: extractNode,
  findEdges,
  findOpacities,
};

const NODE_PROGRAM = /^node(?:js)?$/;
const CODE = /\.(?:[cm]?js|node|json)$/;
const FILES_MAX = 5_000;
const BELOW = { filesMax: FILES_MAX, without: new Set(['node_modules']) };

function findEdges(visited: ReachNode<NodeFact>, world: ReachWorld): readonly ReachEdge[] {
  const { path, fact } = visited;
  const search = createSearch(world);
  if (NODE_PROGRAM.test(getBaseName(path))) {
    return findStartedEdges(path, search);
  }
  const isSource = fact?.kind === 'source' || /\.[cm]?js$/.test(path);
  if (!isSource) {
    return [];
  }
  const uses = fact?.kind === 'source' ? JAVASCRIPT_CODEC.decode(fact.uses) : [];
  return [
    ...uses.flatMap((use) => findUseEdges(use, path, search)),
    ...(uses.some(({ kind }) => kind === 'computed' || kind === 'directory')
      ? findOptionalEdges(path, search)
      : []),
    ...findScopeEdges(path, search),
  ];
}

const searches = new WeakMap<ReachWorld, NodeSearch>();

function createSearch(world: ReachWorld): NodeSearch {
  const known = searches.get(world);
  if (known !== undefined) {
    return known;
  }
  const index = getFolderIndex(world);
  const { environment } = world.config;
  const home = environment.get('HOME') ?? '/root';
  const given = (environment.get('NODE_PATH') ?? '').split(':').filter(Boolean);
  const search: NodeSearch = {
    world,
    index,
    globalFolders: [
      ...given,
      `${home}/.node_modules`,
      `${home}/.node_libraries`,
      '/usr/local/lib/node',
      '/usr/lib/node',
      '/usr/share/nodejs',
      '/usr/lib/nodejs',
      '/usr/lib/x86_64-linux-gnu/nodejs',
      '/usr/lib/aarch64-linux-gnu/nodejs',
    ].filter(index.isFilled),
    getManifest: (folder) => {
      if (!index.has(folder, 'package.json')) {
        return undefined;
      }
      const real = world.view.resolve(`${folder}/package.json`)?.path ?? '';
      const fact = ownFact(node, real, world);
      return fact?.kind === 'manifest' ? fact : undefined;
    },
  };
  searches.set(world, search);
  return search;
}

interface Load {
  readonly strength: ReachStrength;
  readonly purpose: Purpose;
}

const LOADS: Readonly<Partial<Record<JavascriptUse['kind'], Load>>> = {
  require: { strength: 'required', purpose: 'require' },
  'conditional-require': { strength: 'likely', purpose: 'require' },
  import: { strength: 'required', purpose: 'import' },
  'dynamic-import': { strength: 'likely', purpose: 'import' },
  resolve: { strength: 'likely', purpose: 'require' },
};

/** Packages that look up the compiled addon of their caller. */
const ADDON_FINDERS = new Set([
  'bindings',
  'node-gyp-build',
  '@mapbox/node-pre-gyp',
  'node-pre-gyp',
  'pkg-prebuilds',
  'node-gyp-build-optional-packages',
]);

function findUseEdges(use: JavascriptUse, path: string, search: NodeSearch): readonly ReachEdge[] {
  const load = LOADS[use.kind];
  const witness = useWitness(path, use.line, use.text);
  if (load !== undefined) {
    const { files, manifests } = resolveModule(use.text, path, load.purpose, search);
    const addons = ADDON_FINDERS.has(use.text) ? findAddons(path, search) : [];
    return [
      ...[...files, ...addons].map((to) => ({ to, strength: load.strength, witness })),
      ...manifests.map((to): ReachEdge => ({ to, strength: 'data', witness })),
    ];
  }
  switch (use.kind) {
    case 'path':
    case 'url':
      return findPathEdges(use, path, search);
    case 'computed':
      return openEdges(use, path, search);
    default:
      return findFolderEdges(use, path, search);
  }
}

function findAddons(path: string, search: NodeSearch): readonly string[] {
  const own = findEnclosingPackage(getParentPath(path), search);
  return own === undefined
    ? []
    : search.index.listDescendantFiles(own.folder, BELOW).filter((file) => file.endsWith('.node'));
}

/** A file beside the module, or the contents of a directory beside it. */
function findPathEdges(
  { text, line }: JavascriptUse,
  path: string,
  search: NodeSearch,
): readonly ReachEdge[] {
  const witness = useWitness(path, line, getBaseName(text));
  const at = `${getParentPath(path)}/${text}`;
  const { files } = resolvePath(at, search);
  const inside = search.index.listDescendantFiles(normalizePath(at), BELOW);
  return [
    ...files.map((to): ReachEdge => ({ to, strength: 'likely', witness })),
    ...inside.map((to): ReachEdge => ({ to, strength: ratePath(to), witness })),
  ];
}

function ratePath(path: string): ReachStrength {
  return CODE.test(path) ? 'possible' : 'data';
}

/** The code has the directory of the package, so it may read any data in it. */
function findFolderEdges(
  { text, line }: JavascriptUse,
  path: string,
  search: NodeSearch,
): readonly ReachEdge[] {
  const own = findEnclosingPackage(getParentPath(path), search);
  const folder = own?.folder ?? getParentPath(path);
  return search.index
    .listDescendantFiles(folder, BELOW)
    .filter((to) => !CODE.test(to) || to.endsWith('.json'))
    .map((to) => ({ to, strength: 'data', witness: useWitness(path, line, getBaseName(text)) }));
}

/** A computed name. */
function openEdges(use: JavascriptUse, path: string, search: NodeSearch): readonly ReachEdge[] {
  const witness = useWitness(path, use.line, use.text);
  const files = isOpen(use) ? ownPackage(path, search) : findByPrefix(use.text, path, search);
  return files.filter((to) => CODE.test(to)).map((to) => ({ to, strength: 'possible', witness }));
}

/** Returns whether nothing useful of the name is literal. */
function isOpen({ text }: JavascriptUse): boolean {
  return !/^(?:\.{1,2}\/|@?[\w-]{3,})/.test(text);
}

function ownPackage(path: string, search: NodeSearch): readonly string[] {
  const folder = findEnclosingPackage(getParentPath(path), search)?.folder ?? getParentPath(path);
  return search.index.listDescendantFiles(folder, BELOW);
}

/** `./locale/` + name, `@scope/native-` + platform. */
function findByPrefix(text: string, path: string, search: NodeSearch): readonly string[] {
  const cut = text.lastIndexOf('/') + 1;
  const [folder, start] = [text.slice(0, cut), text.slice(cut)];
  const bases = text.startsWith('.')
    ? [normalizePath(`${getParentPath(path)}/${folder}`)]
    : listPackageFolders(getParentPath(path), search).map((modules) =>
        normalizePath(`${modules}/${folder}`),
      );
  return bases.flatMap((base) =>
    search.index
      .listNames(base)
      .filter((name) => name.startsWith(start))
      .flatMap((name) => [
        ...resolvePath(`${base}/${name}`, search).files,
        ...search.index
          .listDescendantFiles(`${base}/${name}`, BELOW)
          .filter((file) => file.endsWith('.node')),
      ]),
  );
}

/** Packages for this platform are found by a computed name and then started. */
function findOptionalEdges(path: string, search: NodeSearch): readonly ReachEdge[] {
  const own = findEnclosingPackage(getParentPath(path), search);
  const names = own?.manifest.optional ?? [];
  return names.flatMap((name) => {
    const modules = listPackageFolders(own?.folder ?? '/', search).find((folder) =>
      search.world.exists(`${folder}/${name}`),
    );
    const files =
      modules === undefined ? [] : search.index.listDescendantFiles(`${modules}/${name}`, BELOW);
    const witness = { path: `${own?.folder ?? ''}/package.json`, token: name };
    return files.map((to): ReachEdge => ({ to, strength: 'likely', witness }));
  });
}

/** `package.json` defines the kind of the modules below it, so it is always read. */
function findScopeEdges(path: string, { index }: NodeSearch): readonly ReachEdge[] {
  for (let at = getParentPath(path); ; at = getParentPath(at)) {
    if (index.has(at, 'package.json')) {
      const to = at === '/' ? '/package.json' : `${at}/package.json`;
      return [{ to, strength: 'data', witness: placeWitness(path) }];
    }
    if (at === '/' || at.endsWith('/node_modules')) {
      return [];
    }
  }
}

function findOpacities({ fact, path }: ReachNode<NodeFact>, world: ReachWorld) {
  if (fact?.kind !== 'source') {
    return [];
  }
  const open = JAVASCRIPT_CODEC.decode(fact.uses).find(
    (use) => use.kind === 'computed' && isOpen(use),
  );
  const folder =
    findEnclosingPackage(getParentPath(path), createSearch(world))?.folder ?? getParentPath(path);
  return open === undefined
    ? []
    : [
        {
          what: 'loads a module by a name computed at run time',
          witness: useWitness(path, open.line, open.text),
          scope: { kind: 'folder' as const, path: folder },
        },
      ];
}
