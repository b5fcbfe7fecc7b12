/** A command line of plimsoll in a page of documentation. */
export interface DocumentedCommand {
  readonly line: number;
  /** The arguments after the name of the program. */
  readonly args: readonly string[];
}

/** The program at the start of a command, also in a step of a CI system and after variables. */
const PROGRAM = /(?:^|[`'\s])(?:\.\/|scanner\/)?plimsoll (?=\S)/g;
const FENCE = /^\s*```/;
/** A string in quotes, an operator of the shell, or an argument without spaces. */
const TOKEN = /'([^']*)'|"([^"]*)"|([|<>;&]+)|((?:[^\s|<>;&'"]|"[^"]*"|'[^']*')+)/g;

/**
 * Returns the command lines of a Markdown page: those in blocks of code, except for output, and
 * those between backticks.
 */
export function findDocumentedCommands(page: string): DocumentedCommand[] {
  const commands: DocumentedCommand[] = [];
  let fence: string | undefined;
  for (const [index, text] of page.split('\n').entries()) {
    if (FENCE.test(text)) {
      fence = fence === undefined ? text.trim().slice('```'.length) : undefined;
      continue;
    }
    for (const code of listCode(text, fence)) {
      commands.push(...splitCommands(code).map((args) => ({ line: index + 1, args })));
    }
  }
  return commands;
}

/** In a block with the output of commands, only lines with a prompt are commands. */
function listCode(text: string, fence: string | undefined): string[] {
  if (fence === undefined) {
    return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
  }
  if (fence === 'console') {
    return text.startsWith('$ ') ? [text.slice('$ '.length)] : [];
  }
  return fence === 'text' ? [] : [text];
}

function splitCommands(code: string): string[][] {
  return [...code.matchAll(PROGRAM)].map((match) => {
    const isQuoted = match[0].startsWith("'");
    const rest = code.slice(match.index + match[0].length);
    return splitArguments(isQuoted ? rest.replace(/'[^']*$/, '') : rest);
  });
}

/** Splits one command as a shell does, up to a comment or an operator such as `|`. */
function splitArguments(text: string): string[] {
  const args: string[] = [];
  for (const [, single, double, operator, word] of text.matchAll(TOKEN)) {
    const argument = single ?? double ?? word;
    if (operator !== undefined || argument === undefined || argument.startsWith('#')) break;
    args.push(argument);
  }
  return args;
}
