import type { Distro } from '../../../core/distro.ts';
import type { InventoryPackage } from '../../../core/inventory.ts';
import type { DocumentProblems } from '../../json/document-records.ts';
import { givenText, recordIn, textIn, withoutAbsent } from '../../json/member.ts';
import { parsePurl } from '../../purl/parse-purl.ts';
import { distroOfPurl } from '../../purl/purl-package.ts';
import type { OwnProperties } from '../../sbom/own-properties.ts';
import { propertiesOfRecord } from '../../sbom/property.ts';
import { isComponentOf } from './component-record.ts';

const LIKE_MAX = 100;

/** The operating system by the first component that is one and has a name. */
export function distroAmong(
  components: readonly unknown[],
  ownProperties: OwnProperties,
): Distro | undefined {
  for (const component of components) {
    if (!isComponentOf(component, 'operating-system')) {
      continue;
    }
    const properties = propertiesOfRecord(component);
    const own = ownProperties.distroOf(properties);
    if (own !== undefined) {
      return own;
    }
    const member = (name: string): string | undefined => properties.text(`syft:distro:${name}`);
    const identity = recordIn(component, 'swid') ?? {};
    const id = member('id') ?? givenText(identity, 'name') ?? givenText(component, 'name');
    if (id === undefined) {
      continue;
    }
    const version = givenText(identity, 'version') ?? givenText(component, 'version');
    const numbers = Array.from({ length: LIKE_MAX }, (_, number) => number);
    const like = numbers.flatMap((number) => member(`idLike:${number}`) ?? []);
    const cpe = member('cpeName') ?? textIn(component, 'cpe');
    return withoutAbsent<Distro>({
      id: id.toLowerCase(),
      idLike: like,
      name: member('name'),
      prettyName: member('prettyName'),
      version: member('version'),
      versionId: member('versionID') ?? version,
      versionCodename: member('versionCodename'),
      buildId: member('buildID'),
      imageId: member('imageID'),
      imageVersion: member('imageVersion'),
      variant: member('variant'),
      variantId: member('variantID'),
      homeUrl: member('homeURL'),
      supportUrl: member('supportURL'),
      bugReportUrl: member('bugReportURL'),
      privacyPolicyUrl: member('privacyPolicyURL'),
      cpeName: cpe === '' ? undefined : cpe,
      supportEnd: member('supportEnd'),
      extendedSupport: member('extendedSupport') === 'true' ? true : undefined,
      evidencePath: undefined,
    });
  }
  return undefined;
}

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
  if (systems.size > 1) {
    problems.note(
      'P_UNSUPPORTED',
      `The package URLs name ${systems.size} operating systems: none was taken.`,
    );
    return undefined;
  }
  return [...systems.values()][0];
}
