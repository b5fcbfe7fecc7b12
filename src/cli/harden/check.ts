import { EXIT_STATUS, type ExitStatus, UserError } from '../../foundation/core/error.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import { escapeText, formatCount } from '../../foundation/core/screen-text.ts';
import { formatTargetTitle } from '../../foundation/core/target-title.ts';
import { type TextColumn, writeTextTable } from '../../foundation/present/text-table.ts';
import type { BaseImage } from '../../hardening/base/base-image.ts';
import { BaseStore } from '../../hardening/base/base-store.ts';
import { describeBase } from '../../hardening/base/describe-base.ts';
import type { AbiFacts } from '../../hardening/base/provisions.ts';
import {
  type BaseCheck,
  type CheckItem,
  describeCopied,
} from '../../hardening/harden/check/base-check.ts';
import { BaseContents } from '../../hardening/harden/check/base-contents.ts';
import { checkBase } from '../../hardening/harden/check/check-base.ts';
import { formatCopy } from '../../hardening/harden/check/copy-lines.ts';
import { ImageFiles } from '../../hardening/harden/image-files.ts';
import { indexPackageFiles } from '../../hardening/harden/package-files.ts';
import { NO_ABI, readBaseContent } from '../base-content.ts';
import { formatBaseName } from '../base-output.ts';
import type { Context } from '../command.ts';
import { printJson } from '../db-output.ts';
import { chooseFlagFormat } from '../flag-format.ts';
import { getBaseStoreDirectory } from '../folders.ts';
import { createTableOptions } from '../terminal.ts';
import { createPlanRun, type PlanRun } from './plan-run.ts';

/** `harden check APP BASE`. */
export async function printCheck(context: Context): Promise<ExitStatus> {
  const [, , word] = context.positionals;
  if (word === undefined) {
    throw new UserError('E_USAGE', 'missing base image for "plimsoll harden check"', {
      hint: 'name both, for example: plimsoll harden check app.tar debian:12-slim',
    });
  }
  const format = chooseFlagFormat(['table', 'json'], '"plimsoll harden check"', context);
  const base = await findBaseImage(word, context);
  const { run, check } = await runCheck(base, context);
  if (format === 'json') {
    const { target } = run.assessment.inventory;
    printJson(context, {
      schema: 'plimsoll-base-check/1',
      target: formatTargetTitle(target),
      ...check,
    });
  } else {
    printBaseCheck(check, formatTargetTitle(run.assessment.inventory.target), context);
  }
  return STATUS[check.result];
}

const STATUS: Readonly<Record<BaseCheck['result'], ExitStatus>> = {
  yes: EXIT_STATUS.fine,
  'yes-with': EXIT_STATUS.fine,
  no: EXIT_STATUS.gateFailed,
  unknown: EXIT_STATUS.incomplete,
};

/** A base image to check an application against. */
export interface FoundBase {
  readonly image: BaseImage;
  /** Why its facts are incomplete; empty for known ones, which were read completely. */
  readonly doubts: readonly string[];
}

/** Finds a known base image by its name or ID, or else reads an image. */
export async function findBaseImage(word: string, context: Context): Promise<FoundBase> {
  const { resolved, environment } = context;
  const store = new BaseStore(getBaseStoreDirectory(resolved.values, environment));
  const found = store.findHeads(word).toSorted((left, right) => toTime(right) - toTime(left));
  const [latest] = found;
  if (latest === undefined) {
    const content = await readBaseContent(word, context);
    const doubts = listDoubts(content.inventory, 'the base image');
    return { image: describeBase(content, { names: [word] }), doubts };
  }
  if (found.length > 1) {
    const count = formatCount(found.length, 'base image has', 'base images have');
    context.notify(
      `note: ${count} the name "${escapeText(word)}"; using the latest, ${latest.id.slice(0, 12)}`,
    );
  }
  return { image: store.readImage(latest.id), doubts: [] };
}

function toTime({ created }: BaseImage['head']): number {
  return created === undefined ? 0 : Date.parse(created);
}

export interface CheckRun {
  readonly run: PlanRun;
  readonly check: BaseCheck;
}

/** Plans what the application needs, and checks it against a base image. */
export async function runCheck(base: FoundBase, context: Context): Promise<CheckRun> {
  let abi = NO_ABI;
  const onAbi = (found: AbiFacts): void => {
    abi = found;
  };
  const run = await createPlanRun(context, { onAbi, isBaseWanted: true });
  return { run, check: checkRun({ run, abi }, base) };
}

/** Checks an application whose plan is known. */
export function checkRun(
  { run, abi }: { readonly run: PlanRun; readonly abi: AbiFacts },
  { image: base, doubts }: FoundBase,
): BaseCheck {
  const { plan, assessment } = run;
  const { inventory } = assessment;
  const files = new ImageFiles(inventory.files);
  return checkBase({
    plan,
    inventory,
    files,
    packages: indexPackageFiles(inventory, files),
    abi,
    base: new BaseContents(base),
    name: formatBaseName(base.head),
    doubts: [...listDoubts(inventory, 'the image'), ...doubts],
  });
}

function listDoubts({ problems, problemsNotListed }: Inventory, name: string): readonly string[] {
  const isWhole = problems.every(({ code }) => code === 'P_CHANGED') && problemsNotListed === 0;
  return isWhole ? [] : [`some files of ${name} could not be read`];
}

const RESULTS: Readonly<Record<BaseCheck['result'], string>> = {
  yes: 'yes',
  'yes-with': 'yes with',
  no: 'no',
  unknown: 'unknown',
};

const COLUMNS: readonly TextColumn<CheckItem>[] = [
  { title: 'ITEM', canShrink: true, wraps: 'paths', cell: ({ name }) => name },
  { title: 'KIND', dropRank: 1, cell: ({ kind }) => kind },
  { title: 'STATE', cell: ({ state }) => state },
  { title: 'NEEDED BY', canShrink: true, wraps: 'paths', cell: ({ neededBy }) => neededBy },
  { title: '', canShrink: true, wraps: true, cell: ({ detail }) => detail },
];

const ITEMS_MAX = 40;

/** The parts of the context that pages write to. */
interface Page {
  readonly terminal: Parameters<typeof createTableOptions>[0];
  readonly print: (text: string) => void;
}

export function printBaseCheck(check: BaseCheck, title: string, context: Page): void {
  const print = (line: string): void => context.print(`${escapeText(line)}\n`);
  print(`${title} on ${check.base}: ${RESULTS[check.result]}`);
  describeCounts(check).forEach(print);
  check.doubts.forEach((doubt) => print(`Not decided: ${doubt}`));
  const items = groupItems(check.items);
  const shown = items.slice(0, ITEMS_MAX);
  if (shown.length > 0) {
    context.print('\n');
    const target = { write: (text: string) => context.print(text) };
    writeTextTable(target, { columns: COLUMNS, rows: shown }, createTableOptions(context.terminal));
    const more = items.length - shown.length;
    if (more > 0) {
      print(`and ${formatCount(more, 'more', 'more')} (see -o json)`);
    }
  }
  if (check.result === 'no') {
    return;
  }
  printLines('The application', check.own, context);
  printLines('Further files, the smallest first', check.added, context);
  if (check.packages.length > 0) {
    context.print('\n');
    print(`The same files are in packages of this release: ${check.packages.join(' ')}`);
  }
  const copied = describeCopied(check);
  if (copied !== undefined) {
    context.print('\n');
    print(`${copied}.`);
  }
  if (check.user !== undefined) {
    context.print('\n');
    print(`USER ${check.user}`);
  }
  if (check.program !== undefined) {
    context.print('\n');
    print(`Start ${check.program} instead of the link to it.`);
  }
  if (check.bets > 0) {
    context.print('\n');
    print(
      `${formatCount(check.bets, 'place')} in the application cannot be followed; see "plimsoll harden plan".`,
    );
  }
}

/** Several files of one directory that the same file needs are one row. */
function groupItems(items: readonly CheckItem[]): readonly CheckItem[] {
  const groups = Map.groupBy(items, ({ kind, name, neededBy, state }) =>
    kind === 'file' ? `${state} ${neededBy} ${name.slice(0, name.lastIndexOf('/'))}` : name,
  );
  return [...groups.values()].flatMap((members) => {
    const [first] = members;
    const isGroup = first !== undefined && members.length > 1 && first.kind === 'file';
    const folder = first?.name.slice(0, first.name.lastIndexOf('/')) ?? '';
    return isGroup ? [{ ...first, name: `${members.length} files in ${folder}` }] : members;
  });
}

function printLines(title: string, lines: BaseCheck['own'], context: Page): void {
  if (lines.length > 0) {
    context.print(`\n${title}:\n`);
    lines.forEach((line) => context.print(`  ${escapeText(formatCopy(line, 'app'))}\n`));
  }
}

function describeCounts({ items }: BaseCheck): readonly string[] {
  const countState = (state: CheckItem['state']): number =>
    items.filter((item) => item.state === state).length;
  const missing = countState('missing');
  const copied = countState('copied');
  if (missing > 0) {
    return [`${formatCount(missing, 'item that it needs is', 'items that it needs are')} missing.`];
  }
  return copied === 0 ? [] : [`${formatCount(copied, 'item comes', 'items come')} from its image.`];
}
