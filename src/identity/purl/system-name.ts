import type { Distro } from '../../core/distro.ts';

/** What other tools call systems that os-release(5) names otherwise. */
const SYSTEM_IDS: ReadonlyMap<string, string> = new Map([
  ['alma', 'almalinux'],
  ['amazon', 'amzn'],
  ['cbl-mariner', 'mariner'],
  ['opensuse.leap', 'opensuse-leap'],
  ['opensuse.tumbleweed', 'opensuse-tumbleweed'],
  ['oracle', 'ol'],
  ['redhat', 'rhel'],
  ['slem', 'sle-micro'],
  ['suse linux enterprise micro', 'sle-micro'],
  ['suse linux enterprise server', 'sles'],
]);

/** Trivy's word. */
const NO_SYSTEM = 'none';

/**
 * A system by a name and a version that a tool gives it: `redhat` and `9.2`, `Amazon` and
 * `2 (Karoo)`; `undefined` where the tool says that it knows none. A version without digits is a
 * codename.
 */
export function findSystem(name: string, version: string | undefined): Distro | undefined {
  const lower = name.trim().toLowerCase();
  if (lower === '' || lower === NO_SYSTEM) {
    return undefined;
  }
  const id = SYSTEM_IDS.get(lower) ?? lower;
  const [first = ''] = (version ?? '').trim().split(' ', 1);
  if (first === '') {
    return { id, idLike: [] };
  }
  return /[0-9]/.test(first)
    ? { id, idLike: [], versionId: first }
    : { id, idLike: [], versionCodename: first };
}
