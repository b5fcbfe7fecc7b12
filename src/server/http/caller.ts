import { decideAccess, findRight, type Projects, sortProjects } from '../access/decide-access.ts';
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
  readonly Variables: {
    readonly caller: Caller;
    /** ID of the trace of the request; absent if requests are not recorded. */
    readonly trace?: string;
  };
}

/** Returns the projects in which a caller may decide; an empty set if there are none. */
export function findDecidedProjects({ principal, tenant }: Caller): Projects {
  const right = findRight('POST', '/api/v1/decisions');
  const access = right && decideAccess(right, principal, tenant);
  return access?.isAllowed === true ? access.projects : new Set();
}

/** Returns the projects of a caller; `undefined` for all. */
export function listCallerProjects({
  projects,
}: Pick<Caller, 'projects'>): readonly string[] | undefined {
  return projects === 'all' ? undefined : sortProjects(projects);
}
