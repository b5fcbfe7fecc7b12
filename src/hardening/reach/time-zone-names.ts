const AREAS =
  'Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Brazil|Canada|Chile|Etc|Europe|Indian|Mexico|Pacific|US';

/** A name of the time zone database with its area. `theory.html` of tzdb, "Timezone identifiers". */
const ZONE = `(?:${AREAS})/[A-Za-z][A-Za-z0-9_+-]{1,30}(?:/[A-Za-z][A-Za-z0-9_-]{1,30})?`;
const WHOLE = new RegExp(`^${ZONE}$`);
const INSIDE = new RegExp(`(?<![\\w/.-])${ZONE}(?![\\w/.-])`, 'g');

/** Returns whether a text has the form of a time zone with an area, such as `Europe/Berlin`. */
export function isZoneName(text: string): boolean {
  return WHOLE.test(text);
}

/** A name in a text with its character offset. */
export interface PlacedZone {
  readonly name: string;
  readonly offset: number;
}

/** A name without an area has other meanings; it counts behind a word that sets a time zone. */
const SETTING =
  /(?:[Zz]one(?:[Ii]nfo)?|ZONE|gettz|\bTZ)\b["'\])]{0,2}\s{0,4}(?:=>|[=:(,]|\s)\s{0,4}["']?([A-Z][A-Za-z0-9+-]{1,9})(?![\w./-])/g;

/** Returns the names of time zones in a text, in the order of their offsets. */
export function findZoneNames(text: string): readonly PlacedZone[] {
  const found: PlacedZone[] = [];
  for (const match of text.matchAll(INSIDE)) {
    found.push({ name: match[0], offset: match.index });
  }
  for (const match of text.matchAll(SETTING)) {
    const [whole, name = ''] = match;
    found.push({ name, offset: match.index + whole.lastIndexOf(name) });
  }
  return found.toSorted((left, right) => left.offset - right.offset);
}
