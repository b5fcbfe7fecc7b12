import { compareText } from '../../../foundation/core/compare-text.ts';
import {
  createDueRange,
  createUnseenDate,
  readDeclaredFlag,
  readDeclaredWord,
} from '../clock-answers.ts';
import type { Clock, ClockInput, DueDate } from '../clock-contract.ts';

/**
 * Days by class and rating: likely exploitable and reachable from the internet; likely exploitable
 * only; neither. FedRAMP Consolidated Rules 2026.07.14, VDR-TFR-PVR.
 */
const WINDOWS = new Map<string, readonly (readonly [rating: string, ...days: number[]])[]>([
  [
    'A',
    [
      ['N2', 96, 160, 192],
      ['N3', 32, 64, 192],
      ['N4', 8, 32, 64],
      ['N5', 4, 8, 32],
    ],
  ],
  [
    'B',
    [
      ['N2', 96, 160, 192],
      ['N3', 32, 64, 192],
      ['N4', 8, 32, 64],
      ['N5', 4, 8, 32],
    ],
  ],
  [
    'C',
    [
      ['N2', 48, 128, 192],
      ['N3', 16, 32, 128],
      ['N4', 4, 8, 64],
      ['N5', 2, 4, 16],
    ],
  ],
  [
    'D',
    [
      ['N2', 24, 96, 192],
      ['N3', 8, 16, 64],
      ['N4', 2, 8, 32],
      ['N5', 0.5, 1, 8],
    ],
  ],
]);

/** Afterwards it is an accepted vulnerability, whatever its rating. VER-TFR-MAV. */
const ACCEPTED_DAYS = 192;

/** Due dates of FedRAMP's vulnerability detection and response. */
export const fedrampVdr: Clock = {
  id: 'fedramp-vdr',
  title: 'FedRAMP VDR',
  source:
    'FedRAMP Consolidated Rules 2026.07.14: VDR-TFR-PVR (should), VDR-TFR-KEV (should), VER-TFR-MAV (must); days count from the evaluation',
  reads: ['fedramp-class', 'impact-rating', 'exposed', 'likely-exploitable'],
  compute: computeDue,
};

function computeDue(input: ClockInput): DueDate {
  const { times } = input;
  const [className, rating] = [
    readDeclaredWord('fedramp-class', input),
    readDeclaredWord('impact-rating', input),
  ];
  const [isReachable, isLikely] = [
    readDeclaredFlag('exposed', input),
    readDeclaredFlag('likely-exploitable', input),
  ];
  // An evaluation follows the day when the finding was first seen, so that day is the earliest.
  const start = times.evaluated ?? times.firstSeen;
  if (start === undefined) {
    return createUnseenDate(input);
  }
  const days = listPossibleDays(className, rating, listColumns(isReachable, isLikely));
  const missing = [
    ...(times.evaluated === undefined ? ['evaluated'] : []),
    ...(className === undefined ? ['fedramp-class'] : []),
    ...(rating === undefined ? ['impact-rating'] : []),
    ...(isLikely === undefined ? ['likely-exploitable'] : []),
    // Without a likely exploit, the windows are the same.
    ...(isReachable === undefined && isLikely !== false ? ['exposed'] : []),
  ];
  const event = times.evaluated === undefined ? 'it was first seen' : 'it was evaluated';
  // The evaluation can take any time, so that the latest date is unknown until it ends.
  const possible = times.evaluated === undefined ? [...days, undefined] : days;
  return limitByCatalog(createDueRange({ start, days: possible, event, missing }), input);
}

/** The columns of the table that remain possible. */
function listColumns(
  isReachable: boolean | undefined,
  isLikely: boolean | undefined,
): readonly number[] {
  const likely = isReachable === undefined ? [0, 1] : [isReachable ? 0 : 1];
  switch (isLikely) {
    case true:
      return likely;
    case false:
      return [2];
    case undefined:
      return [...likely, 2];
  }
}

function listPossibleDays(
  className: string | undefined,
  rating: string | undefined,
  columns: readonly number[],
): readonly number[] {
  const classes = [...WINDOWS].filter(([name]) => (className ?? name) === name);
  const rows = classes.flatMap(([, list]) => list).filter(([name]) => (rating ?? name) === name);
  const days = rows.flatMap(([, ...row]) => columns.flatMap((column) => row[column] ?? []));
  return rating === undefined || rating === 'N1' ? [...days, ACCEPTED_DAYS] : days;
}

/** The date of the catalog counts if it is earlier. VDR-TFR-KEV. */
function limitByCatalog(due: DueDate, { finding }: ClockInput): DueDate {
  const [listed] = finding.matches
    .flatMap(({ exploited }) => exploited)
    .flatMap(({ dueDate }) => dueDate ?? [])
    .toSorted(compareText);
  if (listed === undefined || due.kind !== 'due') {
    return due;
  }
  const date = new Date(listed).toISOString();
  const { earliest, latest } = due;
  return date <= earliest
    ? { ...due, earliest: date, latest: date, basis: 'by the date of KEV', missing: [] }
    : { ...due, latest: latest === undefined || date < latest ? date : latest };
}
