import { Budget } from '../../../core/budget.ts';
import { UserError } from '../../../core/error.ts';
import type {
  IgnoreFile,
  IgnoreFileReader,
  IgnoreRule,
  ReadIgnoreFileOptions,
} from '../../../core/ignore-rule.ts';
import { decodeDocument } from '../../../syntax/json/bounded-json.ts';
import { isRecord } from '../../../syntax/json/guard.ts';
import {
  dropAbsent,
  getGivenText,
  getList,
  getTexts,
  type JsonRecord,
} from '../../../syntax/json/member.ts';
import { parseYaml } from '../../../syntax/text/yaml.ts';
import { createRule, toGlobPattern } from '../rule-record.ts';

/** The list `vulnerabilities`; we do not support Trivy's other checks and ignore their entries. */
export const trivyYaml: IgnoreFileReader = {
  id: 'trivy-yaml',
  title: '.trivyignore.yaml',
  spec: 'https://trivy.dev/latest/docs/configuration/filtering/#trivyignoreyaml',
  recognize: (name) => /trivyignore\.ya?ml$/i.test(name),
  read,
};

function read(content: Uint8Array, { limits, origin }: ReadIgnoreFileOptions): IgnoreFile {
  const document = parseYaml(decodeDocument(content), new Budget(limits));
  if (!isRecord(document)) {
    throw new UserError('E_CONFIG', `"${origin}" contains no valid ignore rules`);
  }
  const problems: string[] = [];
  const rules = getList(document, 'vulnerabilities').flatMap((entry, index) => {
    const source = `${origin}: vulnerabilities ${index + 1}`;
    const found = isRecord(entry) ? parseRules(entry, source) : [];
    if (found.length === 0) {
      problems.push(`${source}: missing id; the entry was ignored`);
    }
    return found;
  });
  return { origin, rules, problems };
}

/** One of several paths and one of several package URLs must match: one rule per pair. */
function parseRules(entry: JsonRecord, source: string): readonly IgnoreRule[] {
  const id = getGivenText(entry, 'id');
  if (id === undefined) {
    return [];
  }
  const paths = getTexts(entry, 'paths');
  const purls = getTexts(entry, 'purls');
  const pairs = (paths.length === 0 ? [undefined] : paths).flatMap((path) =>
    (purls.length === 0 ? [undefined] : purls).map((purl) => ({ path, purl })),
  );
  return pairs.map(({ path, purl }) =>
    createRule(
      dropAbsent({
        source,
        vulnerabilities: [id],
        package: dropAbsent<IgnoreRule['package']>({
          name: undefined,
          version: undefined,
          type: undefined,
          language: undefined,
          purl,
          path: toGlobPattern(path),
          upstream: undefined,
        }),
        reason: getGivenText(entry, 'statement'),
        expiresAt: getGivenText(entry, 'expired_at'),
      }),
    ),
  );
}
