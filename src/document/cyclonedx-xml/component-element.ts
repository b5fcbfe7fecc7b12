import type { Location } from '../../foundation/core/package.ts';
import {
  createElement,
  createOptional,
  type Element,
} from '../../foundation/present/xml-element.ts';
import type { LicenseEntry } from '../cyclonedx/cyclonedx-license.ts';
import type { Component, CyclonedxVersion } from '../cyclonedx/cyclonedx-model.ts';
import { toHashMembers } from '../cyclonedx/hash-members.ts';
import type { Party } from '../sbom/sbom-package.ts';
import type { Property } from '../sbom/sbom-property.ts';

/** Creates a component for one version of the schema, in which elements are ordered. */
export function createComponentElement(component: Component, version: CyclonedxVersion): Element {
  const { author, hashes = [], licenses = [], references = [], supplier, swid } = component;
  const hasAuthors = version !== '1.4' && version !== '1.5';
  const children = [
    supplier && createPartyElement('supplier', supplier),
    hasAuthors && author !== undefined
      ? createElement('authors', [createElement('author', createContactElements(author))])
      : undefined,
    hasAuthors ? undefined : createOptional('author', author?.name),
    createOptional('publisher', component.publisher),
    createOptional('group', component.group),
    createElement('name', component.name),
    // Version 1.4 requires it; an empty one means the same as none.
    version === '1.4'
      ? createElement('version', component.version)
      : createOptional('version', component.version),
    createOptional('description', component.description),
    createOptional(
      'hashes',
      toHashMembers(hashes, version).map(({ alg, content }) =>
        createElement('hash', content, { alg }),
      ),
    ),
    createOptional(
      'licenses',
      licenses.map((license) => createLicenseElement(license, hasAuthors)),
    ),
    createOptional('cpe', component.cpe),
    createOptional('purl', component.purl),
    swid &&
      createElement('swid', [], { tagId: swid.tagId, name: swid.name, version: swid.version }),
    createOptional(
      'externalReferences',
      references.map(({ type, url }) =>
        createElement('reference', [createElement('url', url)], { type }),
      ),
    ),
    createPropertiesElement(component.properties),
    createEvidenceElement(component.occurrences ?? [], version),
  ];
  return createElement('component', children, { type: component.type, 'bom-ref': component.ref });
}

export function createPropertiesElement(properties: readonly Property[]): Element | undefined {
  return createOptional(
    'properties',
    properties.map(({ name, value }) => createElement('property', value, { name })),
  );
}

export function createPartyElement(name: string, party: Party): Element {
  const contact =
    party.email === undefined ? undefined : createElement('contact', createContactElements(party));
  return createElement(name, [createElement('name', party.name), contact]);
}

function createContactElements({ name, email }: Party): (Element | undefined)[] {
  return [createElement('name', name), createOptional('email', email)];
}

function createLicenseElement(entry: LicenseEntry, hasAcknowledgement: boolean): Element {
  const attributes = hasAcknowledgement ? { acknowledgement: entry.acknowledgement } : {};
  return entry.form === 'expression'
    ? createElement('expression', entry.text, attributes)
    : createElement(
        'license',
        [createElement(entry.form, entry.text), createOptional('url', entry.url)],
        attributes,
      );
}

/** Version 1.5 added occurrences, version 1.6 their lines. */
function createEvidenceElement(
  occurrences: readonly Location[],
  version: CyclonedxVersion,
): Element | undefined {
  if (version === '1.4' || occurrences.length === 0) {
    return undefined;
  }
  const list = occurrences.map(({ path, line }) =>
    createElement('occurrence', [
      createElement('location', path),
      version === '1.5' || line === undefined ? undefined : createElement('line', String(line)),
    ]),
  );
  return createElement('evidence', [createElement('occurrences', list)]);
}
