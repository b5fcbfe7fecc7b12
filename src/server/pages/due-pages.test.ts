import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createImageTarget } from '../../../test/support/image-target.ts';
import { NOW, openPageWorld } from '../../../test/support/page-world.ts';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';

/** High findings are due 30 days after they were first seen. */
const POLICY = {
  policies: [
    {
      name: 'dates.yaml',
      text: `policy: dates
version: "1"
rules:
  - id: fix-overdue
    for: finding
    when: { overdue-fedramp-rev5: over 0 days }
    then: fail
`,
    },
  ],
};

/** Makes an image of an inventory, with labels. */
function createImage(labels: Record<string, string>, name: string) {
  return (inventory: Inventory): Inventory => ({
    ...inventory,
    target: createImageTarget(name, { labels, manifestDigest: 'sha256:1' }),
  });
}

for (const storeEngine of STORE_ENGINES) {
  suite(`due dates, teams and pauses on ${storeEngine.name}`, { skip: storeEngine.skip }, () => {
    testDuePages(storeEngine);
  });
}

function testDuePages(storeEngine: TestEngine): void {
  test('a new build does not start the clock of a finding again', async (t) => {
    const { engine, push, readPage } = await openPageWorld(t, storeEngine);
    await engine.setPolicy(POLICY, NOW);
    await push('shop:1.0', createImage({ team: 'payments' }, 'shop:1.0'), '2026-01-04T00:00:00Z');
    await push('shop:1.1', createImage({ team: 'payments' }, 'shop:1.1'), '2026-02-02T00:00:00Z');
    await push(
      'other',
      createImage({ 'com.example.owner': 'search' }, 'other'),
      '2026-02-02T00:00:00Z',
    );
    // Due on 3 February, and on 4 March.
    const first = await readPage('/due', '2026-02-02T00:00:00Z');
    assert.equal(first.heading, '3 due dates, in 3 images');
    assert.match(
      first.text,
      /shop:1\.1 payments in 24 hours [^]*shop:1\.0 payments in 24 hours 2026-02-03 00:00 UTC 1 due date 1 high other search in 30 days/,
    );
    const own = await readPage('/due?image=1', '2026-02-02T00:00:00Z');
    assert.equal(own.heading, '1 due date of shop:1.0');
    assert.match(
      own.text,
      /in 24 hours 2026-02-03 00:00 UTC 30 days after it was first seen\. high CVE-2020-0001 in musl 1\.1\.20-r0 is due by FedRAMP/,
    );
    const overview = await readPage('/', '2026-02-02T00:00:00Z');
    assert.match(
      overview.text,
      /overdue : none within 3 days : 2 due dates in 2 images, the first in 24 hours in 3 to 14 days : none later : 1 due date in 1 image, the first in 30 days /,
    );

    const late = await readPage('/', '2026-02-05T00:00:00Z');
    assert.match(late.heading, /^2 overdue; /);
    assert.match(late.text, /Team Coverage Overdue Must not ship Images payments 100 % 2 /);
    for (const [address, heading] of [
      ['/due?within=overdue', '2 due dates overdue, in 2 images'],
      ['/due?within=overdue&owner=payments', '2 due dates overdue, in 2 images of payments'],
      ['/due?within=overdue&image=2', '1 due date overdue of shop:1.1'],
      ['/due?within=later&owner=search', '1 due date later, in 1 image of search'],
      ['/images?owner=payments', '2 images of 3 match'],
    ] as const) {
      const page = await readPage(address, '2026-02-05T00:00:00Z');
      assert.equal(page.heading, heading);
      const rows = [...page.body.matchAll(/<tr><th scope="row">|<li><span class="sev/g)].length;
      assert.equal(rows, Number.parseInt(heading, 10), address);
    }
  });

  test('an image of the same name in another project does not start a clock', async (t) => {
    const { engine, push, readPage } = await openPageWorld(t, storeEngine);
    await engine.setPolicy(POLICY, NOW);
    await push('shop:1.0', createImage({}, 'shop:1.0'), '2026-01-04T00:00:00Z', 'bank');
    const time = '2026-02-02T00:00:00Z';
    const id = await push('shop:1.1', createImage({}, 'shop:1.1'), time, 'shop');
    const { due = [] } = await engine.views.readVerdict(id);
    assert.deepEqual(
      due.map(({ at }) => new Date(at).toISOString()),
      ['2026-03-04T00:00:00.000Z'],
    );
    const caller = { id: 'kim', name: 'kim', roles: [] };
    for (const projects of [['shop'], ['bank', 'shop'], undefined]) {
      const sender = { ...caller, ...(projects === undefined ? {} : { projects }) };
      const { heading } = await readPage(`/images/${id}`, '2026-02-10T00:00:00Z', sender);
      assert.match(heading, /^shop:1\.1 may ship/, JSON.stringify(projects));
    }
  });

  test('an overdue finding fails, its page says so, and time escalates the image', async (t) => {
    const { engine, push, runJobs, readPage } = await openPageWorld(t, storeEngine);
    await engine.setPolicy(POLICY, NOW);
    const id = await push('shop', createImage({}, 'shop'), NOW);
    await runJobs();
    assert.equal((await engine.views.readVerdict(id)).outcome, 'pass');
    assert.match((await readPage('/')).text, /No image states its owner/);
    const later = '2026-02-10T00:00:00Z';
    await engine.queueDueVerdicts(later);
    await runJobs(later);
    assert.equal((await engine.views.readVerdict(id)).outcome, 'fail');
    const { text, body } = await readPage('/?since=2026-01-05', later);
    assert.match(text, /Escalated since 2026-01-05 00:00 UTC 1 image Their verdict became worse/);
    const [, link = ''] = /href="(\/images\?worse=\d+)"/.exec(body) ?? [];
    assert.equal((await readPage(link, later)).heading, '1 image of 1 match');
    assert.match((await readPage('/?since=2026-02-11', later)).text, /No verdict became worse/);
    const { heading } = await readPage(`/images/${id}`, later);
    assert.match(heading, /^shop must not ship/);
  });

  test('an image lists every rule that it does not meet, and lists link to them', async (t) => {
    const { engine, push, readPage, runJobs } = await openPageWorld(t, storeEngine);
    const names = ['one', 'two', 'three', 'four'];
    const rules = names.map(
      (name) => `  - id: no-high-${name}
    for: finding
    when: { severity: high or worse }
    then: fail
    recommendation: update it, says ${name}
`,
    );
    const text = `policy: many
version: "1"
rules:
${rules.join('')}  - id: no-critical
    for: finding
    when: { severity: critical or worse }
    then: fail
`;
    await engine.setPolicy({ policies: [{ name: 'many.yaml', text }] }, NOW);
    const id = await push('shop', createImage({}, 'shop'), NOW);
    await runJobs();
    const page = await readPage(`/images/${id}`);
    const [, section = ''] = /<section id="policy">([^]*?)<\/section>/.exec(page.body) ?? [];
    assert.match(section, /<h2>4 rules fail<\/h2><p>Of 5 rules of many 1\./);
    for (const name of names) {
      assert.match(
        section.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' '),
        new RegExp(
          `no-high-${name} severity: high or worse ✖ fail CVE-2020-0001 in musl [^ ]*: severity high Update it, says ${name}\\.`,
        ),
      );
    }
    assert.doesNotMatch(section, /no-critical/);
    assert.match(page.body, /id="updates"[^]*id="findings"[^]*id="policy"/);
    assert.match(page.body, /<li>manifest <code>sha256:1<\/code><\/li><li>image ID <code>sha256:b/);
    assert.match(page.body, /<a href="#policy">Rules no-high-one, [^<]* and 1 more\.<\/a>/);
    for (const address of ['/', '/images']) {
      const { body } = await readPage(address);
      assert.match(
        body,
        new RegExp(`<a href="/images/${id}#policy">rules no-high-one, [^<]* and 1 more</a>`),
      );
    }
  });

  test('old advisories that a rule refuses come first, with the command', async (t) => {
    const { engine, push, readPage, runJobs } = await openPageWorld(t, storeEngine);
    const text = `policy: fresh
version: "1"
rules:
  - id: a-findings
    for: finding
    when: { severity: high or worse }
    then: fail
  - id: old-advisories
    for: feed
    when: { age: over 30 days }
    then: fail
`;
    await engine.setPolicy({ policies: [{ name: 'fresh.yaml', text }] }, NOW);
    const id = await push('shop', createImage({}, 'shop'), NOW);
    const command =
      /plimsoll db update *, or start the server with plimsoll serve --db-auto-update/;
    for (const [now, isOld] of [
      [NOW, false],
      ['2027-06-01T00:00:00Z', true],
    ] as const) {
      await engine.queueDueVerdicts(now);
      await runJobs(now);
      const overview = await readPage('/', now);
      assert.equal(
        /First: run plimsoll db update [^]*days old: a reason why 1 of 1 image does not pass\.[^]*(?:Then: |Images to look at)/.test(
          overview.text,
        ),
        isOld,
        overview.text,
      );
      assert.equal(/<section class="card v-fail"><h2>Health/.test(overview.body), isOld);
      const image = await readPage(`/images/${id}`, now);
      const [, first = ''] = /<b>First<\/b><\/p><ol><li>([^]*?)<\/li>/.exec(image.body) ?? [];
      assert.equal(first.startsWith('Update the advisories: '), isOld, first);
      assert.equal(command.test(first.replaceAll(/<[^>]*>/g, '')), isOld);
      const [, rule = ''] =
        /<section id="policy">[^]*?<th scope="row">([a-z-]+)/.exec(image.body) ?? [];
      assert.equal(rule, isOld ? 'old-advisories' : 'a-findings');
      const health = await readPage('/health', now);
      assert.match(health.body.replaceAll(/<[^>]*>/g, ''), command);
      assert.equal(/a reason why 1 image does not pass/.test(health.text), isOld);
    }
  });

  test('without rules, the overview explains the missing due dates', async (t) => {
    const { push, readPage } = await openPageWorld(t, storeEngine);
    await push('app');
    assert.match((await readPage('/')).text, /No due dates Due dates come from rules about clocks/);
    assert.equal((await readPage('/due')).heading, 'No due dates: the policy has no clock');
  });

  test('changes and the timeline show the times in which no server ran', async (t) => {
    const { engine, push, readPage, createPresence } = await openPageWorld(t, storeEngine);
    const record = async (...times: readonly string[]): Promise<void> => {
      const presence = createPresence();
      for (const time of times) {
        await presence.record(Date.parse(time));
      }
    };
    await push('old', (one) => one, '2026-01-01T03:30:00Z');
    assert.match(
      (await readPage('/changes')).text,
      /No record states when a server ran, so times without a running server are not marked\./,
    );
    await record('2026-01-01T03:50:00Z', '2026-01-01T03:50:05Z', '2026-01-01T08:00:00Z');
    await push('app', (one) => one, '2026-01-01T04:00:00Z');
    // Another process runs on, so there is no pause; then none runs for two days.
    await record('2026-01-01T07:00:00Z', '2026-01-01T12:00:00Z');
    await record('2026-01-03T12:00:00Z', '2026-01-03T12:00:30Z');
    await record('2026-01-03T12:01:30Z');
    await push('other', (one) => one, '2026-01-03T13:00:00Z');
    const { text } = await readPage('/changes');
    assert.match(
      text,
      /other was added[^]*2026-01-01 12:00 UTC Not running No server ran for 2 days, until 2026-01-03 12:00 UTC \.[^]*app was added/,
    );
    assert.match(
      text,
      /app was added[^]*2026-01-01 03:50 UTC No record No record states whether a server ran before this time\. The last change before it, of 2026-01-01 03:30 UTC , is 20 minutes older\.[^]*old was added/,
    );
    assert.match(
      text,
      /A server ran from 2026-01-03 12:00 UTC to 2026-01-03 12:01 UTC \. No record states that one has run since\. Before, none ran for 2 days, since 2026-01-01 12:00 UTC \./,
    );
    assert.equal(text.match(/Not running/g)?.length, 1);
    const timeline = await readPage('/timeline');
    assert.match(timeline.heading, /open now, nothing is known from 30 days ago$/);
    assert.match(
      timeline.text,
      /Hatched: no record states[^]*2026-01-03 12:01 UTC to 2026-01-04 00:00 UTC \(11 hours\) 2026-01-01 12:00 UTC to 2026-01-03 12:00 UTC \(2 days\) 2025-12-05 00:00 UTC to 2026-01-01 03:50 UTC \(27 days\)/,
    );
    assert.equal(timeline.body.match(/url\(#hatch-time\)/g)?.length, 3);
    assert.doesNotMatch((await readPage('/changes?asof=1')).text, /Not running/);
    await engine.presence.record(Date.parse(NOW));
    assert.match((await readPage('/changes?kind=image')).text, /No server ran/);
    const running = await readPage('/changes?since=2026-01-03');
    assert.match(
      running.text,
      /The server has run without a break since 2026-01-04 00:00 UTC \. Before, none ran for 11 hours/,
    );
    assert.equal(running.text.match(/Not running/g)?.length, 2, 'only gaps since the date');
  });
}
