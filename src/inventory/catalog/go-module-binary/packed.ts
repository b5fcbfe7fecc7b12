import type { ExecutableImage } from '../../../foundation/bytes/executable/executable-image.ts';
import { type Bytes, toBuffer } from '../../../foundation/core/bytes.ts';

const MARK = Buffer.from('UPX!');
/** The packer's header follows the program headers. */
const HEAD_BYTES = 1024;
/** Its trailer is among the last bytes, before those that signing appends. */
const TAIL_BYTES = 256;

/** Contains the packed program in a file for Windows, whose marks are elsewhere. */
const PACKED_SECTION = 'UPX1';

/** Whether UPX packed an executable, so its content cannot be read without running it. */
export function isPacked(content: Bytes, images: readonly ExecutableImage[]): boolean {
  if (images.some((image) => image.findSection(PACKED_SECTION) !== undefined)) {
    return true;
  }
  if (images.length === 0) {
    return false;
  }
  return (
    hasMark(content.read(0, HEAD_BYTES)) &&
    hasMark(content.read(Math.max(0, content.sizeBytes - TAIL_BYTES), TAIL_BYTES))
  );
}

function hasMark(part: Uint8Array): boolean {
  return toBuffer(part).includes(MARK);
}
