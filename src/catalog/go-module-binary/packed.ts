import type { Bytes } from '../../core/bytes.ts';

const MARK = Buffer.from('UPX!');
/** The packer's header follows the program headers. */
const HEAD_BYTES = 1024;
/** Its trailer is among the last bytes, before what signing adds. */
const TAIL_BYTES = 256;

/** Whether UPX packed an executable, so that nothing in it can be seen without running it. */
export function isPacked(content: Bytes): boolean {
  const head = content.read(0, HEAD_BYTES);
  const tail = content.read(Math.max(0, content.sizeBytes - TAIL_BYTES), TAIL_BYTES);
  return [head, tail].every((part) =>
    Buffer.from(part.buffer, part.byteOffset, part.byteLength).includes(MARK),
  );
}
