import type { Budget } from '../../../foundation/core/budget.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';

/** The used fields of a project's metadata. Missing fields are empty. */
export interface CoreMetadata {
  name: string;
  version: string;
  author: string;
  authorEmail: string;
  platform: string;
  requiresPython: string;
  license: string;
  licenseExpression: string;
  requiresDist: string[];
  providesExtra: string[];
}

type TextField = {
  [Field in keyof CoreMetadata]: CoreMetadata[Field] extends string ? Field : never;
}[keyof CoreMetadata];
type ListField = Exclude<keyof CoreMetadata, TextField>;

/** By the field's name in lower case without dashes. */
const TEXT_FIELDS: ReadonlyMap<string, TextField> = new Map([
  ['name', 'name'],
  ['version', 'version'],
  ['author', 'author'],
  ['authoremail', 'authorEmail'],
  ['platform', 'platform'],
  ['requirespython', 'requiresPython'],
  ['license', 'license'],
  ['licenseexpression', 'licenseExpression'],
]);
const LIST_FIELDS: ReadonlyMap<string, ListField> = new Map([
  ['requiresdist', 'requiresDist'],
  ['providesextra', 'providesExtra'],
]);

/**
 * Parses the header of METADATA or PKG-INFO, which ends with the first empty line; the description
 * follows it. The budget limits the names in lists. If a single-value field is repeated, the last
 * value is used. Packaging specifications, "Core metadata".
 */
export function parseCoreMetadata(text: string, budget: Budget): CoreMetadata {
  const metadata: CoreMetadata = {
    name: '',
    version: '',
    author: '',
    authorEmail: '',
    platform: '',
    requiresPython: '',
    license: '',
    licenseExpression: '',
    requiresDist: [],
    providesExtra: [],
  };
  let hasBegun = false;
  let key = '';
  let parts: string[] = [];
  const endField = (): void => {
    const value = parts.join('\n ');
    if (!LIST_FIELDS.has(key) || budget.takeName(value.length)) {
      setField(metadata, key, value);
    }
  };
  for (const line of splitLines(text)) {
    if (line.text === '') {
      if (hasBegun) {
        break;
      }
      continue;
    }
    if (line.text.startsWith(' ') || line.text.startsWith('\t')) {
      parts.push(line.text.trim());
      continue;
    }
    const colon = line.text.indexOf(':');
    if (colon > 0) {
      endField();
      hasBegun = true;
      key = line.text.slice(0, colon).trim().replaceAll('-', '').toLowerCase();
      parts = [line.text.slice(colon + 1).trim()];
    }
  }
  endField();
  return metadata;
}

function setField(metadata: CoreMetadata, key: string, value: string): void {
  const text = TEXT_FIELDS.get(key);
  const list = LIST_FIELDS.get(key);
  if (text !== undefined) {
    metadata[text] = value;
  } else if (list !== undefined) {
    metadata[list].push(value);
  }
}
