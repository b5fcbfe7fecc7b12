import type { Node } from 'oxc-parser';
import { type Module, type Violation, walk } from './source-tree.ts';

/** Words of the old dialect. `docs/errors.md` and the messages must not use them. */
const FORBIDDEN: readonly RegExp[] = [
  /\bis no\b(?! longer)/u,
  /\bare no\b(?! longer)/u,
  /\bamiss\b/u,
  /\bset aside\b/u,
  /\bsets? .* aside\b/u,
  /\bnobody\b/u,
  /\blicences?\b/iu,
  /\bnot understood\b/u,
  /\bcould not be understood\b/u,
  /\bfolders?\b/u,
  /(?:^|[,;:] )what \w+ (?:is|are|has|was)\b/u,
  /\btold\b/u,
  /\bthere (?:is|are) no\b(?! longer)/u,
];

interface Text {
  readonly node: Node;
  /** Expressions are replaced by a digit, which is neither an upper-case letter nor a word. */
  readonly text: string;
}

/** Returns violations in messages and hints of `new UserError(…)` and of `{ code, message }`. */
export function checkMessages(modules: readonly Module[]): Violation[] {
  return modules.flatMap((module) =>
    findMessages(module).flatMap(({ node, text }) => {
      const fault = findViolation(text);
      return fault === undefined
        ? []
        : [
            {
              path: module.path,
              line: module.getLine(node.start),
              message: `${fault}: ${JSON.stringify(text)}`,
            },
          ];
    }),
  );
}

function findViolation(text: string): string | undefined {
  if (/^[A-Z][a-z]+ [a-z]/u.test(text)) return 'a message starts in lower case';
  if (/[^.]\.$/u.test(text)) return 'a message ends without a full stop';
  const word = FORBIDDEN.find((one) => one.test(text));
  return word === undefined ? undefined : `a message does not match ${String(word)}`;
}

/**
 * Returns literal messages and hints, also those in variables called `message`; computed ones are
 * only checked at their own literals.
 */
export function findMessages({ parsed }: Module): Text[] {
  const found: Text[] = [];
  walk(parsed.program, ({ node }) => {
    if (node.type === 'NewExpression' && isNamed(node.callee, 'UserError')) {
      found.push(
        ...readTexts(node.arguments[1]),
        ...readTexts(readMember(node.arguments[2], 'hint')),
      );
    }
    if (node.type === 'VariableDeclarator' && isNamed(node.id, 'message')) {
      found.push(...readTexts(node.init ?? undefined));
    }
    if (node.type === 'ObjectExpression' && isProblem(node)) {
      found.push(...readTexts(readMember(node, 'message')));
    }
  });
  return found;
}

function isNamed(node: Node, name: string): boolean {
  return node.type === 'Identifier' && node.name === name;
}

function isProblem(node: Node): boolean {
  const code = readMember(node, 'code');
  return code?.type === 'Literal' && typeof code.value === 'string' && code.value.startsWith('P_');
}

function readMember(node: Node | undefined, name: string): Node | undefined {
  if (node?.type !== 'ObjectExpression') return undefined;
  for (const property of node.properties) {
    if (property.type === 'Property' && isNamed(property.key, name)) return property.value;
  }
  return undefined;
}

function readTexts(node: Node | undefined): Text[] {
  switch (node?.type) {
    case 'Literal':
      return typeof node.value === 'string' ? [{ node, text: node.value }] : [];
    case 'TemplateLiteral':
      return [{ node, text: node.quasis.map(({ value }) => value.cooked ?? '').join('0') }];
    case 'ConditionalExpression':
      return [...readTexts(node.consequent), ...readTexts(node.alternate)];
    case 'LogicalExpression':
      return readTexts(node.right);
    default:
      return [];
  }
}
