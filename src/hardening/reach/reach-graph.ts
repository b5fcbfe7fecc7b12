import { compareText } from '../../foundation/core/compare-text.ts';
import {
  CONFIG_PATH,
  type Opacity,
  REACH_STRENGTHS,
  type ReachedFile,
  type ReachStep,
  type ReachStrength,
  type Witness,
} from '../../foundation/core/reach.ts';
import type { ReachEdge, ReachRule, ReachWorld } from './rule-contract.ts';
import { traverse } from './traverse.ts';

/** A file that the process starts with. */
export interface Root {
  readonly to: string;
  readonly rule: string;
  readonly strength: ReachStrength;
  readonly witness: Witness;
}

export interface ReachGraph {
  readonly files: ReadonlyMap<string, ReachedFile>;
  readonly opacities: readonly Opacity[];
  /** All steps between reached files, including those that are not part of a best path. */
  readonly steps: readonly ReachStep[];
}

const WEAK = REACH_STRENGTHS.indexOf('possible');
const DATA = REACH_STRENGTHS.indexOf('data');
/** Rule ID of the step over a symbolic link that stands for a file. */
export const LINK_RULE = 'link';
/** Rule ID of files that may be mounted over a directory. */
export const VOLUME_RULE = 'volume';

/** A path to a file that has not been visited yet. */
interface Waiting {
  readonly path: string;
  readonly hops: number;
  readonly step: ReachStep;
}

/**
 * Follows the rules from the roots. The strength of a file is the weakest step on its best path.
 * Among equally strong paths the shortest wins, then the first by path, so that every run gives the
 * same result. A possible step only starts at a file that is required or likely, and data only
 * names other data, so weak steps do not chain.
 */
export function followRules(
  roots: readonly Root[],
  rules: readonly ReachRule<unknown>[],
  world: ReachWorld,
): ReachGraph {
  const graph = new GraphBuilder(rules, world);
  for (const root of roots) {
    graph.offer({ from: CONFIG_PATH, hops: 0, rank: 0 }, root.rule, root);
  }
  for (let rank = 0; rank < REACH_STRENGTHS.length; rank += 1) {
    graph.settle(rank);
  }
  return graph.finishGraph();
}

interface Origin {
  readonly from: string;
  readonly hops: number;
  readonly rank: number;
}

class GraphBuilder {
  readonly #rules: readonly ReachRule<unknown>[];
  readonly #world: ReachWorld;
  readonly #buckets: readonly Map<string, Waiting>[] = REACH_STRENGTHS.map(() => new Map());
  readonly #files = new Map<string, ReachedFile>();
  readonly #opacities: Opacity[] = [];
  readonly #steps: ReachStep[] = [];

  constructor(rules: readonly ReachRule<unknown>[], world: ReachWorld) {
    this.#rules = rules;
    this.#world = world;
  }

  /** Records that a file is used, with every link that stands for it. */
  offer({ from, hops, rank }: Origin, rule: string, edge: ReachEdge): void {
    const way = traverse(this.#world.view, edge.to);
    if (way === undefined) {
      return;
    }
    // A rule may name the witness by a link; its real path is checked again later.
    const shown = traverse(this.#world.view, edge.witness.path)?.path ?? edge.witness.path;
    const witness = { ...edge.witness, path: shown };
    const own = REACH_STRENGTHS.indexOf(edge.strength);
    const next = Math.max(rank, own);
    let at = from;
    let step: Pick<ReachStep, 'rule' | 'strength' | 'witness'> = {
      rule,
      strength: edge.strength,
      witness,
    };
    let count = hops;
    for (const { path, target = '', via } of way.stops) {
      count += 1;
      const passed = via.length === 0 ? {} : { via };
      this.#wait({ path, hops: count, step: { from: at, to: path, ...step, ...passed } }, next);
      at = path;
      step = { rule: LINK_RULE, strength: 'required', witness: { path, token: target } };
    }
  }

  #wait(waiting: Waiting, rank: number): void {
    this.#steps.push(waiting.step);
    const bucket = this.#buckets[rank];
    const known = bucket?.get(waiting.path);
    if (known === undefined || isBetter(waiting, known)) {
      bucket?.set(waiting.path, waiting);
    }
  }

  /** Visits all files of one strength, the nearest first. */
  settle(rank: number): void {
    const bucket = this.#buckets[rank] ?? new Map<string, Waiting>();
    while (bucket.size > 0) {
      const nearest = bucket.values().reduce((least, { hops }) => Math.min(least, hops), Infinity);
      const wave = [...bucket.values()].filter(({ hops }) => hops === nearest);
      for (const waiting of wave.toSorted(compareNearness)) {
        bucket.delete(waiting.path);
        if (!this.#files.has(waiting.path)) {
          this.#visit(waiting, rank);
        }
      }
    }
  }

  #visit({ path, hops, step }: Waiting, rank: number): void {
    const strength = REACH_STRENGTHS[rank] ?? 'data';
    this.#files.set(path, { path, strength, hops, step });
    const isData = rank === DATA;
    for (const rule of this.#rules) {
      if (isData && rule.followsData !== true) {
        continue;
      }
      const fact = this.#world.getFact(rule.id, path);
      const node = { path, strength, fact, listAncestors: () => this.#listAncestors(path) };
      for (const edge of rule.findEdges(node, this.#world)) {
        const isWeak = edge.strength === 'possible';
        if (!(isWeak && rank >= WEAK)) {
          this.offer({ from: path, hops, rank }, rule.id, edge);
        }
      }
      for (const opacity of rule.findOpacities?.(node, this.#world) ?? []) {
        this.#opacities.push({ path, rule: rule.id, ...opacity });
      }
    }
  }

  #listAncestors(path: string): readonly string[] {
    const found: string[] = [];
    for (
      let at = this.#files.get(path);
      at?.step !== undefined;
      at = this.#files.get(at.step.from)
    ) {
      if (at.path !== path && at.step.rule !== LINK_RULE) {
        found.push(at.path);
      }
    }
    return found;
  }

  finishGraph(): ReachGraph {
    return { files: this.#files, opacities: this.#opacities, steps: this.#steps };
  }
}

function isBetter(left: Waiting, right: Waiting): boolean {
  return compareNearness(left, right) < 0;
}

function compareNearness(left: Waiting, right: Waiting): number {
  return (
    left.hops - right.hops ||
    compareText(left.path, right.path) ||
    compareText(left.step.from, right.step.from) ||
    compareText(left.step.rule, right.step.rule)
  );
}
