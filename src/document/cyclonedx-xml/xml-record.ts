import type * as Saxes from 'saxes';
import { UserError } from '../../foundation/core/error.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import type { JsonRecord } from '../../foundation/syntax/json/member.ts';
import { loadPackage } from '../../foundation/syntax/load-package.ts';
import type { ElementShape, RecordShape } from './bom-shape.ts';

export interface XmlRecordOptions {
  /** Name of the content for messages. */
  readonly subject: string;
  readonly limits: Limits;
  /** Name of the root element without its prefix. */
  readonly root: string;
  readonly shape: ElementShape;
}

/**
 * Reads an XML document as a record by its shape. Entities of a document type are not expanded, and
 * external references are not loaded.
 *
 * @throws UserError `E_DOCUMENT_INVALID` if it is malformed or has another root, `E_LIMIT` beyond
 *   `documentDepthMax` or `documentValuesMax`.
 */
export function readXmlRecord(document: string, options: XmlRecordOptions): JsonRecord {
  return new RecordReader(options).readXml(document);
}

/** In chunks, so that a malformed document is not read to its end. */
const CHUNK_CHARACTERS = 65_536;

/** An open element with the value created from it. */
interface Frame {
  readonly shape: ElementShape;
  readonly attributes: Readonly<Record<string, string>>;
  readonly record: Record<string, unknown>;
  readonly items: unknown[];
  text: string;
  /** Passes the value to the parent when the element ends. */
  readonly put: (value: unknown) => void;
}

class RecordReader {
  readonly #options: XmlRecordOptions;
  readonly #frames: Frame[] = [];
  #error: UserError | undefined;
  #root: JsonRecord | undefined;
  /** Number of open elements that are skipped. */
  #skippedElements = 0;
  #values = 0;

  constructor(options: XmlRecordOptions) {
    this.#options = options;
  }

  readXml(document: string): JsonRecord {
    const { subject } = this.#options;
    const { SaxesParser } = loadPackage('saxes') as typeof Saxes;
    const parser = new SaxesParser({ position: false, xmlns: false });
    parser.on('error', (cause) => {
      this.#error ??= new UserError('E_DOCUMENT_INVALID', `${subject} is not valid XML`, {
        cause,
      });
    });
    parser.on('opentag', ({ name, attributes }) => this.#openElement(name, attributes));
    parser.on('closetag', () => this.#closeElement());
    const addText = (text: string): void => {
      const frame = this.#skippedElements > 0 ? undefined : this.#frames.at(-1);
      if (frame !== undefined) {
        frame.text += text;
      }
    };
    parser.on('text', addText);
    parser.on('cdata', addText);
    for (let at = 0; at < document.length && this.#error === undefined; at += CHUNK_CHARACTERS) {
      parser.write(document.slice(at, at + CHUNK_CHARACTERS));
    }
    if (this.#error === undefined) {
      parser.close();
    }
    if (this.#error !== undefined || this.#root === undefined) {
      throw this.#error ?? new UserError('E_DOCUMENT_INVALID', `${subject} is empty`);
    }
    return this.#root;
  }

  #openElement(name: string, attributes: Readonly<Record<string, string>>): void {
    this.#count(1 + Object.keys(attributes).length);
    const parent = this.#frames.at(-1);
    if (this.#error !== undefined || this.#skippedElements > 0) {
      this.#skippedElements++;
      this.#checkDepth();
      return;
    }
    const local = name.slice(name.indexOf(':') + 1);
    const place = parent === undefined ? this.#rootPlace(local) : findPlace(parent, local);
    if (place === undefined) {
      this.#skippedElements++;
    } else {
      this.#frames.push({ ...place, attributes, record: {}, items: [], text: '' });
    }
    this.#checkDepth();
  }

  #rootPlace(name: string): Place | undefined {
    const { root, shape, subject } = this.#options;
    if (name !== root) {
      this.#error ??= new UserError(
        'E_DOCUMENT_INVALID',
        `${subject} has an unexpected root element`,
      );
      return undefined;
    }
    return {
      shape,
      put: (value) => {
        this.#root = value as JsonRecord;
      },
    };
  }

  #closeElement(): void {
    if (this.#skippedElements > 0) {
      this.#skippedElements--;
      return;
    }
    const frame = this.#frames.pop();
    frame?.put(getValue(frame));
  }

  #count(values: number): void {
    const { subject, limits } = this.#options;
    this.#values += values;
    if (this.#values > limits.documentValuesMax) {
      this.#error ??= new UserError(
        'E_LIMIT',
        `${subject} has more values than the limit documentValuesMax (${limits.documentValuesMax})`,
      );
    }
  }

  #checkDepth(): void {
    const { subject, limits } = this.#options;
    if (this.#frames.length + this.#skippedElements > limits.documentDepthMax) {
      this.#error ??= new UserError(
        'E_LIMIT',
        `${subject} is nested more deeply than the limit documentDepthMax (${limits.documentDepthMax})`,
      );
    }
  }
}

type Place = Pick<Frame, 'shape' | 'put'>;

/** Returns the place of an element in its parent; `undefined` if it is skipped. */
function findPlace({ shape, record, items }: Frame, name: string): Place | undefined {
  if (shape.kind === 'list') {
    const item = shape.items.get(name);
    const { wrap } = item ?? {};
    return (
      item && {
        shape: item.shape(),
        put: (value) => items.push(wrap === undefined ? value : { [wrap]: value }),
      }
    );
  }
  const child = shape.kind === 'record' ? shape.children?.get(name) : undefined;
  if (child === undefined) {
    return undefined;
  }
  const { member, isRepeated = false } = child;
  return {
    shape: child.shape(),
    put: (value) => {
      const known = record[member];
      if (!isRepeated) {
        record[member] ??= value;
      } else if (Array.isArray(known)) {
        known.push(value);
      } else {
        record[member] = [value];
      }
    },
  };
}

function getValue(frame: Frame): unknown {
  const { shape, attributes, record, items, text } = frame;
  switch (shape.kind) {
    case 'text':
      return trimLayout(text);
    case 'attribute':
      return attributes[shape.name];
    case 'list':
      return items;
    case 'record':
      return withOwnText(shape, frame, record);
  }
}

function withOwnText(
  { attributes: names = [], text: member }: RecordShape,
  { attributes, text }: Frame,
  record: Record<string, unknown>,
): JsonRecord {
  for (const name of names) {
    const value = attributes[name];
    if (value !== undefined) {
      record[name] = value;
    }
  }
  return member === undefined ? record : { ...record, [member]: trimLayout(text) };
}

/** Text on separate lines is indented for readability; text on the element's line is literal. */
function trimLayout(text: string): string {
  return text.startsWith('\n') || text.startsWith('\r') ? text.trim() : text;
}
