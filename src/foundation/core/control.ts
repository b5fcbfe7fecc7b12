/** States of a control, the best first. Only evidence makes a control `passed`. */
export const CONTROL_STATUSES = [
  'passed',
  'not-applicable',
  'unanswered',
  'unknown',
  'failed',
] as const;

export type ControlStatus = (typeof CONTROL_STATUSES)[number];

/**
 * `automatic`: its rules answer it. `partial`: its rules can only fail it, and a person answers the
 * rest. `manual`: a person answers it.
 */
export const CONTROL_KINDS = ['automatic', 'partial', 'manual'] as const;

export type ControlKind = (typeof CONTROL_KINDS)[number];

export const CONTROL_FORCES = ['MUST', 'MUST NOT', 'SHOULD', 'SHOULD NOT'] as const;

export type ControlForce = (typeof CONTROL_FORCES)[number];

/**
 * How the text of a requirement was read: in the authority's own data or text, on the publisher's
 * page, in a copy or a description by others, or not at all.
 */
export const SOURCE_MARKS = ['primary', 'publisher', 'copy', 'unread'] as const;

export type SourceMark = (typeof SOURCE_MARKS)[number];

/** The place of a requirement. */
export interface ControlSource {
  readonly title: string;
  readonly section: string;
  /** Date, RFC 3339. */
  readonly readOn: string;
  readonly mark: SourceMark;
  readonly url?: string;
}

export const STATEMENT_ANSWERS = ['met', 'not-met', 'not-applicable'] as const;

export type StatementAnswer = (typeof STATEMENT_ANSWERS)[number];

/** A person's answer to a control, and its use. */
export interface StatementProof {
  /** `PACK/CONTROL`. */
  readonly control: string;
  readonly answer: StatementAnswer;
  readonly by: string;
  readonly evidence: string;
  readonly reason?: string;
  /** Date, RFC 3339; it no longer counts on that day. */
  readonly expires: string;
  /** File and line. */
  readonly source: string;
  readonly state: 'used' | 'unused' | 'expired';
  /** Why it does not count. */
  readonly note?: string;
}

/** Results of another tool about a control. */
export interface ControlEvidence {
  readonly tool: string;
  readonly file: string;
  readonly digest: string;
  /** IDs of its checks, with their outcomes. */
  readonly checks: readonly { readonly id: string; readonly status: string }[];
  /** RFC 3339; absent if the file states no time. */
  readonly ranAt?: string;
  readonly ageDays?: number;
  /** Why it does not count; absent if it does. */
  readonly note?: string;
}

/** The answer to one control of a pack. */
export interface ControlResult {
  /** `PACK/CONTROL`, by which statements and justifications name it. */
  readonly key: string;
  readonly pack: string;
  readonly id: string;
  readonly title: string;
  readonly requirement: string;
  readonly force: ControlForce;
  readonly kind: ControlKind;
  readonly source: ControlSource;
  /** Whether the requirement was read in the text of the authority or of the publisher. */
  readonly isSourceVerified: boolean;
  /** A control in the mode `log` is reported, and never changes the verdict. */
  readonly mode: 'enforce' | 'log';
  readonly status: ControlStatus;
  /** Why it has this status; phrases without a full stop. */
  readonly reasons: readonly string[];
  /** IDs of the rules that answer it, in `rules` of the verdict. */
  readonly rules: readonly string[];
  /** Facts that the rules read, such as `image.runs-as-root`. */
  readonly facts: readonly string[];
  /** The part of the requirement that the rules do not answer. */
  readonly cannotAnswer?: string;
  /** The examined content, such as `480 packages`; not only for passed controls. */
  readonly examined: readonly string[];
  readonly statement?: StatementProof;
  /** Results of other tools. */
  readonly results: readonly ControlEvidence[];
  /** The earliest due date of a subject by a clock of its rules, RFC 3339. */
  readonly dueAt?: string;
}

/** A pack that took part in a verdict. */
export interface PackProof {
  readonly id: string;
  readonly version: string;
  readonly title: string;
  readonly authority: string;
  /** Dates between which the authority requires it, RFC 3339. */
  readonly from?: string;
  readonly until?: string;
  readonly sources: readonly Omit<ControlSource, 'section'>[];
  /** Limits that apply to the whole pack. */
  readonly notes: readonly string[];
}

/** Whether a requirement was read in the text of its authority or publisher. */
export function isVerifiedMark(mark: SourceMark): boolean {
  return mark === 'primary' || mark === 'publisher';
}

/** Returns the number of controls with each status, the worst status first. */
export function countControls(
  controls: readonly Pick<ControlResult, 'status'>[],
): ReadonlyMap<ControlStatus, number> {
  return new Map(
    CONTROL_STATUSES.toReversed().map((status) => [
      status,
      controls.filter((control) => control.status === status).length,
    ]),
  );
}

/** Precedes the part of a control that no rule answers, in reasons. */
export const OPEN_PART = 'a person must answer: ';
