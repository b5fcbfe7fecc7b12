import type { Budget } from '../../../foundation/core/budget.ts';
import type { ProblemNote } from '../../../foundation/core/problem.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';

/** A file that an installer wrote. Member names are as in Syft's JSON. */
export interface RecordedFile {
  /** As recorded: relative to the packages directory, or absolute. */
  readonly path: string;
  readonly digest?: { readonly algorithm: string; readonly value: string };
  /** Decimal digits. */
  readonly size?: string;
}

export interface RecordedFiles {
  readonly files: readonly RecordedFile[];
  readonly problems: readonly ProblemNote[];
}

const COLUMNS = 3;

/**
 * Parses RECORD: a line with path, digest and size for each file, separated by commas and quoted if
 * necessary. Packaging specifications, "Recording installed projects". The budget limits the number
 * of files; malformed lines are skipped.
 */
export function parseRecord(text: string, budget: Budget): RecordedFiles {
  const files: RecordedFile[] = [];
  const problems: ProblemNote[] = [];
  const listing = budget.createFileList();
  for (const line of splitLines(text)) {
    if (line.text === '') {
      continue;
    }
    const columns = splitColumns(line.text);
    if (columns?.length === COLUMNS && columns[0] !== '') {
      if (!listing.take(columns[0]?.length ?? 0)) {
        break;
      }
      files.push(toRecordedFile(columns));
    } else if (problems.length === 0) {
      const message = 'a line in the file list does not consist of path, digest and size';
      problems.push({ code: 'P_RECORD', message, line: line.number });
    }
  }
  return { files, problems };
}

function toRecordedFile([path = '', digest = '', size = '']: readonly string[]): RecordedFile {
  const equals = digest.indexOf('=');
  return {
    path,
    ...(equals < 0
      ? {}
      : { digest: { algorithm: digest.slice(0, equals), value: digest.slice(equals + 1) } }),
    ...(size === '' ? {} : { size }),
  };
}

/**
 * Splits one line of comma-separated values, RFC 4180; `undefined` if its quotes are not paired.
 */
function splitColumns(line: string): string[] | undefined {
  if (!line.includes('"')) {
    return line.split(',');
  }
  const columns: string[] = [];
  let at = 0;
  while (at <= line.length && columns.length <= COLUMNS) {
    const found = line[at] === '"' ? readQuotedColumn(line, at) : readPlainColumn(line, at);
    if (found === undefined || (found.end < line.length && line[found.end] !== ',')) {
      return undefined;
    }
    columns.push(found.text);
    at = found.end + 1;
  }
  return columns;
}

interface Column {
  readonly text: string;
  /** Position of the comma after it, or the end of the line. */
  readonly end: number;
}

function readPlainColumn(line: string, start: number): Column | undefined {
  const comma = line.indexOf(',', start);
  const end = comma < 0 ? line.length : comma;
  const text = line.slice(start, end);
  return text.includes('"') ? undefined : { text, end };
}

function readQuotedColumn(line: string, start: number): Column | undefined {
  const parts: string[] = [];
  let from = start + 1;
  for (;;) {
    const quote = line.indexOf('"', from);
    if (quote < 0) {
      return undefined;
    }
    parts.push(line.slice(from, quote));
    if (line[quote + 1] !== '"') {
      return { text: parts.join('"'), end: quote + 1 };
    }
    from = quote + 2;
  }
}
