import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDraw, type Draw, drawItem } from '../../../test/support/random-draw.ts';
import { ServerApp } from '../../../test/support/server-app.ts';
import { PROBLEM } from './api-schemas.ts';
import { createOpenApi } from './openapi.ts';
import { ROUTES } from './routes.ts';

/* Requests that are generated from the description of the API, half of them with wrong parts. */

const NOW = Date.parse('2026-01-04T00:00:00Z');
const SEED = 35;
const REQUESTS = 200;

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly pattern?: string;
  readonly format?: string;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: 'path' | 'query';
    readonly required: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema?: Schema }>>;
  };
  readonly responses: Readonly<Record<string, { readonly content?: object }>>;
}

const HOSTILE = [
  '',
  'x',
  '../..',
  'a b',
  "'; drop table image; --",
  '\u{1F600}',
  '-1',
  '1e9',
  '%00',
];
const TEXTS = [
  'app',
  'musl',
  'pkg:apk/alpine/musl',
  'vers:apk/<1',
  'CVE-2020-0001',
  'ops',
  'local',
];

function drawText(draw: Draw, { pattern = '', format }: Schema): string {
  if (format === 'date-time') {
    return '2027-01-01T00:00:00Z';
  }
  if (pattern.includes('64')) {
    const digest = drawItem(draw, ['a', '0']).repeat(64);
    return pattern.includes('sha') ? `sha256:${digest}` : digest;
  }
  return drawItem(draw, TEXTS);
}

function drawValue(draw: Draw, schema: Schema): unknown {
  const { type, anyOf, properties = {}, required = [] } = schema;
  if (schema.const !== undefined) {
    return schema.const;
  }
  if (schema.enum !== undefined) {
    return drawItem(draw, schema.enum);
  }
  if (anyOf !== undefined) {
    return drawValue(draw, drawItem(draw, anyOf));
  }
  switch (type) {
    case 'integer':
      return draw(3);
    case 'boolean':
      return draw(2) === 1;
    case 'array':
      return Array.from({ length: draw(3) }, () => drawValue(draw, schema.items ?? {}));
    case 'object': {
      const names = Object.keys(properties).filter(
        (name) => required.includes(name) || draw(2) === 1,
      );
      return Object.fromEntries(
        names.map((name) => [name, drawValue(draw, properties[name] ?? {})]),
      );
    }
    default:
      return drawText(draw, schema);
  }
}

/** Returns a value of the schema, or a wrong one. */
function drawAny(draw: Draw, schema: Schema): unknown {
  return draw(4) === 0 ? drawItem(draw, HOSTILE) : drawValue(draw, schema);
}

function drawRequest(draw: Draw, template: string, { parameters = [], requestBody }: Operation) {
  let path = template;
  const query = new URLSearchParams();
  for (const { name, in: place, required, schema } of parameters) {
    const value = String(drawAny(draw, schema));
    if (place === 'path') {
      path = path.replace(`{${name}}`, encodeURIComponent(value) || '0');
    } else if (name !== 'wait' && (required || draw(2) === 1)) {
      query.append(name, value);
    }
  }
  if (draw(10) === 0) {
    query.append('unknown-parameter', 'x');
  }
  const schema = requestBody?.content['application/json']?.schema;
  const body =
    schema === undefined ? drawItem(draw, HOSTILE) : JSON.stringify(drawAny(draw, schema));
  return { path: `${path}?${query.toString()}`, ...(requestBody === undefined ? {} : { body }) };
}

test('answers random requests only as its description says', async (t) => {
  await using server = await ServerApp.start(NOW);
  await server.engine.setPolicy({ severity: 'low', policies: [] }, new Date(NOW).toISOString());
  await server.push('app');
  const { paths } = createOpenApi(ROUTES) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  };
  const operations = Object.entries(paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ template, method, operation })),
  );
  const draw = createDraw(SEED);
  const counts = new Map<number, number>();
  for (let count = 0; count < REQUESTS; count += 1) {
    const { template, method, operation } = operations[count % operations.length] ?? assert.fail();
    const { path, body } = drawRequest(draw, template, operation);
    const init = { method: method.toUpperCase(), ...(body === undefined ? {} : { body }) };
    const response = await server.send(path, init);
    const title = `${method} ${path} ${body ?? ''}`;
    // A stream of events ends after minutes.
    const isStream = response.headers.get('content-type') === 'text/event-stream';
    await (isStream ? response.body?.cancel() : undefined);
    const text = isStream ? '' : await response.text();
    counts.set(response.status, (counts.get(response.status) ?? 0) + 1);
    const documented = operation.responses[response.status];
    const type = (response.headers.get('content-type') ?? '').split(';')[0] ?? '';
    if (response.status >= 400) {
      assert.equal(type, 'application/problem+json', title);
      PROBLEM.parse(JSON.parse(text));
    } else if (response.status !== 304) {
      assert.ok(documented, `${title}: ${response.status} is not documented`);
      assert.ok(Object.keys(documented.content ?? {}).includes(type), `${title}: ${type}`);
      const route = ROUTES.find(({ id }) => id === operation.operationId);
      if (type === 'application/json') {
        const parsed = route?.answers[response.status as 200]?.safeParse(JSON.parse(text));
        assert.ok(parsed?.success, `${title}: ${parsed?.error?.message}`);
      }
    }
  }
  t.diagnostic([...counts].map(([status, count]) => `${status}: ${count}`).join(', '));
  assert.ok((counts.get(200) ?? 0) > REQUESTS / 5);
  assert.deepEqual(server.problems, []);
});
