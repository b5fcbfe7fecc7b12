/** The facts that a person knows after hearing one page. */
export interface FirstMinute {
  readonly outcome: 'fail' | 'pass' | 'unknown';
  readonly reason: string;
  readonly action: string;
}

/** Marks a heading, which ends the text before it. */
const HEADING = '# ';

const OUTCOMES = [
  ['fail', /must not ship/],
  ['unknown', /unknown/],
  ['pass', /may ship/],
] as const;

/**
 * Reads the accessibility tree of the overview or of an image, as a screen reader speaks it: the
 * heading, then the paragraphs and lists after it. It knows no address and no style.
 */
export function readFirstMinute(tree: string): FirstMinute {
  const lines = tree.split('\n').map(toSpokenText).filter(Boolean);
  const [, ...rest] = lines;
  const heading = (lines[0] ?? '').slice(HEADING.length);
  const outcome = OUTCOMES.find(([, words]) => words.test(heading))?.[0];
  const why = rest.findIndex((line) => line.startsWith('Why: '));
  const first = rest.findIndex((line) => /^(?:First|Next)(?::|$)/.test(line));
  const action = first === -1 ? '' : joinUntilStop(rest.slice(first));
  if (outcome === undefined || action === '') {
    throw new Error(`the page does not state the first step:\n${lines.slice(0, 12).join('\n')}`);
  }
  const stated = heading.slice(heading.lastIndexOf(': ') + 2);
  return { outcome, reason: why === -1 ? stated : joinUntilStop(rest.slice(why)), action };
}

/** Removes the roles of a line, which are spoken, but are not the message. */
function toSpokenText(line: string): string {
  const text = line
    .trim()
    .replace(/^- /, '')
    .replace(/^'(.*)'(:?)$/, '$1$2');
  if (text.startsWith('/url')) {
    return '';
  }
  if (text.startsWith('heading ')) {
    return `${HEADING}${/"(.*)"/.exec(text)?.[1] ?? ''}`;
  }
  const [, named] = /^[a-z]+ "(.*)"(?: \[[^\]]*\])*:?$/.exec(text) ?? [];
  const [, spoken] = /^[a-z]+: "?(.*?)"?$/.exec(text) ?? [];
  return named ?? spoken ?? (/^[a-z]+:?$/.test(text) ? '' : text);
}

/** A sentence goes on over links, which are nodes of their own. */
function joinUntilStop(lines: readonly string[]): string {
  const parts: string[] = [];
  for (const line of lines.slice(0, 8)) {
    if (line.startsWith(HEADING)) {
      break;
    }
    parts.push(line);
    if (/[.!]$/.test(line)) {
      break;
    }
  }
  return parts.join(' ').replace(/^(?:Why|First|Next):? /, '');
}
