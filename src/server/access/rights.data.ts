import type { Role } from './principal.ts';

/* Origin: our own. */

/** A row of the table of rights. A route without one is never reached, and fails a test. */
export interface Right {
  readonly method: 'DELETE' | 'GET' | 'POST' | 'PUT';
  /** With parameters in braces. */
  readonly path: string;
  /** Each of them suffices; `anyone` needs no sign-in. */
  readonly roles: readonly Role[] | 'anyone';
  /** `project`: a role in one project suffices, and the answer only has what is in it. */
  readonly scope: 'project' | 'tenant';
  /** Why the audit log records it; absent if it does not. */
  readonly audit?: 'export' | 'sign-in' | 'write';
}

/** People, who read everything in their scope. */
const READERS = [
  'viewer',
  'developer',
  'triager',
  'approver',
  'policy-admin',
  'auditor',
  'operator',
] as const satisfies readonly Role[];
const ALL = [...READERS, 'uploader', 'admission'] as const satisfies readonly Role[];
const OPERATOR = ['operator'] as const satisfies readonly Role[];
const TRIAGER = ['triager'] as const satisfies readonly Role[];
const SUPERVISORS = ['auditor', 'operator'] as const satisfies readonly Role[];

const BASE = '/api/v1';

function read(path: string, roles: Right['roles'] = READERS): Right {
  return { method: 'GET', path: `${BASE}${path}`, roles, scope: 'tenant' };
}

function readProject(path: string): Right {
  return { ...read(path), scope: 'project' };
}

function write(method: Right['method'], path: string, roles: Right['roles']): Right {
  return { method, path: `${BASE}${path}`, roles, scope: 'tenant', audit: 'write' };
}

function show(path: string): Right {
  return { method: 'GET', path, roles: READERS, scope: 'tenant' };
}

/** Who may use which route. */
export const RIGHTS: readonly Right[] = [
  { method: 'GET', path: '/sign-in/{secret}', roles: 'anyone', scope: 'tenant', audit: 'sign-in' },
  { method: 'GET', path: '/assets/{file}', roles: 'anyone', scope: 'tenant' },
  read('/openapi.json', ALL),
  read('/who-may', SUPERVISORS),
  { ...read('/audit-log', ['auditor']), audit: 'export' },
  read('/status'),
  { ...write('PUT', '/inventories/{digest}', ['uploader']), scope: 'project' },
  readProject('/images'),
  readProject('/images/{id}'),
  readProject('/images/{id}/findings'),
  { ...readProject('/images/{id}/result'), audit: 'export' },
  readProject('/images/{id}/verdict'),
  read('/findings'),
  read('/exposure'),
  read('/changes'),
  read('/decisions'),
  write('POST', '/decisions', TRIAGER),
  write('DELETE', '/decisions/{id}', TRIAGER),
  read('/jobs'),
  read('/jobs/{id}', [...READERS, 'uploader']),
  write('POST', '/jobs/{id}/retry', OPERATOR),
  write('DELETE', '/jobs/{id}', OPERATOR),
  read('/held-updates'),
  write('POST', '/held-updates/{digest}/accept', OPERATOR),
  read('/subscriptions', SUPERVISORS),
  write('POST', '/subscriptions', OPERATOR),
  write('DELETE', '/subscriptions/{name}', OPERATOR),
  write('POST', '/subscriptions/{name}/pause', OPERATOR),
  write('POST', '/subscriptions/{name}/resume', OPERATOR),
  write('POST', '/subscriptions/{name}/test', OPERATOR),
  read('/subscriptions/{name}/deliveries', SUPERVISORS),
  write('POST', '/deliveries/{id}/replay', OPERATOR),
  show('/'),
  show('/changes'),
  show('/changes.atom'),
  show('/images'),
  show('/images/{id}'),
  show('/images/{id}/finding'),
  show('/findings'),
  show('/exposure'),
  show('/review'),
  show('/compliance'),
  show('/health'),
  show('/compare'),
  show('/search'),
];
