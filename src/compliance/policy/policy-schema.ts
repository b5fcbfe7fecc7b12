import { CONTROL_FORCES, CONTROL_KINDS, SOURCE_MARKS } from '../../foundation/core/control.ts';
import { CEL_LIMITS } from './expression/compile-cel.ts';
import type { AmountUnit, FactType } from './fact.ts';
import {
  ALLOWED_KEYS,
  CONTROL_KEYS,
  DENIED_KEYS,
  EXCEPTION_KEYS,
  MAPPING_KEYS,
  PACK_FILE_KEYS,
  PACK_KEYS,
  POLICY_KEYS,
  type PolicyKey,
  RULE_KEYS,
  SEARCH_KEYS,
  SOURCE_KEYS,
} from './file/policy-keys.data.ts';
import { BYTE_UNITS, DAY_UNITS } from './file/read-condition.ts';
import { ACTIONS, MODES } from './policy.ts';
import { subjectKinds } from './subject/registry.generated.ts';

type Schema = Readonly<Record<string, unknown>>;
type Entry = readonly [key: string, schema: Schema];

/**
 * Creates the JSON Schema of policies from the table of facts and the tables of keys. It cannot
 * express what depends on other parts of a file, such as the rule of an exception, nor languages
 * such as CEL: `check policy test` verifies these.
 */
export function createPolicySchema(): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Policy of plimsoll',
    ...createMap([...POLICY_KEYS, ...PACK_FILE_KEYS], [], listRootSchemas()),
    oneOf: [
      {
        required: ['policy'],
        properties: { rules: { items: { required: ['then'] } } },
        not: { anyOf: PACK_FILE_KEYS.map(({ name }) => ({ required: [name] })) },
      },
      { required: ['pack', 'version', 'title', 'authority', 'controls'], not: POLICY_ONLY },
    ],
    $defs: Object.fromEntries(
      subjectKinds.map(({ id, facts }) => [id, createConditionsSchema(facts)]),
    ),
  };
}

const POLICY_ONLY: Schema = { required: ['policy'] };

/** A text with a character that is not white space. */
const TEXT: Schema = { type: 'string', pattern: '\\S' };
const DATE: Schema = {
  type: 'string',
  pattern: '^\\s*\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])\\s*$',
};
const MODE: Schema = { enum: MODES };
const PACK: Schema = { type: 'string', pattern: '^\\s*[a-z0-9][a-z0-9.-]{0,63}@\\d{1,5}\\s*$' };

/** A map with these keys only; those without a schema of their own are texts. */
function createMap(
  keys: readonly PolicyKey[],
  required: readonly string[],
  own: readonly Entry[],
): Schema {
  const schemas = new Map(own);
  const properties = keys.map(({ name, about }) => {
    return [name, { description: about, ...(schemas.get(name) ?? TEXT) }];
  });
  return {
    type: 'object',
    additionalProperties: false,
    required,
    properties: Object.fromEntries(properties) as Schema,
  };
}

function listRootSchemas(): readonly Entry[] {
  return [
    ['packs', { type: ['array', 'null'], items: { anyOf: [PACK, createIncludeSchema()] } }],
    ['max-exception-duration', { type: 'string', pattern: '^\\s*\\d{1,5} days?\\s*$' }],
    ['rules', createList(createRuleSchema())],
    ['exceptions', createList(createExceptionSchema())],
    ['images', createList(createMappingSchema())],
    ['denied-images', createList(createImageSchema(DENIED_KEYS, ['reason']))],
    ['allowed-images', createList(createImageSchema(ALLOWED_KEYS, APPROVAL, [['expires', DATE]]))],
    ['content', createList(createSearchSchema())],
    ['pack', { type: 'string', pattern: '^\\s*[a-z0-9][a-z0-9.-]{0,63}\\s*$' }],
    ['from', DATE],
    ['until', DATE],
    ['notes', createList(TEXT)],
    ['sources', createList(createSourceSchema())],
    ['controls', { type: 'array', minItems: 1, items: createControlSchema() }],
  ];
}

function createSourceSchema(): Schema {
  const own: readonly Entry[] = [
    ['read-on', DATE],
    ['mark', { enum: SOURCE_MARKS }],
  ];
  return createMap(SOURCE_KEYS, ['id', 'title', 'read-on', 'mark'], own);
}

function createControlSchema(): Schema {
  const own: readonly Entry[] = [
    ['force', { enum: CONTROL_FORCES }],
    ['kind', { enum: CONTROL_KINDS }],
    ['rules', createList(TEXT)],
    ['results', createList(TEXT)],
    ['mark', { enum: SOURCE_MARKS }],
  ];
  return createMap(CONTROL_KEYS, ['id', 'title', 'requirement', 'force', 'kind'], own);
}

function createSearchSchema(): Schema {
  const path: Schema = { type: 'string', pattern: '^(\\*\\*)?/' };
  const paths = { anyOf: [path, { type: 'array', minItems: 1, items: path }] };
  return createMap(SEARCH_KEYS, ['id', 'path', 'pattern'], [['path', paths]]);
}

/** A key without elements, as in `rules:`, is an empty list. */
function createList(items: Schema): Schema {
  return { type: ['array', 'null'], items };
}

function createIncludeSchema(): Schema {
  const digest = { type: 'string', pattern: '^\\s*sha256:[0-9a-f]{64}\\s*$' };
  const file = { type: 'string', pattern: '^\\s*[^/\\\\:][^\\\\:]*$' };
  const own: readonly Entry[] = [
    ['pack', PACK],
    ['file', { ...file, not: { pattern: '(^|/)\\.\\.(/|$)' } }],
    ['digest', digest],
    ['mode', MODE],
  ];
  const [pack, other] = [{ required: ['pack'] }, { required: ['file'] }];
  const plain = { ...pack, not: { anyOf: [other, { required: ['version'] }] } };
  return { ...createMap(PACK_KEYS, [], own), oneOf: [plain, { ...other, not: pack }] };
}

function createRuleSchema(): Schema {
  const own: readonly Entry[] = [
    ['for', { enum: subjectKinds.map(({ id }) => id) }],
    ['when', { type: 'object' }],
    ['when-none', { type: 'object' }],
    ['cel', { type: 'string', pattern: '\\S', maxLength: CEL_LIMITS.chars }],
    ['then', { enum: ACTIONS }],
    ['mode', MODE],
    ['from', DATE],
    ['until', DATE],
  ];
  return {
    ...createMap(RULE_KEYS, ['id', 'for'], own),
    not: { required: ['when', 'when-none'] },
    allOf: subjectKinds.map(({ id }) => {
      const conditions = { $ref: `#/$defs/${id}` };
      // As entries, because an object with the key "then" would be a promise.
      const branch = new Map<string, Schema>([
        ['if', { required: ['for'], properties: { for: { const: id } } }],
        ['then', { properties: { when: conditions, 'when-none': conditions } }],
      ]);
      return Object.fromEntries(branch);
    }),
  };
}

const APPROVAL = ['reason', 'approved-by', 'evidence', 'expires'];

function createExceptionSchema(): Schema {
  return {
    ...createMap(EXCEPTION_KEYS, ['rule', ...APPROVAL], [['expires', DATE]]),
    anyOf: ['finding', 'package', 'subject', 'fact'].map((key) => ({ required: [key] })),
  };
}

function createImageSchema(
  keys: readonly PolicyKey[],
  required: readonly string[],
  own: readonly Entry[] = [],
): Schema {
  const label = { type: 'string', pattern: '^\\s*[^=\\s]+=' };
  return {
    ...createMap(keys, required, [['label', label], ...own]),
    anyOf: [{ required: ['match'] }, { required: ['label'] }],
  };
}

function createMappingSchema(): Schema {
  const rules = { anyOf: [{ const: 'all' }, { type: 'array', items: TEXT }] };
  return createImageSchema(MAPPING_KEYS, [], [['rules', rules]]);
}

interface NamedType {
  readonly name: string;
  readonly type: FactType;
  readonly about: string;
}

function createConditionsSchema(facts: readonly NamedType[]): Schema {
  const properties = facts.map(({ name, type, about }) => {
    return [name, { description: about, ...createConditionSchema(type) }];
  });
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(properties) as Schema,
  };
}

/** Forms that stand alone, and not in a list. */
const FORMS = '^\\s*(not|like)\\s+\\S|^\\s*matching\\s+/[^]+/\\s*$';
const PATTERNS = 'like\\s+\\S[^]*|matching\\s+/[^]+/';

function createConditionSchema(type: FactType): Schema {
  switch (type.kind) {
    case 'flag':
      return { type: 'boolean' };
    case 'amount':
      return createAmountSchema(type.unit);
    case 'licenses':
      return { type: 'string', pattern: createPattern('allowed by\\s+\\S[^]*') };
    case 'scale':
    case 'word': {
      const words = `(${type.words.join('|')})`;
      const order = type.kind === 'scale' ? '(\\s+or\\s+(worse|better))?' : '';
      const forms = createPattern(`${words}${order}|${PATTERNS}`);
      return createChoice({ type: 'string', pattern: forms }, { enum: type.words });
    }
    default:
      return createChoice(TEXT, { ...TEXT, not: { pattern: FORMS } });
  }
}

/** One value, or a list of plain values. */
function createChoice(one: Schema, element: Schema): Schema {
  return { anyOf: [one, { type: 'array', minItems: 1, items: element }] };
}

function createPattern(forms: string): string {
  return `^\\s*(not\\s+)*(${forms})\\s*$`;
}

function createAmountSchema(unit: AmountUnit): Schema {
  const units = unit === 'bytes' ? BYTE_UNITS : unit === 'days' ? DAY_UNITS : undefined;
  const word = units === undefined ? '' : `(${[...units.keys()].map(foldCase).join('|')})`;
  const number = '-?\\d{1,15}(\\.\\d{1,9})?';
  const text = createPattern(`(over|under|at least|at most)\\s+${number}\\s*${word}`);
  const plain = { type: 'number' };
  return createChoice({ anyOf: [plain, { type: 'string', pattern: text }] }, plain);
}

/** Units may be written in capitals; patterns of JSON Schema have no option for it. */
function foldCase(word: string): string {
  return Array.from(word, (letter) => `[${letter}${letter.toUpperCase()}]`).join('');
}
