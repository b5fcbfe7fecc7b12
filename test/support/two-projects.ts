import type { TestContext } from 'node:test';
import type { Inventory } from '../../src/foundation/core/inventory.ts';
import { openAppWorld } from './app-world.ts';
import { createImageTarget } from './image-target.ts';
import { NOW } from './page-world.ts';
import { createPlacement } from './placed-image.ts';
import { RATED } from './server-world.ts';
import type { TestEngine } from './store-engines.ts';

/** Part of every name that only the other project has. */
export const MARK = 'zzbank';
/** Everything else that only the images of the other project have. */
export const MARKS = [MARK, 'left-pad', 'GHSA-aaaa-bbbb-cccc', 'ZZBANK'];

const POLICY = {
  severity: 'high' as const,
  policies: [
    {
      name: 'dates.yaml',
      text: `policy: dates
version: "1"
packs: [cra@1]
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
  vulnerability: 'CVE-2020-0001',
  package: 'pkg:apk/alpine/musl',
  status: 'not_affected',
  justification: 'vulnerable_code_not_in_execute_path',
} as const;
const STATEMENT = {
  kind: 'control',
  subject: 'cra/I-I-1',
  value: 'met',
  reason: 'Reviewed in January.',
  expires: '2026-03-01',
  vulnerability: '',
} as const;
const DIGITS = 'abcdef0123456789';
const LATER = '2026-01-05T00:00:00Z';

interface ImageShape {
  readonly digest: string;
  readonly labels?: Record<string, string>;
  readonly version?: string;
  /** A package of its own, with a vulnerability that no other image has. */
  readonly hasPad?: boolean;
}

/** Turns the inventory of a directory into that of an image. */
function createChange(name: string, { digest, labels = {}, version, hasPad }: ImageShape) {
  return (inventory: Inventory): Inventory => {
    const packages = inventory.packages.map((item) =>
      version === undefined
        ? item
        : {
            ...item,
            version,
            purl: item.purl.replace(item.version, version),
          },
    );
    const [first] = packages;
    const pad =
      hasPad === true && first !== undefined
        ? [
            {
              ...first,
              key: 'f'.repeat(16),
              name: 'left-pad',
              version: '1.0.0',
              type: 'npm',
              language: 'javascript',
              purl: 'pkg:npm/left-pad@1.0.0',
            } as typeof first,
          ]
        : [];
    return {
      ...inventory,
      packages: [...packages, ...pad],
      target: createImageTarget(name, { manifestDigest: digest, imageId: digest, labels }),
    };
  };
}

function createDigest(place: number): string {
  return `sha256:${(DIGITS[place] ?? '0').repeat(64)}`;
}

/** A watch of the other project has a document of an image that both have. */
async function writeAttachment({ store }: Awaited<ReturnType<typeof openAppWorld>>): Promise<void> {
  await store.runTransaction(async ({ writeRows }) => {
    const pattern = { registry: `${MARK}.example`, repositories: '*', tags: '*', platforms: '[]' };
    const state = { created: 0, due: 0, began: null, succeeded: null, error: '', drift: 0 };
    const watch = { id: 1, name: MARK, ...pattern, project: MARK, ...state };
    await writeRows('registry_watch', [watch]);
    const found = { watch: 1, repository: MARK, subject: createDigest(1) };
    await writeRows('registry_attachment', [{ ...found, name: MARK, kind: 'sbom' }]);
    const read = { digest: MARK, state: 'unchecked', note: MARK, document: '', at: 0 };
    await writeRows('attached_document', [{ ...found, ...read, kind: 'vex' }]);
  });
}

/**
 * Opens a server with the project `shop`, and with or without another one, whose changes come
 * between those of the first. Returns the images of both.
 */
export async function openProjects(t: TestContext, storeEngine: TestEngine, hasOther: boolean) {
  const opened = await openAppWorld(t, storeEngine);
  const { engine, push, runJobs, world } = opened;
  const shop: number[] = [];
  const bank: number[] = [];
  const pushShop = async (name: string, shape: ImageShape, now = NOW): Promise<void> => {
    const shaped = { labels: { team: 'payments' }, ...shape };
    shop.push(await push(name, createChange(name, shaped), now, 'shop'));
  };
  const pushBank = async (name: string, shape: ImageShape, now = NOW): Promise<void> => {
    if (hasOther) {
      const shaped = { labels: { team: `${MARK}-team` }, hasPad: true, ...shape };
      const title = `${MARK}-${name}`;
      bank.push(await push(title, createChange(title, shaped), now, MARK));
    }
  };
  const decide = async (title: string, images: string): Promise<void> => {
    const request = { ...DECISION, author: `${title}-ada`, statement: `${title} says so`, images };
    await engine.addDecision(request, NOW);
    const person = { id: `${title}-bob`, name: `${title}-bob` };
    await engine.addDraft({ request: { ...request, statement: `${title} drafts` }, person }, NOW);
    const more = { author: `${title}-ada`, evidence: `${title}-7`, images };
    await engine.changeStatements({ added: { ...STATEMENT, ...more } }, NOW);
    // One of the other project must not replace that of the first, although it is about all names.
    const own = { subject: 'cra/I-I-2e', author: `${title}-cy`, evidence: `${title}-8` };
    const value = title === MARK ? 'not-met' : 'met';
    await engine.changeStatements(
      { added: { ...STATEMENT, ...own, value, images: '', project: title } },
      NOW,
    );
  };
  await engine.setPolicy(POLICY, NOW);
  await pushBank('app:1', { digest: createDigest(0) });
  await pushShop('web:1', { digest: createDigest(1) });
  await pushBank('app:2', { digest: createDigest(2) });
  await pushShop('api:1', { digest: createDigest(3), version: '1.1.19-r0' });
  if (hasOther) {
    await writeAttachment(opened);
    await decide(MARK, `${MARK}-*`);
    const broad = { ...DECISION, author: `${MARK}-eve`, package: 'pkg:npm/left-pad' };
    const person = { id: `${MARK}-eve`, name: `${MARK}-eve` };
    for (const vulnerability of [DECISION.vulnerability, 'GHSA-aaaa-bbbb-cccc']) {
      await engine.addDecision({ ...broad, vulnerability }, NOW);
      await engine.addDraft({ request: { ...broad, vulnerability }, person }, NOW);
    }
  }
  await decide('shop', 'web*');
  const place = (reference: string, digest: string, title: string) =>
    createPlacement(reference, digest, {
      environment: title === MARK ? `${MARK}-prod` : 'prod',
      namespace: title,
      workload: `deployment/${title}`,
    });
  const shared = [
    place('web:1', createDigest(1), 'shop'),
    ...(hasOther
      ? [
          place(`${MARK}-app:1`, createDigest(0), MARK),
          place(`${MARK}-tag`, '', MARK),
          place(`${MARK}-lost`, createDigest(9), MARK),
        ]
      : []),
  ];
  const sender = 'local';
  await engine.watched.placements.report({ source: 'eu', sender, placements: shared }, NOW);
  if (hasOther) {
    const placements = [place(`${MARK}-app:2`, createDigest(2), MARK)];
    const source = `${MARK}-cluster`;
    await engine.watched.placements.report({ source, sender: `token:${MARK}`, placements }, NOW);
  }
  await runJobs();
  // Other advisories rate the finding of both as critical.
  await world.importDatabase(RATED.replace('"value":"high"', '"value":"critical"'));
  await engine.refresh(LATER);
  await runJobs(LATER);
  await pushBank('old:1', { digest: createDigest(4) }, LATER);
  await pushBank('old:1', { digest: createDigest(5), version: '1.1.18-r0' }, LATER);
  await pushShop('web:2', { digest: createDigest(6), version: '1.1.24-r9' }, LATER);
  await runJobs(LATER);
  if (hasOther) {
    await engine.removeImages({ before: Date.parse(LATER) + 1, keepEach: 1 }, LATER);
    await pushBank('new:1', { digest: createDigest(7) }, LATER);
    await runJobs(LATER);
  }
  return { ...opened, shop, bank };
}
