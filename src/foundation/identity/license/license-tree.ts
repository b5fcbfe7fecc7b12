import { toListedCase } from './spdx-expression.ts';
import { expressionParser } from './spdx-list.ts';

/** An SPDX license expression as a tree. SPDX 2.3, annex D. */
export type LicenseNode =
  | {
      readonly kind: 'license';
      readonly id: string;
      /** Whether the ID is followed by `+`. */
      readonly isOrLater: boolean;
      readonly exception?: string;
    }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly [LicenseNode, LicenseNode] };

/** The tree of the library. */
type ParsedNode =
  | { readonly license: string; readonly plus?: boolean; readonly exception?: string }
  | { readonly left: ParsedNode; readonly conjunction: 'and' | 'or'; readonly right: ParsedNode };

const EXPRESSION_CHARS_MAX = 4_096;

/** Parses an expression; `undefined` if it is not one, or longer than 4,096 characters. */
export function parseLicenseTree(text: string): LicenseNode | undefined {
  if (text.length > EXPRESSION_CHARS_MAX) {
    return undefined;
  }
  try {
    return toNode(expressionParser()(toListedCase(text)) as ParsedNode);
  } catch {
    // The library reports every error by throwing. Here a text that is not an expression is a
    // normal result.
    return undefined;
  }
}

function toNode(parsed: ParsedNode): LicenseNode {
  if ('conjunction' in parsed) {
    return { kind: parsed.conjunction, parts: [toNode(parsed.left), toNode(parsed.right)] };
  }
  const { license: id, plus = false, exception } = parsed;
  return {
    kind: 'license',
    id,
    isOrLater: plus,
    ...(exception === undefined ? {} : { exception }),
  };
}
