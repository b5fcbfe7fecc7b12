import { compareText } from '../../../../foundation/core/compare-text.ts';
import { formatCoverage } from '../../coverage-text.ts';
import type { Recipe, RecipeFormat, RecipeInput } from '../../recipe-contract.ts';

/** A list of packages for apko. apko, docs/apko_file.md. */
export const apko: RecipeFormat = {
  id: 'apko',
  title: 'a package list for apko',
  create: createList,
};

function createList({ plan, state, process }: RecipeInput): Recipe | { readonly refusal: string } {
  const packages = plan.packages.filter(({ type, isKept }) => type === 'apk' && isKept);
  if (packages.length === 0) {
    return { refusal: 'the plan keeps no package of apk' };
  }
  const supplied = new Set(packages.flatMap(({ kept, dropped }) => [...kept, ...dropped]));
  const coverage = {
    missing: plan.kept.map(({ path }) => path).filter((path) => !supplied.has(path)),
    surplus: packages.flatMap(({ dropped }) => dropped).toSorted(compareText),
    notes: ['Files that no package supplies must be copied into the image.'],
  };
  const { entrypoint, arguments: words, environment, workingFolder, user, volumes } = process;
  const [userName = '', group] = user.split(':');
  const numeric = /^\d+$/.test(userName) ? userName : undefined;
  const lines = [
    ...formatCoverage(plan, coverage).map((line) => `# ${line}`),
    'contents:',
    '  repositories:',
    ...(state.repositories.length === 0
      ? ['    [] # the image names none']
      : state.repositories.map((address) => `    - ${quote(address)}`)),
    '  packages:',
    ...packages.map(({ name, version }) => `    - ${quote(`${name}=${version}`)}`),
    ...(entrypoint.length === 0
      ? []
      : ['entrypoint:', `  command: ${quote(entrypoint.join(' '))}`]),
    ...(words.length === 0 ? [] : [`cmd: ${quote(words.join(' '))}`]),
    ...(workingFolder === '/' ? [] : [`work-dir: ${quote(workingFolder)}`]),
    ...(userName === '' || userName === 'root'
      ? []
      : [
          'accounts:',
          `  run-as: ${quote(numeric ?? userName)}${group === undefined ? '' : ` # group ${JSON.stringify(group)}`}`,
        ]),
    ...(environment.size === 0 ? [] : ['environment:']),
    ...[...environment].map(([name, value]) => `  ${quote(name)}: ${quote(value)}`),
    ...(volumes.length === 0 ? [] : ['volumes:', ...volumes.map((path) => `  - ${quote(path)}`)]),
    'archs:',
    `  - ${quote(plan.image.platform.split('/').slice(1).join('/'))}`,
  ];
  return { text: `${lines.join('\n')}\n`, coverage };
}

/** A string of JSON is one of YAML. */
function quote(text: string): string {
  return JSON.stringify(text);
}
