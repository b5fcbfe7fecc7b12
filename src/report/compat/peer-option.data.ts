/**
 * Options and commands of other scanners that people type by habit, without their dashes, with our
 * equivalents.
 *
 * Origin: the help texts of Trivy, OSV-Scanner, Grype and Syft.
 */
export const peerOptions: ReadonlyMap<string, string> = new Map([
  ['compliance', '"plimsoll check TARGET --pack cis-docker" answers the controls of a pack'],
  ['exit-code', '--fail-on SEVERITY exits with status 2 if there are findings'],
  ['exit-on-eol', '--fail-incomplete exits with status 4 if the result is incomplete'],
  ['file', '-o FORMAT=FILE writes to a file'],
  ['format', '-o FORMAT chooses the format'],
  ['ignore-policy', '--ignore-file FILE reads ignore rules'],
  ['ignore-unfixed', '--only-fixed ignores findings without a fix'],
  ['ignorefile', '--ignore-file FILE reads ignore rules'],
  ['image-src', '--from SOURCE selects the source of the target'],
  ['input', 'name the file as the target'],
  ['lockfile', 'name the file or its directory as the target'],
  ['recursive', 'directories are read recursively'],
  ['skip-db-update', '--no-db-auto-update does not check for a newer database'],
  ['skip-dirs', "--exclude '**/NAME' excludes a directory and its contents"],
  ['skip-files', "--exclude '**/NAME' excludes a file"],
]);

/** Commands of other scanners, with the form of their target here. */
export const peerCommands: ReadonlyMap<string, string> = new Map([
  ['filesystem', 'plimsoll scan dir:DIR'],
  ['fs', 'plimsoll scan dir:DIR'],
  ['image', 'plimsoll scan IMAGE'],
  ['rootfs', 'plimsoll scan dir:DIR'],
  ['source', 'plimsoll scan dir:DIR'],
]);
