import { InvalidRequest } from './problem.ts';

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function getMember(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>((one, name) => (isObject(one) ? one[name] : undefined), value);
}

/** The places of the specification of pods in the kinds of Kubernetes. */
const POD_PLACES: readonly (readonly string[])[] = [
  ['spec'],
  ['spec', 'template', 'spec'],
  ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
  ['template', 'spec'],
];
const CONTAINER_LISTS = ['containers', 'initContainers', 'ephemeralContainers'] as const;

/**
 * Lists the images that an object of Kubernetes runs or mounts: of a pod, or of the pods that it
 * creates.
 *
 * @throws UserError if the object is missing or malformed, or has no pod: it must not be allowed
 *   by mistake
 */
export function listPodImages(object: unknown): readonly string[] {
  const specs = POD_PLACES.map((place) => getMember(object, ...place)).filter(
    (spec) => isObject(spec) && CONTAINER_LISTS.some((name) => Object.hasOwn(spec, name)),
  );
  if (specs.length === 0) {
    throw createProblem('the object has no containers: only send kinds with pods');
  }
  return specs.flatMap((spec) => [
    ...CONTAINER_LISTS.flatMap((name) => listMembers(spec, name, ['image'])),
    ...listMembers(spec, 'volumes', ['image', 'reference']),
  ]);
}

function listMembers(spec: unknown, list: string, path: readonly string[]): readonly string[] {
  const all = getMember(spec, list) ?? [];
  if (!Array.isArray(all)) {
    throw createProblem(`"${list}" is not a list`);
  }
  return all.flatMap((one: unknown) => {
    const value = getMember(one, ...path);
    if (value === undefined && list === 'volumes') {
      return [];
    }
    if (typeof value !== 'string') {
      throw createProblem(`an element of "${list}" has no image`);
    }
    return value;
  });
}

function createProblem(message: string): InvalidRequest {
  return new InvalidRequest([{ pointer: '/body/request/object', code: 'unreadable', message }]);
}
