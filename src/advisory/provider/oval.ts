import { StringDecoder } from 'node:string_decoder';
import type { Limits } from '../../core/limits.ts';
import { findElements, type XmlElement, XmlElementStream } from '../../syntax/xml/xml-tree.ts';
import type { FeedDocument, FeedOutcome, FeedProvider } from './contract.ts';
import { leaveOut, leaveOutDocument } from './feed-value.ts';
import { createLimitError } from './read-whole.ts';

/** Definitions come first, then what they refer to. */
const WANTED = /^(?:definition|\w+_(?:test|object|state))$/;

/** A comparison in a state. */
export interface OvalComparison {
  /** Such as `less than`, `equals`, `pattern match`. */
  readonly operation: string;
  readonly value: string;
}

/** One test: a package and the state that it must have. OVAL 5.11, "Linux", `rpminfo_test`. */
export interface OvalTest {
  /** Without `_test`, such as `rpminfo`. */
  readonly kind: string;
  /** How many of the installed packages must have the state: `at least one`, `none satisfy` … */
  readonly check: string;
  /** The criterion in words. */
  readonly comment: string;
  /** Name of the package; empty if the test is about something else. */
  readonly packageName: string;
  /** Attribute of the package, such as `evr`, `arch`, `version` → comparison. */
  readonly state: ReadonlyMap<string, OvalComparison>;
}

interface Criteria {
  readonly isAll: boolean;
  readonly tests: readonly number[];
  readonly groups: readonly Criteria[];
}

interface Definition<Facts> {
  readonly id: string;
  readonly facts: Facts;
  readonly criteria: readonly Criteria[];
}

/** How a vendor writes definitions. */
export interface OvalVendor<Facts> {
  /** Reads the `metadata` element. Returns the cause if the definition is left out on purpose. */
  readonly readFacts: (metadata: XmlElement, definitionClass: string) => Facts | string;
  /**
   * Returns the statements of a definition. Each alternative is a list of tests that must all be
   * true.
   */
  readonly createItems: (
    facts: Facts,
    alternatives: readonly (readonly OvalTest[])[],
    id: string,
  ) => Iterable<FeedOutcome>;
}

/**
 * Creates the reader of a feed in OVAL. Definitions refer to tests by ID, and tests to objects and
 * states, so statements follow at the end of the document.
 */
export function readOval<Facts>(vendor: OvalVendor<Facts>): FeedProvider['read'] {
  return async function* read(document, limits) {
    const reading = new OvalReading(vendor, limits);
    let hasContent = false;
    for await (const elements of streamElements(document, limits)) {
      if (elements === undefined) {
        yield leaveOutDocument('malformed XML', 'the document is not well-formed XML');
        return;
      }
      for (const element of elements) {
        hasContent = true;
        yield* reading.addElement(element);
      }
    }
    if (!hasContent) {
      yield leaveOutDocument('not an OVAL document', 'the document has no OVAL definitions');
      return;
    }
    yield* reading.createStatements();
  };
}

/** Yields `undefined` at the end of a malformed document. */
async function* streamElements(
  document: FeedDocument,
  limits: Limits,
): AsyncGenerator<readonly XmlElement[] | undefined> {
  const stream = new XmlElementStream((name) => WANTED.test(name), limits);
  const decoder = new StringDecoder('utf8');
  let sizeBytes = 0;
  for await (const piece of document.content) {
    sizeBytes += piece.length;
    if (sizeBytes > limits.wholeFileBytesMax) {
      throw createLimitError(document, limits);
    }
    yield stream.write(decoder.write(Buffer.from(piece)));
  }
  yield stream.write(decoder.end());
  stream.endDocument();
  if (stream.isBroken) {
    yield undefined;
  }
}

/** Collects the parts of a document, in a compact form. */
class OvalReading<Facts> {
  readonly #vendor: OvalVendor<Facts>;
  readonly #limits: Limits;
  readonly #definitions: Definition<Facts>[] = [];
  /** ID → number of the test and the first comment of a criterion. */
  readonly #criterions = new Map<string, { readonly number: number; readonly comment: string }>();
  readonly #tests = new Map<string, TestParts>();
  /** Object → name of its package. */
  readonly #objects = new Map<string, string>();
  readonly #states = new Map<string, ReadonlyMap<string, OvalComparison>>();

  constructor(vendor: OvalVendor<Facts>, limits: Limits) {
    this.#vendor = vendor;
    this.#limits = limits;
  }

  *addElement(element: XmlElement): Generator<FeedOutcome> {
    const { name, attributes, children } = element;
    const id = attributes['id'] ?? '';
    if (name === 'definition') {
      yield* this.#addDefinition(id, element);
    } else if (name.endsWith('_test')) {
      const find = (child: string, attribute: string): string =>
        children.find((one) => one.name === child)?.attributes[attribute] ?? '';
      this.#tests.set(id, {
        kind: name.slice(0, -'_test'.length),
        check: attributes['check'] ?? '',
        comment: attributes['comment'] ?? '',
        object: find('object', 'object_ref'),
        state: find('state', 'state_ref'),
      });
    } else if (name.endsWith('_object')) {
      this.#objects.set(id, children.find((one) => one.name === 'name')?.text ?? '');
    } else {
      this.#states.set(id, readComparisons(children));
    }
  }

  *createStatements(): Generator<FeedOutcome> {
    const tests = Array.from(this.#criterions, ([id, { comment }]) =>
      this.#resolveTest(id, comment),
    );
    for (const { id, facts, criteria } of this.#definitions) {
      const alternatives = criteria.flatMap(
        (one) => expandCriteria(one, this.#limits.recordsMax) ?? [],
      );
      if (alternatives.length === 0) {
        const message = `${id} has no criteria, or too many alternatives`;
        yield leaveOut('record', 'definition without usable criteria', message);
      } else {
        const resolved = alternatives.map((some) => some.flatMap((number) => tests[number] ?? []));
        yield* this.#vendor.createItems(facts, resolved, id);
      }
    }
  }

  *#addDefinition(id: string, element: XmlElement): Generator<FeedOutcome> {
    const metadata = element.children.find(({ name }) => name === 'metadata');
    const facts = metadata && this.#vendor.readFacts(metadata, element.attributes['class'] ?? '');
    if (facts === undefined) {
      yield leaveOut('record', 'definition without metadata', `${id} has no metadata`);
    } else if (typeof facts === 'string') {
      yield { leftOut: 'record', cause: facts };
    } else {
      const criteria = element.children
        .filter(({ name }) => name === 'criteria')
        .map((one) => this.#readCriteria(one));
      this.#definitions.push({ id, facts, criteria });
    }
  }

  #readCriteria({ attributes, children }: XmlElement): Criteria {
    return {
      isAll: attributes['operator'] !== 'OR',
      tests: children
        .filter(({ name }) => name === 'criterion')
        .map((one) => this.#numberTest(one)),
      groups: children
        .filter(({ name }) => name === 'criteria')
        .map((one) => this.#readCriteria(one)),
    };
  }

  #numberTest({ attributes }: XmlElement): number {
    const id = attributes['test_ref'] ?? '';
    const known = this.#criterions.get(id);
    if (known !== undefined) {
      return known.number;
    }
    const number = this.#criterions.size;
    this.#criterions.set(id, { number, comment: attributes['comment'] ?? '' });
    return number;
  }

  /** A missing test has no package and no state, so that it is never taken as true. */
  #resolveTest(id: string, comment: string): OvalTest {
    const parts = this.#tests.get(id);
    return {
      kind: parts?.kind ?? '',
      check: parts?.check ?? '',
      comment: comment === '' ? (parts?.comment ?? '') : comment,
      packageName: this.#objects.get(parts?.object ?? '') ?? '',
      state: this.#states.get(parts?.state ?? '') ?? new Map(),
    };
  }
}

interface TestParts {
  readonly kind: string;
  readonly check: string;
  readonly comment: string;
  readonly object: string;
  readonly state: string;
}

function readComparisons(children: readonly XmlElement[]): ReadonlyMap<string, OvalComparison> {
  return new Map(
    children.map(({ name, text, attributes }) => [
      name,
      { operation: attributes['operation'] ?? 'equals', value: text },
    ]),
  );
}

/** Returns the alternatives of criteria; `undefined` if there are too many. */
function expandCriteria(
  criteria: Criteria,
  alternativesMax: number,
): readonly (readonly number[])[] | undefined {
  const parts: (readonly (readonly number[])[])[] = criteria.tests.map((test) => [[test]]);
  for (const group of criteria.groups) {
    const expanded = expandCriteria(group, alternativesMax);
    if (expanded === undefined) {
      return undefined;
    }
    parts.push(expanded);
  }
  if (!criteria.isAll) {
    const all = parts.flat();
    return all.length > alternativesMax ? undefined : all;
  }
  let joined: readonly (readonly number[])[] = [[]];
  for (const part of parts) {
    if (joined.length * part.length > alternativesMax) {
      return undefined;
    }
    joined = joined.flatMap((left) => part.map((right) => [...left, ...right]));
  }
  return joined;
}

/** Returns the text of the first element with a name. */
export function findText(metadata: XmlElement, name: string): string {
  const [found] = findElements(metadata, name);
  return found?.text.replaceAll(/\s+/g, ' ') ?? '';
}

/** Returns the IDs that references with a source name. */
export function listReferences(metadata: XmlElement, source: string): readonly string[] {
  return Array.from(findElements(metadata, 'reference'))
    .filter(({ attributes }) => attributes['source'] === source)
    .map(({ attributes }) => attributes['ref_id'] ?? '');
}
