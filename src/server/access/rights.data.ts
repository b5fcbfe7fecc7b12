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
/** Developers can write drafts, too, because a draft decides nothing. */
const REQUESTERS = ['developer', ...TRIAGER] as const satisfies readonly Role[];
const SUPERVISORS = ['auditor', 'operator'] as const satisfies readonly Role[];

const BASE = '/api/v1';

function allowReading(path: string, roles: Right['roles'] = READERS): Right {
  return { method: 'GET', path: `${BASE}${path}`, roles, scope: 'tenant' };
}

function allowProject(path: string): Right {
  return { ...allowReading(path), scope: 'project' };
}

function allowWriting(method: Right['method'], path: string, roles: Right['roles']): Right {
  return { method, path: `${BASE}${path}`, roles, scope: 'tenant', audit: 'write' };
}

/** Questions change nothing, so the audit log does not have them. */
function askGate(method: Right['method'], path: string): Right {
  return { method, path: `${BASE}${path}`, roles: ['admission'], scope: 'project' };
}

/** A page about images, which shows those of the reader. */
function allowPage(path: string): Right {
  return { method: 'GET', path, roles: READERS, scope: 'project' };
}

/** A page about the server. */
function allowServerPage(path: string): Right {
  return { ...allowPage(path), scope: 'tenant' };
}

function allowForm(path: string, roles: Right['roles']): Right {
  return { method: 'POST', path, roles, scope: 'tenant', audit: 'write' };
}

/** Registries send an event for each pull, too: the audit log would have nothing else. */
const HINTS: Right = {
  method: 'POST',
  path: `${BASE}/registry-watches/{name}/events`,
  roles: ['uploader'],
  scope: 'tenant',
};

/** Who may use which route. */
export const RIGHTS: readonly Right[] = [
  { method: 'GET', path: '/sign-in/{secret}', roles: 'anyone', scope: 'tenant', audit: 'sign-in' },
  { method: 'GET', path: '/oidc/begin', roles: 'anyone', scope: 'tenant' },
  { method: 'GET', path: '/oidc/callback', roles: 'anyone', scope: 'tenant', audit: 'sign-in' },
  {
    method: 'POST',
    path: `${BASE}/token-exchange`,
    roles: 'anyone',
    scope: 'tenant',
    audit: 'sign-in',
  },
  { method: 'GET', path: '/assets/{file}', roles: 'anyone', scope: 'tenant' },
  { method: 'POST', path: '/sign-out', roles: ALL, scope: 'project', audit: 'sign-in' },
  allowReading('/openapi.json', ALL),
  allowReading('/who-may', SUPERVISORS),
  { ...allowReading('/audit-log', ['auditor']), audit: 'export' },
  allowProject('/status'),
  { ...allowWriting('PUT', '/inventories/{digest}', ['uploader']), scope: 'project' },
  allowProject('/images'),
  allowProject('/images/{id}'),
  allowProject('/images/{id}/findings'),
  { ...allowProject('/images/{id}/result'), audit: 'export' },
  allowProject('/images/{id}/verdict'),
  { ...allowProject('/exports/images'), audit: 'export' },
  { ...allowProject('/exports/images/{id}'), audit: 'export' },
  { ...allowProject('/exports/findings'), audit: 'export' },
  { ...askGate('POST', '/gate'), roles: [...READERS, 'uploader', 'admission'] },
  askGate('POST', '/admission/review'),
  askGate('GET', '/admission/denied'),
  allowProject('/findings'),
  allowProject('/exposure'),
  allowProject('/changes'),
  allowProject('/changes/events'),
  allowProject('/causes/{id}/images'),
  allowProject('/decisions'),
  { ...allowWriting('POST', '/decisions', TRIAGER), scope: 'project' },
  { ...allowWriting('DELETE', '/decisions/{id}', TRIAGER), scope: 'project' },
  allowProject('/drafts'),
  allowProject('/drafts/{id}'),
  { ...allowWriting('POST', '/drafts', REQUESTERS), scope: 'project' },
  { ...allowWriting('POST', '/drafts/{id}/answer', ['approver']), scope: 'project' },
  allowProject('/policy'),
  allowWriting('PUT', '/policy', ['policy-admin']),
  allowProject('/statements'),
  { ...allowWriting('POST', '/statements', ['approver']), scope: 'project' },
  { ...allowWriting('DELETE', '/statements/{id}', ['approver']), scope: 'project' },
  allowReading('/jobs'),
  allowReading('/jobs/{id}', [...READERS, 'uploader']),
  allowReading('/jobs/{id}/events', [...READERS, 'uploader']),
  allowWriting('POST', '/jobs/{id}/retry', OPERATOR),
  allowWriting('DELETE', '/jobs/{id}', OPERATOR),
  allowReading('/held-updates'),
  allowWriting('POST', '/held-updates/{digest}/accept', OPERATOR),
  allowProject('/placements'),
  allowProject('/images/{id}/placements'),
  allowProject('/images/{id}/attachments'),
  allowProject('/placement-reports'),
  allowWriting('PUT', '/placement-reports/{source}', ['uploader', 'operator']),
  allowWriting('DELETE', '/placement-reports/{source}', OPERATOR),
  allowReading('/registry-watches'),
  allowWriting('POST', '/registry-watches/{name}/check', OPERATOR),
  HINTS,
  allowReading('/subscriptions', SUPERVISORS),
  allowWriting('POST', '/subscriptions', OPERATOR),
  allowWriting('DELETE', '/subscriptions/{name}', OPERATOR),
  allowWriting('POST', '/subscriptions/{name}/pause', OPERATOR),
  allowWriting('POST', '/subscriptions/{name}/resume', OPERATOR),
  allowWriting('POST', '/subscriptions/{name}/test', OPERATOR),
  allowWriting('POST', '/subscriptions/{name}/replay', OPERATOR),
  allowWriting('POST', '/subscriptions/{name}/rotate', OPERATOR),
  allowReading('/subscriptions/{name}/deliveries', SUPERVISORS),
  allowReading('/subscriptions/{name}/feed.atom'),
  allowWriting('POST', '/deliveries/{id}/replay', OPERATOR),
  allowPage('/'),
  allowPage('/due'),
  allowPage('/decide'),
  { ...allowForm('/decide', REQUESTERS), scope: 'project' },
  allowPage('/drafts/{id}'),
  { ...allowForm('/drafts/answer', ['approver']), scope: 'project' },
  allowPage('/changes'),
  allowPage('/changes.atom'),
  allowPage('/changes/{id}'),
  allowPage('/images'),
  allowPage('/placements'),
  allowPage('/images/{id}'),
  allowPage('/images/{id}/finding'),
  allowPage('/findings'),
  allowPage('/exposure'),
  allowPage('/review'),
  allowPage('/compliance'),
  allowPage('/compliance/control'),
  { ...allowForm('/compliance/statements', ['approver']), scope: 'project' },
  { ...allowForm('/compliance/withdraw', ['approver']), scope: 'project' },
  { ...allowPage('/packet.zip'), audit: 'export' },
  allowPage('/timeline'),
  { ...allowServerPage('/settings'), roles: SUPERVISORS },
  allowForm('/settings/subscriptions', OPERATOR),
  allowForm('/settings/replay', OPERATOR),
  allowForm('/health/retry', OPERATOR),
  allowServerPage('/health'),
  allowServerPage('/watched'),
  allowForm('/watched/check', OPERATOR),
  allowPage('/compare'),
  allowPage('/search'),
];
