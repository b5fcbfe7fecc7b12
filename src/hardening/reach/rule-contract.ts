import type { Extractor, FileView } from '../../foundation/core/cataloger.ts';
import type { Distro } from '../../foundation/core/distro.ts';
import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import type {
  Opacity,
  PackageReach,
  ReachClass,
  ReachedFile,
  ReachStrength,
  Witness,
} from '../../foundation/core/reach.ts';
import type { ProcessConfig } from './process-config.ts';

/** The use of one file by another, found by a rule. */
export interface ReachEdge {
  /**
   * Absolute path as written in the program. The engine follows links, each as a separate step, and
   * drops edges to missing files.
   */
  readonly to: string;
  readonly strength: ReachStrength;
  readonly witness: Witness;
}

/** Queries about the target for rules. */
export interface ReachWorld {
  readonly view: FileView;
  readonly config: ProcessConfig;
  readonly distro: Distro | undefined;
  /** Returns the package that installed the file at a real path. */
  findOwner(path: string): InventoryPackage | undefined;
  /** Returns the name of the owner's source package, or of the owner if it has none. */
  findSource(path: string): string | undefined;
  /** Returns the real paths of the files that a package installed. */
  listFiles(packageKey: string): readonly string[];
  /** Returns whether one package depends on the other, both given by key. */
  hasNeed(packageKey: string, otherKey: string): boolean;
  /** Returns the fact of a rule's extractor about the file at a real path. */
  getFact(ruleId: string, path: string): unknown;
  /**
   * Returns the executable of a command name in the directories of `PATH`, as an unresolved path.
   */
  findCommandPath(name: string): string | undefined;
  /** Returns whether anything exists at the path, following links. */
  exists(path: string): boolean;
}

/** A reached file as a rule sees it. */
export interface ReachNode<Fact> {
  /** Real path. */
  readonly path: string;
  readonly strength: ReachStrength;
  /**
   * Fact of the rule's own extractor; `undefined` if it did not request the file or extracted
   * nothing.
   */
  readonly fact: Fact | undefined;
  /**
   * Returns the real paths on the best path to it, the nearest first, without links and the
   * configuration.
   */
  listAncestors(): readonly string[];
}

/** Input for a rule that analyzes the contents of files. */
export interface InsideInput {
  /** By real path. */
  readonly files: ReadonlyMap<string, ReachedFile>;
  readonly packages: readonly InventoryPackage[];
  /** Returns the class of a file. */
  readonly classify: (path: string) => ReachClass;
}

/** Reachability of a package inside of files. */
export type MemberState = Pick<PackageReach, 'reach' | 'member'>;

export interface InsideReach {
  /** Members on the paths to packages, sorted by path. */
  readonly members: readonly ReachedFile[];
  readonly opacities: readonly Opacity[];
  /** Result for each analyzed package, by key; other packages keep the class of their files. */
  readonly packages: ReadonlyMap<string, MemberState>;
}

/**
 * One way in which files use other files; one folder in `src/hardening/reach/rule`. Its extractor receives
 * every requested file once, while layers are read; its edges are requested when a file is reached.
 */
export interface ReachRule<Fact> extends Extractor<Fact> {
  readonly title: string;
  /** The document that defines the behavior, or how it was observed. */
  readonly spec: string;
  /** Whether it also finds edges of files that are only data; all of them lead to data. */
  readonly followsData?: boolean;
  findEdges(node: ReachNode<Fact>, world: ReachWorld): readonly ReachEdge[];
  /** Returns constructs in the file that no rule can follow. */
  findOpacities?(
    node: ReachNode<Fact>,
    world: ReachWorld,
  ): readonly Omit<Opacity, 'rule' | 'path'>[];
  /** Analyzes the contents of reached files; called once, when all of them are known. */
  inside?(input: InsideInput, world: ReachWorld): InsideReach | undefined;
}
