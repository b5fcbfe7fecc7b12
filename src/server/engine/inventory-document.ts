import { UserError } from '../../foundation/core/error.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import type { TargetDescription } from '../../foundation/core/target.ts';
import { readInventoryForm, writeInventoryForm } from '../../image/read/inventory-form.ts';

/*
 * An inventory as one document: a line of JSON about its target, and the form in which layers are
 * cached, which loses nothing.
 */

const FORMAT = 'plimsoll-inventory-1';
const LINE_END = 0x0a;
const PUSH_HINT = 'push the target again with the version of plimsoll that the server has';

interface Head {
  readonly format: string;
  /** With bytes as {@link EncodedBytes}. */
  readonly target: object;
  /** Options that shaped the inventory. */
  readonly configuration: Readonly<Record<string, unknown>>;
}

/** An inventory, and the options that shaped it. */
export interface PushedInventory {
  readonly inventory: Inventory;
  readonly configuration: Readonly<Record<string, unknown>>;
}

/** Writes an inventory without the values of environment variables, which may be secret. */
export function writeInventoryDocument({ inventory, configuration }: PushedInventory): Buffer {
  const { target, environment: _environment, ...kept } = inventory;
  const form = writeInventoryForm(kept);
  if (form === undefined) {
    throw new UserError('E_DOCUMENT_INVALID', 'the inventory contains text that is not Unicode');
  }
  const head: Head = { format: FORMAT, target: encodeBytes(target), configuration };
  return Buffer.from(`${JSON.stringify(head)}\n${form}`);
}

/**
 * Reads the result of {@link writeInventoryDocument}.
 *
 * @throws UserError `E_DOCUMENT_INVALID` if it is malformed, `E_VERSION` if another version wrote it
 */
export function readInventoryDocument(bytes: Buffer): PushedInventory {
  try {
    const end = bytes.indexOf(LINE_END);
    const head = JSON.parse(bytes.subarray(0, end).toString()) as Head;
    if (head.format !== FORMAT) {
      throw new UserError(
        'E_VERSION',
        `the inventory has format "${head.format}", not "${FORMAT}"`,
        {
          hint: PUSH_HINT,
        },
      );
    }
    const inventory = {
      ...readInventoryForm(bytes.subarray(end + 1)),
      target: decodeBytes(head.target),
    };
    return { inventory, configuration: head.configuration };
  } catch (cause) {
    if (cause instanceof UserError) {
      throw cause;
    }
    throw new UserError('E_DOCUMENT_INVALID', 'the document is not an inventory of plimsoll', {
      hint: PUSH_HINT,
      cause,
    });
  }
}

/** Bytes as JSON: those of the manifest and the configuration of an image. */
interface EncodedBytes {
  readonly base64: string;
}

function encodeBytes(target: TargetDescription): object {
  return mapMembers(target, (value) =>
    value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value,
  );
}

function decodeBytes(target: object): TargetDescription {
  const decoded = mapMembers(target, (value) =>
    isEncoded(value) ? new Uint8Array(Buffer.from(value.base64, 'base64')) : value,
  );
  return decoded as unknown as TargetDescription;
}

function isEncoded(value: unknown): value is EncodedBytes {
  return typeof value === 'object' && value !== null && 'base64' in value;
}

function mapMembers(target: object, change: (value: unknown) => unknown): object {
  return Object.fromEntries(Object.entries(target).map(([name, value]) => [name, change(value)]));
}
