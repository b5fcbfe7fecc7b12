import type { GoModuleInfo } from '../../ecosystem/go/module-info.ts';

const BORING_CRYPTO = 'crypto/internal/boring/sig.BoringCrypto';
const FIPS_ONLY = 'crypto/internal/boring/sig.FIPSOnly';
const STANDARD_CRYPTO = [
  /^crypto\/internal\/boring\/sig\.StandardCrypto/,
  /^crypto\/sha1\.\(\*digest\)/,
  /^crypto\/sha256\.\(\*digest\)/,
  /^crypto\/rand\.\(\*devReader\)/,
  /^crypto\/rsa\.(?:en|de)crypt(?:\.abi.)?$/,
];

export interface CryptoEvidence {
  /** Names of the program's functions. */
  readonly names: readonly string[];
  readonly hasSymbolTable: boolean;
  readonly settings: GoModuleInfo['settings'];
}

/**
 * Returns the cryptography implementation of a program, in the terms of other tools. The standard
 * one is only reported for programs with a symbol table, as other tools do.
 */
export function detectCryptoSettings({
  names,
  hasSymbolTable,
  settings,
}: CryptoEvidence): string[] {
  const hasName = (isWanted: (name: string) => boolean): boolean => names.some(isWanted);
  const found: string[] = [];
  if (hasSymbolTable && hasName((name) => STANDARD_CRYPTO.some((pattern) => pattern.test(name)))) {
    found.push('standard-crypto');
  }
  if (
    hasName((name) => name.startsWith(BORING_CRYPTO) || name.includes('_Cfunc__goboringcrypto_'))
  ) {
    found.push('boring-crypto');
  }
  if (hasName((name) => name.startsWith(FIPS_ONLY))) {
    found.push('crypto/tls/fipsonly');
  }
  return [...found, ...settings.flatMap(readFipsSettings)];
}

function readFipsSettings({ key, value }: GoModuleInfo['settings'][number]): string[] {
  switch (key) {
    case 'GOFIPS140':
      return value === '' ? [] : [`GOFIPS140=${value}`];
    case 'DefaultGODEBUG':
      return value
        .split(',')
        .filter((pair) => pair.startsWith('fips140='))
        .map((pair) => `GODEBUG=${pair}`);
    default:
      return [];
  }
}
