/** A part of a shell word in its written form. */
export type ShellPart =
  | {
      readonly kind: 'text';
      readonly text: string;
      /** Quoted text is neither split nor expanded as a pattern. */
      readonly isQuoted: boolean;
    }
  | {
      readonly kind: 'variable';
      /** Name, digit or special character: `PATH`, `1`, `@`. */
      readonly name: string;
      readonly isQuoted: boolean;
      /** Operator after the name in braces: `:-`, `=`, `%`, `#` …; absent if there is none. */
      readonly operator?: string;
      readonly word?: ShellWord;
    }
  | {
      /** Output of commands. The commands are also in the list. */
      readonly kind: 'output';
      readonly source: string;
      readonly isQuoted: boolean;
    }
  /** Arithmetic or process substitution. */
  | { readonly kind: 'other' };

export type ShellWord = readonly ShellPart[];

export interface ShellAssignment {
  readonly name: string;
  readonly value: ShellWord;
}

/** A simple command in any position: list, function or substitution. */
export interface ShellCommand {
  /** Line of its first word, starting at 1. */
  readonly line: number;
  readonly words: readonly ShellWord[];
  /** Line of each word; absent if all words are on the first line. */
  readonly wordLines?: readonly number[];
  readonly assignments: readonly ShellAssignment[];
  /** Words that `<` redirects standard input from. */
  readonly inputs: readonly ShellWord[];
  /** The innermost function that contains it; absent outside of functions. */
  readonly inside?: string;
  /** Index of the first command of the pipeline that feeds it. */
  readonly inputIndex?: number;
  /** It is in a substitution: another word receives its output. */
  readonly isPrinted?: true;
  /** Values that a loop variable takes; such a command has no words. */
  readonly loop?: { readonly name: string; readonly values: readonly ShellWord[] };
}

/** The commands of a script; their order is not kept. */
export interface ShellScript {
  readonly commands: readonly ShellCommand[];
  readonly functions: readonly string[];
  /** Line at which parsing stopped; absent if the script is valid. */
  readonly brokenAt?: number;
}
