import type * as Saxes from 'saxes';
import type { Budget } from '../../core/budget.ts';
import type { LimitName } from '../../core/limits.ts';
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
  const reader = new XmlReader(budget);
  reader.push(text);
  return reader.end() ? reader.root : undefined;
}

/**
 * Reads a document in pieces. Elements of `name` are taken as soon as they are complete, and are not
 * among the children of their parent, so that a document of many of them can be larger than the
 * memory. The limits of {@link parseXml} then apply to each of them.
 */
export class XmlReader {
  readonly #budget: Budget;
  readonly #name: string | undefined;
  readonly #parser: Saxes.SaxesParser;
  readonly #open: OpenElement[] = [];
  #taken: XmlElement[] = [];
  #root: XmlElement | undefined;
  #count = 0;
  #isBroken = false;

  constructor(budget: Budget, name?: string) {
    this.#budget = budget;
    this.#name = name;
    const { SaxesParser } = loadPackage('saxes') as typeof Saxes;
    const parser = new SaxesParser({ position: false });
    parser.on('error', () => {
      this.#isBroken = true;
    });
    parser.on('opentag', ({ name: tag, attributes }) => this.#openElement(tag, attributes));
    const addText = (part: string): void => {
      const element = this.#open.at(-1);
      if (element !== undefined) {
        element.text += part;
      }
    };
    parser.on('text', addText);
    parser.on('cdata', addText);
    parser.on('closetag', () => this.#closeElement());
    this.#parser = parser;
  }

  /** The root element once it is closed. */
  get root(): XmlElement | undefined {
    return this.#root;
  }

  get isBroken(): boolean {
    return this.#isBroken;
  }

  push(text: string): void {
    for (let at = 0; at < text.length && !this.#isBroken; at += CHUNK_CHARACTERS) {
      this.#parser.write(text.slice(at, at + CHUNK_CHARACTERS));
    }
  }

  /** Returns whether the document is complete and well-formed. */
  end(): boolean {
    if (!this.#isBroken) {
      this.#parser.close();
    }
    return !this.#isBroken;
  }

  /** Returns the elements of the name that were completed since the last call. */
  takeElements(): readonly XmlElement[] {
    const taken = this.#taken;
    this.#taken = [];
    return taken;
  }

  #openElement(tag: string, attributes: Readonly<Record<string, unknown>>): void {
    const { documentDepthMax, recordsMax } = this.#budget.limits;
    if (this.#open.length >= documentDepthMax) {
      this.#refuse('documentDepthMax');
    } else if (++this.#count > recordsMax * 4) {
      this.#refuse('recordsMax');
    }
    const own = Object.entries(attributes).map(([key, value]) => [key, String(value)] as const);
    this.#open.push({
      name: stripPrefix(tag),
      attributes: Object.fromEntries(own),
      children: [],
      text: '',
    });
  }

  #closeElement(): void {
    const closed = this.#open.pop();
    if (closed === undefined) {
      return;
    }
    const element = { ...closed, text: closed.text.trim() };
    const parent = this.#open.at(-1);
    if (element.name === this.#name) {
      this.#taken.push(element);
      this.#count = 0;
    } else if (parent === undefined) {
      this.#root = element;
    } else {
      parent.children.push(element);
    }
  }

  #refuse(name: LimitName): void {
    this.#isBroken = true;
    this.#budget.refuse(name);
  }
}

function stripPrefix(name: string): string {
  return name.slice(name.indexOf(':') + 1);
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
