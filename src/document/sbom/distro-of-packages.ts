import type { Distro } from '../../core/distro.ts';
import type { InventoryPackage } from '../../core/inventory.ts';
import { parsePurl } from '../../identity/purl/parse-purl.ts';
import { distroOfPurl } from '../../identity/purl/purl-package.ts';
import type { DocumentProblems } from '../../syntax/json/document-records.ts';

/** The one operating system that the package URLs name; what several would mean is not known. */
export function distroOfPackages(
  packages: readonly InventoryPackage[],
  problems: DocumentProblems,
): Distro | undefined {
  const systems = new Map<string, Distro>();
  for (const { purl } of packages) {
    const parsed = purl === '' ? undefined : parsePurl(purl);
    const distro = parsed === undefined ? undefined : distroOfPurl(parsed);
    if (distro !== undefined) {
      systems.set(JSON.stringify(distro), distro);
    }
  }
  return onlyDistro([...systems.values()], problems);
}

/** An inventory has one operating system or none: what several would mean is not known. */
export function onlyDistro(
  systems: readonly Distro[],
  problems: DocumentProblems,
): Distro | undefined {
  const [first, second] = systems;
  if (first !== undefined && second !== undefined) {
    problems.note(
      'P_UNSUPPORTED',
      `The package URLs name ${systems.length} operating systems, such as ${titleOf(first)} and ` +
        `${titleOf(second)}: none was taken.`,
    );
    return undefined;
  }
  return first;
}

function titleOf({ id, versionId, versionCodename = '' }: Distro): string {
  return `${id} ${versionId ?? versionCodename}`.trim();
}
