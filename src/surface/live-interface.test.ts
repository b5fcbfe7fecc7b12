import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { ElfInterface } from './elf-interface.ts';
import { measureLiveInterface } from './live-interface.ts';

function library(exported: readonly string[], imported: readonly string[] = []): ElfInterface {
  return { isLibrary: true, exported: exported.join('\n'), imported: imported.join('\n') };
}

function program(...imported: readonly string[]): ElfInterface {
  return { isLibrary: false, exported: 'main', imported: imported.join('\n') };
}

suite('the live part of interfaces of libraries', () => {
  test('is what programs and other libraries import, each function once', () => {
    const files = new Map([
      ['/bin/tool', program('x_open', 'malloc', 'gone')],
      ['/lib/libx.so.1', library(['x_open', 'x_close', 'x_copy', 'x_copy'], ['malloc', 'free'])],
      ['/lib/libc.so.6', library(['malloc', 'free', 'main'])],
    ]);
    assert.deepEqual(measureLiveInterface(files), {
      share: 3 / 6,
      items: ['/lib/libc.so.6: 2 of 3', '/lib/libx.so.1: 1 of 3'],
    });
  });

  test('is not known where no library has functions', () => {
    assert.deepEqual(measureLiveInterface(new Map([['/bin/tool', program('malloc')]])), {
      items: [],
    });
    assert.deepEqual(measureLiveInterface(new Map([['/lib/liba.so', library([])]])), { items: [] });
  });
});
