import { globSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { type Node, type ParseResult, parseSync, visitorKeys } from 'oxc-parser';

/** The repository's own folder, wherever a tool is started. */
export const ROOT = join(import.meta.dirname, '..');

/** One thing that a check found wrong; `formatLine` counts from 1. */
export interface Violation {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

/** How one module reaches another. */
export interface ImportEdge {
  /** As written, e.g. `../core/error.ts`, `node:fs` or `yaml`; `undefined` where it is computed. */
  readonly specifier: string | undefined;
  readonly line: number;
}

/** One TypeScript file, parsed. `getPath` is relative to the root, with slashes. */
export interface Module {
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
  readonly parsed: ParseResult;
  readonly imports: readonly ImportEdge[];
  lineAt(offset: number): number;
}

/** A syntax node with its way up. */
export interface Visit {
  readonly node: Node;
  readonly parent: Node | undefined;
  /** The property of `parent` that holds the node. */
  readonly key: string;
}

/** Calls `visit` for each node, parents first. */
export function walk(root: Node, visit: (visit: Visit) => void): void {
  const stack: Visit[] = [{ node: root, parent: undefined, key: '' }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    visit(next);
    const { node } = next;
    const keys = visitorKeys[node.type] ?? [];
    for (const key of keys.toReversed()) {
      const child = (node as unknown as Record<string, unknown>)[key];
      const children = Array.isArray(child) ? child.toReversed() : [child];
      for (const each of children) {
        if (isNode(each)) stack.push({ node: each, parent: node, key });
      }
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}

/** Parses one file. A syntax error is thrown: no check may pass over a file it could not read. */
export function parseModule(path: string, text: string): Module {
  const parsed = parseSync(path, text);
  const error = parsed.errors[0];
  if (error !== undefined) throw new Error(`${path}: ${error.message}`);
  const lines = text.split('\n');
  const lineAt = lineFinder(lines);
  return { path, text, lines, parsed, lineAt, imports: importsOf(parsed, text, lineAt) };
}

function lineFinder(lines: readonly string[]): (offset: number) => number {
  const starts: number[] = [];
  let start = 0;
  for (const line of lines) {
    starts.push(start);
    start += line.length + 1;
  }
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}

function importsOf(
  parsed: ParseResult,
  text: string,
  lineAt: (offset: number) => number,
): ImportEdge[] {
  const edges: ImportEdge[] = [];
  for (const each of parsed.module.staticImports) {
    const { value, start } = each.moduleRequest;
    edges.push({ specifier: value, line: lineAt(start) });
  }
  for (const each of parsed.module.staticExports) {
    const request = each.entries.find((entry) => entry.moduleRequest)?.moduleRequest;
    if (!request) continue;
    edges.push({ specifier: request.value, line: lineAt(request.start) });
  }
  for (const each of parsed.module.dynamicImports) {
    const { start, end } = each.moduleRequest;
    const literal = /^(['"])([^'"\\]*)\1$/u.exec(text.slice(start, end));
    edges.push({ specifier: literal?.[2], line: lineAt(start) });
  }
  // The tree is made when it is first asked for, and few files import a type in place.
  if (!/\bimport\s*\(/u.test(text)) return edges;
  walk(parsed.program, ({ node }) => {
    if (node.type !== 'TSImportType') return;
    edges.push({ specifier: node.source.value, line: lineAt(node.start) });
  });
  return edges;
}

/** Paths relative to the root, with slashes, sorted by code unit. */
export function listFiles(patterns: readonly string[], root: string = ROOT): string[] {
  return globSync([...patterns], { cwd: root })
    .map((path) => path.split(sep).join('/'))
    .sort(compareText);
}

/** Reads and parses every TypeScript file under the folders named. */
export function readModules(folders: readonly string[], root: string = ROOT): Module[] {
  const paths = listFiles(
    folders.map((folder) => `${folder}/**/*.ts`),
    root,
  );
  return paths.map((path) => parseModule(path, readFileSync(join(root, path), 'utf8')));
}

/** Order by code unit, the same on every machine. */
export function compareText(left: string, right: string): -1 | 0 | 1 {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** A test, or a file that only tests use. */
export function isTestPath(path: string): boolean {
  return path.endsWith('.test.ts') || path.endsWith('.fixture.ts') || path.startsWith('test/');
}

/** `path:line: message`, in order of path and line. */
export function renderViolations(violations: readonly Violation[]): string[] {
  return violations
    .toSorted((left, right) => compareText(left.path, right.path) || left.line - right.line)
    .map(({ path, line, message }) => `${path}:${line}: ${message}`);
}
