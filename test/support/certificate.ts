import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificate {
  /** Certificate and key in PEM. */
  readonly cert: string;
  readonly key: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** Creates a self-signed certificate for 127.0.0.1, localhost and other names. */
export function makeCertificate(folder: string, others: readonly string[] = []): Certificate {
  const certificateFile = join(folder, 'certificate.pem');
  const keyFile = join(folder, 'key.pem');
  const request = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2';
  const subjects = ['DNS:localhost', 'IP:127.0.0.1', ...others.map((name) => `DNS:${name}`)];
  const names = ['-subj', '/CN=localhost', '-addext', `subjectAltName=${subjects.join(',')}`];
  const files = ['-keyout', keyFile, '-out', certificateFile];
  const { status, stderr } = spawnSync('openssl', [...request.split(' '), ...names, ...files], {
    encoding: 'utf8',
  });
  if (status !== 0) {
    throw new Error(`openssl made no certificate: ${stderr}`);
  }
  return {
    certificateFile,
    keyFile,
    cert: readFileSync(certificateFile, 'utf8'),
    key: readFileSync(keyFile, 'utf8'),
  };
}
