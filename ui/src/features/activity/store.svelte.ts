// The timeline, loaded page by page, and the check of the record.

import type { Client } from '../../api/client';
import { toApiFailure, type ApiFailure } from '../../api/error';
import type { ActivityEntry } from '../../api/generated/ActivityEntry';
import type { ArtifactView } from '../../api/generated/ArtifactView';
import type { OutputResponse } from '../../api/generated/OutputResponse';
import type { VerifyResponse } from '../../api/generated/VerifyResponse';
import { mayMiss, merge, type Filter } from './fold';

const PAGE = 50;
/** A command brings one, and a picture that was taken again takes the place of the one before. */
const BROUGHT = 4;

/** Something that was captured and is kept. */
export interface Captured {
  artifact: ArtifactView;
  /** The address of a small picture of it. */
  thumbnail: string | null;
}

export class Activity {
  filter = $state<Filter>('all');
  #loaded = $state.raw<readonly ActivityEntry[]>([]);
  #more = $state(false);
  #loading = $state(false);
  #failure = $state.raw<ApiFailure | null>(null);
  #verified = $state.raw<VerifyResponse | null>(null);
  #verifying = $state(false);
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  get more(): boolean {
    return this.#more;
  }

  get loading(): boolean {
    return this.#loading;
  }

  get failure(): ApiFailure | null {
    return this.#failure;
  }

  get verified(): VerifyResponse | null {
    return this.#verified;
  }

  get verifying(): boolean {
    return this.#verifying;
  }

  /** Everything known, newest first. */
  entries(recent: readonly ActivityEntry[]): ActivityEntry[] {
    return merge(this.#loaded, recent);
  }

  /** Whether the newest entries do not join those loaded: then `refresh` is due. */
  torn(recent: readonly ActivityEntry[]): boolean {
    return mayMiss(this.#loaded, recent);
  }

  /** Begins anew at the newest entry. */
  async refresh(): Promise<void> {
    await this.#load(null, () => []);
  }

  async older(recent: readonly ActivityEntry[]): Promise<void> {
    const known = this.entries(recent);
    await this.#load(known.at(-1)?.seq ?? null, () => known);
  }

  async #load(before: number | null, kept: () => readonly ActivityEntry[]): Promise<void> {
    if (this.#loading) return;
    this.#loading = true;
    this.#failure = null;
    try {
      const page = await this.#client.call('activity/list', { before, limit: PAGE });
      this.#loaded = merge(kept(), page.entries);
      this.#more = page.more;
    } catch (cause) {
      this.#failure = toApiFailure(cause);
    } finally {
      this.#loading = false;
    }
  }

  /** What a command printed. Throws an `ApiFailure`. */
  async output(id: string): Promise<OutputResponse> {
    return this.#client.call('activity/output', { id });
  }

  /** What a command captured and is kept. Throws an `ApiFailure`. */
  async captured(id: string): Promise<Captured[]> {
    const params = { before: null, limit: BROUGHT, command: id };
    const { artifacts } = await this.#client.call('artifacts/list', params);
    return Promise.all(
      artifacts.map(async (artifact) => ({
        artifact,
        thumbnail: artifact.hasThumbnail ? await this.#thumbnail(artifact.id) : null,
      })),
    );
  }

  /** One that cannot be had, as when it was deleted just now, is none. */
  async #thumbnail(id: string): Promise<string | null> {
    try {
      const { mediaType, base64 } = await this.#client.call('artifacts/thumbnail', { id });
      return mediaType === 'image/jpeg' ? `data:${mediaType};base64,${base64}` : null;
    } catch {
      return null;
    }
  }

  async verify(): Promise<ApiFailure | null> {
    if (this.#verifying) return null;
    this.#verifying = true;
    this.#verified = null;
    try {
      this.#verified = await this.#client.call('record/verify', {});
      return null;
    } catch (cause) {
      return toApiFailure(cause);
    } finally {
      this.#verifying = false;
    }
  }
}
