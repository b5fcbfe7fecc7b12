import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { stage, type World } from '../../../test/support/derivation.ts';
import { SAMPLE_FINDINGS } from '../../../test/support/sample-report.ts';
import type { ProductReference, VexDocument, VexStatement } from '../../core/decision.ts';
import type { Findings } from '../../core/finding.ts';
import type { Reach, ReachClass } from '../../core/reach.ts';
import { checkStatements } from './audit-statements.ts';

const KEY = 'key-of-pkg-deb';
const PATH = '/usr/lib/x.so';
const IMAGE_DIGEST = `sha256:${'1'.repeat(64)}`;

function createProduct(name: string): ProductReference {
  return { identifiers: [name], hashes: [], subcomponents: [] };
}

interface Claim extends Partial<VexStatement> {
  readonly product?: string;
}

interface Told {
  readonly world?: World;
  readonly reach?: Partial<Reach>;
  /** Whether any source reports the vulnerability for the package. */
  readonly isFound?: boolean;
  readonly findings?: Partial<Findings>;
}

function audit(claim: Claim, { world = {}, reach, isFound = true, findings = {} }: Told = {}) {
  const { inventory, finding, package: item } = stage({ files: [{ path: PATH }], ...world });
  assert.equal(item.key, KEY);
  const { product: name = 'pkg', ...said } = claim;
  const statement: VexStatement = {
    index: 0,
    vulnerability: finding.id,
    aliases: [],
    products: [createProduct(name)],
    status: 'not_affected',
    responses: [],
    ...said,
  };
  const frame = { format: 'openvex', origin: 'v.json', id: 'v', author: 'vendor', problems: [] };
  const document: VexDocument = { ...frame, statements: [statement] };
  const nothing = { files: [], opacities: [], tainted: [], packages: [], rules: {} };
  const answer = { ...nothing, ...reach };
  const found = { ...SAMPLE_FINDINGS, findings: isFound ? [finding] : [], unevaluated: [] };
  const [one] = checkStatements(
    [document],
    reach === undefined ? inventory : { ...inventory, reach: answer },
    { ...found, ignored: [], ...findings },
  );
  return one ?? assert.fail();
}

const auditVerdict = (...args: Parameters<typeof audit>): string => {
  const { verdict, reasons } = audit(...args);
  return `${verdict}: ${reasons.join('; ')}`;
};

const NOT_PRESENT = { justification: 'component_not_present' } as const;
const NO_CODE = { justification: 'vulnerable_code_not_present' } as const;
const NO_PATH = { justification: 'vulnerable_code_not_in_execute_path' } as const;
const PROBLEMS = [{ code: 'P_TRUNCATED', message: 'ends early' }] as const;

suite('audit: the component is not present', () => {
  test('is contradicted by a file of it, or by the file that identified it', () => {
    assert.equal(auditVerdict(NOT_PRESENT), 'contradicted: pkg 1.0 is present: /usr/lib/x.so');
    const two = { world: { files: [{ path: PATH }, { path: '/usr/lib/y.so' }] } };
    assert.match(auditVerdict(NOT_PRESENT, two), /x\.so and 1 more/);
    const locations = [{ path: '/app/lock.json', accessPath: '/app/lock.json' }];
    const listed = { world: { files: [], package: { locations } } };
    assert.match(auditVerdict(NOT_PRESENT, listed), /contradicted: .* by \/app\/lock\.json/);
  });

  test('is supported if only documentation of it is left', () => {
    const files = [{ path: '/usr/share/doc/pkg/copyright' }];
    assert.match(
      auditVerdict(NOT_PRESENT, { world: { files } }),
      /^supported: .*none of its files/,
    );
    const partial = { world: { files, inventory: { problems: PROBLEMS } } };
    assert.match(
      auditVerdict(NOT_PRESENT, partial),
      /^open: .*parts of the target could not be read/,
    );
    assert.match(auditVerdict(NOT_PRESENT, { world: { files: [] } }), /^open: /);
  });

  test('is open if a document has the record of its files, but does not list existing files', () => {
    const recorded = { files: [], package: { ownedFiles: [{ path: PATH }] } };
    assert.match(auditVerdict(NOT_PRESENT, { world: recorded }), /^open: /);
    assert.match(auditVerdict(NO_CODE, { world: recorded }), /^open: /);
    const world = { ...recorded, package: { ...recorded.package, installedFiles: [] } };
    assert.match(auditVerdict(NOT_PRESENT, { world }), /^supported: .*none of its files/);
  });

  test('is supported if the target does not contain the product, and all of it could be read', () => {
    const claim = { ...NOT_PRESENT, product: 'other' };
    assert.match(auditVerdict(claim), /^supported: the target does not contain/);
    const partial = { world: { inventory: { problems: PROBLEMS } } };
    assert.match(
      auditVerdict(claim, partial),
      /^open: the named product was not found, .*parts of the target could not be read/,
    );
    assert.match(auditVerdict({ ...claim, status: 'fixed' }), /^open: the target does not contain/);
  });
});

suite('audit: scope', () => {
  test('a statement about the image concerns its vulnerable packages', () => {
    const claim = { ...NOT_PRESENT, product: IMAGE_DIGEST };
    const others = [{ name: 'other', type: 'deb', ownedFiles: [{ path: '/x' }] }];
    const { reasons } = audit(claim, { world: { files: [{ path: PATH }], others } });
    assert.deepEqual(reasons, ['pkg 1.0 is present: /usr/lib/x.so']);
    assert.match(
      auditVerdict(claim, { isFound: false }),
      /^open: it is about the target, which has no/,
    );
  });

  test('claims that bytes cannot decide stay open', () => {
    const claim = { justification: 'inline_mitigations_already_exist' } as const;
    assert.match(auditVerdict(claim), /^open: .*cannot be checked/);
    assert.match(auditVerdict({ status: 'affected' }), /^open: .*makes no claim/);
  });
});

suite('audit: fixed', () => {
  const FIXED = { status: 'fixed' } as const;

  test('is contradicted by a source that states it as affected', () => {
    assert.match(auditVerdict(FIXED), /^contradicted: pkg 1\.0 is affected by ".*" of \S+$/);
    const bare = { world: { match: { reasons: [] } } };
    assert.equal(auditVerdict(FIXED, bare), 'contradicted: pkg 1.0 is affected');
  });

  test('is supported if no source states it as affected, and open if no source was queried', () => {
    assert.match(auditVerdict(FIXED, { isFound: false }), /^supported: .*no source lists/);
    const without = { isFound: false, findings: { database: undefined } };
    assert.match(auditVerdict(FIXED, without), /^open: .*could not be matched/);
    const unevaluated = [{ packageKey: KEY, why: 'no-matcher', detail: 'x' }] as const;
    assert.match(auditVerdict(FIXED, { isFound: false, findings: { unevaluated } }), /^open: /);
  });
});

suite('audit: the vulnerable code is not present', () => {
  const createSymbolEvidence = (...found: readonly string[]): Told => ({
    world: { reason: { symbols: { searched: ['a.B'], found } }, files: [{ path: PATH }] },
  });

  test('is decided by the functions that a source names', () => {
    assert.equal(
      auditVerdict(NO_CODE, createSymbolEvidence('a.B')),
      'contradicted: pkg 1.0 contains a.B',
    );
    assert.match(
      auditVerdict(NO_CODE, createSymbolEvidence()),
      /^supported: .*none of the functions/,
    );
  });

  test('is otherwise decided by the files, if none exists', () => {
    assert.match(auditVerdict(NO_CODE), /^open: .*names the vulnerable functions or files/);
    const gone = { world: { files: [{ path: '/usr/share/man/man1/x.1' }] } };
    assert.match(auditVerdict(NO_CODE, gone), /^supported: .*none of its files/);
  });
});

suite('audit: the vulnerable code is not in the execution path', () => {
  const createReachEvidence = (reach: ReachClass, more: Partial<Reach> = {}): Told => ({
    reach: { packages: [{ packageKey: KEY, reach }], ...more },
  });

  test('is supported if it is unreachable, and open if that is unknown', () => {
    assert.match(
      auditVerdict(NO_PATH, createReachEvidence('unreachable')),
      /^supported: .*is not reachable/,
    );
    assert.match(
      auditVerdict(NO_PATH, createReachEvidence('tainted')),
      /^open: .*cannot be followed/,
    );
    assert.match(auditVerdict(NO_PATH, createReachEvidence('data')), /^open: only data/);
    assert.match(auditVerdict(NO_PATH), /^open: .*its files are not known/);
    assert.match(auditVerdict(NO_PATH, { reach: {} }), /^open: .*its files are not known/);
    const unknown = createReachEvidence('unreachable', {
      unknown: 'the image has no configuration',
    });
    assert.match(auditVerdict(NO_PATH, unknown), /^open: .*because the image has no configuration/);
  });

  const witness = { path: '(config)', token: 'x' };
  const step = { from: '(config)', to: PATH, rule: 'elf', strength: 'required', witness } as const;
  const files = [{ path: PATH, strength: 'required', hops: 0, step }] as const;
  const symbols = { searched: ['a.B'], found: ['a.B'] };

  test('is open if only the package is known to be reachable, with the path to it', () => {
    const locations = [{ path: '/var/lib/dpkg/status', accessPath: '/var/lib/dpkg/status' }];
    const world = { files: [{ path: PATH }], package: { locations } };
    const said = audit(NO_PATH, { ...createReachEvidence('required', { files }), world });
    assert.equal(said.verdict, 'open');
    assert.match(said.reasons[0] ?? '', /reaches \/usr\/lib\/x\.so of pkg 1\.0 \(required\), but/);
    assert.deepEqual(said.way, [step]);
    const unseen = audit(NO_PATH, createReachEvidence('likely', { files }));
    assert.deepEqual([unseen.verdict, unseen.way], ['open', []]);
    assert.match(unseen.reasons[0] ?? '', /reaches a file of pkg/);
    const elsewhere = { ...NO_PATH, product: '/usr/lib/y.so' };
    assert.notEqual(
      audit(elsewhere, createReachEvidence('required', { files })).verdict,
      'contradicted',
    );
  });

  test('is contradicted by the path to a file that contains the functions', () => {
    const world = { files: [{ path: PATH }], reason: { symbols } };
    const said = audit(NO_PATH, { ...createReachEvidence('required', { files }), world });
    const reason =
      'the entry point reaches /usr/lib/x.so of pkg 1.0 (required), which contains a.B';
    assert.deepEqual([said.verdict, said.reasons, said.way], ['contradicted', [reason], [step]]);
    const guess = [{ ...files[0], strength: 'possible' }] as const;
    assert.equal(
      audit(NO_PATH, { ...createReachEvidence('possible', { files: guess }), world }).verdict,
      'open',
    );
    const none = { ...world, reason: { symbols: { ...symbols, found: [] } } };
    assert.equal(
      audit(NO_PATH, { ...createReachEvidence('required', { files }), world: none }).verdict,
      'open',
    );
  });

  test('is contradicted by the path to a file that the statement names', () => {
    const auditSubcomponent = (part: Partial<ProductReference>) => {
      const pkg = createProduct('pkg');
      const subcomponents = [pkg, { ...createProduct('other'), ...part }];
      const claim = { ...NO_PATH, products: [{ ...pkg, subcomponents }] };
      return auditVerdict(claim, createReachEvidence('required', { files }));
    };
    assert.match(
      auditSubcomponent({ identifiers: [PATH] }),
      /^contradicted: .*which is named by the statement$/,
    );
    assert.match(auditSubcomponent({ identifiers: [`file://${PATH}`] }), /^contradicted: /);
    const createHash = (digit: string) => ({
      hashes: [{ algorithm: 'sha256', value: digit.repeat(64) }],
    });
    assert.match(auditSubcomponent(createHash('c')), /^contradicted: /);
    assert.match(auditSubcomponent(createHash('d')), /^open: /);
    assert.match(auditSubcomponent({ hashes: [{ algorithm: 'sha256', value: '' }] }), /^open: /);
    assert.match(auditSubcomponent({ identifiers: ['/usr/lib/y.so'] }), /^open: /);
  });
});
