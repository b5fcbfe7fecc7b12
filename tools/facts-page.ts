import { getCelName } from '../src/compliance/policy/expression/compile-cel.ts';
import type { FactType } from '../src/compliance/policy/fact.ts';
import { subjectKinds } from '../src/compliance/policy/subject/registry.generated.ts';

const INTRODUCTION = `# Facts of policies

This page is generated from \`src/compliance/policy/subject\` by \`tools/facts-page.ts\`. [Policies](policy.md) describes rules and conditions.

A rule is about subjects of one kind (\`for\`). Its conditions read facts of each subject. A fact is a value with evidence, or unknown with
a reason; an unknown fact never passes a rule. The last column is the meaning of a target that states nothing.

\`plimsoll check policy facts\` prints this list, \`plimsoll check TARGET -o facts\` the facts of a target. In expressions (\`cel\`), a \`-\` in a
name becomes \`_\`: \`finding.fix_age > 30.0\`.
`;

/** Creates the page of all facts, from the table that rules are checked with. */
export function createFactsPage(): string {
  const kinds = subjectKinds.map(
    ({ id, about }) => `| [\`${id}\`](#${id}) | \`${getCelName(id)}\` | ${escapeCell(about)} |`,
  );
  const sections = subjectKinds.map(({ id, about, facts }) => {
    const rows = facts.map(
      ({ name, type, about: meaning, absence }) =>
        `| \`${name}\` | ${describeType(type)} | ${escapeCell(meaning)} | ${escapeCell(absence)} |`,
    );
    const head = '| fact | type | meaning | if absent |\n|---|---|---|---|';
    return `## ${id}\n\nThe subject is ${escapeCell(about)}.\n\n${head}\n${rows.join('\n')}\n`;
  });
  return `${INTRODUCTION}\n| subject | in expressions | meaning |\n|---|---|---|\n${kinds.join('\n')}\n\n${sections.join('\n')}`;
}

function describeType(type: FactType): string {
  switch (type.kind) {
    case 'word':
      return `one of ${type.words.map((word) => `\`${word}\``).join(', ')}`;
    case 'scale':
      return `in this order: ${type.words.map((word) => `\`${word}\``).join(', ')}`;
    case 'amount':
      return { count: 'number', bytes: 'size', days: 'days', score: 'number' }[type.unit];
    case 'texts':
      return 'list of texts';
    case 'licenses':
      return 'licenses';
    case 'text':
      return type.order === undefined ? 'text' : 'version';
    case 'flag':
      return 'flag';
  }
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
