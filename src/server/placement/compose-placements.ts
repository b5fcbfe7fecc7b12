import { UserError } from '../../foundation/core/error.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import {
  getList,
  getRecord,
  getText,
  type JsonRecord,
} from '../../foundation/syntax/json/member.ts';
import { type Exposure, findImageDigest, type Placement } from './placement.ts';

const LOOPBACK = /^(?:127\.|\[?::1\]?$|localhost$)/;

/**
 * Reads the services of a compose file, whose scalars may all be strings. Services with a published
 * port are `exposed`, unless only the host itself can reach it; all others are unknown.
 *
 * @throws UserError `E_DOCUMENT_INVALID` if a service is malformed, or further files are included
 */
export function readComposePlacements(
  document: JsonRecord,
  environment: string,
): readonly Placement[] {
  if (document['include'] !== undefined) {
    // The services in the other files would be taken for stopped.
    throw createServiceError('the compose file includes other files');
  }
  const services = Object.entries(getRecord(document, 'services') ?? {});
  return services.flatMap(([name, service]) => {
    if (!isRecord(service)) {
      throw createServiceError(`the service "${name}" of the compose file is malformed`);
    }
    const instances = countInstances(service);
    const reference = nameImage(name, service);
    const placement = {
      environment,
      namespace: getText(document, 'name'),
      workload: name,
      reference,
      digest: findImageDigest(reference),
      exposure: findExposure(service),
      instances,
    };
    return instances === 0 ? [] : [placement];
  });
}

function createServiceError(message: string): UserError {
  return new UserError('E_DOCUMENT_INVALID', message, {
    hint: 'check the file, and join included ones: docker compose config',
  });
}

/** An image that is built on the host has no name, unless the file has one. */
function nameImage(name: string, service: JsonRecord): string {
  const image = getText(service, 'image');
  if (image === '' && service['build'] === undefined) {
    throw createServiceError(`the service "${name}" of the compose file has no image`);
  }
  return image === '' ? `${name} (built on the host)` : image;
}

/** Zero replicas use no image. */
function countInstances(service: JsonRecord): number {
  const { replicas = service['scale'] ?? 1 } = getRecord(service, 'deploy') ?? {};
  const count = Number(replicas);
  return Number.isSafeInteger(count) && count >= 0 ? count : 1;
}

function findExposure(service: JsonRecord): Exposure {
  return getList(service, 'ports').some(isPublished) ? 'exposed' : 'unknown';
}

/** A short form is `[HOST:]PORT:PORT`; without a host, the port is open to all. */
function isPublished(port: unknown): boolean {
  if (isRecord(port)) {
    return port['published'] !== undefined && !LOOPBACK.test(getText(port, 'host_ip'));
  }
  const parts = String(port).split(':');
  return parts.length < 3 || !LOOPBACK.test(parts.slice(0, -2).join(':'));
}
