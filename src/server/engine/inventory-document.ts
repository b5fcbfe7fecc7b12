import { UserError } from '../../core/error.ts';
import type { Inventory } from '../../core/inventory.ts';
import type { TargetDescription } from '../../core/target.ts';
import { readInventoryForm, writeInventoryForm } from '../../read/inventory-form.ts';

/*
 * An inventory as one document: a line of JSON about its target, and the form in which layers are
 * cached, which loses nothing.
 */

const FORMAT = 'plimsoll-inventory-1';
const LINE_END = 0x0a;

interface Head {
  readonly format: string;
  readonly target: TargetDescription;
}

/** Writes an inventory without the values of environment variables, which may be secret. */
export function writeInventoryDocument(inventory: Inventory): Buffer {
  const { target, environment: _environment, ...kept } = inventory;
  const form = writeInventoryForm(kept);
  if (form === undefined) {
    throw new UserError('E_DOCUMENT_INVALID', 'the inventory contains text that is not Unicode');
  }
  const head: Head = { format: FORMAT, target };
  return Buffer.from(`${JSON.stringify(head)}\n${form}`);
}

/** Reads the result of {@link writeInventoryDocument}; throws `UserError` `E_DOCUMENT_INVALID`. */
export function readInventoryDocument(bytes: Buffer): Inventory {
  try {
    const end = bytes.indexOf(LINE_END);
    const head = JSON.parse(bytes.subarray(0, end).toString()) as Head;
    if (head.format !== FORMAT) {
      throw new RangeError(`the format is ${head.format}`);
    }
    return { ...readInventoryForm(bytes.subarray(end + 1)), target: head.target };
  } catch (cause) {
    throw new UserError('E_DOCUMENT_INVALID', 'the document is not an inventory of plimsoll', {
      hint: 'send inventories with "plimsoll push"',
      cause,
    });
  }
}
