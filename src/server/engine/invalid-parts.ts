import { type ErrorCode, UserError } from '../../core/error.ts';

/** A part of a request that was rejected. */
export interface PartProblem {
  /** JSON Pointer, such as `/body/vex/0/statements/3`. */
  readonly pointer: string;
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
