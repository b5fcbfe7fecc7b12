import type { DocumentThread } from './document-thread.ts';
import type { EngineMethod } from './engine-methods.ts';
import type { PushRequest } from './engine-setting.ts';
import type { GateQuestion } from './gate.ts';
import { isInventoryDocument } from './read-any-document.ts';

/** Larger uploads are read with limits first: they could exhaust the memory of the engine. */
const UNCHECKED_BYTES_MAX = 8 * 1024 * 1024;

/**
 * Returns the argument of a call, after its documents were read within limits on a thread of their
 * own. SBOMs become inventories.
 *
 * @throws UserError `E_LIMIT`, or as `readAnyDocument`
 */
export async function readSentDocuments(
  name: EngineMethod,
  argument: unknown,
  documents: DocumentThread,
): Promise<unknown> {
  if (name === 'askGate') {
    const question = argument as GateQuestion;
    return question.document === undefined
      ? question
      : { ...question, document: await documents.convert(question.document) };
  }
  return name === 'push' || name === 'pushLater'
    ? await readUpload(argument as PushRequest, documents)
    : argument;
}

async function readUpload(sent: PushRequest, documents: DocumentThread): Promise<PushRequest> {
  const vex = sent.vex?.documents ?? [];
  if (vex.some(({ content }) => content.byteLength > UNCHECKED_BYTES_MAX)) {
    await documents.requireVex(vex);
  }
  if (!isInventoryDocument(sent.document)) {
    return { ...sent, document: await documents.convert(sent.document) };
  }
  if (sent.document.byteLength > UNCHECKED_BYTES_MAX) {
    await documents.requireReadable(sent.document);
  }
  return sent;
}
