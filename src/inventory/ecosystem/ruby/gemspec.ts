import { splitLines } from '../../../foundation/syntax/text/lines.ts';
import { parseRubyTexts } from './ruby-texts.ts';

/** Plain assignments of a gem specification; missing values are empty. */
export interface Gemspec {
  readonly name: string;
  readonly version: string;
  readonly homepage: string;
  readonly licenses: readonly string[];
  readonly authors: readonly string[];
  readonly files: readonly string[];
  /** Names of the gems that it requires at run time. */
  readonly dependencies: readonly string[];
}

const ASSIGNMENT = /^\s*\w+\.(name|version|homepage|licenses?|authors?|files)\s*=\s*(\S.*)$/;
const DEPENDENCY = /^\s*\w+\.add_(?:runtime_)?dependency[\s(]+(\S.*)$/;

/**
 * Parses the specification that RubyGems writes next to an installed gem: a program, of which only
 * assignments of strings are parsed, each on a line of its own. "Specification Reference".
 */
export function parseGemspec(text: string): Gemspec {
  const values = new Map<string, readonly string[]>();
  const dependencies: string[] = [];
  for (const line of splitLines(text)) {
    const [, field, value] = ASSIGNMENT.exec(line.text) ?? [];
    if (field !== undefined && value !== undefined) {
      values.set(field.replace(/^(author|license)$/, '$1s'), parseRubyTexts(value));
    }
    const [, needed] = DEPENDENCY.exec(line.text) ?? [];
    const [name] = needed === undefined ? [] : parseRubyTexts(needed);
    if (name !== undefined) {
      dependencies.push(name);
    }
  }
  const [name = ''] = values.get('name') ?? [];
  const [version = ''] = values.get('version') ?? [];
  return {
    name,
    version,
    homepage: expandHomepage(values.get('homepage')?.[0] ?? '', name, version),
    licenses: values.get('licenses') ?? [],
    authors: values.get('authors') ?? [],
    files: values.get('files') ?? [],
    dependencies: [...new Set(dependencies)],
  };
}

/** A URL that contains any other expression is ignored. */
function expandHomepage(text: string, name: string, version: string): string {
  const known = text.replace(
    /#\{\s{0,9}(?:\w{1,64}\.)?(name|version)\s{0,9}\}/g,
    (_, field: string) => (field === 'name' ? name : version),
  );
  return known.includes('#{') ? '' : known;
}
