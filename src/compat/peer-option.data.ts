/**
 * Options and commands of other scanners that people type by habit, without their dashes, and what
 * says the same here.
 *
 * Origin: the help texts of Trivy, OSV-Scanner, Grype and Syft.
 */
export const peerOptions: ReadonlyMap<string, string> = new Map([
  ['exit-code', '--fail-on SEVERITY exits with status 2 where something is found'],
  ['exit-on-eol', '--fail-incomplete exits with status 4 where coverage is not complete'],
  ['file', '-o FORMAT=FILE writes to a file'],
  ['format', '-o FORMAT chooses the format'],
  ['ignore-policy', '--ignore-file FILE reads ignore rules'],
  ['ignore-unfixed', '--only-fixed sets aside what no fix is known for'],
  ['ignorefile', '--ignore-file FILE reads ignore rules'],
  ['image-src', '--from SOURCE says where the target comes from'],
  ['input', 'write the file as the target'],
  ['lockfile', 'write the file or its folder as the target'],
  ['recursive', 'folders are read with all that lies below them'],
  ['skip-db-update', '--no-db-auto-update does not look for a newer database'],
  ['skip-dirs', "--exclude '**/NAME' leaves out a folder and all below it"],
  ['skip-files', "--exclude '**/NAME' leaves out a file"],
]);

/** Commands of other scanners, and how their target is named here. */
export const peerCommands: ReadonlyMap<string, string> = new Map([
  ['filesystem', 'plimsoll scan dir:FOLDER'],
  ['fs', 'plimsoll scan dir:FOLDER'],
  ['image', 'plimsoll scan IMAGE'],
  ['rootfs', 'plimsoll scan dir:FOLDER'],
  ['source', 'plimsoll scan dir:FOLDER'],
]);
