import type { Problem } from '../../foundation/core/problem.ts';
import { parseReference } from '../../foundation/identity/image-reference.ts';
import { ARCHIVE_NAME } from './image-name.ts';
import { detectPathKind, splitReference } from './local-file.ts';

/** A local file or directory whose name could also be the name of an image. */
export interface Shadow {
  /** A sentence for people. */
  readonly message: string;
  /** Present if the text is unlikely to be a path: it has a tag, a digest or a registry. */
  readonly problem?: Problem;
}

const HOST = /^(?:[^/]*[.:][^/]*|localhost)\//;
const HAS_EXTENSION = /\.[A-Za-z]\w*$/;

/**
 * Returns the message if a target was opened as a local file although it also names an image: a
 * hostile directory may hold a file of that name. `undefined` if the text is clearly a path.
 */
export function findShadow(target: string): Shadow | undefined {
  const isPath = /^[./~-]/.test(target) || target.endsWith('/') || ARCHIVE_NAME.test(target);
  if (isPath || parseReference(target) === undefined) {
    return undefined;
  }
  const isTagged = target.includes('@') || target.lastIndexOf(':') > target.lastIndexOf('/');
  const isImageLike = isTagged || HOST.test(target);
  if (!isImageLike && HAS_EXTENSION.test(target)) {
    return undefined;
  }
  const { path } = splitReference(target);
  const kind = detectPathKind(path) === 'folder' ? 'directory' : 'file';
  const message = `"${target}" was read as the local ${kind} "${path}", not as an image of that name; write ./${target} for the ${kind}, or registry:${target} for the image`;
  return isImageLike ? { message, problem: { code: 'P_AMBIGUOUS', message } } : { message };
}
