import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Validator } from '@seriousme/openapi-schema-validator';
import { createOpenApi } from './openapi.ts';
import { ROUTES } from './routes.ts';

/** The description of the API by an earlier version: clients of that version must still work. */
const RECORDED = join(import.meta.dirname, '../../../test/support/openapi-0.2.0.json.gz');

interface Schema {
  /** A list if the value may be missing. */
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>;

interface Operation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly required: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

test('the description is valid by the official schema of OpenAPI 3.1', async () => {
  const document = { ...createOpenApi(ROUTES) };
  const validator = new Validator();
  const { valid, errors } = await validator.validate(document);
  assert.ok(valid, JSON.stringify(errors));
  assert.equal(validator.version, '3.1');
  const wrong = { ...document, paths: { status: {} } };
  assert.equal((await validator.validate(wrong)).valid, false, 'the validator finds errors');
});

test('a client of an earlier version works', () => {
  const old = JSON.parse(gunzipSync(readFileSync(RECORDED)).toString()) as Description;
  const now = createOpenApi(ROUTES) as Description;
  assert.deepEqual(listBreaks(old, now), []);
});

test('changes that break clients are found', () => {
  const old = createOpenApi(ROUTES) as Description;
  const change = (path: string, method: string, operation: Partial<Operation>): Description => {
    const known = old.paths[path]?.[method] ?? assert.fail();
    const changed = { ...old.paths[path], [method]: { ...known, ...operation } };
    return { paths: { ...old.paths, [path]: changed } };
  };
  const path = '/api/v1/images';
  const { [path]: _, ...others } = old.paths;
  assert.deepEqual(listBreaks(old, { paths: others }), ['GET /api/v1/images is missing']);
  const parameters = [{ name: 'extra', required: true, schema: {} }];
  assert.ok(
    listBreaks(old, change(path, 'get', { parameters })).includes(
      'GET /api/v1/images needs the new parameter "extra"',
    ),
  );
  const { default: problem = {} } = old.paths[path]?.['get']?.responses ?? {};
  const responses = {
    default: problem,
    200: { content: { 'application/json': { schema: { type: 'object' } } } },
  };
  assert.deepEqual(listBreaks(old, change(path, 'get', { responses })), [
    'GET /api/v1/images 200: "items" is missing',
    'GET /api/v1/images 200: "revision" is missing',
  ]);
});

/** Lists everything by which a client that was written for the old description could fail. */
function listBreaks(old: Description, now: Description): readonly string[] {
  return Object.entries(old.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, before]) => {
      const title = `${method.toUpperCase()} ${path}`;
      const after = now.paths[path]?.[method];
      return after === undefined
        ? [`${title} is missing`]
        : compareOperations(title, before, after);
    }),
  );
}

function compareOperations(title: string, old: Operation, now: Operation): readonly string[] {
  const breaks: string[] = [];
  const parameters = new Map(now.parameters?.map((one) => [one.name, one]));
  const known = new Map(old.parameters?.map((one) => [one.name, one]));
  for (const { name, schema } of known.values()) {
    const same = parameters.get(name);
    breaks.push(
      ...(same === undefined
        ? [`${title} has no parameter "${name}" any more`]
        : compareRequests(`${title} ${name}`, schema, same.schema)),
    );
  }
  for (const { name, required } of parameters.values()) {
    if (required && known.get(name)?.required !== true) {
      breaks.push(`${title} needs the new parameter "${name}"`);
    }
  }
  for (const [type, { schema = {} }] of Object.entries(old.requestBody?.content ?? {})) {
    const same = now.requestBody?.content[type];
    breaks.push(
      ...(same === undefined
        ? [`${title} does not accept ${type} any more`]
        : compareRequests(`${title} body`, schema, same.schema ?? {})),
    );
  }
  for (const [status, { content = {} }] of Object.entries(old.responses)) {
    for (const [type, { schema = {} }] of Object.entries(content)) {
      const same = now.responses[status]?.content?.[type];
      breaks.push(
        ...(same === undefined
          ? [`${title} ${status} has no ${type} any more`]
          : compareAnswers(`${title} ${status}`, schema, same.schema ?? {})),
      );
    }
  }
  return breaks;
}

/** Everything that was accepted before must be accepted. */
function compareRequests(title: string, old: Schema, now: Schema): readonly string[] {
  const breaks: string[] = [];
  if (now.type !== undefined && String(old.type) !== String(now.type)) {
    breaks.push(`${title} must be ${String(now.type)}`);
  }
  if (now.enum !== undefined) {
    const refused = old.enum?.filter((value) => now.enum?.includes(value) !== true) ?? ['others'];
    breaks.push(...refused.map((value) => `${title} cannot be ${String(value)} any more`));
  }
  for (const [name, schema] of Object.entries(old.properties ?? {})) {
    const same = now.properties?.[name];
    breaks.push(
      ...(same === undefined
        ? [`${title} cannot have "${name}" any more`]
        : compareRequests(`${title}/${name}`, schema, same)),
    );
  }
  for (const name of now.required ?? []) {
    // A member with a preset is written as required, and is not.
    const hasPreset = Object.hasOwn(now.properties?.[name] ?? {}, 'default');
    if (!hasPreset && old.required?.includes(name) !== true) {
      breaks.push(`${title} needs the new member "${name}"`);
    }
  }
  return [...breaks, ...compareItems(title, old, now, compareRequests)];
}

/** Everything that was always there before must be there, with the same type. */
function compareAnswers(title: string, old: Schema, now: Schema): readonly string[] {
  const breaks: string[] = [];
  if (old.type !== undefined && now.type !== undefined && String(old.type) !== String(now.type)) {
    breaks.push(`${title} is ${String(now.type)} instead of ${String(old.type)}`);
  }
  for (const name of old.required ?? []) {
    if (now.required?.includes(name) !== true) {
      breaks.push(`${title}: "${name}" is missing`);
    }
  }
  for (const [name, schema] of Object.entries(old.properties ?? {})) {
    const same = now.properties?.[name];
    breaks.push(...(same === undefined ? [] : compareAnswers(`${title}/${name}`, schema, same)));
  }
  return [...breaks, ...compareItems(title, old, now, compareAnswers)];
}

function compareItems(
  title: string,
  old: Schema,
  now: Schema,
  compare: (title: string, old: Schema, now: Schema) => readonly string[],
): readonly string[] {
  return old.items === undefined || now.items === undefined
    ? []
    : compare(`${title}/items`, old.items, now.items);
}
