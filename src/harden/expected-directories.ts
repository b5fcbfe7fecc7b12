/** Directories whose contents belong to running programs, so that they may expect any below. */
const STATE = /^\/(?:run|tmp|var)(?:\/|$)/;
/** Usual home directories. */
const HOME = /^\/(?:root|home(?:\/[^/]+)?)$/;
/** State of package managers, which a slim image cannot use. */
const MANAGER = /^\/var\/(?:cache|lib)\/(?:apt|apk|dpkg|rpm|dnf|yum|pacman|zypp)(?:\/|$)/;

/** Returns whether a directory of the image stays even if nothing in it does. */
export function isExpectedDirectory(
  path: string,
  { isEmpty }: { readonly isEmpty: boolean },
): boolean {
  return (isEmpty || STATE.test(path) || HOME.test(path)) && !MANAGER.test(path);
}
