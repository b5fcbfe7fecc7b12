import type { Location } from '../../core/package.ts';
import { type Element, element, optional } from '../../present/xml-element.ts';
import type { LicenseEntry } from '../cyclonedx/cyclonedx-license.ts';
import type { Component, CyclonedxVersion } from '../cyclonedx/cyclonedx-model.ts';
import type { Party } from '../sbom/sbom-package.ts';
import type { Property } from '../sbom/sbom-property.ts';

/** Creates a component for one version of the schema, in which elements are ordered. */
export function createComponentElement(component: Component, version: CyclonedxVersion): Element {
  const { author, hashes = [], licenses = [], references = [], supplier, swid } = component;
  const hasAuthors = version !== '1.4' && version !== '1.5';
  const children = [
    supplier && createPartyElement('supplier', supplier),
    hasAuthors && author !== undefined
      ? element('authors', [element('author', createContactElements(author))])
      : undefined,
    hasAuthors ? undefined : optional('author', author?.name),
    optional('publisher', component.publisher),
    optional('group', component.group),
    element('name', component.name),
    // Version 1.4 requires it; an empty one means the same as none.
    version === '1.4'
      ? element('version', component.version)
      : optional('version', component.version),
    optional('description', component.description),
    optional(
      'hashes',
      hashes.map(({ algorithm, digits }) => element('hash', digits, { alg: algorithm })),
    ),
    optional(
      'licenses',
      licenses.map((license) => createLicenseElement(license, hasAuthors)),
    ),
    optional('cpe', component.cpe),
    optional('purl', component.purl),
    swid && element('swid', [], { tagId: swid.tagId, name: swid.name, version: swid.version }),
    optional(
      'externalReferences',
      references.map(({ type, url }) => element('reference', [element('url', url)], { type })),
    ),
    createPropertiesElement(component.properties),
    createEvidenceElement(component.occurrences ?? [], version),
  ];
  return element('component', children, { type: component.type, 'bom-ref': component.ref });
}

export function createPropertiesElement(properties: readonly Property[]): Element | undefined {
  return optional(
    'properties',
    properties.map(({ name, value }) => element('property', value, { name })),
  );
}

export function createPartyElement(name: string, party: Party): Element {
  const contact =
    party.email === undefined ? undefined : element('contact', createContactElements(party));
  return element(name, [element('name', party.name), contact]);
}

function createContactElements({ name, email }: Party): (Element | undefined)[] {
  return [element('name', name), optional('email', email)];
}

function createLicenseElement(entry: LicenseEntry, hasAcknowledgement: boolean): Element {
  const attributes = hasAcknowledgement ? { acknowledgement: entry.acknowledgement } : {};
  return entry.form === 'expression'
    ? element('expression', entry.text, attributes)
    : element('license', [element(entry.form, entry.text), optional('url', entry.url)], attributes);
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
    element('occurrence', [
      element('location', path),
      version === '1.5' || line === undefined ? undefined : element('line', String(line)),
    ]),
  );
  return element('evidence', [element('occurrences', list)]);
}
