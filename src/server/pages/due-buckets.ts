/** The spans by which due dates are shown: from a number of days on, before another one. */
export const DUE_SPANS = [
  { id: 'overdue', title: 'overdue', from: Number.NEGATIVE_INFINITY, before: 0 },
  { id: '3', title: 'within 3 days', from: 0, before: 3 },
  { id: '14', title: 'in 3 to 14 days', from: 3, before: 14 },
  { id: 'later', title: 'later', from: 14, before: Number.POSITIVE_INFINITY },
] as const;

export type DueSpan = (typeof DUE_SPANS)[number];
