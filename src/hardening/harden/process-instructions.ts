import { quoteArgument } from '../../foundation/core/quote-argument.ts';
import type { RecipeHealthcheck, RecipeProcess } from './recipe-contract.ts';
import type { RemovalPlan } from './removal-plan.ts';

/** An archive has no name that a build can pull. */
export function formatReference({ image }: RemovalPlan): string {
  const isPullable = /^[a-z0-9][\w.-]*(?::\d+)?(?:\/[\w.-]+)*(?::[\w.-]+)?$/.test(image.name);
  const isFile = /\.tar(?:\.\w+)?$/.test(image.name) || image.userInput.includes(':/');
  return isPullable && !isFile
    ? `${image.name.replace(/:[\w.-]+$/, '')}@${image.manifestDigest}`
    : 'original-image';
}

/** Formats the configuration of an image as instructions of a Dockerfile. */
export function formatProcess(process: RecipeProcess): readonly string[] {
  const { environment, workingFolder, user, volumes, exposedPorts, labels } = process;
  return [
    ...[...labels].map(([name, value]) => `LABEL ${quoteValue(name)}=${quoteValue(value)}`),
    ...[...environment].map(([name, value]) => `ENV ${name}=${quoteValue(value)}`),
    ...(workingFolder === '/' ? [] : [`WORKDIR ${quoteArgument(workingFolder)}`]),
    ...(volumes.length === 0 ? [] : [`VOLUME ${JSON.stringify(volumes)}`]),
    ...exposedPorts.map((port) => `EXPOSE ${quoteArgument(port)}`),
    ...(user === '' ? [] : [`USER ${quoteArgument(user)}`]),
    ...(process.stopSignal === '' ? [] : [`STOPSIGNAL ${quoteArgument(process.stopSignal)}`]),
    ...formatHealthcheck(process.healthcheck),
    ...(process.entrypoint.length === 0
      ? []
      : [`ENTRYPOINT ${JSON.stringify(process.entrypoint)}`]),
    ...(process.arguments.length === 0 ? [] : [`CMD ${JSON.stringify(process.arguments)}`]),
  ];
}

const NANOSECONDS_PER_MILLISECOND = 1_000_000;

function formatHealthcheck({ test, durations, retries }: RecipeHealthcheck): readonly string[] {
  const [kind, ...words] = test;
  if (kind === 'NONE') {
    return ['HEALTHCHECK NONE'];
  }
  if (kind !== 'CMD' && kind !== 'CMD-SHELL') {
    return [];
  }
  const options = [
    ...[...durations]
      .filter(([, duration]) => duration > 0)
      .map(([name, duration]) => `--${name}=${duration / NANOSECONDS_PER_MILLISECOND}ms`),
    ...(retries === 0 ? [] : [`--retries=${retries}`]),
  ];
  const command = kind === 'CMD' ? words : ['/bin/sh', '-c', words.join(' ')];
  return [['HEALTHCHECK', ...options, 'CMD', JSON.stringify(command)].join(' ')];
}

/** In a Dockerfile, `$` and a backslash are special even in quotes. */
function quoteValue(value: string): string {
  return `"${value.replaceAll(/[\\"$]/g, (sign) => `\\${sign}`).replaceAll(/[\p{Cc}]/gu, ' ')}"`;
}
