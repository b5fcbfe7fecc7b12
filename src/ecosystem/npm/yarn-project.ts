import { posix } from 'node:path';
import type { FileView, VisibleFact } from '../../core/cataloger.ts';
import { FileRefMap } from '../../core/file-ref-map.ts';
import { isPathGlobMatch, type PathGlob, parsePathGlob } from '../../syntax/path-glob/path-glob.ts';
import type { ProjectManifest } from './project-manifest.ts';

/** A name and the range in which it is asked for. */
export type Ask = readonly [string, string];

/** A project of the lock, which Yarn 2 and later list among the packages. */
export interface YarnWorkspace {
  /** Relative to the lock. */
  readonly folder: string;
  readonly descriptors: readonly string[];
  /** What it asks for, development included. */
  readonly asks: readonly Ask[];
}

/** A project, as its manifest states it or, without one, as the lock does. */
export interface YarnProject {
  readonly name: string;
  readonly production: readonly Ask[];
  readonly development: readonly Ask[];
}

/** More of them are not compared with every manifest: then nothing is left out. */
const WORKSPACE_PATTERNS_MAX = 256;

/** The manifests of projects, to look up those of a lock. */
export class ProjectManifests {
  readonly #view: FileView;
  readonly #facts: readonly VisibleFact<ProjectManifest>[];
  readonly #byRef: FileRefMap<ProjectManifest>;

  constructor(view: FileView, facts: readonly VisibleFact<ProjectManifest>[]) {
    this.#view = view;
    this.#facts = facts;
    this.#byRef = new FileRefMap(facts.map(({ ref, fact }) => [ref, fact]));
  }

  find(folder: string): ProjectManifest | undefined {
    const found = this.#view.resolve(posix.join(folder, 'package.json'));
    return found && this.#byRef.get(found.ref);
  }

  /**
   * Projects of a lock that lists them. What a project without a manifest asks for counts as
   * production: the lock does not tell its dependencies for development.
   */
  listedProjects(folder: string, workspaces: readonly YarnWorkspace[]): YarnProject[] {
    return workspaces.map((workspace) => {
      const manifest = this.find(posix.join(folder, workspace.folder));
      return manifest === undefined
        ? { name: '', production: workspace.asks, development: [] }
        : toProject(manifest);
    });
  }

  /**
   * Projects of a lock that does not list them, by the patterns of the first one; none if a
   * project may be missing, so that nothing counts as development.
   */
  matchedProjects(folder: string, root: ProjectManifest): YarnProject[] {
    if (root.workspaces.length === 0) {
      return [toProject(root)];
    }
    const below = posix.join(folder, '/');
    const globs = parsePatterns(root.workspaces);
    const members = this.#facts.filter(({ path }) => {
      const isBelow = path.startsWith(below) && posix.dirname(path) !== folder;
      const member = `/${posix.dirname(path).slice(below.length)}`;
      return isBelow && globs.some((glob) => isPathGlobMatch(glob, member));
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

/** None if there are too many, or if one is malformed: then no project is found. */
function parsePatterns(patterns: readonly string[]): PathGlob[] {
  try {
    return patterns.length > WORKSPACE_PATTERNS_MAX ? [] : patterns.map(parsePathGlob);
  } catch {
    return [];
  }
}
