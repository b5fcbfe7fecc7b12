import type { Distro } from '../../core/distro.ts';

/** Names that other tools use for systems with a different name in os-release(5). */
const SYSTEM_IDS: ReadonlyMap<string, string> = new Map([
  ['alma', 'almalinux'],
  ['amazon', 'amzn'],
  ['cbl-mariner', 'mariner'],
  ['openeuler', 'openEuler'],
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

/**
 * Names of systems in `PRETTY_NAME` of os-release(5), in lower case, with their `ID`, and the number
 * of parts that `VERSION_ID` has if the title has more.
 */
const TITLES: ReadonlyMap<string, { readonly id: string; readonly parts?: number }> = new Map([
  ['almalinux', { id: 'almalinux' }],
  ['alpine linux', { id: 'alpine' }],
  ['amazon linux', { id: 'amzn', parts: 1 }],
  ['amazon linux ami', { id: 'amzn' }],
  ['cbl-mariner/linux', { id: 'mariner' }],
  ['centos linux', { id: 'centos' }],
  ['centos stream', { id: 'centos' }],
  ['debian gnu/linux', { id: 'debian' }],
  ['fedora', { id: 'fedora' }],
  ['fedora linux', { id: 'fedora' }],
  ['openeuler', { id: 'openEuler', parts: 2 }],
  ['opensuse leap', { id: 'opensuse-leap' }],
  ['oracle linux server', { id: 'ol' }],
  ['red hat enterprise linux', { id: 'rhel' }],
  ['red hat enterprise linux server', { id: 'rhel' }],
  ['rocky linux', { id: 'rocky' }],
  ['suse linux enterprise server', { id: 'sles' }],
  ['ubuntu', { id: 'ubuntu', parts: 2 }],
]);

const TITLE = /^(\D{1,100}?) v?(\d[\d.]{0,20})(?: SP(\d{1,2}))?(?= |$)/;

/**
 * Returns a system by its title, as in `PRETTY_NAME`: `Debian GNU/Linux 12 (bookworm)`, `SUSE Linux
 * Enterprise Server 15 SP4`; `undefined` if the title is unknown or has no version.
 */
export function findTitledSystem(title: string): Distro | undefined {
  const [, name = '', version = '', servicePack] = TITLE.exec(title) ?? [];
  const found = TITLES.get(name.trim().toLowerCase());
  if (found === undefined) {
    return undefined;
  }
  const written = servicePack === undefined ? version : `${version}.${servicePack}`;
  const versionId = written.split('.').slice(0, found.parts).join('.');
  return { id: found.id, idLike: [], prettyName: title, versionId };
}
