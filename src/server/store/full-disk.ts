import { UserError } from '../../foundation/core/error.ts';

/** The codes of a full disk: of the file system, SQLite and PostgreSQL. */
const FULL: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 13, '53100']);

/** Replaces the error of a full disk by one with the next step; returns any other unchanged. */
export function explainFullDisk(error: unknown): unknown {
  if (!(error instanceof Error)) {
    return error;
  }
  const { code, errcode } = error as { readonly code?: unknown; readonly errcode?: unknown };
  return FULL.has(code) || FULL.has(errcode)
    ? new UserError('E_STORE_FULL', 'the disk of the store is full: nothing was changed', {
        hint: 'free some space, for example by "plimsoll serve admin retire", and repeat the request',
        cause: error,
      })
    : error;
}
