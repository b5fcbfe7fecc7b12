import { appendAll } from '../../foundation/core/append-all.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import type { Opacity, ReachedFile, ReachStep } from '../../foundation/core/reach.ts';
import { settleOpacities } from './classify.ts';
import { LINK_RULE, VOLUME_RULE } from './reach-graph.ts';
import type { ReachEdge, ReachNode, ReachRule, ReachWorld } from './rule-contract.ts';
import { ScopeIndex } from './scope-index.ts';
import { traverse } from './traverse.ts';

/** Files that may be used by files in an opaque scope. */
export interface Taint {
  /** For each file outside of every scope, the step that leads to it, sorted by path. */
  readonly steps: readonly ReachStep[];
  /** Opaque constructs in such files, if their scope is not yet known. */
  readonly opacities: readonly Opacity[];
}

interface Visit {
  readonly path: string;
  readonly from?: Visit;
  /** A possible step led here; no other may start here. */
  readonly isWeak: boolean;
  /** Only used as data; it has no further steps. */
  readonly isData: boolean;
  readonly isLink: boolean;
}

/**
 * Follows the files in the scope of something opaque by the same rules: a program that may run
 * loads its libraries. Its own opaque constructs count, too.
 */
export function computeTaint(
  files: ReadonlyMap<string, ReachedFile>,
  opacities: readonly Opacity[],
  rules: readonly ReachRule<unknown>[],
  world: ReachWorld,
): Taint {
  return opacities.length === 0 || opacities.some(({ scope }) => scope.kind === 'all')
    ? { steps: [], opacities: [] }
    : new TaintWalk(files, rules, world).walk(opacities);
}

class TaintWalk {
  readonly #files: ReadonlyMap<string, ReachedFile>;
  readonly #rules: readonly ReachRule<unknown>[];
  readonly #world: ReachWorld;
  readonly #visits = new Map<string, Visit>();
  readonly #steps = new Map<string, ReachStep>();
  readonly #waiting: Visit[] = [];
  /** Opacities with unvisited scopes. */
  #fresh: Opacity[] = [];
  readonly #scopes: Opacity[] = [];
  /** The scopes of all of them, as text. */
  readonly #known = new Set<string>();
  readonly #learned: Opacity[] = [];

  constructor(
    files: ReadonlyMap<string, ReachedFile>,
    rules: readonly ReachRule<unknown>[],
    world: ReachWorld,
  ) {
    this.#files = files;
    this.#rules = rules;
    this.#world = world;
  }

  walk(opacities: readonly Opacity[]): Taint {
    this.#fresh = [...opacities];
    for (const { scope } of opacities) {
      this.#known.add(JSON.stringify(scope));
    }
    while (this.#fresh.length > 0) {
      const fresh = settleOpacities(this.#fresh, this.#world);
      this.#fresh = [];
      appendAll(this.#scopes, fresh);
      this.#addSeed(fresh);
      for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) {
        this.#leave(next);
      }
    }
    const scopes = this.#indexOf(this.#scopes);
    const steps = [...this.#steps.values()].filter(
      ({ to }) => !this.#isCode(to) && !scopes.has(to),
    );
    return {
      steps: steps.toSorted((left, right) => compareText(left.to, right.to)),
      opacities: this.#learned,
    };
  }

  #indexOf(opacities: readonly Opacity[]): ScopeIndex {
    return new ScopeIndex(opacities, (path) => this.#world.findOwner(path)?.key);
  }

  /** Returns whether the rules have followed the file already. */
  #isCode(path: string): boolean {
    const strength = this.#files.get(path)?.strength;
    return strength !== undefined && strength !== 'data';
  }

  #addSeed(opacities: readonly Opacity[]): void {
    const getScope = (may: 'any' | 'modules' | 'libraries'): ScopeIndex =>
      this.#indexOf(opacities.filter((one) => canUse(one) === may));
    const [any, modules, libraries] = [getScope('any'), getScope('modules'), getScope('libraries')];
    for (const path of this.#world.view.listPaths()) {
      const isSeed =
        any.has(path) ||
        (modules.has(path) && MODULE.test(path)) ||
        (libraries.has(path) && LIBRARY.test(path));
      if (isSeed) {
        const kind = { isWeak: false, isData: false };
        const { stops = [{ path, target: undefined }] } = traverse(this.#world.view, path) ?? {};
        for (const stop of stops) {
          this.#enter({ path: stop.path, ...kind, isLink: stop.target !== undefined });
        }
      }
    }
  }

  /** Visits a file again if the path is better than the known one. */
  #enter(visit: Visit): boolean {
    const known = this.#visits.get(visit.path);
    if (isBetter(visit, known) && !this.#isCode(visit.path)) {
      this.#visits.set(visit.path, visit);
      this.#waiting.push(visit);
      return known === undefined;
    }
    return false;
  }

  /** Most edges lead to a file with an equal or better known path; these are skipped. */
  #isSettled(path: string, kind: Way): boolean {
    return this.#isCode(path) || (this.#steps.has(path) && !isBetter(kind, this.#visits.get(path)));
  }

  #leave(visit: Visit): void {
    if (visit.isData || visit.isLink) {
      return;
    }
    for (const rule of this.#rules) {
      const node: ReachNode<unknown> = {
        path: visit.path,
        strength: 'possible',
        fact: this.#world.getFact(rule.id, visit.path),
        listAncestors: () => listAncestors(visit),
      };
      for (const edge of rule.findEdges(node, this.#world)) {
        if (!(edge.strength === 'possible' && visit.isWeak)) {
          this.#follow(visit, rule.id, edge);
        }
      }
      for (const opacity of rule.findOpacities?.(node, this.#world) ?? []) {
        this.#learnScope({ path: visit.path, rule: rule.id, ...opacity });
      }
    }
  }

  /** A known scope adds nothing. */
  #learnScope(opacity: Opacity): void {
    const [settled = opacity] = settleOpacities([opacity], this.#world);
    const text = JSON.stringify(settled.scope);
    if (!this.#known.has(text)) {
      this.#known.add(text);
      this.#fresh.push(settled);
      this.#learned.push({ ...settled, what: `when started, ${settled.what}` });
    }
  }

  #follow(visit: Visit, rule: string, { to, strength, witness }: ReachEdge): void {
    const way = traverse(this.#world.view, to);
    const kind = { isWeak: visit.isWeak || strength === 'possible', isData: strength === 'data' };
    if (way === undefined || (way.stops.length === 1 && this.#isSettled(way.path, kind))) {
      return;
    }
    const shown = traverse(this.#world.view, witness.path)?.path ?? witness.path;
    let step: Pick<ReachStep, 'rule' | 'strength' | 'witness'> = {
      rule,
      strength,
      witness: { ...witness, path: shown },
    };
    let from = visit;
    for (const { path, target, via } of way.stops) {
      const stop: Visit = { path, from, ...kind, isLink: target !== undefined };
      const passed = via.length === 0 ? {} : { via };
      this.#reach(stop, { from: from.path, to: path, ...step, ...passed });
      from = stop;
      step = { rule: LINK_RULE, strength: 'required', witness: { path, token: target ?? '' } };
    }
  }

  #reach(visit: Visit, step: ReachStep): void {
    if (this.#enter(visit) || !this.#steps.has(visit.path)) {
      this.#steps.set(visit.path, step);
    }
  }
}

type Way = Pick<Visit, 'isWeak' | 'isData'>;

function isBetter(way: Way, known: Way | undefined): boolean {
  return (
    known === undefined ||
    (known.isData && !way.isData) ||
    (known.isWeak && !way.isWeak && !way.isData)
  );
}

/** Returns the real paths on the path to it, the nearest first. */
function listAncestors(visit: Visit): readonly string[] {
  const found: string[] = [];
  for (let at = visit.from; at !== undefined; at = at.from) {
    if (!at.isLink) {
      found.push(at.path);
    }
  }
  return found;
}

/**
 * Returns what the construct may start or load in its scope: an interpreter loads modules, which
 * have an extension; a caller of `dlopen` loads libraries; neither runs a script beside it.
 */
function canUse({ rule, scope }: Opacity): 'any' | 'modules' | 'libraries' {
  switch (scope.kind) {
    case 'package':
      return 'libraries';
    case 'folder':
      return rule === VOLUME_RULE ? 'any' : 'modules';
    default:
      return 'any';
  }
}

const LIBRARY = /\.so(?:\.[0-9.]+)?$/;
const MODULE = /\.[A-Za-z0-9]+$/;
