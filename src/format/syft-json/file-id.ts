import { hash } from 'node:crypto';

const ID_DIGITS = 16;

/** A file's id in the document: the same for the same path and layer in every run. */
export function fileId(path: string, layer: string | undefined): string {
  return hash('sha256', `${path}\0${layer ?? ''}`, 'hex').slice(0, ID_DIGITS);
}
