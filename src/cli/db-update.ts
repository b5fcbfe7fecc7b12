import { installNeededShards } from '../assess/complete-database.ts';
import { listSupportAlerts, planUpdate } from '../assess/database-refresh.ts';
import { readTargetInventory } from '../assess/read-target-inventory.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../foundation/core/error.ts';
import type { Inventory } from '../foundation/core/inventory.ts';
import { escapeText, formatCount, groupDigits } from '../foundation/core/screen-text.ts';
import type { IndexShard } from '../vulnerability/advisory/delivery/database-index.ts';
import { formatLayerName } from '../vulnerability/advisory/layer.ts';
import type { Offer, UpdateCheck } from '../vulnerability/advisory/update/find-offer.ts';
import { formatUrl, isLocalPlace, toArchiveUrl } from '../vulnerability/advisory/update/listing.ts';
import {
  checkForUpdate,
  updateDatabase,
} from '../vulnerability/advisory/update/update-database.ts';
import type { UpdateOptions } from '../vulnerability/advisory/update/update-options.ts';
import type { Context } from './command.ts';
import { printJson, printRows } from './db-output.ts';
import { createPorts, createReadingRequest, createRefreshRequest } from './request.ts';

/** Installs the newest database of a mirror: of a signed one, only what `--for` targets need. */
export async function updateFromMirrors(folder: string, context: Context): Promise<ExitStatus> {
  refuseOffline(context);
  const plan = planDatabaseUpdate(context);
  const targets = context.resolved.values.for;
  const inventories = await readInventories(targets, context);
  const isPartial = targets.length > 0;
  const selection = { isPartial, isThorough: true };
  const { current, offer, isNewer } = await updateDatabase(folder, { ...plan, ...selection });
  const request = { database: { folder } };
  const hasAdded = await installNeededShards(
    inventories,
    request,
    createPorts(context),
    async (neededShards) => {
      await updateDatabase(folder, { ...plan, neededShards });
      return true;
    },
  );
  context.resources.dispose();
  reportSupport(offer, context);
  const builtAt = current.description?.builtAt ?? '';
  context.print(
    isNewer || hasAdded
      ? `Advisory database updated: built ${escapeText(builtAt)}\n`
      : `No update available: the advisory database was built ${escapeText(builtAt)}\n`,
  );
  return EXIT_STATUS.fine;
}

async function readInventories(
  targets: readonly string[],
  context: Context,
): Promise<readonly Inventory[]> {
  const inventories: Inventory[] = [];
  for (const target of targets) {
    const request = { reading: await createReadingRequest(context) };
    inventories.push(await readTargetInventory(target, request, createPorts(context)));
  }
  return inventories;
}

/** Returns 100 if an update is available, like Grype. */
export async function checkMirrors(
  folder: string,
  context: Context,
  isJson: boolean,
): Promise<ExitStatus> {
  refuseOffline(context);
  const found = await checkForUpdate(folder, planDatabaseUpdate(context));
  context.resources.dispose();
  const { current, offer, isNewer } = found;
  reportSupport(offer, context);
  if (isJson) {
    printJson(context, toCheckDocument(found));
  } else {
    const installed = current.isValid ? current.description : undefined;
    const lines = [
      installed === undefined
        ? 'No advisory database is installed'
        : `Installed: ${installed.sourceSchema || 'own build'}, built ${installed.builtAt}`,
      isNewer ? `Available: ${formatOffer(offer)}` : 'No update available',
    ];
    context.print(lines.map((line) => `${escapeText(line)}\n`).join(''));
    if (isNewer) {
      context.notify('Run "plimsoll db update" to download it');
    }
  }
  return isNewer ? EXIT_STATUS.updateAvailable : EXIT_STATUS.fine;
}

function formatOffer(offer: Offer): string {
  return offer.kind === 'listing'
    ? `${offer.listing.schemaVersion}, built ${offer.listing.builtAt}`
    : `index ${offer.index.sequence}, created ${offer.index.created}`;
}

/** Uses the members of Grype's JSON. */
function toCheckDocument({ current, offer, isNewer }: UpdateCheck): object {
  const { description } = current;
  const installed =
    current.isValid && description !== undefined
      ? { schemaVersion: description.sourceSchema, built: description.builtAt }
      : null;
  return {
    currentDB: installed,
    candidateDB: isNewer ? toOfferDocument(offer) : null,
    updateAvailable: isNewer,
  };
}

function toOfferDocument(offer: Offer): object {
  if (offer.kind === 'listing') {
    const { status: lifecycle, schemaVersion, builtAt, path, checksum } = offer.listing;
    return { status: lifecycle, schemaVersion, built: builtAt, path, checksum };
  }
  const { sequence, created, expires, layers } = offer.index;
  const shards = layers.flatMap((layer) => layer.shards);
  return { sequence, created, expires, shards: shards.length, sizeBytes: sumDelivery(shards) };
}

function sumDelivery(shards: readonly IndexShard[]): number {
  return shards.reduce((sum, { complete }) => sum + complete.sizeBytes, 0);
}

/** Prints the newest database of a mirror. */
export async function listMirror(
  folder: string,
  context: Context,
  isJson: boolean,
): Promise<ExitStatus> {
  refuseOffline(context);
  const { offer } = await checkForUpdate(folder, planDatabaseUpdate(context));
  context.resources.dispose();
  reportSupport(offer, context);
  if (isJson) {
    printJson(context, [toOfferDocument(offer)]);
  } else {
    printRows(context, listOfferRows(offer));
  }
  return EXIT_STATUS.fine;
}

function listOfferRows(offer: Offer): readonly (readonly [string, string])[] {
  if (offer.kind === 'listing') {
    const { listing, url } = offer;
    return [
      ['Status', listing.status],
      ['Schema', listing.schemaVersion],
      ['Built', listing.builtAt],
      ['Listing', formatUrl(url)],
      ['Archive', formatUrl(toArchiveUrl(listing, url))],
      ['Checksum', listing.checksum],
    ];
  }
  const { index, place } = offer;
  const shards = index.layers.flatMap((layer) => layer.shards);
  return [
    ['Index', place],
    ['Sequence', String(index.sequence)],
    ['Created', index.created],
    ['Expires', index.expires],
    ['Layers', index.layers.map(({ id }) => formatLayerName(id)).join(', ')],
    ['Size', `${groupDigits(sumDelivery(shards))} bytes in ${formatCount(shards.length, 'shard')}`],
  ];
}

function refuseOffline({ resolved, positionals }: Context): void {
  const { offline, dbUrl } = resolved.values;
  const isLocal = dbUrl.length > 0 && dbUrl.every(isLocalPlace);
  if (offline && !isLocal) {
    const [word = ''] = positionals;
    throw new UserError(
      'E_USAGE',
      `network access is disabled (--offline): "plimsoll db ${word}" needs it`,
      {
        hint: 'leave out --offline, or import the database with "plimsoll db import FILE"',
      },
    );
  }
}

function reportSupport(offer: Offer, context: Context): void {
  const alerts = offer.kind === 'listing' ? listSupportAlerts(offer.listing.status) : [];
  for (const { message } of alerts) {
    context.notify(`warning: ${message}`);
  }
}

/** Returns how the options request a database to be downloaded. */
function planDatabaseUpdate(context: Context): UpdateOptions {
  const { values } = context.resolved;
  return planUpdate(createRefreshRequest(values), createPorts(context), values.limits);
}
