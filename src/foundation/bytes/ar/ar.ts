import type { Bytes } from '../../core/bytes.ts';
import type { Limits } from '../../core/limits.ts';

/** A file in an archive of ar(1). */
export interface ArMember {
  readonly name: string;
  readonly offset: number;
  readonly sizeBytes: number;
}

const AR_MAGIC: Uint8Array = Buffer.from('!<arch>\n', 'latin1');
const HEADER_BYTES = 60;
const NAME_BYTES = 16;
const SIZE_FIELD = { start: 48, end: 58 } as const;
const HEADER_END = '`\n';
const SIZE = /^[0-9]{1,10} *$/;

/**
 * Returns the members of an archive in order. `isCut` is true if a header is damaged or the last
 * member is truncated. `undefined` if the content is not such an archive. deb(5) and System V
 * `ar.h`; long names of GNU and BSD are not resolved.
 */
export function readArMembers(
  content: Bytes,
  limits: Limits,
): { readonly members: readonly ArMember[]; readonly isCut: boolean } | undefined {
  if (!Buffer.from(content.read(0, AR_MAGIC.length)).equals(AR_MAGIC)) {
    return undefined;
  }
  const members: ArMember[] = [];
  let at = AR_MAGIC.length;
  while (at < content.sizeBytes) {
    const header = Buffer.from(content.read(at, HEADER_BYTES)).toString('latin1');
    const size = header.slice(SIZE_FIELD.start, SIZE_FIELD.end);
    const isSound = header.endsWith(HEADER_END) && SIZE.test(size);
    const sizeBytes = Number(size);
    const offset = at + HEADER_BYTES;
    if (!isSound || offset + sizeBytes > content.sizeBytes || members.length >= limits.recordsMax) {
      return { members, isCut: true };
    }
    const name = header.slice(0, NAME_BYTES).trimEnd().replace(/\/$/, '');
    members.push({ name, offset, sizeBytes });
    // Members start at even offsets.
    at = offset + sizeBytes + (sizeBytes % 2);
  }
  return { members, isCut: false };
}
