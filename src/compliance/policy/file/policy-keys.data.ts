/* Origin: our own. */

/** A key of a policy file. */
export interface PolicyKey {
  readonly name: string;
  /** A phrase without a full stop, for the schema. */
  readonly about: string;
}

export const POLICY_KEYS = [
  { name: 'policy', about: 'the name of the policy' },
  { name: 'version', about: 'its version, in quotes' },
  { name: 'packs', about: 'built-in packs and other files whose rules apply, too' },
  { name: 'max-exception-duration', about: 'the longest time that an exception may be valid for' },
  { name: 'rules', about: 'the rules' },
  { name: 'exceptions', about: 'accepted violations' },
  { name: 'images', about: 'the rules for images by name; the first match counts' },
  { name: 'denied-images', about: 'images that fail, whatever the rules state' },
  { name: 'allowed-images', about: 'images whose violations are accepted' },
  { name: 'content', about: 'searches for patterns in files, for rules about contents' },
] as const satisfies readonly PolicyKey[];

/** Further keys of a pack; it has "pack" instead of "policy". */
export const PACK_FILE_KEYS = [
  { name: 'pack', about: 'the ID of the pack' },
  { name: 'title', about: 'a noun phrase' },
  { name: 'authority', about: 'who requires the controls' },
  { name: 'from', about: 'the date on which the authority begins to require them' },
  { name: 'until', about: 'the date on which the authority no longer requires them' },
  { name: 'sources', about: 'the documents that contain the requirements' },
  { name: 'notes', about: 'limits of the whole pack' },
  { name: 'controls', about: 'the requirements, with the rules that answer them' },
] as const satisfies readonly PolicyKey[];

export const SOURCE_KEYS = [
  { name: 'id', about: 'the name by which controls refer to the source' },
  { name: 'title', about: 'the title of the document with its edition' },
  { name: 'url', about: 'its address' },
  { name: 'read-on', about: 'the date on which it was read' },
  { name: 'mark', about: 'primary, publisher, copy or unread: how its text was read' },
] as const satisfies readonly PolicyKey[];

export const CONTROL_KEYS = [
  { name: 'id', about: 'the ID of the requirement' },
  { name: 'title', about: 'a short phrase in your own words' },
  { name: 'requirement', about: 'the requirement in your own words' },
  { name: 'force', about: 'MUST, MUST NOT, SHOULD or SHOULD NOT' },
  {
    name: 'kind',
    about:
      'automatic: its rules answer it; partial: its rules can only fail it; manual: a person answers it',
  },
  { name: 'rules', about: 'the rules that answer it: of the pack, or shared ones' },
  { name: 'cannot-answer', about: 'the part of the requirement that the rules do not answer' },
  { name: 'applies', about: 'a CEL expression about the image, without which it does not apply' },
  { name: 'applies-rule', about: 'the ID of a rule; the control only applies if it fires' },
  { name: 'source', about: 'the ID of its source; the first one if absent' },
  { name: 'section', about: 'the section in the source; the ID of the control if absent' },
  { name: 'mark', about: 'how this section was read, if not like the rest of its source' },
  { name: 'results', about: 'IDs in results of other tools that are about the same requirement' },
] as const satisfies readonly PolicyKey[];

export const STATEMENT_KEYS = [
  { name: 'control', about: 'the control as PACK/CONTROL' },
  { name: 'answer', about: 'met, not-met or not-applicable' },
  { name: 'by', about: 'the person who answers' },
  { name: 'evidence', about: 'where the proof of the answer is' },
  { name: 'reason', about: 'why, in a sentence' },
  { name: 'expires', about: 'the date from which the answer no longer counts' },
] as const satisfies readonly PolicyKey[];

export const PACK_KEYS = [
  { name: 'pack', about: 'a built-in pack as NAME@VERSION' },
  { name: 'file', about: 'a policy file beside or below this one' },
  { name: 'version', about: 'the version that the file must state' },
  { name: 'digest', about: 'the digest that the pack or file must have' },
  { name: 'mode', about: 'log: its rules are reported without effect on the verdict' },
] as const satisfies readonly PolicyKey[];

export const SEARCH_KEYS = [
  { name: 'id', about: 'the name that rules use' },
  { name: 'path', about: 'a path or a list of paths; * matches within a name' },
  { name: 'pattern', about: 'an RE2 pattern for each line' },
] as const satisfies readonly PolicyKey[];

export const RULE_KEYS = [
  { name: 'id', about: 'a name that is unique among all rules' },
  { name: 'for', about: 'the kind of its subjects' },
  { name: 'when', about: 'conditions on facts; the rule fires for a subject if all of them hold' },
  { name: 'when-none', about: 'the rule fires if no subject meets these conditions' },
  { name: 'cel', about: 'a further condition, as a CEL expression' },
  { name: 'then', about: 'the action' },
  { name: 'mode', about: 'log: the rule is reported without effect on the verdict' },
  { name: 'from', about: 'the date on which the rule begins' },
  { name: 'until', about: 'the date on which the rule ends' },
  { name: 'recommendation', about: 'the next step; {package} and other facts are filled in' },
] as const satisfies readonly PolicyKey[];

const APPROVAL_KEYS = [
  { name: 'reason', about: 'why it is accepted' },
  { name: 'approved-by', about: 'who accepts it' },
  { name: 'evidence', about: 'where the decision is recorded' },
  { name: 'expires', about: 'the date on which it ends' },
] as const satisfies readonly PolicyKey[];

export const EXCEPTION_KEYS = [
  { name: 'rule', about: 'the ID of the rule' },
  { name: 'finding', about: 'the ID or an alias of a vulnerability' },
  { name: 'package', about: 'the name, or the package URL without version' },
  { name: 'subject', about: 'another subject, such as a path' },
  { name: 'fact', about: 'a missing fact that is accepted' },
  { name: 'while', about: 'a CEL expression without which the exception lapses' },
  ...APPROVAL_KEYS,
] as const satisfies readonly PolicyKey[];

const IMAGE_KEYS = [
  { name: 'match', about: 'a name, tag or digest, with * for any characters' },
  { name: 'label', about: 'a label as NAME=VALUE, with * for any characters' },
] as const satisfies readonly PolicyKey[];

export const MAPPING_KEYS = [
  ...IMAGE_KEYS,
  { name: 'rules', about: 'all, or the IDs of the rules that are in force' },
] as const satisfies readonly PolicyKey[];

export const DENIED_KEYS = [
  ...IMAGE_KEYS,
  { name: 'reason', about: 'why the image is denied' },
] as const satisfies readonly PolicyKey[];

export const ALLOWED_KEYS = [
  ...IMAGE_KEYS,
  ...APPROVAL_KEYS,
] as const satisfies readonly PolicyKey[];
