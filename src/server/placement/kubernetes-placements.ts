import { UserError } from '../../foundation/core/error.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import {
  getList,
  getRecord,
  getRecords,
  getText,
  type JsonRecord,
} from '../../foundation/syntax/json/member.ts';
import { type Exposure, findImageDigest, type Placement } from './placement.ts';

/** Each list of containers, with the list of their states. */
const CONTAINER_LISTS = [
  ['containers', 'containerStatuses'],
  ['initContainers', 'initContainerStatuses'],
  ['ephemeralContainers', 'ephemeralContainerStatuses'],
] as const;

/** Pods that have ended use no image any more. */
const ENDED: ReadonlySet<string> = new Set(['Succeeded', 'Failed']);

/** Services that have an address outside the cluster. */
const EXPOSING_SERVICES: ReadonlySet<string> = new Set(['LoadBalancer', 'NodePort']);

/** Only the ID, as Docker and CRI-O report it for an image without a registry. */
const BARE_ID = /^(?:docker:\/\/)?(?:sha256:)?([0-9a-f]{64})$/;

/** Returns whether a document is an object of Kubernetes, or a list of them. */
export function isKubernetesDocument(document: JsonRecord): boolean {
  return getText(document, 'apiVersion') !== '' && getText(document, 'kind') !== '';
}

/**
 * Reads the images of pods: `kubectl get pods -A -o json`. If the list also has services and
 * ingresses, the pods that they expose are `exposed`; all others are unknown.
 *
 * @throws UserError `E_DOCUMENT_INVALID` for other kinds, pods without containers, and a page of a
 *   list: a report that lacks some pods would end their placements
 */
export function readKubernetesPlacements(
  document: JsonRecord,
  environment: string,
): readonly Placement[] {
  const items = listItems(document);
  const byKind = Map.groupBy(items, (item) => getText(item, 'kind'));
  const isExposed = createExposureTest(byKind.get('Service') ?? [], byKind.get('Ingress') ?? []);
  for (const kind of byKind.keys()) {
    if (kind !== 'Pod' && kind !== 'Service' && kind !== 'Ingress') {
      throw createPodError(`an object of the kind "${kind}" has no images in use`);
    }
  }
  return (byKind.get('Pod') ?? [])
    .filter((pod) => !ENDED.has(getText(getRecord(pod, 'status') ?? {}, 'phase')))
    .flatMap((pod) => readPod(pod, { environment, exposure: findExposure(pod, isExposed(pod)) }));
}

function listItems(document: JsonRecord): readonly JsonRecord[] {
  const kind = getText(document, 'kind');
  if (!kind.endsWith('List')) {
    return [document];
  }
  const { items } = document;
  if (!Array.isArray(items) || !items.every(isRecord)) {
    throw createPodError('the list of Kubernetes has malformed items');
  }
  const remaining = getText(getRecord(document, 'metadata') ?? {}, 'continue');
  if (remaining !== '') {
    throw createPodError('the list of Kubernetes is one page of several');
  }
  // The items of a typed list have no kind of their own.
  const preset = kind.slice(0, -'List'.length);
  return items.map((item) => ({ ...item, kind: getText(item, 'kind') || preset }));
}

function createPodError(message: string): UserError {
  return new UserError('E_DOCUMENT_INVALID', message, {
    hint: 'list the pods: kubectl get pods -A -o json (services and ingresses can be added)',
  });
}

function readPod(
  pod: JsonRecord,
  { environment, exposure }: Pick<Placement, 'environment' | 'exposure'>,
): readonly Placement[] {
  const metadata = getRecord(pod, 'metadata') ?? {};
  const spec = getRecord(pod, 'spec') ?? {};
  const name = getText(metadata, 'name');
  if (getList(spec, 'containers').length === 0) {
    throw createPodError(`the pod "${name}" has no containers`);
  }
  const place = {
    environment,
    namespace: getText(metadata, 'namespace'),
    workload: nameWorkload(metadata, name),
    exposure,
    instances: 1,
  };
  const status = getRecord(pod, 'status') ?? {};
  const containers = CONTAINER_LISTS.flatMap(([list, statuses]) =>
    getList(spec, list).map((container) => {
      if (!isRecord(container) || getText(container, 'image') === '') {
        throw createPodError(`a container of the pod "${name}" has no image`);
      }
      const reference = getText(container, 'image');
      const state = getRecords(status, statuses).find(
        (one) => getText(one, 'name') === getText(container, 'name'),
      );
      const id = getText(state ?? {}, 'imageID');
      return { ...place, reference, digest: readImageId(id) || findImageDigest(reference) };
    }),
  );
  const volumes = getRecords(spec, 'volumes').flatMap((volume) => {
    const reference = getText(getRecord(volume, 'image') ?? {}, 'reference');
    return reference === '' ? [] : [{ ...place, reference, digest: findImageDigest(reference) }];
  });
  return [...containers, ...volumes];
}

function readImageId(id: string): string {
  const [, bare] = BARE_ID.exec(id) ?? [];
  return bare === undefined ? findImageDigest(id) : `sha256:${bare}`;
}

/** A pod of a deployment belongs to a replica set, named with the hash of its template. */
function nameWorkload(metadata: JsonRecord, name: string): string {
  const [owner] = getRecords(metadata, 'ownerReferences');
  if (owner === undefined) {
    return `pod/${name}`;
  }
  const kind = getText(owner, 'kind').toLowerCase();
  const hash = getText(getRecord(metadata, 'labels') ?? {}, 'pod-template-hash');
  const owned = getText(owner, 'name');
  return kind === 'replicaset' && hash !== '' && owned.endsWith(`-${hash}`)
    ? `deployment/${owned.slice(0, -hash.length - 1)}`
    : `${kind}/${owned}`;
}

/** A port of the host is an address outside the cluster, too. */
function findExposure(pod: JsonRecord, isSelected: boolean): Exposure {
  const containers = getRecords(getRecord(pod, 'spec') ?? {}, 'containers');
  const hasHostPort = containers.some((container) =>
    getRecords(container, 'ports').some(({ hostPort }) => Number(hostPort) > 0),
  );
  return isSelected || hasHostPort ? 'exposed' : 'unknown';
}

function createExposureTest(
  services: readonly JsonRecord[],
  ingresses: readonly JsonRecord[],
): (pod: JsonRecord) => boolean {
  const backends = new Set(ingresses.flatMap(listBackends));
  const exposing = services.filter((service) => {
    const spec = getRecord(service, 'spec') ?? {};
    const isPublic =
      EXPOSING_SERVICES.has(getText(spec, 'type')) || getList(spec, 'externalIPs').length > 0;
    return isPublic || backends.has(nameObject(service));
  });
  return (pod) => {
    const metadata = getRecord(pod, 'metadata') ?? {};
    const labels = getRecord(metadata, 'labels') ?? {};
    return exposing.some((service) => {
      const selector = Object.entries(
        getRecord(getRecord(service, 'spec') ?? {}, 'selector') ?? {},
      );
      const isOwn = getNamespace(service) === getNamespace(pod);
      return (
        isOwn && selector.length > 0 && selector.every(([key, value]) => labels[key] === value)
      );
    });
  };
}

function getNamespace(object: JsonRecord): string {
  return getText(getRecord(object, 'metadata') ?? {}, 'namespace');
}

function nameObject(object: JsonRecord): string {
  return `${getNamespace(object)}/${getText(getRecord(object, 'metadata') ?? {}, 'name')}`;
}

/** The services that an ingress leads to. */
function listBackends(ingress: JsonRecord): readonly string[] {
  const spec = getRecord(ingress, 'spec') ?? {};
  const paths = getRecords(spec, 'rules').flatMap((rule) =>
    getRecords(getRecord(rule, 'http') ?? {}, 'paths').map((path) => getRecord(path, 'backend')),
  );
  return [getRecord(spec, 'defaultBackend'), ...paths].flatMap((backend) => {
    const name = getText(getRecord(backend ?? {}, 'service') ?? {}, 'name');
    return name === '' ? [] : [`${getNamespace(ingress)}/${name}`];
  });
}
