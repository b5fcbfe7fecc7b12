import { compareText } from '../core/compare-text.ts';
import { readImageConfig } from '../core/image-config.ts';
import type { ImageDescription } from '../core/target.ts';
import { isRecord } from '../syntax/json/guard.ts';
import { getText, getTexts, toTexts } from '../syntax/json/member.ts';
import type { ReachAdditions } from './reach-additions.ts';

/** How an image starts its process. OCI image specification, config.md, "config". */
export interface ProcessConfig {
  /** Entrypoint and arguments (`argv`). Empty if the image starts nothing. */
  readonly command: readonly string[];
  readonly healthcheck: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  readonly workingFolder: string;
  readonly user: string;
  readonly volumes: readonly string[];
  readonly exposedPorts: readonly string[];
}

/** Linux's default if the image sets none. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Reads the configuration of an image. Members of a wrong type count as absent.
 *
 * @param additions replace members as an orchestrator does: an entry point also drops the command
 */
export function processConfig(
  { config }: Pick<ImageDescription, 'config'>,
  additions: ReachAdditions = {},
): ProcessConfig {
  const { process: record, healthcheck } = readImageConfig(config);
  const { entrypoint, mounts = [] } = additions;
  const command = [
    ...(entrypoint ?? getTexts(record, 'Entrypoint')),
    ...(additions.arguments ?? (entrypoint === undefined ? getTexts(record, 'Cmd') : [])),
  ];
  const environment = new Map(
    toTexts(record['Env']).map((line): [string, string] => {
      const equals = line.indexOf('=');
      return equals === -1 ? [line, ''] : [line.slice(0, equals), line.slice(equals + 1)];
    }),
  );
  if (!environment.has('PATH')) {
    environment.set('PATH', DEFAULT_PATH);
  }
  return {
    command,
    healthcheck: getTexts(healthcheck, 'Test'),
    environment,
    workingFolder: additions.workingFolder ?? (getText(record, 'WorkingDir') || '/'),
    user: additions.user ?? getText(record, 'User'),
    volumes: [...new Set([...listNames(record['Volumes']), ...mounts])].toSorted(compareText),
    exposedPorts: listNames(record['ExposedPorts']),
  };
}

function listNames(value: unknown): readonly string[] {
  return isRecord(value) ? Object.keys(value).toSorted(compareText) : [];
}

/** Returns the directories that commands are looked up in. */
export function searchPath({ environment }: ProcessConfig): readonly string[] {
  return (environment.get('PATH') ?? '').split(':').filter((folder) => folder.startsWith('/'));
}
