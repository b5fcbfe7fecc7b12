import { UserError } from '../foundation/core/error.ts';
import { escapeLines } from '../foundation/core/screen-text.ts';
import { cutText } from '../foundation/present/text-width.ts';

export interface ErrorRendering {
  readonly isColoured: boolean;
  /** Include causes and, for internal errors, the stack. */
  readonly isVerbose: boolean;
}

const MESSAGE_CHARS_MAX = 4_000;
const CAUSES_MAX = 8;

/**
 * Formats an error for a person: `error[E_CODE]: message`, then a `hint:` line. Ends with a line
 * feed.
 */
export function renderError(error: unknown, { isColoured, isVerbose }: ErrorRendering): string {
  const code = error instanceof UserError ? error.code : 'E_INTERNAL';
  const label = isColoured ? `\u001b[1;31merror[${code}]\u001b[0m` : `error[${code}]`;
  const lines = [`${label}: ${cutMessage(getMessage(error))}`];
  if (isVerbose) {
    lines.push(...listCauses(error));
  }
  const isOurs = !(error instanceof UserError);
  if (isOurs && isVerbose && error instanceof Error && error.stack !== undefined) {
    lines.push(cutMessage(error.stack));
  }
  const hint = error instanceof UserError ? findHint(error) : createInternalHint(isVerbose);
  const word = isColoured ? '\u001b[1;36mhint\u001b[0m' : 'hint';
  lines.push(`${word}: ${cutMessage(hint)}`);
  return `${lines.join('\n')}\n`;
}

/** Falls back to the documentation page that has a section on each code. */
function findHint({ code, hint }: UserError): string {
  return hint ?? `see ${code} in docs/errors.md`;
}

function createInternalHint(isVerbose: boolean): string {
  const report = 'this is a bug in plimsoll; please report it';
  return isVerbose ? report : `${report}, with the output of the same command with -v`;
}

function listCauses(error: unknown): string[] {
  const lines: string[] = [];
  let cause = error instanceof Error ? error.cause : undefined;
  while (cause !== undefined && lines.length < CAUSES_MAX) {
    lines.push(`  caused by: ${cutMessage(getMessage(cause))}`);
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return lines;
}

function getMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function cutMessage(text: string): string {
  return cutText(escapeLines(text), MESSAGE_CHARS_MAX);
}
