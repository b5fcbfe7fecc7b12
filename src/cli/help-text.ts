import { type CommandName, MAIN_COMMANDS } from '../foundation/config/command-names.data.ts';
import type { OptionSpec } from '../foundation/config/option-spec.ts';
import { OPTION_TOPICS } from '../foundation/config/option-table.ts';
import { isBytesLimit, LIMIT_NAMES } from '../foundation/config/read-value.ts';
import { LIMITS, type LimitName } from '../foundation/core/limits.ts';
import { groupDigits } from '../foundation/core/screen-text.ts';
import { fitLines, wrapWords } from '../foundation/present/fitted-lines.ts';
import type { CommandDescription } from './command.ts';
import { COMMANDS, listCommandWords } from './command-table.ts';
import { RENAMED_COMMANDS } from './renamed-commands.data.ts';

type Row = readonly [term: string, meaning: string];

const INDENT = '  ';
/** Longer lines are hard to read on any terminal. */
const COLUMNS_MAX = 100;
const TERM_PART_MAX = 0.48;
/** Minimum width of a description beside its term on any terminal. */
const MEANING_COLUMNS_MIN = 16;

const FIRST_EXAMPLES: readonly Row[] = [
  ['plimsoll demo', 'scan a built-in sample; needs no network'],
  ['plimsoll app.tar', 'scan an image archive for vulnerabilities'],
  ['plimsoll app.tar -q --fail-on high', 'in CI: exit with status 2 on a high or critical finding'],
  ['plimsoll sbom app.tar -o cyclonedx-json=app.json', 'write an SBOM'],
  ['plimsoll why app.tar CVE-2023-0286', 'explain a finding and its fix'],
  ['plimsoll compare app-1.tar app-2.tar', 'compare two images'],
];

const NOTES: readonly string[] = [
  'Run "plimsoll help COMMAND" for the options of a command, "plimsoll help limits" for limits and',
  '"plimsoll help renamed" for commands of old texts.',
  'Exit status: 0 success, 1 error, 2 a gate failed, 3 invalid command line or configuration,',
  '4 incomplete result, 5 target not found or not accessible.',
];

/**
 * Returns the page of `plimsoll --help`, for a terminal of the given width, or of unknown width.
 */
export function formatOverview(terminalColumns?: number): string {
  const columns = chooseHelpColumns(terminalColumns);
  const rows = COMMANDS.map(({ name, summary }): Row => [name, summary]);
  const main = MAIN_COMMANDS.flatMap((name) => rows.filter(([term]) => term === name));
  const more = rows.filter((row) => !main.includes(row) && !row[0].includes(' '));
  const width = computeTermWidth(columns, [...main, ...more]);
  return page(columns, [
    ['Examples', formatRows(columns, FIRST_EXAMPLES)],
    ['Usage', [`${INDENT}plimsoll TARGET [options]`, `${INDENT}plimsoll COMMAND [options]`]],
    ['Commands', formatRows(columns, main, width)],
    ['More', formatRows(columns, more, width)],
    ['Notes', formatNotes(columns, NOTES)],
  ]);
}

/** Returns the page of `plimsoll help COMMAND`. */
export function formatCommandHelp(command: CommandDescription, terminalColumns?: number): string {
  const columns = chooseHelpColumns(terminalColumns);
  const words: Row[] = listCommandWords(command);
  return page(columns, [
    ['Examples', formatRows(columns, listExampleRows(command))],
    ['Usage', command.usage.split(' | ').map((usage) => `${INDENT}${usage}`)],
    [
      'Description',
      [`${INDENT}${toSentence(command.summary)}`, ...formatNotes(columns, command.notes ?? [])],
    ],
    ['Arguments', formatRows(columns, words)],
    ...listOptionSections(columns, command.name),
  ]);
}

/** Returns the page of `plimsoll help limits`. */
export function formatLimitsHelp(terminalColumns?: number): string {
  const columns = chooseHelpColumns(terminalColumns);
  return page(columns, [
    [
      'Examples',
      formatRows(columns, [
        ['plimsoll huge.tar --limit layerBytesMax=128GiB', 'allow a larger layer'],
      ]),
    ],
    [
      'Limits',
      formatRows(
        columns,
        LIMIT_NAMES.map((name) => [name, `${LIMITS[name].about} [${formatLimit(name)}]`]),
      ),
    ],
    [
      'Notes',
      formatNotes(columns, [
        'Images are untrusted input, so everything they can make plimsoll do is limited. Exceeding a',
        'limit is reported as a problem of the file, or ends the scan with the error E_LIMIT.',
        'To set limits in .plimsoll.yaml, use the same names under the key "limits".',
      ]),
    ],
  ]);
}

/** Returns the page of `plimsoll help renamed`. */
export function formatRenamedHelp(terminalColumns?: number): string {
  const columns = chooseHelpColumns(terminalColumns);
  return page(columns, [['New names', formatRows(columns, [...RENAMED_COMMANDS])]]);
}

/** Formats the default of a limit, bytes in the largest unit that needs no fraction. */
export function formatLimit(name: LimitName): string {
  const { value } = LIMITS[name];
  if (value === 0) {
    return '0';
  }
  const units = isBytesLimit(name) ? (['GiB', 'MiB', 'KiB'] as const) : [];
  const unit = units.findIndex((_, index) => value % 1024 ** (3 - index) === 0);
  return unit === -1 ? groupDigits(value) : `${value / 1024 ** (3 - unit)} ${units[unit]}`;
}

function toSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function listExampleRows(command: CommandDescription): Row[] {
  return command.examples.map(({ line, does }) => [line, does]);
}

/**
 * Sentences that end with their line stay apart; others are wrapped at the width of the terminal.
 */
function formatNotes(columns: number, notes: readonly string[]): string[] {
  const paragraphs: string[] = [];
  let isEnded = true;
  for (const note of notes) {
    paragraphs.push(isEnded ? note : `${paragraphs.pop()} ${note}`);
    isEnded = note.endsWith('.');
  }
  return paragraphs.flatMap((paragraph) =>
    wrapWords(paragraph, columns - INDENT.length).map((line) => `${INDENT}${line}`),
  );
}

type Section = readonly [title: string, lines: readonly string[]];

/** Up to this number, options are printed as one list. */
const UNDIVIDED_MAX = 14;

/** Lists the options of a command, by topic if there are many. */
function listOptionSections(columns: number, command: CommandName): Section[] {
  const topics = OPTION_TOPICS.map(({ title, options }) => ({
    title,
    pairs: listOptionRows(Object.values(options).filter((spec) => hasCommand(spec, command))),
  }));
  const all = topics.flatMap(({ pairs }) => pairs);
  if (all.length <= UNDIVIDED_MAX) {
    return [['Options', formatRows(columns, all)]];
  }
  const width = computeTermWidth(columns, all);
  return topics.map(({ title, pairs }) => [`Options: ${title}`, formatRows(columns, pairs, width)]);
}

function hasCommand({ commands }: OptionSpec, command: CommandName): boolean {
  return commands.includes(command);
}

function listOptionRows(specs: readonly OptionSpec[]): Row[] {
  return specs.map((spec) => [formatFlag(spec), formatMeaning(spec)]);
}

/** Formats an option: `-o, --output FORMAT[=FILE]`. */
export function formatFlag(spec: OptionSpec): string {
  const short = spec.short === undefined ? '    ' : `-${spec.short}, `;
  const argument = spec.kind === 'boolean' ? '' : ` ${spec.argument}`;
  return `${short}--${spec.flag}${argument}`;
}

function formatMeaning(spec: OptionSpec): string {
  const byDefault = formatDefault(spec);
  const choices = spec.kind === 'choice' ? ` (${spec.choices.join(', ')})` : '';
  return `${spec.description}${choices}${byDefault === '' ? '' : ` [${byDefault}]`}`;
}

/** Formats the default; empty if it is obvious. */
export function formatDefault(spec: OptionSpec): string {
  switch (spec.kind) {
    case 'boolean':
    case 'list':
    case 'limits':
      return '';
    case 'text':
      return spec.defaultAbout;
    default:
      return String(spec.default);
  }
}

function chooseHelpColumns(terminalColumns: number | undefined): number {
  return Math.min(COLUMNS_MAX, terminalColumns ?? COLUMNS_MAX);
}

function page(columns: number, sections: readonly Section[]): string {
  const text = sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => `${title}\n${lines.join('\n')}\n`)
    .join('\n');
  return fitLines(text, columns);
}

/**
 * Computes the width of the term column: that of the longest term that leaves enough room for the
 * descriptions.
 */
function computeTermWidth(columns: number, pairs: readonly Row[]): number {
  const widest = Math.floor(columns * TERM_PART_MAX);
  return Math.max(0, ...pairs.map(([term]) => term.length).filter((length) => length <= widest));
}

/** Formats two columns; a term that is too long for the first has its own line. */
function formatRows(
  columns: number,
  pairs: readonly Row[],
  width = computeTermWidth(columns, pairs),
): string[] {
  return pairs.flatMap(([term, meaning]) => {
    const lines = wrapWords(meaning, Math.max(MEANING_COLUMNS_MIN, columns - width - 4));
    const margin = `${INDENT}${' '.repeat(width)}${INDENT}`;
    if (term.length > width) {
      return [`${INDENT}${term}`, ...lines.map((line) => `${margin}${line}`)];
    }
    const [first = '', ...rest] = lines;
    return [
      `${INDENT}${term.padEnd(width)}${INDENT}${first}`,
      ...rest.map((line) => `${margin}${line}`),
    ];
  });
}
