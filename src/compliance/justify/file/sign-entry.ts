import type * as Yaml from 'yaml';
import { assert } from '../../../foundation/core/assert.ts';
import { loadPackage } from '../../../foundation/syntax/load-package.ts';
import { createEntryError } from './justification-error.ts';
import { parseYamlDocument } from './parse-entries.ts';
import { formatText } from './write-entries.ts';

/** The statement with which a person signs an entry. */
export interface Signature {
  readonly reason: string;
  readonly by: string;
  readonly until: string;
}

/** A file in which entries are signed one after the other. */
export interface SignedText {
  /** Returns the text of the file with one more signature. Nothing else in it changes. */
  sign(id: string, signature: Signature): string;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Opens the text of a file for signatures. Comments, order and form of everything else are kept.
 *
 * @throws UserError `E_JUSTIFICATION`
 */
export function openForSignatures(text: string, file: string): SignedText {
  const { isMap, isScalar, isSeq } = loadPackage('yaml') as typeof Yaml;
  const { document } = parseYamlDocument(text, file);
  const maps = isSeq(document.contents) ? document.contents.items.filter((one) => isMap(one)) : [];
  const byId = new Map(maps.map((map) => [String(map.get('id')), map]));
  const edits = new Map<string, readonly Edit[]>();
  return {
    sign(id, signature) {
      const map = byId.get(id);
      assert(map !== undefined, 'the entry of an id');
      const planned = Object.entries(signature).map(([name, value]): Edit => {
        const pair = map.items.find(({ key }) => isScalar(key) && key.value === name);
        const range = (pair?.value as Yaml.Node | null | undefined)?.range;
        if (range === undefined || range === null || map.flow === true) {
          throw createEntryError(
            file,
            `the entry "${id}" has no line "${name}:"`,
            `add the line: ${name}: ""`,
          );
        }
        return planEdit(text, range, String(value));
      });
      edits.set(id, planned);
      return applyEdits(text, [...edits.values()].flat());
    },
  };
}

/** An absent value has an empty range right after the colon; a block ends with its line break. */
function planEdit(text: string, [start, end]: Yaml.Range, value: string): Edit {
  const isBlock = text.slice(start, end).endsWith('\n');
  const space = text[start - 1] === ':' ? ' ' : '';
  const gap = text[end] === '#' ? ' ' : '';
  return { start, end, text: `${space}${formatText(value)}${gap}${isBlock ? '\n' : ''}` };
}

function applyEdits(text: string, edits: readonly Edit[]): string {
  let signed = text;
  for (const { start, end, text: value } of edits.toSorted(
    (left, right) => right.start - left.start,
  )) {
    signed = signed.slice(0, start) + value + signed.slice(end);
  }
  return signed;
}
