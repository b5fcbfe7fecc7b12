import { getBuiltinModule } from 'node:process';
import { Script } from 'node:vm';
import { type ParseResult, parseSync } from 'oxc-parser';

/** A piece of text that another takes the place of. */
interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Begins the names of parts that are loaded by the first call of one of their functions. */
export const LATE = 'late-';

/**
 * Modules of Node that take as long to load as a short run takes for a third of its work, and that
 * many a run never calls.
 */
const LOADED_LATE: ReadonlySet<string> = new Set([
  'node:crypto',
  'node:fs/promises',
  'node:module',
  'node:os',
]);

type StaticImport = ParseResult['module']['staticImports'][number];
type StaticExport = ParseResult['module']['staticExports'][number];

/**
 * Turns a chunk of the bundle, which is a module, into a script whose value is a function: it takes
 * what loads other parts and packages, the object for its exports, and what stands for
 * `import.meta`. Imports become constants, so that a chunk has to be complete before another loads
 * it, and what it exports has to stay: neither cycles nor changing exports are in the sources.
 */
export function scriptOf(name: string, code: string): string {
  // Reading the tree would take longer than all else; the lists of imports and exports do.
  const { module, errors } = parseSync(name, code);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${name}: ${error.message}`);
  const hashbang = /^#!.*/u.exec(code)?.[0] ?? '';
  const changes = [
    { start: 0, end: hashbang.length, text: '' },
    ...module.staticImports.map((each) => change(each, importText(name, each))),
    ...module.staticExports.map((each) => change(each, exportText(name, each))),
    ...module.dynamicImports.map((each) => {
      const { start, end } = each.moduleRequest;
      return change(each, `Promise.resolve().then(() => load(${code.slice(start, end)}))`);
    }),
    ...module.importMetas.map((each) => change(each, 'meta')),
  ];
  const body = applyChanges(code, changes).replace(/^export \{\s*\};$/mu, '');
  const script = toAscii(`(function (load, exports, meta) {"use strict";${body}\n})\n`);
  // What a script cannot have, such as `await` at the top, is said here and not by a user's start.
  void new Script(script, { filename: name });
  return script;
}

function change(
  { start, end }: { readonly start: number; readonly end: number },
  text: string,
): Change {
  return { start, end, text };
}

function importText(name: string, { moduleRequest, entries }: StaticImport): string {
  const loaded = `load(${JSON.stringify(moduleRequest.value)})`;
  const members: string[] = [];
  const wholes: string[] = [];
  for (const { importName, localName } of entries) {
    // Packages and modules of Node are CommonJS: the default export is all of them.
    if (importName.kind === 'Name' && isLate(moduleRequest.value, nameOf(name, importName))) {
      // The first call puts the function itself in the place of what loads it.
      const local = localName.value;
      const called = `(${local} = ${loaded}.${nameOf(name, importName)})`;
      wholes.push(`let ${local} = (...given) => ${called}(...given);`);
    } else if (importName.kind === 'Name') {
      members.push(`${nameOf(name, importName)}: ${localName.value}`);
    } else {
      wholes.push(`const ${localName.value} = ${loaded};`);
    }
  }
  if (members.length > 0) wholes.push(`const { ${members.join(', ')} } = ${loaded};`);
  return wholes.length > 0 ? wholes.join(' ') : `${loaded};`;
}

/** Classes have to be there as they are, and begin with a capital letter. */
function isLate(module: string, name: string): boolean {
  if (module.startsWith(`./${LATE}`)) return true;
  if (!LOADED_LATE.has(module) || !/^[a-z]/u.test(name)) return false;
  const exported: unknown = Reflect.get(Object(getBuiltinModule(module)), name);
  return typeof exported === 'function';
}

/** The bundle names its exports in a list. */
function exportText(name: string, { entries }: StaticExport): string {
  return entries
    .map(({ exportName, importName, localName, moduleRequest }) => {
      const value = moduleRequest
        ? `load(${JSON.stringify(moduleRequest.value)}).${nameOf(name, importName)}`
        : nameOf(name, localName);
      return `exports.${nameOf(name, exportName)} = ${value};`;
    })
    .join(' ');
}

function nameOf(
  part: string,
  { name, kind }: { readonly name: string | null; readonly kind: string },
): string {
  if (name === null) throw new Error(`${part}: ${kind} instead of a name`);
  return name;
}

function applyChanges(code: string, changes: readonly Change[]): string {
  let result = '';
  let at = 0;
  for (const { start, end, text } of changes.toSorted((left, right) => left.start - right.start)) {
    result += code.slice(at, start) + text;
    at = end;
  }
  return result + code.slice(at);
}

/** Escapes say the same in texts and regular expressions; all else is ASCII. */
function toAscii(code: string): string {
  return code.replaceAll(
    /[\u0080-\uFFFF]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
