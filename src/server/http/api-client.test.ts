import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServerApp } from '../../../test/support/server-app.ts';
import { callRoute, type RouteName, type RouteRequest, writeRequest } from './api-client.ts';
import { ROUTES } from './routes.ts';

const NOW = Date.parse('2026-01-04T00:00:00Z');

test('a request has its path encoded, and no parameters that are absent', () => {
  assert.deepEqual(
    writeRequest('GET /api/v1/images/{id}/findings', { path: { id: 7 }, query: { asof: 3 } }),
    { method: 'GET', path: '/api/v1/images/7/findings?asof=3' },
  );
  const name = '../a b?';
  assert.deepEqual(
    writeRequest('DELETE /api/v1/subscriptions/{name}', {
      path: { name },
      query: { x: undefined },
    }),
    { method: 'DELETE', path: '/api/v1/subscriptions/..%2Fa%20b%3F' },
  );
});

test('the types of the client come from the list of routes', () => {
  const unfinished = { author: 'ada', vulnerability: 'CVE-1', package: 'pkg:a' };
  // The compiler rejects this file if one of these lines has no error.
  const wrong: readonly unknown[] = [
    // @ts-expect-error the route does not exist
    'GET /api/v1/nothing' satisfies RouteName,
    // @ts-expect-error the path needs an ID
    {} satisfies RouteRequest<'GET /api/v1/images/{id}'>,
    // @ts-expect-error the severity does not exist
    { query: { severity: 'huge' } } satisfies RouteRequest<'GET /api/v1/findings'>,
    // @ts-expect-error the body needs a status
    { body: unfinished } satisfies RouteRequest<'POST /api/v1/decisions'>,
  ];
  assert.equal(wrong.length, 4);
  const right: readonly RouteName[] = ['GET /api/v1/status', 'PUT /api/v1/inventories/{digest}'];
  const known = new Set(
    ROUTES.map(({ method, template }) => `${method.toUpperCase()} ${template}`),
  );
  assert.ok(right.every((one) => known.has(one)));
});

test('the client reads answers with their types', async () => {
  await using server = await ServerApp.start(NOW);
  const id = await server.push('app');
  const { items, total } = await server.call('GET /api/v1/images', { query: { limit: 5 } });
  const names: readonly string[] = items.map(({ name }) => name);
  assert.deepEqual([names, total?.count], [['app'], 1]);
  const findings = await server.call('GET /api/v1/images/{id}/findings', { path: { id } });
  assert.deepEqual(
    findings.map((one) => [one.id, one.package, one.severity]),
    [['CVE-2020-0001', 'musl', 'unknown']],
  );
  const decision = await server.call('POST /api/v1/decisions', {
    body: {
      author: 'ada',
      vulnerability: 'CVE-2020-0001',
      package: 'pkg:apk/alpine/musl',
      status: 'not_affected',
      justification: 'component_not_present',
    },
  });
  const withdrawn = await server.call('DELETE /api/v1/decisions/{id}', {
    path: { id: decision.id },
    query: { author: 'ada' },
  });
  assert.ok((withdrawn.withdrawn ?? 0) > decision.revision);
});

test('a server that does not answer is an error of the client', async () => {
  const server = { url: 'http://127.0.0.1:9', token: 'x' };
  await assert.rejects(
    callRoute(server, 'GET /api/v1/status', { request: {}, subject: 'it', timeoutMs: 1_000 }),
    { code: 'E_NETWORK' },
  );
});
