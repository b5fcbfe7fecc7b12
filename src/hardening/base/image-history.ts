import type { Digest } from '../../foundation/core/digest.ts';
import { readImageConfig as readConfig } from '../../foundation/core/image-config.ts';
import type { ImageDescription } from '../../foundation/core/target.ts';
import {
  getFlag,
  getGivenText,
  getRecords,
  getText,
  type JsonRecord,
} from '../../foundation/syntax/json/member.ts';
import { USUAL_EMPTY_LAYER } from './layer-list.ts';

/** One entry of an image's history. OCI image specification, config.md, "history". */
export interface HistoryEntry {
  /** `created_by`, normalized by {@link normalizeInstruction}. */
  readonly instruction: string;
  readonly isEmptyLayer: boolean;
}

export function readImageConfig({ config }: Pick<ImageDescription, 'config'>): JsonRecord {
  const { document, process, history } = readConfig(config);
  return { ...document, config: process, history };
}

export function readHistory(config: JsonRecord): readonly HistoryEntry[] {
  return getRecords(config, 'history').map((entry) => ({
    instruction: normalizeInstruction(getText(entry, 'created_by')),
    isEmptyLayer: getFlag(entry, 'empty_layer') === true,
  }));
}

export function readCreated(config: JsonRecord): string | undefined {
  return getGivenText(config, 'created');
}

/** Removes the differences between the classic builder, BuildKit, and buildah. */
export function normalizeInstruction(text: string): string {
  return text
    .replace(/^\/bin\/sh -c #\(nop\)\s+/, '')
    .replace(/^\/bin\/sh -c\s+/, 'RUN ')
    .replace(/^RUN \/bin\/sh -c\s+/, 'RUN ')
    .replace(/\s+#\s*buildkit$/, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/**
 * Inserts an empty layer for each history entry without a layer, as deps.dev does. Returns
 * `undefined` if the history and the layers do not match.
 */
export function insertEmptyLayers(
  layers: readonly Digest[],
  history: readonly HistoryEntry[],
): readonly Digest[] | undefined {
  const rest = [...layers];
  const listed = history.map(({ isEmptyLayer }) =>
    isEmptyLayer ? USUAL_EMPTY_LAYER : rest.shift(),
  );
  return rest.length === 0 && !listed.includes(undefined)
    ? listed.filter((layer) => layer !== undefined)
    : undefined;
}

/**
 * Guesses the number of layers of the base image by the last `CMD` below the topmost layer, as Trivy
 * does. Returns `undefined` if there is none.
 */
export function guessBaseLayers(history: readonly HistoryEntry[]): number | undefined {
  let isAboveApplication = false;
  for (let index = history.length - 1; index >= 0; index -= 1) {
    const { instruction = '', isEmptyLayer = false } = history[index] ?? {};
    if (isEmptyLayer && !isAboveApplication) {
      continue;
    }
    isAboveApplication = true;
    if (isEmptyLayer && instruction.startsWith('CMD ')) {
      return history.slice(0, index + 1).filter((entry) => !entry.isEmptyLayer).length;
    }
  }
  return undefined;
}
