import { createFiles, type GrowingFiles, type GrowingInput } from './growing-input.ts';

const STATUS = 'Package: a\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n\n';
const GEM = 'Gem::Specification.new do |s|\n  s.name = "a"\n  s.version = "1"\nend\n';

/** Creates links for 0, 1 …, each with its own path. */
function makeLinks(
  count: number,
  makeLink: (index: number) => readonly [path: string, target: string],
): GrowingFiles {
  return createFiles(count, (index) => {
    const [path, link] = makeLink(index);
    return [path, { link }];
  });
}

/** Creates the links `c/0`, `c/1` …; each leads to the next, and the last one to the target. */
function makeChain(count: number, target: string): GrowingFiles {
  return makeLinks(count, (index) => [`c/${index}`, index + 1 < count ? `${index + 1}` : target]);
}

/** Many links: in circles, in chains, through each other, and to names that look like patterns. */
export const LINK_INPUTS: readonly GrowingInput[] = [
  {
    name: 'links: directories of package databases in circles',
    start: 500,
    large: 100_000,
    make: (count) => [
      makeLinks(count, (index) => [`r${index}/lib/dpkg`, `/r${(index + 1) % count}/lib/dpkg`]),
    ],
  },
  {
    name: 'links: many to one directory',
    start: 500,
    large: 100_000,
    make: (count) => [
      { 'opt/d/status': STATUS, ...makeLinks(count, (index) => [`r${index}/lib/dpkg`, '/opt/d']) },
    ],
  },
  {
    name: 'links: to as many directories',
    start: 200,
    large: 30_000,
    make: (count) => [
      {
        ...createFiles(count, (index) => [`d${index}/status`, STATUS]),
        ...makeLinks(count, (index) => [`r${index}/lib/dpkg`, `/d${index}`]),
      },
    ],
  },
  {
    name: 'links: a chain behind each directory',
    start: 200,
    large: 100_000,
    make: (count) => [
      {
        ...makeChain(30, '/opt/d'),
        'opt/d/status': STATUS,
        ...makeLinks(count, (index) => [`r${index}/lib/dpkg`, '/c/0']),
      },
    ],
  },
  {
    name: 'links: one long chain',
    start: 500,
    large: 100_000,
    make: (count) => [
      { ...makeChain(count, '/opt/d'), 'opt/d/status': STATUS, 'var/lib/dpkg': { link: '/c/0' } },
    ],
  },
  {
    name: 'links: stars in the names of targets',
    start: 200,
    large: 30_000,
    make: (count) => [
      {
        ...createFiles(count, (index) => [`s/*${index}*`, GEM]),
        ...makeLinks(count, (index) => [`g/specifications/${index}.gemspec`, `/s/*${index}*`]),
      },
    ],
  },
  {
    name: 'links: directories that contain themselves',
    start: 200,
    large: 50_000,
    make: (count) => [
      {
        'g/specifications/a.gemspec': GEM,
        ...makeLinks(count, (index) => [
          `g/specifications/l${index}`,
          index % 2 === 0 ? '.' : '../specifications',
        ]),
      },
    ],
  },
  {
    name: 'links: files of one directory behind many links',
    start: 200,
    large: 20_000,
    make: (count) => [
      {
        ...createFiles(count, (index) => [`d/${index}.gemspec`, GEM]),
        ...makeLinks(count, (index) => [`r${index}/specifications`, '/d']),
      },
    ],
  },
  {
    name: 'links: entries written through them',
    start: 200,
    large: 30_000,
    make: (count) => [
      { ...makeChain(30, '/opt'), 'opt/x': '' },
      { ...createFiles(count, (index) => [`c/${index % 30}/f${index}`, '']) },
    ],
  },
  {
    name: 'links: layers that replace them',
    start: 50,
    large: 5_000,
    make: (count) =>
      [0, 1, 2, 3].map((layer) => ({
        [`opt/d${layer}/status`]: STATUS,
        ...makeLinks(count, (index) => [`r${index}/lib/dpkg`, `/opt/d${layer}`]),
      })),
  },
];
