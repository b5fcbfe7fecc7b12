import { join } from 'node:path';
import type { Source } from '../../../foundation/core/target.ts';
import { openEngineImage } from '../engine-image.ts';
import { isImageName } from '../image-name.ts';
import { hasSocket, parseSocketPath } from '../unix-socket.ts';

/** Images in Docker on this machine. */
export const docker: Source = {
  id: 'docker',
  title: 'Image in Docker',
  spec: 'Docker Engine API, "ImageGet"',
  recognize: async (target) => (isImageName(target) && hasSocket(getSocketPath) ? 0.2 : 0),
  open: async (target, options) =>
    openEngineImage(
      {
        title: 'Docker',
        socketPath: getSocketPath(),
        startHint: 'start Docker, or name its socket with DOCKER_HOST=unix:///PATH',
        accessHint: 'join the group of the socket (often "docker"), or run with more privileges',
      },
      target,
      options,
    ),
};

/** The sockets of Docker, rootless Docker and Docker Desktop. */
function getSocketPath(): string {
  const { DOCKER_HOST, XDG_RUNTIME_DIR = '', HOME = '' } = process.env;
  return parseSocketPath('DOCKER_HOST', DOCKER_HOST, [
    '/var/run/docker.sock',
    ...(XDG_RUNTIME_DIR === '' ? [] : [join(XDG_RUNTIME_DIR, 'docker.sock')]),
    ...(HOME === ''
      ? []
      : [join(HOME, '.docker/run/docker.sock'), join(HOME, '.docker/desktop/docker.sock')]),
  ]);
}
