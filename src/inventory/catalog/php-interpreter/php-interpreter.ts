import { findPattern, searchBudget } from '../../../foundation/bytes/pattern/find-pattern.ts';
import { type Pattern, pattern } from '../../../foundation/bytes/pattern/pattern.ts';
import {
  DIGITS,
  maybe,
  NUL,
  NULS,
  oneOf,
  version3,
} from '../../../foundation/bytes/pattern/version-parts.ts';
import { getBaseName } from '../../../foundation/core/base-name.ts';
import type {
  Assembly,
  AssemblyInput,
  Cataloger,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { createLocation } from '../../../foundation/core/location.ts';
import type { Cpe, Package } from '../../../foundation/core/package.ts';
import { ANY_CPE, formatCpe, toCpeValue } from '../../../foundation/identity/cpe-name/cpe.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import { createBinaryPackage } from '../binary-package.ts';

/** The version in an interpreter or an extension of PHP. */
export interface PhpFact {
  readonly version: string;
}

/** Deeper directories below `php` contain no extensions. */
const EXTENSION_PATHS = ['*.so', '*/*.so', '*/*/*.so', '*/*/*/*.so'].map(
  (rest) => `**/php*/${rest}`,
);
const MODULE_PATHS = ['libphp*.so', '*/libphp*.so', '*/*/libphp*.so'].map(
  (rest) => `**/apache*/${rest}`,
);

/**
 * PHP interpreters and compiled extensions that no package manager installed, by their embedded
 * version. Every extension is part of every interpreter, because the configuration decides which of
 * them loads it.
 */
export const phpInterpreter: Cataloger<PhpFact> = {
  id: 'php-interpreter',
  alias: 'php-interpreter-cataloger',
  version: 1,
  title: 'PHP interpreters and extensions',
  spec: 'https://www.php.net/manual/en/install.php',
  tags: ['binary', 'declared', 'directory', 'image', 'installed', 'package', 'php'],
  can: { licenses: 'no', dependencies: 'partly', ownedFiles: 'no' },
  isOwnable: true,
  wants: [
    { role: 'fpm', paths: ['**/php-fpm*'], maxBytes: 'wholeFileBytesMax' },
    { role: 'apache', paths: MODULE_PATHS, maxBytes: 'wholeFileBytesMax' },
    { role: 'extension', paths: EXTENSION_PATHS, maxBytes: 'wholeFileBytesMax' },
    { role: 'cli', paths: ['**/php*'], maxBytes: 'wholeFileBytesMax' },
  ],
  extract,
  assemble,
};

interface Interpreter {
  readonly classifier: string;
  readonly name: string;
  readonly purlName: string;
}

const INTERPRETERS: ReadonlyMap<string, Interpreter> = new Map(
  Object.entries({
    cli: { classifier: 'php-cli-binary', name: 'php-cli', purlName: 'php-cli' },
    fpm: { classifier: 'php-fpm-binary', name: 'php-fpm', purlName: 'php-fpm' },
    apache: { classifier: 'php-apache-binary', name: 'libphp', purlName: 'php' },
  }),
);

/** The HTTP header that an interpreter sends. */
const INTERPRETER_TEXT = pattern(
  'X-Powered-By: PHP/',
  version3(maybe(oneOf('beta', 'alpha', 'RC'), DIGITS)),
);
/** `API…` is the build ID, which follows the version in the module's data. */
const EXTENSION_TEXT = pattern(NUL, version3(), NULS, 'API');
const EXTENSION_TEXTS: ReadonlyMap<string, Pattern> = new Map([
  ['mysqli', pattern(version3(), NULS, 'API')],
  ['opcache', pattern(NUL, version3(), NUL)],
  ['zip', pattern(NUL, version3(), NULS, 'Zip')],
]);

function extract({ path, role, content, limits }: WantedFile): Extraction<PhpFact> {
  const text = choosePattern(role, getBaseName(path));
  const budget = searchBudget(content.sizeBytes, limits);
  const version = text && findPattern(content, text, budget)?.['version'];
  return {
    ...(version === undefined ? {} : { fact: { version } }),
    ...(budget.stepsLeft <= 0 && { problems: [EXHAUSTED] }),
  };
}

const EXHAUSTED = {
  code: 'P_LIMIT',
  message: 'the file has more version candidates than patternStepsMax allows',
} as const;

function choosePattern(role: string, name: string): Pattern | undefined {
  if (role === 'extension') {
    return EXTENSION_TEXTS.get(toExtensionName(name)) ?? EXTENSION_TEXT;
  }
  return role !== 'cli' || /^php[0-9]*$/.test(name) ? INTERPRETER_TEXT : undefined;
}

function toExtensionName(name: string): string {
  return name.replace(/\.so$/, '');
}

function assemble({ facts }: AssemblyInput<PhpFact>): Assembly {
  const interpreters = facts.flatMap(toInterpreterPackages);
  const extensions = facts.filter(({ role }) => role === 'extension').map(createExtensionPackage);
  return {
    packages: [...interpreters, ...extensions],
    dependencies: interpreters.flatMap((to) => extensions.map((from) => ({ from, to }))),
  };
}

function toInterpreterPackages(seen: VisibleFact<PhpFact>): Package[] {
  const interpreter = INTERPRETERS.get(seen.role);
  if (interpreter === undefined) {
    return [];
  }
  const { classifier, name, purlName } = interpreter;
  const cpe = createPhpCpe('php', 'php', seen.fact.version);
  return [
    createPhpPackage(seen, { classifier, name, purlName, cpes: [{ cpe, source: 'dictionary' }] }),
  ];
}

function createExtensionPackage(seen: VisibleFact<PhpFact>): Package {
  const name = toExtensionName(getBaseName(seen.path));
  const cpe = createPhpCpe(`php-${name}`, `php-${name}`, seen.fact.version);
  return createPhpPackage(seen, {
    classifier: `php-ext-${name}-binary`,
    name,
    purlName: name,
    cpes: [{ cpe, source: 'generated' }],
  });
}

function createPhpCpe(vendor: string, product: string, version: string): string {
  return formatCpe({
    ...ANY_CPE,
    part: 'a',
    vendor: toCpeValue(vendor) ?? '',
    product: toCpeValue(product) ?? '',
    version: toCpeValue(version) ?? '',
  });
}

function createPhpPackage(
  visible: VisibleFact<PhpFact>,
  { purlName, ...about }: Interpreter & { readonly cpes: readonly Cpe[] },
): Package {
  const { version } = visible.fact;
  const location = createLocation(visible);
  return createBinaryPackage({
    ...about,
    version,
    purl: writePurl({ type: 'generic', name: purlName, version }),
    foundBy: phpInterpreter.id,
    locations: [location],
    matched: [location],
  });
}
