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
import { globPattern, ruleOf } from '../rule-record.ts';

/** The list `vulnerabilities`; what else Trivy checks is not checked here, and left alone. */
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
    const found = isRecord(entry) ? rulesFrom(entry, source) : [];
    if (found.length === 0) {
      problems.push(`${source}: missing id; the entry was ignored`);
    }
    return found;
  });
  return { origin, rules, problems };
}

/** Any of several paths or package URLs is enough, and each of both must fit: one rule a pair. */
function rulesFrom(entry: JsonRecord, source: string): readonly IgnoreRule[] {
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
    ruleOf(
      dropAbsent({
        source,
        vulnerabilities: [id],
        package: dropAbsent<IgnoreRule['package']>({
          name: undefined,
          version: undefined,
          type: undefined,
          language: undefined,
          purl,
          path: globPattern(path),
          upstream: undefined,
        }),
        reason: getGivenText(entry, 'statement'),
        expiresAt: getGivenText(entry, 'expired_at'),
      }),
    ),
  );
}
