import { UserError } from '../../foundation/core/error.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import {
  getList,
  getRecord,
  getRecords,
  getText,
  getTexts,
  type JsonRecord,
} from '../../foundation/syntax/json/member.ts';
import type { AddedCommand, ReachAdditions } from '../../hardening/reach/reach-additions.ts';
import { readRuleFile } from '../../image/source/rule-file.ts';
import { parseYamlDocuments } from './yaml-documents.ts';

/** How a manifest uses an image. */
export type ManifestUse = Pick<
  ReachAdditions,
  'commands' | 'entrypoint' | 'arguments' | 'mounts' | 'user' | 'workingFolder'
>;

/**
 * Reads how the containers of an image are started from a Kubernetes manifest: command, args,
 * probes, mounts and user. The first container counts as the image's own process; what others of
 * the same image start is added.
 *
 * @throws UserError `E_CONFIG` if the file cannot be read or no container in it uses the image
 */
export function readManifestUse(file: string, imageName: string, limits: Limits): ManifestUse {
  const text = Buffer.from(readRuleFile(file, limits)).toString('utf8');
  const containers = parseYamlDocuments(text, file, limits).flatMap(listContainers);
  const [first, ...others] = selectContainers(containers, imageName, file);
  if (first === undefined) {
    throw new UserError('E_CONFIG', `no container in "${file}"`, {
      hint: 'name a manifest of a Pod, Deployment, StatefulSet, DaemonSet, Job or CronJob',
    });
  }
  const { container, pod } = first;
  const [command, words] = [getTexts(container, 'command'), getTexts(container, 'args')];
  const user = findUser(container, pod);
  const workingFolder = getText(container, 'workingDir');
  const mounts = getRecords(container, 'volumeMounts').map((mount) => getText(mount, 'mountPath'));
  return {
    ...(command.length === 0 ? {} : { entrypoint: command }),
    ...(words.length === 0 ? {} : { arguments: words }),
    ...(user === undefined ? {} : { user }),
    ...(workingFolder === '' ? {} : { workingFolder }),
    mounts: mounts.filter((path) => path.startsWith('/')),
    commands: [
      ...listProbes(container),
      ...others.flatMap((other) => [...listOwnCommand(other), ...listProbes(other.container)]),
    ],
  };
}

interface PodContainer {
  readonly container: JsonRecord;
  readonly pod: JsonRecord;
}

/** Returns the containers of an object: of a pod, a template of one, or a list of objects. */
function listContainers(value: unknown): readonly PodContainer[] {
  if (!isRecord(value)) {
    return [];
  }
  const items = getList(value, 'items').flatMap(listContainers);
  const spec = getRecord(value, 'spec') ?? {};
  const job = getRecord(getRecord(spec, 'jobTemplate') ?? {}, 'spec');
  const pod = getRecord(getRecord(job ?? spec, 'template') ?? {}, 'spec') ?? spec;
  const own = ['containers', 'initContainers', 'ephemeralContainers'].flatMap((name) =>
    getRecords(pod, name).map((container) => ({ container, pod })),
  );
  return [...items, ...own];
}

/** Returns the containers of the image; if the manifest has only one container, that one. */
function selectContainers(
  containers: readonly PodContainer[],
  imageName: string,
  file: string,
): readonly PodContainer[] {
  const wanted = toBaseImageName(imageName);
  const same = containers.filter(
    ({ container }) => toBaseImageName(getText(container, 'image')) === wanted,
  );
  if (same.length === 0 && containers.length > 1) {
    const names = containers.map(({ container }) => getText(container, 'image'));
    throw new UserError('E_CONFIG', `no container in "${file}" uses the image "${imageName}"`, {
      hint: `name the image with --name, one of: ${[...new Set(names)].join(', ')}`,
    });
  }
  return same.length === 0 ? containers : same;
}

/** `registry.example/shop/app:1.2@sha256:…` and `/tmp/app.oci.tar` are `app`. */
function toBaseImageName(reference: string): string {
  const [path = ''] = reference.split('@', 1);
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name.replace(/:.*$/, '').replace(/(?:\.(?:oci|docker))?\.tar(?:\.\w+)?$/, '');
}

function findUser(container: JsonRecord, pod: JsonRecord): string | undefined {
  const contexts = [container, pod].map((one) => getRecord(one, 'securityContext') ?? {});
  const findValue = (name: string): string =>
    contexts.map((context) => getText(context, name)).find((value) => value !== '') ?? '';
  const [user, group] = [findValue('runAsUser'), findValue('runAsGroup')];
  return user === '' ? undefined : `${user}${group === '' ? '' : `:${group}`}`;
}

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'];
const HOOKS = ['postStart', 'preStop'];

/** Returns the commands that the kubelet runs in a container. */
function listProbes(container: JsonRecord): readonly AddedCommand[] {
  const lifecycle = getRecord(container, 'lifecycle') ?? {};
  const handlers = [
    ...PROBES.map((name) => getRecord(container, name)),
    ...HOOKS.map((name) => getRecord(lifecycle, name)),
  ];
  return handlers.flatMap((handler) => {
    const words = getTexts(getRecord(handler ?? {}, 'exec') ?? {}, 'command');
    return words.length === 0 ? [] : [{ words, rule: 'probe' }];
  });
}

function listOwnCommand({ container }: PodContainer): readonly AddedCommand[] {
  const words = [...getTexts(container, 'command'), ...getTexts(container, 'args')];
  return words.length === 0 ? [] : [{ words, rule: 'container' }];
}
