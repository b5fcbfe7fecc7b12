import type { FileView, LayerFacts } from '../foundation/core/cataloger.ts';
import { compareText } from '../foundation/core/compare-text.ts';
import type { Scope } from '../foundation/core/inventory.ts';
import type { Problem } from '../foundation/core/problem.ts';
import type { OpenTarget, TargetDescription, TreeLayer } from '../foundation/core/target.ts';
import { getDispatch } from '../image/read/dispatch.ts';
import { ProblemList } from '../image/read/problem-list.ts';
import type { ReadOptions } from '../image/read/read-layer.ts';
import { findBrokenLinks } from '../image/view/broken-links.ts';
import { listLayerPaths, withLayerPaths } from '../image/view/every-layer.ts';
import { excludePaths } from '../image/view/excluding-view.ts';
import { createSquashedView } from '../image/view/squashed-view.ts';
import { getTargetIdentity } from './announce.ts';
import { LayerBudget } from './layer-budget.ts';
import { type OwnedFileFinder, readLinks } from './read-links.ts';

/** The raw results of reading a target. */
export interface ReadTarget {
  readonly description: TargetDescription;
  readonly layers: readonly LayerFacts[];
  readonly view: FileView;
  /** Returns the view of a process that sees only these layers. */
  readonly createLowerView: (layers: readonly LayerFacts[]) => FileView;
  readonly isExcluded: (path: string) => boolean;
  /** Reads files of a directory again; absent for images. */
  readonly readContent?: TreeLayer['readContent'];
  readonly problems: readonly Problem[];
  /** Problems of the views; complete once no view is used any more. */
  readonly problemsOfViews: readonly Problem[];
  /** Number of layer problems beyond `problemsMax`. */
  readonly problemsNotListed: number;
}

export interface ReadTargetOptions extends ReadOptions {
  /** Returns whether views hide a path; absent if they show all. */
  readonly isExcluded?: (path: string) => boolean;
  /** `squashed` if absent. */
  readonly scope?: Scope;
  readonly findOwnedFiles?: OwnedFileFinder;
}

/**
 * Reads every layer once, from the lowest up.
 *
 * @throws UserError if a layer does not match its digest
 */
export async function readTarget(
  target: OpenTarget,
  options: ReadTargetOptions,
): Promise<ReadTarget> {
  const { progress } = options;
  const total = target.layers.length;
  const layers: LayerFacts[] = [];
  const stage = target.description.kind === 'image' ? 'parse' : 'index';
  progress.emit({ kind: 'stage-started', stage });
  const budget = new LayerBudget(target.layers.length, options);
  for (const layer of target.layers) {
    layers.push(await budget.readLayer(layer));
    progress.emit({
      kind: 'stage-advanced',
      stage,
      done: layers.length,
      total,
      unit: 'layers',
    });
  }
  const [tree] = target.layers;
  const { isExcluded, scope = 'squashed' } = options;
  const problemsOfViews: Problem[] = [];
  const createView = createViewFactory(layers, options, problemsOfViews);
  const unpacked = new ProblemList(options.limits.problemsMax);
  const view = createView(layers, (problem) => unpacked.add(problem));
  const createLowerView = (lower: readonly LayerFacts[]): FileView => createView(lower);
  options.memory?.look();
  // A file that has an owner in one state of the image may have none in another.
  const ways =
    scope === 'squashed' ? { findOwnedFiles: options.findOwnedFiles } : { createLowerView };
  const linked = await readLinks(target, { view, layers, ...ways }, options);
  const complete = linked.layers;
  progress.emit({ kind: 'stage-finished', stage, detail: getTargetIdentity(target.description) });
  const dispatch = getDispatch(options.extractors);
  const isWanted = (path: string): boolean =>
    dispatch.findWants(path, NO_HEAD).length > 0 || linked.canLead(path);
  const problems = [
    ...target.problems,
    ...complete.flatMap((layer) => layer.problems),
    ...unpacked.listed,
    ...linked.problems,
    ...findBrokenLinks(view, isWanted, options.limits),
    ...checkLoneFile(target.description, complete),
  ].filter(({ path }) => path === undefined || isExcluded?.(path) !== true);
  return {
    description: target.description,
    layers: complete,
    view,
    createLowerView,
    isExcluded: isExcluded ?? (() => false),
    ...(tree?.kind === 'tree' ? { readContent: tree.readContent } : {}),
    problems: sortProblems(problems),
    problemsOfViews,
    problemsNotListed: complete.reduce(
      (sum, layer) => sum + (layer.problemsNotListed ?? 0),
      unpacked.notListed,
    ),
  };
}

const NO_HEAD = new Uint8Array();

/** A file that the user named and no extractor reads is not a target without packages. */
function checkLoneFile(
  { kind, name }: TargetDescription,
  layers: readonly LayerFacts[],
): Problem[] {
  const isRead = layers.some(({ facts, problems }) => facts.length > 0 || problems.length > 0);
  const message = `${name} is not an image, and its file type is not supported`;
  return kind === 'file' && !isRead ? [{ code: 'P_UNSUPPORTED', message }] : [];
}

function createViewFactory(
  layers: readonly LayerFacts[],
  { isExcluded, scope, limits }: ReadTargetOptions,
  problems: Problem[],
): (of: readonly LayerFacts[], onProblem?: (problem: Problem) => void) => FileView {
  const everywhere = scope === 'all-layers' ? listLayerPaths(layers) : undefined;
  return (of, onProblem = () => undefined) => {
    const onLimit = (): void => {
      if (!problems.some(({ message }) => message === createLinksProblem(limits).message)) {
        problems.push(createLinksProblem(limits));
      }
    };
    const whole = createSquashedView(of, { limits, onLimit, onProblem });
    const view = everywhere === undefined ? whole : withLayerPaths(whole, everywhere);
    return isExcluded === undefined ? view : excludePaths(view, isExcluded);
  };
}

function createLinksProblem({ linkStepsMax }: ReadTargetOptions['limits']): Problem {
  const message = `some links were not followed: they exceed the limit linkStepsMax (${linkStepsMax})`;
  return { code: 'P_LIMIT', message };
}

function sortProblems(problems: readonly Problem[]): Problem[] {
  return problems.toSorted(
    (left, right) =>
      compareText(left.path ?? '', right.path ?? '') ||
      compareText(left.code, right.code) ||
      compareText(left.message, right.message) ||
      (left.line ?? 0) - (right.line ?? 0),
  );
}
