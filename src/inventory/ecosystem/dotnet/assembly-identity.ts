/** Strings of a version resource by name. */
type Texts = ReadonlyMap<string, string>;

const RUNTIME_SUFFIX = /\s{0,9}\(net[^)]{0,32}\d\)$/;

/**
 * Returns the name of an assembly from its version resource. Most vendors put the name of the
 * product into `ProductName`. Microsoft uses the same product name in all files of a product, and
 * the file's own name in its description. Empty if the resource has none.
 */
export function chooseAssemblyName(texts: Texts): string {
  const fields = isOfMicrosoft(texts)
    ? ['FileDescription', 'InternalName', 'OriginalFilename', 'ProductName']
    : ['ProductName', 'FileDescription', 'InternalName', 'OriginalFilename'];
  const name = fields
    .map((field) => joinOnOneLine(texts.get(field) ?? ''))
    .find((text) => text !== '');
  return (name ?? '').replace(RUNTIME_SUFFIX, '');
}

/**
 * Returns the more precise version: the higher one of product and file, and of equal ones the
 * longer one. In Microsoft's files, a file version with more numbers is a build stamp.
 */
export function chooseAssemblyVersion(texts: Texts): string {
  const product = cutBuildNote(texts.get('ProductVersion') ?? '');
  const file = cutBuildNote(texts.get('FileVersion') ?? '');
  const [productNumbers, fileNumbers] = [parseLeadingNumbers(product), parseLeadingNumbers(file)];
  if (productNumbers.length === 0 || fileNumbers.length === 0) {
    return productNumbers.length > 0 || fileNumbers.length === 0 ? product : file;
  }
  const isSameRelease =
    productNumbers[0] === fileNumbers[0] && productNumbers[1] === fileNumbers[1];
  const isStamped = productNumbers.length > 1 && productNumbers.length < fileNumbers.length;
  if (isOfMicrosoft(texts) && isSameRelease && isStamped) {
    return product.split('+', 1)[0] ?? '';
  }
  const order = compareNumbers(productNumbers, fileNumbers);
  if (order !== 0) {
    return order > 0 ? product : file;
  }
  return countPunctuation(product) >= countPunctuation(file) ? product : file;
}

function isOfMicrosoft(texts: Texts): boolean {
  return ['CompanyName', 'ProductName'].some((field) =>
    (texts.get(field) ?? '').toLowerCase().includes('microsoft'),
  );
}

/**
 * Cuts before the first word without a digit that follows a word with one: `4.8.9037.0 built by:
 * NET481REL1`.
 */
function cutBuildNote(text: string): string {
  const words = joinOnOneLine(text).split(' ');
  const first = words.findIndex((word) => /\d/.test(word));
  const end = words.findIndex((word, index) => index > first && !/\d/.test(word));
  return first < 0 || end < 0 ? words.join(' ') : words.slice(0, end).join(' ');
}

export function joinOnOneLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\s\u00a0]+/g, ' ')
    .replaceAll(/[\0-\u001f]/g, '')
    .trim();
}

/** Returns the numbers at the start of a version. */
function parseLeadingNumbers(version: string): number[] {
  const [core] = /^\d{1,15}(?:\.\d{1,15}){0,15}/.exec(version) ?? [];
  return core === undefined ? [] : core.split('.').map(Number);
}

function compareNumbers(left: readonly number[], right: readonly number[]): number {
  const length = Math.max(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) {
      return difference;
    }
  }
  return 0;
}

function countPunctuation(text: string): number {
  return text.replace(/[^.,]/g, '').length;
}
