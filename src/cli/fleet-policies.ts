import { basename } from 'node:path';
import { GATES_OPTIONS } from '../foundation/config/options/gates.ts';
import { defined } from '../foundation/core/defined.ts';
import { UserError } from '../foundation/core/error.ts';
import { SEVERITIES } from '../foundation/core/finding.ts';
import type { FleetPolicy } from '../server/engine/fleet-policy.ts';
import type { TenantSetting } from '../server/http/serve-setting.ts';
import type { Context } from './command.ts';
import { readPolicyBytes } from './policy-file.ts';
import { requireWord } from './require-word.ts';

/** Strict enough for one of the samples to fail. */
const SAMPLE_GATE = 'high';

/** Returns the conditions of a server; `undefined` if there are none. */
export function readFleetPolicy({ resolved }: Context): FleetPolicy | undefined {
  const { values, origins } = resolved;
  if (origins.failOn === 'default' && values.policy.length === 0) {
    return values.sample ? { severity: SAMPLE_GATE, policies: [] } : undefined;
  }
  return createPolicy(values.failOn, values.policy);
}

function createPolicy(word: string, files: readonly string[]): FleetPolicy {
  const severity = SEVERITIES.find((one) => one === word);
  const policies = files.map((file) => ({
    name: basename(file),
    text: readPolicyBytes(file, 'the policy').toString('utf8'),
  }));
  return { ...defined({ severity }), policies };
}

/**
 * Adds to each tenant the conditions that the options set for it. They replace those of the server.
 *
 * @throws UserError `E_USAGE`, or `E_POLICY` for a file that cannot be read
 */
export function addTenantPolicies(
  { resolved }: Context,
  tenants: readonly TenantSetting[],
): readonly TenantSetting[] {
  const { tenantFailOn, tenantPolicy } = resolved.values;
  const severities = groupValues('--tenant-fail-on', tenantFailOn, tenants);
  const files = groupValues('--tenant-policy', tenantPolicy, tenants);
  return tenants.map((tenant) => {
    const words = severities.get(tenant.name) ?? [];
    const own = files.get(tenant.name) ?? [];
    if (words.length === 0 && own.length === 0) {
      return tenant;
    }
    const [word = GATES_OPTIONS.failOn.default, ...others] = words;
    if (others.length > 0) {
      throw new UserError('E_USAGE', `two values of --tenant-fail-on are for "${tenant.name}"`);
    }
    const severity = requireWord('--tenant-fail-on', word, GATES_OPTIONS.failOn.choices);
    return { ...tenant, policy: createPolicy(severity, own) };
  });
}

/** Groups values of the form `NAME=VALUE` by tenant. */
function groupValues(
  option: string,
  texts: readonly string[],
  tenants: readonly TenantSetting[],
): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const text of texts) {
    const [, name = '', value = ''] = /^([^=]*)=(.+)$/s.exec(text) ?? [];
    if (value === '') {
      throw new UserError('E_USAGE', `invalid value "${text}" for ${option}: expected NAME=…`, {
        hint: 'for example: --tenant-fail-on acme=critical --tenant-policy acme=acme.yaml',
      });
    }
    if (!tenants.some((one) => one.name === name)) {
      throw new UserError('E_USAGE', `unknown tenant "${name}" for ${option}`, {
        hint: 'name one of --tenant; the default tenant has the conditions of --fail-on and --policy',
      });
    }
    groups.set(name, [...(groups.get(name) ?? []), value]);
  }
  return groups;
}
