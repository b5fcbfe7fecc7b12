import type { Cpe } from '../../../foundation/core/package.ts';
import { ANY_CPE, formatCpe, toCpeValue } from '../../../foundation/identity/cpe-name/cpe.ts';
import type { JavaRelease } from './release-file.ts';

export interface JavaInstallation {
  readonly release: JavaRelease;
  /** Real path of its `release` file: some vendors are only named there. */
  readonly path: string;
  /** Whether the compiler exists: a development kit, not only a runtime environment. */
  readonly hasCompiler: boolean;
}

export interface JavaProduct {
  readonly vendor: string;
  readonly product: string;
}

/** Builds without a known vendor of their own are builds of OpenJDK. */
export function toJavaProduct(installation: JavaInstallation): JavaProduct {
  const { release, path, hasCompiler } = installation;
  const implementor = (release.implementor ?? '').toLowerCase().replaceAll(' ', '');
  const product = isKit(installation) ? 'jdk' : 'jre';
  if (implementor.includes('azul') || path.includes('zulu')) {
    return { vendor: 'azul', product: 'zulu' };
  }
  if (implementor.includes('sun')) {
    return { vendor: 'sun', product };
  }
  if (implementor.includes('ibm') || path.includes('/ibm')) {
    return { vendor: 'ibm', product: hasCompiler ? 'java_sdk' : 'java' };
  }
  const isCommercial = release.buildType?.includes('commercial') === true;
  return implementor.includes('oracle') || path.includes('oracle') || isCommercial
    ? { vendor: 'oracle', product }
    : { vendor: 'oracle', product: 'openjdk' };
}

function isKit({ release, hasCompiler }: JavaInstallation): boolean {
  return hasCompiler || release.imageType?.toLowerCase().includes('jre') !== true;
}

/** Returns the most precise version that the installation states. */
export function chooseJavaVersion(release: JavaRelease): string {
  if (release.javaRuntimeVersion !== undefined) {
    return release.javaRuntimeVersion;
  }
  const isSameRelease = getMajor(release.fullVersion) === getMajor(release.javaVersion);
  return (isSameRelease ? release.fullVersion : release.javaVersion) ?? '';
}

function getMajor(version = ''): string {
  return version.split('.', 1)[0] ?? '';
}

/** Returns all names of the installation that advisories may use. */
export function createJavaCpes(installation: JavaInstallation): Cpe[] {
  const { version, update } = splitUpdate(chooseJavaVersion(installation.release));
  return listCpeProducts(installation).flatMap(({ vendor, product }) =>
    version === ''
      ? []
      : [
          {
            cpe: formatCpe({
              ...ANY_CPE,
              part: 'a',
              vendor,
              product,
              version: toCpeValue(version) ?? '',
              update: toCpeValue(update) ?? '',
            }),
            source: 'declared',
          },
        ],
  );
}

function listCpeProducts(installation: JavaInstallation): JavaProduct[] {
  const own = toJavaProduct(installation);
  const { vendor } = own;
  const products = ['jre', ...(isKit(installation) ? ['jdk'] : [])];
  if (vendor === 'azul') {
    return [own, { vendor: 'oracle', product: 'openjdk' }];
  }
  if (vendor === 'sun') {
    return products.map((product) => ({ vendor, product }));
  }
  return vendor === 'oracle' && own.product !== 'openjdk'
    ? ['java_se', ...products].map((product) => ({ vendor, product }))
    : [own];
}

/**
 * `1.8.0_302-b08` is the release 1.8.0 with update 302; `9.0.1+20` is the release 9.0.1. JEP 223.
 */
function splitUpdate(text: string): { readonly version: string; readonly update: string } {
  const [version = '', update, ...others] = text.split('_');
  if (update === undefined) {
    return { version: text.split('+', 1)[0] ?? '', update: '' };
  }
  if (others.length > 0) {
    return { version: text, update: '' };
  }
  const number = update.split('-', 1)[0] ?? '';
  const isNamed = number === '' || number.toLowerCase().includes('update');
  return { version, update: isNamed ? number : `update${stripZeros(number)}` };
}

function stripZeros(number: string): string {
  return number === '0' ? number : number.replace(/^0+/, '');
}
