import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { openAppWorld } from '../../../test/support/app-world.ts';
import { HOSTILE_TEXTS } from '../../../test/support/hostile-text.data.ts';
import { createImageTarget } from '../../../test/support/image-target.ts';
import { assertHarmlessPage } from '../../../test/support/page-shape.ts';
import { NOW } from '../../../test/support/page-world.ts';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import { SOURCE_LABEL } from '../../foundation/core/source-label.ts';
import { RIGHTS } from '../access/rights.data.ts';
import { ADDRESSES, listParameters, type PageId } from './address.ts';

const PAGES = (Object.keys(ADDRESSES) as PageId[]).filter((id) => id !== 'atom' && id !== 'packet');
/** Every field of every form. */
const FIELDS = `vulnerability package versions images status justification statement evidence
  expires draft answer reason page key claim text name url severity id`.split(/\s+/);
const FORMS = RIGHTS.filter(
  ({ method, path }) => method === 'POST' && !path.startsWith('/api/') && path !== '/sign-out',
).map(({ path }) => path);
const TEXTS = HOSTILE_TEXTS.map(([title, text]) => [title, text.toWellFormed()] as const);
const POLICY = {
  severity: 'high',
  policies: [{ name: 'p.yaml', text: 'policy: p\nversion: "1"\npacks: [cra@1]\n' }],
} as const;

/** Makes an image whose names and labels are a text. */
function createImage(text: string) {
  return (inventory: Inventory): Inventory => ({
    ...inventory,
    target: createImageTarget(text, {
      manifestDigest: `sha256:${'a'.repeat(64)}`,
      mediaType: text,
      tags: [text],
      architecture: text,
      os: text,
      labels: { owner: text, [SOURCE_LABEL]: text, [text]: text },
    }),
  });
}

for (const [at, storeEngine] of STORE_ENGINES.entries()) {
  suite(`hostile texts on ${storeEngine.name}`, { skip: storeEngine.skip }, () => {
    testHostilePages(storeEngine, at);
  });
}

/** Each engine has one half of the pairs of a page and a text. */
function testHostilePages(storeEngine: TestEngine, half: number): void {
  test('are texts in every parameter of every page, and in every field of every form', async (t) => {
    const { engine, push, runJobs, openSession } = await openAppWorld(t, storeEngine);
    await engine.setPolicy(POLICY, NOW);
    const joined = TEXTS.map(([, text]) => text.slice(0, 60))
      .join('|')
      .replaceAll('\0', '');
    await push('app', createImage(joined));
    await push('plain');
    const ada = await openSession('ada', 'viewer', 'triager', 'approver', 'operator', 'auditor');
    await ada.send('/decide', {
      vulnerability: joined,
      package: 'pkg:apk/alpine/musl',
      status: 'not_affected',
      statement: joined,
      images: joined,
    });
    await runJobs();
    let opened = 0;
    for (const id of PAGES) {
      const path = ADDRESSES[id].path.replace(':id', '1');
      const { status, body } = await ada.open(path);
      assert.ok(status === 200, `${path}: ${status}`);
      assertHarmlessPage(body, path);
    }
    for (const [index, [title, text]] of TEXTS.entries()) {
      for (const id of PAGES.filter((_, at) => (index + at) % 2 === half)) {
        const path = ADDRESSES[id].path.replace(':id', encodeURIComponent(text || '1'));
        const query = new URLSearchParams(
          listParameters(id).map(([name]): [string, string] => [name, text.slice(0, 500)]),
        );
        const { status, body, location } = await ada.open(`${path}?${query.toString()}`);
        assert.ok([200, 303, 404].includes(status), `${path}: ${status}`);
        assert.ok(location === null || /^\/(?!\/)/.test(location), title);
        assertHarmlessPage(body, `${path}: ${title}`);
        opened += 1;
      }
      for (const path of FORMS) {
        const fields = Object.fromEntries(FIELDS.map((name) => [name, text]));
        const { status, body, location } = await ada.send(path, fields);
        assert.ok([303, 400, 404].includes(status), `${path}: ${status}`);
        assert.ok(location === null || /^\/(?!\/)/.test(location), title);
        assertHarmlessPage(body, `${path}: ${title}`);
        opened += 1;
      }
    }
    assert.ok(opened > 200 && FORMS.length >= 7, String(opened));
  });
}
