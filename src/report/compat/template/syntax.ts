/** A parsed template. Line numbers refer to the template and start at 1. */
export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'output'; readonly pipeline: Pipeline }
  | { readonly kind: 'if' | 'with'; readonly branches: readonly Branch[]; readonly otherwise: Body }
  | {
      readonly kind: 'range';
      readonly pipeline: Pipeline;
      readonly body: Body;
      readonly otherwise: Body;
    }
  | { readonly kind: 'template'; readonly name: string; readonly pipeline: Pipeline | undefined }
  | { readonly kind: 'break' | 'continue' };

export type Body = readonly Node[];

export interface Branch {
  readonly pipeline: Pipeline;
  readonly body: Body;
}

/** Commands; the result of each is the last argument of the next one. */
export interface Pipeline {
  readonly line: number;
  /** Names of the variables, including `$`, that are set to the result. */
  readonly variables: readonly string[];
  /** Whether the variables exist already and are changed. */
  readonly isAssignment: boolean;
  readonly commands: readonly Command[];
}

export interface Command {
  readonly operands: readonly [Operand, ...Operand[]];
}

export type Operand =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'function'; readonly name: string }
  /** `.a.b`; no fields: the dot itself. */
  | { readonly kind: 'field'; readonly fields: readonly string[] }
  | { readonly kind: 'variable'; readonly name: string; readonly fields: readonly string[] }
  | { readonly kind: 'group'; readonly pipeline: Pipeline; readonly fields: readonly string[] };

/** The parts that a template defines, by name, and the template itself under the empty name. */
export type Definitions = ReadonlyMap<string, Body>;
