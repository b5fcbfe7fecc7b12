import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { openAppWorld } from '../../../test/support/app-world.ts';
import { HOSTILE_TEXTS } from '../../../test/support/hostile-text.data.ts';
import { assertHarmlessPage } from '../../../test/support/page-shape.ts';
import { NOW } from '../../../test/support/page-world.ts';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';

const FIELDS = {
  vulnerability: 'CVE-2020-0001',
  package: 'pkg:apk/alpine/musl',
  status: 'not_affected',
  justification: 'vulnerable_code_not_in_execute_path',
  statement: 'The function is never called.',
};

for (const storeEngine of STORE_ENGINES) {
  suite(`decisions by form on ${storeEngine.name}`, { skip: storeEngine.skip }, () => {
    testForms(storeEngine);
  });
}

function testForms(storeEngine: TestEngine): void {
  test('a draft shows hits, near misses and changed verdicts, and another person approves it', async (t) => {
    const { world, engine, push, runJobs, openSession } = await openAppWorld(t, storeEngine);
    await engine.setPolicy({ severity: 'high', policies: [] }, NOW);
    const id = await push('app');
    world.writeTarget('1.1.19-r0');
    await push('other');
    await runJobs();
    const ada = await openSession('ada', 'viewer', 'triager', 'approver');
    const bob = await openSession('bob', 'viewer', 'approver');

    const finding = await ada.open(`/images/${id}/finding?vulnerability=CVE-2020-0001`);
    assert.match(finding.text, /Remedies[^]*Update musl to 1\.1\.24-r3 1 finding/);
    assert.match(finding.text, /No decision is about it\. Decide about this finding/);
    const [, link = ''] = /href="(\/decide\?[^"]*)"/.exec(finding.body) ?? [];
    const form = await ada.open(link.replaceAll('&amp;', '&'));
    assert.equal(form.heading, 'Decide about CVE-2020-0001');
    assert.match(form.body, /name="package" value="pkg:apk\/alpine\/musl"/);
    assert.match(form.text, /Covers now 2 findings in 2 images Severity high/);
    assert.match(form.body, /<select name="status" required><option value="" selected>choose one/);
    assert.match(
      form.text,
      /As it stands: all images including later ones, all versions, no end, no evid/,
    );

    const sent = await ada.send('/decide', { ...FIELDS, versions: '>1.1.19-r0', images: 'a*' });
    assert.deepEqual([sent.status, sent.location], [303, '/drafts/1']);
    const waiting = await ada.open(`/images/${id}/finding?vulnerability=CVE-2020-0001`);
    assert.match(
      waiting.text,
      /No decision about it is in force\. Drafts that wait for approval Draft 1 about pkg:apk\/alpine\/musl: not affected, by ada\. Decide/,
    );
    assert.match(
      (await ada.open('/images/2/finding?vulnerability=CVE-2020-0001')).text,
      /Draft 1 about pkg:apk\/alpine\/musl: not affected, by ada\. Not about this finding: it is only about images called a\*/,
    );
    assert.match(
      (await ada.open(link.replaceAll('&amp;', '&'))).text,
      /1 draft waits for approval already: Draft 1 about pkg:apk\/alpine\/musl by ada\. Edit/,
    );
    assert.doesNotMatch((await ada.open('/decide?draft=1')).text, /waits for approval/);
    const own = await ada.open('/drafts/1');
    assert.equal(
      own.heading,
      'Draft 1: musl is not affected by CVE-2020-0001, for 1 finding in 1 image',
    );
    assert.match(
      own.text,
      /Not covered: 1 package version [^]*musl 1\.1\.19-r0 1 1\.1\.19-r0 is not in/,
    );
    assert.match(own.text, /Changes 1 verdict app : ✖ fail → ✔ pass/);
    assert.match(own.text, /What it would suppress Covers now 1 finding in 1 image Severity high/);
    assert.match(own.text, /Known exploited ✖ yes Fixed in 1\.1\.24-r3/);
    assert.doesNotMatch(own.text, /broadest possible/);
    assert.match(own.text, /It is your own draft: another person with the role “approver” must/);
    assert.match(own.text, /Why you withdraw it Withdraw Edit/);
    assert.doesNotMatch(own.body, /value="approve"/);
    const review = await ada.open('/review');
    assert.match(review.heading, /^To review: 1 draft of mine/);
    assert.match(
      review.text,
      /not musl 1\.1\.19-r0, which has the same vulnerability: 1\.1\.19-r0 is not in/,
    );
    assert.match(
      review.text,
      /No decision came back because its evidence changed, and none expires/,
    );
    const exposure = await ada.open('/exposure?vulnerability=CVE-2020-0001');
    assert.match(exposure.text, /none in force; waiting for approval: draft 1/);
    const versions = (await ada.open('/exposure?package=musl')).text;
    assert.match(versions, /1\.1\.20-r0 apk 1 high 1\.1\.24-r3 50 % 1 image/);
    const search = (await ada.open('/search?q=mus')).text;
    assert.match(search, /Packages musl high 1\.1\.19-r0, 1\.1\.20-r0 in 2 images/);
    assert.match(
      (await ada.open('/search?q=2020-0')).text,
      /CVE-2020-0001 high musl 1\.1\.19-r0, musl 1\.1\.20-r0 in 2 images/,
    );
    const examples = (await ada.open('/exposure')).body;
    assert.match(
      examples,
      /href="\/exposure\?package=musl"[^]*href="\/exposure\?vulnerability=CVE-/,
    );

    // A person who sends the form of another page cannot approve their own draft, either.
    const cheated = await ada.send('/drafts/answer', {
      draft: '1:1',
      answer: 'approve',
      reason: 'fine',
    });
    assert.equal(cheated.status, 400);
    assert.match(cheated.heading, /draft 1 is your own/);

    assert.match((await bob.open('/review')).heading, /^To review: 1 draft of others/);
    const stale = await bob.send('/drafts/answer', {
      draft: '1:2',
      answer: 'approve',
      reason: 'ok',
    });
    assert.match(stale.heading, /decides 1 findings now, not 2 as you saw/);
    const approved = await bob.send('/drafts/answer', {
      draft: '1:1',
      answer: 'approve',
      reason: 'The call graph shows it.',
      page: 'draft',
    });
    assert.deepEqual([approved.status, approved.location], [303, '/drafts/1']);
    assert.match(
      (await bob.open('/drafts/1')).text,
      /It was approved by bob: The call graph shows it\. It is decision 1/,
    );
    await runJobs();
    assert.equal((await engine.views.readVerdict(id)).outcome, 'pass');
    const decided = await ada.open(`/images/${id}/finding?vulnerability=CVE-2020-0001`);
    assert.match(
      decided.text,
      /Apply Decision 1 by ada, \S+ \S+ UTC : not affected, [^.]*\. The function is never called\. /,
    );
    const other = await ada.open('/images/2/finding?vulnerability=CVE-2020-0001');
    assert.match(
      other.text,
      /Near misses Decisions about the same vulnerability [^.]*\. Decision 1 by ada[^]*\. Not applied: it is only about images called a\*/,
    );
  });

  test('many drafts are answered with one reason, all or none', async (t) => {
    const { push, engine, openSession } = await openAppWorld(t, storeEngine);
    await push('app');
    const ada = await openSession('ada', 'viewer', 'triager');
    const eve = await openSession('eve', 'viewer', 'triager', 'approver');
    await ada.send('/decide', FIELDS);
    await ada.send('/decide', { ...FIELDS, status: 'under_investigation' });
    await eve.send('/decide', { ...FIELDS, status: 'affected' });
    const review = await eve.open('/review');
    assert.match(review.heading, /^To review: 2 drafts of others, 1 draft of mine/);
    const boxes = [...review.body.matchAll(/name="draft" value="(\d+:\d+)"/g)].map(
      ([, one = '']) => one,
    );
    assert.deepEqual(boxes, ['1:1', '2:1']);
    const answer = { answer: 'approve', reason: 'one reason' };
    for (const [draft, problem] of [
      [['1:1', '3:1'], /draft 3 is your own/],
      [['1:1', '9:1'], /draft 9 does not exist/],
      [[], /no draft was selected/],
    ] as const) {
      const refused = await eve.send('/drafts/answer', { ...answer, draft });
      assert.match(refused.heading, problem);
      assert.match(refused.body, />one reason<\/textarea>/);
    }
    assert.match(
      (await eve.send('/drafts/answer', { ...answer, draft: boxes, reason: ' ' })).heading,
      /a reason is required/,
    );
    assert.deepEqual(await engine.views.listDecisions(), []);
    assert.equal((await eve.send('/drafts/answer', { ...answer, draft: boxes })).status, 303);
    assert.equal((await engine.views.listDecisions()).length, 2);
    const again = await eve.send('/drafts/answer', { ...answer, draft: boxes });
    assert.match(again.heading, /draft 1 was approved/);
    const rejected = await eve.send('/drafts/answer', {
      answer: 'reject',
      draft: '3:1',
      reason: 'no',
    });
    assert.equal(rejected.status, 303);
    assert.match((await eve.open('/drafts/3')).text, /It was withdrawn by eve: No\./);
  });

  test('the person who edits a draft becomes its author', async (t) => {
    const { push, openSession } = await openAppWorld(t, storeEngine);
    await push('app');
    const ada = await openSession('ada', 'viewer', 'triager', 'approver');
    const eve = await openSession('eve', 'viewer', 'triager', 'approver');
    await ada.send('/decide', FIELDS);
    const form = await eve.open('/decide?draft=1');
    assert.match(form.body, />The function is never called\.<\/textarea>/);
    const edited = await eve.send('/decide', { ...FIELDS, draft: '1', statement: 'Better.' });
    assert.equal(edited.location, '/drafts/2');
    assert.match((await ada.open('/drafts/1')).text, /It was replaced by eve/);
    const own = (await eve.open('/drafts/2')).text;
    assert.match(own, /It is your own draft/);
    assert.match(
      own,
      /This is the broadest possible statement : all images including later ones, all versions, no/,
    );
    const approved = await ada.send('/drafts/answer', {
      draft: '2:1',
      answer: 'approve',
      reason: 'ok',
    });
    assert.equal(approved.status, 303);
  });

  test('everything that was entered survives an error', async (t) => {
    const { push, openSession } = await openAppWorld(t, storeEngine);
    await push('app');
    const ada = await openSession('ada', 'viewer', 'triager');
    const fields = { ...FIELDS, package: 'musl', evidence: 'no digest', expires: '2020-01-01' };
    const { status, heading, body } = await ada.send('/decide', fields);
    assert.equal(status, 400);
    assert.match(heading, /package: a package URL is required; evidence: each line needs/);
    for (const text of [
      'value="musl"',
      '>no digest</textarea>',
      'value="2020-01-01"',
      '>The function is never called.</textarea>',
      '<option value="not_affected" selected>',
    ]) {
      assert.ok(body.includes(text), text);
    }
    const past = await ada.send('/decide', { ...FIELDS, expires: '2020-01-01' });
    assert.match(past.heading, /expires: a time in the future is required/);
    assert.match(past.headers.get('content-security-policy') ?? '', /form-action 'self'/);
    for (const [title, text] of HOSTILE_TEXTS) {
      const names = [
        'vulnerability',
        'package',
        'versions',
        'images',
        'statement',
        'evidence',
        'draft',
      ];
      const sent = await ada.send(
        '/decide',
        Object.fromEntries(names.map((name) => [name, text.toWellFormed()])),
      );
      assertHarmlessPage(sent.body, title);
    }
    const hostile = HOSTILE_TEXTS.filter(([, text]) => text.length < 300 && text.isWellFormed())
      .map(([, text]) => text)
      .join('|')
      .replaceAll('\0', '');
    await ada.send('/decide', {
      ...FIELDS,
      statement: hostile,
      images: `*${hostile}`.slice(0, 400),
    });
    for (const address of ['/drafts/1', '/review', '/decide?draft=1']) {
      const page = await ada.open(address);
      assert.equal(page.status, 200, address);
      assertHarmlessPage(page.body, address);
    }
  });

  test('a form is only accepted from a page of the server, by somebody with the role', async (t) => {
    const { push, engine, openSession } = await openAppWorld(t, storeEngine);
    await push('app');
    const ada = await openSession('ada', 'viewer', 'triager');
    const guest = await openSession('guest', 'viewer');
    assert.equal((await guest.send('/decide', FIELDS)).status, 403);
    assert.equal(
      (await ada.send('/decide', FIELDS, { 'sec-fetch-site': 'cross-site' })).status,
      403,
    );
    assert.equal((await ada.send('/decide', { ...FIELDS, 'form-token': 'x' })).status, 403);
    assert.equal((await ada.send('/decide', FIELDS, { origin: 'http://127.0.0.1:9' })).status, 403);
    assert.equal(
      (await ada.send('/drafts/answer', { draft: '1:1', answer: 'approve', reason: 'x' })).status,
      403,
    );
    assert.equal((await ada.send('/decide', FIELDS)).status, 303);
    assert.match((await guest.open('/drafts/1')).text, /An approver must answer it/);
    assert.deepEqual(await engine.views.listDecisions(), []);
  });
}
