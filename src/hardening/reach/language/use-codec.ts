import { assert } from '../../../foundation/core/assert.ts';
import type { JavascriptUse } from './javascript/javascript-uses.ts';
import type { PerlUse } from './perl/perl-uses.ts';
import type { PhpUse } from './php/php-uses.ts';
import type { ProgramUse } from './program-use.ts';
import type { PythonUse } from './python/python-uses.ts';
import type { RubyUse } from './ruby/ruby-uses.ts';
import type { StartedUse } from './started-commands.ts';

/**
 * Encodes the uses of one file as a string with a line for each: the letter of its kind, its line
 * number and its text. Facts are cached for every program file of an image, and a string needs a
 * fraction of the memory and time of a list of objects.
 */
export class UseCodec<Kind extends string> {
  readonly #letters: Readonly<Record<Kind, string>>;
  readonly #kinds: ReadonlyMap<string, Kind>;

  constructor(letters: Readonly<Record<Kind, string>>) {
    const kinds = Object.keys(letters) as Kind[];
    this.#letters = letters;
    this.#kinds = new Map(kinds.map((kind) => [letters[kind], kind]));
    assert(this.#kinds.size === kinds.length, 'one letter for each kind');
  }

  get kinds(): readonly Kind[] {
    return [...this.#kinds.values()];
  }

  encode(uses: readonly ProgramUse<Kind>[]): string {
    return uses.map(({ kind, line, text }) => `${this.#letters[kind]}${line} ${text}`).join('\n');
  }

  decode(encoded: string): readonly ProgramUse<Kind>[] {
    return encoded === '' ? [] : encoded.split('\n').map((entry) => this.#decodeUse(entry));
  }

  #decodeUse(entry: string): ProgramUse<Kind> {
    const kind = this.#kinds.get(entry.charAt(0));
    assert(kind !== undefined, 'a letter of the codec');
    const blank = entry.indexOf(' ');
    return { kind, line: Number(entry.slice(1, blank)), text: entry.slice(blank + 1) };
  }
}

export const JAVASCRIPT_CODEC = new UseCodec<JavascriptUse['kind']>({
  require: 'R',
  'conditional-require': 'r',
  import: 'I',
  'dynamic-import': 'i',
  resolve: 'e',
  path: 'p',
  url: 'u',
  computed: 'v',
  directory: 'd',
});

export const PERL_CODEC = new UseCodec<PerlUse['kind']>({
  use: 'U',
  require: 'R',
  'conditional-require': 'r',
  'do-file': 'd',
  'library-directory': 'l',
  computed: 'v',
  'module-string': 's',
});

export const PHP_CODEC = new UseCodec<PhpUse['kind']>({
  include: 'R',
  'conditional-include': 'r',
  'relative-include': 'D',
  'conditional-relative-include': 'd',
  computed: 'v',
  class: 'c',
  namespace: 'n',
});

export const PYTHON_CODEC = new UseCodec<PythonUse['kind']>({
  import: 'I',
  'conditional-import': 'i',
  'main-import': 'm',
  'import-call': 'c',
  computed: 'v',
  'entry-points': 'e',
  'dotted-string': 's',
});

export const RUBY_CODEC = new UseCodec<RubyUse['kind']>({
  require: 'R',
  'conditional-require': 'r',
  'relative-file': 'l',
  load: 'o',
  autoload: 'a',
  'autoload-name': 'n',
  computed: 'v',
  gem: 'g',
  bundle: 'b',
});

export const STARTED_CODEC = new UseCodec<StartedUse['kind']>({
  command: 'c',
  'shell-line': 's',
  computed: 'v',
  path: 'p',
});

export const ZONE_CODEC = new UseCodec<'zone' | 'any'>({ zone: 'z', any: 'v' });

export const CHARACTER_SET_CODEC = new UseCodec<'set'>({ set: 's' });

/** The text is the key and the command, with a blank between. */
export const DATA_CODEC = new UseCodec<'command'>({ command: 'c' });
