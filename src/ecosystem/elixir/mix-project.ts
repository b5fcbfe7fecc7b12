import type { Budget } from '../../core/budget.ts';

/** Names of the packages that Mix projects request. */
export interface MixRequests {
  /** Only requested by environments other than production. */
  readonly development: readonly string[];
  readonly production: readonly string[];
  /** Directory of the projects of an umbrella; absent for other projects. */
  readonly appsFolder?: string;
}

const TOKEN =
  /\s+|#[^\n]*|"""[^]*?"""|'''[^]*?'''|"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'|:"(?:\\[^]|[^"\\])*"|::|:[A-Za-z_]\w*[?!]?|[A-Za-z_]\w*[?!]?:(?!:)|[A-Za-z_]\w*[?!]?|<<|>>|[^]/y;
const PRODUCTION = ':prod';
/** Cost of a character relative to one of plain text. */
const CHAR_STEPS = 5;

/**
 * Reads the environments that request each package from the tuples of a `mix.exs`: `{:ex_doc, "~>
 * 0.30", only: :dev}`. Mix, "Mix.Tasks.Deps". The program is not run. Returns `undefined` if it
 * computes the name of a package, uses a package from a directory whose requirements are unknown,
 * or if the budget has no steps left.
 */
export function readMixProject(text: string, budget: Budget): MixRequests | undefined {
  if (!budget.takeSteps(text.length * CHAR_STEPS)) {
    return undefined;
  }
  const tokens = readTokens(text);
  const development = new Set<string>();
  const production = new Set<string>();
  for (const tuple of findTuples(tokens)) {
    const [name = '', separator, second = ''] = tuple;
    const isPackage = separator === ',' && (second.startsWith('"') || second.endsWith(':'));
    if (!isPackage) {
      continue;
    }
    if (!/^:\w/.test(name) || tuple.includes('path:')) {
      return undefined;
    }
    (isForDevelopment(tuple) ? development : production).add(name.slice(1));
  }
  const apps = tokens.indexOf('apps_path:');
  return {
    development: [...development].filter((name) => !production.has(name)),
    production: [...production],
    ...(apps < 0 ? {} : { appsFolder: (tokens[apps + 1] ?? '').replace(/^"(.*)"$/, '$1') }),
  };
}

function readTokens(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    const token = TOKEN.exec(text)?.[0] ?? '';
    if (token.trim() !== '' && !token.startsWith('#')) {
      tokens.push(token);
    }
  }
  return tokens;
}

/** Yields tuples without inner braces, which tuples of packages do not have. */
function* findTuples(tokens: readonly string[]): Iterable<readonly string[]> {
  let open = -1;
  for (const [place, token] of tokens.entries()) {
    if (token === '{') {
      open = place;
    } else if (token === '}' && open >= 0) {
      yield tokens.slice(open + 1, place);
      open = -1;
    }
  }
}

/** `only: :dev` or `only: [:dev, :test]`; any other tuple may be for production. */
function isForDevelopment(tuple: readonly string[]): boolean {
  const place = tuple.indexOf('only:');
  if (place < 0) {
    return false;
  }
  const first = tuple[place + 1] ?? '';
  const end = first === '[' ? tuple.indexOf(']', place) : place + 2;
  const after = tuple[first === '[' ? end + 1 : end];
  const names = tuple
    .slice(first === '[' ? place + 2 : place + 1, Math.max(end, 0))
    .filter((token) => token !== ',');
  return (
    names.length > 0 &&
    (after === undefined || after === ',' || after === ']') &&
    names.every((name) => /^:\w/.test(name) && name !== PRODUCTION)
  );
}
