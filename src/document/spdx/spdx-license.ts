import { hash } from 'node:crypto';
import { compareText } from '../../foundation/core/compare-text.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import type { License } from '../../foundation/core/package.ts';
import { addBrackets } from '../cyclonedx/cyclonedx-license.ts';

/** A license outside of the list, which the document must define. SPDX 2.3, 10. */
export interface ExtractedLicense {
  readonly id: string;
  readonly name: string;
  readonly text: string;
}

const NO_ASSERTION = 'NOASSERTION';
const REFERENCE = /LicenseRef-[A-Za-z0-9.-]+/g;
const ID_CHARS_MAX = 100;
const DIGEST_DIGITS = 8;

/** Joins all licenses of one kind as one expression. */
export function joinLicenses(licenses: readonly License[], kind: License['kind']): string {
  const terms = licenses.filter((license) => license.kind === kind).map(toTerm);
  const texts = [...new Set(terms)].filter((term) => term !== '');
  if (texts.length === 0) {
    return NO_ASSERTION;
  }
  return texts.length === 1 ? (texts[0] ?? '') : texts.map(addBrackets).join(' AND ');
}

/** A reference to another document cannot be resolved: the value becomes a separate license. */
function toTerm({ value, expression }: License): string {
  return expression === '' || expression.includes('DocumentRef-') ? toRef(value) : expression;
}

function toRef(value: string): string {
  if (value === '') {
    return '';
  }
  const plain = value.replaceAll(/[^A-Za-z0-9.-]+/g, '-').slice(0, ID_CHARS_MAX);
  const tail = plain === value ? '' : `-${hash('sha256', value, 'hex').slice(0, DIGEST_DIGITS)}`;
  return `LicenseRef-${plain}${tail}`;
}

/** Returns every reference in the packages' expressions, sorted by ID. */
export function listExtractedLicenses({ packages }: Inventory): ExtractedLicense[] {
  const found = new Map<string, ExtractedLicense>();
  for (const license of packages.flatMap(({ licenses }) => licenses)) {
    for (const id of toTerm(license).match(REFERENCE) ?? []) {
      const { value, contents } = license;
      const text = contents ?? `The package record declares: ${value}`;
      found.set(id, { id, name: value, text });
    }
  }
  return [...found.values()].sort((left, right) => compareText(left.id, right.id));
}
