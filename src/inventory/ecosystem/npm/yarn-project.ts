import { posix } from 'node:path';
import type { Budget } from '../../../foundation/core/budget.ts';
import type { FileView, VisibleFact } from '../../../foundation/core/cataloger.ts';
import { FileRefMap } from '../../../foundation/core/file-ref-map.ts';
import { PathIndex } from '../../../foundation/core/path-index.ts';
import {
  isPathGlobMatch,
  type PathGlob,
  parsePathGlob,
} from '../../../foundation/syntax/path-glob/path-glob.ts';
import type { ProjectManifest } from './project-manifest.ts';

/** A requested name and its range. */
export type YarnRequest = readonly [string, string];

/** A project of the lock, which Yarn 2 and later list among the packages. */
export interface YarnWorkspace {
  /** Relative to the lock. */
  readonly folder: string;
  readonly descriptors: readonly string[];
  /** Its requests, including those for development. */
  readonly requests: readonly YarnRequest[];
}

/** A project by its manifest or, if it has none, by the lock. */
export interface YarnProject {
  readonly name: string;
  readonly production: readonly YarnRequest[];
  readonly development: readonly YarnRequest[];
}

/** More patterns are not compared with every manifest; then no package is dropped. */
const WORKSPACE_PATTERNS_MAX = 256;

/** The manifests of projects, for looking up those of a lock. */
export class ProjectManifests {
  readonly #view: FileView;
  readonly #budget: Budget;
  readonly #byPath: PathIndex<VisibleFact<ProjectManifest>>;
  readonly #byRef: FileRefMap<ProjectManifest>;

  /** @param facts sorted by path */
  constructor(view: FileView, facts: readonly VisibleFact<ProjectManifest>[], budget: Budget) {
    this.#view = view;
    this.#budget = budget;
    this.#byPath = new PathIndex(facts.map((visible) => [visible.path, visible]));
    this.#byRef = new FileRefMap(facts.map(({ ref, fact }) => [ref, fact]));
  }

  findManifest(folder: string): ProjectManifest | undefined {
    const found = this.#view.resolve(posix.join(folder, 'package.json'));
    return found && this.#byRef.get(found.ref);
  }

  /**
   * Returns the projects of a lock that lists them. Requests of a project without a manifest count
   * as production, because the lock does not mark its development dependencies.
   */
  findListedProjects(folder: string, workspaces: readonly YarnWorkspace[]): YarnProject[] {
    return workspaces.map((workspace) => {
      const manifest = this.findManifest(posix.join(folder, workspace.folder));
      return manifest === undefined
        ? { name: '', production: workspace.requests, development: [] }
        : toProject(manifest);
    });
  }

  /**
   * Returns the projects of a lock that does not list them, by the patterns of the root; none if a
   * project may be missing or the budget has no steps left, so that nothing counts as development.
   */
  findMatchedProjects(folder: string, root: ProjectManifest): YarnProject[] {
    if (root.workspaces.length === 0) {
      return [toProject(root)];
    }
    const below = posix.join(folder, '/');
    const globs = parsePatterns(root.workspaces);
    const candidates = this.#byPath.countDescendants(folder);
    if (!this.#budget.takeCandidates(candidates * globs.length)) {
      return [];
    }
    const members = this.#byPath.listDescendants(folder).filter(({ path }) => {
      const member = `/${posix.dirname(path).slice(below.length)}`;
      return posix.dirname(path) !== folder && globs.some((glob) => isPathGlobMatch(glob, member));
    });
    return members.length === 0 ? [] : [root, ...members.map(({ fact }) => fact)].map(toProject);
  }
}

function toProject({ name, production, development }: ProjectManifest): YarnProject {
  return {
    name,
    production: Object.entries(production),
    development: Object.entries(development),
  };
}

/** Returns no patterns if there are too many or one is malformed: then no project is found. */
function parsePatterns(patterns: readonly string[]): PathGlob[] {
  try {
    return patterns.length > WORKSPACE_PATTERNS_MAX ? [] : patterns.map(parsePathGlob);
  } catch {
    return [];
  }
}
