import type { Distro } from '../../core/distro.ts';
import { systemByName } from '../../identity/purl/system-name.ts';
import { givenText, recordIn, textIn, withoutAbsent } from '../../syntax/json/member.ts';
import type { OwnProperties } from '../sbom/own-properties.ts';
import { propertiesOfRecord } from '../sbom/property.ts';
import { isComponentOf } from './component-record.ts';

const LIKE_MAX = 100;

/** Returns the operating system of the first such component with a name. */
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
    const version = givenText(identity, 'version') ?? givenText(component, 'version');
    const system = systemByName(id ?? '', member('versionID') ?? version);
    if (system === undefined) {
      continue;
    }
    const numbers = Array.from({ length: LIKE_MAX }, (_, number) => number);
    const like = numbers.flatMap((number) => member(`idLike:${number}`) ?? []);
    const cpe = member('cpeName') ?? textIn(component, 'cpe');
    return withoutAbsent<Distro>({
      id: system.id,
      idLike: like,
      name: member('name'),
      prettyName: member('prettyName'),
      version: member('version'),
      versionId: system.versionId,
      versionCodename: member('versionCodename') ?? system.versionCodename,
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
