import type { Distro } from '../../core/distro.ts';

/** Names that other tools use for systems with a different name in os-release(5). */
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

/** Trivy's name for "unknown". */
const NO_SYSTEM = 'none';

/**
 * Returns a system by the name and version that a tool uses: `redhat` and `9.2`, `Amazon` and `2
 * (Karoo)`; `undefined` if the tool reports none. A version without digits is a codename.
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
