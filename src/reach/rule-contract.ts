import type { Extractor, FileView } from '../core/cataloger.ts';
import type { Distro } from '../core/distro.ts';
import type { InventoryPackage } from '../core/inventory.ts';
import type {
  Opacity,
  PackageReach,
  ReachClass,
  ReachedFile,
  ReachStrength,
  Witness,
} from '../core/reach.ts';
import type { ProcessConfig } from './process-config.ts';

/** One use of a file by another, as a rule found it. */
export interface ReachEdge {
  /**
   * Absolute path as the program names it; links are followed by the engine, each as a step of its
   * own. What is not there is no edge.
   */
  readonly to: string;
  readonly strength: ReachStrength;
  readonly witness: Witness;
}

/** What the rules may ask of the target. */
export interface ReachWorld {
  readonly view: FileView;
  readonly config: ProcessConfig;
  readonly distro: Distro | undefined;
  /** The package that installed the file at a real path. */
  findOwner(path: string): InventoryPackage | undefined;
  /** Name of the source package behind the owner; the owner's own name where it has none. */
  findSource(path: string): string | undefined;
  /** Real paths of the files that a package installed. */
  listFiles(packageKey: string): readonly string[];
  /** Whether the one package says that it needs the other, both by their keys. */
  hasNeed(packageKey: string, otherKey: string): boolean;
  /** What a rule's extractor said of the file at a real path. */
  getFact(ruleId: string, path: string): unknown;
  /** The executable that a command name means in the folders of `PATH`, as an unresolved path. */
  findCommandPath(name: string): string | undefined;
  /** Whether anything is at the path, links followed. */
  isThere(path: string): boolean;
}

/** A file that was reached, seen by a rule. */
export interface ReachNode<Fact> {
  /** Real path. */
  readonly path: string;
  readonly strength: ReachStrength;
  /**
   * What the rule's own extractor said; `undefined` where it wanted the file not, or said nothing.
   */
  readonly fact: Fact | undefined;
  /** Real paths on the best way to it, the nearest first; without links and the configuration. */
  listAncestors(): readonly string[];
}

/** What is reached, for a rule that looks into files. */
export interface InsideInput {
  /** By real path. */
  readonly files: ReadonlyMap<string, ReachedFile>;
  readonly packages: readonly InventoryPackage[];
  /** The class of a file. */
  readonly classOf: (path: string) => ReachClass;
}

/** What of a package inside of files is reached. */
export type MemberState = Pick<PackageReach, 'reach' | 'member'>;

export interface InsideReach {
  /** Members on the ways to packages, sorted by path. */
  readonly members: readonly ReachedFile[];
  readonly opacities: readonly Opacity[];
  /** Of each package that was looked into, by key; others keep the class of their files. */
  readonly packages: ReadonlyMap<string, MemberState>;
}

/**
 * One way in which files use files, one folder in `src/reach/rule`. Its extractor sees every wanted
 * file once, in the pass in which layers are read; its edges are asked for when a file is reached.
 */
export interface ReachRule<Fact> extends Extractor<Fact> {
  readonly title: string;
  /** The document that says so, or how it was found out. */
  readonly spec: string;
  findEdges(node: ReachNode<Fact>, world: ReachWorld): readonly ReachEdge[];
  /** What of the file no rule can follow; absent: nothing. */
  findOpacities?(
    node: ReachNode<Fact>,
    world: ReachWorld,
  ): readonly Omit<Opacity, 'rule' | 'path'>[];
  /** What inside of the reached files is reached, asked for once all of these are known. */
  inside?(input: InsideInput, world: ReachWorld): InsideReach | undefined;
}
