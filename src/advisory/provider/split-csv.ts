/**
 * Splits a line of comma-separated values. Values may be quoted, with doubled quotation marks
 * inside. RFC 4180, without line breaks in values.
 */
export function splitCsv(line: string): readonly string[] {
  const values: string[] = [];
  for (let at = 0; at <= line.length; ) {
    if (line[at] === '"') {
      const end = findQuoteEnd(line, at + 1);
      values.push(line.slice(at + 1, end).replaceAll('""', '"'));
      const next = line.indexOf(',', end);
      at = next < 0 ? line.length + 1 : next + 1;
    } else {
      const next = line.indexOf(',', at);
      const end = next < 0 ? line.length : next;
      values.push(line.slice(at, end));
      at = end + 1;
    }
  }
  return values;
}

function findQuoteEnd(line: string, start: number): number {
  let at = line.indexOf('"', start);
  while (at >= 0 && line[at + 1] === '"') {
    at = line.indexOf('"', at + 2);
  }
  return at < 0 ? line.length : at;
}
