import type { Distro } from '../../foundation/core/distro.ts';
import { findSystem } from '../../foundation/identity/purl/system-name.ts';
import {
  dropAbsent,
  getGivenText,
  getRecord,
  getRecords,
  getText,
  type JsonRecord,
} from '../../foundation/syntax/json/member.ts';
import type { OwnProperties } from '../sbom/own-properties.ts';
import { readProperties } from '../sbom/property.ts';
import { isComponent } from './component-record.ts';
import { DISTRO_REFERENCES } from './vocabulary.data.ts';

const LIKE_MAX = 100;

/** Returns the operating system of the first such component with a name. */
export function findDistro(
  components: readonly unknown[],
  ownProperties: OwnProperties,
): Distro | undefined {
  for (const component of components) {
    if (!isComponent(component, 'operating-system')) {
      continue;
    }
    const properties = readProperties(component);
    const own = ownProperties.readDistro(properties);
    if (own !== undefined) {
      return own;
    }
    const getMember = (name: string): string | undefined =>
      properties.getText(`syft:distro:${name}`);
    const identity = getRecord(component, 'swid') ?? {};
    const id = getMember('id') ?? getGivenText(identity, 'name') ?? getGivenText(component, 'name');
    const version = getGivenText(identity, 'version') ?? getGivenText(component, 'version');
    const system = findSystem(id ?? '', getMember('versionID') ?? version);
    if (system === undefined) {
      continue;
    }
    const numbers = Array.from({ length: LIKE_MAX }, (_, number) => number);
    const like = numbers.flatMap((number) => getMember(`idLike:${number}`) ?? []);
    const references = readReferences(component);
    const cpe = getMember('cpeName') ?? getText(component, 'cpe');
    return dropAbsent<Distro>({
      id: system.id,
      idLike: like,
      name: getMember('name'),
      prettyName: getMember('prettyName'),
      version: getMember('version'),
      versionId: system.versionId,
      versionCodename: getMember('versionCodename') ?? system.versionCodename,
      buildId: getMember('buildID'),
      imageId: getMember('imageID'),
      imageVersion: getMember('imageVersion'),
      variant: getMember('variant'),
      variantId: getMember('variantID'),
      homeUrl: getMember('homeURL') ?? references.get('homeUrl'),
      supportUrl: getMember('supportURL') ?? references.get('supportUrl'),
      bugReportUrl: getMember('bugReportURL') ?? references.get('bugReportUrl'),
      privacyPolicyUrl: getMember('privacyPolicyURL'),
      cpeName: cpe === '' ? undefined : cpe,
      supportEnd: getMember('supportEnd'),
      extendedSupport: getMember('extendedSupport') === 'true' ? true : undefined,
      evidencePath: undefined,
    });
  }
  return undefined;
}

/** Addresses of the distribution by the members that have them. */
function readReferences(component: JsonRecord): ReadonlyMap<string, string> {
  return new Map(
    getRecords(component, 'externalReferences').flatMap((reference): [string, string][] => {
      const member = DISTRO_REFERENCES.values.get(getText(reference, 'type'));
      const url = getGivenText(reference, 'url');
      return member === undefined || url === undefined ? [] : [[member, url]];
    }),
  );
}
