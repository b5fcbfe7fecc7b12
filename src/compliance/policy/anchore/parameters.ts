/** Parameters of a rule of anchore-engine by name; all values are texts. */
export type AnchoreParameters = ReadonlyMap<string, string>;

/** A search for a pattern in files, which a rule about contents needs. */
export interface TranslatedSearch {
  readonly id: string;
  readonly path: string;
  readonly pattern: string;
}

/** The part of one of our rules that replaces a trigger. */
export interface TranslatedRule {
  readonly for: string;
  readonly when?: Readonly<Record<string, unknown>>;
  readonly whenNone?: Readonly<Record<string, unknown>>;
  readonly cel?: string;
  readonly search?: TranslatedSearch;
  /** A difference that the reader must know, as a sentence without a full stop. */
  readonly note?: string;
}

/** Returns the rules that together replace the trigger, or the reason why there are none. */
export type Translation = TranslatedRule | readonly TranslatedRule[] | string;
export type Translator = (parameters: AnchoreParameters) => Translation;

/** Splits a list at its commas. */
export function splitList(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Writes a text as a literal of CEL. */
export function quote(text: string): string {
  return JSON.stringify(text);
}

/** Writes a list of texts as a literal of CEL. */
export function quoteList(texts: readonly string[]): string {
  return `[${texts.map(quote).join(', ')}]`;
}

/** Patterns of the engine must match from the start. */
export function toAnchored(pattern: string): string {
  return `^(?:${pattern})`;
}

/** The engine calls lists "blacklist" and "whitelist", Enterprise "denylist" and "allowlist". */
export function isDenied(given: AnchoreParameters): boolean {
  return /^(?:black|deny)/.test(given.get('type') ?? '');
}

/**
 * Writes a comparison of a text as CEL, by the operators that several gates share; `undefined` if
 * the operator is unknown.
 *
 * @param fact such as `instruction.arguments`
 */
export function compareText(fact: string, check: string, value: string): string | undefined {
  switch (check) {
    case '=':
    case '!=':
    case '<':
    case '>':
    case '<=':
    case '>=':
      return `${fact} ${check === '=' ? '==' : check} ${quote(value)}`;
    case 'in':
      return `${fact} in ${quoteList(splitList(value))}`;
    case 'not_in':
      return `!(${fact} in ${quoteList(splitList(value))})`;
    case 'like':
      return `${fact}.matches(${quote(toAnchored(value))})`;
    case 'not_like':
      return `!${fact}.matches(${quote(toAnchored(value))})`;
    default:
      return undefined;
  }
}

/** Writes a comparison of a number as CEL; `undefined` if the operator or the number is invalid. */
export function compareNumber(fact: string, check: string, value: string): string | undefined {
  const number = Number(value);
  const operator = ['>', '<', '>=', '<=', '!='].find((one) => one === check) ?? '==';
  return value === '' || Number.isNaN(number) || (operator === '==' && check !== '=')
    ? undefined
    : `${fact} ${operator} ${number.toFixed(Number.isInteger(number) ? 1 : 6).replace(/(\.\d+?)0+$/, '$1')}`;
}
