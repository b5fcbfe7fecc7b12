import { compareText } from '../core/digest.ts';
import type { DocumentContent, DocumentReader } from '../core/document.ts';
import { UserError } from '../core/error.ts';
import type {
  Inventory,
  InventoryFile,
  InventoryPackage,
  Relationship,
} from '../core/inventory.ts';
import type { Limits } from '../core/limits.ts';
import type { Progress } from '../core/progress.ts';
import type { OpenDocument } from '../core/target.ts';
import { packageKey } from '../identity/package-key.ts';
import { chooseReader, readableTitles, readerOf } from '../parse/document/choose-reader.ts';
import { mergePackages } from './package-merge.ts';
import { inOrderOfEdges } from './relationship.ts';

export interface DocumentOptions {
  readonly limits: Limits;
  readonly progress: Progress;
  /** Replaces the name that the document gives its target. */
  readonly name?: string;
}

/**
 * What a document says of its target, with the keys and in the order of every inventory.
 *
 * @throws UserError `E_DOCUMENT_UNKNOWN` where no reader recognises it, and what its reader throws.
 */
export function readDocument(opened: OpenDocument, options: DocumentOptions): DocumentContent {
  const { limits, progress, name } = options;
  const { description, document } = opened;
  progress.emit({ kind: 'stage-started', stage: 'catalog' });
  const reader = readerFor(opened, limits);
  const read = reader.read(document.content, { limits, description });
  const inventory = read.keys === 'stable' ? read.inventory : adopted(read.inventory);
  progress.emit({
    kind: 'stage-finished',
    stage: 'packages',
    count: inventory.packages.length,
    unit: 'packages',
  });
  progress.emit({ kind: 'stage-finished', stage: 'catalog', detail: reader.title });
  return {
    ...read,
    inventory:
      name === undefined ? inventory : { ...inventory, target: { ...inventory.target, name } },
    keys: 'stable',
  };
}

function readerFor({ description, document }: OpenDocument, limits: Limits): DocumentReader {
  const named = document.format === undefined ? undefined : readerOf(document.format);
  const reader = named ?? chooseReader(document.content, limits)?.reader;
  if (reader === undefined) {
    const subject = description.origin === 'stdin' ? 'The standard input' : description.path;
    throw new UserError(
      'E_DOCUMENT_UNKNOWN',
      `${subject} is no document that can be read: ${readableTitles()}.`,
      { hint: 'An image archive is read as docker-archive:FILE or oci-archive:FILE.' },
    );
  }
  return reader;
}

/**
 * Gives packages their keys instead of the document's ids, puts those of one key together, and all
 * lists in order.
 */
function adopted(inventory: Inventory): Inventory {
  const keyById = new Map<string, string>();
  const packages = mergePackages(inventory.packages, (pkg) => {
    const { key: id, ...rest } = pkg as InventoryPackage;
    const key = packageKey(rest);
    keyById.set(id, key);
    return { ...rest, key };
  });
  const edges = inventory.relationships.flatMap((edge) => rejoined(edge, keyById));
  return {
    ...inventory,
    packages,
    files: inventory.files.toSorted(compareFiles),
    relationships: inOrderOfEdges(edges),
  };
}

/** None where both ends have become one package. */
function rejoined(edge: Relationship, keyById: ReadonlyMap<string, string>): Relationship[] {
  const from = keyById.get(edge.from);
  if (from === undefined) {
    return [];
  }
  if (!('to' in edge)) {
    return [{ ...edge, from }];
  }
  const to = keyById.get(edge.to);
  return to === undefined || to === from ? [] : [{ ...edge, from, to }];
}

function compareFiles(left: InventoryFile, right: InventoryFile): number {
  return compareText(left.path, right.path) || compareText(left.layer ?? '', right.layer ?? '');
}
