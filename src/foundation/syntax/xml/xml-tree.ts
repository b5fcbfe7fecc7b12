import type * as Saxes from 'saxes';
import type { Budget } from '../../core/budget.ts';
import type { LimitName, Limits } from '../../core/limits.ts';
import { loadPackage } from '../load-package.ts';

export interface XmlElement {
  /** Without a prefix. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** The text directly in it, without surrounding white space. */
  readonly text: string;
}

interface OpenElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

const CHUNK_CHARACTERS = 64 * 1024;
/** The cost of parsing a character, relative to plain text. */
export const XML_CHAR_STEPS = 10;

/**
 * Returns the root element of a document; `undefined` if it is malformed, is nested too deeply or
 * has more elements than four times `recordsMax`, or if the budget has no steps left for it.
 * Entities of a document type are not expanded, and external references are not loaded.
 */
export function parseXml(text: string, budget: Budget): XmlElement | undefined {
  if (!budget.takeSteps(text.length * XML_CHAR_STEPS)) {
    return undefined;
  }
  const stream = new XmlElementStream(() => true, budget.limits);
  let root: XmlElement | undefined;
  for (let at = 0; at < text.length && !stream.isBroken; at += CHUNK_CHARACTERS) {
    const [element] = stream.write(text.slice(at, at + CHUNK_CHARACTERS));
    root ??= element;
  }
  stream.endDocument();
  if (stream.exceededLimit !== undefined) {
    budget.refuse(stream.exceededLimit);
  }
  return stream.isBroken ? undefined : root;
}

/** Yields all elements with a name, in the order of the document, including the root. */
export function* findElements(root: XmlElement, name: string): Generator<XmlElement> {
  const pending = [root];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.name === name) {
      yield next;
    }
    for (let at = next.children.length - 1; at >= 0; at--) {
      const child = next.children[at];
      if (child !== undefined) {
        pending.push(child);
      }
    }
  }
}

/**
 * Parses a document that is larger than the memory, and returns some of its elements with their
 * content. Entities of a document type are not expanded, and external references are not loaded.
 */
export class XmlElementStream {
  readonly #parser: Saxes.SaxesParser;
  readonly #limits: Limits;
  readonly #isWanted: (name: string) => boolean;
  /** The wanted element and its open descendants. */
  readonly #open: OpenElement[] = [];
  #depth = 0;
  #count = 0;
  #found: XmlElement[] = [];
  #isBroken = false;
  #exceededLimit: LimitName | undefined;

  /** `isWanted` gets names without a prefix. A wanted element inside another one is its child. */
  constructor(isWanted: (name: string) => boolean, limits: Limits) {
    this.#isWanted = isWanted;
    this.#limits = limits;
    const { SaxesParser } = loadPackage('saxes') as typeof Saxes;
    this.#parser = new SaxesParser({ position: false });
    this.#parser.on('error', () => {
      this.#isBroken = true;
    });
    this.#parser.on('opentag', ({ name, attributes }) => this.#openElement(name, attributes));
    this.#parser.on('closetag', () => this.#closeElement());
    this.#parser.on('text', (text) => this.#addText(text));
    this.#parser.on('cdata', (text) => this.#addText(text));
  }

  /**
   * Returns whether the document is malformed so far, is nested too deeply, or has a wanted element
   * with more descendants than four times `recordsMax`.
   */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** The limit that a broken document exceeds, if any. */
  get exceededLimit(): LimitName | undefined {
    return this.#exceededLimit;
  }

  /** Parses the next part, and returns the elements that it completes. */
  write(text: string): readonly XmlElement[] {
    if (!this.#isBroken) {
      this.#parser.write(text);
    }
    const found = this.#found;
    this.#found = [];
    return found;
  }

  endDocument(): void {
    if (!this.#isBroken) {
      this.#parser.close();
    }
  }

  #openElement(prefixed: string, attributes: Readonly<Record<string, unknown>>): void {
    const name = prefixed.slice(prefixed.indexOf(':') + 1);
    const isFirst = this.#open.length === 0;
    this.#count = isFirst ? 1 : this.#count + 1;
    const { documentDepthMax, recordsMax } = this.#limits;
    if (++this.#depth > documentDepthMax) {
      this.#refuse('documentDepthMax');
    } else if (this.#count > recordsMax * 4) {
      this.#refuse('recordsMax');
    } else if (!isFirst || this.#isWanted(name)) {
      const own = Object.entries(attributes).map(([key, value]) => [key, String(value)] as const);
      this.#open.push({ name, attributes: Object.fromEntries(own), children: [], text: '' });
    }
  }

  #refuse(limit: LimitName): void {
    this.#isBroken = true;
    this.#exceededLimit ??= limit;
  }

  #closeElement(): void {
    this.#depth--;
    const closed = this.#open.pop();
    if (closed !== undefined) {
      const element = { ...closed, text: closed.text.trim() };
      (this.#open.at(-1)?.children ?? this.#found).push(element);
    }
  }

  #addText(text: string): void {
    const element = this.#open.at(-1);
    if (element !== undefined) {
      element.text += text;
    }
  }
}
