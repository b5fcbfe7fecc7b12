import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { AwsClient } from 'aws4fetch';

/*
 * An object storage with the interface of S3: the server of moto, a package of Python. It does not
 * check signatures. Connections go through a gate that a test can close.
 */

const PROGRAM = process.env['PLIMSOLL_MOTO'];
const BUCKET = 'documents';
const ACCESS = { accessKeyId: 'test', secretAccessKey: 'secret' };
const WAIT_MS = 200;
const WAITS_MAX = 300;

/** The reason to skip a test; `false` if the program is named. */
export const OBJECT_STORAGE_SKIP: string | false =
  PROGRAM === undefined && 'PLIMSOLL_MOTO does not name the program moto_server';

export interface ObjectStorage extends AsyncDisposable {
  /** Variables for a server whose documents are in its bucket. */
  readonly environment: Readonly<Record<string, string>>;
  /** Writes an object, or removes it. */
  change(name: string, content: string | undefined): Promise<void>;
  /** Accepts no connection, and ends the open ones. */
  close(): Promise<void>;
  /** Accepts connections again. */
  open(): Promise<void>;
  /** Lists the names of the objects. */
  list(): Promise<readonly string[]>;
}

export async function startObjectStorage(): Promise<ObjectStorage> {
  const inside = await findFreePort();
  const child = spawn(PROGRAM ?? '', ['-H', '127.0.0.1', '-p', String(inside)], {
    stdio: 'ignore',
  });
  const ended = once(child, 'close');
  const client = new AwsClient({ ...ACCESS, service: 's3', region: 'us-east-1' });
  const direct = `http://127.0.0.1:${inside}/${BUCKET}`;
  await createBucket(direct);
  const gate = new Gate(inside);
  const port = await gate.open();
  return {
    environment: {
      PLIMSOLL_DOCUMENTS: `s3://${BUCKET}/production`,
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: ACCESS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ACCESS.secretAccessKey,
    },
    change: async (name, content) => {
      const change =
        content === undefined ? { method: 'DELETE' } : { method: 'PUT', body: content };
      const { status } = await client.fetch(`${direct}/${name}`, change);
      assert.ok(status === 200 || status === 204, `${change.method} has the status ${status}`);
    },
    close: async () => await gate.close(),
    open: async () => void (await gate.open()),
    list: async () => {
      const listed = await (await client.fetch(`${direct}?list-type=2`)).text();
      return [...listed.matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key = '']) => key);
    },
    async [Symbol.asyncDispose]() {
      await gate.close();
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function createBucket(url: string): Promise<void> {
  for (let waits = 0; ; waits += 1) {
    try {
      const { status } = await fetch(url, { method: 'PUT' });
      if (status === 200) {
        return;
      }
    } catch (error) {
      if (waits === WAITS_MAX) {
        throw error;
      }
    }
    await pause(WAIT_MS);
  }
}

/** Passes connections on. */
class Gate {
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  constructor(target: number) {
    this.#target = target;
  }

  async open(): Promise<number> {
    const server = createServer((socket) => {
      const other = connect(this.#target, '127.0.0.1');
      for (const one of [socket, other]) {
        this.#sockets.add(one);
        one.on('error', () => one.destroy());
        one.on('close', () => this.#sockets.delete(one));
      }
      socket.pipe(other).pipe(socket);
    });
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    return this.#port;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server?.close(() => resolve());
    });
    this.#sockets.forEach((socket) => socket.destroy());
    await closed;
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
