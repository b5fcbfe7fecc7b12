/** A piece of a word of a shell, as it is written. */
export type ShellPart =
  | {
      readonly kind: 'text';
      readonly text: string;
      /** Quoted text is neither split nor a pattern. */
      readonly isQuoted: boolean;
    }
  | {
      readonly kind: 'variable';
      /** Name, digit or special character: `PATH`, `1`, `@`. */
      readonly name: string;
      readonly isQuoted: boolean;
      /** What follows the name in braces: `:-`, `=`, `%`, `#` …; absent where nothing does. */
      readonly operator?: string;
      readonly word?: ShellWord;
    }
  | {
      /** What commands print. They are in the list of commands, too. */
      readonly kind: 'output';
      readonly source: string;
      readonly isQuoted: boolean;
    }
  /** Arithmetic, or the name of a pipe. */
  | { readonly kind: 'other' };

export type ShellWord = readonly ShellPart[];

export interface ShellAssignment {
  readonly name: string;
  readonly value: ShellWord;
}

/** A simple command, wherever it stands: in a list, a function, a substitution. */
export interface ShellCommand {
  /** Line of its first word, from 1. */
  readonly line: number;
  readonly words: readonly ShellWord[];
  /** Line of each word, where one of them is on another line than the first. */
  readonly wordLines?: readonly number[];
  readonly assignments: readonly ShellAssignment[];
  /** What standard input is read from, by `<`. */
  readonly inputs: readonly ShellWord[];
  /** The function that it stands in, the innermost; absent outside of functions. */
  readonly inside?: string;
  /** First command of the pipeline that it is fed by, as a number in the list of commands. */
  readonly fedBy?: number;
  /** It stands in a substitution: another word takes what it prints. */
  readonly isPrinted?: true;
  /** Values that the variable of a loop takes in turn: such a command has no words. */
  readonly loop?: { readonly name: string; readonly values: readonly ShellWord[] };
}

/** What a script does, without the order of it. */
export interface ShellScript {
  readonly commands: readonly ShellCommand[];
  readonly functions: readonly string[];
  /** Where the grammar was not followed further, as a line; absent for a sound script. */
  readonly brokenAt?: number;
}
