/** The kinds of matches of a component, by their number in the store. */
export const MATCH_KINDS = ['finding', 'ignored', 'unevaluated'] as const;

export type MatchKind = (typeof MATCH_KINDS)[number];

export const FINDING_KIND = MATCH_KINDS.indexOf('finding');
export const UNEVALUATED_KIND = MATCH_KINDS.indexOf('unevaluated');
