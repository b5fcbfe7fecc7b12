import { findSharedBase } from '../../assess/shared-base.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import { canonicalizeJson } from '../../foundation/syntax/json/canonical-json.ts';
import { readLastId } from '../store/last-id.ts';
import type { StoreTransaction } from '../store/store.ts';
import { digestKey } from '../store/stored-text.ts';

/** Builders and systems choose these names. */
const NAME_CHARS_MAX = 300;

interface BasedImage {
  readonly id: number;
  readonly inventory: Inventory;
  /** Its components by the keys of their packages. */
  readonly components: ReadonlyMap<string, number>;
}

/** Writes the base of a new image, and its components that no image on it had before. */
export async function writeBase(
  transaction: StoreTransaction,
  { id: image, inventory, components }: BasedImage,
): Promise<void> {
  const found = findSharedBase(inventory);
  if (found === undefined) {
    return;
  }
  const { packages, ...identity } = found;
  const base = await findBase(transaction, {
    ...identity,
    system: identity.system.slice(0, NAME_CHARS_MAX),
    name: identity.name.slice(0, NAME_CHARS_MAX),
    digest: identity.digest.slice(0, NAME_CHARS_MAX),
  });
  await transaction.writeRows('image_base', [{ image, base }]);
  const held = new Set([...packages].flatMap((key) => components.get(key) ?? []));
  const rows = [...held].map((component) => ({ base, component }));
  await transaction.writeRows('base_component', rows, ['base', 'component']);
}

type BaseIdentity = Omit<NonNullable<ReturnType<typeof findSharedBase>>, 'packages'>;

async function findBase(
  { db, writeRows }: StoreTransaction,
  identity: BaseIdentity,
): Promise<number> {
  const key = digestKey(canonicalizeJson(identity));
  const known = await db.selectFrom('base').select('id').where('key', '=', key).executeTakeFirst();
  if (known !== undefined) {
    return known.id;
  }
  const id = (await readLastId(db, 'base')) + 1;
  await writeRows('base', [{ id, key, ...identity }]);
  return id;
}
