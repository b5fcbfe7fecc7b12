import { type Draw, drawItem } from './random-draw.ts';

/** Facts of random expressions, with the values that they may have. */
export const CEL_FACTS = [
  { name: 'severity', type: { kind: 'text' }, values: ['low', 'high', 'critical', ''] },
  { name: 'package', type: { kind: 'text' }, values: ['openssl', 'libc6', 'é€', 'a.b'] },
  { name: 'fix-age', type: { kind: 'amount', unit: 'days' }, values: [0, 1.5, 30, -2, 45.25] },
  { name: 'cvss', type: { kind: 'amount', unit: 'score' }, values: [0, 7, 9.8] },
  { name: 'fix', type: { kind: 'flag' }, values: [true, false] },
  { name: 'exploited', type: { kind: 'flag' }, values: [true, false] },
  { name: 'id', type: { kind: 'texts' }, values: [[], ['CVE-1'], ['CVE-1', 'GHSA-2', 'a']] },
] as const;

type Kind = 'flag' | 'number' | 'integer' | 'text' | 'texts';

/** Creates a random expression of a type; `depth` limits its size. */
export function createCelExpression(draw: Draw, kind: Kind, depth: number): string {
  const create = (part: Kind): string => createCelExpression(draw, part, depth - 1);
  if (depth <= 0) {
    return drawItem(draw, LEAVES[kind]);
  }
  switch (kind) {
    case 'flag':
      return drawItem(draw, FLAGS)(create, draw);
    case 'number':
      return drawItem(draw, NUMBERS)(create, draw);
    case 'integer':
      return drawItem(draw, INTEGERS)(create, draw);
    case 'text':
      return drawItem(draw, TEXTS)(create, draw);
    case 'texts':
      return drawItem(draw, LISTS)(create, draw);
  }
}

const LEAVES: Readonly<Record<Kind, readonly string[]>> = {
  flag: ['true', 'false', 'finding.fix', 'finding.exploited'],
  number: ['0.0', '1.5', '30.0', 'finding.fix_age', 'finding.cvss'],
  integer: ['0', '1', '7', '-3', 'size(finding.id)', 'finding.package.size()'],
  text: ['""', '"high"', '"CVE-1"', 'finding.severity', 'finding.package'],
  texts: ['["a"]', '["CVE-1", "b"]', 'finding.id'],
};

type Form = (create: (kind: Kind) => string, draw: Draw) => string;

const PATTERNS = ['^CVE-\\\\d+$', 'a|b', '(a+)+$', '^$', '[^a-z]'];

const FLAGS: readonly Form[] = [
  (create) => `(${create('flag')} && ${create('flag')})`,
  (create) => `(${create('flag')} || ${create('flag')})`,
  (create) => `!${create('flag')}`,
  (create) => `(${create('flag')} ? ${create('flag')} : ${create('flag')})`,
  (create, draw) => `(${create('number')} ${drawOrder(draw)} ${create('number')})`,
  (create, draw) => `(${create('integer')} ${drawOrder(draw)} ${create('integer')})`,
  (create, draw) => `(${create('text')} ${drawOrder(draw)} ${create('text')})`,
  (create) => `(${create('texts')} == ${create('texts')})`,
  (create) => `(${create('flag')} != ${create('flag')})`,
  (create) => `(${create('text')} in ${create('texts')})`,
  (create, draw) =>
    `${create('text')}.${drawItem(draw, ['startsWith', 'endsWith', 'contains'])}(${create('text')})`,
  (create, draw) => `${create('text')}.matches("${drawItem(draw, PATTERNS)}")`,
  (create, draw) =>
    `${create('texts')}.${drawItem(draw, ['all', 'exists', 'exists_one'])}(x, x.contains(${create('text')}) || ${create('flag')})`,
  (create) => `[1.0, 5.0, 40.0].exists(n, n > ${create('number')})`,
  (_, draw) => `has(finding.${drawItem(draw, ['fix', 'cvss', 'exploited'])})`,
];

const NUMBERS: readonly Form[] = [
  (create) => `(${create('number')} + ${create('number')})`,
  (create) => `(${create('number')} - ${create('number')})`,
  (create) => `(${create('number')} * 2.5)`,
  (create) => `(finding.cvss / ${create('number')})`,
  (create) => `-${create('number')}`,
  (create) => `(${create('flag')} ? ${create('number')} : ${create('number')})`,
  (create) => `[1.0, ${create('number')}][${create('integer')}]`,
];

const INTEGERS: readonly Form[] = [
  (create) => `(${create('integer')} + ${create('integer')})`,
  (create) => `(${create('integer')} - ${create('integer')})`,
  (create) => `(${create('integer')} * ${create('integer')})`,
  (create) => `(${create('integer')} / ${create('integer')})`,
  (create) => `(${create('integer')} % ${create('integer')})`,
  (create) => `size(${create('text')})`,
  (create) => `${create('texts')}.size()`,
];

const TEXTS: readonly Form[] = [
  (create) => `(${create('text')} + ${create('text')})`,
  (create) => `(${create('flag')} ? ${create('text')} : ${create('text')})`,
  (create) => `${create('texts')}[${create('integer')}]`,
];

const LISTS: readonly Form[] = [
  (create) => `(${create('texts')} + ${create('texts')})`,
  (create) => `${create('texts')}.filter(x, x != ${create('text')})`,
  (create) => `${create('texts')}.map(x, x + ${create('text')})`,
  (create) => `[${create('text')}, ${create('text')}]`,
];

function drawOrder(draw: Draw): string {
  return drawItem(draw, ['==', '!=', '<', '<=', '>', '>=']);
}
