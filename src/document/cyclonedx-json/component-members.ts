import { filled, given } from '../../core/filled.ts';
import type { Location } from '../../core/package.ts';
import type { LicenseEntry } from '../cyclonedx/cyclonedx-license.ts';
import type { Component, CyclonedxVersion } from '../cyclonedx/cyclonedx-model.ts';
import type { Party } from '../sbom/sbom-package.ts';

/** Creates a component for one version of the schema. */
export function componentMembers(component: Component, version: CyclonedxVersion): object {
  const { author, hashes = [], licenses = [], occurrences = [], references = [] } = component;
  const hasAuthors = version !== '1.4' && version !== '1.5';
  return {
    type: component.type,
    'bom-ref': component.ref,
    supplier: component.supplier && supplierMembers(component.supplier),
    authors: hasAuthors && author !== undefined ? [partyMembers(author)] : undefined,
    author: hasAuthors ? undefined : author?.name,
    publisher: component.publisher,
    group: given(component.group),
    name: component.name,
    version: given(component.version),
    description: given(component.description),
    hashes: filled(hashes.map(({ algorithm, digits }) => ({ alg: algorithm, content: digits }))),
    licenses: filled(licenses.map((license) => licenseMembers(license, hasAuthors))),
    cpe: given(component.cpe),
    purl: given(component.purl),
    swid: component.swid,
    externalReferences: filled(references),
    properties: filled(component.properties),
    evidence: evidenceMembers(occurrences, version),
  };
}

export function supplierMembers(supplier: Party): object {
  return supplier.email === undefined
    ? { name: supplier.name }
    : { name: supplier.name, contact: [partyMembers(supplier)] };
}

function partyMembers({ name, email }: Party): object {
  return { name, email };
}

function licenseMembers(entry: LicenseEntry, hasAcknowledgement: boolean): object {
  const acknowledgement = hasAcknowledgement ? entry.acknowledgement : undefined;
  return entry.form === 'expression'
    ? { expression: entry.text, acknowledgement }
    : { license: { [entry.form]: entry.text, url: entry.url, acknowledgement } };
}

/** Version 1.5 added occurrences, version 1.6 their lines. */
function evidenceMembers(
  occurrences: readonly Location[],
  version: CyclonedxVersion,
): object | undefined {
  if (version === '1.4' || occurrences.length === 0) {
    return undefined;
  }
  return {
    occurrences: occurrences.map(({ path, line }) => ({
      location: path,
      line: version === '1.5' ? undefined : line,
    })),
  };
}
