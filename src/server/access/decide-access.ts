import { compareText } from '../../foundation/core/compare-text.ts';
import type { Principal, Role } from './principal.ts';
import { RIGHTS, type Right } from './rights.data.ts';

/** The projects that an answer is limited to; `all` for the whole tenant. */
export type Projects = 'all' | ReadonlySet<string>;

/** Returns projects in a stable order. */
export function sortProjects(projects: ReadonlySet<string>): readonly string[] {
  return [...projects].sort(compareText);
}

export type Access =
  | { readonly isAllowed: true; readonly projects: Projects }
  | { readonly isAllowed: false };

const DENIED: Access = { isAllowed: false };

/**
 * Decides whether a principal may use a route in a tenant. Every server and every answer about
 * rights uses this function. Only roles that the route names count, each in its own scope.
 */
export function decideAccess(
  { roles, scope }: Pick<Right, 'roles' | 'scope'>,
  principal: Pick<Principal, 'grants'> | undefined,
  tenant: string,
): Access {
  if (roles === 'anyone') {
    return { isAllowed: true, projects: new Set() };
  }
  const scopes = (principal?.grants ?? [])
    .filter((grant) => roles.includes(grant.role) && grant.scope.tenant === tenant)
    .map((grant) => grant.scope);
  if (scopes.some(({ project }) => project === undefined)) {
    return { isAllowed: true, projects: 'all' };
  }
  const projects = scopes.flatMap(({ project }) => project ?? []);
  return scope === 'project' && projects.length > 0
    ? { isAllowed: true, projects: new Set(projects) }
    : DENIED;
}

interface Pattern {
  readonly right: Right;
  readonly pattern: RegExp;
}

const PARAMETER = /\{[a-z]+\}/g;

/** Rows with fewer parameters come first, because they are more exact. */
const PATTERNS: readonly Pattern[] = RIGHTS.toSorted(
  (left, right) => countParameters(left) - countParameters(right),
).map((right) => {
  const source = right.path.replaceAll('.', '\\.').replaceAll(PARAMETER, '[^/]+');
  return { right, pattern: new RegExp(`^${source}$`) };
});

function countParameters({ path }: Right): number {
  return path.match(PARAMETER)?.length ?? 0;
}

/** Finds the row of a request; `HEAD` has that of `GET`. */
export function findRight(method: string, path: string): Right | undefined {
  const wanted = method === 'HEAD' ? 'GET' : method;
  return PATTERNS.find(({ right, pattern }) => right.method === wanted && pattern.test(path))
    ?.right;
}

/** Who may use a route, and with which projects. */
export interface RightView {
  readonly method: string;
  readonly path: string;
  readonly roles: readonly Role[] | 'anyone';
  readonly principals: readonly { readonly id: string; readonly projects?: readonly string[] }[];
}

/** Lists who may use routes, by the function that enforces the rights. */
export function listRights(
  rights: readonly Right[],
  principals: readonly Principal[],
  tenant: string,
): readonly RightView[] {
  return rights.map((right) => {
    const { method, path, roles } = right;
    const allowed = principals.flatMap((principal) => {
      const access = decideAccess(right, principal, tenant);
      if (!access.isAllowed || roles === 'anyone') {
        return [];
      }
      const { id } = principal;
      return access.projects === 'all' ? { id } : { id, projects: sortProjects(access.projects) };
    });
    return { method, path, roles, principals: allowed };
  });
}
