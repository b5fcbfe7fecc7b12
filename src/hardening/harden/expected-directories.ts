/** Directories whose contents belong to running programs, so that they may expect any below. */
const STATE = /^\/(?:run|tmp|var)(?:\/|$)/;
/** Usual home directories. */
const HOME = /^\/(?:root|home(?:\/[^/]+)?)$/;
/** State of package managers, which a slim image cannot use. */
const MANAGER = /^\/var\/(?:cache|lib)\/(apt|apk|dpkg|rpm|dnf|yum|pacman|zypp)(?:\/|$)/;
/** Databases of package managers. */
const DATABASE = /^\/(?:(?:usr\/)?|var\/)lib\/(apt|apk|dpkg|rpm|dnf|yum|pacman|zypp)\//;

/** Returns the names of package managers whose databases stay because a program reads them. */
export function listUsedManagers(kept: readonly { readonly path: string }[]): ReadonlySet<string> {
  return new Set(kept.flatMap(({ path }) => DATABASE.exec(path)?.[1] ?? []));
}

/** Returns whether a directory of the image stays even if nothing in it does. */
export function isExpectedDirectory(
  path: string,
  { isEmpty, managers }: { readonly isEmpty: boolean; readonly managers: ReadonlySet<string> },
): boolean {
  const manager = MANAGER.exec(path)?.[1];
  return (
    (isEmpty || STATE.test(path) || HOME.test(path)) &&
    (manager === undefined || managers.has(manager))
  );
}
