import { toBuffer } from '../../../foundation/core/bytes.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { parseJson } from '../../../foundation/syntax/json/parse-json.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';

const RHEL_REPOSITORY = /(baseos|appstream)-eus/;
const SUSE_PRODUCT = /<name>\s*SLES[-_]LTSS\s*<\/name>/;
const UBUNTU_REPOSITORY = /esm\.ubuntu\.com\/(infra|apps)/;
const UBUNTU_SERVICES: ReadonlySet<unknown> = new Set(['esm-infra', 'esm-apps']);
const UBUNTU_VERSION = /[~+]esm[0-9]/;

/** Whether a content manifest of a Red Hat image names a repository of Extended Update Support. */
export function hasRhelExtendedRepository(manifest: string): boolean {
  return RHEL_REPOSITORY.test(manifest);
}

/** Whether a product file of SUSE is that of Long Term Service Pack Support. */
export function hasSuseLongTermSupport(product: string): boolean {
  return SUSE_PRODUCT.test(product);
}

/** Whether an active apt source or credential refers to Expanded Security Maintenance. */
export function hasUbuntuExtendedRepository(sources: string): boolean {
  for (const { text } of splitLines(sources)) {
    const [active = ''] = text.split('#', 1);
    if (UBUNTU_REPOSITORY.test(active)) {
      return true;
    }
  }
  return false;
}

/**
 * Whether the state kept by `pro status` reports an enabled service of Expanded Security
 * Maintenance.
 */
export function hasUbuntuExtendedService(status: string): boolean {
  const state = parseJson(status);
  const services = isRecord(state) && Array.isArray(state['services']) ? state['services'] : [];
  return services.some(
    (service: unknown) =>
      isRecord(service) && service['status'] === 'enabled' && UBUNTU_SERVICES.has(service['name']),
  );
}

/**
 * Whether the dpkg status file contains a version that only Expanded Security Maintenance provides.
 */
export function hasUbuntuExtendedVersion(status: Uint8Array): boolean {
  const bytes = toBuffer(status);
  for (let at = bytes.indexOf('esm'); at >= 0; at = bytes.indexOf('esm', at + 1)) {
    const start = bytes.lastIndexOf('\n', at) + 1;
    const line = bytes.toString('latin1', start, at + 4);
    if (line.startsWith('Version:') && UBUNTU_VERSION.test(line)) {
      return true;
    }
  }
  return false;
}
