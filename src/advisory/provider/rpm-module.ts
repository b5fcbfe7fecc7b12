import { hasModules, toModuleStream } from './red-hat-stream.ts';

const MODULE_BUILD = '.module';
/** Name and stream in a title, such as `Moderate: go-toolset:rhel8 security update`. */
const TITLE_MODULE = /(?:^|: )([A-Za-z0-9][\w.+-]*:[\w.+-]+) /;

/** The facts that show which module a build of Red Hat or of a rebuild belongs to. */
export interface ModuleEvidence {
  readonly majorVersion: string;
  readonly versions: readonly string[];
  /** Title of the erratum. */
  readonly title: string;
  /** Label that the erratum states: name, stream, and possibly version and context. */
  readonly stated?: string;
}

/**
 * Returns the module of a build, by its label or the title. A build outside of modules only
 * replaces others outside of modules, for which the result is empty. `undefined`: the release has no
 * modules, or neither label nor title names the one of a modular build, so that the statement
 * applies to every one.
 */
export function findBuildModule(evidence: ModuleEvidence): string | undefined {
  const { majorVersion, versions, title, stated } = evidence;
  if (!hasModules(majorVersion)) {
    return undefined;
  }
  if (stated !== undefined) {
    return toModuleStream(stated);
  }
  if (!versions.some((version) => version.includes(MODULE_BUILD))) {
    return '';
  }
  return TITLE_MODULE.exec(title)?.[1];
}
