import { defined } from '../../foundation/core/defined.ts';
import type { License } from '../../foundation/core/package.ts';
import { toWebAddress } from '../sbom/sbom-package.ts';
import { IDS_NOT_LISTED } from './cyclonedx-license.data.ts';

/** Exactly one of `id`, `name` and `expression`. */
export interface LicenseEntry {
  readonly form: 'id' | 'name' | 'expression';
  readonly text: string;
  readonly url?: string;
  readonly acknowledgement: License['kind'];
}

/**
 * Returns the licenses in the form of the schema: one expression, or any number of single licenses.
 * If all have an expression and one is more than an identifier, they are joined; if some have none,
 * an expression is only a name.
 */
export function createLicenseEntries(licenses: readonly License[]): LicenseEntry[] {
  const known = licenses.filter(({ value, expression }) => value !== '' || expression !== '');
  const isSimple = known.every(({ expression }) => expression === '' || isListedId(expression));
  const hasExpressions = known.every(({ expression }) => expression !== '');
  if (isSimple || !hasExpressions) {
    return removeDuplicates(known.map(createSingleEntry));
  }
  const texts = [...new Set(known.map(({ expression }) => expression))];
  const text = texts.length === 1 ? texts[0] : texts.map(addBrackets).join(' AND ');
  const isConcluded = known.every(({ kind }) => kind === 'concluded');
  const acknowledgement = isConcluded ? 'concluded' : 'declared';
  return [{ form: 'expression', text: text ?? '', acknowledgement }];
}

function createSingleEntry({ value, expression, kind, urls }: License): LicenseEntry {
  const url = urls.map(toWebAddress).find((address) => address !== undefined);
  return {
    form: isListedId(expression) ? 'id' : 'name',
    text: expression === '' ? value : expression,
    acknowledgement: kind,
    ...defined({ url }),
  };
}

/** Excludes operators, references, and "or later" without its own identifier. */
const ID = /^[A-Za-z0-9.-]+$/;
const ID_WITH_PLUS = /^(?:A?L?GPL-[123]\.[01]|GFDL-1\.[123])\+$/;

/** Returns whether it is an identifier in the schema's list. */
function isListedId(expression: string): boolean {
  const isWord = ID.test(expression) && !expression.startsWith('LicenseRef-');
  return (isWord || ID_WITH_PLUS.test(expression)) && !IDS_NOT_LISTED.has(expression);
}

/** Adds the parentheses that a join by AND requires. */
export function addBrackets(expression: string): string {
  return expression.includes(' OR ') ? `(${expression})` : expression;
}

function removeDuplicates(entries: readonly LicenseEntry[]): LicenseEntry[] {
  return [...new Map(entries.map((entry) => [`${entry.form} ${entry.text}`, entry])).values()];
}
