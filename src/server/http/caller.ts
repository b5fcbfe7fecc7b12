import { type Projects, sortProjects } from '../access/decide-access.ts';
import type { Principal } from '../access/principal.ts';

/** The sender of a request that was allowed. */
export interface Caller {
  readonly principal: Principal;
  readonly tenant: string;
  /** The answer only has what is in them. */
  readonly projects: Projects;
  /** Forms of a page send it; absent for a token. */
  readonly formToken?: string;
}

/** The values that the guard sets for handlers. */
export interface AppEnvironment {
  readonly Variables: { readonly caller: Caller };
}

/** Returns the projects of a caller; `undefined` for all. */
export function listCallerProjects({ projects }: Caller): readonly string[] | undefined {
  return projects === 'all' ? undefined : sortProjects(projects);
}
