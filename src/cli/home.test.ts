import assert from 'node:assert/strict';
import { it } from 'node:test';
import { findBaseDirectory } from './home.ts';

it('follows the XDG specification, which ignores relative paths', () => {
  const environment = { HOME: '/home/a', XDG_CACHE_HOME: '/cache', XDG_DATA_HOME: 'data' };
  const find = findBaseDirectory.bind(undefined, environment);
  assert.equal(find('XDG_CACHE_HOME', '.cache', 'linux'), '/cache');
  assert.equal(find('XDG_CONFIG_HOME', '.config', 'linux'), '/home/a/.config');
  assert.equal(find('XDG_DATA_HOME', '.local/share', 'darwin'), '/home/a/.local/share');
});

it('uses the directories of Windows there, unless variables of XDG name others', () => {
  const environment = {
    HOME: '/home/a',
    APPDATA: 'C:\\Users\\a\\AppData\\Roaming',
    LOCALAPPDATA: 'C:\\Users\\a\\AppData\\Local',
    XDG_DATA_HOME: '\\\\server\\share\\data',
  };
  const find = findBaseDirectory.bind(undefined, environment);
  assert.equal(find('XDG_CACHE_HOME', '.cache', 'win32'), environment.LOCALAPPDATA);
  assert.equal(find('XDG_CONFIG_HOME', '.config', 'win32'), environment.APPDATA);
  assert.equal(find('XDG_DATA_HOME', '.local/share', 'win32'), environment.XDG_DATA_HOME);
  assert.equal(find('XDG_CACHE_HOME', '.cache', 'linux'), '/home/a/.cache');
  const relative = { HOME: '/home/a', LOCALAPPDATA: 'AppData' };
  assert.match(findBaseDirectory(relative, 'XDG_CACHE_HOME', '.cache', 'win32'), /\.cache$/);
});
