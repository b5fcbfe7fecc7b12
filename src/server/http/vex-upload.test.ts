import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { suite, type TestContext, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { openAppWorld } from '../../../test/support/app-world.ts';
import { HOSTILE_TEXTS } from '../../../test/support/hostile-text.data.ts';
import { assertHarmlessPage } from '../../../test/support/page-shape.ts';
import { NOW } from '../../../test/support/page-world.ts';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';
import { readInventory } from '../../assess/read-inventory.ts';
import { addToken } from '../access/tokens.ts';
import { writeInventoryDocument } from '../engine/inventory-document.ts';
import { JOB, PROBLEM, PUSHED } from './api-schemas.ts';

interface Statement {
  readonly vulnerability: string;
  readonly product: string;
  readonly part?: string;
  readonly status?: string;
  readonly text?: string;
}

function writeVex(statements: readonly Statement[], author = 'Acme Security'): string {
  return JSON.stringify({
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'https://acme.example/vex/1',
    author,
    timestamp: '2026-01-01T00:00:00Z',
    version: 1,
    statements: statements.map(({ vulnerability, product, part, status, text }) => ({
      vulnerability: { name: vulnerability },
      products: [
        { '@id': product, ...(part === undefined ? {} : { subcomponents: [{ '@id': part }] }) },
      ],
      status: status ?? 'not_affected',
      ...(status === undefined || status === 'not_affected'
        ? { justification: 'vulnerable_code_not_in_execute_path' }
        : {}),
      ...(text === undefined ? {} : { impact_statement: text }),
    })),
  });
}

const MUSL: Statement = {
  vulnerability: 'CVE-2020-0001',
  product: 'pkg:apk/alpine/musl@1.1.20-r0',
  text: 'The function is never called.',
};

/** Opens a world, and returns how an SBOM is sent to it together with VEX documents. */
async function openUploads(t: TestContext, storeEngine: TestEngine) {
  const world = await openAppWorld(t, storeEngine);
  const inventory = await readInventory(`dir:${world.world.target}`, {
    temporaryFolder: world.world.root,
    name: 'app',
  });
  const sbom = writeInventoryDocument({ inventory, configuration: {} });
  const send = async (
    vex: readonly (Uint8Array | string)[],
    { query = '', document = sbom, headers = {} } = {},
  ) => {
    const form = new FormData();
    form.append('sbom', new Blob([new Uint8Array(zstdCompressSync(document))]), 'sbom.json');
    vex.forEach((one, index) =>
      form.append(
        'vex',
        new Blob([typeof one === 'string' ? one : new Uint8Array(one)]),
        `${index}.json`,
      ),
    );
    const digest = createHash('sha256').update(document).digest('hex');
    const init = { method: 'PUT', body: form, headers };
    const response = await world.request(`/api/v1/inventories/${digest}${query}`, init);
    const body = (await response.json()) as Record<string, unknown>;
    return { status: response.status, body };
  };
  const countRows = async (table: 'draft' | 'image' | 'job' | 'decision' | 'vex_statement') => {
    const { fn } = world.store.db;
    const count = fn.countAll<number>().as('count');
    const row = await world.store.db.selectFrom(table).select(count).executeTakeFirstOrThrow();
    return row.count;
  };
  return { ...world, send, countRows };
}

for (const storeEngine of STORE_ENGINES) {
  suite(`SBOM and VEX in one request on ${storeEngine.name}`, { skip: storeEngine.skip }, () => {
    testUploads(storeEngine);
  });
}

function testUploads(storeEngine: TestEngine): void {
  test('statements become drafts, once, and only count when another person agrees', async (t) => {
    const { engine, send, openSession, runJobs, countRows } = await openUploads(t, storeEngine);
    await engine.setPolicy({ severity: 'high', policies: [] }, NOW);
    const vex = writeVex([MUSL]);
    const first = await send([gzipSync(vex)]);
    assert.equal(first.status, 201, JSON.stringify(first.body));
    const pushed = PUSHED.parse(first.body);
    assert.deepEqual(pushed.vex, {
      statements: 1,
      drafts: 1,
      decisions: 0,
      known: 0,
      unmatched: 0,
    });
    const again = PUSHED.parse((await send([vex])).body);
    assert.deepEqual(again.vex, { statements: 1, drafts: 0, decisions: 0, known: 1, unmatched: 0 });
    // Another document that says the same has no second draft, either.
    const renewed = PUSHED.parse((await send([vex.replace('2026-01-01', '2026-01-02')])).body);
    assert.equal(renewed.vex?.known, 1);
    assert.equal(await countRows('draft'), 1);
    await runJobs();
    const { id } = pushed.image;
    assert.equal((await engine.views.readVerdict(id)).outcome, 'fail', 'nothing counts yet');

    const ada = await openSession('ada', 'viewer', 'approver');
    const review = await ada.open('/review');
    assert.match(review.heading, /^To review: 1 statement of 1 VEX document/);
    const [, link = ''] = /href="(\/review\?document=[0-9a-f]{64})"/.exec(review.body) ?? [];
    const page = await ada.open(link);
    assert.equal(page.heading, '1 statement waits for an answer');
    assert.match(page.text, /Stated by Acme Security in the VEX document https:\/\/acme\.example/);
    assert.match(
      page.text,
      /CVE-2020-0001: pkg:apk\/alpine\/musl@1\.1\.20-r0 1 finding in 1 image/,
    );
    const draft = await ada.open('/drafts/1');
    assert.match(draft.text, /Statement 1 of a VEX document by Acme Security/);
    assert.ok(draft.text.includes(createHash('sha256').update(vex).digest('hex')));
    const answer = { draft: '1:1', answer: 'approve', reason: 'I have read the code.' };
    const sent = await ada.send('/drafts/answer', { ...answer, document: link.slice(-64) });
    assert.deepEqual([sent.status, sent.location], [303, link]);
    await runJobs();
    assert.equal((await engine.views.readVerdict(id)).outcome, 'pass');
    const [decision] = await engine.views.listDecisions();
    assert.equal(decision?.author, 'local', 'signed by the sender');
    assert.match(
      decision?.statement ?? '',
      /^The function is never called\. Stated by Acme Security in the VEX document sha256:/,
    );
    assert.equal(decision?.images, 'app');
  });

  test('the sender cannot approve what they sent', async (t) => {
    const { send, openSession } = await openUploads(t, storeEngine);
    await send([writeVex([MUSL])]);
    const local = await openSession('local', 'viewer', 'approver');
    const answer = { draft: '1:1', answer: 'approve', reason: 'fine' };
    const cheated = await local.send('/drafts/answer', answer);
    assert.match(cheated.heading, /draft 1 is your own/);
  });

  test('one bad document rejects the request before anything is stored', async (t) => {
    const { send, countRows } = await openUploads(t, storeEngine);
    const other = { ...MUSL, product: 'pkg:npm/left-pad@1.0.0' };
    const silent = JSON.parse(writeVex([MUSL])) as { statements: Record<string, unknown>[] };
    delete silent.statements[0]?.['justification'];
    delete silent.statements[0]?.['impact_statement'];
    const cases: readonly (readonly [readonly string[], string, RegExp])[] = [
      [[writeVex([MUSL]), '{}'], '/body/vex/1', /is not a VEX document/],
      [[writeVex([MUSL, other])], '/body/vex/0/statements/1', /but about pkg:npm\/left-pad/],
      [
        [writeVex([{ ...MUSL, product: 'pkg:apk/alpine/musl@9' }])],
        '/body/vex/0/statements/0',
        /but about/,
      ],
      [[JSON.stringify(silent)], '/body/vex/0/statements/0', /justification|impact/],
    ];
    for (const [vex, pointer, message] of cases) {
      const { status, body } = await send(vex);
      const problem = PROBLEM.parse(body);
      assert.deepEqual([status, problem.code], [422, 'E_DOCUMENT_INVALID'], pointer);
      assert.equal(problem.errors?.[0]?.pointer, pointer);
      const code = pointer.includes('/statements/') ? 'not-applicable' : 'unreadable';
      assert.equal(problem.errors?.[0]?.code, code);
      assert.match(problem.errors?.[0]?.message ?? '', message);
    }
    const later = await send(['{}'], { headers: { prefer: 'respond-async' } });
    assert.equal(later.status, 422);
    for (const table of ['draft', 'image', 'job', 'vex_statement'] as const) {
      assert.equal(await countRows(table), 0, table);
    }
  });

  test('a name that would be a pattern of other images limits nothing', async (t) => {
    const { send, world } = await openUploads(t, storeEngine);
    for (const name of ['*', 'app?', 'a[b]']) {
      const read = await readInventory(`dir:${world.target}`, {
        temporaryFolder: world.root,
        name,
      });
      const document = writeInventoryDocument({ inventory: read, configuration: {} });
      const { status, body } = await send([writeVex([MUSL])], { document });
      assert.equal(status, 422, name);
      assert.match(PROBLEM.parse(body).detail, /cannot limit a decision/);
    }
  });

  test('a statement about the whole image is about its packages with the vulnerability', async (t) => {
    const { send, openSession } = await openUploads(t, storeEngine);
    const whole = { ...MUSL, product: 'app' };
    const none = { ...whole, vulnerability: 'CVE-1999-0001' };
    const absent = { ...whole, part: 'pkg:apk/alpine/zlib', vulnerability: 'CVE-2020-0002' };
    const { body } = await send([writeVex([whole, none, absent])]);
    assert.deepEqual(PUSHED.parse(body).vex, {
      statements: 3,
      drafts: 2,
      decisions: 0,
      known: 0,
      unmatched: 1,
    });
    const ada = await openSession('ada', 'viewer', 'approver');
    const page = await ada.open('/drafts/1');
    assert.match(page.heading, /^Draft 1: musl is not affected by CVE-2020-0001, for 1 finding/);
  });

  test('a triager may decide at once, as one revision', async (t) => {
    const { engine, send, runJobs } = await openUploads(t, storeEngine);
    await engine.setPolicy({ severity: 'high', policies: [] }, NOW);
    const second = { ...MUSL, vulnerability: 'CVE-2020-0002', status: 'under_investigation' };
    const { body } = await send([writeVex([MUSL, second])], { query: '?vex=decide' });
    const { vex, image } = PUSHED.parse(body);
    assert.deepEqual([vex?.drafts, vex?.decisions], [0, 2]);
    const decisions = await engine.views.listDecisions();
    assert.equal(new Set(decisions.map(({ revision }) => revision)).size, 1);
    await runJobs();
    assert.equal((await engine.views.readVerdict(image.id)).outcome, 'pass');
    assert.deepEqual(await engine.audit(Date.parse(NOW)), []);
  });

  test('CycloneDX and CSAF are read, too', async (t) => {
    const { send } = await openUploads(t, storeEngine);
    const cyclonedx = JSON.stringify({
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      version: 1,
      components: [{ type: 'library', name: 'musl', purl: MUSL.product, 'bom-ref': 'musl' }],
      vulnerabilities: [
        {
          id: 'CVE-2020-0001',
          analysis: { state: 'not_affected', justification: 'code_not_reachable' },
          affects: [{ ref: 'musl' }],
        },
      ],
    });
    const csaf = JSON.stringify({
      document: {
        category: 'csaf_vex',
        csaf_version: '2.0',
        publisher: { category: 'vendor', name: 'Acme', namespace: 'https://acme.example' },
        title: 'VEX',
        tracking: {
          id: 'ACME-1',
          current_release_date: '2026-01-01T00:00:00Z',
          initial_release_date: '2026-01-01T00:00:00Z',
          revision_history: [{ date: '2026-01-01T00:00:00Z', number: '1', summary: 'first' }],
          status: 'final',
          version: '1',
        },
      },
      product_tree: {
        full_product_names: [
          {
            name: 'musl',
            product_id: 'musl',
            product_identification_helper: { purl: MUSL.product },
          },
        ],
      },
      vulnerabilities: [
        {
          cve: 'CVE-2020-0001',
          product_status: { known_not_affected: ['musl'] },
          flags: [{ label: 'vulnerable_code_not_present', product_ids: ['musl'] }],
        },
      ],
    });
    const { status, body } = await send([cyclonedx, csaf]);
    assert.equal(status, 201, JSON.stringify(body));
    const { statements, drafts } = PUSHED.parse(body).vex ?? assert.fail();
    assert.deepEqual([statements, drafts], [2, 2]);
  });

  test('an uploader of a project sends drafts, and cannot decide', async (t) => {
    const { send, store, countRows } = await openUploads(t, storeEngine);
    const scope = { tenant: 'default', project: 'shop' };
    const token = { name: 'ci', role: 'uploader', scope, days: 9 } as const;
    const secret = await addToken(store, token, Date.parse(NOW));
    const headers = { authorization: `Bearer ${secret}` };
    const refused = await send([writeVex([MUSL])], { query: '?vex=decide', headers });
    assert.deepEqual([refused.status, PROBLEM.parse(refused.body).code], [403, 'E_FORBIDDEN']);
    assert.equal(await countRows('image'), 0);
    const sent = PUSHED.parse((await send([writeVex([MUSL])], { headers })).body);
    assert.deepEqual([sent.image.project, sent.vex?.drafts], ['shop', 1]);
  });

  test('a form with other parts, too many parts or no SBOM is refused', async (t) => {
    const { request } = await openUploads(t, storeEngine);
    const path = `/api/v1/inventories/${'0'.repeat(64)}`;
    const sendForm = async (fields: readonly (readonly [string, string])[]) => {
      const form = new FormData();
      fields.forEach(([name, value]) => form.append(name, value));
      const response = await request(path, { method: 'PUT', body: form });
      const { errors } = PROBLEM.parse(await response.json());
      return [response.status, errors?.[0]?.pointer];
    };
    assert.deepEqual(await sendForm([['vex', '{}']]), [400, '/body/sbom']);
    assert.deepEqual(
      await sendForm([
        ['sbom', 'a'],
        ['sbom', 'b'],
      ]),
      [400, '/body/sbom'],
    );
    assert.deepEqual(
      await sendForm([
        ['sbom', 'a'],
        ['more', 'b'],
      ]),
      [400, '/body/more'],
    );
    const many = Array.from({ length: 200 }, () => ['vex', '{}'] as const);
    assert.deepEqual(await sendForm(many), [400, '/body']);
    for (const type of ['multipart/form-data', 'multipart/form-data; boundary=x']) {
      const init = { method: 'PUT', body: 'no form', headers: { 'content-type': type } };
      assert.equal((await request(path, init)).status, 400, type);
    }
  });

  test('statements of an uploader of a project only apply to its images', async (t) => {
    const { engine, store, send, push, openSession, openProject, runJobs } = await openUploads(
      t,
      storeEngine,
    );
    await engine.setPolicy({ severity: 'high', policies: [] }, NOW);
    const readOutcomes = async (ids: readonly number[]) => {
      await runJobs();
      return await Promise.all(ids.map(async (id) => (await engine.views.readVerdict(id)).outcome));
    };
    const scope = { tenant: 'default', project: 'shop' };
    const ci = { name: 'ci', role: 'uploader', scope, days: 1 } as const;
    const token = await addToken(store, ci, Date.parse(NOW));
    const other = await push('app', undefined, NOW, 'bank');
    const headers = { authorization: `Bearer ${token}` };
    const decided = await send([writeVex([MUSL])], { headers, query: '?vex=decide' });
    assert.equal(decided.status, 403, 'an uploader does not decide');
    const later = { ...headers, prefer: 'respond-async' };
    assert.equal((await send([writeVex([MUSL])], { headers: later })).status, 202);
    await runJobs();
    const [own] = (await engine.views.listImages({ after: 0, limit: 9 })).items.filter(
      ({ id }) => id !== other,
    );
    assert.ok(own !== undefined);
    // The same statement of the whole tenant is another one.
    assert.equal(PUSHED.parse((await send([writeVex([MUSL])])).body).vex?.drafts, 1);
    const stranger = await openProject('eve', 'bank', 'viewer', 'approver');
    const answer = { draft: '1:1', answer: 'approve', reason: 'fine' };
    assert.match((await stranger.send('/drafts/answer', answer)).heading, /does not exist/);
    const ada = await openProject('ada', 'shop', 'viewer', 'approver');
    assert.equal((await ada.send('/drafts/answer', answer)).status, 303);
    assert.deepEqual(await readOutcomes([own.id, other]), ['pass', 'fail']);
    const [decision] = await engine.views.listDecisions();
    assert.deepEqual([decision?.project, decision?.images], ['shop', 'app']);
    const sam = await openSession('sam', 'viewer', 'approver');
    assert.equal((await sam.send('/drafts/answer', { ...answer, draft: '2:3' })).status, 303);
    assert.deepEqual(await readOutcomes([own.id, other]), ['pass', 'pass']);
  });

  test('a job adds image and drafts together', async (t) => {
    const { engine, send, runJobs, countRows } = await openUploads(t, storeEngine);
    const headers = { prefer: 'respond-async' };
    const sent = await send([writeVex([MUSL])], { headers });
    assert.equal(sent.status, 202);
    const job = JOB.parse(sent.body);
    assert.equal(job.kind, 'vex');
    await runJobs();
    const { state, result } = await engine.views.readJob(job.id);
    assert.equal(state, 'done');
    assert.equal((result as { readonly vex: { readonly drafts: number } }).vex.drafts, 1);
    assert.deepEqual([await countRows('image'), await countRows('draft')], [1, 1]);
  });

  test('500 statements are one line of the review, and are answered in pages', async (t) => {
    const { send, openSession, countRows } = await openUploads(t, storeEngine);
    const statements = Array.from({ length: 500 }, (_, index) => ({
      ...MUSL,
      vulnerability: `CVE-2019-${1_000 + index}`,
    }));
    await send([writeVex(statements)]);
    const ada = await openSession('ada', 'viewer', 'approver');
    const review = await ada.open('/review');
    assert.match(review.heading, /500 statements of 1 VEX document/);
    assert.equal(review.body.match(/CVE-2019-/g), null);
    const [, link = ''] = /href="(\/review\?document=[0-9a-f]{64})"/.exec(review.body) ?? [];
    const page = await ada.open(link);
    const drafts = [...page.body.matchAll(/name="draft" value="(\d+:\d+)"/g)].map(
      ([, one = '']) => one,
    );
    assert.equal(drafts.length, 100);
    assert.match(page.body, /after=100" rel="next"/);
    const answer = { draft: drafts, answer: 'approve', reason: 'I have read them.' };
    assert.equal((await ada.send('/drafts/answer', answer)).status, 303);
    assert.match((await ada.open('/review')).heading, /400 statements of 1 VEX document/);
    assert.equal(await countRows('decision'), 100);
  });

  test('hostile texts of a document are harmless', async (t) => {
    const { send, openSession } = await openUploads(t, storeEngine);
    for (const [index, [, text]] of HOSTILE_TEXTS.entries()) {
      const statement = {
        ...MUSL,
        vulnerability: `CVE-2018-${1_000 + index}${text}`.slice(0, 190),
        text,
      };
      const { status } = await send([writeVex([statement], text === '' ? 'x' : text)]);
      assert.ok(status < 300 || status === 422, text);
    }
    const ada = await openSession('ada', 'viewer', 'approver');
    const review = await ada.open('/review');
    assertHarmlessPage(review.body, 'review');
    for (const [, link = ''] of review.body.matchAll(/href="(\/review\?document=[0-9a-f]{64})"/g)) {
      assertHarmlessPage((await ada.open(link)).body, link);
    }
    assertHarmlessPage((await ada.open('/drafts/1')).body, 'draft');
  });
}
