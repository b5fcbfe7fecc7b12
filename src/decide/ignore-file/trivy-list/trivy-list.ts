import type {
  IgnoreFile,
  IgnoreFileReader,
  IgnoreRule,
  ReadIgnoreFileOptions,
} from '../../../core/ignore-rule.ts';
import { decodeDocument } from '../../../syntax/json/bounded-json.ts';
import { splitLines } from '../../../syntax/text/lines.ts';
import { ruleOf } from '../rule-record.ts';

const EXPIRY = /^exp:(\d{4}-\d{2}-\d{2})$/;

/**
 * One id a line, with `exp:DATE` behind it where it ends. Trivy's documentation, ".trivyignore".
 */
export const trivyList: IgnoreFileReader = {
  id: 'trivy-list',
  title: '.trivyignore',
  spec: 'https://trivy.dev/latest/docs/configuration/filtering/#trivyignore',
  recognize: (name) => /trivyignore(?:\.txt)?$/i.test(name),
  read,
};

function read(content: Uint8Array, { origin }: ReadIgnoreFileOptions): IgnoreFile {
  const rules: IgnoreRule[] = [];
  const problems: string[] = [];
  for (const { text, number } of splitLines(decodeDocument(content))) {
    const source = `${origin}:${number}`;
    const [id, ...options] = text
      .replace(/(?:^|\s)#.*$/, '')
      .split(/\s+/)
      .filter(Boolean);
    if (id === undefined) {
      continue;
    }
    const [option, ...more] = options;
    const [, expiresAt] = EXPIRY.exec(option ?? '') ?? [];
    if (more.length > 0 || (option !== undefined && expiresAt === undefined)) {
      problems.push(`${source}: unsupported options "${options.join(' ')}"; the line was ignored`);
      continue;
    }
    const expiry = expiresAt === undefined ? {} : { expiresAt };
    rules.push(ruleOf({ source, vulnerabilities: [id], ...expiry }));
  }
  return { origin, rules, problems };
}
