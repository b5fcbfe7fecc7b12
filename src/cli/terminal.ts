import type { Environment } from '../config/environment.ts';
import type { Options } from '../config/resolve-options.ts';
import { defined } from '../core/defined.ts';
import type { TextTableOptions } from '../present/text-table.ts';

/** A stream as far as rendering cares. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** How to speak to the person or program at the other end. */
export interface Terminal {
  /** Progress may be redrawn in place. */
  readonly isLive: boolean;
  readonly isResultColoured: boolean;
  readonly isProgressColoured: boolean;
  /** Columns of standard output, absent where it is no terminal. */
  readonly resultColumns: number | undefined;
}

/**
 * Conventions honoured: NO_COLOR (any text but the empty one), FORCE_COLOR and CLICOLOR_FORCE
 * (anything but "0"), TERM=dumb, and CI (anything but empty, "0" and "false"): never live there,
 * and no colours unasked.
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
    resultColumns: columnsOf(streams.stdout),
  };
}

/** How wide a terminal is; absent where it is none, or does not tell. */
export function columnsOf({ isTTY, columns }: OutputStream): number | undefined {
  return isTTY === true && columns !== undefined && columns >= 1 ? columns : undefined;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value.toLowerCase());
}

/** How a table of results is laid out there. */
export function tableOptionsOf({
  isResultColoured,
  resultColumns,
}: Pick<Terminal, 'isResultColoured' | 'resultColumns'>): TextTableOptions {
  return {
    isColoured: isResultColoured,
    ...defined({ columns: resultColumns }),
  };
}
