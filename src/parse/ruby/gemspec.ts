import { linesOf } from '../text/lines.ts';

/** What a gem specification states in plain assignments; what is not there is empty. */
export interface Gemspec {
  readonly name: string;
  readonly version: string;
  readonly homepage: string;
  readonly licenses: readonly string[];
  readonly authors: readonly string[];
  readonly files: readonly string[];
  /** Names of the gems that it needs at run time. */
  readonly dependencies: readonly string[];
}

const ASSIGNMENT = /^\s*\w+\.(name|version|homepage|licenses?|authors?|files)\s*=\s*(\S.*)$/;
const DEPENDENCY = /^\s*\w+\.add_(?:runtime_)?dependency[\s(]+(\S.*)$/;

/**
 * Reads the specification that RubyGems writes beside an installed gem: a program of which only
 * assignments of texts are understood, each on a line of its own. "Specification Reference".
 */
export function parseGemspec(text: string): Gemspec {
  const values = new Map<string, readonly string[]>();
  const dependencies: string[] = [];
  for (const line of linesOf(text)) {
    const [, field, value] = ASSIGNMENT.exec(line.text) ?? [];
    if (field !== undefined && value !== undefined) {
      values.set(field.replace(/^(author|license)$/, '$1s'), rubyTexts(value));
    }
    const [, needed] = DEPENDENCY.exec(line.text) ?? [];
    const [name] = needed === undefined ? [] : rubyTexts(needed);
    if (name !== undefined) {
      dependencies.push(name);
    }
  }
  const [name = ''] = values.get('name') ?? [];
  const [version = ''] = values.get('version') ?? [];
  return {
    name,
    version,
    homepage: homepageOf(values.get('homepage')?.[0] ?? '', name, version),
    licenses: values.get('licenses') ?? [],
    authors: values.get('authors') ?? [],
    files: values.get('files') ?? [],
    dependencies: [...new Set(dependencies)],
  };
}

/** An address with any other expression in it is none. */
function homepageOf(text: string, name: string, version: string): string {
  const known = text.replace(
    /#\{\s{0,9}(?:\w{1,64}\.)?(name|version)\s{0,9}\}/g,
    (_, field: string) => (field === 'name' ? name : version),
  );
  return known.includes('#{') ? '' : known;
}

const PERCENT_ENDS: Readonly<Record<string, string>> = { '<': '>', '(': ')', '[': ']', '{': '}' };

/** The texts of a Ruby expression in their order: `"a"`, `'a'` and `%q<a>`. */
function rubyTexts(expression: string): string[] {
  const texts: string[] = [];
  for (let at = 0; at < expression.length; at++) {
    const character = expression[at] ?? '';
    const isPercent = character === '%' && /[qQ]/.test(expression[at + 1] ?? '');
    const open = isPercent ? at + 2 : at;
    const close = isPercent
      ? (PERCENT_ENDS[expression[open] ?? ''] ?? '')
      : /["']/.exec(character)?.[0];
    if (close === undefined || close === '') {
      continue;
    }
    const end = endOf(expression, open + 1, close);
    texts.push(unescaped(expression.slice(open + 1, end), close));
    at = end;
  }
  return texts;
}

function endOf(expression: string, from: number, close: string): number {
  for (let at = from; at < expression.length; at++) {
    if (expression[at] === '\\') {
      at++;
    } else if (expression[at] === close) {
      return at;
    }
  }
  return expression.length;
}

function unescaped(text: string, close: string): string {
  return close === "'"
    ? text.replace(/\\(['\\])/g, '$1')
    : text.replace(/\\(?:u\{?([0-9A-Fa-f]{4})\}?|(.))/g, (_, code?: string, other?: string) =>
        code === undefined ? (other ?? '') : String.fromCharCode(Number.parseInt(code, 16)),
      );
}
