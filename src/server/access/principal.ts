import { UserError } from '../../foundation/core/error.ts';

/** Everything that a person or program can be allowed to do; `rights.data.ts` lists the routes. */
export const ROLES = [
  'viewer',
  'developer',
  'triager',
  'approver',
  'policy-admin',
  'auditor',
  'operator',
  'uploader',
  'admission',
] as const;

export type Role = (typeof ROLES)[number];

/** A tenant, or one project in it. */
export interface Scope {
  readonly tenant: string;
  /** Absent for the whole tenant. */
  readonly project?: string;
}

/** A role in a scope. Grants are never added up: a role of one scope does not apply to another. */
export interface Grant {
  readonly role: Role;
  readonly scope: Scope;
}

/** The sender of a request. */
export interface Principal {
  /** Unique: `local`, or a kind and a name such as `token:ci`. */
  readonly id: string;
  /** For people; the author of decisions. */
  readonly name: string;
  readonly grants: readonly Grant[];
}

/** The tenant of a store. */
export const DEFAULT_TENANT = 'default';

/** The user who runs the server may do everything, except approve decisions of their own. */
export function createLocalPrincipal(tenant: string): Principal {
  const scope = { tenant };
  return { id: 'local', name: 'local', grants: ROLES.map((role) => ({ role, scope })) };
}

/** Projects and tokens have names that are safe in addresses, logs and files. */
export const NAME_PATTERN = /^[a-z0-9][a-z0-9_.-]{0,63}$/;

/**
 * Requires that people sign decisions by their own name, so that they cannot approve their own
 * decisions. The local user may record decisions of others.
 *
 * @throws UserError `E_FORBIDDEN`
 */
export function requireAuthor({ id, name }: Principal, author: string): void {
  if (id !== 'local' && author !== name) {
    throw new UserError('E_FORBIDDEN', `"${name}" cannot sign as "${author}"`, {
      hint: `use the author "${name}"`,
    });
  }
}
