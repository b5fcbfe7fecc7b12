import type { Budget } from '../../../foundation/core/budget.ts';
import type { License } from '../../../foundation/core/package.ts';
import { formatCpe, parseCpe } from '../../../foundation/identity/cpe-name/cpe.ts';
import { parsePurl } from '../../../foundation/identity/purl/parse-purl.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getRecords, getText, type JsonRecord } from '../../../foundation/syntax/json/member.ts';

/** A component in one of the documents. */
export interface BitnamiComponent {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  /** The name in the package URL, which is that of the directory. */
  readonly shortName: string;
  readonly architecture: string;
  readonly distro: string;
  readonly cpes: readonly string[];
  readonly licenses: readonly Pick<License, 'kind' | 'value'>[];
  /**
   * Relative to the directory of the document; absent for the main component, which owns the rest.
   */
  readonly files?: readonly string[];
}

export interface BitnamiDocument {
  readonly components: readonly BitnamiComponent[];
  /** Indexes into `components`: `from` is part of `to`, or `to` needs it. */
  readonly edges: readonly { readonly from: number; readonly to: number }[];
}

const PURL_PREFIX = 'pkg:bitnami/';
const UNSAID: ReadonlySet<string> = new Set(['', 'NOASSERTION', 'NONE']);

interface Edge {
  readonly kind: 'contains' | 'needs';
  readonly from: string;
  readonly to: string;
}

/** Reads an SPDX document in JSON that Bitnami puts beside its builds. SPDX 2.3. */
export function readBitnamiSpdx(document: JsonRecord, budget: Budget): BitnamiDocument {
  const records = budget
    .limitItems(getRecords(document, 'packages'), 'recordsMax')
    .filter((record) => findPurl(record).startsWith(PURL_PREFIX));
  const placeOf = new Map(records.map((record, place) => [getText(record, 'SPDXID'), place]));
  const edges = budget
    .limitItems(getRecords(document, 'relationships'), 'recordsMax')
    .flatMap(toEdges);
  const main = findMainId(records, edges);
  const filesOf = createFileFinder(document, edges, budget);
  return {
    components: records.map((record) => {
      const id = getText(record, 'SPDXID');
      return { ...toComponent(record), ...(id === main ? {} : { files: filesOf(id) }) };
    }),
    edges: edges.flatMap(({ kind, from, to }) => {
      const [holder, part] = [placeOf.get(from), placeOf.get(to)];
      if (holder === undefined || part === undefined || holder === part) {
        return [];
      }
      return kind === 'contains' ? [{ from: part, to: holder }] : [{ from: holder, to: part }];
    }),
  };
}

function toComponent(record: JsonRecord): BitnamiComponent {
  const purl = findPurl(record);
  const { qualifiers = {}, name = '' } = parsePurl(purl) ?? {};
  const cpes = listReferences(record, 'cpe23Type').flatMap((text) => {
    const cpe = parseCpe(text);
    return cpe === undefined ? [] : [formatCpe(cpe)];
  });
  return {
    name: getText(record, 'name'),
    version: getText(record, 'versionInfo'),
    purl,
    shortName: name,
    architecture: qualifiers['arch'] ?? '',
    distro: qualifiers['distro'] ?? '',
    cpes,
    licenses: (['declared', 'concluded'] as const).flatMap((kind) => {
      const value = getText(record, kind === 'declared' ? 'licenseDeclared' : 'licenseConcluded');
      return UNSAID.has(value) ? [] : [{ kind, value: value.replace(/^LicenseRef-/, '') }];
    }),
  };
}

function findPurl(record: JsonRecord): string {
  return listReferences(record, 'purl')[0] ?? '';
}

function listReferences(record: JsonRecord, type: string): string[] {
  return getRecords(record, 'externalRefs')
    .filter((reference) => getText(reference, 'referenceType') === type)
    .map((reference) => getText(reference, 'referenceLocator'));
}

function toEdges(record: JsonRecord): Edge[] {
  const from = getText(record, 'spdxElementId');
  const to = getText(record, 'relatedSpdxElement');
  switch (getText(record, 'relationshipType')) {
    case 'CONTAINS':
      return [{ kind: 'contains', from, to }];
    case 'DEPENDENCY_OF':
      return [{ kind: 'needs', from, to }];
    case 'DEPENDS_ON':
      return [{ kind: 'needs', from: to, to: from }];
    default:
      return [];
  }
}

/** The component that has relationships and that no other contains; or the only one. */
function findMainId(records: readonly JsonRecord[], edges: readonly Edge[]): string | undefined {
  const ids = new Set(records.map((record) => getText(record, 'SPDXID')));
  const inner = new Set(edges.flatMap(({ kind, to }) => (kind === 'contains' ? [to] : [])));
  const outer = edges.find(({ from }) => ids.has(from) && !inner.has(from))?.from;
  return outer ?? (ids.size === 1 ? [...ids][0] : undefined);
}

/** Returns the files that a component contains directly or through other components. */
function createFileFinder(
  document: JsonRecord,
  edges: readonly Edge[],
  budget: Budget,
): (id: string) => string[] {
  const files = new Map(
    getRecords(document, 'files').map((file) => [
      getText(file, 'SPDXID'),
      getText(file, 'fileName'),
    ]),
  );
  const contained = Map.groupBy(
    edges.filter(({ kind }) => kind === 'contains'),
    ({ from }) => from,
  );
  let left = budget.limits.recordsMax;
  return (start) => {
    const seen = new Set([start]);
    const found: string[] = [];
    for (const id of seen) {
      for (const { to } of contained.get(id) ?? []) {
        const file = files.get(to);
        if (file === undefined) {
          seen.add(to);
        } else if (left > 0 || budget.refuse('recordsMax')) {
          left -= 1;
          found.push(file);
        }
      }
    }
    return found;
  };
}

/** Reads the older list of installed components: an object with a member for each component. */
export function readBitnamiComponents(document: JsonRecord, budget: Budget): BitnamiDocument {
  const components = budget
    .limitItems(Object.entries(document), 'recordsMax')
    .flatMap(([name, record]): BitnamiComponent[] => {
      const version = isRecord(record) ? getText(record, 'version') : '';
      if (!isRecord(record) || name === '' || version === '') {
        return [];
      }
      const [arch, distro] = [getText(record, 'arch'), getText(record, 'distro')];
      const qualifiers = { arch, distro };
      return [
        {
          name,
          version,
          purl: writePurl({ type: 'bitnami', name, version, qualifiers }),
          shortName: name,
          architecture: arch,
          distro,
          cpes: [],
          licenses: [],
          files: [],
        },
      ];
    });
  return { components, edges: [] };
}
