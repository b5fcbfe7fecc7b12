import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Grant, Role, Scope } from '../../src/server/access/principal.ts';
import { createToken } from '../../src/server/access/secret.ts';
import type { CallEngine } from '../../src/server/engine/engine-methods.ts';
import { ENGINE_METHODS } from '../../src/server/engine/engine-methods.ts';
import { createApp } from '../../src/server/http/create-app.ts';
import { Credentials, createFormToken } from '../../src/server/http/credentials.ts';
import { NOW, openPageWorld } from './page-world.ts';
import type { TestEngine } from './store-engines.ts';

const HOST = '127.0.0.1:1';

/** The pages that a person opens with a browser, and the forms that they send. */
export interface TestPerson {
  open(address: string): Promise<TestAnswer>;
  /** Returns the first so many pieces of a stream. */
  begin(address: string, pieces: number): Promise<string>;
  /** Sends a request as a script of a page does. */
  post(address: string, value: unknown, method?: 'DELETE' | 'POST'): Promise<TestAnswer>;
  /** Sends a form as the browser does that showed it. */
  send(address: string, fields: TestFields, headers?: Record<string, string>): Promise<TestAnswer>;
}

export type TestFields = Readonly<Record<string, string | readonly string[]>>;

export interface TestAnswer {
  readonly status: number;
  readonly location: string | null;
  readonly body: string;
  readonly bytes: Uint8Array;
  readonly heading: string;
  readonly text: string;
  readonly headers: Headers;
}

/** Opens a world of pages behind the HTTP application, with people who are signed in. */
export async function openAppWorld(t: TestContext, storeEngine: TestEngine) {
  const world = await openPageWorld(t, storeEngine);
  const { engine, reader, store } = world;
  const call = ((name: keyof typeof ENGINE_METHODS, argument: never) =>
    ENGINE_METHODS[name](engine, argument)) as CallEngine;
  const tenant = 'default';
  const token = createToken();
  const credentials = new Credentials({ token, tenant, db: store.db, call });
  const app = createApp({
    call,
    readPage: async (question) => await reader.answerRequest(question),
    credentials,
    tenant,
    names: { origins: new Map([[HOST, `http://${HOST}`]]) },
    storeId: 'store',
    getTime: () => Date.parse(NOW),
    onProblem: (error) => assert.fail(String(error)),
  });
  const openGrants = async (id: string, grants: readonly Grant[]): Promise<TestPerson> => {
    const session = await credentials.openSession({ id, name: id, grants }, Date.parse(NOW));
    const cookie = `plimsoll_session=${session}`;
    const request = async (address: string, init: RequestInit): Promise<TestAnswer> => {
      const headers = { host: HOST, cookie, ...(init.headers as Record<string, string>) };
      return await readAnswer(await app.request(`http://${HOST}${address}`, { ...init, headers }));
    };
    return {
      open: async (address) => await request(address, {}),
      post: async (address, value, method = 'POST') =>
        await request(address, {
          method,
          body: value === undefined ? null : JSON.stringify(value),
          headers: {
            'sec-fetch-site': 'same-origin',
            'plimsoll-form-token': createFormToken(session),
          },
        }),
      async begin(address, pieces) {
        const headers = { host: HOST, cookie };
        const { body } = await app.request(`http://${HOST}${address}`, { headers });
        const stream = body?.getReader();
        const read: string[] = [];
        while (stream !== undefined && read.length < pieces) {
          const { value } = await stream.read();
          read.push(Buffer.from(value ?? []).toString());
        }
        await stream?.cancel();
        return read.join('');
      },
      async send(address, fields, headers = {}) {
        const body = new URLSearchParams({ 'form-token': createFormToken(session) });
        for (const [name, values] of Object.entries(fields)) {
          [values].flat().forEach((value) => body.append(name, value));
        }
        const text = body.toString();
        const type = 'application/x-www-form-urlencoded';
        return await request(address, {
          method: 'POST',
          body: text,
          headers: {
            'content-type': type,
            'content-length': String(text.length),
            'sec-fetch-site': 'same-origin',
            ...headers,
          },
        });
      },
    };
  };
  const openScope = async (id: string, scope: Scope, roles: readonly Role[]) =>
    await openGrants(
      id,
      roles.map((role) => ({ role, scope })),
    );
  /** Sends a request of a program of the local user. */
  const request = async (address: string, init: RequestInit): Promise<Response> => {
    const own = { host: HOST, authorization: `Bearer ${token}` };
    const headers = { ...own, ...(init.headers as Record<string, string>) };
    return await app.request(`http://${HOST}${address}`, { ...init, headers });
  };
  return {
    ...world,
    request,
    openGrants,
    openSession: async (id: string, ...roles: readonly Role[]) =>
      await openScope(id, { tenant }, roles),
    /** Signs in a person with roles in one project only. */
    openProject: async (id: string, project: string, ...roles: readonly Role[]) =>
      await openScope(id, { tenant, project }, roles),
  };
}

async function readAnswer(response: Response): Promise<TestAnswer> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const body = Buffer.from(bytes).toString();
  const [, heading = ''] = /<h1>([^]*?)<\/h1>/.exec(body) ?? [];
  return {
    status: response.status,
    location: response.headers.get('location'),
    headers: response.headers,
    body,
    bytes,
    heading,
    text: body.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' '),
  };
}
