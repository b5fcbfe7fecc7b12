import type { Environment } from '../foundation/config/environment.ts';
import type { Options } from '../foundation/config/resolve-options.ts';
import { defined } from '../foundation/core/defined.ts';
import type { TextTableOptions } from '../foundation/present/text-table.ts';

/** The properties of a stream that rendering needs. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** The kind of output that the reader at the other end supports. */
export interface Terminal {
  /** Progress may be redrawn in place. */
  readonly isLive: boolean;
  readonly isResultColoured: boolean;
  readonly isProgressColoured: boolean;
  /** Columns of standard output; absent if it is not a terminal. */
  readonly resultColumns: number | undefined;
}

/**
 * Follows these conventions: NO_COLOR (any non-empty text), FORCE_COLOR and CLICOLOR_FORCE
 * (anything but "0"), TERM=dumb, and CI (anything but empty, "0" and "false"): never live there,
 * and no colors unless requested.
 */
export function describeTerminal(
  streams: { readonly stdout: OutputStream; readonly stderr: OutputStream },
  environment: Environment,
  color: Options['color'],
): Terminal {
  const isDumb = environment['TERM'] === 'dumb' || isSet(environment['CI']);
  const isColoured = (stream: OutputStream): boolean => {
    if (color !== 'auto') {
      return color === 'always';
    }
    if ((environment['NO_COLOR'] ?? '') !== '') {
      return false;
    }
    const isForced = isSet(environment['FORCE_COLOR']) || isSet(environment['CLICOLOR_FORCE']);
    return isForced || (stream.isTTY === true && !isDumb);
  };
  return {
    isLive: streams.stderr.isTTY === true && !isDumb,
    isResultColoured: isColoured(streams.stdout),
    isProgressColoured: isColoured(streams.stderr),
    resultColumns: getColumns(streams.stdout),
  };
}

/**
 * Returns the width of a terminal; `undefined` if it is not a terminal or does not report a width.
 */
export function getColumns({ isTTY, columns }: OutputStream): number | undefined {
  return isTTY === true && columns !== undefined && columns >= 1 ? columns : undefined;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value.toLowerCase());
}

/** Returns the layout of result tables there. */
export function createTableOptions({
  isResultColoured,
  resultColumns,
}: Pick<Terminal, 'isResultColoured' | 'resultColumns'>): TextTableOptions {
  return {
    isColoured: isResultColoured,
    ...defined({ columns: resultColumns }),
  };
}
