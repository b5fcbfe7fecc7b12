import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { openAppWorld, type TestAnswer } from '../../../test/support/app-world.ts';
import { NOW } from '../../../test/support/page-world.ts';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';

const POLICY = {
  policies: [{ name: 'c.yaml', text: 'policy: controls\nversion: "1"\npacks: [cra@1]\n' }],
};
const STATEMENT = {
  kind: 'control',
  subject: 'cra/I-I-1',
  value: 'met',
  evidence: 'RISK-7',
  expires: '2026-03-01',
} as const;
const API = '/api/v1/statements';
const CONTROL = '/compliance/control?key=cra%2FI-I-1';

for (const engine of STORE_ENGINES) {
  suite(`statements of one project on ${engine.name}`, { skip: engine.skip }, () => {
    testApi(engine);
    testForms(engine);
  });
}

/** Two projects have an image of the same name, and a third image has none. */
async function openWorld(t: Parameters<typeof openAppWorld>[0], storeEngine: TestEngine) {
  const world = await openAppWorld(t, storeEngine);
  await world.engine.setPolicy(POLICY, NOW);
  const shop = await world.push('app:1', undefined, NOW, 'shop');
  const bank = await world.push('app:1', undefined, NOW, 'bank');
  const none = await world.push('app:1', undefined, NOW);
  const readAnswers = async () => {
    await world.runJobs();
    const answers: string[] = [];
    for (const id of [shop, bank, none]) {
      const { controls = [] } = (await world.engine.views.readVerdict(id)) as {
        readonly controls?: readonly { readonly key: string; readonly status: string }[];
      };
      answers.push(controls.find(({ key }) => key === STATEMENT.subject)?.status ?? 'absent');
    }
    return answers.join(' ');
  };
  return { ...world, shop, bank, none, readAnswers };
}

function parse(answer: TestAnswer): Record<string, unknown> {
  return JSON.parse(answer.body) as Record<string, unknown>;
}

function testApi(storeEngine: TestEngine): void {
  test('count for its images only, now and in the past', async (t) => {
    const world = await openWorld(t, storeEngine);
    const { openProject, openSession, readAnswers } = world;
    const before = await readAnswers();
    assert.equal(new Set(before.split(' ')).size, 1, before);
    const [open = ''] = before.split(' ');
    assert.notEqual(open, 'passed');
    const ada = await openProject('ada', 'shop', 'viewer', 'approver');
    const eve = await openProject('eve', 'bank', 'viewer', 'approver');
    const vic = await openProject('vic', 'shop', 'viewer', 'triager');
    const sam = await openSession('sam', 'viewer', 'approver');
    const add = async (person: typeof ada, author: string, more: object = {}) =>
      await person.post(API, { ...STATEMENT, author, ...more });

    assert.equal((await add(vic, 'vic')).status, 403);
    const foreign = await add(ada, 'ada', { project: 'bank' });
    assert.equal(foreign.status, 403, foreign.body);
    assert.match(foreign.body, /the sender can only state facts about the images of: shop/);
    const added = await add(ada, 'ada');
    assert.equal(added.status, 201, added.body);
    const { id, revision, project } = parse(added);
    assert.equal(project, 'shop');
    assert.equal(await readAnswers(), `passed ${open} ${open}`);

    const list = async (person: typeof ada, query = '') =>
      (JSON.parse((await person.open(`${API}${query}`)).body) as readonly { id: number }[]).map(
        (one) => one.id,
      );
    assert.deepEqual(await list(ada), [id]);
    assert.deepEqual(await list(sam), [id]);
    assert.deepEqual(await list(eve), []);
    for (const address of ['/changes', CONTROL]) {
      assert.match((await sam.open(address)).text, /in the project shop/);
      assert.doesNotMatch((await eve.open(address)).text, /project shop|RISK-7|ada/);
    }

    const remove = async (person: typeof ada, number: unknown, author: string) =>
      await person.post(`${API}/${String(number)}?author=${author}`, undefined, 'DELETE');
    const hidden = await remove(eve, id, 'eve');
    const unknown = await remove(eve, 99, 'eve');
    assert.equal(hidden.status, 404);
    assert.equal(hidden.body.replace(`statement ${String(id)} `, 'statement 99 '), unknown.body);
    assert.equal(parse(unknown)['code'], 'E_STATEMENT_UNKNOWN');
    assert.equal(await readAnswers(), `passed ${open} ${open}`);

    const whole = parse(await add(sam, 'sam'));
    assert.equal(whole['project'], undefined);
    assert.equal(await readAnswers(), 'passed passed passed');
    assert.deepEqual(await list(eve), [whole['id']]);
    // All people can read one about all projects, but only a role in all can withdraw it.
    assert.equal((await remove(ada, whole['id'], 'ada')).status, 404);
    assert.equal((await remove(sam, whole['id'], 'sam')).status, 200);
    assert.equal(await readAnswers(), `passed ${open} ${open}`);
    assert.equal((await remove(ada, id, 'ada')).status, 200);
    assert.equal((await remove(ada, id, 'ada')).status, 404);
    assert.equal(await readAnswers(), before);
    assert.deepEqual(await list(ada, `?asof=${String(revision)}`), [id]);
    assert.deepEqual(await list(eve, `?asof=${String(revision)}`), []);
    const named = parse(await add(sam, 'sam', { project: 'bank' }));
    assert.equal(named['project'], 'bank');
    assert.equal(await readAnswers(), `${open} passed ${open}`);
    assert.equal((await add(sam, 'sam', { project: 'a b' })).status, 400);
  });
}

function testForms(storeEngine: TestEngine): void {
  test('are made and withdrawn on the page of a control', async (t) => {
    const world = await openWorld(t, storeEngine);
    const { openProject, openSession, readAnswers } = world;
    const before = await readAnswers();
    const [open = ''] = before.split(' ');
    const ada = await openProject('ada', 'shop', 'viewer', 'approver');
    const eve = await openProject('eve', 'bank', 'viewer', 'approver');
    const sam = await openSession('sam', 'viewer', 'approver');
    const { subject: key, value: answer, evidence, expires } = STATEMENT;
    const fields = { key, answer, evidence, expires, images: '', reason: '' };

    const page = await ada.open(CONTROL);
    assert.match(page.body, /<select name="project" required><option value="shop"/);
    assert.doesNotMatch(page.body, /bank/);
    assert.match((await sam.open(CONTROL)).text, /Project of the images; empty for all/);
    const foreign = await ada.send('/compliance/statements', { ...fields, project: 'bank' });
    assert.equal(foreign.status, 400);
    assert.match(foreign.heading, /the sender can only state facts about the images of: shop/);
    const stated = await ada.send('/compliance/statements', { ...fields, project: 'shop' });
    assert.equal(stated.status, 303, stated.text);
    assert.equal(await readAnswers(), `passed ${open} ${open}`);

    assert.match((await ada.open(CONTROL)).body, /aria-label="Withdraw statement 1"/);
    assert.doesNotMatch((await eve.open(CONTROL)).body, /Withdraw statement/);
    const sendWithdrawal = async (person: typeof ada, id: number) =>
      await person.send('/compliance/withdraw', { id: `${id}`, key });
    const [hidden, unknown] = [await sendWithdrawal(eve, 1), await sendWithdrawal(eve, 99)];
    assert.deepEqual([hidden.status, unknown.status], [404, 404]);
    assert.equal(hidden.heading.replace('statement 1 ', 'statement 99 '), unknown.heading);
    assert.equal((await sam.send('/compliance/statements', fields)).status, 303);
    assert.equal(await readAnswers(), 'passed passed passed');
    // Only a role in all projects can withdraw the statement about all projects.
    const shared = await ada.open(CONTROL);
    assert.match(shared.body, /aria-label="Withdraw statement 1"/);
    assert.doesNotMatch(shared.body, /aria-label="Withdraw statement 2"/);
    assert.equal((await sendWithdrawal(ada, 2)).status, 404);
    assert.equal((await sendWithdrawal(sam, 2)).status, 303);
    assert.equal((await sendWithdrawal(ada, 1)).status, 303);
    assert.equal(await readAnswers(), before);
  });
}
