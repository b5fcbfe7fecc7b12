import type { WalkedServer } from './page-walk.ts';
import { readNextOutput, startProgram } from './run-program.ts';

/** A browser takes long if the machine is busy. */
const SERVER_MS_MAX = 5 * 60_000;

/** Starts a server on any free port, and signs in. */
export async function startPageServer(
  resources: AsyncDisposableStack,
  options: readonly string[],
  timeoutMs = SERVER_MS_MAX,
): Promise<WalkedServer> {
  const args = ['serve', ...options, '--listen', '127.0.0.1:0'];
  const { child, ended } = startProgram(args, {}, [], timeoutMs);
  resources.defer(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  const line = await readNextOutput({ child, ended });
  const [, link = ''] = /sign in once: (\S+)/.exec(line) ?? [];
  const { headers } = await fetch(link, { redirect: 'manual' });
  const [, cookie = ''] = /plimsoll_session=([^;]*)/.exec(headers.get('set-cookie') ?? '') ?? [];
  return { url: new URL(link).origin, cookie };
}
