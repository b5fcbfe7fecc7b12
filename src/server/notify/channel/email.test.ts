import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import { SMTPServer } from 'smtp-server';
import { openAlertWorld } from '../../../../test/support/alert-world.ts';
import { STORE_ENGINES } from '../../../../test/support/store-engines.ts';
import { Deliverer } from '../deliverer.ts';
import type { MailSetting } from '../mail-setting.ts';
import { listDeliveries } from '../subscriptions.ts';

interface Mailbox {
  readonly mails: string[];
  /** Refuses the next messages with this status. */
  refusal: number;
}

async function startMailServer(t: TestContext, options: object = {}) {
  const box: Mailbox = { mails: [], refusal: 0 };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    ...options,
    onData(stream, _, done) {
      let text = '';
      stream.on('data', (piece: Buffer) => {
        text += piece.toString();
      });
      stream.on('end', () => {
        if (box.refusal !== 0) {
          done(Object.assign(new Error('mailbox is full'), { responseCode: box.refusal }));
          return;
        }
        box.mails.push(text);
        done();
      });
    },
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.server.once('listening', resolve));
  t.after(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const { port } = server.server.address() as AddressInfo;
  const mail: MailSetting = { url: `smtp://127.0.0.1:${port}`, from: 'plimsoll@example.org' };
  return { box, mail };
}

for (const engine of STORE_ENGINES) {
  suite(`email on ${engine.name}`, { skip: engine.skip }, () => {
    test('sends plain text by a mail server, and repeats refused messages', async (t) => {
      const { box, mail } = await startMailServer(t);
      const world = await openAlertWorld(t, engine, { images: 6, projects: 2 });
      const deliverer = new Deliverer(world.store, {
        getTime: () => world.world.now,
        allowedHosts: new Set(),
        source: 'https://plimsoll.example.org',
        mail,
      });
      await world.subscribe('team', { channel: 'email', url: 'mailto:sec@example.org' });
      await world.update([{ id: 'CVE-2026-1001', severity: 'critical' }]);
      box.refusal = 452;
      world.world.now = (await deliverer.deliverDue()) ?? 0;
      box.refusal = 0;
      assert.equal(await deliverer.deliverDue(), undefined);
      const [text = '', ...others] = box.mails;
      assert.deepEqual(others, []);
      assert.match(text, /^From: plimsoll@example\.org\r$/m);
      assert.match(text, /^To: sec@example\.org\r$/m);
      assert.match(text, /^Subject: \[critical\] advisories about CVE-2026-1001 changed\r$/m);
      assert.match(text, /^Message-ID: <msg_[0-9a-f]{24}@plimsoll>\r$/m);
      assert.match(text, /^Auto-Submitted: auto-generated\r$/m);
      assert.match(
        text,
        /opened 6 findings in 6 images\r\n {2}https:\/\/plimsoll\.example\.org\/changes\/1\?effect=/,
      );
      const [{ attempts } = { attempts: [] }] = await listDeliveries(world.store.db, 'team');
      assert.deepEqual(
        attempts.map(({ status }) => status),
        [452, 250],
      );
    });

    test('a password is never sent without encryption, and never shown', async (t) => {
      const logins: unknown[] = [];
      const { mail } = await startMailServer(t, {
        authOptional: false,
        allowInsecureAuth: true,
        onAuth: (login: unknown, _: unknown, done: (error: Error) => void) => {
          logins.push(login);
          done(new Error('wrong password: correct-horse-battery'));
        },
      });
      const world = await openAlertWorld(t, engine, { images: 1, projects: 1 });
      const password = 'correct-horse-battery';
      const url = mail.url.replace('smtp://', 'smtp://me@');
      const deliverer = new Deliverer(world.store, {
        getTime: () => world.world.now,
        allowedHosts: new Set(),
        source: 'https://plimsoll.example.org',
        mail: { ...mail, url, password },
      });
      await world.subscribe('team', { channel: 'email', url: 'sec@example.org' });
      const attempt = await deliverer.test('team');
      assert.equal(attempt.status >= 200 && attempt.status < 300, false);
      assert.deepEqual(logins, []);
      assert.doesNotMatch(JSON.stringify(attempt), /correct-horse/);
    });

    test('an address cannot add receivers or headers', async (t) => {
      const world = await openAlertWorld(t, engine, { images: 1, projects: 1 });
      for (const url of ['a@x.org,b@x.org', 'a@x.org\r\nBcc: b@x.org', '<a@x.org>', 'a']) {
        await assert.rejects(world.subscribe('team', { channel: 'email', url }), {
          code: 'E_USAGE',
          message: 'not an email address',
        });
      }
    });
  });
}
