import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { findRuleReach, type ImageFile } from '../../../../../test/support/reach-image.ts';
import { testNames } from '../../../../../test/support/rule-names.ts';

const PROGRAM = { elf: { type: 3, dynamic: [] } } as const;
const FILES: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/cron': PROGRAM,
  '/usr/bin/tool': PROGRAM,
  '/usr/bin/left': PROGRAM,
  '/etc/crontab': '# left\n5 4 * * * root tool --all\n',
};

function startCron(more: Readonly<Record<string, ImageFile>>) {
  return findRuleReach('supervisor', {
    files: { ...FILES, ...more },
    command: ['cron'],
  });
}

suite('programs that a supervisor starts', () => {
  testNames('supervisor', {
    image: { files: FILES, command: ['cron'] },
    own: [
      'likely /etc/crontab by "ELF" in /usr/bin/cron',
      'likely /usr/bin/tool by "tool" in /etc/crontab',
    ],
    left: '/usr/bin/left',
    namedIn: '/etc/crontab',
    unreadable: [
      ['empty', ''],
      ['not text', Buffer.from([0, 255, 254, 0])],
      ['cut behind the time', '5 4 * * * root'],
    ],
    otherwise: ['likely /etc/crontab by "ELF" in /usr/bin/cron'],
  });

  test('are unknown if a variable names them', () => {
    const { doubts } = startCron({ '/etc/crontab': '5 4 * * * root $JOB\n' });
    assert.match(doubts.join('\n'), /^commands \/etc\/crontab it runs a command/m);
  });
});
