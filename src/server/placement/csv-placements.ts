import { UserError } from '../../foundation/core/error.ts';
import { splitCsv } from '../../vulnerability/advisory/provider/split-csv.ts';
import { EXPOSURES, findImageDigest, type Placement } from './placement.ts';

const COLUMNS = [
  'image',
  'digest',
  'environment',
  'namespace',
  'workload',
  'exposure',
  'instances',
] as const;

type Column = (typeof COLUMNS)[number];

const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})?$/;
const COUNT = /^[1-9][0-9]{0,8}$/;

/** Returns whether the first line of a text names the columns of a table of placements. */
export function isPlacementTable(text: string): boolean {
  const [line = ''] = text.split(/\r?\n/, 1);
  return readColumnNames(line).includes('image') && !line.includes(':');
}

function readColumnNames(line: string): readonly string[] {
  return splitCsv(line).map((name) => name.trim().toLowerCase());
}

/**
 * Reads a table whose first line names its columns: `image`, and any of the others.
 *
 * @throws UserError `E_DOCUMENT_INVALID` with the number of the line
 */
export function readCsvPlacements(text: string, environment: string): readonly Placement[] {
  const [head = '', ...lines] = text.split(/\r?\n/);
  const names = readColumnNames(head);
  const unknown = names.find((name) => !COLUMNS.some((column) => column === name));
  if (unknown !== undefined) {
    throw createLineError(1, `has the unknown column "${unknown}"`);
  }
  if (new Set(names).size < names.length) {
    throw createLineError(1, 'names a column twice');
  }
  return lines.flatMap((line, index) => {
    if (line.trim() === '') {
      return [];
    }
    const values = splitCsv(line);
    if (values.length !== names.length) {
      throw createLineError(index + 2, `has ${values.length} values instead of ${names.length}`);
    }
    const cells = new Map(names.map((name, at) => [name, (values[at] ?? '').trim()]));
    return [readRow((column) => cells.get(column) ?? '', { environment, line: index + 2 })];
  });
}

function createLineError(line: number, message: string): UserError {
  return new UserError('E_DOCUMENT_INVALID', `line ${line} of the table ${message}`, {
    hint: `the first line names the columns: ${COLUMNS.join(',')}; only "image" is required`,
  });
}

function readRow(
  getCell: (column: Column) => string,
  { environment, line }: { readonly environment: string; readonly line: number },
): Placement {
  const reference = getCell('image');
  const word = getCell('exposure') || 'unknown';
  const exposure = EXPOSURES.find((one) => one === word);
  const [digest, instances] = [getCell('digest'), getCell('instances') || '1'];
  if (reference === '') {
    throw createLineError(line, 'has no image');
  }
  if (exposure === undefined) {
    throw createLineError(line, `has the unknown exposure "${word}"`);
  }
  if (!DIGEST.test(digest) || !COUNT.test(instances)) {
    throw createLineError(line, 'has an invalid digest or number of instances');
  }
  return {
    environment: getCell('environment') || environment,
    namespace: getCell('namespace'),
    workload: getCell('workload'),
    reference,
    digest: digest || findImageDigest(reference),
    exposure,
    instances: Number(instances),
  };
}
