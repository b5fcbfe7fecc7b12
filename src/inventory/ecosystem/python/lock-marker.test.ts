import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canMarkerHold } from './lock-marker.ts';

const HOLDS = [
  '',
  'sys_platform == "win32"',
  `"default" in dependency_groups`,
  `"DEFAULT" in dependency_groups or "dev" in dependency_groups`,
  `"dev" not in dependency_groups`,
  `"web" not in extras and python_full_version >= '3.9'`,
  `("dev" in dependency_groups or python_version < "3") and os_name == 'posix'`,
  `"arm" in platform_machine`,
  `'dev' == "dev"`,
  // Malformed
  `"dev" in dependency_groups and`,
  `"dev" in`,
  `("dev" in dependency_groups`,
  `"dev" in dependency_groups ;`,
  `"dev" in dependency_groups "x"`,
  `${'('.repeat(100_000)}"dev" in extras${')'.repeat(100_000)}`,
];

const FAILS = [
  `"dev" in dependency_groups`,
  `'web' in extras`,
  `"default" in extras`,
  `"web" in extras and sys_platform == "linux"`,
  `("web" in extras or "dev" in dependency_groups) and python_version >= "3.9"`,
  `"default" not in dependency_groups`,
  `"web" in extras or "default" not in dependency_groups`,
];

test('a marker of a lock is evaluated with the groups that are installed by default', () => {
  for (const marker of HOLDS) {
    assert.equal(canMarkerHold(marker, ['default']), true, marker.slice(0, 80));
  }
  for (const marker of FAILS) {
    assert.equal(canMarkerHold(marker, ['default']), false, marker);
  }
});
