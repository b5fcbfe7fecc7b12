import { hash } from 'node:crypto';
import type { FileView } from '../../core/cataloger.ts';
import type { Digest } from '../../core/digest.ts';
import type { Distro } from '../../core/distro.ts';
import { findLayerOfLastChange } from '../../core/layer-of-last-change.ts';
import { createLocation } from '../../core/location.ts';
import type { Package } from '../../core/package.ts';
import { rpmMetadata, rpmPurl, rpmVersion } from '../../ecosystem/rpm/rpm-package.ts';
import type { RpmRecord } from '../../ecosystem/rpm/rpm-record.ts';
import { mergeLicenses, toDeclaredLicense } from '../../identity/license/license.ts';
import { toSourceRpmUpstreams } from '../../identity/source-rpm.ts';
import type { RpmFact, VisibleRpm } from './record.ts';

export interface Surroundings {
  readonly visible: VisibleRpm;
  readonly view: FileView;
  readonly distro: Distro | undefined;
}

export function toPackage(record: RpmRecord, { visible, view, distro }: Surroundings): Package {
  const location = createLocation(visible);
  const introducedIn = introducingLayer(record, visible);
  const files = record.files.filter(({ path }) => path === '/' || isThere(path, view));
  return {
    name: record.name,
    version: rpmVersion(record),
    type: 'rpm',
    language: '',
    purl: rpmPurl(record, distro),
    foundBy: 'rpm-db',
    rule:
      visible.role === 'manifest' ? 'a line in the rpm manifest' : 'a header in the rpm database',
    confidence: 1,
    locations: [location],
    ...(introducedIn === undefined ? {} : { introducedIn }),
    licenses: mergeLicenses([toDeclaredLicense(record.license, { locations: [location] })]),
    cpes: [],
    upstreams: toSourceRpmUpstreams(record.name, record.sourceRpm),
    ...(record.architecture === '' ? {} : { architecture: record.architecture }),
    ...(record.modularityLabel === undefined ? {} : { modularity: record.modularityLabel }),
    ownedFiles: files.map(({ path }) => ({ path })),
    ...(record.changelogFixes === undefined
      ? {}
      : {
          changelogFixes: record.changelogFixes.map((fix) => ({
            ...fix,
            path: location.path,
            isRecorded: true,
          })),
        }),
    metadata: { kind: 'rpm-db-entry', value: rpmMetadata(record, files) },
  };
}

function isThere(path: string, view: FileView): boolean {
  return view.isAnywhere?.(path) === true || view.resolve(path) !== undefined;
}

function introducingLayer(record: RpmRecord, { layer, earlier }: VisibleRpm): Digest | undefined {
  const digest = earlier.length === 0 ? '' : digestOf(record);
  return findLayerOfLastChange(layer, earlier, ({ fact }) => digestsOf(fact).has(digest));
}

const digestsByFact = new WeakMap<RpmFact, ReadonlySet<string>>();

/** Of all records of a database, made once for all packages of the layer above. */
function digestsOf(fact: RpmFact): ReadonlySet<string> {
  const digests = digestsByFact.get(fact) ?? new Set(fact.records.map(digestOf));
  digestsByFact.set(fact, digests);
  return digests;
}

function digestOf(record: RpmRecord): string {
  return hash('sha256', JSON.stringify(record), 'base64url');
}
