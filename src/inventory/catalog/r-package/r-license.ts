/**
 * Returns the licenses in a description's field; bars separate alternatives: `GPL (>= 2)` is the
 * older ID of `GPL-2.0-or-later`, `GPL2+`; `MIT + file LICENSE` is MIT with its copyright holders
 * in a file. A file alone is not a license. Writing R Extensions, "Licensing".
 */
export function parseRLicenses(field: string): string[] {
  return field
    .split('|')
    .map((part) => parseRLicense(part.trim()))
    .filter((license) => license !== '');
}

function parseRLicense(text: string): string {
  if (/^file LICEN[CS]E$/.test(text)) {
    return '';
  }
  const [, family, operator, version] = /^(\S+) ?\(([<>=!]+) ?([^,)\s]+)[^)]*\)/.exec(text) ?? [];
  if (family !== undefined && version !== undefined) {
    return `${family}${version}${operator?.startsWith('>') === true ? '+' : ''}`;
  }
  const plus = text.indexOf(' + file ');
  return plus < 0 ? text : text.slice(0, plus);
}
