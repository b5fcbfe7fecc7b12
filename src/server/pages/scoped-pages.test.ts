import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { TestAnswer, TestPerson } from '../../../test/support/app-world.ts';
import { listLinks } from '../../../test/support/fleet-pages.ts';
import { readZipFiles } from '../../../test/support/read-zip-files.ts';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';
import { MARK, MARKS, openProjects } from '../../../test/support/two-projects.ts';

for (const engine of STORE_ENGINES) {
  suite(`pages for a role in one project on ${engine.name}`, { skip: engine.skip }, () => {
    testScopedPages(engine);
  });
}

/** Pages that are compared with those of a server without the other project. */
const PAGES = [
  '/',
  '/changes',
  '/changes?kind=data',
  '/changes.atom',
  '/images',
  '/images?sort=name',
  '/images?verdict=fail',
  '/images?environment=prod',
  '/findings',
  '/findings?least=high',
  '/exposure',
  '/exposure?package=musl',
  '/exposure?package=musl&below=1.1.20',
  '/exposure?vulnerability=CVE-2020-0001',
  '/review',
  '/compliance',
  '/compliance/control?key=cra%2FI-I-1',
  '/compliance/control?key=cra%2FI-I-2e',
  '/timeline',
  '/due',
  '/placements',
  '/search?q=musl',
  '/search?q=web',
  '/compare',
] as const;

/** Opens pages and everything that they link to, and returns their addresses with the answers. */
async function walkLinks(
  person: TestPerson,
  first: readonly string[],
): Promise<ReadonlyMap<string, TestAnswer>> {
  const answers = new Map<string, TestAnswer>();
  const waiting = [...first];
  for (let address = waiting.shift(); address !== undefined; address = waiting.shift()) {
    const [place = ''] = address.split('#');
    if (place === '' || answers.has(place) || !place.startsWith('/') || answers.size > 400) {
      continue;
    }
    const answer = await person.open(place);
    answers.set(place, answer);
    if (answer.location !== null) {
      waiting.push(answer.location);
    }
    waiting.push(...listLinks(answer.body).map((link) => link.address));
  }
  return answers;
}

function assertUnmarked(address: string, text: string): void {
  for (const mark of MARKS) {
    const at = text.indexOf(mark);
    const context = text.slice(Math.max(0, at - 200), at + 100);
    assert.equal(at, -1, `${address} has ${mark}: ${context}`);
  }
}

/** Parts of a page that only somebody with a role in all projects sees. */
const SERVER_PARTS = [
  /<li>No job waits\.<\/li>/,
  /<p><a href="\/(?:health|watched)">[^<]*<\/a><\/p>/g,
  /<td data-h="Sent by">[^<]*<\/td>/g,
  /<th scope="col">Sent by<\/th>/g,
  /In (?:the whole store|your projects): /g,
  /<p(?: class="dim")?>(?:Images in use whose digest|The store has every image in use)[^<]*<\/p>/g,
  /<h1>(?:1 image in use|The store has the image in use)<\/h1>\s*/g,
];

/** Returns the parts of a page without the numbers of images, components and revisions. */
function normalizePage(body: string): readonly string[] {
  const main = /<main id="main">([^]*)<\/main>/.exec(body)?.[1] ?? body;
  const shared = SERVER_PARTS.reduce((text, part) => text.replace(part, ''), main);
  return (
    shared
      .replaceAll(/(\/(?:images|changes|drafts)\/)\d+/g, '$1N')
      .replaceAll(/(component|before|worse|asof|draft|image|[ab])=\d+/g, '$1=N')
      .replaceAll(/(#r|id="r|revision[: ]|image |image:|decision |draft )\d+/gi, '$1N')
      .replaceAll(/<option value="\d+"( selected)?>([^<]*) \(\d+\)/g, '<option$1>$2')
      // A decision of others about all images was the first occasion to judge these again.
      .replaceAll(/\(revision N: shop-(?:ada|cy) [^)]*\)/g, '(revision N)')
      .replaceAll(/(revision N, <code>)[0-9a-f]{16}/g, '$1N')
      .replaceAll(/value="\d+:\d+"/g, 'value="N"')
      .replaceAll(
        'Source eu reports 1 placement: 1 started, 0 stopped',
        'The images in use have changed',
      )
      .split(/(?=<(?:li|p|section|tr|td|h1|dt|entry)\b)/)
  );
}

type Projects = Awaited<ReturnType<typeof openProjects>>;

function testScopedPages(engine: TestEngine): void {
  test('show only its images', async (t) => {
    const both = await openProjects(t, engine, true);
    const alone = await openProjects(t, engine, false);
    await t.test('nothing of another project is on any page', async () => await checkMarks(both));
    await t.test(
      'they are those of a server that only has its images',
      async () => await compareServers(both, alone),
    );
    await t.test('forms name the role that they need', async () => await checkForms(both));
    await t.test('a search finds nothing of another project', async () => await checkSearch(both));
    await t.test(
      'a change of another project does not change the tag of a page',
      async () => await checkTags(both),
    );
  });
}

/** IDs of everything in the store are lower. */
const PROBED_MAX = 25;

async function checkMarks({ openProject, shop, bank }: Projects): Promise<void> {
  const person = await openProject('kim', 'shop', 'viewer', 'triager', 'approver');
  const answers = await walkLinks(person, PAGES);
  assert.ok(answers.size > 60, String(answers.size));
  for (const [address, { status, body }] of answers) {
    assert.ok(status === 200 || status === 303, `${address}: ${status}`);
    assertUnmarked(address, body);
  }
  for (const id of shop) {
    assert.ok(answers.has(`/images/${id}`), `a link leads to image ${id}`);
  }
  for (let id = 1; id <= PROBED_MAX; id += 1) {
    for (const address of [
      `/?asof=${id}`,
      `/findings?asof=${id}`,
      `/placements?asof=${id}`,
      `/changes?asof=${id}`,
      `/changes/${id}`,
      `/drafts/${id}`,
      `/images?component=${id}`,
      `/images/${id}`,
    ]) {
      const { status, body } = await person.open(address);
      assert.ok(status === 200 || status === 404, `${address}: ${status}`);
      assertUnmarked(address, body);
    }
  }
  const packet = readZipFiles((await person.open('/packet.zip')).bytes);
  assert.equal(packet.size, 7);
  packet.forEach((content, path) => assertUnmarked(path, content.toString()));
  assert.match(packet.get('verdicts.csv')?.toString() ?? '', /web:1/);
  for (const id of bank) {
    for (const address of [
      `/images/${id}`,
      `/images/${id}/finding?vulnerability=CVE-2020-0001`,
      `/compare?a=${id}&b=${shop[0]}`,
    ]) {
      const answer = await person.open(address);
      assert.equal(answer.status, 404, address);
      const unknown = await person.open(address.replace(String(id), '999'));
      assert.equal(unknown.status, 404, address);
      assert.deepEqual(normalizePage(answer.body), normalizePage(unknown.body), address);
    }
  }
}

async function compareServers(both: Projects, alone: Projects): Promise<void> {
  const scoped = await both.openProject('kim', 'shop', 'viewer');
  const whole = await alone.openSession('kim', 'viewer');
  const own = [
    ...PAGES,
    ...both.shop.map((id) => `/images/${id}`),
    ...both.shop.map((id) => `/images/${id}/finding?vulnerability=CVE-2020-0001`),
  ];
  const other = [
    ...PAGES,
    ...alone.shop.map((id) => `/images/${id}`),
    ...alone.shop.map((id) => `/images/${id}/finding?vulnerability=CVE-2020-0001`),
  ];
  for (const [index, address] of own.entries()) {
    const [left, right] = [
      normalizePage((await scoped.open(address)).body),
      normalizePage((await whole.open(other[index] ?? '')).body),
    ];
    assert.deepEqual(left, right, address);
  }
}

/** Drafts without a project, and those of another project, are unknown. */
async function checkForms({ openProject }: Projects): Promise<void> {
  const person = await openProject('kim', 'shop', 'viewer', 'triager', 'approver');
  const page = await person.open('/decide?vulnerability=CVE-2020-0001');
  assertUnmarked('/decide', page.body);
  assert.match(page.body, /<select name="project" required><option value="shop" selected>/);
  const viewer = await openProject('vic', 'shop', 'viewer');
  const refused = await viewer.open('/decide?vulnerability=CVE-2020-0001');
  assert.equal(refused.heading, 'Only a developer or a triager writes drafts');
  const review = await person.open('/review');
  const [, address = ''] = /href="(\/drafts\/\d+)"/.exec(review.body) ?? [];
  const draft = await person.open(address);
  assert.match(draft.text, /An approver of all projects must answer it/);
  assert.doesNotMatch(draft.body, /name="answer"/);
  const stated = await person.send('/compliance/statements', {});
  assert.equal(stated.status, 400);
  const sent = { project: MARK, key: 'cra/I-I-1' };
  const foreign = await person.send('/compliance/statements', sent);
  assert.match(foreign.heading, /the sender can only state facts about the images of: shop/);
  assert.equal((await viewer.send('/compliance/statements', {})).status, 403);
  const list = await person.open('/api/v1/statements');
  const statements = JSON.parse(list.body) as readonly { id: number; project?: string }[];
  const own = statements.find(({ project }) => project === 'shop')?.id;
  // Each ID of the store: drafts and statements of others and of all projects are unknown.
  for (let id = 1; id <= PROBED_MAX; id += 1) {
    const fields = { draft: `${id}:1`, answer: 'approve', reason: 'yes', page: 'draft' };
    const { status, body } = await person.send('/drafts/answer', fields);
    assert.equal(status, 404, `draft ${id}`);
    assertUnmarked(`draft ${id}`, body);
    const withdrawn = await person.send('/compliance/withdraw', { id: `${id}`, key: 'cra/I-I-1' });
    assert.equal(withdrawn.status, id === own ? 303 : 404, `statement ${id}`);
    assertUnmarked(`statement ${id}`, withdrawn.body);
  }
  const overview = await person.open('/');
  for (const closed of ['/health', '/settings', '/watched']) {
    assert.equal((await person.open(closed)).status, 403, closed);
    assert.equal(overview.body.includes(`href="${closed}"`), false, closed);
  }
}

async function checkSearch({ openProject }: Projects): Promise<void> {
  const person = await openProject('kim', 'shop', 'viewer');
  for (const text of [MARK, `${MARK}-app:1`, 'left-pad', 'sha256:aaaaaaaaaaaa']) {
    const { heading, location } = await person.open(`/search?q=${encodeURIComponent(text)}`);
    assert.equal(location, null, text);
    assert.match(heading, /^Nothing is called/, text);
  }
  const exposure = await person.open('/exposure?package=left-pad');
  assert.match(exposure.heading, /^left-pad: 0 images/);
}

async function checkTags({ openProject, push }: Projects): Promise<void> {
  const person = await openProject('kim', 'shop', 'viewer');
  const before = (await person.open('/images')).headers.get('etag');
  await push(`${MARK}-more`, (inventory) => inventory, undefined, MARK);
  const after = await person.open('/images');
  assert.equal(after.headers.get('etag'), before);
  await push('more', (inventory) => inventory, undefined, 'shop');
  assert.notEqual((await person.open('/images')).headers.get('etag'), before);
}
