import { type ASTNode, type BinaryOperator, Environment } from '@marcbachmann/cel-js';
import { UserError } from '../../../foundation/core/error.ts';
import type { FactDefinition, FactType } from '../fact.ts';
import { listFacts, listParts } from './collect-facts.ts';
import { type Expression, MACROS, type MacroName, type Value } from './expression.ts';
import { FUNCTION_NAMES } from './functions.ts';
import { compilePattern } from './pattern.ts';

/** Limits of an expression in a policy, which is untrusted. */
export const CEL_LIMITS = { chars: 4_096, nodes: 1_000, depth: 50, nestedMacros: 2 } as const;

/** The subject that an expression may read, with its facts. */
export interface CelSubject {
  readonly id: string;
  readonly facts: readonly Pick<FactDefinition<never>, 'name' | 'type'>[];
}

/**
 * Compiles a CEL expression about one kind of subject. A library parses it and checks its types.
 * The facts are members of the subject, with `_` for `-`: `finding.fix_age`.
 *
 * @param place of the expression, for messages: `shop.yaml:12`
 * @throws UserError `E_POLICY` with the position and the cause
 */
export function compileCel(text: string, subject: CelSubject, place: string): Expression {
  if (text.length > CEL_LIMITS.chars) {
    throw createCelError(place, `the expression is longer than ${CEL_LIMITS.chars} characters`);
  }
  const parsed = parseChecked(text, subject, place);
  return convert(parsed, {
    subject,
    place,
    text,
    variables: new Set(),
    macros: 0,
    isListTimed: false,
  });
}

function parseChecked(text: string, subject: CelSubject, place: string): ASTNode {
  const environment = new Environment({
    limits: { maxAstNodes: CEL_LIMITS.nodes, maxDepth: CEL_LIMITS.depth },
  });
  const schema = Object.fromEntries(
    subject.facts.map(({ name, type }) => [toMemberName(name), toCelType(type)]),
  );
  environment.registerVariable({ name: getCelName(subject.id), schema });
  try {
    const parsed = environment.parse(text);
    const { valid, type, error } = parsed.check();
    if (!valid) {
      throw error ?? new Error('the types do not match');
    }
    if (type !== 'bool') {
      throw new Error(`the result is ${type ?? 'unknown'}, not bool`);
    }
    return parsed.ast;
  } catch (cause) {
    const [line = ''] = cause instanceof Error ? cause.message.split('\n', 1) : [String(cause)];
    throw createCelError(place, line.charAt(0).toLowerCase() + line.slice(1), cause);
  }
}

function createCelError(place: string, message: string, cause?: unknown): UserError {
  return new UserError('E_POLICY', `${place}: invalid expression: ${message}`, {
    hint: 'run "plimsoll check policy facts" to list the facts of each subject',
    cause,
  });
}

/** Returns the name of a subject in expressions; `package` is a reserved word of CEL. */
export function getCelName(id: string): string {
  return id === 'package' ? 'pkg' : toMemberName(id);
}

function toMemberName(name: string): string {
  return name.replaceAll('-', '_');
}

function toCelType({ kind }: FactType): string {
  switch (kind) {
    case 'amount':
      return 'double';
    case 'flag':
      return 'bool';
    case 'texts':
    case 'licenses':
      return 'list<string>';
    default:
      return 'string';
  }
}

interface CelContext {
  readonly subject: CelSubject;
  readonly place: string;
  readonly text: string;
  readonly variables: ReadonlySet<string>;
  /** Number of enclosing macros. */
  readonly macros: number;
  /** `true` if a variable may stand for an age. */
  readonly isListTimed: boolean;
}

function convert(node: ASTNode, context: CelContext): Expression {
  switch (node.op) {
    case 'value':
      return { kind: 'literal', value: toValue(node.args, context) };
    case 'id':
      return convertName(node.args, context);
    case '.':
      return convertMember(node.args, context);
    case '||':
    case '&&':
      return {
        kind: node.op === '||' ? 'or' : 'and',
        parts: node.args.map((part) => convert(part, context)),
      };
    case '!_':
      return { kind: 'not', part: convert(node.args, context) };
    case '-_':
      return { kind: 'call', name: 'negate', parts: [convert(node.args, context)] };
    case '?:': {
      const [condition, yes, no] = node.args;
      return {
        kind: 'choice',
        condition: convert(condition, context),
        yes: convert(yes, context),
        no: convert(no, context),
      };
    }
    case 'list':
      return { kind: 'list', parts: node.args.map((part) => convert(part, context)) };
    case '[]':
      return convertIndex(node.args, context);
    case 'call':
      return convertCall(node.args[0], node.args[1], context);
    case 'rcall':
      return convertMethod(node.args, context);
    case 'map':
    case '.?':
    case '[?]':
      throw createCelError(context.place, `"${node.op}" is not supported in policies`);
    default:
      return convertOperator(node, context);
  }
}

type Operator = Extract<ASTNode, { readonly op: BinaryOperator }>;

const ARITHMETIC: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%']);

/** Integers have operators of their own, because `7 / 2` is 3 and `7.0 / 2.0` is 3.5. */
function convertOperator(node: Operator, context: CelContext): Expression {
  const parts = node.args.map((part) => convert(part, context));
  if (!ARITHMETIC.has(node.op)) {
    return { kind: 'call', name: node.op, parts };
  }
  const type = getCheckedType(node);
  if (type === undefined) {
    throw createCelError(context.place, `the type of "${node.op}" is not known`);
  }
  const [isLeftTimed, isRightTimed] = parts.map((part) => isTimeDependent(part, context));
  if ((node.op === '*' && isLeftTimed && isRightTimed) || (node.op === '/' && isRightTimed)) {
    const message = 'an age can only be multiplied and divided by numbers that do not change';
    throw createCelError(context.place, message);
  }
  return { kind: 'call', name: type === 'int' ? `int ${node.op}` : node.op, parts };
}

/** The library keeps the type of each node, but does not declare it. */
function getCheckedType(node: ASTNode): string | undefined {
  const { checkedType } = node as { readonly checkedType?: { readonly name?: string } };
  return checkedType?.name;
}

/** Returns whether a value may change with time: the next change needs even growth. */
function isTimeDependent(expression: Expression, context: CelContext): boolean {
  const isAge = ({ name, type }: CelSubject['facts'][number]): boolean =>
    type.kind === 'amount' && type.unit === 'days' && listFacts(expression).includes(name);
  return context.subject.facts.some(isAge) || (context.isListTimed && hasVariable(expression));
}

function hasVariable(expression: Expression): boolean {
  return expression.kind === 'variable' || listParts(expression).some(hasVariable);
}

function toValue(literal: unknown, { place }: CelContext): Value {
  if (typeof literal === 'bigint') {
    if (!Number.isSafeInteger(Number(literal))) {
      throw createCelError(place, `the integer ${literal} is too large`);
    }
    return Number(literal);
  }
  const isPlain = literal === null || ['string', 'number', 'boolean'].includes(typeof literal);
  if (!isPlain) {
    throw createCelError(place, 'this kind of literal is not supported in policies');
  }
  return literal as Value;
}

function convertName(name: string, { variables, place }: CelContext): Expression {
  if (!variables.has(name)) {
    throw createCelError(place, `"${name}" stands for the whole subject: name one of its facts`);
  }
  return { kind: 'variable', name };
}

function convertMember(
  [object, member]: readonly [ASTNode, string],
  { subject, variables, place }: CelContext,
): Expression {
  const isSubject =
    object.op === 'id' && object.args === getCelName(subject.id) && !variables.has(object.args);
  const fact = subject.facts.find(({ name }) => toMemberName(name) === member);
  if (!isSubject || fact === undefined) {
    throw createCelError(place, `"${member}" is not a fact of a ${subject.id}`);
  }
  return { kind: 'fact', name: fact.name };
}

function convertIndex([list, index]: readonly [ASTNode, ASTNode], context: CelContext): Expression {
  if (list.op === 'id' && !context.variables.has(list.args)) {
    throw createCelError(context.place, 'write the fact after a dot, as in finding.severity');
  }
  return { kind: 'call', name: 'at', parts: [convert(list, context), convert(index, context)] };
}

function convertCall(name: string, args: readonly ASTNode[], context: CelContext): Expression {
  if (!FUNCTION_NAMES.includes(name)) {
    throw createCelError(context.place, `the function "${name}" is not supported in policies`);
  }
  return { kind: 'call', name, parts: args.map((part) => convert(part, context)) };
}

function convertMethod(
  [name, object, args]: readonly [string, ASTNode, readonly ASTNode[]],
  context: CelContext,
): Expression {
  const macro = MACROS.find((one) => one === name);
  if (macro !== undefined) {
    return convertMacro(macro, object, args, context);
  }
  if (name === 'matches') {
    checkPattern(args[0], context);
  }
  return convertCall(name, [object, ...args], context);
}

/** Patterns are literals, so that an invalid one is an error of the policy. */
function checkPattern(pattern: ASTNode | undefined, { place }: CelContext): void {
  if (pattern?.op !== 'value' || typeof pattern.args !== 'string') {
    throw createCelError(place, 'the pattern of matches must be a literal text');
  }
  try {
    compilePattern(pattern.args);
  } catch (cause) {
    throw createCelError(place, `the pattern "${pattern.args}" is not valid in RE2`, cause);
  }
}

function convertMacro(
  name: MacroName,
  object: ASTNode,
  args: readonly ASTNode[],
  context: CelContext,
): Expression {
  const [variable, body, result] = args;
  if (variable?.op !== 'id' || body === undefined) {
    throw createCelError(context.place, `${name} needs a variable and a condition`);
  }
  const macros = context.macros + 1;
  if (macros > CEL_LIMITS.nestedMacros) {
    throw createCelError(
      context.place,
      `macros may be nested ${CEL_LIMITS.nestedMacros} times at most`,
    );
  }
  const list = convert(object, context);
  const inner = {
    ...context,
    macros,
    isListTimed: context.isListTimed || isTimeDependent(list, context),
    variables: new Set([...context.variables, variable.args]),
  };
  return {
    kind: 'macro',
    name,
    list,
    variable: variable.args,
    body: convert(body, inner),
    ...(result === undefined ? {} : { result: convert(result, inner) }),
  };
}
