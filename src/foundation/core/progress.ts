/** Typed events of a run. Only the command line renders them. */
export type ProgressEvent =
  | { readonly kind: 'stage-started'; readonly stage: Stage; readonly detail?: string }
  | {
      readonly kind: 'stage-advanced';
      readonly stage: Stage;
      readonly done: number;
      readonly total?: number;
      readonly unit: ProgressUnit;
    }
  | {
      readonly kind: 'stage-finished';
      readonly stage: Stage;
      readonly detail?: string;
      readonly count?: number;
      readonly unit?: ProgressUnit;
      readonly children?: readonly string[];
    }
  | { readonly kind: 'stage-failed'; readonly stage: Stage; readonly message: string }
  | { readonly kind: 'notice'; readonly level: 'info' | 'warning'; readonly message: string };

/** Children are shown under the stage that is their parent. */
export const STAGES = {
  before: { running: 'Reading first target', done: 'Read first target' },
  after: { running: 'Reading second target', done: 'Read second target' },
  further: { running: 'Reading another target', done: 'Read another target' },
  load: { running: 'Loading image', done: 'Loaded image' },
  parse: { running: 'Parsing image', done: 'Parsed image' },
  index: { running: 'Indexing file system', done: 'Indexed file system' },
  catalog: { running: 'Cataloging contents', done: 'Cataloged contents' },
  packages: { running: 'Packages', done: 'Packages', parent: 'catalog' },
  executables: { running: 'Executables', done: 'Executables', parent: 'catalog' },
  fileMetadata: { running: 'File metadata', done: 'File metadata', parent: 'catalog' },
  fileDigests: { running: 'File digests', done: 'File digests', parent: 'catalog' },
  download: { running: 'Downloading advisory database', done: 'Downloaded advisory database' },
  fetch: { running: 'Fetching advisory feeds', done: 'Fetched advisory feeds' },
  database: { running: 'Importing advisory database', done: 'Imported advisory database' },
  match: { running: 'Scanning for vulnerabilities', done: 'Scanned for vulnerabilities' },
} as const satisfies Record<string, { running: string; done: string; parent?: string }>;

export type Stage = keyof typeof STAGES;
export type ProgressUnit =
  | 'bytes'
  | 'layers'
  | 'files'
  | 'locations'
  | 'packages'
  | 'executables'
  | 'matches'
  | 'rows';

export interface Progress {
  emit(event: ProgressEvent): void;
}

/** For library callers without progress. */
export const SILENT: Progress = { emit: () => undefined };
