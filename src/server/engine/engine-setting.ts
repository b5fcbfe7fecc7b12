import type { GateRequest } from '../../assess/request.ts';
import type { Completeness } from '../../foundation/core/assessment.ts';
import type { Verdict } from '../../foundation/core/verdict.ts';
import type { MailSetting } from '../notify/mail-setting.ts';
import type { NewFinding } from '../query/image-findings.ts';
import type { ImageView } from '../query/images.ts';
import type { StoreSetting, StoreTransaction } from '../store/store.ts';
import type { AddedImage } from './add-image.ts';
import type { VexResult } from './add-vex-statements.ts';
import type { DraftPerson } from './drafts.ts';
import type { SentVex } from './vex-statements.ts';

/** `folder` also has the documents and the kept databases; processes of one store share it. */
export interface EngineSetting extends StoreSetting {
  /** Directory of the advisory database in use; absent if another process updates the store. */
  readonly database?: string;
  /** Digest of a kept database, for a store without revisions. */
  readonly generation?: string;
  /** Days after which its advisories are too old to rely on; 0 for no limit. */
  readonly maxAgeDays?: number;
  /** How messages about changes are sent; absent if another process sends them. */
  readonly messages?: MessageSetting;
}

export interface MessageSetting {
  /** Host names that may be in a private network. */
  readonly allowedHosts: readonly string[];
  /** `source` of the messages: the address of the server. */
  readonly source: string;
  /** How email is sent; absent if the server sends none. */
  readonly mail?: MailSetting;
  /** 32 bytes that encrypt the secrets of subscriptions in the store; absent if none do. */
  readonly secretsKey?: Uint8Array;
}

/** VEX documents that come with an inventory. */
export interface PushedVex {
  readonly documents: readonly SentVex[];
  /** The sender, who signs the drafts. */
  readonly person: DraftPerson;
  /** Whether the statements decide at once, instead of waiting for an approver. */
  readonly isDecided: boolean;
  /** Of a sender with a role in it: the statements only apply there. */
  readonly project?: string;
  /** Whether statements that are not about the image are left out, instead of rejecting all. */
  readonly isPartial?: boolean;
}

/** Conditions of a push, and the time, RFC 3339. */
export interface PushRequest {
  /** An inventory, or an SBOM in any format that is read. */
  readonly document: Uint8Array;
  /** Added in the same transaction. */
  readonly vex?: PushedVex;
  /** Empty if the image belongs to none. */
  readonly project?: string;
  readonly gates: GateRequest;
  readonly now: string;
}

export interface PushResult {
  readonly image: ImageView;
  /** Outcome of the statements of VEX documents; absent if none were sent. */
  readonly vex?: VexResult;
  /** Whether the same inventory was pushed before. */
  readonly isKnown: boolean;
  /** Components that no image contained before. */
  readonly newComponents: number;
  /** Absent if no gate was set. */
  readonly verdict?: Verdict;
  readonly completeness: Completeness;
  /** Image of the same name that was pushed before; absent if there is none. */
  readonly previous?: number;
  /** Findings that the previous image does not have. */
  readonly newFindings: readonly NewFinding[];
}

/** An inventory that is added to a store. */
export interface Addition {
  /** Digest of the document. */
  readonly digest: string;
  readonly project: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Called at the end of the transaction. */
  readonly onAdded?: (
    transaction: StoreTransaction,
    added: AddedImage,
    vex: VexResult | undefined,
  ) => Promise<void>;
}
