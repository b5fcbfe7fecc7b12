import { formatJson } from '../../../../foundation/core/json-document.ts';
import type { VerdictFormat } from '../../../../foundation/core/verdict-format.ts';

/** The verdict with its whole proof, for `--replay`, `check policy verify` and other tools. */
export const json: VerdictFormat = {
  id: 'json',
  aliases: [],
  title: 'verdict with its proof',
  carries: ['findings'],
  write: ({ verdict }, sink) => sink.write(`${formatJson(verdict)}\n`),
};
