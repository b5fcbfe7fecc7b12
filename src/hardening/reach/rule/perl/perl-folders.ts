import { getFolderIndex } from '../../folder-index.ts';
import type { ReachWorld } from '../../rule-contract.ts';

const BASES = [
  '/usr/local/lib',
  '/usr/local/lib64',
  '/usr/local/share',
  '/usr/lib',
  '/usr/lib64',
  '/usr/share',
  '/opt/perl/lib',
];
const MULTIARCH = /-linux-(?:gnu|musl)/;
const TOP = /^(?:perl|perl5|perl-base|site_perl)$/;
const INNER = /^(?:5\.[\d.]+|core_perl|vendor_perl|site_perl|[\w-]+-linux[\w-]*)$/;
const DEPTH_MAX = 3;

const known = new WeakMap<ReachWorld, readonly string[]>();

/**
 * Returns the possible directories of `@INC` in the order of distributions: options, local
 * additions, packages of the distribution, Perl itself.
 */
export function listPerlFolders(world: ReachWorld): readonly string[] {
  const found = known.get(world);
  if (found !== undefined) {
    return found;
  }
  const index = getFolderIndex(world);
  const all: string[] = [];
  const visit = (folder: string, depth: number): void => {
    all.push(folder);
    for (const name of depth < DEPTH_MAX ? index.listNames(folder) : []) {
      if (INNER.test(name)) {
        visit(`${folder}/${name}`, depth + 1);
      }
    }
  };
  const bases = BASES.flatMap((base) => [
    ...index
      .listNames(base)
      .filter((name) => MULTIARCH.test(name))
      .map((name) => `${base}/${name}`),
    base,
  ]);
  for (const base of bases) {
    for (const name of index.listNames(base).filter((one) => TOP.test(one))) {
      visit(`${base}/${name}`, 0);
    }
  }
  const given = ['PERL5LIB', 'PERLLIB'].flatMap((name) =>
    (world.config.environment.get(name) ?? '').split(':').filter((one) => one.startsWith('/')),
  );
  const made = [...given, '/etc/perl', ...all.toSorted((left, right) => rank(left) - rank(right))];
  known.set(world, made);
  return made;
}

function rank(folder: string): number {
  const order = [/^\/usr\/local\//, /site_perl/, /vendor_perl/, /\/perl5(?:\/|$)/, /\/perl-base$/];
  const place = order.findIndex((pattern) => pattern.test(folder));
  return place === -1 ? order.length : place;
}
