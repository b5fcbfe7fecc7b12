import { defined } from '../../../foundation/core/defined.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../../../foundation/core/error.ts';
import { suggestWord } from '../../../foundation/core/option-suggestion.ts';
import { escapeText, formatCount } from '../../../foundation/core/screen-text.ts';
import { restoreStore } from '../../../server/admin/backup.ts';
import { planMigration } from '../../../server/admin/plan-migration.ts';
import { Store, type StoreSetting } from '../../../server/store/store.ts';
import { endAllSessions, printRights, runTokenAction } from '../../admin-access.ts';
import { runAdvisoryAction } from '../../admin-advisories.ts';
import { openStoreEngine, removeOldImages, runVetoAction } from '../../admin-retention.ts';
import { runSecretsAction } from '../../admin-secrets.ts';
import { runWatchAction } from '../../admin-watch.ts';
import type { Command, Context } from '../../command.ts';
import { readDocumentBucket } from '../../document-bucket.ts';
import { getServerDirectory } from '../../folders.ts';
import { findTenantStore } from '../../tenants.ts';
import { parseDatabaseUrl } from '../serve.ts';

/** Maintains the store of a server. */
export const admin: Command = { run };

const ACTIONS = new Map([
  ['verify', verifyStore],
  ['backup', createBackup],
  ['restore', restoreBackup],
  ['migrate', migrateStore],
  ['retire', removeOldImages],
  ['veto', runVetoAction],
  ['watch', runWatchAction],
  ['advisories', runAdvisoryAction],
  ['token', runTokenAction],
  ['secrets', runSecretsAction],
  ['sign-out', endAllSessions],
  ['who-may', printRights],
]);

async function run(context: Context): Promise<ExitStatus> {
  const [word = ''] = context.positionals;
  const action = ACTIONS.get(word);
  if (action === undefined) {
    const words = [...ACTIONS.keys()];
    throw word === ''
      ? new UserError(
          'E_USAGE',
          `missing action for "plimsoll serve admin": use one of ${words.join(', ')}`,
          {
            hint: 'for example: plimsoll serve admin verify',
          },
        )
      : new UserError('E_USAGE', `unknown action "${word}" for "plimsoll serve admin"`, {
          hint: suggestWord(word, words),
        });
  }
  const databaseUrl = parseDatabaseUrl(context);
  const { environment, resolved } = context;
  const folder = getServerDirectory(resolved.values, environment);
  const bucket = readDocumentBucket(resolved.values, environment);
  const setting = { folder, ...defined({ databaseUrl, bucket }) };
  // A backup can be restored as a tenant that no server has yet.
  const isNew = word === 'restore';
  return await action(context, findTenantStore(setting, context, { isNew }));
}

async function verifyStore(context: Context, setting: StoreSetting): Promise<ExitStatus> {
  await using engine = await openStoreEngine(context, setting);
  const differences = await engine.audit();
  const { revision, images, components } = await engine.readStatus();
  const subject = `revision ${revision}, ${formatCount(images, 'image')}, ${formatCount(components, 'component')}`;
  context.print(`${subject}: ${formatCount(differences.length, 'difference')}\n`);
  const { entries, head } = await engine.access.verifyAudit();
  context.notify(`audit log: ${formatCount(entries, 'entry', 'entries')}, head ${head || 'none'}`);
  differences.forEach((one) => context.print(`${escapeText(one)}\n`));
  return differences.length === 0 ? EXIT_STATUS.fine : EXIT_STATUS.toolError;
}

function getDirectory({ positionals }: Context): string {
  const [action = '', folder] = positionals;
  if (folder === undefined) {
    throw new UserError('E_USAGE', `"plimsoll serve admin ${action}" needs a directory`, {
      hint: `for example: plimsoll serve admin ${action} ./backup`,
    });
  }
  return folder;
}

/** Maximum number of jobs that a message names. */
const LOST_MAX = 10;

async function createBackup(context: Context, setting: StoreSetting): Promise<ExitStatus> {
  const target = getDirectory(context);
  await using engine = await openStoreEngine(context, setting);
  const { rows, documents, lostJobs } = await engine.writeBackup(target);
  const sum = Object.values(rows).reduce((count, one) => count + one, 0);
  const parts = `${formatCount(sum, 'row')} and ${formatCount(documents, 'document')}`;
  context.print(`backup in ${target}: ${parts}\n`);
  reportLostJobs(context, lostJobs);
  return EXIT_STATUS.fine;
}

async function restoreBackup(context: Context, setting: StoreSetting): Promise<ExitStatus> {
  const source = getDirectory(context);
  await using store = await Store.open(setting);
  const { rows, documents, lostJobs } = await restoreStore(store, setting, source);
  const images = formatCount(rows['image'] ?? 0, 'image');
  context.print(`restored ${images} and ${formatCount(documents, 'document')}\n`);
  reportLostJobs(context, lostJobs);
  return EXIT_STATUS.fine;
}

/** The documents of these jobs were never in the place of documents, or were lost there. */
function reportLostJobs(context: Context, jobs: readonly number[]): void {
  if (jobs.length > 0) {
    const subject = formatCount(jobs.length, 'job');
    const ids = `${jobs.slice(0, LOST_MAX).join(', ')}${jobs.length > LOST_MAX ? ' …' : ''}`;
    context.notify(
      `${subject} cannot run, because the documents are missing: ${ids}; send the inventories again`,
    );
  }
}

async function migrateStore(context: Context, setting: StoreSetting): Promise<ExitStatus> {
  const { version, target, steps, oldest } = await planMigration(setting);
  const state =
    version === undefined ? 'there is no store yet' : `the store has version ${version}`;
  context.print(`${state}; this program uses version ${target}\n`);
  steps.forEach((step) => context.print(`- ${step}\n`));
  if (version !== undefined && steps.length > 0) {
    context.print(`${describeOlder(version, oldest)}\n`);
  }
  if (!context.resolved.values.preview && steps.length > 0) {
    await using _store = await Store.open(setting);
    context.print('updated\n');
  }
  return EXIT_STATUS.fine;
}

/** Describes the effect on programs that have the store open. */
function describeOlder(version: number, oldest: number): string {
  return oldest > version
    ? 'servers and workers of the version before end by themselves after the update'
    : 'servers and workers of the version before can go on to use the store';
}
