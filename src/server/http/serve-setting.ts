import type { CacheOptions } from '../../assess/scan-options.ts';
import type { CiRole } from '../access/ci-token.ts';
import type { OidcSetting } from '../access/oidc.ts';
import type { DownloadSetting } from '../engine/advisory-download.ts';
import type { EngineSetting } from '../engine/engine-setting.ts';
import type { FleetPolicy } from '../engine/fleet-policy.ts';
import type { StoreChange } from '../engine/update-store.ts';
import type { MailSetting } from '../notify/mail-setting.ts';
import type { DocumentTrust } from '../registry/document-trust.ts';
import type { RequestRecord } from './request-record.ts';

/** A tenant besides the default one. */
export interface TenantSetting {
  readonly name: string;
  /** Absent if it is only reached on this machine. */
  readonly publicUrl?: URL;
  /** The conditions for its images; absent for those of the server. */
  readonly policy?: FleetPolicy;
}

export interface ServeSetting extends Omit<EngineSetting, 'messages'> {
  /** The other tenants; each has a store, users and addresses of its own. */
  readonly tenants?: readonly TenantSetting[];
  /** Hosts in a private network that may receive messages. */
  readonly allowedHosts?: readonly string[];
  /** How email is sent; absent if the server sends none. */
  readonly mail?: MailSetting;
  /** 32 bytes that encrypt the secrets of subscriptions in the stores; absent if none do. */
  readonly secretsKey?: Uint8Array;
  /** Whose signatures on documents of watched images count; absent for none. */
  readonly trust?: DocumentTrust;
  /** Facts of the layers of watched images; absent for none. */
  readonly cache?: CacheOptions;
  /** The conditions of tenants without their own; if absent, they stay as they are. */
  readonly policy?: FleetPolicy;
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Signs people in; absent without an identity provider. */
  readonly oidc?: OidcSetting;
  /** Roles of CI jobs, which are recognized by tokens of their providers. */
  readonly ciRoles?: readonly CiRole[];
  /** Address under which others reach the default tenant through a proxy with TLS. */
  readonly publicUrl?: URL;
  /** Address of the health checks and metrics; absent for none. */
  readonly health?: { readonly host: string; readonly port: number };
  /** Requests of each token in a minute; see `rate-limit.ts`. */
  readonly requestsEachMinute?: number;
  /** Receives each request after it was answered. */
  readonly onRequest?: (record: RequestRecord, tenant: string) => void;
  /** Milliseconds since 1970. */
  readonly getTime: () => number;
  /** Receives the effects of an update of the advisory database. */
  readonly onUpdate: (change: StoreChange, tenant: string) => void;
  /** How advisories are downloaded; absent if another program does. */
  readonly download?: DownloadSetting;
  /** Receives messages for the person who runs the server. */
  readonly onMessage?: (message: string) => void;
  /** Receives problems that do not end the server. */
  readonly onProblem: (error: unknown, tenant: string) => void;
}
