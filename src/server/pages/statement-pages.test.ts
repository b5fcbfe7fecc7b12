import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { openAppWorld } from '../../../test/support/app-world.ts';
import { HOSTILE_TEXTS } from '../../../test/support/hostile-text.data.ts';
import { assertHarmlessPage } from '../../../test/support/page-shape.ts';
import { NOW, openPageWorld } from '../../../test/support/page-world.ts';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';

const POLICY = {
  policies: [
    {
      name: 'controls.yaml',
      text: 'policy: controls\nversion: "1"\npacks: [cra@1, bod-26-04@1, fedramp-vdr@1]\n',
    },
  ],
};
const KEY = 'cra/I-I-1';
const PAGE = '/compliance/control?key=cra%2FI-I-1';
const ANSWER = {
  key: KEY,
  answer: 'met',
  evidence: 'RISK-7, the assessment of risks',
  reason: 'Reviewed in January.',
  images: 'app',
  expires: '2026-03-01',
};

for (const storeEngine of STORE_ENGINES) {
  suite(`statements by form on ${storeEngine.name}`, { skip: storeEngine.skip }, () => {
    testStatements(storeEngine);
  });
}

function testStatements(storeEngine: TestEngine): void {
  test('a date or a name that a person declares keeps its hyphens in the changes', async (t) => {
    const { engine, push, readPage } = await openPageWorld(t, storeEngine);
    await engine.setPolicy(POLICY, NOW);
    await push('app');
    const { key: _, answer: __, ...common } = ANSWER;
    const fact = { kind: 'fact', subject: 'supported-until', value: '2031-12-31' } as const;
    const added = { ...common, ...fact, author: 'ada', vulnerability: '' };
    await engine.changeStatements({ added }, NOW);
    const { text } = await readPage('/changes?kind=statement');
    assert.match(text, /ada stated that supported-until is 2031-12-31\./);
  });

  test('a person answers a control for some images, until a date, and withdraws the answer', async (t) => {
    const { engine, push, runJobs, openSession } = await openAppWorld(t, storeEngine);
    await engine.setPolicy(POLICY, NOW);
    await push('app');
    await push('other');
    await runJobs();
    const ada = await openSession('ada', 'viewer', 'approver');
    const viewer = await openSession('guest', 'viewer');
    const before = await ada.open(PAGE);
    assert.match(
      before.heading,
      /^Security is appropriate to the risks \(cra\/I-I-1\): 2 unanswered$/,
    );
    assert.match(before.text, /unanswered no statement answers it; a person must answer it/);
    assert.match(before.text, /Statements of people: none yet Answer this control/);
    assert.match(
      before.text,
      /Rules do not answer this control completely. A person must answer: /,
    );
    assert.match(before.body, /<select name="answer" required><option value="" selected>choose/);
    assert.match((await viewer.open(PAGE)).text, /An approver can add statements here/);
    assert.equal((await viewer.send('/compliance/statements', ANSWER)).status, 403);

    const sent = await ada.send('/compliance/statements', ANSWER);
    assert.deepEqual([sent.status, sent.location], [303, PAGE]);
    assert.match((await ada.open(PAGE)).text, /1 job waits: answers may still change/);
    await runJobs();
    const after = await ada.open(PAGE);
    assert.match(after.text, /app passed ada states that it is met: Reviewed in January\./);
    assert.match(after.text, /other unanswered no statement answers it/);
    assert.match(after.text, /History[^]*app: unanswered → passed \(revision 4: ada stated that/);
    assert.equal(
      (await ada.open(`${PAGE}&status=passed`)).heading.slice(0, 16),
      '1 image passed f',
    );
    assert.match((await ada.open('/changes?kind=statement')).text, /Statement ada stated that/);
    const compliance = (await ada.open('/compliance')).text;
    assert.match(compliance, /cra: \d+ failed, \d+ open, \d+ passed/);
    assert.match(compliance, /cra\/I-I-1 [^/]*1 image[^/]*2026-03-01/);
    assert.match(compliance, /No image states its owner/);
    assert.doesNotMatch(compliance, /no owner stated/);

    // The statement no longer counts on the day of its expiry.
    await engine.queueDueVerdicts('2026-03-01T00:00:01Z');
    await runJobs('2026-03-01T00:00:01Z');
    assert.match((await ada.open(PAGE)).text, /app unanswered its statement expired on 2026-03-01/);

    await ada.send('/compliance/statements', { ...ANSWER, answer: 'not-met', images: '' });
    await runJobs();
    assert.match((await ada.open(PAGE)).text, /other failed ada states that it is not met/);
    const withdrawn = await ada.send('/compliance/withdraw', { id: '2', key: KEY });
    assert.deepEqual([withdrawn.status, withdrawn.location], [303, PAGE]);
    await runJobs();
    assert.match((await ada.open(PAGE)).text, /other unanswered no statement answers it/);
    const again = await ada.send('/compliance/withdraw', { id: '2', key: KEY });
    assert.match(again.heading, /statement 2 does not exist, or was withdrawn/);
    assert.match((await ada.open(`${PAGE}&asof=4`)).text, /Until cra\/I-I-1: met app /);
  });

  test('a missing fact is declared, and the rules that read it decide again', async (t) => {
    const { engine, push, runJobs, openSession } = await openAppWorld(t, storeEngine);
    await engine.setPolicy(POLICY, NOW);
    const id = await push('app');
    await runJobs();
    const ada = await openSession('ada', 'viewer', 'approver');
    const page = '/compliance/control?key=fedramp-vdr%2FVDR-CSO-RES';
    const facts = [...(await ada.open(page)).body.matchAll(/<option value="([a-z-]+)=/g)];
    assert.ok(facts.length > 0, 'the control reads facts that only people know');
    const fact = {
      key: 'fedramp-vdr/VDR-CSO-RES',
      claim: 'fedramp-class=C',
      evidence: 'our certificate',
      expires: '2027-01-01',
    };
    const before = await engine.views.readVerdict(id);
    assert.equal((await ada.send('/compliance/statements', fact)).status, 303);
    await runJobs();
    const after = await engine.views.readVerdict(id);
    assert.notDeepEqual(before, after);
    assert.match((await ada.open(page)).text, /fedramp-class: C all our certificate ada/);
  });

  test('a statement that lacks a part is refused, and stays in the form', async (t) => {
    const { engine, push, runJobs, openSession } = await openAppWorld(t, storeEngine);
    await engine.setPolicy(POLICY, NOW);
    await push('app');
    await runJobs();
    const ada = await openSession('ada', 'viewer', 'approver');
    for (const [fields, problem] of [
      [{ evidence: ' ' }, /evidence: a document, ticket or measurement is required/],
      [{ expires: '2026-01-01' }, /until: a date in the future is required/],
      [{ expires: '2027-02-30' }, /until: a date in the future is required/],
      [{ answer: 'yes' }, /answer: one of met, not-met, not-applicable is required/],
      [{ key: 'cra/none' }, /the policy of the server has no control/],
      [{ key: 'bod-26-04/due-dates' }, /its rules decide; accept a violation with an exception/],
      [{ claim: '' }, /fact: one of exposed, /],
      [{ claim: 'color=red' }, /fact: one of exposed, /],
      [{ claim: 'exposed=perhaps' }, /value: one of true, false is required/],
      [{ claim: 'ranking=high' }, /is about one vulnerability/],
      [{ claim: 'environment=' }, /value: a text is required/],
    ] as const) {
      const sent = await ada.send('/compliance/statements', { ...ANSWER, ...fields });
      assert.equal(sent.status, 400);
      const seen = `${sent.heading} ${sent.text}`;
      assert.ok(problem.test(sent.heading) || 'key' in fields, seen);
    }
    const kept = await ada.send('/compliance/statements', { ...ANSWER, expires: '2020-01-01' });
    for (const text of [
      'value="RISK-7, the assessment of risks"',
      'value="Reviewed in January."',
      'value="2020-01-01"',
      '<option value="met" selected>',
    ]) {
      assert.ok(kept.body.includes(text), text);
    }
    assert.equal((await engine.views.listChanges(0)).length > 0, true);
  });

  test('hostile statements are texts on every page', async (t) => {
    const { engine, push, runJobs, openSession } = await openAppWorld(t, storeEngine);
    await engine.setPolicy(POLICY, NOW);
    await push('app');
    await runJobs();
    const ada = await openSession('ada', 'viewer', 'approver');
    const evidence = HOSTILE_TEXTS.map(([, text]) => text.toWellFormed().slice(0, 100)).join('|');
    const stated = { ...ANSWER, evidence, reason: evidence };
    assert.equal((await ada.send('/compliance/statements', stated)).status, 303);
    await runJobs();
    for (const address of [PAGE, '/compliance', '/changes', '/changes.atom', '/images/1']) {
      const { status, body } = await ada.open(address);
      assert.equal(status, 200, address);
      if (!address.endsWith('.atom')) {
        assertHarmlessPage(body, address);
      }
    }
  });
}
