import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { ElfInterface } from './elf-interface.ts';
import { measureLiveInterface } from './live-interface.ts';

function createLibrary(
  exported: readonly string[],
  imported: readonly string[] = [],
): ElfInterface {
  return { isLibrary: true, exported: exported.join('\n'), imported: imported.join('\n') };
}

function createProgram(...imported: readonly string[]): ElfInterface {
  return { isLibrary: false, exported: 'main', imported: imported.join('\n') };
}

suite('the used part of library interfaces', () => {
  test('contains the functions that programs and other libraries import, each once', () => {
    const files = new Map([
      ['/bin/tool', createProgram('x_open', 'malloc', 'gone')],
      [
        '/lib/libx.so.1',
        createLibrary(['x_open', 'x_close', 'x_copy', 'x_copy'], ['malloc', 'free']),
      ],
      ['/lib/libc.so.6', createLibrary(['malloc', 'free', 'main'])],
    ]);
    assert.deepEqual(measureLiveInterface(files), {
      share: 3 / 6,
      items: ['/lib/libc.so.6: 2 of 3', '/lib/libx.so.1: 1 of 3'],
    });
  });

  test('is unknown if no library has functions', () => {
    assert.deepEqual(measureLiveInterface(new Map([['/bin/tool', createProgram('malloc')]])), {
      items: [],
    });
    assert.deepEqual(measureLiveInterface(new Map([['/lib/liba.so', createLibrary([])]])), {
      items: [],
    });
  });
});
