/**
 * Changes the evaluator of policies in one place at a time, and runs its unit tests for each
 * mutant: at least one test must fail. Survivors need an entry with a reason in
 * `policy-mutants.json`, and an entry without a survivor is an error.
 *
 * npm run conformance -- mutants [--only TEXT]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { type Node, parseSync } from 'oxc-parser';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = 'src/compliance/policy/expression';
const SOURCES = ['evaluate.ts', 'functions.ts', 'expression.ts', 'test.ts'];
const TESTS = ['evaluate.test.ts', 'functions.test.ts', 'test.test.ts'];
const MUTANT_MS_MAX = 30_000;

interface Mutant {
  readonly file: string;
  readonly line: number;
  /** `a < b → a <= b`, in one line. */
  readonly change: string;
  readonly text: string;
}

interface Survivor {
  readonly file: string;
  readonly change: string;
  readonly reason: string;
}

const OPERATORS: ReadonlyMap<string, readonly string[]> = new Map([
  ['===', ['!==']],
  ['!==', ['===']],
  ['<', ['<=', '>']],
  ['<=', ['<', '>']],
  ['>', ['>=', '<']],
  ['>=', ['>', '<']],
  ['+', ['-']],
  ['-', ['+']],
  ['*', ['/']],
  ['/', ['*']],
  ['%', ['*']],
  ['&&', ['||']],
  ['||', ['&&']],
  ['+=', ['-=']],
  ['-=', ['+=']],
]);

const METHODS: ReadonlyMap<string, string> = new Map([
  ['startsWith', 'endsWith'],
  ['endsWith', 'startsWith'],
  ['every', 'some'],
  ['some', 'every'],
  ['floor', 'ceil'],
  ['trunc', 'round'],
]);

interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

type AnyNode = Node & Readonly<Record<string, unknown>>;

/** Lists the changes of a node; those of its parts are not among them. */
function listReplacements(node: AnyNode, source: string): readonly Replacement[] {
  const replace = (text: string, at: Pick<Node, 'start' | 'end'> = node): Replacement => {
    return { start: at.start, end: at.end, text };
  };
  switch (node.type) {
    case 'BinaryExpression':
    case 'LogicalExpression':
    case 'AssignmentExpression': {
      const [left, right] = [node.left as Node, node.right as Node];
      const others = OPERATORS.get(node.operator) ?? [];
      const swapped = others.map((other) => {
        const between = source.slice(left.end, right.start).replace(node.operator, other);
        return { start: left.end, end: right.start, text: between };
      });
      const isDefault = node.operator === '??';
      return isDefault ? [replace(source.slice(left.start, left.end))] : swapped;
    }
    case 'IfStatement':
    case 'ConditionalExpression':
      return [replace('true', node.test), replace('false', node.test)];
    case 'UnaryExpression':
      return ['!', '-'].includes(node.operator)
        ? [replace(source.slice(node.argument.start, node.argument.end))]
        : [];
    case 'Literal':
      if (typeof node.value === 'boolean') {
        return [replace(String(!node.value))];
      }
      return typeof node.value === 'number' ? [replace(String(node.value + 1))] : [];
    case 'BreakStatement':
      return [replace(';')];
    case 'ExpressionStatement':
      return [replace(';')];
    case 'CallExpression': {
      const { callee } = node;
      const name = callee.type === 'MemberExpression' ? callee.property : undefined;
      const other = METHODS.get(name === undefined ? '' : source.slice(name.start, name.end));
      return name === undefined || other === undefined ? [] : [replace(other, name)];
    }
    default:
      return [];
  }
}

function listMutants(file: string): readonly Mutant[] {
  const source = readFileSync(join(ROOT, FOLDER, file), 'utf8');
  const { program } = parseSync(file, source);
  const mutants: Mutant[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) {
      return;
    }
    if (Array.isArray(value)) {
      value.forEach(visit);
      return;
    }
    const node = value as AnyNode;
    if (node.type?.startsWith('TS') && node.type !== 'TSAsExpression') {
      return;
    }
    for (const { start, end, text } of listReplacements(node, source)) {
      const [from, to] = [node.start, node.end];
      const before = source.slice(from, to);
      const after = before.slice(0, start - from) + text + before.slice(end - from);
      mutants.push({
        file,
        line: source.slice(0, start).split('\n').length,
        change: `${toLine(before)} → ${toLine(after)}`,
        text: source.slice(0, start) + text + source.slice(end),
      });
    }
    Object.values(node).forEach(visit);
  };
  visit(program);
  return mutants;
}

const CHANGE_CHARS_MAX = 240;

function toLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, CHANGE_CHARS_MAX);
}

/** Replaces the source of a module when it is loaded, so that mutants never touch the checkout. */
const HOOK = `
import { registerHooks } from 'node:module';
import { readFileSync } from 'node:fs';
registerHooks({
  load(url, context, next) {
    if (url !== process.env.MUTANT_URL) return next(url, context);
    return { format: 'module-typescript', source: readFileSync(process.env.MUTANT_FILE, 'utf8'), shortCircuit: true };
  },
});
`;

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-mutants-'));

function isKilled({ file, text }: Mutant): boolean {
  const changed = join(folder, 'mutant.ts');
  writeFileSync(changed, text);
  const { status } = spawnSync(
    process.execPath,
    [
      '--test',
      '--test-isolation=none',
      '--test-reporter=dot',
      `--import=data:text/javascript,${encodeURIComponent(HOOK)}`,
      ...TESTS.map((test) => join(FOLDER, test)),
    ],
    {
      cwd: ROOT,
      timeout: MUTANT_MS_MAX,
      // The test runner would handle another signal only after the loop that does not end.
      killSignal: 'SIGKILL',
      env: {
        ...process.env,
        MUTANT_URL: pathToFileURL(join(ROOT, FOLDER, file)).href,
        MUTANT_FILE: changed,
      },
    },
  );
  return status !== 0;
}

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
const known = JSON.parse(
  readFileSync(join(import.meta.dirname, 'policy-mutants.json'), 'utf8'),
) as readonly Survivor[];
const mutants = SOURCES.flatMap(listMutants).filter(({ file, change }) =>
  `${file} ${change}`.includes(values.only),
);
const [original] = mutants;
if (
  original !== undefined &&
  isKilled({ ...original, text: readFileSync(join(ROOT, FOLDER, original.file), 'utf8') })
) {
  throw new Error('the tests fail without a mutant');
}
const isSame = (one: Survivor, { file, change }: Mutant): boolean =>
  one.file === file && one.change === change;
const survivors = mutants.filter((mutant) => {
  const hasSurvived = !isKilled(mutant);
  if (hasSurvived && !known.some((one) => isSame(one, mutant))) {
    const { file, line, change } = mutant;
    process.stdout.write(`survived: ${file}:${line}: ${change}\n`);
  }
  return hasSurvived;
});
rmSync(folder, { recursive: true });
const unexplained = survivors.filter((mutant) => !known.some((one) => isSame(one, mutant)));
const unused = known.filter((one) => !survivors.some((mutant) => isSame(one, mutant)));
for (const { file, change } of values.only === '' ? unused : []) {
  process.stdout.write(`unused entry: ${file}: ${change}\n`);
}
process.stdout.write(
  `${mutants.length} mutants: ${mutants.length - survivors.length} killed, ${survivors.length - unexplained.length} explained, ${unexplained.length} not explained\n`,
);
process.exitCode = unexplained.length + (values.only === '' ? unused.length : 0) === 0 ? 0 : 1;
