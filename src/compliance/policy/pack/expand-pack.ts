const NAMED_RULE = /\bapplies-rule:\s*([\w.-]+)/g;
/** The rules of a control: `rules: [runs-as-root, no-setuid]`, or one in each line. */
const NAMED_RULES = /\brules:\s*(\[[^\]]*\]|(?:\n\s+- [\w.-]+(?![:\w]))+)/g;
const OWN_RULES = /^rules:\s*$/m;
const RULE_START = /^ {2}- id: (\S+)\s*$/m;

/**
 * Returns the text of a pack with those shared rules that its controls name and that it does not
 * define itself. They follow its own rules, which are its last key.
 */
export function expandPack(text: string, sharedText: string): string {
  const shared = splitRules(sharedText);
  const [, own = ''] = text.split(OWN_RULES);
  const defined = splitRules(`rules:\n${own}`);
  const named = [...text.matchAll(NAMED_RULES), ...text.matchAll(NAMED_RULE)].flatMap(
    ([, list = '']) => list.split(/[[\],\s]+|- /),
  );
  const added = [...new Set(named)].flatMap((id) =>
    defined.has(id) ? [] : (shared.get(id) ?? []),
  );
  if (added.length === 0) {
    return text;
  }
  const start = text.endsWith('\n') ? text : `${text}\n`;
  return `${start}${OWN_RULES.test(text) ? '' : 'rules:\n'}${added.join('')}`;
}

/** Returns the text of each rule, by its ID. */
function splitRules(text: string): ReadonlyMap<string, string> {
  const [, list = ''] = text.split(OWN_RULES);
  const parts = list.split(/^(?= {2}- id: )/m).filter((part) => RULE_START.test(part));
  return new Map(parts.map((part) => [RULE_START.exec(part)?.[1] ?? '', part]));
}
