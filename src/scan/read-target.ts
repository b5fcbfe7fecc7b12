import type {
  Cataloger,
  DistroDetector,
  Extractor,
  FileView,
  LayerFacts,
} from '../core/cataloger.ts';
import { compareText } from '../core/digest.ts';
import type { Limits } from '../core/limits.ts';
import type { Problem } from '../core/problem.ts';
import type { Progress } from '../core/progress.ts';
import type { OpenTarget, Source, Spill, TargetDescription } from '../core/target.ts';
import { readLayer } from '../read/read-layer.ts';
import { squash } from '../view/squash.ts';
import { readLinks } from './read-links.ts';

/** Everything that was read of a target, before anything is made of it. */
export interface ReadTarget {
  readonly description: TargetDescription;
  readonly layers: readonly LayerFacts[];
  readonly view: FileView;
  readonly problems: readonly Problem[];
}

export interface ReadTargetOptions {
  readonly extractors: readonly Extractor<unknown>[];
  readonly limits: Limits;
  readonly spill: Spill;
  readonly progress: Progress;
}

/** The plug-ins of one run. */
export interface Plugins {
  readonly sources: readonly Source[];
  readonly catalogers: readonly Cataloger<unknown>[];
  readonly distroDetector: DistroDetector<unknown>;
}

/**
 * Reads every layer once, from the lowest up. Throws `UserError` where a layer does not fit its
 * digest.
 */
export async function readTarget(
  target: OpenTarget,
  options: ReadTargetOptions,
): Promise<ReadTarget> {
  const { progress, limits } = options;
  const total = target.layers.length;
  const layers: LayerFacts[] = [];
  const stage = target.description.kind === 'image' ? 'parse' : 'index';
  progress.emit({ kind: 'stage-started', stage });
  for (const layer of target.layers) {
    layers.push(await readLayer(layer, options));
    progress.emit({
      kind: 'stage-advanced',
      stage,
      done: layers.length,
      total,
      unit: 'layers',
    });
  }
  const view = squash(layers, limits);
  const complete = await readLinks(target, view, layers, options);
  progress.emit({ kind: 'stage-finished', stage, detail: identityOf(target.description) });
  const problems = [...target.problems, ...complete.flatMap((layer) => layer.problems)];
  return {
    description: target.description,
    layers: complete,
    view,
    problems: inOrder(problems),
  };
}

function identityOf(description: TargetDescription): string {
  return description.kind === 'image' ? description.imageId : description.path;
}

function inOrder(problems: readonly Problem[]): Problem[] {
  return problems.toSorted(
    (left, right) =>
      compareText(left.path ?? '', right.path ?? '') ||
      compareText(left.code, right.code) ||
      compareText(left.message, right.message) ||
      (left.line ?? 0) - (right.line ?? 0),
  );
}
