import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findTitledSystem } from './system-name.ts';

test('a title has the ID and the version of a system', () => {
  const titles = {
    'Debian GNU/Linux 11 (bullseye)': 'debian 11',
    'Alpine Linux v3.20': 'alpine 3.20',
    'Ubuntu 22.04.3 LTS': 'ubuntu 22.04',
    'Red Hat Enterprise Linux 8.5 (Ootpa)': 'rhel 8.5',
    'CentOS Stream 9': 'centos 9',
    'SUSE Linux Enterprise Server 15 SP4': 'sles 15.4',
    'openEuler 22.03 (LTS-SP3)': 'openEuler 22.03',
    'Amazon Linux 2023.6.20250107': 'amzn 2023',
    'Amazon Linux AMI 2018.03': 'amzn 2018.03',
  };
  for (const [title, expected] of Object.entries(titles)) {
    const { id, versionId, prettyName } = findTitledSystem(title) ?? {};
    assert.equal(`${id} ${versionId}`, expected);
    assert.equal(prettyName, title);
  }
});

test('a title of an unknown system, or without a version, is not a system', () => {
  for (const title of [
    '',
    'Debian GNU/Linux trixie/sid',
    'Homemade Linux 3',
    '12',
    'Ubuntu22.04',
  ]) {
    assert.equal(findTitledSystem(title), undefined, title);
  }
});
