import { defined } from '../foundation/core/defined.ts';
import type { RequestRecord } from '../server/http/request-record.ts';
import type { Context } from './command.ts';

/** The messages of a server to the person or program that runs it. */
export interface ServerLog {
  /** Names the tenant that a message is about, if the server has several. */
  readonly notify: (message: string, tenant?: string) => void;
  readonly onProblem: (error: unknown, tenant: string) => void;
  /** Absent if requests are not logged. */
  readonly onRequest?: (record: RequestRecord, tenant: string) => void;
}

/** Writes sentences, or one JSON object per line that also has requests. */
export function createServerLog(context: Context): ServerLog {
  const { logFormat, tenants } = context.resolved.values;
  const isAlone = tenants.length === 0;
  if (logFormat === 'text') {
    const label = (tenant?: string): string =>
      isAlone || tenant === undefined ? '' : `${tenant}: `;
    return {
      notify: (message, tenant) => context.notify(`${label(tenant)}${message}`),
      onProblem: (error, tenant) =>
        context.warn(`warning: ${label(tenant)}${describeProblem(error)}`),
    };
  }
  const label = (tenant?: string): object => (isAlone ? {} : defined({ tenant }));
  const write = (level: 'error' | 'info', members: object): void => {
    const line = JSON.stringify({ time: new Date().toISOString(), level, ...members });
    context.warn(line);
  };
  return {
    notify: (message, tenant) => write('info', { message, ...label(tenant) }),
    onProblem: (error, tenant) =>
      write('error', { message: describeProblem(error), ...label(tenant) }),
    onRequest: ({ milliseconds, ...record }, tenant) => {
      const members = { ...label(tenant), ...record, milliseconds: Math.round(milliseconds) };
      write('info', { message: 'request', ...members });
    },
  };
}

function describeProblem(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
