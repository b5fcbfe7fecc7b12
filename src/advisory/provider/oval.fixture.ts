/** A test of an OVAL document: `[comment, package, state element]`. */
export type StatedTest = readonly [comment: string, packageName: string, state: string];

/** `all` and `any` are lists of tests and of nested criteria. */
export type StatedCriteria =
  | { readonly all: readonly (StatedCriteria | StatedTest)[] }
  | { readonly any: readonly (StatedCriteria | StatedTest)[] };

interface StatedDefinition {
  readonly definitionClass: string;
  /** Content of the `metadata` element. */
  readonly metadata: string;
  readonly criteria: StatedCriteria;
}

/** Creates an OVAL document in which every test has an object and a state of its own. */
export function createOvalDocument(definitions: readonly StatedDefinition[]): string {
  const tests: StatedTest[] = [];
  const writeCriteria = (criteria: StatedCriteria): string => {
    const [operator, parts] = 'all' in criteria ? ['AND', criteria.all] : ['OR', criteria.any];
    const written = parts.map((part) => {
      if (!isTest(part)) {
        return writeCriteria(part);
      }
      tests.push(part);
      return `<criterion test_ref="tst:${tests.length}" comment="${escape(part[0])}"/>`;
    });
    return `<criteria operator="${operator}">${written.join('')}</criteria>`;
  };
  const written = definitions.map(
    ({ definitionClass, metadata, criteria }, index) =>
      `<definition id="def:${index}" class="${definitionClass}"><metadata>${metadata}</metadata>${writeCriteria(criteria)}</definition>`,
  );
  const writeEach = (write: (test: StatedTest, number: number) => string): string =>
    tests.map((one, index) => write(one, index + 1)).join('');
  return `<oval_definitions xmlns:r="linux"><definitions>${written.join('')}</definitions><tests>${writeEach(
    ([comment], number) =>
      `<r:rpminfo_test id="tst:${number}" comment="${escape(comment)}" check="${comment.startsWith('no ') ? 'none satisfy' : 'at least one'}"><r:object object_ref="obj:${number}"/><r:state state_ref="ste:${number}"/></r:rpminfo_test>`,
  )}</tests><objects>${writeEach(
    ([, name], number) =>
      `<r:rpminfo_object id="obj:${number}"><r:name>${name}</r:name></r:rpminfo_object>`,
  )}</objects><states>${writeEach(
    ([, , state], number) => `<r:rpminfo_state id="ste:${number}">${state}</r:rpminfo_state>`,
  )}</states></oval_definitions>`;
}

function isTest(part: StatedCriteria | StatedTest): part is StatedTest {
  return Array.isArray(part);
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

export function createBound(operation: string, version: string): string {
  return `<evr datatype="evr_string" operation="${operation}">${version}</evr>`;
}
