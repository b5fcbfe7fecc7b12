const CALENDAR_DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Returns whether a text is a date such as `2027-01-31` that the calendar has. */
export function isCalendarDate(text: string): boolean {
  if (!CALENDAR_DATE.test(text) || Number.isNaN(Date.parse(text))) {
    return false;
  }
  // The engine reads 2026-02-30 as 2026-03-02.
  return new Date(text).toISOString().startsWith(text);
}
