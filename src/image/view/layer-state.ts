import type { FileView, LayerFacts } from '../../foundation/core/cataloger.ts';

/** The file system that a process would see if the image ended with one of its layers. */
export interface LayerState {
  /** Number of that layer, from 0. */
  readonly number: number;
  readonly view: FileView;
  /** The layers up to that one. */
  readonly layers: readonly LayerFacts[];
}

/** Returns the state of one layer, without those above it. */
export function getLayerState(
  layers: readonly LayerFacts[],
  number: number,
  createLowerView: (layers: readonly LayerFacts[]) => FileView,
): LayerState {
  const lower = layers.slice(0, number + 1);
  return { number, view: createLowerView(lower), layers: lower };
}
