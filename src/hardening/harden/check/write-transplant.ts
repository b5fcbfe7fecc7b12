import { formatProcess, formatReference } from '../process-instructions.ts';
import type { RecipeProcess } from '../recipe-contract.ts';
import type { RemovalPlan } from '../removal-plan.ts';
import { type BaseCheck, describeCopied } from './base-check.ts';
import { formatCopy } from './copy-lines.ts';

export interface TransplantTarget {
  readonly plan: RemovalPlan;
  readonly process: RecipeProcess;
  /** Name of the base image, with its digest if that is known. */
  readonly base: string;
}

/** Writes a Dockerfile that moves an application to another base image. */
export function writeTransplant(
  check: BaseCheck,
  { plan, process, base }: TransplantTarget,
): string {
  const { own, added, user, program, bets } = check;
  const copied = describeCopied(check);
  const names = process.secretNames.map(
    (name) => `# Set the variable ${name} yourself: it may be a secret.`,
  );
  const lines = [
    `# The application of ${toOneLine(plan.image.name)} on ${toOneLine(base)}; it was not built here.`,
    ...(bets === 0
      ? []
      : [`# ${bets} places in the application cannot be followed; see "plimsoll harden plan".`]),
    ...names,
    `FROM ${formatReference(plan)} AS app`,
    '',
    `FROM ${toOneLine(base)}`,
    'USER 0',
    ...own.map((line) => formatCopy(line, 'app')),
    ...(added.length === 0 ? [] : ['# Files that the base image lacks, the smallest first:']),
    ...(copied === undefined ? [] : [`# ${toOneLine(copied)}.`]),
    ...added.map((line) => formatCopy(line, 'app')),
    ...formatProcess({
      ...process,
      ...replaceProgram(process, program),
      user: user ?? (process.user || '0'),
    }),
  ];
  return `${lines.join('\n')}\n`;
}

/** Replaces the first word of the command; none is replaced if no program is given. */
function replaceProgram(
  { entrypoint, arguments: words }: RecipeProcess,
  program: string | undefined,
): Pick<RecipeProcess, 'entrypoint' | 'arguments'> {
  const replace = (command: readonly string[]): readonly string[] =>
    program === undefined ? command : [program, ...command.slice(1)];
  return entrypoint.length === 0
    ? { entrypoint, arguments: replace(words) }
    : { entrypoint: replace(entrypoint), arguments: words };
}

function toOneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
