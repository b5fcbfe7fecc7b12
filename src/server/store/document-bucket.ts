import { createHash } from 'node:crypto';
import { UserError } from '../../foundation/core/error.ts';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import type { HttpClient, HttpResponse } from '../../foundation/http/http-client.ts';
import { DOCUMENT_BYTES_MAX, type DocumentFiles } from './document-files.ts';

/** A bucket of S3 or of a server with the same interface; plain data. */
export interface BucketSetting {
  readonly name: string;
  /** Before the names of the files, with a slash at its end; empty for none. */
  readonly prefix: string;
  readonly region: string;
  /** URL of a server; absent for Amazon's. */
  readonly endpoint?: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Only of temporary credentials. */
  readonly sessionToken?: string;
  /** `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. */
  readonly proxyEnvironment: Readonly<Record<string, string | undefined>>;
}

const USER_AGENT = 'plimsoll';
const ERROR_BYTES_MAX = 64 * 1024;
/** Jobs are repeated, and people wait for the others. */
const LIMITS = {
  ...DEFAULT_LIMITS,
  httpTriesMax: 2,
  httpIdleMsMax: 10_000,
  httpAnswerMsMax: 60_000,
};

const STATUS_MISSING = 404;
const MISSING_BUCKET = 'NoSuchBucket';
const ERROR_CODE = /<Code>([A-Za-z0-9]{1,64})<\/Code>/;

/**
 * Keeps documents in a bucket. Nothing is loaded before the first request.
 *
 * All errors are `UserError` `E_STORE_UNREACHABLE`.
 */
export function openBucket(setting: BucketSetting): DocumentFiles {
  const bucket = new Bucket(setting);
  return {
    async read(name) {
      const { response, client } = await bucket.request('GET', name);
      if (response.status === STATUS_MISSING) {
        const code = await readErrorCode(client, response);
        if (code !== MISSING_BUCKET) {
          return undefined;
        }
        throw bucket.createRefusal(response.status, code);
      }
      return Buffer.from(await bucket.readBody(client, response, DOCUMENT_BYTES_MAX));
    },
    async write(name, content) {
      const { response, client } = await bucket.request('PUT', name, content);
      await bucket.readBody(client, response, ERROR_BYTES_MAX);
    },
  };
}

interface BucketAnswer {
  readonly client: HttpClient;
  readonly response: HttpResponse;
}

class Bucket {
  readonly #setting: BucketSetting;
  #client: Promise<HttpClient> | undefined;
  /** Keys that are derived from the secret, which the library keeps for a day. */
  readonly #keys = new Map<string, ArrayBuffer>();

  constructor(setting: BucketSetting) {
    this.#setting = setting;
  }

  async request(method: 'GET' | 'PUT', name: string, body?: Uint8Array): Promise<BucketAnswer> {
    this.#client ??= createClient(this.#setting);
    const client = await this.#client;
    const headers = await this.#sign(method, name, body);
    const { authorization = '', ...others } = headers;
    try {
      const url = createFileUrl(this.#setting, name);
      const request = { url, method, headers: others, authorization };
      const response = await client.send(body === undefined ? request : { ...request, body });
      return { client, response };
    } catch (error) {
      throw this.#explain(error);
    }
  }

  /** Returns the body of a response; throws if it reports an error. */
  async readBody(
    client: HttpClient,
    response: HttpResponse,
    bytesMax: number,
  ): Promise<Uint8Array> {
    if (response.status !== 200) {
      throw this.createRefusal(response.status, await readErrorCode(client, response));
    }
    try {
      return await client.readBody(response, bytesMax);
    } catch (error) {
      throw this.#explain(error);
    }
  }

  createRefusal(status: number, code: string): UserError {
    const { name } = this.#setting;
    const answer = code === '' ? `status ${status}` : `${code} (status ${status})`;
    return new UserError('E_STORE_UNREACHABLE', `the bucket ${name} answers ${answer}`, {
      hint: 'check its name, AWS_REGION, the access key, and that it may get, put and list objects',
    });
  }

  #explain(error: unknown): unknown {
    const { name } = this.#setting;
    return error instanceof UserError
      ? new UserError('E_STORE_UNREACHABLE', `the bucket ${name}: ${error.message}`, {
          hint: 'check that the object storage is running, and AWS_ENDPOINT_URL_S3 or AWS_REGION',
          cause: error,
        })
      : error;
  }

  async #sign(
    method: string,
    name: string,
    body: Uint8Array = new Uint8Array(),
  ): Promise<Readonly<Record<string, string>>> {
    const { AwsV4Signer } = await import('aws4fetch');
    const { accessKeyId, secretAccessKey, sessionToken, region } = this.#setting;
    const signer = new AwsV4Signer({
      method,
      url: createFileUrl(this.#setting, name).href,
      headers: { 'x-amz-content-sha256': createHash('sha256').update(body).digest('hex') },
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
      region,
      service: 's3',
      cache: this.#keys,
    });
    return Object.fromEntries((await signer.sign()).headers);
  }
}

async function createClient({ proxyEnvironment }: BucketSetting): Promise<HttpClient> {
  const { HttpClient: Client } = await import('../../foundation/http/http-client.ts');
  return new Client({ limits: LIMITS, userAgent: USER_AGENT, proxyEnvironment });
}

/** A name with a dot does not match the certificate of Amazon's servers. */
function createFileUrl({ name, prefix, region, endpoint }: BucketSetting, file: string): URL {
  const host = `s3.${region}.amazonaws.com`;
  const usual = name.includes('.') ? `https://${host}/${name}/` : `https://${name}.${host}/`;
  const base = endpoint === undefined ? usual : `${endpoint.replace(/\/+$/, '')}/${name}/`;
  return new URL(`${prefix}${file}`, base);
}

/** Returns the code in an error of S3; empty if it has none. */
async function readErrorCode(client: HttpClient, response: HttpResponse): Promise<string> {
  try {
    const body = Buffer.from(await client.readBody(response, ERROR_BYTES_MAX));
    const [, code = ''] = ERROR_CODE.exec(body.toString('latin1')) ?? [];
    return code;
  } catch {
    return '';
  }
}
