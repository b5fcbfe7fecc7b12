import { type ZodObject, type ZodType, z } from 'zod';
import { VERSION } from '../../foundation/core/package-version.ts';
import type { ApiRoute } from './api-route.ts';
import { PROBLEM } from './api-schemas.ts';

interface JsonSchema {
  readonly properties?: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
}

/** Writes the OpenAPI 3.1 document of routes. */
export function createOpenApi(routes: readonly ApiRoute[]): object {
  const paths = Map.groupBy(routes, ({ template }) => template);
  return {
    openapi: '3.1.0',
    info: {
      title: 'plimsoll server',
      version: VERSION,
      description: 'Members and routes are only added within version 1 of the API.',
    },
    paths: Object.fromEntries(
      [...paths].map(([template, some]) => [
        template,
        Object.fromEntries(some.map((route) => [route.method, describeRoute(route)])),
      ]),
    ),
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Problem: toSchema(PROBLEM) },
    },
    security: [{ token: [] }],
  };
}

function describeRoute(route: ApiRoute): object {
  const { id, summary, path, query, body, answers, missing, types = [] } = route;
  const parameters = [...listParameters(path, 'path'), ...listParameters(query, 'query')];
  return {
    operationId: id,
    summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: describeBody(body) }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, schema]) => [
          status,
          { description: summary, content: describeContent(schema, types) },
        ]),
      ),
      ...(route.isVersioned
        ? { 304: { description: 'the same as the answer with the ETag of "If-None-Match"' } }
        : {}),
      ...(missing === undefined ? {} : { 404: describeProblem(missing) }),
      default: describeProblem('a problem as in RFC 9457'),
    },
  };
}

function describeProblem(description: string): object {
  const schema = { $ref: '#/components/schemas/Problem' };
  return { description, content: { 'application/problem+json': { schema } } };
}

/** Streams have no schema. */
function describeContent(schema: ZodType, types: readonly string[]): object {
  return types.length === 0
    ? { 'application/json': { schema: toSchema(schema) } }
    : Object.fromEntries(types.map((type) => [type, {}]));
}

const FILE = { type: 'string', format: 'binary' };

/** A document may be compressed; a form has it beside VEX documents. */
const UPLOAD = {
  'application/zstd': {},
  'application/gzip': {},
  'application/json': {},
  'multipart/form-data': {
    schema: {
      type: 'object',
      properties: { sbom: FILE, vex: { type: 'array', items: FILE } },
      required: ['sbom'],
      additionalProperties: false,
    },
  },
};

function describeBody(body: ZodType | 'upload'): object {
  const content =
    body === 'upload' ? UPLOAD : { 'application/json': { schema: toSchema(body, 'input') } };
  return { required: true, content };
}

function listParameters(schema: ZodObject, place: 'path' | 'query'): readonly object[] {
  const { properties = {}, required = [] } = toSchema(schema) as JsonSchema;
  return Object.entries(properties).map(([name, one]) => ({
    name,
    in: place,
    required: place === 'path' || (required.includes(name) && !('default' in one)),
    schema: one,
  }));
}

/** A member with a preset is optional in a request, and is always in an answer. */
function toSchema(schema: ZodType, io: 'input' | 'output' = 'output'): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { unrepresentable: 'any', io });
  return rest;
}
