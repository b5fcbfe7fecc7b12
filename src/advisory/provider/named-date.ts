const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Returns a date with the English abbreviation of its month as `YYYY-MM-DD`. */
export function parseNamedDate(year: string, month: string, day: string): string | undefined {
  const number = MONTHS.indexOf(month) + 1;
  return number === 0
    ? undefined
    : `${year}-${String(number).padStart(2, '0')}-${day.padStart(2, '0')}`;
}
