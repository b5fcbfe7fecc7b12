import type { z } from 'zod';
import { defined } from '../../foundation/core/defined.ts';
import { callServer, type ServerCall } from './call-server.ts';
import type { RouteList } from './routes.ts';
import type { ServerAddress } from './server-address.ts';

/*
 * The client of the API. Its types come from the list of routes; it loads no code of the server.
 */

type AnyRoute = RouteList[number];

type NameRoute<Route extends AnyRoute> = `${Uppercase<Route['method']>} ${Route['template']}`;

/** Every route by its method and template, such as `GET /api/v1/status`. */
type RoutesByName = { readonly [Route in AnyRoute as NameRoute<Route>]: Route };

export type RouteName = keyof RoutesByName;

/** Callers may use numbers for the parts of an address that are texts. */
type SentMembers<Members> = {
  readonly [Name in keyof Members]: string extends Members[Name]
    ? Members[Name] | number
    : Members[Name];
};

/** A part of a request, which callers may leave out if it has no required members. */
type Part<Name extends string, Value> = string extends keyof Value
  ? object
  : object extends Value
    ? { readonly [Key in Name]?: SentMembers<Value> }
    : { readonly [Key in Name]: SentMembers<Value> };

/** A read-only value of JSON, whose members are absent instead of undefined. */
type Json<Value> = Value extends readonly (infer Item)[]
  ? readonly Json<Item>[]
  : Value extends object
    ? { readonly [Name in keyof Value]: Json<Exclude<Value[Name], undefined>> }
    : Value;

type BodyPart<Body> = [Body] extends [never]
  ? object
  : [Body] extends [z.ZodType]
    ? { readonly body: Json<z.input<Body>> }
    : { readonly body: FormData | Uint8Array };

/** The parts that a request to a route has. */
export type RouteRequest<Name extends RouteName> = Part<
  'path',
  z.input<RoutesByName[Name]['path']>
> &
  Part<'query', z.input<RoutesByName[Name]['query']>> &
  BodyPart<Exclude<RoutesByName[Name]['body'], undefined>>;

type AnswerTo<Answers> = {
  [Status in keyof Answers]: Status extends 202
    ? never
    : Json<z.output<Answers[Status] & z.ZodType>>;
}[keyof Answers];

/** The answer of a route that does its work at once; with 202, a job does it later. */
export type RouteAnswer<Name extends RouteName> = AnswerTo<RoutesByName[Name]['answers']>;

/** The settings of a call that do not depend on its route. */
export type CallSetting = Pick<ServerCall, 'onRetry' | 'subject' | 'timeoutMs'>;

/**
 * Calls a route of a server.
 *
 * @throws UserError with the code of the server, or `E_NETWORK` if it does not answer
 */
export async function callRoute<Name extends RouteName>(
  server: ServerAddress,
  name: Name,
  { request, ...setting }: CallSetting & { readonly request: RouteRequest<Name> },
): Promise<RouteAnswer<Name>> {
  const { method, path, body } = writeRequest(name, request);
  return await callServer<RouteAnswer<Name>>(server, {
    ...setting,
    method,
    path,
    ...defined({ body }),
  });
}

type Parameters = Readonly<Record<string, number | string | undefined>>;

interface AnyRequest {
  readonly path?: object;
  readonly query?: object;
  readonly body?: unknown;
}

/** Writes the request to a route: encodes the parts of its path, and omits absent parameters. */
export function writeRequest(
  name: RouteName,
  { path = {}, query = {}, body }: AnyRequest,
): Pick<ServerCall, 'body' | 'method' | 'path'> {
  const [method = '', template = ''] = name.split(' ');
  const parts = path as Parameters;
  const place = template.replaceAll(/\{([a-z]+)\}/g, (_, part: string) =>
    encodeURIComponent(parts[part] ?? ''),
  );
  const parameters = new URLSearchParams();
  for (const [parameter, value] of Object.entries(query as Parameters)) {
    if (value !== undefined) {
      parameters.set(parameter, String(value));
    }
  }
  const search = parameters.size === 0 ? '' : `?${parameters.toString()}`;
  return {
    method: method as ServerCall['method'],
    path: `${place}${search}`,
    ...defined({ body: body as object | undefined }),
  };
}
