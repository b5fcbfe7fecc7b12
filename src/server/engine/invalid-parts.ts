import { type ErrorCode, UserError } from '../../foundation/core/error.ts';

/**
 * Why a part of a request was rejected, for programs. `docs/errors.md` lists the codes; a test
 * requires that both agree. Codes are only added.
 */
export const PART_CODES = [
  'unknown-member',
  'missing',
  'wrong-type',
  'wrong-value',
  'wrong-size',
  'malformed',
  'unreadable',
  'not-applicable',
] as const;

export type PartCode = (typeof PART_CODES)[number];

/** A part of a request that was rejected. */
export interface PartProblem {
  /** JSON Pointer, such as `/body/vex/0/statements/3`. */
  readonly pointer: string;
  readonly code: PartCode;
  readonly message: string;
}

/** A request that was rejected because of some of its parts. */
export class InvalidParts extends UserError {
  readonly parts: readonly PartProblem[];

  constructor(code: ErrorCode, parts: readonly PartProblem[], hint?: string) {
    const list = parts.map(({ pointer, message }) => `${pointer}: ${message}`);
    super(code, `invalid request: ${list.join('; ')}`, hint === undefined ? {} : { hint });
    this.parts = parts;
  }
}
