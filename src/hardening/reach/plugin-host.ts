import { getBaseName } from '../../foundation/core/base-name.ts';
import { PLUGIN_HOSTS, type PluginHost } from './plugin-hosts.data.ts';
import { isFittingName } from './shell-pattern.ts';

const TESTS = PLUGIN_HOSTS.map((host) => ({
  host,
  names: new Set(host.hosts),
  patterns: host.hosts
    .filter((name) => /[*?[]/.test(name))
    .map((name) => ({ start: name.split(/[*?[]/, 1)[0] ?? '', matches: isFittingName(name) })),
}));
const byName = new Map<string, readonly PluginHost[]>();
const NAMES_MAX = 4_096;

/** Returns the table's entries for a program or library. */
export function findPluginHosts(path: string): readonly PluginHost[] {
  const name = getBaseName(path);
  const known = byName.get(name);
  if (known !== undefined) {
    return known;
  }
  const found = TESTS.filter(
    ({ names, patterns }) =>
      names.has(name) ||
      patterns.some(({ start, matches }) => name.startsWith(start) && matches(name)),
  );
  const hosts = found.map(({ host }) => host);
  if (byName.size < NAMES_MAX) {
    byName.set(name, hosts);
  }
  return hosts;
}

/**
 * Returns whether the files that it loads are known, from the table or by a rule of its language.
 */
export function isPluginHost(path: string): boolean {
  return findPluginHosts(path).length > 0;
}
