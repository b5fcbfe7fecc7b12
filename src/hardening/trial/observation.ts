/** The parts of a program's behavior that are compared, in the order of reports. */
export const ASPECTS = [
  'status',
  'output',
  'errors',
  'response',
  'listeners',
  'files',
  'health',
] as const;

export type Aspect = (typeof ASPECTS)[number];

/** The behavior of one run, each aspect as lines. */
export type Observation = Readonly<Record<Aspect, readonly string[]>> & {
  /** Aspects that were only observed in part, such as output beyond its limit. */
  readonly cuts: readonly Aspect[];
};
