import { readFileSync } from 'node:fs';
import { stdin } from 'node:process';
import { createInterface } from 'node:readline';
import { compareEntries } from '../../compliance/justify/create-queue.ts';
import { hasControls, readJustifications } from '../../compliance/justify/file/read-entries.ts';
import { openForSignatures, type Signature } from '../../compliance/justify/file/sign-entry.ts';
import { DAY_MS } from '../../foundation/core/duration.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../../foundation/core/error.ts';
import { isSigned, type Justification } from '../../foundation/core/justification.ts';
import { escapeText, formatCount } from '../../foundation/core/screen-text.ts';
import { fitLines } from '../../foundation/present/fitted-lines.ts';
import { describeEntry } from '../../foundation/present/justification-text.ts';
import type { Context } from '../command.ts';
import { readJustificationFile } from '../justification-files.ts';
import { writeTextFile } from '../output-file.ts';
import { getOutputFileOptions } from '../report-run.ts';

/** Asks for a reason for each unsigned entry of a file, the most severe first. */
export async function signNext(context: Context): Promise<ExitStatus> {
  const [, file] = context.positionals;
  if (file === undefined) {
    throw new UserError('E_USAGE', '"plimsoll justify next" needs a file', {
      hint: 'create one with: plimsoll justify queue TARGET -o yaml=FILE',
    });
  }
  const { bytes } = readJustificationFile(file);
  const text = Buffer.from(bytes).toString('utf8');
  const entries = readJustifications([{ path: file, bytes }]);
  const open = entries.filter((entry) => !isSigned(entry)).toSorted(compareEntries);
  const signer = openForSignatures(text, file);
  const questions = openQuestions(context);
  let written = text;
  let signed = 0;
  for (const [index, entry] of open.entries()) {
    printEntry(entry, `${index + 1} of ${open.length}`, context);
    const answer = await askSignature(entry, questions, context);
    if (answer === 'stop') {
      break;
    }
    if (answer !== 'skip') {
      const next = signer.sign(entry.id, answer);
      requireUnchanged(file, written);
      writeTextFile(file, getOutputFileOptions(context), (sink) => sink.write(next));
      written = next;
      signed += 1;
    }
  }
  questions.close();
  const left = formatCount(open.length - signed, 'entry', 'entries');
  context.print(`${signed} signed, ${left} left in ${escapeText(file)}.\n`);
  return EXIT_STATUS.fine;
}

/** Somebody may have edited the file in the meantime. */
function requireUnchanged(file: string, expected: string): void {
  if (readFileSync(file, 'utf8') !== expected) {
    throw new UserError('E_JUSTIFICATION', `"${file}" was changed by somebody else`, {
      hint: 'run the command again; signatures so far are in the file',
    });
  }
}

function printEntry(entry: Justification, position: string, context: Context): void {
  const lines = describeEntry(entry, position).map((line) => `${escapeText(line)}\n`);
  context.print(fitLines(lines.join(''), context.terminal.resultColumns));
}

interface Questions {
  /** Returns the answer without spaces around it; `undefined` at the end of the input. */
  ask(question: string): Promise<string | undefined>;
  close(): void;
  /** Answers of the entry before, which are offered again. */
  readonly last: { by: string; until: string };
}

function openQuestions({ print }: Context): Questions {
  const reader = createInterface({ input: stdin });
  const lines = reader[Symbol.asyncIterator]();
  return {
    async ask(question) {
      print(question);
      const { value, done } = await lines.next();
      return done === true ? undefined : value.trim();
    },
    close: () => reader.close(),
    last: { by: '', until: '' },
  };
}

async function askSignature(
  entry: Justification,
  questions: Questions,
  context: Context,
): Promise<Signature | 'skip' | 'stop'> {
  const reason = await askReason(entry, questions, context);
  if (reason === 'stop' || reason === 'skip') {
    return reason;
  }
  const { last } = questions;
  const by = await askUntilValid('by', last.by || entry.by, {
    questions,
    context,
    check: checkAuthor,
  });
  const until =
    by === undefined
      ? undefined
      : await askUntilValid('until (a date, or days)', last.until || entry.until, {
          questions,
          context,
          check: (text) => checkEnd(text, context.now),
        });
  if (by === undefined || until === undefined) {
    return 'stop';
  }
  Object.assign(last, { by, until });
  return { reason: reason.text, by, until };
}

async function askReason(
  { proposed }: Justification,
  questions: Questions,
  context: Context,
): Promise<{ readonly text: string } | 'skip' | 'stop'> {
  const proposal = proposed === undefined ? '' : ', "p" for the proposal';
  for (;;) {
    const answer = await questions.ask(`reason (Enter to skip${proposal}, "q" to stop): `);
    if (answer === undefined || answer === 'q') {
      return 'stop';
    }
    if (answer === '') {
      return 'skip';
    }
    const text = answer === 'p' ? proposed : answer;
    if (text !== undefined && !hasControls(text)) {
      return { text };
    }
    const problem = text === undefined ? 'there is nothing proposed' : CONTROLS_PROBLEM;
    context.print(`${problem}\n`);
  }
}

const CONTROLS_PROBLEM = 'leave out control and invisible characters';

interface Asking {
  readonly questions: Questions;
  readonly context: Context;
  /** Returns the value, or why it is not valid. */
  check(text: string): { readonly value: string } | { readonly problem: string };
}

async function askUntilValid(
  title: string,
  offered: string,
  { questions, context, check }: Asking,
): Promise<string | undefined> {
  for (;;) {
    const answer = await questions.ask(
      `${title}${offered === '' ? '' : ` [${escapeText(offered)}]`}: `,
    );
    if (answer === undefined) {
      return undefined;
    }
    const checked = check(answer === '' ? offered : answer);
    if ('value' in checked) {
      return checked.value;
    }
    context.print(`${escapeText(checked.problem)}\n`);
  }
}

function checkAuthor(text: string): ReturnType<Asking['check']> {
  if (hasControls(text)) {
    return { problem: CONTROLS_PROBLEM };
  }
  return text === '' || /^plimsoll\b/i.test(text)
    ? { problem: 'name the person who decides, such as ops@example.org' }
    : { value: text };
}

const DAYS_MAX = 3_650;

function checkEnd(text: string, now: string): ReturnType<Asking['check']> {
  const days = /^\d{1,4}$/.test(text) ? Number(text) : undefined;
  if (days !== undefined && days > 0 && days <= DAYS_MAX) {
    return { value: new Date(Date.parse(now) + days * DAY_MS).toISOString().slice(0, 10) };
  }
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  const isDate = !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
  return isDate && time > Date.parse(now)
    ? { value: text }
    : { problem: 'write a later date as 2027-01-31, or a number of days' };
}
