import type { Cpe } from '../../core/package.ts';
import { ANY_CPE, formatCpe, toCpeValue } from '../../identity/cpe-name/cpe.ts';
import type { JavaRelease } from './release-file.ts';

export interface JavaInstallation {
  readonly release: JavaRelease;
  /** Real path of its file `release`: some vendors are only named there. */
  readonly path: string;
  /** Whether the compiler is there: a development kit, not only a run-time environment. */
  readonly hasCompiler: boolean;
}

export interface JavaProduct {
  readonly vendor: string;
  readonly product: string;
}

/** Builds without a known vendor of their own are builds of OpenJDK. */
export function javaProduct(installation: JavaInstallation): JavaProduct {
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

/** The most precise version that the installation states. */
export function javaVersion(release: JavaRelease): string {
  if (release.javaRuntimeVersion !== undefined) {
    return release.javaRuntimeVersion;
  }
  const isSameRelease = majorOf(release.fullVersion) === majorOf(release.javaVersion);
  return (isSameRelease ? release.fullVersion : release.javaVersion) ?? '';
}

function majorOf(version = ''): string {
  return version.split('.', 1)[0] ?? '';
}

/** All names under which advisories may speak of the installation. */
export function javaCpes(installation: JavaInstallation): Cpe[] {
  const { version, update } = releaseAndUpdate(javaVersion(installation.release));
  return cpeProducts(installation).flatMap(({ vendor, product }) =>
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

function cpeProducts(installation: JavaInstallation): JavaProduct[] {
  const own = javaProduct(installation);
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
function releaseAndUpdate(text: string): { readonly version: string; readonly update: string } {
  const [version = '', update, ...others] = text.split('_');
  if (update === undefined) {
    return { version: text.split('+', 1)[0] ?? '', update: '' };
  }
  if (others.length > 0) {
    return { version: text, update: '' };
  }
  const number = update.split('-', 1)[0] ?? '';
  const isNamed = number === '' || number.toLowerCase().includes('update');
  return { version, update: isNamed ? number : `update${withoutZeros(number)}` };
}

function withoutZeros(number: string): string {
  return number === '0' ? number : number.replace(/^0+/, '');
}
