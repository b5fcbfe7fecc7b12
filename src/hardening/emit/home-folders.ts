const HOME_FIELD = 5;

/** Returns the home directories in the content of `/etc/passwd`. passwd(5). */
export function readHomeFolders(passwd: string): readonly string[] {
  return passwd
    .split('\n')
    .map((line) => line.split(':')[HOME_FIELD] ?? '')
    .filter((folder) => folder.startsWith('/'));
}
