import { importAnchoreBundle } from '../../../compliance/policy/anchore/import-bundle.ts';
import type { FactDefinition } from '../../../compliance/policy/fact.ts';
import { listAlteredLines, readLedger } from '../../../compliance/policy/ledger.ts';
import { loadPolicies } from '../../../compliance/policy/load-policies.ts';
import { listPackIds, readPackText } from '../../../compliance/policy/pack/pack-folder.ts';
import type { Policy } from '../../../compliance/policy/policy.ts';
import { createPolicySchema } from '../../../compliance/policy/policy-schema.ts';
import { readEarlierVerdict } from '../../../compliance/policy/replay.ts';
import { subjectKinds } from '../../../compliance/policy/subject/registry.generated.ts';
import { compareVerdicts, type OutcomeChange } from '../../../compliance/policy/verdict-changes.ts';
import { listControlFaults } from '../../../compliance/policy/verify/verify-controls.ts';
import { verifyVerdictTexts } from '../../../compliance/policy/verify/verify-verdict.ts';
import { defined } from '../../../foundation/core/defined.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../../../foundation/core/error.ts';
import { formatJson } from '../../../foundation/core/json-document.ts';
import { suggestWord } from '../../../foundation/core/option-suggestion.ts';
import { escapeText, formatCount } from '../../../foundation/core/screen-text.ts';
import {
  type TextColumn,
  type TextTable,
  writeTextTable,
} from '../../../foundation/present/text-table.ts';
import { BufferedSink } from '../../buffered-sink.ts';
import type { Command, Context } from '../../command.ts';
import { chooseFlagFormat } from '../../flag-format.ts';
import { readPolicyBytes } from '../../policy-file.ts';
import { testPolicies } from '../../policy-test-run.ts';
import { createTableOptions } from '../../terminal.ts';

/** Lists the built-in packs and the facts, and prints a pack. */
export const policy: Command = { run };

const FORMATS = ['table', 'json'] as const;

const ACTIONS = new Map<string, (context: Context) => ExitStatus | undefined>([
  ['list', listPacks],
  ['show', showPack],
  ['schema', printSchema],
  ['facts', listFacts],
  ['diff', printDifference],
  ['import', importBundle],
  ['test', testPolicies],
  ['verify', verifyProof],
  ['ledger', verifyLedger],
]);

function run(context: Context): Promise<ExitStatus> {
  const [word = 'list'] = context.positionals;
  const action = ACTIONS.get(word);
  if (action === undefined) {
    throw new UserError('E_USAGE', `unknown action "${word}" for "plimsoll check policy"`, {
      hint: suggestWord(word, [...ACTIONS.keys()]),
    });
  }
  return Promise.resolve(action(context) ?? EXIT_STATUS.fine);
}

const PACK_COLUMNS: readonly TextColumn<Policy>[] = [
  { title: 'PACK', cell: ({ name, version }) => `${name}@${version}` },
  { title: 'CONTENT', canShrink: true, wraps: true, cell: ({ pack }) => pack?.title ?? '' },
  {
    title: 'CONTROLS',
    cell: ({ pack }) => String(pack?.controls.length ?? 0),
  },
  { title: 'DIGEST', canShrink: true, wraps: true, dropRank: 1, cell: ({ digest }) => digest },
];

function listPacks(context: Context): undefined {
  const packs = listPackIds().flatMap((id) => loadPolicies([], undefined, [id]));
  if (chooseFlagFormat(FORMATS, '"plimsoll check policy"', context) === 'json') {
    const list = packs.map(({ name: id, version, digest, pack }) => {
      const { title, authority, from, until, sources = [], notes = [] } = pack ?? {};
      const controls = pack?.controls.length ?? 0;
      const more = defined({ authority, from, until });
      return { id, version, title, digest, ...more, controls, sources, notes };
    });
    context.print(`${formatJson({ packs: list })}\n`);
  } else {
    printTable({ columns: PACK_COLUMNS, rows: packs }, context);
  }
}

/** Prints a pack with the shared rules that it names: a file to start with. */
function showPack(context: Context): undefined {
  const [, name = ''] = context.positionals;
  const [id = ''] = name.split('@', 1);
  const text = readPackText(id);
  if (text === undefined) {
    throw new UserError('E_USAGE', `unknown pack "${name}"`, {
      hint: suggestWord(id, listPackIds()),
    });
  }
  context.print(text);
}

/** Prints the JSON Schema of policies, for editors and other tools. */
function printSchema(context: Context): undefined {
  context.print(`${formatJson(createPolicySchema())}\n`);
}

interface FactRow extends FactDefinition<never> {
  readonly subject: string;
}

const FACT_COLUMNS: readonly TextColumn<FactRow>[] = [
  { title: 'SUBJECT', cell: ({ subject }) => subject },
  { title: 'FACT', cell: ({ name }) => name },
  { title: 'TYPE', cell: formatType },
  { title: 'MEANING', canShrink: true, wraps: true, cell: ({ about }) => about },
  {
    title: 'IF ABSENT',
    canShrink: true,
    wraps: true,
    dropRank: 1,
    cell: ({ absence }) => absence,
  },
];

function formatType({ type }: FactRow): string {
  return type.kind === 'amount' ? type.unit : type.kind;
}

function listFacts(context: Context): undefined {
  const rows = subjectKinds.flatMap(({ id, facts }) =>
    facts.map((fact): FactRow => ({ ...fact, subject: id })),
  );
  if (chooseFlagFormat(FORMATS, '"plimsoll check policy"', context) === 'json') {
    const list = rows.map(({ subject, name, type, about, absence }) => {
      return { subject, name, type, about, absence };
    });
    context.print(`${formatJson({ facts: list })}\n`);
  } else {
    printTable({ columns: FACT_COLUMNS, rows }, context);
  }
}

function printTable<Row>(table: TextTable<Row>, context: Context): void {
  const sink = new BufferedSink((text) => context.print(text));
  writeTextTable(sink, table, createTableOptions(context.terminal));
  sink.flush();
}

/** Prints an Anchore bundle as a plimsoll policy; losses go to standard error. */
function importBundle(context: Context): undefined {
  const file = requireFile(context, 'import');
  const { text, translated, losses } = importAnchoreBundle(
    readPolicyBytes(file, 'the bundle'),
    file,
  );
  context.print(text);
  for (const loss of losses) {
    context.notify(`not translated: ${loss}`);
  }
  context.notify(`${formatCount(translated, 'rule')} translated`);
}

/** Recomputes a verdict from the result that it was made of, with a second implementation. */
function verifyProof(context: Context): ExitStatus {
  const [verdictFile, resultFile] = [requireFile(context, 'verify'), context.positionals[2]];
  if (resultFile === undefined) {
    throw new UserError('E_USAGE', '"plimsoll check policy verify" needs a verdict and a result', {
      hint: 'name both, for example: plimsoll check policy verify verdict.json result.json',
    });
  }
  const verdict = readDocumentText(verdictFile);
  const check = verifyVerdictTexts(verdict, readDocumentText(resultFile));
  const faults = [...check.faults, ...listControlFaults(verdict)];
  for (const fault of faults) {
    context.warn(`differs: ${fault}`);
  }
  for (const part of check.unverified) {
    context.warn(`not verified: ${part}`);
  }
  const values = formatCount(check.values, 'value');
  const isValid = faults.length === 0;
  context.print(
    isValid ? `the verdict holds: ${values} recomputed\n` : 'the verdict does not hold\n',
  );
  if (!isValid) {
    return EXIT_STATUS.gateFailed;
  }
  return check.unverified.length === 0 ? EXIT_STATUS.fine : EXIT_STATUS.incomplete;
}

const CHANGE_COLUMNS: readonly TextColumn<OutcomeChange>[] = [
  { title: 'RULE', canShrink: true, wraps: true, cell: ({ rule }) => rule },
  { title: 'SUBJECT', canShrink: true, wraps: true, cell: ({ subject = '' }) => subject },
  { title: 'BEFORE', cell: ({ before }) => before },
  { title: 'AFTER', cell: ({ after }) => after },
  { title: 'CAUSE', cell: ({ causes }) => causes.join(' or ') },
];

/** Compares two verdicts, and names the cause of each difference. */
function printDifference(context: Context): undefined {
  const [older, newer] = [requireFile(context, 'diff'), context.positionals[2]];
  if (newer === undefined) {
    throw new UserError('E_USAGE', '"plimsoll check policy diff" needs two verdicts', {
      hint: 'name both, for example: plimsoll check policy diff last-week.json verdict.json',
    });
  }
  const difference = compareVerdicts(
    readEarlierVerdict(readPolicyBytes(older, 'the verdict', DOCUMENT_BYTES_MAX), older),
    readEarlierVerdict(readPolicyBytes(newer, 'the verdict', DOCUMENT_BYTES_MAX), newer),
  );
  if (chooseFlagFormat(FORMATS, '"plimsoll check policy"', context) === 'json') {
    context.print(`${formatJson(difference)}\n`);
    return;
  }
  const { before, after, inputs, changes } = difference;
  const verdict = before === after ? `${before}, as before` : `${before} became ${after}`;
  const causes = inputs.map(({ cause }) => cause).join(', ');
  context.print(`verdict: ${escapeText(verdict)}\n`);
  context.print(`inputs that differ: ${causes === '' ? 'none' : causes}\n`);
  if (changes.length > 0) {
    context.print('\n');
    printTable({ columns: CHANGE_COLUMNS, rows: changes }, context);
  }
}

/** Names each line of an earlier ledger that is missing or changed in a later one. */
function verifyLedger(context: Context): ExitStatus {
  const [older, newer] = [requireFile(context, 'ledger'), context.positionals[2]];
  if (newer === undefined) {
    throw new UserError('E_USAGE', '"plimsoll check policy ledger" needs two ledgers', {
      hint: 'name both, for example: plimsoll check policy ledger last-month.jsonl ledger.jsonl',
    });
  }
  const [before, after] = [older, newer].map((file) => readLedger(readDocumentText(file), file));
  const altered = before && after ? listAlteredLines(before, after) : [];
  for (const line of altered) {
    context.warn(`altered: ${line}`);
  }
  context.print(altered.length === 0 ? 'no line was altered\n' : 'lines were altered\n');
  return altered.length === 0 ? EXIT_STATUS.fine : EXIT_STATUS.gateFailed;
}

const DOCUMENT_BYTES_MAX = 1024 * 1024 * 1024;

function readDocumentText(file: string): string {
  return readPolicyBytes(file, 'the document', DOCUMENT_BYTES_MAX).toString('utf8');
}

function requireFile({ positionals }: Context, action: string): string {
  const [, file] = positionals;
  if (file === undefined) {
    throw new UserError('E_USAGE', `"plimsoll check policy ${action}" needs a file`, {
      hint: `name it, for example: plimsoll check policy ${action} FILE`,
    });
  }
  return file;
}
