import type { ReachStrength } from '../../../core/reach.ts';
import { nameOf, parentOf } from '../../../view/path.ts';
import { listFilesBelow } from '../../folder-index.ts';
import { ownWitness } from '../../own-witness.ts';
import type { ReachEdge, ReachWorld } from '../../rule-contract.ts';
import { expandPattern } from '../../shell-pattern.ts';

/** Native parts of java.base, which the machine loads at start or by the first use of a class. */
const BASE =
  /^lib(?:jvm|jli|java|jimage|zip|net|nio|verify|jsvml|extnet|syslookup|instrument|management(?:_ext)?|prefs|jsig)\.so$/;
const CLASSES = /^(?:modules|rt\.jar|jce\.jar|jsse\.jar|charsets\.jar|resources\.jar)$/;
/** What an installation has beside what it runs with. */
const UNUSED = /^\/(?:jre\/)?(?:bin|docs|legal|man|jmods|include|demo|sample)\//;
const FOREIGN = ['/usr/java/packages/lib/*.so', '/usr/lib/jni/*.so', '/usr/lib/*-linux-*/jni/*.so'];

/**
 * What a launcher loads of the installation that it belongs to: all that is code, and its settings.
 * JDK 9 and later hold their classes in one file, JDK 8 in archives below `jre`.
 */
export function findRuntimeEdges(launcher: string, world: ReachWorld): readonly ReachEdge[] {
  const home = findHome(launcher, world);
  const witness = ownWitness(launcher, world);
  const own = home === undefined ? [] : listFilesBelow(home, world);
  return [
    ...own
      .filter((to) => !UNUSED.test(to.slice((home ?? '').length)))
      .map((to): ReachEdge => ({ to, strength: rateName(nameOf(to)), witness })),
    ...FOREIGN.flatMap((pattern) => expandPattern(pattern, world))
      .filter((to) => world.isThere(to))
      .map((to): ReachEdge => ({ to, strength: 'possible', witness })),
  ];
}

/** `bin/java` of an installation; nothing for a launcher that lies elsewhere. */
export function findHome(launcher: string, world: ReachWorld): string | undefined {
  const bin = parentOf(launcher);
  const home = nameOf(bin) === 'bin' ? parentOf(bin) : undefined;
  const isHome =
    home !== undefined &&
    ['lib/modules', 'lib/rt.jar', 'jre/lib/rt.jar'].some((name) =>
      world.isThere(`${home}/${name}`),
    );
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
