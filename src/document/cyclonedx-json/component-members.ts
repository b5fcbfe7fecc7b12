import { omitEmpty, omitEmptyText } from '../../foundation/core/filled.ts';
import type { Location } from '../../foundation/core/package.ts';
import type { LicenseEntry } from '../cyclonedx/cyclonedx-license.ts';
import type { Component, CyclonedxVersion } from '../cyclonedx/cyclonedx-model.ts';
import { toHashMembers } from '../cyclonedx/hash-members.ts';
import type { Party } from '../sbom/sbom-package.ts';

/** Creates a component for one version of the schema. */
export function toComponentMembers(component: Component, version: CyclonedxVersion): object {
  const { author, hashes = [], licenses = [], occurrences = [], references = [] } = component;
  const hasAuthors = version !== '1.4' && version !== '1.5';
  return {
    type: component.type,
    'bom-ref': component.ref,
    supplier: component.supplier && toSupplierMembers(component.supplier),
    authors: hasAuthors && author !== undefined ? [toPartyMembers(author)] : undefined,
    author: hasAuthors ? undefined : author?.name,
    publisher: component.publisher,
    group: omitEmptyText(component.group),
    name: component.name,
    version: omitEmptyText(component.version),
    description: omitEmptyText(component.description),
    hashes: omitEmpty(toHashMembers(hashes, version)),
    licenses: omitEmpty(licenses.map((license) => toLicenseMembers(license, hasAuthors))),
    cpe: omitEmptyText(component.cpe),
    purl: omitEmptyText(component.purl),
    swid: component.swid,
    externalReferences: omitEmpty(references),
    properties: omitEmpty(component.properties),
    evidence: toEvidenceMembers(occurrences, version),
  };
}

export function toSupplierMembers(supplier: Party): object {
  return supplier.email === undefined
    ? { name: supplier.name }
    : { name: supplier.name, contact: [toPartyMembers(supplier)] };
}

function toPartyMembers({ name, email }: Party): object {
  return { name, email };
}

function toLicenseMembers(entry: LicenseEntry, hasAcknowledgement: boolean): object {
  const acknowledgement = hasAcknowledgement ? entry.acknowledgement : undefined;
  return entry.form === 'expression'
    ? { expression: entry.text, acknowledgement }
    : { license: { [entry.form]: entry.text, url: entry.url, acknowledgement } };
}

/** Version 1.5 added occurrences, version 1.6 their lines. */
function toEvidenceMembers(
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
