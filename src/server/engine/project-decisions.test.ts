import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { openAppWorld, type TestAnswer } from '../../../test/support/app-world.ts';
import { NOW } from '../../../test/support/page-world.ts';
import { readZipFiles } from '../../../test/support/read-zip-files.ts';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';

const DECISION = {
  vulnerability: 'CVE-2020-0001',
  package: 'pkg:apk/alpine/musl',
  status: 'not_affected',
  justification: 'vulnerable_code_not_in_execute_path',
} as const;
const API = '/api/v1/decisions';

for (const engine of STORE_ENGINES) {
  suite(`decisions of one project on ${engine.name}`, { skip: engine.skip }, () => {
    testApi(engine);
    testForms(engine);
    testDraftRoutes(engine);
  });
}

/** Two projects have an image of the same name with the same vulnerable package. */
async function openWorld(t: Parameters<typeof openAppWorld>[0], storeEngine: TestEngine) {
  const world = await openAppWorld(t, storeEngine);
  await world.engine.setPolicy({ severity: 'high', policies: [] }, NOW);
  const shop = await world.push('app:1', undefined, NOW, 'shop');
  const bank = await world.push('app:1', undefined, NOW, 'bank');
  const none = await world.push('app:1', undefined, NOW);
  await world.runJobs();
  const readOutcomes = async () => {
    await world.runJobs();
    const outcomes: string[] = [];
    for (const id of [shop, bank, none]) {
      outcomes.push((await world.engine.views.readVerdict(id)).outcome);
    }
    assert.deepEqual(await world.engine.audit(Date.parse(NOW)), []);
    return outcomes.join(' ');
  };
  return { ...world, shop, bank, none, readOutcomes };
}

function parse(answer: TestAnswer): Record<string, unknown> {
  return JSON.parse(answer.body) as Record<string, unknown>;
}

function testApi(storeEngine: TestEngine): void {
  test('apply to its images only, now and in the past', async (t) => {
    const world = await openWorld(t, storeEngine);
    const { openProject, openSession, readOutcomes, engine } = world;
    assert.equal(await readOutcomes(), 'fail fail fail');
    const ada = await openProject('ada', 'shop', 'viewer', 'triager');
    const eve = await openProject('eve', 'bank', 'viewer', 'triager');
    const sam = await openSession('sam', 'viewer', 'triager');
    const add = async (person: typeof ada, author: string, project?: string) =>
      await person.post(API, {
        ...DECISION,
        author,
        ...(project === undefined ? {} : { project }),
      });

    const foreign = await add(ada, 'ada', 'bank');
    assert.equal(foreign.status, 403, foreign.body);
    const added = await add(ada, 'ada');
    assert.equal(added.status, 201, added.body);
    const { id, revision, project } = parse(added);
    assert.equal(project, 'shop');
    assert.equal(await readOutcomes(), 'pass fail fail');

    const list = async (person: typeof ada) =>
      (JSON.parse((await person.open(API)).body) as readonly { id: number }[]).map((one) => one.id);
    assert.deepEqual(await list(ada), [id]);
    assert.deepEqual(await list(sam), [id]);
    assert.deepEqual(await list(eve), []);
    const packet = readZipFiles((await sam.open('/packet.zip')).bytes);
    const vex = packet.get('decisions.openvex.json')?.toString() ?? '';
    assert.match(vex, /decision 1 by ada, only in project shop/);
    const review = await sam.open('/review');
    assert.match(review.text, /all only in project shop/);
    const own = await ada.open(`/images/${world.shop}/finding?vulnerability=CVE-2020-0001`);
    assert.match(
      own.text,
      /Apply Decision 1 by ada, \S+ \S+ UTC , only in project shop: not affected/,
    );
    const other = await sam.open(`/images/${world.bank}/finding?vulnerability=CVE-2020-0001`);
    assert.match(
      other.text,
      /Decision 1 by ada, \S+ \S+ UTC , only in project shop: not affected.*Not applied: it is only about images in the project shop/,
    );
    assert.doesNotMatch(
      (await eve.open(`/images/${world.bank}/finding?vulnerability=CVE-2020-0001`)).text,
      /Decision 1/,
    );

    const remove = async (person: typeof ada, number: unknown, author: string) =>
      await person.post(`${API}/${String(number)}?author=${author}`, undefined, 'DELETE');
    const hidden = await remove(eve, id, 'eve');
    const unknown = await remove(eve, 99, 'eve');
    assert.deepEqual([hidden.status, unknown.status], [404, 404]);
    assert.equal(parse(unknown)['code'], 'E_DECISION_UNKNOWN');
    assert.equal(
      String(parse(hidden)['detail']).replace(String(id), '99'),
      parse(unknown)['detail'],
    );
    assert.equal(await readOutcomes(), 'pass fail fail');

    const whole = parse(await add(sam, 'sam'));
    assert.equal(whole['project'], undefined);
    assert.equal(await readOutcomes(), 'pass pass pass');
    assert.equal((await remove(ada, whole['id'], 'ada')).status, unknown.status);
    assert.equal((await remove(sam, whole['id'], 'sam')).status, 200);
    const named = parse(await add(sam, 'sam', 'bank'));
    assert.equal(named['project'], 'bank');
    assert.equal(await readOutcomes(), 'pass pass fail');
    assert.equal((await remove(ada, id, 'ada')).status, 200);
    assert.equal(await readOutcomes(), 'fail pass fail');

    const past = await sam.open(`/images?asof=${String(revision)}&verdict=fail`);
    assert.match(past.heading, /2/, past.heading);
    const result = JSON.parse(await engine.writeResult(world.bank, NOW)) as {
      readonly findings: { readonly findings: readonly unknown[] };
    };
    assert.ok(!JSON.stringify(result.findings).includes('"ada"'));
  });
}

function testForms(storeEngine: TestEngine): void {
  test('drafts are answered by another person with the role in the same project', async (t) => {
    const world = await openWorld(t, storeEngine);
    const { openProject, openSession, openGrants, readOutcomes } = world;
    const shop = { tenant: 'default', project: 'shop' };
    const bank = { tenant: 'default', project: 'bank' };
    const ada = await openProject('ada', 'shop', 'viewer', 'triager', 'approver');
    const bob = await openProject('bob', 'shop', 'viewer', 'approver');
    const eve = await openProject('eve', 'bank', 'viewer', 'approver', 'triager');
    const mix = await openGrants('mix', [
      { role: 'viewer', scope: shop },
      { role: 'triager', scope: shop },
      { role: 'viewer', scope: bank },
      { role: 'approver', scope: bank },
    ]);
    const sam = await openSession('sam', 'viewer', 'triager');
    const fields = { ...DECISION, statement: 'never called' };

    const foreign = await ada.send('/decide', { ...fields, project: 'bank' });
    assert.equal(foreign.status, 400);
    assert.match(foreign.text, /the sender can only decide for the images of: shop/);
    const saved = await ada.send('/decide', fields);
    assert.equal(saved.location, '/drafts/1', saved.text);
    const page = await bob.open('/drafts/1');
    assert.match(page.heading, /for 1 finding in 1 image/);
    assert.match(page.body, /name="answer" value="approve"/);
    assert.match(page.text, /all only in project shop/);
    assert.equal((await eve.open('/drafts/1')).status, 404);
    const seen = await mix.open('/drafts/1');
    assert.match(seen.text, /the decision is only about images in the project shop/);
    assert.match(seen.text, /An approver of the project shop must answer it/);
    assert.doesNotMatch(seen.body, /name="answer"/);

    const answer = async (person: typeof ada, id: number, findings = 1) =>
      await person.send('/drafts/answer', {
        draft: `${id}:${findings}`,
        answer: 'approve',
        reason: 'checked',
      });
    for (const person of [eve, mix]) {
      const refused = await answer(person, 1);
      assert.equal(refused.status, 404);
      assert.match(refused.heading, /draft 1 does not exist/);
      const unknown = await answer(person, 99);
      assert.equal(unknown.status, 404);
      assert.equal(refused.heading.replace('draft 1 ', 'draft 99 '), unknown.heading);
    }
    assert.match((await answer(ada, 1)).heading, /draft 1 is your own/);
    // Nobody replaces the draft of another project by one of their own.
    const stolen = await eve.send('/decide', { ...fields, draft: '1' });
    assert.match(stolen.heading, /draft 1 does not exist/);
    assert.equal(await readOutcomes(), 'fail fail fail');
    assert.equal((await answer(bob, 1)).status, 303);
    assert.equal(await readOutcomes(), 'pass fail fail');

    assert.equal((await sam.send('/decide', fields)).location, '/drafts/2');
    assert.match((await answer(bob, 2, 3)).heading, /draft 2 does not exist/);
    assert.match((await bob.open('/drafts/2')).text, /An approver of all projects must answer it/);
    const dev = await openProject('dev', 'shop', 'developer');
    const drafted = await dev.send('/decide', { ...fields, statement: 'requested' });
    assert.equal(drafted.location, '/drafts/3', drafted.text);
    assert.match((await dev.open('/drafts/3')).body, /href="\/decide\?draft=3">Edit/);
    assert.equal((await dev.send('/decide', { ...fields, draft: '3' })).location, '/drafts/4');
    // Only a triager can edit drafts of others, or decide without an approver.
    assert.equal((await ada.send('/decide', fields)).location, '/drafts/5');
    const edited = await dev.send('/decide', { ...fields, draft: '5' });
    assert.match(edited.heading, /draft 5 is not your own: only a triager can edit it/);
    assert.equal((await ada.send('/decide', { ...fields, draft: '4' })).location, '/drafts/6');
    assert.equal((await dev.send('/decide', { ...fields, project: 'bank' })).status, 400);
    assert.equal((await dev.post(API, { ...DECISION, author: 'dev' })).status, 403);
    assert.equal((await answer(dev, 6)).status, 403);
    const max = await openSession('max', 'viewer', 'approver');
    assert.equal((await answer(max, 2, 3)).status, 303);
    assert.equal(await readOutcomes(), 'pass pass pass');
  });
}

function testDraftRoutes(storeEngine: TestEngine): void {
  test('drafts are written and answered by the API, within the projects of the sender', async (t) => {
    const world = await openWorld(t, storeEngine);
    const { openProject, openSession, readOutcomes } = world;
    const drafts = '/api/v1/drafts';
    const dev = await openProject('dev', 'shop', 'developer');
    const bob = await openProject('bob', 'shop', 'viewer', 'approver');
    const eve = await openProject('eve', 'bank', 'viewer', 'approver');
    const sam = await openSession('sam', 'viewer', 'triager', 'approver');
    const vic = await openProject('vic', 'shop', 'viewer');
    assert.equal((await vic.post(drafts, DECISION)).status, 403);
    assert.equal((await dev.post(drafts, { ...DECISION, project: 'bank' })).status, 403);
    assert.equal((await dev.post(drafts, { ...DECISION, author: 'eve' })).status, 400);
    assert.deepEqual(parse(await dev.post(drafts, DECISION)), { id: 1 });
    assert.deepEqual(parse(await sam.post(drafts, DECISION)), { id: 2 });

    const list = async (person: typeof dev, after = 0) =>
      (
        JSON.parse((await person.open(`${drafts}?after=${after}`)).body) as readonly {
          readonly id: number;
        }[]
      ).map(({ id }) => id);
    // All people with the vulnerability in their images can read the draft about all projects.
    assert.deepEqual([await list(bob), await list(eve), await list(sam, 1)], [[1, 2], [2], [2]]);
    const { at: _, ...read } = parse(await bob.open(`${drafts}/1`));
    assert.deepEqual(read, {
      id: 1,
      request: { ...DECISION, project: 'shop', author: 'dev' },
      by: 'dev',
      state: 'open',
      reviewer: '',
      reason: '',
      findings: 1,
    });
    assert.equal(parse(await sam.open(`${drafts}/2`))['findings'], 3);

    const approve = { answer: 'approve', reason: 'checked', findings: 1 };
    const answer = async (person: typeof dev, id: number, more: object = {}) =>
      await person.post(`${drafts}/${id}/answer`, { ...approve, ...more });
    assert.equal((await answer(dev, 1)).status, 403);
    // A draft of another project, one about all, and one that does not exist: all the same.
    const unknown = await answer(eve, 99);
    assert.deepEqual([unknown.status, parse(unknown)['code']], [404, 'E_DECISION_UNKNOWN']);
    assert.equal((await eve.open(`${drafts}/1`)).body, unknown.body.replace('99', '1'));
    for (const id of [1, 2]) {
      const refused = await answer(eve, id);
      assert.equal(refused.status, 404);
      assert.equal(refused.body, unknown.body.replace('99', String(id)));
    }
    assert.equal((await answer(sam, 2, { findings: 3 })).status, 403, 'their own');
    assert.equal((await answer(bob, 1, { findings: 2 })).status, 400, 'they saw another number');
    assert.equal((await answer(bob, 1, { reason: '' })).status, 400);
    assert.equal(await readOutcomes(), 'fail fail fail');
    assert.deepEqual(parse(await answer(bob, 1)), { decision: 1 });
    assert.equal(await readOutcomes(), 'pass fail fail');
    assert.equal((await answer(bob, 1)).status, 400, 'it was answered');
    assert.deepEqual(parse(await answer(sam, 2, { answer: 'reject' })), {});
    assert.deepEqual(await list(sam), []);
  });
}
