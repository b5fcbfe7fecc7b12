import type { Budget } from '../../core/budget.ts';
import { decodeDocument } from '../json/bounded-json.ts';
import { parseXml, type XmlElement } from '../xml/xml-tree.ts';
import { isBinaryPlist, readBinaryPlist } from './binary-plist.ts';

/** Members of the outermost dictionary that are strings or lists of strings. */
export type PropertyList = ReadonlyMap<string, string | readonly string[]>;

/**
 * Reads a property list in XML or binary form; `undefined` if it is malformed or has no dictionary.
 * plist(5).
 */
export function readPropertyList(content: Uint8Array, budget: Budget): PropertyList | undefined {
  if (isBinaryPlist(content)) {
    return readBinaryPlist(content, budget.limits);
  }
  const root = parseXml(decodeDocument(content), budget);
  const outermost = root?.name === 'plist' ? root.children[0] : undefined;
  return outermost?.name === 'dict' ? toMembers(outermost) : undefined;
}

/** A dictionary is a sequence of keys, each followed by its value. */
function toMembers({ children }: XmlElement): PropertyList {
  const members = new Map<string, string | readonly string[]>();
  for (let at = 0; at + 1 < children.length; at += 2) {
    const [key, value] = [children[at], children[at + 1]];
    if (key?.name === 'key' && value !== undefined) {
      if (value.name === 'string') {
        members.set(key.text, value.text);
      } else if (value.name === 'array') {
        const texts = value.children.filter(({ name }) => name === 'string');
        members.set(
          key.text,
          texts.map(({ text }) => text),
        );
      }
    }
  }
  return members;
}
