import type { Scheme } from '../../core/scheme.ts';
import { compareSemantic, type SemanticVersion } from '../semantic.ts';

/**
 * `11.0.4+11` of JEP 322, the older `1.8.0_302-b08`, and `8u302` or `8.0-update302` in releases and
 * CPEs: numbers, an update, a pre-release and a build, which does not count.
 */
const VERSION =
  /^(?:1\.(?=[1-9]))?(?<numbers>[0-9]+(?:\.[0-9]+)*)(?:(?:_|u|[-_]?update_?)(?<update>[0-9]+))?(?:-(?!b[0-9])(?<preRelease>[a-z][a-z0-9]*))?(?:(?:\+|-b)[0-9]+)?(?:-[0-9a-z.-]+)?$/;
/** Position of an old version's update among the numbers of a new one: 8u302 is 8.0.302. */
const UPDATE_PLACE = 2;

export const jvm: Scheme<SemanticVersion> = {
  id: 'jvm',
  aliases: ['java-runtime', 'jdk', 'jre', 'openjdk'],
  title: 'Java runtimes',
  spec: 'JEP 322; "J2SE SDK/JRE Version String Naming Convention" before Java 9',
  oracle: 'Runtime.Version::compareToIgnoreOptional of Java, for versions by JEP 322',
  parse,
  compare: compareSemantic,
};

function parse(text: string): SemanticVersion | undefined {
  const groups = VERSION.exec(text.trim().toLowerCase())?.groups;
  const core = groups?.['numbers']?.split('.');
  if (groups === undefined || core === undefined) {
    return undefined;
  }
  const update = groups['update'];
  if (update !== undefined) {
    while (core.length < UPDATE_PLACE) {
      core.push('0');
    }
    core.push(update);
  }
  const preRelease = groups['preRelease'];
  return { core, preRelease: preRelease === undefined ? [] : [preRelease] };
}
