import type {
  ControlForce,
  ControlKind,
  ControlSource,
  PackProof,
} from '../../foundation/core/control.ts';
import type { Expression } from './expression/expression.ts';
import type { PolicySearch } from './file/read-search.ts';

/** A part of a rule: it fires if all of its conditions hold. */
export interface Condition {
  /** As written, for people: `severity: high or worse`. */
  readonly text: string;
  /** The fact that it tests; absent for an expression. */
  readonly fact?: string;
  readonly expression: Expression;
}

export const ACTIONS = ['warn', 'fail'] as const;

export const MODES = ['enforce', 'log'] as const;

export interface Rule {
  readonly id: string;
  /** File and line, such as `shop.yaml:12`, or the pack. */
  readonly source: string;
  /** Kind of its subjects. */
  readonly subject: string;
  /** `some`: fires for each subject that meets the conditions; `none`: fires if none does. */
  readonly quantifier: 'some' | 'none';
  readonly conditions: readonly Condition[];
  readonly action: (typeof ACTIONS)[number];
  /** A rule in the mode `log` is reported, and never changes the verdict. */
  readonly mode: (typeof MODES)[number];
  /** RFC 3339 dates between which it is in force. */
  readonly from?: string;
  readonly until?: string;
  readonly recommendation?: string;
}

/** Accepts the outcome of a rule for one subject, or a missing fact, for a time. */
export interface Exception {
  readonly source: string;
  /** Absent for an allowed image: its exception is for every rule. */
  readonly rule?: string;
  /** The images that it is for; absent for every image. */
  readonly image?: ImagePattern;
  readonly vulnerability?: string;
  /** Name or package URL without version. */
  readonly package?: string;
  /** The key of a subject that is neither a finding nor a package, such as a path. */
  readonly subject?: string;
  /** A missing fact that is accepted. */
  readonly fact?: string;
  readonly reason: string;
  readonly approvedBy: string;
  readonly evidence: string;
  /** RFC 3339 date; the exception no longer applies on that day. */
  readonly expires: string;
  /** Condition about the subject, without which the exception lapses. */
  readonly condition?: Condition;
  /** The kind of subject that the condition is about: that of the rule. */
  readonly conditionSubject?: string;
}

/** An image that is allowed or denied as a whole, or the rules for images of a name. */
export interface ImagePattern {
  readonly source: string;
  /** Pattern of a name, tag or digest with `*`. */
  readonly pattern?: string;
  /** A label with the pattern of its value. If there are both, an image must match both. */
  readonly label?: { readonly name: string; readonly value: string };
}

export interface ImageMapping extends ImagePattern {
  /** IDs of the rules in force; absent for all. */
  readonly rules?: readonly string[];
}

export interface DeniedImage extends ImagePattern {
  readonly reason: string;
}

export interface Policy {
  readonly name: string;
  readonly version: string;
  /** The file or the pack. */
  readonly source: string;
  /** `sha256:…` of its bytes. */
  readonly digest: string;
  readonly includes: readonly PolicyInclude[];
  readonly maxExceptionDays?: number;
  readonly rules: readonly Rule[];
  readonly exceptions: readonly Exception[];
  /** In order; the first match counts. Empty: all rules apply to every image. */
  readonly images: readonly ImageMapping[];
  readonly deniedImages: readonly DeniedImage[];
  /** Searches for patterns in files, by which rules about contents are evaluated. */
  readonly searches: readonly PolicySearch[];
  /** Present if it is a pack. */
  readonly pack?: Pack;
}

/** The part of a pack that a policy does not have. */
export interface Pack extends PackProof {
  readonly controls: readonly Control[];
  /** `log` if it is only included in that mode. */
  readonly mode: Rule['mode'];
}

/** A requirement of an authority, with the rules that answer it. */
export interface Control {
  /** File and line. */
  readonly place: string;
  readonly id: string;
  readonly title: string;
  readonly requirement: string;
  readonly force: ControlForce;
  readonly kind: ControlKind;
  /** IDs of rules of the same pack. */
  readonly rules: readonly string[];
  readonly cannotAnswer?: string;
  readonly source: ControlSource;
  /** Condition about the image, without which the control does not apply. */
  readonly applies?: Condition;
  /** ID of a rule; the control only applies if it fires. */
  readonly appliesRule?: string;
  /** IDs in the results of other tools that are about the same requirement. */
  readonly resultIds: readonly string[];
}

/** A built-in pack, or another file, that a policy includes. */
export type PolicyInclude = Included &
  (
    | { readonly kind: 'pack'; readonly id: string; readonly version: string }
    | { readonly kind: 'file'; readonly path: string; readonly version?: string }
  );

interface Included {
  readonly mode: Rule['mode'];
  readonly source: string;
  /** `sha256:…` that the pack or file must have. */
  readonly digest?: string;
}
