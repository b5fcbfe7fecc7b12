/**
 * Characters that could control a terminal or disguise text: C0 and C1 controls, line separators,
 * lone surrogates, and characters that change the writing direction or are invisible. Unicode
 * Technical Report 36.
 */
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\u{e0000}-\u{e007f}]/gu;

/**
 * First characters of commands that CI systems execute if they find them in a job's log: GitHub
 * Actions (`::` at the start of a line, `##[` anywhere), Azure Pipelines (`##vso[` anywhere),
 * TeamCity (`##teamcity[`) and GitLab (section markers). Their parsers skip white space, some
 * remove colors first, and .NET ignores format characters when it compares strings.
 */
const CI_COMMAND =
  /(?<=^(?:[\s\p{Cf}]|\u001b\[[\d;]*m)*):(?=\p{Cf}*:)|#(?=\p{Cf}*#(?:\p{Cf}|\[|vso|teamcity))|s(?=ection_(?:start|end):)/gimu;
/** Every command contains one of these, and very few texts do. */
const CI_HINT = /:\p{Cf}*:|#\p{Cf}*#|ection_/iu;

/**
 * Makes text from an image or a user safe to print: each unsafe character becomes `\u{…}`, and so
 * does the first character of a command to a CI system.
 */
export function escapeText(text: string): string {
  return escapeCiCommands(text.replace(UNSAFE, escapeCharacter));
}

/**
 * Disarms commands to CI systems in text that is otherwise safe to print, or in a document by an
 * escape in its own syntax. Text that was escaped piece by piece can still form a command when
 * pieces are joined or a line is wrapped.
 */
export function escapeCiCommands(text: string, escape = escapeCharacter): string {
  return CI_HINT.test(text) ? text.replace(CI_COMMAND, escape) : text;
}

/** Prefixes of command names, which further text may complete. */
const NAME_PART = '(?:v|vs|vso|t|te|tea|team|teamc|teamci|teamcit|teamcity)?';

/** First characters of text that forms a command when joined with other text. */
const JOINABLE = new RegExp(
  [
    '(?<=(?:^|\\n)\\s*):(?=\\s*$)',
    `#(?=#${NAME_PART}$)`,
    `^#(?=#|\\[|vso|teamcity|${NAME_PART}$)`,
  ].join('|'),
  'giu',
);

/** Like {@link escapeCiCommands}, for text that a user's template joins with other text. */
export function escapeJoinedText(text: string): string {
  return escapeCiCommands(text).replace(JOINABLE, escapeCharacter);
}

function escapeCharacter(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}

/** Like {@link escapeText}, but keeps line feeds and tabs. */
export function escapeLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.split('\t').map(escapeText).join('\t'))
    .join('\n');
}

/** Groups digits: `2,987`. */
export function groupDigits(value: number): string {
  const digits = String(Math.trunc(value));
  const groups: string[] = [];
  for (let end = digits.length; end > 0; end -= 3) {
    groups.unshift(digits.slice(Math.max(0, end - 3), end));
  }
  return groups.join(',');
}

/** Formats a count: `1 package`, `2 packages`. */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${groupDigits(count)} ${count === 1 ? one : many}`;
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** Formats a size: `512 B`, `1.5 KiB`. */
export function formatBytes(value: number): string {
  let scaled = value;
  let unit = 0;
  while (scaled >= 1024 && unit < BYTE_UNITS.length - 1) {
    scaled /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? scaled : scaled.toFixed(1)} ${BYTE_UNITS[unit]}`;
}
