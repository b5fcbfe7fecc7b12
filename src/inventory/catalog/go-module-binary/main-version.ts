import type { GoModuleInfo } from '../../ecosystem/go/module-info.ts';

/** Written by the toolchain if it does not know the version of the program itself. */
export const DEVELOPMENT_VERSION = '(devel)';

const REVISION_CHARS = 12;

/**
 * Returns the version of a program whose own module has none: the value that linker flags set for a
 * variable, or else a pseudo-version of the commit. Empty if neither is known.
 */
export function guessMainVersion(mainPath: string, settings: GoModuleInfo['settings']): string {
  const getSetting = (key: string): string | undefined =>
    settings.find((setting) => setting.key === key)?.value;
  const linked = findFlagVersion(getSetting('-ldflags') ?? '', mainPath);
  if (linked !== undefined) {
    return linked.startsWith('v') ? linked : `v${linked}`;
  }
  const revision = getSetting('vcs.revision');
  const time = getSetting('vcs.time');
  return revision === undefined || time === undefined
    ? ''
    : `v0.0.0-${formatTimestamp(time)}-${revision.slice(0, REVISION_CHARS)}`;
}

/** Names of variables that contain a version, in order of precedence. */
const VARIABLES = [/^[a-zA-Z0-9]*[vV]er(?:sion)?$/, /^[a-zA-Z0-9]*[tT]ag$/];
/** A semantic version with its complete pre-release and build, or common variants of it. */
const VERSION = /^v?\d+\.\d+\.\d+(?:-[-\w]+(?:\.[-\w]+)*|[-\w]*)(?:\+[-\w]+(?:\.[-\w]+)*)?/;

/** In `-X main.version=v1.2.3`, or in a variable of a package of the program's own module. */
function findFlagVersion(flags: string, mainPath: string): string | undefined {
  const assignments = flags.split(/\s/).flatMap(parseAssignments);
  for (const variable of VARIABLES) {
    for (const { path, name, value } of assignments) {
      const version = variable.test(name) && isOwn(path, mainPath) ? findVersion(value) : undefined;
      if (version !== undefined) {
        return version;
      }
    }
  }
  return undefined;
}

interface Assignment {
  readonly path: string;
  readonly name: string;
  readonly value: string;
}

/** `path.name=value`; the flag itself may come before it, as in `-X=main.version=v1.2.3`. */
function parseAssignments(word: string): Assignment[] {
  const [first = '', second, ...rest] = word.split('=', 4);
  const isFlag = second !== undefined && rest.length > 0 && /^["']*-+X$/.test(first);
  const target = isFlag ? second : first;
  const start = isFlag ? first.length + 1 : 0;
  const dot = target.lastIndexOf('.');
  return dot < 0 || start + target.length === word.length
    ? []
    : [
        {
          path: target.slice(0, dot).replace(/^["']+/, ''),
          name: target.slice(dot + 1),
          value: word.slice(start + target.length + 1),
        },
      ];
}

function isOwn(path: string, mainPath: string): boolean {
  return path === 'main' || path.endsWith('/main') || path.startsWith(`${mainPath}/`);
}

/**
 * The value itself, or the part after its last slash that precedes a version: `refs/tags/v1.2.3`.
 */
function findVersion(value: string): string | undefined {
  for (let slash = value.lastIndexOf('/'); slash >= 0; slash = value.lastIndexOf('/', slash - 1)) {
    const version = VERSION.exec(value.slice(slash + 1))?.[0];
    if (version !== undefined || slash === 0) {
      return version ?? VERSION.exec(value)?.[0];
    }
  }
  return VERSION.exec(value)?.[0];
}

const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/;
const NO_TIME = '00010101000000';

/** The time in UTC as 14 digits. Go modules reference, "Pseudo-versions". */
function formatTimestamp(time: string): string {
  const milliseconds = RFC_3339.test(time) ? Date.parse(time.toUpperCase()) : Number.NaN;
  return Number.isNaN(milliseconds)
    ? NO_TIME
    : new Date(milliseconds).toISOString().replaceAll(/[-:T]/g, '').slice(0, NO_TIME.length);
}
