import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { compareText } from '../../foundation/core/compare-text.ts';
import { DEFAULT_TENANT } from '../access/principal.ts';
import type { StoreSetting } from './store.ts';

/* Tenants are isolated by construction: each one has a store of its own. */

/** A name is also a part of a host name, a directory and a schema of PostgreSQL. */
const TENANT_PATTERN = /^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

const TENANTS = 'tenants';
const SCHEMA_PREFIX = 'plimsoll_';

/**
 * Returns the place of the store of a tenant: a directory below the one of the server, a schema of
 * the same PostgreSQL database, and a prefix in the same bucket. The default tenant has the place
 * itself.
 */
export function toTenantStore<Setting extends StoreSetting>(
  setting: Setting,
  tenant: string,
): Setting {
  if (tenant === DEFAULT_TENANT) {
    return setting;
  }
  const { folder, databaseUrl, bucket } = setting;
  return {
    ...setting,
    folder: join(folder, TENANTS, tenant),
    ...(databaseUrl === undefined ? {} : { schema: `${SCHEMA_PREFIX}${tenant}` }),
    ...(bucket === undefined
      ? {}
      : { bucket: { ...bucket, prefix: `${bucket.prefix}${TENANTS}/${tenant}/` } }),
  };
}

/** Returns the tenants that have a directory below that of the server, without the default one. */
export function listTenants(folder: string): readonly string[] {
  const root = join(folder, TENANTS);
  return existsSync(root)
    ? readdirSync(root, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && isTenantName(entry.name))
        .map(({ name }) => name)
        .sort(compareText)
    : [];
}

/** Whether a tenant besides the default one may have this name. */
export function isTenantName(name: string): boolean {
  return TENANT_PATTERN.test(name) && name !== DEFAULT_TENANT;
}
