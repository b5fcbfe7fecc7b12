import { compareText } from '../../core/compare-text.ts';

/**
 * Returns the one form of a JSON value that is hashed or signed: no spaces, and the members of
 * objects in the order of their UTF-16 code units. RFC 8785. Members that are `undefined` are left
 * out.
 */
export function canonicalizeJson(value: unknown): string {
  let text = '';
  writeCanonicalJson(value, (part) => {
    text += part;
  });
  return text;
}

/** Writes the form of {@link canonicalizeJson} in parts, so that large values need no long text. */
export function writeCanonicalJson(value: unknown, write: (part: string) => void): void {
  if (Array.isArray(value)) {
    write('[');
    for (let index = 0; index < value.length; index += 1) {
      if (index > 0) {
        write(',');
      }
      writeCanonicalJson(value[index] ?? null, write);
    }
    write(']');
  } else if (typeof value === 'object' && value !== null) {
    const record = value as Readonly<Record<string, unknown>>;
    let start = '{';
    for (const name of Object.keys(record).sort(compareText)) {
      const member = record[name];
      if (member !== undefined) {
        write(`${start}${JSON.stringify(name)}:`);
        writeCanonicalJson(member, write);
        start = ',';
      }
    }
    write(start === '{' ? '{}' : '}');
  } else {
    write(JSON.stringify(value));
  }
}
