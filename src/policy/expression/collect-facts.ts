import type { Expression } from './expression.ts';

/** Lists the facts that an expression reads, each once, in the order of their first use. */
export function listFacts(expression: Expression): readonly string[] {
  return [...new Set(collect(expression))];
}

function collect(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case 'literal':
    case 'variable':
      return [];
    case 'fact':
      return [expression.name];
    case 'test':
      return [expression.fact];
    case 'not':
      return collect(expression.part);
    case 'choice':
      return [expression.condition, expression.yes, expression.no].flatMap(collect);
    case 'macro':
      return [
        expression.list,
        expression.body,
        ...(expression.result ? [expression.result] : []),
      ].flatMap(collect);
    default:
      return expression.parts.flatMap(collect);
  }
}
