import type { FileView, LayerFacts } from '../core/cataloger.ts';
import { compareText } from '../core/compare-text.ts';
import type { Scope } from '../core/inventory.ts';
import type { Problem } from '../core/problem.ts';
import type { OpenTarget, TargetDescription, TreeLayer } from '../core/target.ts';
import { dispatchFor } from '../read/dispatch.ts';
import { ProblemList } from '../read/problem-list.ts';
import type { ReadOptions } from '../read/read-layer.ts';
import { brokenLinks } from '../view/broken-links.ts';
import { knowingEveryLayer, pathsOfEveryLayer } from '../view/every-layer.ts';
import { excludingView } from '../view/excluding-view.ts';
import { squash } from '../view/squash.ts';
import { identityOf } from './announce.ts';
import { LayerBudget } from './layer-budget.ts';
import { type OwnedOf, readLinks } from './read-links.ts';

/** Everything that was read of a target, before anything is made of it. */
export interface ReadTarget {
  readonly description: TargetDescription;
  readonly layers: readonly LayerFacts[];
  readonly view: FileView;
  /** What a process would see of fewer layers. */
  readonly viewOf: (layers: readonly LayerFacts[]) => FileView;
  readonly isExcluded: (path: string) => boolean;
  /** Reads files of a directory again; absent for images. */
  readonly contentOf?: TreeLayer['readContent'];
  readonly problems: readonly Problem[];
  /** What views could not do; complete once nothing is asked of them any more. */
  readonly problemsOfViews: readonly Problem[];
  /** Problems of layers beyond `problemsMax`, only counted. */
  readonly problemsNotListed: number;
}

export interface ReadTargetOptions extends ReadOptions {
  /** Paths that no view shows; absent where it shows all. */
  readonly isExcluded?: (path: string) => boolean;
  /** `squashed` where it is absent. */
  readonly scope?: Scope;
  readonly ownedOf?: OwnedOf;
}

/**
 * Reads every layer once, from the lowest up. Throws `UserError` where a layer does not fit its
 * digest.
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
    layers.push(await budget.read(layer));
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
  const createView = viewMaker(layers, options, problemsOfViews);
  const unpacked = new ProblemList(options.limits.problemsMax);
  const view = createView(layers, (problem) => unpacked.add(problem));
  const viewOf = (lower: readonly LayerFacts[]): FileView => createView(lower);
  options.memory?.look();
  // What one state of the image has an owner for may have none in another.
  const ways = scope === 'squashed' ? { ownedOf: options.ownedOf } : { viewOf };
  const linked = await readLinks(target, { view, layers, ...ways }, options);
  const complete = linked.layers;
  progress.emit({ kind: 'stage-finished', stage, detail: identityOf(target.description) });
  const dispatch = dispatchFor(options.extractors);
  const isWanted = (path: string): boolean =>
    dispatch.wanting(path, NO_HEAD).length > 0 || linked.mayLead(path);
  const problems = [
    ...target.problems,
    ...complete.flatMap((layer) => layer.problems),
    ...unpacked.listed,
    ...linked.problems,
    ...brokenLinks(view, isWanted, options.limits),
    ...problemsOfLoneFile(target.description, complete),
  ].filter(({ path }) => path === undefined || isExcluded?.(path) !== true);
  return {
    description: target.description,
    layers: complete,
    view,
    viewOf,
    isExcluded: isExcluded ?? (() => false),
    ...(tree?.kind === 'tree' ? { contentOf: tree.readContent } : {}),
    problems: inOrder(problems),
    problemsOfViews,
    problemsNotListed: complete.reduce(
      (sum, layer) => sum + (layer.problemsNotListed ?? 0),
      unpacked.notListed,
    ),
  };
}

const NO_HEAD = new Uint8Array();

/** A file that was named and that nobody reads is not a target without packages. */
function problemsOfLoneFile(
  { kind, name }: TargetDescription,
  layers: readonly LayerFacts[],
): Problem[] {
  const isRead = layers.some(({ facts, problems }) => facts.length > 0 || problems.length > 0);
  const message = `${name} is not an image, and its file type is not supported`;
  return kind === 'file' && !isRead ? [{ code: 'P_UNSUPPORTED', message }] : [];
}

function viewMaker(
  layers: readonly LayerFacts[],
  { isExcluded, scope, limits }: ReadTargetOptions,
  problems: Problem[],
): (of: readonly LayerFacts[], onProblem?: (problem: Problem) => void) => FileView {
  const everywhere = scope === 'all-layers' ? pathsOfEveryLayer(layers) : undefined;
  return (of, onProblem = () => undefined) => {
    const onLimit = (): void => {
      if (!problems.some(({ message }) => message === tooManyLinks(limits).message)) {
        problems.push(tooManyLinks(limits));
      }
    };
    const whole = squash(of, { limits, onLimit, onProblem });
    const view = everywhere === undefined ? whole : knowingEveryLayer(whole, everywhere);
    return isExcluded === undefined ? view : excludingView(view, isExcluded);
  };
}

function tooManyLinks({ linkStepsMax }: ReadTargetOptions['limits']): Problem {
  const message = `some links were not followed: they exceed the limit linkStepsMax (${linkStepsMax})`;
  return { code: 'P_LIMIT', message };
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
