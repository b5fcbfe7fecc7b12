import type { Budget } from '../../core/budget.ts';
import { type XmlElement, XmlElementStream } from './xml-element-stream.ts';

export type { XmlElement } from './xml-element-stream.ts';

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
  stream.close();
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
