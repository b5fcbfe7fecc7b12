import { readText } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import {
  getTermList,
  getTermText,
  parseTerms,
} from '../../../foundation/syntax/erlang-term/erlang-term.ts';
import { assemblePackageLists, type PackageList } from '../../ecosystem/package-list.ts';

/** Applications of Erlang/OTP by their resource files. */
export const erlangOtpApplication: Cataloger<PackageList> = {
  id: 'erlang-otp-application',
  alias: 'erlang-otp-application-cataloger',
  version: 1,
  title: 'Erlang/OTP applications',
  spec: 'https://www.erlang.org/doc/apps/kernel/app.html',
  tags: ['declared', 'directory', 'erlang', 'language', 'otp', 'package'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  isOwnable: true,
  wants: [{ role: 'application', paths: ['**/*.app'], maxBytes: 'configFileBytesMax' }],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ name, version }) => ({
      type: 'erlang-otp',
      language: 'erlang',
      purl: writePurl({ type: 'otp', name, version }),
      foundBy: erlangOtpApplication.id,
      rule: 'the resource file of an Erlang application',
    })),
};

/**
 * Other kinds of files end in `.app`, too: content that does not begin like a resource file is
 * skipped.
 */
const BEGINNING = /^(?:\s|%[^\n]*\n)*\{\s*application\b/;
const BEGINNING_CHARS_MAX = 16_384;

function extract({ content, budget }: WantedFile): Extraction<PackageList> {
  const text = readText(content);
  if (!BEGINNING.test(text.slice(0, BEGINNING_CHARS_MAX))) {
    return {};
  }
  const [form] = parseTerms(text, budget, { comment: '%' }) ?? [];
  const name = getTermText(form, 1);
  const version = getTermList(form, 2).find((entry) => getTermText(entry, 0) === 'vsn');
  if (name === '' || getTermText(version, 1) === '') {
    const message = 'the resource file is malformed, or has no name or no version';
    return { problems: [{ code: 'P_RECORD', message }] };
  }
  return { fact: { packages: [{ name, version: getTermText(version, 1) }] } };
}
