import type { VexDocument } from '../core/decision.ts';
import { UserError } from '../core/error.ts';
import { suggestionFor } from '../core/option-suggestion.ts';
import { escapeText } from '../core/screen-text.ts';
import { type FoundDocument, VEX_PLACES, type VexPlace } from '../core/vex-reader.ts';
import { readCertainVex } from '../parse/vex/choose-reader.ts';
import type { ScanOptions } from '../scan/scan.ts';
import type { Context } from './command.ts';

/** A search for VEX documents that the target brings along. */
export interface VexSearch {
  readonly options: Pick<ScanOptions, 'vexFrom' | 'onVex'>;
  /** What was found, once the target has been read. Says where there was nothing. */
  documents(): readonly VexDocument[];
}

/** @throws UserError where a place is asked for that there is not */
export function vexSearch(context: Context): VexSearch {
  const { vexFrom: asked, limits } = context.resolved.values;
  const vexFrom = asked.flatMap((list) => list.split(',')).map(placeOf);
  if (vexFrom.length === 0) {
    return { options: {}, documents: () => [] };
  }
  const found: FoundDocument[] = [];
  return {
    options: { vexFrom, onVex: (document) => found.push(document) },
    documents: () => {
      const documents = found.flatMap((one) => documentsIn(one, limits));
      if (documents.length === 0) {
        context.tell(`warning: no VEX document was found by --vex-from ${vexFrom.join(',')}`);
      }
      for (const { origin, statements } of documents) {
        context.tell(escapeText(`VEX document ${origin}: ${statements.length} statements`));
      }
      return documents;
    },
  };
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
  { origin, content }: FoundDocument,
  limits: Context['resolved']['values']['limits'],
): readonly VexDocument[] {
  try {
    return readCertainVex(content, { limits, origin });
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    const nothing = { format: 'unknown', id: origin, author: 'unknown author', statements: [] };
    return [{ ...nothing, origin, problems: [error.message] }];
  }
}
