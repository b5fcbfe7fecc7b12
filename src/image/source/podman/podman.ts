import { join } from 'node:path';
import type { Source } from '../../../foundation/core/target.ts';
import { openEngineImage } from '../engine-image.ts';
import { isImageName } from '../image-name.ts';
import { hasSocket, parseSocketPath } from '../unix-socket.ts';

/** Images in Podman on this machine, read through its service. */
export const podman: Source = {
  id: 'podman',
  title: 'Image in Podman',
  spec: 'Podman REST API, "Export an image", compatible with Docker',
  recognize: async (target) => (isImageName(target) && hasSocket(getSocketPath) ? 0.15 : 0),
  open: async (target, options) =>
    openEngineImage(
      {
        title: 'Podman',
        socketPath: getSocketPath(),
        startHint: 'start its service: systemctl --user start podman.socket',
        accessHint: 'run as the user that owns the socket, or name your own socket',
      },
      target,
      options,
    ),
};

/** Returns the path of the user's own socket, or else of root's. */
function getSocketPath(): string {
  const { CONTAINER_HOST, XDG_RUNTIME_DIR = '' } = process.env;
  return parseSocketPath('CONTAINER_HOST', CONTAINER_HOST, [
    ...(XDG_RUNTIME_DIR === '' ? [] : [join(XDG_RUNTIME_DIR, 'podman/podman.sock')]),
    '/run/podman/podman.sock',
  ]);
}
