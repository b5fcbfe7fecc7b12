import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createOwnerTag, detectLife, parseOwner } from '../folder-owner.ts';

const LOCK_FILE = 'update.lock';
const POLL_MS = 200;
const SIGN_OF_LIFE_MS = 5_000;
/** A holder on another machine that did not renew the lock for this long counts as dead. */
const SILENCE_MS_MAX = 120_000;

/** Databases that this process is updating, by the path of their lock. */
const HELD = new Set<string>();

export interface LockOptions {
  /** How long to wait for another holder; 0: not at all. */
  readonly waitMsMax: number;
  /** Called once if the lock is held by another process. */
  onWait(): void;
}

/**
 * Lets one process at a time update a database, so that many scans that start together download it
 * once. It only saves work: two parallel updates would still be correct, because each builds its
 * own generation. A lock is therefore ignored as soon as its holder seems dead, and after the
 * longest wait.
 *
 * @returns `undefined` if another process holds the lock and the wait timed out
 */
export async function lockUpdates(
  root: string,
  options: LockOptions,
): Promise<Disposable | undefined> {
  const file = path.resolve(root, LOCK_FILE);
  let waitedMs = 0;
  let silentMs = 0;
  let sign = readModifiedTime(file);
  for (;;) {
    const lock = takeLock(file);
    if (lock !== undefined) {
      return lock;
    }
    if (isDead(file) || silentMs >= SILENCE_MS_MAX) {
      fs.rmSync(file, { force: true });
      silentMs = 0;
      continue;
    }
    if (waitedMs >= options.waitMsMax) {
      return undefined;
    }
    if (waitedMs === 0) {
      options.onWait();
    }
    await pause(POLL_MS);
    waitedMs += POLL_MS;
    const latest = readModifiedTime(file);
    silentMs = latest === sign ? silentMs + POLL_MS : 0;
    sign = latest;
  }
}

function takeLock(file: string): Disposable | undefined {
  let handle: number;
  try {
    handle = fs.openSync(file, 'wx', 0o644);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      return undefined;
    }
    throw error;
  }
  const tag = createOwnerTag();
  fs.writeSync(handle, tag, 0);
  HELD.add(file);
  const timer = setInterval(() => fs.writeSync(handle, tag, 0), SIGN_OF_LIFE_MS);
  timer.unref();
  const { ino } = fs.fstatSync(handle);
  let isHeld = true;
  return {
    [Symbol.dispose]: () => {
      if (!isHeld) {
        return;
      }
      isHeld = false;
      clearInterval(timer);
      fs.closeSync(handle);
      HELD.delete(file);
      // Another process that considered this one dead may hold it now.
      if (fs.statSync(file, { throwIfNoEntry: false })?.ino === ino) {
        fs.rmSync(file, { force: true });
      }
    },
  };
}

/** A lock with our own process ID that we do not hold is left from an earlier process. */
function isDead(file: string): boolean {
  const tag = readTag(file);
  const owner = parseOwner(tag);
  if (owner === undefined) {
    return false;
  }
  return tag === createOwnerTag() ? !HELD.has(file) : detectLife(owner) === 'dead';
}

function readTag(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function readModifiedTime(file: string): number | undefined {
  return fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}
