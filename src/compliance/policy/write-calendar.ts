import { escapeText } from '../../foundation/core/screen-text.ts';
import { digestText } from './digest-text.ts';
import type { DueEntry } from './due-dates.ts';

/** RFC 5545, 3.1: octets of a line without its end. */
const LINE_BYTES_MAX = 75;
/** Reasons in the description; the verdict has all of them. */
const REASONS_MAX = 20;

/**
 * Writes due dates as a calendar in the iCalendar format (RFC 5545). UIDs are stable, so that
 * another import moves an event instead of adding one.
 *
 * @param reasons why the verdict or the assessment is incomplete, so that dates may be missing
 */
export function writeCalendar(
  entries: readonly DueEntry[],
  now: string,
  reasons: readonly string[],
): string {
  const stamp = formatTime(now);
  const parts = entries.flatMap(({ key, date, title, notes }) => [
    'BEGIN:VEVENT',
    `UID:${createUid(key)}`,
    `DTSTAMP:${stamp}`,
    `DTSTART:${formatTime(date)}`,
    `SUMMARY:${escapeValue(title)}`,
    `DESCRIPTION:${notes.map(escapeValue).join('\\n')}`,
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ]);
  // A calendar must have at least one component.
  const note = [
    'BEGIN:VJOURNAL',
    `UID:${createUid('nothing is due')}`,
    `DTSTAMP:${stamp}`,
    ...(reasons.length === 0
      ? ['SUMMARY:nothing is due']
      : [
          'SUMMARY:due dates may be missing\\, because the evaluation is incomplete',
          `DESCRIPTION:${reasons.slice(0, REASONS_MAX).map(escapeValue).join('\\n')}`,
        ]),
    'END:VJOURNAL',
  ];
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//plimsoll//due dates//EN',
    ...parts,
    ...(parts.length === 0 || reasons.length > 0 ? note : []),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${foldLine(line)}\r\n`).join('');
}

function createUid(key: string): string {
  return `${digestText(key).slice('sha256:'.length)}@plimsoll`;
}

/** `2026-12-02T00:00:00.000Z` → `20261202T000000Z`. */
function formatTime(time: string): string {
  return new Date(time)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:]/g, '');
}

/** RFC 5545, 3.3.11. Control characters, which names of packages may have, are not allowed. */
function escapeValue(text: string): string {
  return escapeText(text)
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\r?\n/g, '\\n');
}

/** Breaks a line between characters, so that no part of one has more octets than allowed. */
function foldLine(line: string): string {
  let folded = '';
  let bytes = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (bytes + size > LINE_BYTES_MAX) {
      folded += '\r\n ';
      bytes = 1;
    }
    folded += character;
    bytes += size;
  }
  return folded;
}
