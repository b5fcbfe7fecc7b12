import type { Environment } from '../foundation/config/environment.ts';
import type { Options } from '../foundation/config/resolve-options.ts';
import { defined } from '../foundation/core/defined.ts';
import { UserError } from '../foundation/core/error.ts';
import type { BucketSetting } from '../server/store/document-bucket.ts';

const BUCKET_URL =
  /^s3:\/\/(?<name>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?<path>(?:\/[A-Za-z0-9_][A-Za-z0-9._-]*)*)\/?$/;
const REGION = /^[a-z0-9-]{1,40}$/;
/** Servers with an address of their own accept any; this one is usual. */
const USUAL_REGION = 'us-east-1';

/**
 * Reads the place of documents, with the variables that programs of Amazon use, too; `undefined`
 * for the directory of the store.
 *
 * @throws UserError `E_USAGE`
 */
export function readDocumentBucket(
  { documents, sample }: Pick<Options, 'documents' | 'sample'>,
  environment: Environment,
): BucketSetting | undefined {
  if (documents === undefined) {
    return undefined;
  }
  if (sample) {
    throw new UserError('E_USAGE', '--documents cannot be combined with --sample', {
      hint: 'omit one of them: the samples are stored in a directory',
    });
  }
  const { name = '', path = '' } = BUCKET_URL.exec(documents)?.groups ?? {};
  if (name === '') {
    throw new UserError('E_USAGE', `invalid value "${documents}" for --documents: expected S3`, {
      hint: 'name a bucket, for example: --documents s3://plimsoll-documents/production',
    });
  }
  const accessKeyId = requireVariable(environment, 'AWS_ACCESS_KEY_ID');
  const secretAccessKey = requireVariable(environment, 'AWS_SECRET_ACCESS_KEY');
  const endpoint = readEndpoint(environment);
  return {
    name,
    prefix: path === '' ? '' : `${path.slice(1)}/`,
    region: readRegion(environment, endpoint),
    accessKeyId,
    secretAccessKey,
    ...defined({ endpoint, sessionToken: environment['AWS_SESSION_TOKEN'] || undefined }),
    proxyEnvironment: pickProxies(environment),
  };
}

function requireVariable(environment: Environment, name: string): string {
  const value = environment[name] || undefined;
  if (value === undefined) {
    throw new UserError('E_USAGE', `--documents needs the variable ${name}`, {
      hint: 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    });
  }
  return value;
}

function readEndpoint(environment: Environment): string | undefined {
  const text = environment['AWS_ENDPOINT_URL_S3'] || environment['AWS_ENDPOINT_URL'] || undefined;
  if (text === undefined) {
    return undefined;
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isHttp = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (url === undefined || !isHttp || url.username !== '' || url.search !== '') {
    // It may contain a password.
    throw new UserError('E_USAGE', 'invalid address of the object storage', {
      hint: 'set AWS_ENDPOINT_URL_S3 to a URL, for example: https://storage.example.org',
    });
  }
  return url.href;
}

function readRegion(environment: Environment, endpoint: string | undefined): string {
  const region = environment['AWS_REGION'] || environment['AWS_DEFAULT_REGION'] || undefined;
  if (region === undefined && endpoint !== undefined) {
    return USUAL_REGION;
  }
  if (region === undefined || !REGION.test(region)) {
    throw new UserError('E_USAGE', '--documents needs the region of the bucket', {
      hint: 'set AWS_REGION, for example to eu-central-1',
    });
  }
  return region;
}

function pickProxies(environment: Environment): BucketSetting['proxyEnvironment'] {
  const names = ['https_proxy', 'http_proxy', 'no_proxy'];
  const all = [...names, ...names.map((name) => name.toUpperCase())];
  return Object.fromEntries(all.map((name) => [name, environment[name]]));
}
