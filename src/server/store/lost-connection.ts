import { UserError } from '../../foundation/core/error.ts';

/** Codes of Node.js and of PostgreSQL ("PostgreSQL Error Codes", class 08 and 57P). */
const LOST: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  '08000',
  '08003',
  '08006',
  '57P01',
  '57P02',
  '57P03',
]);
/** The driver has no codes for these. */
const LOST_MESSAGE = /^(?:Connection terminated|Client has encountered a connection error)/;

/** Replaces the error of a lost database by one of a line; returns any other unchanged. */
export function explainConnection(error: unknown): unknown {
  if (!(error instanceof Error)) {
    return error;
  }
  const { code, syscall } = error as { readonly code?: unknown; readonly syscall?: unknown };
  const isLost = LOST.has(code) || syscall === 'connect' || LOST_MESSAGE.test(error.message);
  return isLost
    ? new UserError('E_STORE_UNREACHABLE', `the database does not answer: ${error.message}`, {
        hint: 'check that PostgreSQL is running',
        cause: error,
      })
    : error;
}
