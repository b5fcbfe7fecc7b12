/** One instruction of a Dockerfile, with its continuation lines and here-documents. */
export interface DockerfileInstruction {
  /** In upper case. */
  readonly verb: string;
  /** The text behind it, without line breaks of continuations and without comments. */
  readonly arguments: string;
  /** Line on which it starts, from 1. */
  readonly line: number;
  /** Stage from 1; 0 before the first `FROM`. */
  readonly stage: number;
  /** Whether it belongs to the stage that becomes the image, which is the last one. */
  readonly isFinalStage: boolean;
}

/** Parser directives come before everything else. Dockerfile reference, "Parser directives". */
const DIRECTIVE = /^#\s*([a-z]{1,32})\s*=\s*(\S{1,256})\s*$/i;
const INSTRUCTION = /^\s*([A-Za-z]{1,32})(?:\s+|$)/;
/** `<<EOF`, `<<-EOF`, `<<"EOF"`. Dockerfile reference, "Here-documents". */
const HERE = /<<(-?)(["']?)([A-Za-z_]\w{0,63})\2/g;
/** Instructions that may have here-documents. */
const WITH_HERE = new Set(['RUN', 'COPY', 'ADD']);

/**
 * Reads a Dockerfile. Returns `undefined` if a line is not an instruction, so that nothing is
 * evaluated half.
 */
export function parseDockerfile(text: string): readonly DockerfileInstruction[] | undefined {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  const escape = findEscape(lines);
  const found: Omit<DockerfileInstruction, 'isFinalStage'>[] = [];
  let stage = 0;
  for (let index = 0; index < lines.length; ) {
    const line = lines[index] ?? '';
    if (line.trim() === '' || line.trimStart().startsWith('#')) {
      index += 1;
      continue;
    }
    const joined = joinLines(lines, index, escape);
    const verb = INSTRUCTION.exec(joined.text)?.[1]?.toUpperCase();
    if (verb === undefined) {
      return undefined;
    }
    const plain = joined.text.trim().slice(verb.length).trim();
    const here = WITH_HERE.has(verb) ? readHere(lines, joined.next, plain) : undefined;
    stage += verb === 'FROM' ? 1 : 0;
    found.push({ verb, arguments: here?.text ?? plain, line: index + 1, stage });
    index = here?.next ?? joined.next;
  }
  return found.map((one) => ({ ...one, isFinalStage: one.stage === stage && stage > 0 }));
}

/** The last character of a line that continues on the next one. */
function findEscape(lines: readonly string[]): string {
  for (const line of lines) {
    const [, name = '', value = ''] = DIRECTIVE.exec(line) ?? [];
    if (name === '') {
      break;
    }
    if (name.toLowerCase() === 'escape' && (value === '`' || value === '\\')) {
      return value;
    }
  }
  return '\\';
}

interface Joined {
  readonly text: string;
  /** Index of the line behind it. */
  readonly next: number;
}

/** Joins continuation lines; comments and empty lines between them do not count. */
function joinLines(lines: readonly string[], start: number, escape: string): Joined {
  const parts: string[] = [];
  let index = start;
  while (index < lines.length) {
    const line = lines[index] ?? '';
    index += 1;
    if (parts.length > 0 && (line.trim() === '' || line.trimStart().startsWith('#'))) {
      continue;
    }
    const trimmed = line.trimEnd();
    if (!trimmed.endsWith(escape)) {
      parts.push(line);
      break;
    }
    parts.push(trimmed.slice(0, -1));
  }
  return { text: parts.join(''), next: index };
}

function readHere(lines: readonly string[], start: number, head: string): Joined {
  const names = [...head.matchAll(HERE)].map(([, dash, , name = '']) => ({ dash, name }));
  const parts = [head];
  let index = start;
  for (const { dash, name } of names) {
    while (index < lines.length) {
      const line = lines[index] ?? '';
      index += 1;
      if ((dash === '-' ? line.replace(/^\t+/, '') : line) === name) {
        break;
      }
      parts.push(line);
    }
  }
  return { text: parts.join('\n'), next: index };
}
