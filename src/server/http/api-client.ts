import type { z } from 'zod';
import { defined } from '../../core/defined.ts';
import { callServer, type ServerCall } from './call-server.ts';
import type { RouteList } from './routes.ts';
import type { ServerAddress } from './server-address.ts';

/*
 * The client of the API. Its types come from the list of routes; nothing of the server is loaded.
 */

type AnyRoute = RouteList[number];

type NameRoute<Route extends AnyRoute> = `${Uppercase<Route['method']>} ${Route['template']}`;

/** Every route by its method and template, such as `GET /api/v1/status`. */
type RoutesByName = { readonly [Route in AnyRoute as NameRoute<Route>]: Route };

export type RouteName = keyof RoutesByName;

/** Numbers are written as texts in addresses. */
type SentMembers<Members> = {
  readonly [Name in keyof Members]: string extends Members[Name]
    ? Members[Name] | number
    : Members[Name];
};

/** The part of a request, which is left out if nothing in it is required. */
type Part<Name extends string, Value> = string extends keyof Value
  ? object
  : object extends Value
    ? { readonly [Key in Name]?: SentMembers<Value> }
    : { readonly [Key in Name]: SentMembers<Value> };

/** A value as JSON has it, which cannot be changed: members are absent instead of undefined. */
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

/** What a route answers, unless the work is done by a job. */
export type RouteAnswer<Name extends RouteName> = AnswerTo<RoutesByName[Name]['answers']>;

/** How a call is made. */
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

/** Writes the request to a route. Parts of the path are encoded, and absent parameters left out. */
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
    ...(body === undefined ? {} : { body: body as object }),
  };
}
