import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ScanOptions } from '../assess/scan-options.ts';
import type { VexDocument } from '../core/decision.ts';
import { UserError } from '../core/error.ts';
import { suggestionFor } from '../core/option-suggestion.ts';
import { countOf, escapeText } from '../core/screen-text.ts';
import { type FoundDocument, VEX_PLACES, type VexPlace } from '../core/vex-reader.ts';
import { type ReadFoundVexOptions, readFoundVex } from '../document/vex/read-vex.ts';
import type { Context } from './command.ts';

/** A search for VEX documents that the target brings along. */
export interface VexSearch {
  readonly options: Pick<ScanOptions, 'vexFrom' | 'onVex'>;
  /** What was found, once the target has been read. Says where there was nothing. */
  documents(): readonly VexDocument[];
}

/** @throws UserError where a place is asked for that there is not */
export function vexSearch(context: Context): VexSearch {
  const { vexFrom: asked, vexKey, limits } = context.resolved.values;
  const vexFrom = asked.flatMap((list) => list.split(',')).map(placeOf);
  const keys = vexKey.length === 0 ? {} : { keys: vexKey.map(keyIn) };
  if (vexFrom.length === 0) {
    if (vexKey.length > 0) {
      throw new UserError('E_USAGE', '--vex-key is for documents that are found', {
        hint: 'say where with --vex-from referrers',
      });
    }
    return { options: {}, documents: () => [] };
  }
  const found: FoundDocument[] = [];
  return {
    options: { vexFrom, onVex: (document) => found.push(document) },
    documents: () => {
      const documents = found.flatMap((one) => documentsIn(one, { ...keys, limits }));
      if (documents.length === 0) {
        context.tell(`warning: no VEX document was found by --vex-from ${vexFrom.join(',')}`);
      }
      for (const { origin, statements, signature, problems } of documents) {
        const count = countOf(statements.length, 'statement');
        const state = statements.length === 0 ? problems[0] : signature;
        context.tell(escapeText([`VEX document ${origin}: ${count}`, state].join('; ')));
      }
      return documents;
    },
  };
}

/** @throws UserError where a file is no key that signatures can be held against */
function keyIn(file: string): KeyObject {
  try {
    return createPublicKey(readFileSync(file));
  } catch (cause) {
    throw new UserError('E_USAGE', `--vex-key: ${file} holds no public key`, {
      hint: 'expected is PEM, as "cosign generate-key-pair" writes to cosign.pub',
      cause,
    });
  }
}

function placeOf(written: string): VexPlace {
  const name = written.trim();
  const place = VEX_PLACES.find((one) => one === name);
  if (place === undefined) {
    throw new UserError('E_USAGE', `--vex-from: there is no place "${name}"`, {
      hint: suggestionFor(name, VEX_PLACES),
    });
  }
  return place;
}

/** What an image brings along must not end the scan of it: a broken document is told as one. */
function documentsIn(
  { origin, content, attachedTo }: FoundDocument,
  options: Pick<ReadFoundVexOptions, 'limits' | 'keys'>,
): readonly VexDocument[] {
  try {
    const about = attachedTo === undefined ? {} : { attachedTo };
    return readFoundVex(content, { ...options, ...about, origin });
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    const nothing = { format: 'unknown', id: origin, author: 'unknown author', statements: [] };
    return [{ ...nothing, origin, problems: [error.message] }];
  }
}
