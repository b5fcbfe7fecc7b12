import type { Advisory } from '../core/advisory.ts';
import { compareText } from '../core/compare-text.ts';
import type { SymbolEvidence } from '../core/finding.ts';
import type { PackageSymbols } from '../core/package.ts';

/**
 * Returns which of a statement's functions the executable contains. `undefined`: the statement
 * names none, or the executable has no symbols, so that the statement applies to the whole package.
 */
export function findSymbolEvidence(
  advisory: Advisory,
  symbols: readonly PackageSymbols[] = [],
): SymbolEvidence | undefined {
  const imports = advisory.qualifiers?.imports ?? [];
  if (imports.length === 0 || symbols.length === 0) {
    return undefined;
  }
  const searched = new Set<string>();
  const found = new Set<string>();
  for (const { path, symbols: named } of imports) {
    const held = symbols.find((one) => one.path === path);
    const names = held === undefined ? undefined : listPlainNames(held);
    // A statement without functions is about the whole source package.
    const looked = named.length === 0 ? [{ text: path, isHeld: names !== undefined }] : [];
    for (const name of named) {
      looked.push({ text: `${path}.${name}`, isHeld: names?.has(name) === true });
    }
    for (const { text, isHeld } of looked) {
      searched.add(text);
      if (isHeld) {
        found.add(text);
      }
    }
  }
  return {
    searched: [...searched].toSorted(compareText),
    found: [...found].toSorted(compareText),
  };
}

/** Function names in the spelling of statements, created once per source package. */
const PLAIN_NAMES = new WeakMap<PackageSymbols, ReadonlySet<string>>();

function listPlainNames(source: PackageSymbols): ReadonlySet<string> {
  const names = PLAIN_NAMES.get(source) ?? new Set(source.symbols.map(toPlainName));
  PLAIN_NAMES.set(source, names);
  return names;
}

/** The compiler's suffix of a method that is used as a value. */
const METHOD_VALUE = '-fm';

/**
 * Converts a function name to the spelling of the Go vulnerability database: `Decoder.Decode` for
 * `(*Decoder[...]).Decode-fm`. https://go.dev/doc/security/vuln/database
 */
export function toPlainName(symbol: string): string {
  const isValue = symbol.endsWith(METHOD_VALUE);
  const name = isValue ? symbol.slice(0, -METHOD_VALUE.length) : symbol;
  return stripTypeParameters(name).replaceAll('(*', '').replaceAll(')', '');
}

/** Type parameters may be nested. */
function stripTypeParameters(name: string): string {
  if (!name.includes('[')) {
    return name;
  }
  let plain = '';
  let depth = 0;
  for (const character of name) {
    if (character === '[') {
      depth++;
    } else if (character === ']') {
      depth = Math.max(0, depth - 1);
    } else if (depth === 0) {
      plain += character;
    }
  }
  return plain;
}
