import type { ZodObject, ZodType, z } from 'zod';
import type { CallEngine } from '../engine/engine-methods.ts';
import type { Caller } from './caller.ts';
import type { Upload } from './read-upload.ts';

/** A request to a route whose parts are valid, after its sender was authenticated. */
export interface ApiRequest<Path, Query, Body> {
  readonly path: Path;
  readonly query: Query;
  readonly body: Body;
  /** RFC 3339 */
  readonly now: string;
  /** The last event that the sender received; absent without one. */
  readonly lastEventId?: number;
  /** The tag that the changed resource must have; absent for any. */
  readonly ifMatch?: string;
  /** Whether the sender does not want to wait for the effect. */
  readonly isAsync: boolean;
  readonly caller: Caller;
  /** Part of cursors and of the IDs of events: those of another store are not valid here. */
  readonly storeId: string;
}

export interface ApiAnswer {
  readonly status: 200 | 201 | 202;
  /** A value that is sent as JSON, or a JSON text. */
  readonly value: unknown;
  /** Sent instead of the value, piece by piece as the receiver reads it. */
  readonly stream?: { readonly type: string; readonly pieces: AsyncIterator<string> };
  /** The tag of the resource, if it is not that of the store. */
  readonly etag?: string;
  /** Path of the new resource. */
  readonly location?: string;
}

/** A route as data: the server and the OpenAPI document are created from one list. */
export interface ApiRoute<
  Path extends ZodObject = ZodObject,
  Query extends ZodObject = ZodObject,
  Body extends ZodType = ZodType,
> {
  readonly method: 'delete' | 'get' | 'post' | 'put';
  /** With parameters in braces. */
  readonly template: string;
  readonly id: string;
  readonly summary: string;
  readonly path: Path;
  readonly query: Query;
  /** Absent if it has none; `upload` for an inventory, alone or in a form with VEX documents. */
  readonly body?: Body | 'upload';
  /** The answers by status. */
  readonly answers: Readonly<Partial<Record<ApiAnswer['status'], ZodType>>>;
  /** Describes the problem 404, which a resource of another project causes, too. */
  readonly missing?: string;
  /** Types of content that the answers may have besides JSON. */
  readonly types?: readonly string[];
  /** Whether the answer is the same until the store changes. */
  readonly isVersioned: boolean;
  handle(
    request: ApiRequest<z.infer<Path>, z.infer<Query>, z.infer<Body>>,
    call: CallEngine,
  ): Promise<ApiAnswer>;
}

type RouteAnswers = ApiRoute['answers'];
/** `never` for a route without a body. */
type RouteBody = ZodType | 'upload';
type BodySchema<Body extends RouteBody> = [Body] extends [ZodType] ? Body : ZodType<Upload>;

/** A route whose literal parts and schemas are known, so that a client has types. */
export type TypedRoute<
  Method extends ApiRoute['method'],
  Template extends string,
  Path extends ZodObject,
  Query extends ZodObject,
  Answers extends RouteAnswers,
  Body extends RouteBody,
> = Omit<ApiRoute<Path, Query, BodySchema<Body>>, 'answers' | 'body' | 'method' | 'template'> & {
  readonly method: Method;
  readonly template: Template;
  readonly answers: Answers;
  readonly body?: Body;
};

/** Infers the types of the parts of a request and of its answers from their schemas. */
export function createRoute<
  const Method extends ApiRoute['method'],
  const Template extends string,
  Path extends ZodObject,
  Query extends ZodObject,
  Answers extends RouteAnswers,
  const Body extends RouteBody = never,
>(
  route: TypedRoute<Method, Template, Path, Query, Answers, Body>,
): TypedRoute<Method, Template, Path, Query, Answers, Body> {
  return route;
}
