import { getBaseName } from '../../../../foundation/core/base-name.ts';
import type { ReachStrength } from '../../../../foundation/core/reach.ts';
import { getParentPath } from '../../../../image/view/path.ts';
import { listDescendantFiles } from '../../folder-index.ts';
import { ownWitness } from '../../own-witness.ts';
import type { ReachEdge, ReachWorld } from '../../rule-contract.ts';
import { expandPattern } from '../../shell-pattern.ts';

/** Native parts of java.base, loaded at start or on first use of a class. */
const BASE =
  /^lib(?:jvm|jli|java|jimage|zip|net|nio|verify|jsvml|extnet|syslookup|instrument|management(?:_ext)?|prefs|jsig)\.so$/;
const CLASSES = /^(?:modules|rt\.jar|jce\.jar|jsse\.jar|charsets\.jar|resources\.jar)$/;
/** Files of an installation that are not used at run time. */
const UNUSED = /^\/(?:jre\/)?(?:bin|docs|legal|man|jmods|include|demo|sample)\//;
const FOREIGN = ['/usr/java/packages/lib/*.so', '/usr/lib/jni/*.so', '/usr/lib/*-linux-*/jni/*.so'];

/**
 * Returns the files of its own installation that a launcher loads: all code and settings. JDK 9 and
 * later have their classes in one file, JDK 8 in archives below `jre`.
 */
export function findRuntimeEdges(launcher: string, world: ReachWorld): readonly ReachEdge[] {
  const home = findHome(launcher, world);
  const witness = ownWitness(launcher, world);
  const own = home === undefined ? [] : listDescendantFiles(home, world);
  return [
    ...own
      .filter((to) => !UNUSED.test(to.slice((home ?? '').length)))
      .map((to): ReachEdge => ({ to, strength: rateName(getBaseName(to)), witness })),
    ...FOREIGN.flatMap((pattern) => expandPattern(pattern, world))
      .filter((to) => world.exists(to))
      .map((to): ReachEdge => ({ to, strength: 'possible', witness })),
  ];
}

/** Returns the installation of `bin/java`; `undefined` for a launcher elsewhere. */
export function findHome(launcher: string, world: ReachWorld): string | undefined {
  const bin = getParentPath(launcher);
  const home = getBaseName(bin) === 'bin' ? getParentPath(bin) : undefined;
  const isHome =
    home !== undefined &&
    ['lib/modules', 'lib/rt.jar', 'jre/lib/rt.jar'].some((name) => world.exists(`${home}/${name}`));
  return isHome ? home : undefined;
}

function rateName(name: string): ReachStrength {
  if (CLASSES.test(name)) {
    return 'required';
  }
  if (BASE.test(name)) {
    return 'likely';
  }
  return /\.(?:so|jar)$/.test(name) ? 'possible' : 'data';
}
