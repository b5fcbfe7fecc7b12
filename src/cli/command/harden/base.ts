import { assessCompleteness, createAssessment } from '../../../foundation/core/assessment.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../../../foundation/core/error.ts';
import { type Inventory, isComplete } from '../../../foundation/core/inventory.ts';
import { suggestWord } from '../../../foundation/core/option-suggestion.ts';
import { escapeText, formatCount } from '../../../foundation/core/screen-text.ts';
import { formatTargetTitle } from '../../../foundation/core/target-title.ts';
import { BASE_BYTES_MAX, formatBase, parseBase } from '../../../hardening/base/base-file.ts';
import type { BaseHead } from '../../../hardening/base/base-image.ts';
import { BaseStore } from '../../../hardening/base/base-store.ts';
import { describeBase } from '../../../hardening/base/describe-base.ts';
import { identifyBase } from '../../../hardening/base/identify-base.ts';
import { readNamedFile } from '../../../image/source/named-file.ts';
import { readBaseContent } from '../../base-content.ts';
import {
  formatBaseName,
  printBaseConclusion,
  printBaseList,
  printBaseRows,
} from '../../base-output.ts';
import type { Command, Context } from '../../command.ts';
import { printJson } from '../../db-output.ts';
import { chooseExitStatus, reportOutcome } from '../../exit-status.ts';
import { chooseFlagFormat } from '../../flag-format.ts';
import { getBaseStoreDirectory } from '../../folders.ts';
import { writeOutputFile } from '../../output-file.ts';
import { readContextInventory } from '../../request.ts';

/** Identifies base images, and manages the known ones. */
export const base: Command = { run };

type Action = (store: BaseStore, context: Context) => Promise<ExitStatus> | ExitStatus;

const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['which', printWhich],
  ['add', addBases],
  ['list', printList],
  ['show', printFacts],
  ['remove', removeBase],
  ['export', exportBase],
  ['import', importBases],
]);

async function run(context: Context): Promise<ExitStatus> {
  const [word] = context.positionals;
  const action = word === undefined ? undefined : ACTIONS.get(word);
  if (action === undefined) {
    const words = [...ACTIONS.keys()];
    throw word === undefined
      ? new UserError(
          'E_USAGE',
          `missing action for "plimsoll harden base": use one of ${words.join(', ')}`,
          {
            hint: 'for example: plimsoll harden base which app.tar',
          },
        )
      : new UserError('E_USAGE', `unknown action "${word}" for "plimsoll harden base"`, {
          hint: suggestWord(word, words),
        });
  }
  const { resolved, environment } = context;
  return await action(new BaseStore(getBaseStoreDirectory(resolved.values, environment)), context);
}

/** Reads all files, because files without a package also distinguish base images. */
async function readAllFiles(target: string, context: Context): Promise<Inventory> {
  return await readContextInventory(target, context, {
    isRecordsOnly: true,
    files: { selection: 'all' },
  });
}

async function printWhich(store: BaseStore, context: Context): Promise<ExitStatus> {
  const target = getArgument(context, 'an image', 'app.tar');
  const format = chooseFlagFormat(['text', 'json'], '"plimsoll harden base which"', context);
  const { heads, errors } = store.list();
  printWarnings(errors, context);
  const inventory = await readAllFiles(target, context);
  const read = store.createReader((message) => context.warn(escapeText(message)));
  const conclusion = identifyBase(inventory, { heads, read });
  if (format === 'json') {
    printJson(context, {
      target: formatTargetTitle(inventory.target),
      known: heads.length,
      ...conclusion,
    });
  } else {
    printBaseConclusion(
      { title: formatTargetTitle(inventory.target), known: heads.length, conclusion },
      context,
    );
  }
  const outcome = { completeness: assessCompleteness(createAssessment({ inventory })) };
  reportOutcome(outcome, context);
  return chooseExitStatus(outcome, context);
}

async function addBases(store: BaseStore, context: Context): Promise<ExitStatus> {
  const [, ...targets] = context.positionals;
  const { name, rank } = context.resolved.values;
  getArgument(context, 'an image', 'debian.tar --name debian:12-slim');
  if (name !== undefined && targets.length > 1) {
    throw new UserError(
      'E_USAGE',
      `--name applies to a single base image, but ${targets.length} images are given`,
      {
        hint: 'run "plimsoll harden base add" once for each image',
      },
    );
  }
  for (const target of targets) {
    const content = await readBaseContent(target, context);
    const { inventory } = content;
    if (inventory.target.kind === 'sbom') {
      throw new UserError('E_UNSUPPORTED', `an SBOM cannot be added as a base image: "${target}"`, {
        hint: 'name the image or the directory that it describes',
      });
    }
    requireComplete(inventory, target);
    const names = name === undefined ? chooseNames(inventory) : [name];
    const head = store.addImage(describeBase(content, { names, rank }));
    context.notify(`${escapeText(formatBaseName(head))}: ${countFacts(head)}`);
  }
  return EXIT_STATUS.fine;
}

/** Rejects an incomplete inventory: its facts would be wrong for every image built on it. */
function requireComplete(inventory: Inventory, target: string): void {
  if (!isComplete(inventory)) {
    const cause = inventory.problems[0]?.message ?? 'it has more problems than problemsMax';
    throw new UserError('E_BASE_INVALID', `could not read all of "${target}": ${cause}`, {
      hint: 'run "plimsoll scan" with the same target to list all problems',
    });
  }
}

/** Returns the tags of an image, or its title if it has none. */
function chooseNames({ target }: Inventory): readonly string[] {
  const tags = target.kind === 'image' ? target.tags : [];
  return tags.length > 0 ? tags : [formatTargetTitle(target)];
}

function countFacts({ layers, packageCount, fileCount }: BaseHead): string {
  return [
    formatCount(layers.length, 'layer'),
    formatCount(packageCount, 'package'),
    formatCount(fileCount, 'file'),
  ].join(', ');
}

function printList(store: BaseStore, context: Context): ExitStatus {
  const format = chooseFlagFormat(['table', 'json'], '"plimsoll harden base list"', context);
  const { heads, errors } = store.list();
  printWarnings(errors, context);
  if (format === 'json') {
    printJson(
      context,
      heads.map(({ sketch: _sketch, ...head }) => head),
    );
  } else {
    printBaseList(heads, context);
  }
  return errors.length === 0 ? EXIT_STATUS.fine : EXIT_STATUS.incomplete;
}

function printFacts(store: BaseStore, context: Context): ExitStatus {
  const format = chooseFlagFormat(['text', 'json'], '"plimsoll harden base show"', context);
  const image = store.readImage(findOne(store, context).id);
  if (format === 'json') {
    printJson(context, { ...image.head, packages: image.packages });
  } else {
    printBaseRows(image, context);
  }
  return EXIT_STATUS.fine;
}

function removeBase(store: BaseStore, context: Context): ExitStatus {
  const head = findOne(store, context);
  store.remove(head.id);
  context.notify(`removed ${escapeText(formatBaseName(head))}`);
  return EXIT_STATUS.fine;
}

function exportBase(store: BaseStore, context: Context): ExitStatus {
  const head = findOne(store, context);
  const [, , file] = context.positionals;
  if (file === undefined) {
    throw new UserError('E_USAGE', 'missing file for "plimsoll harden base export"', {
      hint: 'for example: plimsoll harden base export debian:12-slim debian.base.json',
    });
  }
  const text = formatBase(store.readImage(head.id));
  writeOutputFile(file, { isPrivate: false }, (write) => write(Buffer.from(text)));
  return EXIT_STATUS.fine;
}

function importBases(store: BaseStore, context: Context): ExitStatus {
  const [, ...files] = context.positionals;
  getArgument(context, 'a file', 'debian.base.json');
  for (const file of files) {
    const head = store.addImage(parseBase(readBaseFile(file), file));
    context.notify(`${escapeText(formatBaseName(head))}: ${countFacts(head)}`);
  }
  return EXIT_STATUS.fine;
}

function readBaseFile(file: string): Buffer {
  const createError = (cause?: unknown): UserError =>
    new UserError('E_BASE_INVALID', `could not read the base image in "${file}"`, {
      hint: 'name a file that "plimsoll harden base export" wrote',
      cause,
    });
  return readNamedFile(file, {
    maxBytes: BASE_BYTES_MAX,
    createUnreadableError: createError,
    createTooLongError: createError,
  });
}

function getArgument({ positionals }: Context, kind: string, example: string): string {
  const [word = '', argument] = positionals;
  if (argument === undefined) {
    throw new UserError(
      'E_USAGE',
      `missing argument: "plimsoll harden base ${word}" needs ${kind}`,
      {
        hint: `for example: plimsoll harden base ${word} ${example}`,
      },
    );
  }
  return argument;
}

/**
 * Finds the base image that the command line names.
 *
 * @throws UserError `E_BASE_UNKNOWN` if no base image or several have the name
 */
function findOne(store: BaseStore, context: Context): BaseHead {
  const word = getArgument(context, 'a base image', 'debian:12-slim');
  const found = store.findHeads(word);
  const [only] = found;
  if (only === undefined) {
    throw new UserError('E_BASE_UNKNOWN', `no base image has the name or ID "${word}"`, {
      hint: suggestWord(
        word,
        store.list().heads.flatMap(({ names }) => names),
      ),
    });
  }
  if (found.length > 1) {
    throw new UserError('E_BASE_UNKNOWN', `${found.length} base images have the name "${word}"`, {
      hint: `use an ID: ${found.map(({ id }) => id.slice(0, 12)).join(', ')}`,
    });
  }
  return only;
}

function printWarnings(errors: readonly string[], context: Context): void {
  for (const message of errors) {
    context.warn(escapeText(message));
  }
}
