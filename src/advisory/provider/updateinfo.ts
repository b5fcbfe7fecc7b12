import type { XmlElement } from '../../syntax/xml/xml-tree.ts';
import type { FeedOmission } from './contract.ts';
import { leaveOut } from './feed-value.ts';

/** A package in the list of an update. */
export interface UpdatePackage {
  readonly name: string;
  /** Epoch if it is not 0, version and release. */
  readonly version: string;
  readonly architecture: string;
  /** Short name of the collection of packages that it belongs to. */
  readonly collection: string;
}

/** One update of the metadata of an rpm repository (`updateinfo.xml`). */
export interface Update {
  readonly id: string;
  readonly title: string;
  /** As in the document. */
  readonly severity: string;
  readonly isSecurity: boolean;
  readonly publishedAt: string;
  readonly modifiedAt: string;
  /** IDs of referenced vulnerabilities, without repetitions. */
  readonly cves: readonly string[];
  readonly packages: readonly UpdatePackage[];
  /** Number of packages without a name, version or release. */
  readonly malformedPackages: number;
}

/** Name of the elements that are updates. */
export const UPDATE_ELEMENT = 'update';

const ID = /^[A-Za-z0-9][A-Za-z0-9.:_-]{2,127}$/;
const WITHDRAWN: ReadonlySet<string> = new Set(['retracted', 'testing']);

/**
 * Returns the update that an element describes, or the reason why it is left out. Package lists of
 * several collections are joined.
 */
export function readUpdate(element: XmlElement): Update | FeedOmission {
  const id = readChildText(element, 'id');
  if (!ID.test(id)) {
    return leaveOut('record', 'no id', 'an update in the document has no id');
  }
  const status = element.attributes['status'] ?? '';
  if (WITHDRAWN.has(status)) {
    return { leftOut: 'record', cause: `update with the status ${status}` };
  }
  const references = listChildren(element, 'references').flatMap(({ children }) => children);
  const cves = references
    .filter(({ attributes }) => attributes['type'] === 'cve')
    .map(({ attributes }) => attributes['id'] ?? '');
  const listed = listChildren(element, 'pkglist')
    .flatMap((list) => listChildren(list, 'collection'))
    .flatMap((collection) =>
      listChildren(collection, 'package').map((one) => readListedPackage(one, collection)),
    );
  const packages = listed.filter((one) => one !== undefined);
  const update: Update = {
    id,
    title: readChildText(element, 'title'),
    severity: readChildText(element, 'severity'),
    isSecurity: element.attributes['type'] === 'security',
    publishedAt: readDate(element, 'issued'),
    modifiedAt: readDate(element, 'updated'),
    cves: [...new Set(cves.filter((cve) => cve !== ''))],
    packages,
    malformedPackages: listed.length - packages.length,
  };
  if (!update.isSecurity && update.cves.length === 0) {
    return { leftOut: 'record', cause: 'erratum without a vulnerability' };
  }
  return update.packages.length > 0
    ? update
    : leaveOut('record', 'no packages', `${id} lists no packages`);
}

/** Returns `undefined` if the package has no name, version or release. */
function readListedPackage(
  { attributes }: XmlElement,
  collection: XmlElement,
): UpdatePackage | undefined {
  const { name = '', version = '', release = '', epoch = '0', arch = '' } = attributes;
  const prefix = epoch === '0' || epoch === '' ? '' : `${epoch}:`;
  return name === '' || version === '' || release === ''
    ? undefined
    : {
        name,
        version: `${prefix}${version}-${release}`,
        architecture: arch,
        collection: collection.attributes['short'] ?? '',
      };
}

function listChildren({ children }: XmlElement, name: string): readonly XmlElement[] {
  return children.filter((child) => child.name === name);
}

function readChildText(element: XmlElement, name: string): string {
  return listChildren(element, name)[0]?.text ?? '';
}

/** `2018-01-11 21:05`, without a time zone, becomes a date. Some times have seconds. */
function readDate(element: XmlElement, name: string): string {
  const stated = listChildren(element, name)[0]?.attributes['date'] ?? '';
  return /^\d{4}-\d{2}-\d{2}/.exec(stated)?.[0] ?? '';
}
