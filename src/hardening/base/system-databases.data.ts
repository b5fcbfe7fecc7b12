/* Origin: our own. */

/** Types of packages of operating systems → the usual path of the database with their records. */
export const SYSTEM_DATABASES: ReadonlyMap<string, string> = new Map([
  ['deb', '/var/lib/dpkg/status'],
  ['apk', '/lib/apk/db/installed'],
  ['rpm', '/var/lib/rpm'],
  ['alpm', '/var/lib/pacman/local'],
]);
