/**
 * Number of version parts that name a release of a system, if further parts only count its point
 * releases; for other systems every part counts. `0`: the system has no releases.
 *
 * Origin: our own.
 */
export const RELEASE_PARTS: ReadonlyMap<string, number> = new Map([
  ['almalinux', 1],
  ['alpine', 2],
  ['arch', 0],
  ['centos', 1],
  ['chainguard', 0],
  ['debian', 1],
  ['fedora', 1],
  ['ol', 1],
  ['raspbian', 1],
  ['redhat', 1],
  ['rhel', 1],
  ['rocky', 1],
  ['ubuntu', 2],
  ['wolfi', 0],
]);
