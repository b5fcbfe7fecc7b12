import type { Source } from '../../foundation/core/target.ts';
import { STANDARD_INPUT } from './standard-input.ts';

/** Sources with a text, not a place, as their target: such a text may also be a package's name. */
const TEXT_SOURCES: ReadonlySet<string> = new Set(['purl', 'cpe']);

/** Sources whose targets are documents. */
const DOCUMENT_SOURCES: ReadonlySet<string> = new Set(['sbom', ...TEXT_SOURCES]);

/** Above this confidence, the content was recognized. Any file or directory of a path has less. */
const RECOGNIZED_ABOVE = 0.5;

/**
 * Returns whether a text must mean a target, rather than something else of this name: it names its
 * source, or it is the path of an image, an SBOM, or another file with content of a known kind.
 */
export async function isCertainTarget(text: string, sources: readonly Source[]): Promise<boolean> {
  const places = sources.filter(({ id }) => !TEXT_SOURCES.has(id));
  if (text === STANDARD_INPUT || places.some(({ id }) => text.startsWith(`${id}:`))) {
    return true;
  }
  for (const { recognize } of places) {
    if ((await recognize(text)) > RECOGNIZED_ABOVE) {
      return true;
    }
  }
  return false;
}

/** Returns whether a target may be a document, which is only certain after it has been opened. */
export async function isPossibleDocument(
  text: string,
  sources: readonly Source[],
  from?: string,
): Promise<boolean> {
  const named = from ?? sources.find(({ id }) => text.startsWith(`${id}:`))?.id;
  if (named !== undefined) {
    return DOCUMENT_SOURCES.has(named);
  }
  if (text === STANDARD_INPUT) {
    return true;
  }
  for (const { id, recognize } of sources) {
    if (DOCUMENT_SOURCES.has(id) && (await recognize(text)) > 0) {
      return true;
    }
  }
  return false;
}
