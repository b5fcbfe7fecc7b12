import { compareText } from '../../foundation/core/compare-text.ts';
import { readImageConfig } from '../../foundation/core/image-config.ts';
import type { ImageDescription } from '../../foundation/core/target.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import { getText, getTexts, toTexts } from '../../foundation/syntax/json/member.ts';
import type { ReachAdditions } from './reach-additions.ts';

/** How an image starts its process. OCI image specification, config.md, "config". */
export interface ProcessConfig {
  /** Entrypoint and arguments (`argv`). Empty if the image starts nothing. */
  readonly command: readonly string[];
  /** The two parts of the command. */
  readonly entrypoint: readonly string[];
  readonly arguments: readonly string[];
  readonly healthcheck: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  readonly workingFolder: string;
  readonly user: string;
  readonly volumes: readonly string[];
  readonly exposedPorts: readonly string[];
  /** Signal that stops the process, by name or number; empty for SIGTERM. */
  readonly stopSignal: string;
}

/** Linux's default if the image sets none. */
export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

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
  const { mounts = [] } = additions;
  const entrypoint = additions.entrypoint ?? getTexts(record, 'Entrypoint');
  const usual = additions.entrypoint === undefined ? getTexts(record, 'Cmd') : [];
  const words = additions.arguments ?? usual;
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
    command: [...entrypoint, ...words],
    entrypoint,
    arguments: words,
    healthcheck: getTexts(healthcheck, 'Test'),
    environment,
    workingFolder: additions.workingFolder ?? (getText(record, 'WorkingDir') || '/'),
    user: additions.user ?? getText(record, 'User'),
    volumes: [...new Set([...listNames(record['Volumes']), ...mounts])].toSorted(compareText),
    exposedPorts: listNames(record['ExposedPorts']),
    stopSignal: getText(record, 'StopSignal'),
  };
}

function listNames(value: unknown): readonly string[] {
  return isRecord(value) ? Object.keys(value).toSorted(compareText) : [];
}

/** Returns the directories that commands are looked up in. */
export function searchPath({ environment }: ProcessConfig): readonly string[] {
  return (environment.get('PATH') ?? '').split(':').filter((folder) => folder.startsWith('/'));
}
