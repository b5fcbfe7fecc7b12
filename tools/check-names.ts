import { posix } from 'node:path';
import type { Node } from 'oxc-parser';
import { COMMANDS, FAMILIES } from './house.data.ts';
import { isTestPath, type Module, type Violation, walk } from './source-tree.ts';

/** A name that many functions share does not describe any of them. */
const DECLARATIONS_MAX = 6;

/** A directory of plug-ins, and the interfaces that they implement. */
export interface PlugInContract {
  readonly folder: string;
  readonly contracts: readonly string[];
  readonly contractPath: string;
}

/** The declared name of a function, method, or constant that holds a function. */
interface Declaration {
  readonly name: string;
  readonly path: string;
  readonly line: number;
}

/**
 * Rejects function names that are declared too often. Members of an interface are exempt in the
 * classes that implement it, and in the directory of its plug-ins: their names are given.
 */
export function checkFunctionNames(
  modules: readonly Module[],
  contracts: readonly PlugInContract[] = [...FAMILIES, COMMANDS],
): Violation[] {
  const own = modules.filter(({ path }) => !isTestPath(path) && !path.endsWith('.generated.ts'));
  const interfaces = new Interfaces(own);
  const declarations = own.flatMap((module) => {
    const given = new Set(
      contracts
        .filter(({ folder }) => module.path.startsWith(`${folder}/`))
        .flatMap((one) =>
          one.contracts.flatMap((name) => interfaces.listMembers(one.contractPath, name)),
        ),
    );
    return findDeclarations(module, interfaces).filter(({ name }) => !given.has(name));
  });
  return [...Map.groupBy(declarations, ({ name }) => name)].flatMap(([name, places]) =>
    places.length > DECLARATIONS_MAX
      ? places.map(({ path, line }) => ({ path, line, message: formatFault(name, places.length) }))
      : [],
  );
}

function formatFault(name: string, count: number): string {
  return `'${name}' is the name of ${count} functions, of at most ${DECLARATIONS_MAX}: use a more exact name`;
}

function findDeclarations(module: Module, interfaces: Interfaces): Declaration[] {
  const found: Declaration[] = [];
  const addName = (key: Node | null): void => {
    if (key?.type !== 'Identifier' && key?.type !== 'PrivateIdentifier') return;
    found.push({ name: key.name, path: module.path, line: module.getLine(key.start) });
  };
  walk(module.parsed.program, ({ node }) => {
    if (node.type === 'FunctionDeclaration') addName(node.id);
    else if (node.type === 'VariableDeclarator') {
      if (/^(?:ArrowFunction|Function)Expression$/u.test(node.init?.type ?? '')) addName(node.id);
    } else if (node.type === 'ClassDeclaration') {
      const given = new Set(
        (node.implements ?? []).flatMap(({ expression }) =>
          expression.type === 'Identifier'
            ? interfaces.listMembers(module.path, expression.name)
            : [],
        ),
      );
      for (const member of node.body.body) {
        if (member.type !== 'MethodDefinition' || member.kind !== 'method') continue;
        if (member.key.type !== 'Identifier' || !given.has(member.key.name)) addName(member.key);
      }
    }
  });
  return found;
}

/** The interfaces of all modules, by the module that declares or imports them. */
class Interfaces {
  readonly #modules: ReadonlyMap<string, Module>;

  constructor(modules: readonly Module[]) {
    this.#modules = new Map(modules.map((module) => [module.path, module]));
  }

  /** Returns the names of an interface's functions, with those that it inherits. */
  listMembers(path: string, name: string): readonly string[] {
    const module = this.#modules.get(path);
    if (module === undefined) return [];
    for (const statement of module.parsed.program.body) {
      const node = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
      if (node?.type !== 'TSInterfaceDeclaration' || node.id.name !== name) continue;
      const bases = node.extends.flatMap(({ expression }) =>
        expression.type === 'Identifier' ? this.listMembers(path, expression.name) : [],
      );
      return [...bases, ...node.body.body.flatMap(readFunctionName)];
    }
    for (const { moduleRequest, entries } of module.parsed.module.staticImports) {
      const imported = entries.find(({ localName }) => localName.value === name)?.importName.name;
      if (imported == null || !moduleRequest.value.startsWith('.')) continue;
      return this.listMembers(posix.join(posix.dirname(path), moduleRequest.value), imported);
    }
    return [];
  }
}

/** Returns the name of a member that is a function, in a list for `flatMap`. */
function readFunctionName(member: Node): string[] {
  const isFunction =
    member.type === 'TSMethodSignature' ||
    (member.type === 'TSPropertySignature' &&
      member.typeAnnotation?.typeAnnotation.type === 'TSFunctionType');
  return isFunction && member.key.type === 'Identifier' ? [member.key.name] : [];
}
