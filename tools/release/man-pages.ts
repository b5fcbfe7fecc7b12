import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandDescription } from '../../src/cli/command.ts';
import { COMMANDS, listCommandWords } from '../../src/cli/command-table.ts';
import { createCompletionScript, SHELLS } from '../../src/cli/completion-script.ts';
import { formatDefault, formatFlag } from '../../src/cli/help-text.ts';
import type { CommandName } from '../../src/foundation/config/command-names.data.ts';
import type { OptionSpec } from '../../src/foundation/config/option-spec.ts';
import { OPTION_LIST } from '../../src/foundation/config/option-table.ts';
import { EXIT_STATUS } from '../../src/foundation/core/error.ts';
import { VERSION } from '../../src/foundation/core/package-version.ts';
import { sources } from '../../src/image/source/registry.generated.ts';
import { formatLoaders } from '../../src/report/output/format-loaders.ts';

const STATUSES: readonly (readonly [number, string])[] = [
  [EXIT_STATUS.fine, 'success'],
  [EXIT_STATUS.toolError, 'error'],
  [EXIT_STATUS.gateFailed, 'a gate or a policy failed'],
  [EXIT_STATUS.usage, 'invalid command line or configuration'],
  [EXIT_STATUS.incomplete, 'incomplete result, with --fail-incomplete or a gate'],
  [EXIT_STATUS.unreachable, 'target not found or not accessible'],
];

/** Escapes text for roff: backslashes, hyphens of options, and lines that look like requests. */
function escapeRoff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/^(?=[.'])/gm, '\\&');
}

function formatEntry(term: string, meaning: string): string {
  return `.TP\n.B ${escapeRoff(term)}\n${escapeRoff(meaning)}\n`;
}

function formatSection(title: string, text: string): string {
  return text === '' ? '' : `.SH ${title}\n${text}`;
}

function formatHead(name: string, summary: string): string {
  const title = escapeRoff(name.toUpperCase());
  return `.TH ${title} 1 "" "plimsoll ${VERSION}" "plimsoll"\n.SH NAME\n${escapeRoff(name)} \\- ${escapeRoff(summary)}\n`;
}

function formatOption(spec: OptionSpec): string {
  const byDefault = formatDefault(spec);
  const choices = spec.kind === 'choice' ? ` (${spec.choices.join(', ')})` : '';
  const value = byDefault === '' ? '' : ` [${byDefault}]`;
  return formatEntry(formatFlag(spec).trim(), `${spec.description}${choices}${value}`);
}

function formatExamples({ examples }: Pick<CommandDescription, 'examples'>): string {
  return examples.map(({ line, does }) => formatEntry(line, does)).join('');
}

/** As the pages of Git: `plimsoll-serve-admin`. */
function toPageName(command: CommandName): string {
  return `plimsoll-${command.replaceAll(' ', '-')}`;
}

function formatCommandPage(command: CommandDescription): string {
  const { name, usage, summary, notes = [] } = command;
  const options = OPTION_LIST.filter(({ spec }) => spec.commands.includes(name));
  const usages = usage.split(' | ').map((line) => `${escapeRoff(line)}\n.br\n`);
  return [
    formatHead(toPageName(name), summary),
    formatSection('SYNOPSIS', usages.join('')),
    formatSection('DESCRIPTION', notes.map((line) => `${escapeRoff(line)}\n`).join('')),
    formatSection('EXAMPLES', formatExamples(command)),
    formatSection(
      'ARGUMENTS',
      listCommandWords(command)
        .map(([word, meaning]) => formatEntry(word, meaning))
        .join(''),
    ),
    formatSection('OPTIONS', options.map(({ spec }) => formatOption(spec)).join('')),
    '.SH SEE ALSO\n.BR plimsoll (1)\n',
  ].join('');
}

function formatOverviewPage(): string {
  const commands = COMMANDS.map(({ name, summary }) =>
    formatEntry(`${toPageName(name)}(1)`, summary),
  );
  const statuses = STATUSES.map(([status, meaning]) => formatEntry(String(status), meaning));
  return [
    formatHead('plimsoll', 'find packages and vulnerabilities in container images'),
    '.SH SYNOPSIS\nplimsoll [COMMAND] TARGET [options]\n',
    '.SH DESCRIPTION\nWithout a command, TARGET is scanned. Every option can also be set by a variable PLIMSOLL_NAME, or in .plimsoll.yaml.\n',
    formatSection('COMMANDS', commands.join('')),
    formatSection('EXIT STATUS', statuses.join('')),
  ].join('');
}

/** Returns every manual page by its file name, made from the tables that the help is made from. */
export function createManPages(): ReadonlyMap<string, string> {
  return new Map([
    ['plimsoll.1', formatOverviewPage()],
    ...COMMANDS.map(
      (command) => [`${toPageName(command.name)}.1`, formatCommandPage(command)] as const,
    ),
  ]);
}

/** Writes the manual pages to `man`, and the completion scripts to `completion`. */
export function writeManuals(folder: string): void {
  mkdirSync(join(folder, 'man'));
  for (const [name, text] of createManPages()) writeFileSync(join(folder, 'man', name), text);
  mkdirSync(join(folder, 'completion'));
  const values = {
    output: formatLoaders.map(({ id }) => id),
    from: sources.map(({ id }) => id),
  };
  for (const shell of SHELLS) {
    const script = createCompletionScript(shell, values);
    writeFileSync(join(folder, 'completion', `plimsoll.${shell}`), script);
  }
}
