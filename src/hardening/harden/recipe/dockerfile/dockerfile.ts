import { MASK } from '../../../../foundation/core/secret-name.ts';
import { formatCoverage } from '../../coverage-text.ts';
import { listKeptDirectories } from '../../kept-directories.ts';
import { formatProcess, formatReference } from '../../process-instructions.ts';
import type { Recipe, RecipeFormat, RecipeInput, RecipeProcess } from '../../recipe-contract.ts';
import type { RemovalPlan } from '../../removal-plan.ts';

/** Two stages: a list of files is copied out of the image into an empty one. */
export const dockerfile: RecipeFormat = {
  id: 'dockerfile',
  title: 'a Dockerfile with two stages',
  create: createDockerfile,
};

const END = 'PLIMSOLL_FILES';

function createDockerfile({
  plan,
  inventory,
  process,
}: RecipeInput): Recipe | { readonly refusal: string } {
  const paths = [...listKeptDirectories(plan, inventory, process), ...listPaths(plan)];
  const strange = paths.find((path) => /[\p{Cc}\\]/u.test(path) || path.includes(END));
  if (strange !== undefined) {
    return { refusal: `a list of files cannot hold the name ${JSON.stringify(strange)}` };
  }
  const tool = chooseTool(inventory.files.map(({ path }) => path));
  const coverage = {
    missing: [],
    surplus: [],
    notes: [
      'The inventory of packages is not part of the result; "plimsoll harden emit" keeps it.',
      'Home directories outside of /root and /home are only kept by "plimsoll harden emit".',
      tool.note,
      'Replace the name after the first FROM if the image has another one in your registry.',
      ...process.secretNames.map(
        (name) => `Set the variable ${name} yourself: it may be a secret.`,
      ),
      ...listMasked(process).map(
        (name) => `Complete ${name} yourself: it may contain a secret, which is masked.`,
      ),
    ],
  };
  const lines = [
    '# syntax=docker/dockerfile:1',
    ...formatCoverage(plan, coverage).map((line) => `# ${line}`),
    `FROM ${formatReference(plan)} AS original`,
    ...tool.stage,
    'USER 0',
    `COPY <<"${END}" /plimsoll-files`,
    ...paths.map((path) => path.slice(1)),
    END,
    `RUN ${tool.mount}mkdir /slim && tar -C ${tool.root} --no-recursion --xattrs --numeric-owner -c -f - -T /plimsoll-files | tar -C /slim --xattrs --numeric-owner -p -x -f -`,
    '',
    'FROM scratch',
    `COPY --from=${tool.name} /slim /`,
    ...formatProcess(process),
  ];
  return { text: `${lines.join('\n')}\n`, coverage };
}

function listPaths({ kept }: RemovalPlan): readonly string[] {
  return kept.map(({ path }) => path);
}

interface Tool {
  readonly name: string;
  readonly stage: readonly string[];
  readonly mount: string;
  /** Directory of the original in the stage. */
  readonly root: string;
  readonly note: string;
}

/** GNU tar keeps owners, times and attributes, and does not descend into listed directories. */
function chooseTool(paths: readonly string[]): Tool {
  const all = new Set(paths);
  const hasTools = ['bash', 'dash'].some(
    (name) => all.has(`/bin/${name}`) || all.has(`/usr/bin/${name}`),
  );
  const hasTar = all.has('/usr/bin/tar') || all.has('/bin/tar');
  return hasTools && hasTar && all.has('/var/lib/dpkg/status')
    ? {
        name: 'original',
        stage: [],
        mount: '',
        root: '/',
        note: 'The files are copied by the tar of the image itself.',
      }
    : {
        name: 'files',
        stage: ['FROM debian:stable-slim AS files'],
        mount: '--mount=type=bind,from=original,source=/,target=/original ',
        root: '/original',
        note: 'The image has no GNU tar, so another stage copies the files.',
      };
}

/** Returns the instructions whose values are not those of the image, because they are masked. */
function listMasked({ entrypoint, arguments: words, labels, ...rest }: RecipeProcess) {
  const named: readonly (readonly [name: string, values: readonly string[]])[] = [
    ...[...labels].map(([name, value]) => [`LABEL ${name}`, [value]] as const),
    ['HEALTHCHECK', rest.healthcheck.test],
    ['ENTRYPOINT', entrypoint],
    ['CMD', words],
  ];
  return named
    .filter(([, values]) => values.some((value) => value.includes(MASK)))
    .map(([name]) => name);
}
