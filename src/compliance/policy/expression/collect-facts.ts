import type { Expression } from './expression.ts';

const KNOWN = new WeakMap<Expression, readonly string[]>();

/** Lists the facts that an expression reads, each once, in the order of their first use. */
export function listFacts(expression: Expression): readonly string[] {
  const known = KNOWN.get(expression);
  if (known !== undefined) {
    return known;
  }
  const facts = [...new Set(collect(expression))];
  KNOWN.set(expression, facts);
  return facts;
}

function collect(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case 'fact':
      return [expression.name];
    case 'test':
      return [expression.fact];
    default:
      return listParts(expression).flatMap(collect);
  }
}

/** Lists the expressions that another one consists of. */
export function listParts(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'variable':
    case 'fact':
    case 'test':
      return [];
    case 'not':
      return [expression.part];
    case 'choice':
      return [expression.condition, expression.yes, expression.no];
    case 'macro': {
      const { list, body, result } = expression;
      return [list, body, ...(result === undefined ? [] : [result])];
    }
    default:
      return expression.parts;
  }
}
