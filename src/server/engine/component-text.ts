import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Compresses the canonical JSON of a component. */
export function compressText(json: string): Uint8Array {
  return deflateRawSync(json);
}

/** Reads the result of {@link compressText}. */
export function expandText(bytes: Uint8Array): string {
  return inflateRawSync(bytes).toString();
}
