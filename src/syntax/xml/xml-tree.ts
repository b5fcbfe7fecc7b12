import type * as Saxes from 'saxes';
import type { Budget } from '../../core/budget.ts';
import type { LimitName } from '../../core/limits.ts';
import { loadPackage } from '../load-package.ts';

export interface XmlElement {
  /** Without a prefix. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** The text directly in it, without blanks around it. */
  readonly text: string;
}

interface OpenElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

const CHUNK_CHARACTERS = 64 * 1024;
/** The parser takes that much longer for a character than plain text does. */
export const XML_CHAR_STEPS = 10;

/**
 * The root element of a document; `undefined` where it is not well formed, is nested too deep or
 * has more elements than four times `recordsMax`, or if the budget has no steps left for it.
 * Entities of a document type are not expanded, and nothing that the document refers to is loaded.
 */
export function parseXml(text: string, budget: Budget): XmlElement | undefined {
  if (!budget.takeSteps(text.length * XML_CHAR_STEPS)) {
    return undefined;
  }
  const { limits } = budget;
  const open: OpenElement[] = [];
  let root: XmlElement | undefined;
  let count = 0;
  let isBroken = false;
  const { SaxesParser } = loadPackage('saxes') as typeof Saxes;
  const parser = new SaxesParser({ position: false });
  parser.on('error', () => {
    isBroken = true;
  });
  const refuse = (name: LimitName): void => {
    isBroken = true;
    budget.refuse(name);
  };
  parser.on('opentag', ({ name, attributes }) => {
    if (open.length >= limits.documentDepthMax) {
      refuse('documentDepthMax');
    } else if (++count > limits.recordsMax * 4) {
      refuse('recordsMax');
    }
    const own = Object.entries(attributes).map(([key, value]) => [key, String(value)] as const);
    open.push({
      name: stripPrefix(name),
      attributes: Object.fromEntries(own),
      children: [],
      text: '',
    });
  });
  const addText = (part: string): void => {
    const element = open.at(-1);
    if (element !== undefined) {
      element.text += part;
    }
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const closed = open.pop();
    if (closed !== undefined) {
      const element = { ...closed, text: closed.text.trim() };
      const parent = open.at(-1);
      if (parent === undefined) {
        root = element;
      } else {
        parent.children.push(element);
      }
    }
  });
  for (let at = 0; at < text.length && !isBroken; at += CHUNK_CHARACTERS) {
    parser.write(text.slice(at, at + CHUNK_CHARACTERS));
  }
  if (!isBroken) {
    parser.close();
  }
  return isBroken ? undefined : root;
}

function stripPrefix(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** All elements of a name, in the order of the document, the root included. */
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
