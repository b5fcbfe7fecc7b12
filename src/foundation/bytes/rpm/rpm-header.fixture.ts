/** A tag of a header to build: texts, 32-bit numbers or bytes. */
export type FixtureTag =
  | { readonly tag: number; readonly text: string }
  | { readonly tag: number; readonly texts: readonly string[] }
  | { readonly tag: number; readonly numbers: readonly number[] }
  | { readonly tag: number; readonly shorts: readonly number[] }
  | { readonly tag: number; readonly bytes: Uint8Array };

interface Entry {
  readonly type: number;
  readonly count: number;
  readonly data: Uint8Array;
  readonly alignment: number;
}

/** Builds the header blob that an rpm database stores. rpm, docs/manual/format_v4.md, "Header". */
export function createRpmHeader(tags: readonly FixtureTag[]): Uint8Array {
  const index = Buffer.alloc(8 + tags.length * 16);
  const pieces: Uint8Array[] = [];
  let offset = 0;
  for (const [number, fixture] of tags.entries()) {
    const { type, count, data, alignment } = encode(fixture);
    const padding = (alignment - (offset % alignment)) % alignment;
    pieces.push(new Uint8Array(padding), data);
    const at = 8 + number * 16;
    index.writeUInt32BE(fixture.tag, at);
    index.writeUInt32BE(type, at + 4);
    index.writeUInt32BE(offset + padding, at + 8);
    index.writeUInt32BE(count, at + 12);
    offset += padding + data.length;
  }
  index.writeUInt32BE(tags.length, 0);
  index.writeUInt32BE(offset, 4);
  return Buffer.concat([index, ...pieces]);
}

function encode(fixture: FixtureTag): Entry {
  if ('text' in fixture) {
    return { type: 6, count: 1, data: Buffer.from(`${fixture.text}\0`), alignment: 1 };
  }
  if ('texts' in fixture) {
    const data = Buffer.from(fixture.texts.map((text) => `${text}\0`).join(''));
    return { type: 8, count: fixture.texts.length, data, alignment: 1 };
  }
  if ('numbers' in fixture) {
    const data = Buffer.alloc(fixture.numbers.length * 4);
    fixture.numbers.forEach((value, position) => data.writeUInt32BE(value, position * 4));
    return { type: 4, count: fixture.numbers.length, data, alignment: 4 };
  }
  if ('shorts' in fixture) {
    const data = Buffer.alloc(fixture.shorts.length * 2);
    fixture.shorts.forEach((value, position) => data.writeUInt16BE(value, position * 2));
    return { type: 3, count: fixture.shorts.length, data, alignment: 2 };
  }
  return { type: 7, count: fixture.bytes.length, data: fixture.bytes, alignment: 1 };
}
