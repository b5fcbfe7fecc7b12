import type { Node } from 'oxc-parser';
import {
  isTestPath,
  type Module,
  readModules,
  type Violation,
  type Visit,
  walk,
} from './source-tree.ts';
import {
  BANNED_FOLDERS,
  BANNED_FOLDERS_IN_SOURCES,
  BANNED_GLOBALS,
  BANNED_HOSTS,
  BANNED_MEMBERS,
  BANNED_METHODS,
  BANNED_SYNTAX,
  BANNED_WORDS,
  NAME_RULES,
  SIZES,
  SYNTAX_TITLES,
} from './tidy.data.ts';

interface Wrong {
  readonly offset: number;
  readonly message: string;
}

/** A rule that looks at one node of a module. */
type NodeRule = (module: Module, visit: Visit) => Wrong | undefined;

const NODE_RULES: readonly NodeRule[] = [
  bannedMember,
  bannedGlobal,
  bannedMethod,
  bannedSyntax,
  bareSort,
  openTable,
  clockRead,
  machineText,
  plugInName,
  longFunction,
  manyParameters,
];

/** Holds the ban list and the sizes of `tidy.data.ts` against every module. */
export function checkTidy(modules: readonly Module[]): Violation[] {
  return modules.flatMap((module) => {
    const wrongs = [...checkNodes(module), ...checkComments(module), ...checkLines(module)];
    return wrongs.map(({ offset, message }) => ({
      path: module.path,
      line: module.lineAt(offset),
      message,
    }));
  });
}

function checkNodes(module: Module): Wrong[] {
  const wrongs: Wrong[] = [];
  walk(module.parsed.program, (visit) => {
    for (const rule of NODE_RULES) {
      const wrong = rule(module, visit);
      if (wrong) wrongs.push(wrong);
    }
  });
  return wrongs;
}

/** Bans of what a program may reach hold for the program, not for its tests and tools. */
function isProgram(module: Module): boolean {
  return module.path.startsWith('src/') && !isTestPath(module.path);
}

function isExcepted(module: Module, folders: readonly string[]): boolean {
  return folders.some((folder) => module.path.startsWith(`src/${folder}/`));
}

function bannedMember(module: Module, { node }: Visit): Wrong | undefined {
  if (node.type !== 'MemberExpression' || node.computed || !isProgram(module)) return undefined;
  if (node.object.type !== 'Identifier') return undefined;
  const name = `${node.object.name}.${node.property.name}`;
  const ban = BANNED_MEMBERS.find((each) => each.name === name);
  if (!ban || isExcepted(module, ban.except)) return undefined;
  return { offset: node.start, message: `'${name}': ${ban.instead}` };
}

function bannedGlobal(module: Module, visit: Visit): Wrong | undefined {
  const { node } = visit;
  if (node.type !== 'Identifier' || !isProgram(module) || isMemberName(visit)) return undefined;
  const ban = BANNED_GLOBALS.find((each) => each.name === node.name);
  if (!ban || isExcepted(module, ban.except)) return undefined;
  return { offset: node.start, message: `'${node.name}': ${ban.instead}` };
}

function isMemberName({ parent, key }: Visit): boolean {
  if (parent?.type === 'MemberExpression') return key === 'property' && !parent.computed;
  if (parent?.type === 'Property') return key === 'key' && !parent.shorthand;
  return parent?.type === 'TSPropertySignature' && key === 'key';
}

function bannedMethod(module: Module, { node }: Visit): Wrong | undefined {
  if (node.type !== 'MemberExpression' || node.computed) return undefined;
  const { name } = node.property;
  const ban = BANNED_METHODS.find((each) => each.name === name);
  if (!ban || isExcepted(module, ban.except)) return undefined;
  return { offset: node.property.start, message: `'${name}': ${ban.instead}` };
}

function bannedSyntax(module: Module, { node }: Visit): Wrong | undefined {
  // Declarations of a package without types can be written in no other way.
  if (module.path.endsWith('.d.ts')) return undefined;
  const ban = BANNED_SYNTAX.find((each) => each.name === node.type);
  if (!ban) return undefined;
  return { offset: node.start, message: `${SYNTAX_TITLES[ban.name]}: ${ban.instead}` };
}

function bareSort(module: Module, { node }: Visit): Wrong | undefined {
  if (isTestPath(module.path)) return undefined;
  if (node.type !== 'CallExpression' || node.arguments.length > 0) return undefined;
  const { callee } = node;
  if (callee.type !== 'MemberExpression' || callee.computed) return undefined;
  const { name } = callee.property;
  if (name !== 'sort' && name !== 'toSorted') return undefined;
  return {
    offset: callee.property.start,
    message: `'.${name}()' without a comparator: give it one, for text compareText of core/compare-text.ts`,
  };
}

/** A table in which texts of an image are looked up must not answer for `__proto__`. */
function openTable(module: Module, { node }: Visit): Wrong | undefined {
  if (isTestPath(module.path) || !isProgram(module)) return undefined;
  if (node.type !== 'VariableDeclarator' || node.init?.type !== 'ObjectExpression')
    return undefined;
  const type = node.id.type === 'Identifier' ? node.id.typeAnnotation : undefined;
  const written = type ? module.text.slice(type.start, type.end) : '';
  if (!/^:\s*Readonly<Record<string,/u.test(written)) return undefined;
  const message = "a table for any text: make it a Map, which knows nothing of '__proto__'";
  return { offset: node.start, message };
}

function clockRead(module: Module, { node }: Visit): Wrong | undefined {
  if (node.type !== 'NewExpression' || node.arguments.length > 0) return undefined;
  if (node.callee.type !== 'Identifier' || node.callee.name !== 'Date') return undefined;
  if (!isProgram(module) || isExcepted(module, ['cli', 'server', 'library'])) return undefined;
  return { offset: node.start, message: "'new Date()': take the time as a parameter" };
}

/** Where packages come from, and where this checkout lies, are facts of one machine. */
function machineText(module: Module, { node }: Visit): Wrong | undefined {
  const text = textOf(node);
  if (text === undefined) return undefined;
  const found = findMachineText(text, isProgram(module) ? BANNED_FOLDERS_IN_SOURCES : []);
  return found === undefined ? undefined : { offset: node.start, message: found };
}

function findMachineText(text: string, folders: readonly string[]): string | undefined {
  const host = BANNED_HOSTS.find((each) => text.includes(each));
  if (host !== undefined) return 'the host of a package registry: name the package only';
  const folder =
    BANNED_FOLDERS.find((each) => beginsIn(text, each)) ??
    folders.find((each) => text.startsWith(each));
  return folder === undefined ? undefined : 'a folder of one machine: take it from the caller';
}

/** Whether a path in the text begins so (a longer one that holds it does not). */
function beginsIn(text: string, folder: string): boolean {
  const at = text.indexOf(folder);
  return at === 0 || (at > 0 && /[\s'"`(=:]/u.test(text.charAt(at - 1)));
}

function textOf(node: Node): string | undefined {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  return node.type === 'TemplateElement' ? node.value.raw : undefined;
}

/** The name of an ecosystem, distribution or format where only plug-ins know them. */
function plugInName(module: Module, visit: Visit): Wrong | undefined {
  if (isTestPath(module.path) || module.path.endsWith('.generated.ts')) return undefined;
  const name = nameOf(visit);
  if (name === undefined) return undefined;
  const rule = NAME_RULES.find(
    (each) =>
      each.names.has(name) &&
      each.folders.some((folder) => module.path.startsWith(`${folder}/`)) &&
      !each.except.some((folder) => module.path === folder || module.path.startsWith(`${folder}/`)),
  );
  if (!rule) return undefined;
  return {
    offset: visit.node.start,
    message: `'${name}' is known to its plug-in only: let the plug-in declare what differs`,
  };
}

function nameOf({ node, parent, key }: Visit): string | undefined {
  const text = textOf(node);
  if (text !== undefined) {
    const isImport = parent?.type === 'ImportDeclaration' || parent?.type === 'ImportExpression';
    return isImport ? undefined : text.toLowerCase();
  }
  if (node.type !== 'Identifier' || parent?.type !== 'Property' || key !== 'key') return undefined;
  return parent.computed || parent.shorthand ? undefined : node.name.toLowerCase();
}

function longFunction(module: Module, { node, parent }: Visit): Wrong | undefined {
  if (isTestPath(module.path) || !isFunction(node) || isLateTable(module, node)) return undefined;
  const first = module.lineAt(parent?.type === 'MethodDefinition' ? parent.start : node.start);
  const lines = module.lineAt(node.end) - first + 1;
  if (lines <= SIZES.functionLinesMax) return undefined;
  return {
    offset: node.start,
    message: `a function of ${lines} lines: ${SIZES.functionLinesMax} at most, split it`,
  };
}

/** A table that is made when it is asked for: data, and no steps. */
function isLateTable({ path }: Module, node: Node): boolean {
  const isData = path.endsWith('.data.ts') && node.type === 'ArrowFunctionExpression';
  return isData && node.body.type !== 'BlockStatement';
}

function isFunction(node: Node): boolean {
  return (
    node.type === 'FunctionDeclaration' ||
    node.type === 'FunctionExpression' ||
    node.type === 'ArrowFunctionExpression'
  );
}

function manyParameters(_module: Module, { node }: Visit): Wrong | undefined {
  if (
    node.type !== 'FunctionDeclaration' &&
    node.type !== 'FunctionExpression' &&
    node.type !== 'ArrowFunctionExpression'
  ) {
    return undefined;
  }
  if (node.params.length <= SIZES.parametersMax) return undefined;
  return {
    offset: node.start,
    message: `${node.params.length} parameters: ${SIZES.parametersMax} at most, pass an object`,
  };
}

function checkComments(module: Module): Wrong[] {
  return module.parsed.comments.flatMap((comment) => {
    const word = BANNED_WORDS.find((each) => new RegExp(`\\b${each}\\b`, 'u').test(comment.value));
    const wrongs: Wrong[] = [];
    if (word !== undefined) {
      wrongs.push({ offset: comment.start, message: `'${word}': do it, or file it` });
    }
    const text = findMachineText(comment.value, []);
    if (text !== undefined) wrongs.push({ offset: comment.start, message: text });
    return wrongs;
  });
}

function checkLines(module: Module): Wrong[] {
  const { path, lines } = module;
  const wrongs: Wrong[] = [];
  const linesMax = isTestPath(path) ? SIZES.testFileLinesMax : SIZES.fileLinesMax;
  const isData = path.endsWith('.data.ts') || path.endsWith('.generated.ts');
  // The text after the last line feed is no line.
  const count = lines.at(-1) === '' ? lines.length - 1 : lines.length;
  if (!isData && count > linesMax) {
    wrongs.push({ offset: 0, message: `${count} lines: ${linesMax} at most, split the file` });
  }
  const texts = linesOfTexts(module);
  let offset = 0;
  for (const [index, line] of lines.entries()) {
    const isWide = columnsOf(line) > SIZES.lineColumnsMax;
    if (isWide && !texts.has(index + 1) && !isLongByText(line)) {
      const message = `${columnsOf(line)} columns: ${SIZES.lineColumnsMax} at most`;
      wrongs.push({ offset, message });
    }
    offset += line.length + 1;
  }
  return wrongs;
}

/** Lines inside of texts that run over several lines. */
function linesOfTexts(module: Module): Set<number> {
  const lines = new Set<number>();
  walk(module.parsed.program, ({ node }) => {
    if (node.type !== 'TemplateElement') return;
    const last = module.lineAt(node.end);
    for (let line = module.lineAt(node.start); line < last; line += 1) lines.add(line);
  });
  return lines;
}

function columnsOf(line: string): number {
  return Array.from(line).length;
}

/** Texts, patterns and addresses cannot be broken without harm. */
function isLongByText(line: string): boolean {
  const withoutText = line
    .replaceAll(/'[^']*'|"[^"]*"|`[^`]*`?/gu, '')
    .replaceAll(/\bhttps?:\/\/\S+/gu, '');
  const isPattern = /^\s*(?:\/[^/*]|(?:const |readonly )?\w+\s*[:=]\s*\/)/u.test(line);
  return isPattern || columnsOf(withoutText) <= SIZES.lineColumnsMax;
}

/** The check over the repository as it is on disk. */
export function checkTidyOnDisk(): Violation[] {
  return checkTidy(readModules(['src', 'test', 'tools', 'bench', 'examples']));
}
