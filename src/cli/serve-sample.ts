import { join } from 'node:path';
import { readInventory } from '../assess/read-inventory.ts';
import { writeInventoryDocument } from '../server/engine/inventory-document.ts';
import { pushDocument } from '../server/http/push-document.ts';
import { findServer } from '../server/http/server-address.ts';
import { hasDatabase } from '../vulnerability/advisory/open-database.ts';
import type { Context } from './command.ts';
import { createTemporaryDirectory } from './folders.ts';
import {
  BASE,
  BASE_FEEDS,
  buildSampleDatabase,
  findExamplesDirectory,
  SAMPLE,
  SAMPLE_FEEDS,
  SMALL_BASE,
} from './sample-data.ts';

/** The samples of a server by the names of their images: one must not ship. */
const IMAGES = [
  { name: 'debian:trixie-slim', file: join('base-images', BASE) },
  { name: 'alpine:3.20', file: join('base-images', SMALL_BASE) },
  { name: 'shop:1.4', file: SAMPLE },
] as const;

/** The samples stay as they are, so the age of their advisories does not count. */
export const SAMPLE_AGE_DAYS_MAX = 0;

/** Builds the database of the samples in the directory of their server, once. */
export async function prepareSampleDatabase(folder: string): Promise<string> {
  const database = join(folder, 'advisories');
  if (!hasDatabase(database)) {
    await buildSampleDatabase([...BASE_FEEDS, ...SAMPLE_FEEDS], database);
  }
  return database;
}

/** Sends the samples to the server of a directory; known ones change nothing. */
export async function pushSamples(folder: string, { resources }: Context): Promise<void> {
  const server = findServer(folder);
  const temporaryFolder = createTemporaryDirectory(resources);
  const examples = findExamplesDirectory();
  for (const { name, file } of IMAGES) {
    const inventory = await readInventory(join(examples, file), { temporaryFolder, name });
    const document = writeInventoryDocument({ inventory, configuration: { name } });
    await pushDocument(server, document);
  }
}
