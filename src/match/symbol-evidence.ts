import type { Advisory, AdvisoryQualifiers } from '../core/advisory.ts';
import { compareText } from '../core/compare-text.ts';
import type { SymbolEvidence } from '../core/finding.ts';
import type { PackageSymbols } from '../core/package.ts';
import { listAdvisoryIds } from './identity.ts';
import type { MatchContext } from './matcher.ts';

type Imports = NonNullable<AdvisoryQualifiers['imports']>;

/**
 * Returns the functions that a statement names. If it names none, those that another source names
 * about the same vulnerability of the package: GitHub only names the module that a Go advisory is
 * about. `all`: every statement about the package.
 */
export function listNamedFunctions(
  advisory: Advisory,
  all: readonly Advisory[],
  context: MatchContext,
): Imports {
  const own = advisory.qualifiers?.imports ?? [];
  if (own.length > 0 || !all.some(({ qualifiers }) => (qualifiers?.imports?.length ?? 0) > 0)) {
    return own;
  }
  const ids = new Set(listAdvisoryIds(advisory, context));
  const related = all.filter(
    (other) =>
      other.provider !== advisory.provider &&
      listAdvisoryIds(other, context).some((id) => ids.has(id)),
  );
  const bySource = [...Map.groupBy(related, ({ provider }) => provider).values()].map((some) =>
    some.map(({ qualifiers }) => qualifiers?.imports ?? []),
  );
  // A source that also states the whole package as affected does not limit it to functions.
  return bySource.filter((lists) => lists.every((list) => list.length > 0)).flat(2);
}

/**
 * Returns which of the named functions the executable contains. `undefined`: none is named, or the
 * executable has no symbols, so that the statement applies to the whole package.
 */
export function findSymbolEvidence(
  imports: Imports,
  symbols: readonly PackageSymbols[] = [],
): SymbolEvidence | undefined {
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
