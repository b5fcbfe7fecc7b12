import { hash } from 'node:crypto';
import type { FileView } from '../../../foundation/core/cataloger.ts';
import { defined } from '../../../foundation/core/defined.ts';
import type { Digest } from '../../../foundation/core/digest.ts';
import type { Distro } from '../../../foundation/core/distro.ts';
import { findLayerOfLastChange } from '../../../foundation/core/layer-of-last-change.ts';
import { createLocation } from '../../../foundation/core/location.ts';
import type { Package } from '../../../foundation/core/package.ts';
import { mergeLicenses, toDeclaredLicense } from '../../../foundation/identity/license/license.ts';
import { toSourceRpmUpstreams } from '../../../foundation/identity/source-rpm.ts';
import { toRpmMetadata, toRpmPurl, toRpmVersion } from '../../ecosystem/rpm/rpm-package.ts';
import type { RpmRecord } from '../../ecosystem/rpm/rpm-record.ts';
import type { RpmFact, VisibleRpm } from './record.ts';

export interface Surroundings {
  readonly visible: VisibleRpm;
  readonly view: FileView;
  readonly distro: Distro | undefined;
}

export function toPackage(record: RpmRecord, { visible, view, distro }: Surroundings): Package {
  const location = createLocation(visible);
  const introducedIn = findIntroducingLayer(record, visible);
  const files = record.files.filter(({ path }) => path === '/' || isThere(path, view));
  return {
    name: record.name,
    version: toRpmVersion(record),
    type: 'rpm',
    language: '',
    purl: toRpmPurl(record, distro),
    foundBy: 'rpm-db',
    rule:
      visible.role === 'manifest' ? 'a line in the rpm manifest' : 'a header in the rpm database',
    confidence: 1,
    locations: [location],
    ...defined({ introducedIn }),
    licenses: mergeLicenses([toDeclaredLicense(record.license, { locations: [location] })]),
    cpes: [],
    upstreams: toSourceRpmUpstreams(record.name, record.sourceRpm),
    ...(record.architecture === '' ? {} : { architecture: record.architecture }),
    ...defined({ modularity: record.modularityLabel }),
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
    metadata: { kind: 'rpm-db-entry', value: toRpmMetadata(record, files) },
  };
}

function isThere(path: string, view: FileView): boolean {
  return view.isAnywhere?.(path) === true || view.resolve(path) !== undefined;
}

function findIntroducingLayer(
  record: RpmRecord,
  { layer, earlier }: VisibleRpm,
): Digest | undefined {
  const digest = earlier.length === 0 ? '' : digestRecord(record);
  return findLayerOfLastChange(layer, earlier, ({ fact }) => getRecordDigests(fact).has(digest));
}

const digestsByFact = new WeakMap<RpmFact, ReadonlySet<string>>();

/** Digests of all records of a database, created once for all packages of the layer above. */
function getRecordDigests(fact: RpmFact): ReadonlySet<string> {
  const digests = digestsByFact.get(fact) ?? new Set(fact.records.map(digestRecord));
  digestsByFact.set(fact, digests);
  return digests;
}

function digestRecord(record: RpmRecord): string {
  return hash('sha256', JSON.stringify(record), 'base64url');
}
