/**
 * Elements that a standard may require; `judge-element.ts` checks each.
 *
 * Origin: the documents that each standard names as its `spec`.
 */
export const ELEMENTS = [
  'author',
  'author-address',
  'author-or-tool',
  'tool',
  'timestamp',
  'context',
  'supplier',
  'supplier-address',
  'name',
  'version',
  'identifier',
  'hash',
  'sha512',
  'license',
  'spdx-license',
  'dependencies',
  'file-name',
  'file-properties',
] as const;

export type ElementId = (typeof ELEMENTS)[number];

/** Elements of the document; all others belong to each component. */
export const DOCUMENT_ELEMENTS: ReadonlySet<ElementId> = new Set([
  'author',
  'author-address',
  'author-or-tool',
  'tool',
  'timestamp',
  'context',
]);

export interface Standard {
  readonly id: string;
  readonly title: string;
  readonly spec: string;
  /** Elements that count as given if the document states that missing values are unknown. */
  readonly mayBeUnknown: readonly ElementId[];
  /** Required elements, under the standard's own names, in its order. */
  readonly elements: readonly (readonly [element: ElementId, name: string])[];
}

export const STANDARDS: readonly Standard[] = [
  {
    id: 'ntia-2021',
    title: 'NTIA minimum elements (2021)',
    spec: 'NTIA, "The Minimum Elements For a Software Bill of Materials", 12 July 2021, "Data Fields"',
    // "Known Unknowns" of this edition are about dependencies.
    mayBeUnknown: ['dependencies'],
    elements: [
      ['supplier', 'Supplier Name'],
      ['name', 'Component Name'],
      ['version', 'Version of the Component'],
      ['identifier', 'Other Unique Identifiers'],
      ['dependencies', 'Dependency Relationship'],
      ['author-or-tool', 'Author of SBOM Data'],
      ['timestamp', 'Timestamp'],
    ],
  },
  {
    id: 'cisa-2025',
    title: 'CISA minimum elements (draft, 2025)',
    spec: 'CISA, "2025 Minimum Elements for a Software Bill of Materials", draft of 22 August 2025',
    // "Known Unknowns": unknown information of any component is to be stated as such.
    mayBeUnknown: ['supplier', 'version', 'identifier', 'hash', 'license', 'dependencies'],
    elements: [
      ['author', 'SBOM Author'],
      ['supplier', 'Software Producer'],
      ['name', 'Component Name'],
      ['version', 'Component Version'],
      ['identifier', 'Software Identifiers'],
      ['hash', 'Component Hash'],
      ['license', 'License'],
      ['dependencies', 'Dependency Relationship'],
      ['tool', 'Tool Name'],
      ['timestamp', 'Timestamp'],
      ['context', 'Generation Context'],
    ],
  },
  {
    id: 'bsi-tr-03183-2',
    title: 'BSI TR-03183-2 (2.1.0)',
    spec: 'BSI TR-03183-2, version 2.1.0, 5.2.1 and 5.2.2, required data fields',
    // The completeness of the dependencies may be unknown; other values may not.
    mayBeUnknown: ['dependencies'],
    elements: [
      ['author-address', 'Creator of the SBOM'],
      ['timestamp', 'Timestamp'],
      ['supplier-address', 'Component creator'],
      ['name', 'Component name'],
      ['version', 'Component version'],
      ['file-name', 'Filename of the component'],
      ['dependencies', 'Dependencies on other components'],
      ['spdx-license', 'Distribution licenses'],
      ['sha512', 'Hash value of the deployable component'],
      ['file-properties', 'Executable, archive and structured property'],
    ],
  },
];
