import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import type { Node } from 'oxc-parser';
import { FAMILIES, type Family } from './house.data.ts';
import { compareText, isTestPath, type Module, ROOT, type Violation, walk } from './source-tree.ts';

/** A plug-in as in the registry. */
interface PlugIn {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly aliases: readonly string[] | undefined;
}

/** The registry of one family, and the problems of its plug-ins. */
export interface GeneratedRegistry {
  readonly path: string;
  readonly text: string;
  readonly violations: readonly Violation[];
}

/**
 * Generates the list of a family's plug-ins, sorted by ID. `modules` are those of `src`; modules
 * that are not plug-ins of the family are skipped.
 */
export function generateRegistry(
  family: Family,
  modules: readonly Module[],
): GeneratedRegistry | undefined {
  const places = findPlaces(family, modules);
  if (places.size === 0) return undefined;
  const plugIns: PlugIn[] = [];
  const violations: Violation[] = [];
  for (const [id, path] of [...places].toSorted(([left], [right]) => compareText(left, right))) {
    const module = modules.find((each) => each.path === path);
    if (module && family.entry !== undefined) {
      plugIns.push(...findEntries(module, family));
      continue;
    }
    const wrong = module ? inspect(module, family, id) : `is missing: the plug-in '${id}' needs it`;
    if (wrong !== undefined) violations.push({ path, line: 1, message: wrong });
    // The list stays loadable while a plug-in is being written.
    if (!module) continue;
    const name = nameConstant(id, family);
    plugIns.push({ id, name, path, aliases: findConstant(module, name)?.aliases });
  }
  plugIns.sort((left, right) => compareText(left.id, right.id));
  if (family.isLazy) {
    for (const { path } of plugIns.filter(({ aliases }) => aliases === undefined)) {
      violations.push({ path, line: 1, message: 'must have aliases, as a list of strings' });
    }
  }
  return { path: family.registry, text: render(family, plugIns), violations };
}

/** IDs of the family's plug-ins, each with the module that must export it. */
function findPlaces(family: Family, modules: readonly Module[]): Map<string, string> {
  const places = new Map<string, string>();
  for (const { path } of modules) {
    if (!path.startsWith(`${family.folder}/`) || path === family.registry) continue;
    if (isTestPath(path) || path.endsWith('.data.ts')) continue;
    const rest = path.slice(family.folder.length + 1).split('/');
    const isPlugIn = family.shape === 'files' ? rest.length === 1 : rest.length > 1;
    if (!isPlugIn) continue;
    const id = basename(rest[0] ?? '', '.ts');
    if (family.unlisted.includes(id) || family.shared?.includes(id)) continue;
    if (family.entry !== undefined && rest.join('/') !== `${id}/${family.entry}.ts`) continue;
    const main = family.entry ?? id;
    places.set(id, family.shape === 'files' ? path : `${family.folder}/${id}/${main}.ts`);
  }
  return places;
}

/** Returns the constants of an entry module that are declared with the family's contract. */
function findEntries(module: Module, family: Family): PlugIn[] {
  return module.parsed.program.body.flatMap((statement) => {
    if (statement.type !== 'ExportNamedDeclaration') return [];
    if (statement.declaration?.type !== 'VariableDeclaration') return [];
    return statement.declaration.declarations.flatMap(({ id }) => {
      if (id.type !== 'Identifier') return [];
      const constant = findConstant(module, id.name);
      if (constant?.type === undefined || !family.contracts.includes(constant.type)) return [];
      const own = constant.members.get(family.idMember) ?? id.name;
      return [{ id: own, name: id.name, path: module.path, aliases: constant.aliases }];
    });
  });
}

/** Checks a plug-in's module: name of the export, its declared type, its ID. */
function inspect(module: Module, family: Family, id: string): string | undefined {
  const name = nameConstant(id, family);
  const found = findConstant(module, name);
  if (found === undefined) return `exports no constant '${name}'`;
  const isDeclared = found.type !== undefined && family.contracts.includes(found.type);
  // The result of a factory function of the family has the type declared there, and the list
  // requires it.
  if (!isDeclared && !(found.type === undefined && found.isMade)) {
    return `'${name}' must be declared as ${family.contracts.join(' or ')}`;
  }
  const declared = found.members.get(family.idMember);
  return declared === id
    ? undefined
    : `${family.idMember} is '${declared ?? ''}' but its path requires '${id}'`;
}

interface Constant {
  readonly type: string | undefined;
  /** Whether the value is the result of a call. */
  readonly isMade: boolean;
  /** Members that are strings. */
  readonly members: ReadonlyMap<string, string>;
  readonly aliases: readonly string[] | undefined;
}

function findConstant(module: Module, name: string): Constant | undefined {
  for (const statement of module.parsed.program.body) {
    if (statement.type !== 'ExportNamedDeclaration') continue;
    if (statement.declaration?.type !== 'VariableDeclaration') continue;
    for (const { id, init } of statement.declaration.declarations) {
      if (id.type !== 'Identifier' || id.name !== name) continue;
      const annotation = id.typeAnnotation?.typeAnnotation;
      const isNamed =
        annotation?.type === 'TSTypeReference' && annotation.typeName.type === 'Identifier';
      return {
        type: isNamed && 'name' in annotation.typeName ? annotation.typeName.name : undefined,
        isMade: init?.type === 'CallExpression',
        members: init ? collectTextMembers(init, module) : new Map(),
        aliases: init ? findAliases(init) : undefined,
      };
    }
  }
  return undefined;
}

/**
 * Returns the strings in the object that is the constant, or in one that is passed to a function;
 * the object may be a constant of its own in the module.
 */
function collectTextMembers(init: Node, module: Module): Map<string, string> {
  const members = new Map<string, string>();
  const named = init.type === 'CallExpression' ? init.arguments : [];
  const parts = [init, ...named.flatMap((each) => resolveValue(each, module) ?? [])];
  for (const part of parts) {
    walk(part, ({ node }) => {
      if (node.type !== 'Property' || node.key.type !== 'Identifier') return;
      if (node.value.type !== 'Literal' || typeof node.value.value !== 'string') return;
      if (!members.has(node.key.name)) members.set(node.key.name, node.value.value);
    });
  }
  return members;
}

/** Returns the member `aliases` of an object, if it is written as a list of strings. */
function findAliases(object: Node): readonly string[] | undefined {
  const members = object.type === 'ObjectExpression' ? object.properties : [];
  for (const member of members) {
    if (member.type !== 'Property' || member.key.type !== 'Identifier') continue;
    if (member.key.name !== 'aliases' || member.value.type !== 'ArrayExpression') continue;
    const { elements } = member.value;
    const aliases = elements.flatMap((each) =>
      each?.type === 'Literal' && typeof each.value === 'string' ? [each.value] : [],
    );
    return aliases.length === elements.length ? aliases : undefined;
  }
  return undefined;
}

/** Returns the value of a name in the module. */
function resolveValue(node: Node, module: Module): Node | undefined {
  if (node.type !== 'Identifier') return undefined;
  const constants = module.parsed.program.body.flatMap((statement) =>
    statement.type === 'VariableDeclaration' ? statement.declarations : [],
  );
  const found = constants.find(({ id }) => id.type === 'Identifier' && id.name === node.name);
  return found?.init ?? undefined;
}

function render(family: Family, plugIns: readonly PlugIn[]): string {
  const folder = dirname(family.registry);
  const imports = [
    ...listTypeImports(family),
    ...(family.isLazy
      ? []
      : plugIns.map(({ name, path }) => ({ text: `import { ${name} }`, path }))),
  ]
    .map(({ text, path }) => ({ text, from: importPath(folder, path) }))
    .toSorted((left, right) => compareImports(left.from, right.from));
  return [
    '// Generated by `npm run generate` from the directories on disk.',
    ...imports.map(({ text, from }) => `${text} from '${from}';`),
    '',
    `/** ${family.about} */`,
    renderList(family, plugIns),
    '',
  ].join('\n');
}

const LOADER = { name: 'FormatLoader', path: 'src/foundation/core/format.ts' };

function listTypeImports({ elementType, contractPath, isLazy }: Family) {
  const contract = /^\w+/u.exec(elementType)?.[0] ?? '';
  const own = { text: `import type { ${contract} }`, path: contractPath };
  if (!isLazy) return [own];
  const loader = { text: `import type { ${LOADER.name} }`, path: LOADER.path };
  return contractPath === LOADER.path ? [loader] : [loader, own];
}

function renderList(family: Family, plugIns: readonly PlugIn[]): string {
  const { contractPath, elementType, isLazy, listName } = family;
  const loaderType = contractPath === LOADER.path ? LOADER.name : `${LOADER.name}<${elementType}>`;
  const head = `export const ${listName}: readonly ${isLazy ? loaderType : elementType}[] = [`;
  if (isLazy) {
    const folder = dirname(family.registry);
    return [head, ...plugIns.map((plugIn) => renderLoader(plugIn, folder)), '];'].join('\n');
  }
  const names = plugIns.map(({ name }) => name);
  const short = `${head}${names.join(', ')}];`;
  if (short.length <= 100) return short;
  return [head, ...names.map((name) => `  ${name},`), '];'].join('\n');
}

function renderLoader({ id, name, path, aliases = [] }: PlugIn, folder: string): string {
  return [
    '  {',
    `    id: '${id}',`,
    `    aliases: [${aliases.map((each) => `'${each}'`).join(', ')}],`,
    `    load: async () => (await import('${importPath(folder, path)}')).${name},`,
    '  },',
  ].join('\n');
}

/** Sorts like the formatter: parent directories first, then by name. */
function compareImports(left: string, right: string): number {
  return countStepsUp(right) - countStepsUp(left) || compareText(left, right);
}

function countStepsUp(path: string): number {
  return path.split('/').filter((part) => part === '..').length;
}

function importPath(fromFolder: string, to: string): string {
  const path = posix.relative(fromFolder, to);
  return path.startsWith('.') ? path : `./${path}`;
}

/** Names the exported constant of a plug-in. */
function nameConstant(id: string, { nameSuffix = '' }: Family): string {
  return toCamelCase(id) + nameSuffix;
}

/** Converts `docker-archive` to `dockerArchive`. */
function toCamelCase(id: string): string {
  return id.replaceAll(/-([a-z0-9])/gu, (_, letter: string) => letter.toUpperCase());
}

/**
 * Returns registries that differ from those on disk, and plug-ins that do not match their place.
 */
export function checkRegistries(modules: readonly Module[]): Violation[] {
  return FAMILIES.flatMap((family) => {
    const generated = generateRegistry(family, modules);
    if (!generated) return [];
    const present = modules.find((module) => module.path === generated.path);
    const isCurrent = present?.text === generated.text;
    const outdated = { path: generated.path, line: 1, message: 'is outdated: npm run generate' };
    return isCurrent ? generated.violations : [...generated.violations, outdated];
  });
}

/** Writes every registry, and returns the paths of those that changed. */
export function writeRegistries(modules: readonly Module[], root: string = ROOT): string[] {
  return FAMILIES.flatMap((family) => {
    const generated = generateRegistry(family, modules);
    if (!generated) return [];
    const path = join(root, generated.path);
    const isPresent = modules.some((module) => module.path === generated.path);
    if (isPresent && readFileSync(path, 'utf8') === generated.text) return [];
    writeFileSync(path, generated.text);
    return [generated.path];
  });
}
