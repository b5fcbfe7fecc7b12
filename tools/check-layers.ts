import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import {
  FAMILIES,
  HOME_WORDS,
  PLAIN_MODULES,
  POWERS,
  ROOM_FOLDERS,
  ROOMS,
  STOREYS,
} from './house.data.ts';
import {
  type ImportEdge,
  isTestPath,
  listFiles,
  type Module,
  ROOT,
  type Violation,
  walk,
} from './source-tree.ts';

/** Facts about the disk that the check needs besides the given modules. */
export interface LayerContext {
  /** Every TypeScript file under `src`, listed independently. */
  readonly pathsOnDisk: readonly string[];
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
}

/**
 * Checks every module of `src` against the import table of `house.data.ts`: directories, npm
 * packages, allowed modules of Node, isolation of plug-ins, homes of concepts, no cycles, no
 * barrels, no default exports.
 */
export function checkLayers(modules: readonly Module[], context: LayerContext): Violation[] {
  const seen = new Set(modules.map((module) => module.path));
  const missed = context.pathsOnDisk
    .filter((path) => !seen.has(path))
    .map((path) => ({ path, line: 1, message: 'exists on disk but was not checked' }));
  return [
    ...missed,
    ...checkTable(),
    ...modules.flatMap((module) => checkModule(module, context)),
    ...findCycles(modules.filter((module) => !isTestPath(module.path))),
  ];
}

/** Checks that the table itself only has arrows that go down, between storeys and inside them. */
function checkTable(): Violation[] {
  const places = STOREYS.flatMap(({ name, rooms }, height) =>
    (rooms.length > 0 ? rooms : [name]).map((room) => [room, height] as const),
  );
  const heights = new Map<string, number>([...places, ['index', STOREYS.length]]);
  const wrongs: string[] = [];
  for (const [room, { imports }] of Object.entries(ROOMS)) {
    const height = heights.get(room);
    if (height === undefined) wrongs.push(`room '${room}' is in no storey`);
    for (const target of imports) {
      if ((heights.get(target) ?? Infinity) > (height ?? 0)) {
        wrongs.push(`'${room}' imports '${target}' of a higher storey`);
      }
      if (target !== room && canReach(target, room)) {
        wrongs.push(`'${room}' and '${target}' import each other`);
      }
    }
  }
  return wrongs.map((message) => ({ path: 'tools/house.data.ts', line: 1, message }));
}

/** Returns whether the table allows a path of imports from one room to another. */
function canReach(from: string, to: string, seen: Set<string> = new Set()): boolean {
  if (seen.has(from)) return false;
  seen.add(from);
  const imports = ROOMS[from]?.imports ?? [];
  return imports.includes(to) || imports.some((next) => canReach(next, to, seen));
}

function checkModule(module: Module, context: LayerContext): Violation[] {
  const room = findRoom(module.path);
  if (room === undefined) {
    return [
      {
        path: module.path,
        line: 1,
        message: `'${posix.dirname(module.path)}' is not in the table`,
      },
    ];
  }
  const edges = module.imports.flatMap((edge) =>
    checkEdge(module, edge, context).map((message) => ({
      path: module.path,
      line: edge.line,
      message,
    })),
  );
  return [
    ...edges,
    ...checkExports(module),
    ...checkGlobals(module),
    ...checkHomeWords(module, room),
  ];
}

function checkEdge(module: Module, edge: ImportEdge, context: LayerContext): string[] {
  const { specifier } = edge;
  if (specifier === undefined) {
    return isTestPath(module.path) ? [] : ['imports a computed name: write it out'];
  }
  if (specifier.startsWith('node:')) return checkBuiltin(module.path, specifier);
  if (!specifier.startsWith('.')) return checkPackage(module.path, specifier, context);
  return checkRelative(module.path, resolve(module.path, specifier));
}

function checkRelative(from: string, to: string): string[] {
  if (!to.startsWith('src/')) {
    // The program prints its version, which has one home.
    const isVersion = to === 'package.json' && findRoom(from) === 'core';
    return isVersion || isTestPath(from) ? [] : [`imports '${to}' from outside of src`];
  }
  const wrongs: string[] = [];
  if (!to.endsWith('.ts') && !to.endsWith('.json')) wrongs.push(`import '${to}' lacks '.ts'`);
  if (isTestPath(to) && !isTestPath(from)) wrongs.push(`imports '${to}', which is for tests`);
  const source = findRoom(from);
  const target = findRoom(to);
  if (source !== target && !canImport(from, source, target)) {
    wrongs.push(`'${source}' may not import '${target ?? to}'`);
  }
  if (isPlugInBreach(from, to)) {
    wrongs.push(`reaches into the plug-in '${to}': move what is shared up, or to core`);
  }
  return wrongs;
}

/**
 * Tests may import more than the code they test: everything except the user interface, to build
 * what they need.
 */
function canImport(from: string, source = '', target = ''): boolean {
  if (ROOMS[source]?.imports.includes(target)) return true;
  return isTestPath(from) && target !== 'cli' && target !== 'server' && target !== 'index';
}

/**
 * Returns whether `to` is in a plug-in that `from` is not a part of; only registries may import
 * several.
 */
function isPlugInBreach(from: string, to: string): boolean {
  if (isTestPath(from)) return false;
  const target = findPlugInModule(to);
  if (target === undefined) return false;
  if (findPlugInModule(from) === target) return false;
  if (FAMILIES.some((family) => family.registry === from)) return false;
  const isNamed = FAMILIES.some((family) =>
    family.named.some((id) => target === `${family.folder}/${id}`),
  );
  return !isNamed || from.startsWith(`${dirname(target)}/`);
}

/** Returns the directory or file, without its extension, of the plug-in that a path belongs to. */
function findPlugInModule(path: string): string | undefined {
  if (path.endsWith('.generated.ts')) return undefined;
  for (const { folder, shape, shared = [] } of FAMILIES) {
    if (shape !== 'folders' || !path.startsWith(`${folder}/`)) continue;
    const [name, ...rest] = path.slice(folder.length + 1).split('/');
    if (name === undefined || rest.length === 0 || shared.includes(name)) continue;
    return `${folder}/${name}`;
  }
  const file = FAMILIES.find(
    (family) => family.shape === 'files' && dirname(path) === family.folder,
  );
  return file ? path.replace(/(\.data|\.fixture|\.test)?\.ts$/u, '') : undefined;
}

function checkPackage(from: string, specifier: string, context: LayerContext): string[] {
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  if (isTestPath(from)) {
    const all = [...context.dependencies, ...context.devDependencies];
    return all.includes(name) ? [] : [`'${name}' is in no list of package.json`];
  }
  if (!context.dependencies.includes(name))
    return [`'${name}' is not a dependency of package.json`];
  const room = findRoom(from) ?? '';
  return ROOMS[room]?.packages.includes(name)
    ? []
    : [`'${room}' may not use the package '${name}'`];
}

function checkBuiltin(from: string, specifier: string): string[] {
  if (isTestPath(from)) return [];
  const power = POWERS.find((each) => each.modules.includes(specifier));
  if (power) {
    return isInsideAny(from, power.folders) ? [] : [`no ${power.title} here ('${specifier}')`];
  }
  if (!PLAIN_MODULES.includes(specifier)) return [`'${specifier}' is in no list of the table`];
  return findRoom(from) === 'core' ? [`'core' uses nothing of Node ('${specifier}')`] : [];
}

const GLOBALS = new RegExp(`\\b(?:${POWERS.flatMap(({ globals }) => globals).join('|')})\\b`, 'u');

function checkGlobals(module: Module): Violation[] {
  // The tree is parsed on first use, and few modules need it.
  if (isTestPath(module.path) || !GLOBALS.test(module.text)) return [];
  const wrongs: Violation[] = [];
  walk(module.parsed.program, ({ node, parent, key }) => {
    if (node.type !== 'Identifier' || parent === undefined) return;
    if (parent.type === 'MemberExpression' && key === 'property' && !parent.computed) return;
    if (parent.type === 'Property' && key === 'key' && !parent.shorthand) return;
    const power = POWERS.find((each) => each.globals.includes(node.name));
    if (!power || isInsideAny(module.path, power.folders)) return;
    const message = `no ${power.title} here ('${node.name}')`;
    wrongs.push({ path: module.path, line: module.getLine(node.start), message });
  });
  return wrongs;
}

/** Concepts with a home are not named anywhere else. */
function checkHomeWords({ path, text, getLine: lineAt }: Module, room: string): Violation[] {
  if (isTestPath(path)) return [];
  return HOME_WORDS.flatMap(({ title, pattern, rooms }) => {
    const found = rooms.includes(room) ? null : pattern.exec(text);
    return found === null
      ? []
      : [{ path, line: lineAt(found.index), message: `'${found[0]}' names ${title}` }];
  });
}

function checkExports(module: Module): Violation[] {
  if (module.path === 'src/index.ts') return [];
  const wrongs: Violation[] = [];
  const imported = new Set(
    module.parsed.module.staticImports.flatMap((each) =>
      each.entries.map((entry) => entry.localName.value),
    ),
  );
  for (const each of module.parsed.module.staticExports.flatMap((one) => one.entries)) {
    const line = module.getLine(each.start);
    if (each.exportName.kind === 'Default') {
      wrongs.push({ path: module.path, line, message: 'default export: export it by name' });
    }
    if (each.moduleRequest || (each.localName.name && imported.has(each.localName.name))) {
      const message = "passes on another module's export: import it from where it is made";
      wrongs.push({ path: module.path, line, message });
    }
  }
  for (const name of findChangingExports(module)) {
    // The built program copies the value that an export has when its module is complete.
    const message = `the export '${name}' can change: export a function that tells it`;
    wrongs.push({ path: module.path, line: 1, message });
  }
  if (posix.basename(module.path) === 'index.ts') {
    wrongs.push({
      path: module.path,
      line: 1,
      message: 'a barrel: name the file after what it is',
    });
  }
  return wrongs;
}

function findChangingExports({ parsed }: Module): string[] {
  const changing = parsed.program.body.flatMap((statement) => {
    const made = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (made?.type !== 'VariableDeclaration' || made.kind === 'const') return [];
    return made.declarations.map(({ id }) => (id.type === 'Identifier' ? id.name : ''));
  });
  const exported = parsed.module.staticExports.flatMap(({ entries }) =>
    entries.map(({ localName }) => localName.name),
  );
  return changing.filter((name) => exported.includes(name));
}

/**
 * Finds cycles of modules, including those through types and lazy imports: code needed by both
 * sides belongs in a module of its own.
 */
function findCycles(modules: readonly Module[]): Violation[] {
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const state = new Map<string, 'open' | 'done'>();
  const found: Violation[] = [];
  const visitModule = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      const cycle = trail.slice(trail.indexOf(path));
      found.push({ path, line: 1, message: `import cycle: ${[...cycle, path].join(' → ')}` });
      return;
    }
    state.set(path, 'open');
    for (const edge of byPath.get(path)?.imports ?? []) {
      if (!edge.specifier?.startsWith('.')) continue;
      const target = resolve(path, edge.specifier);
      if (byPath.has(target)) visitModule(target, [...trail, path]);
    }
    state.set(path, 'done');
  };
  for (const path of byPath.keys()) visitModule(path, []);
  return found;
}

/** Returns the room that a module is in, or `index` for a file of `src` itself. */
function findRoom(path: string): string | undefined {
  const [, storey, room, ...rest] = path.split('/');
  if (room === undefined) return posix.basename(path, '.ts').replace(/\.test$/u, '');
  const place = rest.length > 0 ? `${storey}/${room}` : storey;
  return [...ROOM_FOLDERS].find(([, folder]) => folder === place || folder === storey)?.[0];
}

/** `folders` are rooms, or directories in one such as `policy/pack`. */
function isInsideAny(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => {
    const [room = '', ...rest] = folder.split('/');
    return path.startsWith(`src/${[ROOM_FOLDERS.get(room), ...rest].join('/')}/`);
  });
}

function resolve(from: string, specifier: string): string {
  return posix.normalize(posix.join(posix.dirname(from), specifier));
}

/** Runs the check on the repository on disk. */
export function checkLayersOnDisk(modules: readonly Module[]): Violation[] {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly dependencies?: Record<string, string>;
    readonly devDependencies?: Record<string, string>;
  };
  return checkLayers(modules, {
    pathsOnDisk: listFiles(['src/**/*.ts']),
    dependencies: Object.keys(manifest.dependencies ?? {}),
    devDependencies: Object.keys(manifest.devDependencies ?? {}),
  });
}
