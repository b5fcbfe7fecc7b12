import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { suite, test } from 'node:test';
import { openAppWorld } from '../../../test/support/app-world.ts';
import { HOSTILE_TEXTS } from '../../../test/support/hostile-text.data.ts';
import { assertHarmlessPage } from '../../../test/support/page-shape.ts';
import { NOW, openPageWorld } from '../../../test/support/page-world.ts';
import { readZipFiles } from '../../../test/support/read-zip-files.ts';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';
import { appendAudit } from '../access/audit-log.ts';

const PACK = {
  policies: [
    {
      name: 'dates.yaml',
      text: `policy: dates
version: "1"
packs: [fedramp-vdr@1]
rules:
  - id: fix-overdue
    for: finding
    when: { overdue-fedramp-rev5: over 0 days }
    then: fail
`,
    },
  ],
};
const DECISION = {
  author: 'ada@example.org',
  vulnerability: 'CVE-2020-0001',
  package: 'pkg:apk/alpine/musl',
  status: 'not_affected',
  justification: 'vulnerable_code_not_in_execute_path',
} as const;

for (const storeEngine of STORE_ENGINES) {
  suite(`further pages on ${storeEngine.name}`, { skip: storeEngine.skip }, () => {
    testFurtherPages(storeEngine);
  });
}

function testFurtherPages(storeEngine: TestEngine): void {
  test('compliance starts with the controls that fail everywhere, and their common steps', async (t) => {
    const { engine, push, readPage, runJobs } = await openPageWorld(t, storeEngine);
    const late = '2026-03-15T00:00:00Z';
    const packs = PACK.policies.map(({ name, text: one }) => ({
      name,
      text: one.replace('packs: [', 'packs: [fedramp-rev5-containers@1, '),
    }));
    await engine.setPolicy({ policies: packs }, late);
    await push('shop', undefined, late);
    await push('bank', undefined, late);
    await runJobs(late);
    const { text, body } = await readPage('/compliance', late);
    const [, count = '', links = ''] =
      /First: (\d+) controls fail in all 2 images\.<\/p><ul>[^]*?<\/ul><p>([^]*?)<\/p>/.exec(
        body,
      ) ?? [];
    assert.equal(links.match(/<a /g)?.length, Number(count), body);
    for (const [, address = ''] of links.matchAll(/href="([^"]*)"/g)) {
      const failed = `${address.replaceAll('&amp;', '&')}&status=failed`;
      assert.match((await readPage(failed, late)).heading, /^2 images/, failed);
    }
    const [step = ''] = /run plimsoll db update , or [^:]*: [^]*? of them/.exec(text) ?? [];
    assert.match(step, /(?:the only step|one of several steps) for \d+ of them$/, text);
    const summaries = [...body.matchAll(/<details( open)?><summary>(\d+) open</g)];
    assert.ok(summaries.length > 0, text);
    for (const [, shown, open] of summaries) {
      assert.equal(shown !== undefined, Number(open) <= 20);
    }
  });

  test('controls, packet and timeline show the evidence of a policy', async (t) => {
    const { engine, push, runJobs, openSession } = await openAppWorld(t, storeEngine);
    await engine.setPolicy(PACK, NOW);
    await push('=shop');
    await engine.addDecision(DECISION, NOW);
    await runJobs();
    const ada = await openSession('ada', 'auditor', 'viewer');
    const compliance = await ada.open('/compliance');
    const links = [
      ...compliance.body.matchAll(/href="(\/compliance\/control\?[^"]*status=[^"]*)">(\d+) image/g),
    ];
    assert.ok(links.length > 3, compliance.text);
    for (const [, address = '', count = ''] of links.slice(0, 4)) {
      const { heading, body } = await ada.open(address.replaceAll('&amp;', '&'));
      assert.match(heading, new RegExp(`^${count} image`));
      assert.equal(body.split('<tbody>')[1]?.match(/<tr>/g)?.length, Number(count), address);
      assert.match(body, /revision \d+, <code>[0-9a-f]{16}/);
      assert.match(body, /=shop: new → <b>/);
    }
    const timeline = await ada.open('/timeline');
    assert.equal(
      timeline.heading,
      'If nothing is done, 2 due dates in 1 image are overdue in 30 days',
    );
    assert.match(timeline.text, /Images with the earliest due dates [^]* =shop /);
    assert.match(
      timeline.text,
      /one for each clock and each image[^]*Its clocks: [^.]*FedRAMP Rev\. 5/,
    );
    assert.match(timeline.text, /The store has counted findings since/);
    assert.match(timeline.text, /Median time to decide 0 minutes 1 decision/);
    const answer = await ada.open('/packet.zip');
    assert.equal(answer.headers.get('content-type'), 'application/zip');
    const files = readZipFiles(answer.bytes);
    const manifest = JSON.parse(files.get('manifest.json')?.toString() ?? '') as {
      readonly revision: number;
      readonly files: readonly { readonly path: string; readonly sha256: string }[];
    };
    assert.equal(manifest.revision, 3);
    assert.equal(manifest.files.length, files.size - 1);
    for (const { path, sha256 } of manifest.files) {
      assert.equal(hash('sha256', files.get(path) ?? ''), sha256, path);
    }
    assert.match(files.get('verdicts.csv')?.toString() ?? '', /\r\n1,'=shop,/);
    assert.match(files.get('report.html')?.toString() ?? '', /<h1>Evidence of revision 3: /);
    const vex = JSON.parse(files.get('decisions.openvex.json')?.toString() ?? '') as {
      statements: object[];
    };
    assert.equal(vex.statements.length, 1);
    const past = readZipFiles((await ada.open('/packet.zip?asof=2')).bytes);
    assert.match(past.get('decisions.openvex.json')?.toString() ?? '', /"statements": \[\]/);
  });

  test('settings: subscribe, read the ledger, send again, preview retention, read the audit log', async (t) => {
    const { store, push, openSession } = await openAppWorld(t, storeEngine);
    await push('app');
    const op = await openSession('op', 'operator', 'auditor');
    const { document } = await store.db.selectFrom('image').selectAll().executeTakeFirstOrThrow();
    const upload = {
      actor: 'ci',
      action: 'PUT /api/v1/inventories/{digest}',
      outcome: 'requested',
    };
    await appendAudit(store, { ...upload, at: 0, target: `/api/v1/inventories/${document}` });
    const fields = {
      name: 'chat',
      url: 'https://hooks.example.org/x',
      severity: 'high',
      reachable: 'yes',
    };
    assert.match((await op.open('/settings')).body, /<details><summary>Add a subscription/);
    const bad = await op.send('/settings/subscriptions', { ...fields, url: 'ftp://x' });
    assert.equal(bad.status, 400);
    assert.match(
      bad.heading,
      /Nothing was changed: the address of the subscription cannot be used/,
    );
    assert.match(bad.body, /<details open><summary>Add a subscription/);
    assert.match(bad.body, /name="name" value="chat"/);
    assert.match(bad.body, /<option value="yes" selected>only in packages that the image can load/);
    const added = await op.send('/settings/subscriptions', fields);
    assert.match(added.text, /The secret of chat, which is not shown again: whsec_/);
    assert.doesNotMatch((await op.open('/settings')).text, /whsec_/);
    await store.runTransaction(async ({ writeRows }) => {
      const message = { id: 1, message: 'msg_1', subscription: 1, cause: 0, subject: 'a test' };
      const state = { state: 'queued', attempts: 0, run_at: 0, created: 0, body: '{}' };
      await writeRows('delivery', [{ ...message, ...state }]);
    });
    const settings = await op.open('/settings');
    assert.equal(settings.heading, '1 subscription, 0 tokens');
    assert.match(settings.text, /webhook high or worse, all causes, reachable or unknown active/);
    assert.match(settings.text, /1 message to chat[^]*queued none yet Send again/);
    assert.equal((await op.send('/settings/replay', { id: '77' })).status, 400);
    assert.match(
      (await op.open('/settings?days=0&keep=0')).text,
      /1 image would be retired|0 images would be retired/,
    );
    assert.match(settings.text, /changed subscriptions POST \/settings\/subscriptions/);
    assert.match(settings.text, /sent an inventory: app PUT \/api\/v1\/inventories/);
    const viewer = await openSession('viewer', 'viewer');
    assert.equal((await viewer.open('/settings')).status, 403);
    for (const [title, text] of HOSTILE_TEXTS) {
      const sent = await op.send('/settings/subscriptions', {
        name: text.toWellFormed(),
        url: text.toWellFormed(),
      });
      assertHarmlessPage(sent.body, title);
    }
    assertHarmlessPage((await op.open('/settings')).body, 'settings');
  });

  test('changes of a day are found, and older ones are not', async (t) => {
    const { push, openSession } = await openAppWorld(t, storeEngine);
    await push('old', (one) => one, '2026-01-02T10:00:00Z');
    await push('new', (one) => one, '2026-01-03T10:00:00Z');
    const ada = await openSession('ada', 'viewer');
    const [, link = ''] =
      /href="(\/changes\?since=[^"]*)">Since yesterday/.exec((await ada.open('/changes')).body) ??
      [];
    assert.equal(link, '/changes?since=2026-01-03');
    const { heading, text } = await ada.open(link);
    assert.equal(heading, '1 change since 2026-01-03');
    assert.match(text, /new was added/);
    assert.doesNotMatch(text, /old was added/);
    await push('again', (one) => one, '2026-01-03T11:00:00Z');
    const all = (await ada.open('/changes')).text;
    assert.match(
      all,
      /3 images were added: again , new , old → each: verdict: none 3 changes since 2026-01-02 10:00 UTC/,
    );
  });
}
