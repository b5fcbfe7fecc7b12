/** The JSON form of an element. Elements without a shape are skipped with their contents. */
export type ElementShape = TextShape | AttributeShape | RecordShape | ListShape;

interface TextShape {
  readonly kind: 'text';
}

/** The element has only one attribute. */
interface AttributeShape {
  readonly kind: 'attribute';
  readonly name: string;
}

export interface RecordShape {
  readonly kind: 'record';
  /** Attributes that become members of the same name. */
  readonly attributes?: readonly string[];
  /** The member for the text of the element. */
  readonly text?: string;
  readonly children?: ReadonlyMap<string, ChildShape>;
}

export interface ChildShape {
  readonly member: string;
  /** Whether such elements form a list; otherwise the first counts. */
  readonly isRepeated?: boolean;
  shape(): ElementShape;
}

interface ListShape {
  readonly kind: 'list';
  readonly items: ReadonlyMap<string, ItemShape>;
}

interface ItemShape {
  /** The item is a record with only this member. */
  readonly wrap?: string;
  shape(): ElementShape;
}

const TEXT: ElementShape = { kind: 'text' };

/** Members with string values, and those of another shape. */
function createChildren(
  texts: readonly string[],
  others: Readonly<Record<string, () => ElementShape>> = {},
): ReadonlyMap<string, ChildShape> {
  return new Map([
    ...texts.map((member) => [member, { member, shape: () => TEXT }] as const),
    ...Object.entries(others).map(([member, shape]) => [member, { member, shape }] as const),
  ]);
}

const PROPERTIES: ElementShape = {
  kind: 'list',
  items: new Map([
    ['property', { shape: () => ({ kind: 'record', attributes: ['name'], text: 'value' }) }],
  ]),
};

const LICENSE: ElementShape = {
  kind: 'record',
  attributes: ['acknowledgement'],
  children: createChildren(['id', 'name', 'url']),
};

const LICENSES: ElementShape = {
  kind: 'list',
  items: new Map([
    ['license', { wrap: 'license', shape: () => LICENSE }],
    [
      'expression',
      { shape: () => ({ kind: 'record', attributes: ['acknowledgement'], text: 'expression' }) },
    ],
  ]),
};

const OCCURRENCES: ElementShape = {
  kind: 'list',
  items: new Map([
    ['occurrence', { shape: () => ({ kind: 'record', children: createChildren(['location']) }) }],
  ]),
};

const EVIDENCE: ElementShape = {
  kind: 'record',
  children: createChildren([], { occurrences: () => OCCURRENCES, licenses: () => LICENSES }),
};

const SWID: ElementShape = { kind: 'record', attributes: ['tagId', 'name', 'version'] };

const PERSON: ElementShape = { kind: 'record', children: createChildren(['name', 'email']) };

const ORGANISATION: ElementShape = {
  kind: 'record',
  children: new Map<string, ChildShape>([
    ...createChildren(['name']),
    ['url', { member: 'url', isRepeated: true, shape: () => TEXT }],
    ['contact', { member: 'contact', isRepeated: true, shape: () => PERSON }],
  ]),
};

/** A list of elements of one name. */
function createListShape(name: string, shape: () => ElementShape): ElementShape {
  return { kind: 'list', items: new Map([[name, { shape }]]) };
}

const COMPONENT_TEXTS = [
  'author',
  'cpe',
  'description',
  'group',
  'name',
  'publisher',
  'purl',
  'version',
] as const;

const HASHES = createListShape('hash', () => ({
  kind: 'record',
  attributes: ['alg'],
  text: 'content',
}));

const REFERENCES = createListShape('reference', () => ({
  kind: 'record',
  attributes: ['type'],
  children: createChildren(['url']),
}));

const COMPONENT: ElementShape = {
  kind: 'record',
  attributes: ['type', 'bom-ref'],
  children: createChildren([...COMPONENT_TEXTS], {
    supplier: () => ORGANISATION,
    authors: () => createListShape('author', () => PERSON),
    hashes: () => HASHES,
    externalReferences: () => REFERENCES,
    licenses: () => LICENSES,
    swid: () => SWID,
    properties: () => PROPERTIES,
    evidence: () => EVIDENCE,
    components: () => COMPONENTS,
  }),
};

const COMPONENTS: ElementShape = {
  kind: 'list',
  items: new Map([['component', { shape: () => COMPONENT }]]),
};

const DEPENDENCY: ElementShape = {
  kind: 'record',
  attributes: ['ref'],
  children: new Map([
    [
      'dependency',
      { member: 'dependsOn', isRepeated: true, shape: () => ({ kind: 'attribute', name: 'ref' }) },
    ],
  ]),
};

/** Components since version 1.5, separate elements before. */
const TOOLS: ElementShape = {
  kind: 'record',
  children: new Map<string, ChildShape>([
    ...createChildren([], { components: () => COMPONENTS }),
    [
      'tool',
      {
        member: 'components',
        isRepeated: true,
        shape: () => ({ kind: 'record', children: createChildren(['name', 'version']) }),
      },
    ],
  ]),
};

const METADATA: ElementShape = {
  kind: 'record',
  children: createChildren(['timestamp'], {
    lifecycles: () =>
      createListShape('lifecycle', () => ({
        kind: 'record',
        children: createChildren(['phase', 'name']),
      })),
    tools: () => TOOLS,
    authors: () => createListShape('author', () => PERSON),
    component: () => COMPONENT,
    manufacture: () => ORGANISATION,
    manufacturer: () => ORGANISATION,
    supplier: () => ORGANISATION,
    properties: () => PROPERTIES,
  }),
};

/** The parts of a document that are read. CycloneDX XML schemas 1.0 to 1.7. */
export const BOM: ElementShape = {
  kind: 'record',
  children: createChildren([], {
    metadata: () => METADATA,
    components: () => COMPONENTS,
    dependencies: () => ({
      kind: 'list',
      items: new Map([['dependency', { shape: () => DEPENDENCY }]]),
    }),
  }),
};
