// The timeline, loaded page by page, and the check of the record.

import type { Client } from '../../api/client';
import { toApiFailure, type ApiFailure } from '../../api/error';
import type { ActivityEntry } from '../../api/generated/ActivityEntry';
import type { ArtifactView } from '../../api/generated/ArtifactView';
import type { OutputResponse } from '../../api/generated/OutputResponse';
import type { VerifyResponse } from '../../api/generated/VerifyResponse';
import { EVERYTHING, isNarrow, mayMiss, merge, narrowed, type Filter } from './fold';

/** As many as one call gives at most. */
const PAGE = 200;
/** A command brings one, and a picture that was taken again takes the place of the one before. */
const BROUGHT = 4;

/** Something that was captured and is kept. */
export interface Captured {
  artifact: ArtifactView;
  /** The address of a small picture of it. */
  thumbnail: string | null;
}

export class Activity {
  #filter = $state.raw<Filter>(EVERYTHING);
  #loaded = $state.raw<readonly ActivityEntry[]>([]);
  #more = $state(false);
  #loading = $state(false);
  /** Tells answers that were overtaken. */
  #turn = 0;
  /** What commands captured, as it was found. */
  // Nobody watches it.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  #captured = new Map<string, Promise<Captured[]>>();
  #kept = 0;
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

  get filter(): Filter {
    return this.#filter;
  }

  /** Shows something else, from its newest on. */
  async show(filter: Filter): Promise<void> {
    this.#filter = filter;
    this.#loaded = [];
    this.#more = false;
    await this.refresh();
  }

  /** Everything known of what is shown, newest first. */
  entries(recent: readonly ActivityEntry[]): readonly ActivityEntry[] {
    // What is searched for the device finds; which of the newest belong to it, only it knows.
    return isNarrow(this.#filter) ? this.#loaded : merge(this.#loaded, recent);
  }

  /** Whether the newest entries do not join those loaded: then `refresh` is due. */
  torn(recent: readonly ActivityEntry[]): boolean {
    return !isNarrow(this.#filter) && mayMiss(this.#loaded, recent);
  }

  /** Begins anew at the newest entry. */
  async refresh(): Promise<void> {
    await this.#load(null, () => []);
  }

  /** Looks for what came meanwhile; what is loaded stays if it joins. */
  async freshen(): Promise<void> {
    const known = this.#loaded;
    const more = this.#more;
    await this.#load(null, (page) => (mayMiss(known, page) ? [] : known), more);
  }

  async older(recent: readonly ActivityEntry[]): Promise<void> {
    if (this.#loading) return;
    const known = this.entries(recent);
    await this.#load(known.at(-1)?.seq ?? null, () => known);
  }

  /** One page, and what of the known stays beside it. */
  async #load(
    before: number | null,
    keep: (page: readonly ActivityEntry[]) => readonly ActivityEntry[],
    more?: boolean,
  ): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    this.#loading = true;
    this.#failure = null;
    try {
      const params = { before, limit: PAGE, ...narrowed(this.#filter) };
      const page = await this.#client.call('activity/list', params);
      // Something else is asked for by now.
      if (turn !== this.#turn) return;
      const kept = keep(page.entries);
      this.#loaded = before === null ? merge(kept, page.entries) : merge(page.entries, kept);
      this.#more = kept.length > 0 && more !== undefined ? more : page.more;
    } catch (cause) {
      if (turn === this.#turn) this.#failure = toApiFailure(cause);
    } finally {
      if (turn === this.#turn) this.#loading = false;
    }
  }

  /** What a command printed. Throws an `ApiFailure`. */
  async output(id: string): Promise<OutputResponse> {
    return this.#client.call('activity/output', { id });
  }

  /**
   * What a command captured and is kept. Asked for once, and again when something else may be kept
   * than before: a line that is scrolled out of sight and back asks for nothing. Throws an
   * `ApiFailure`.
   */
  async captured(id: string, kept: number): Promise<Captured[]> {
    if (kept !== this.#kept) this.#captured.clear();
    this.#kept = kept;
    const known = this.#captured.get(id) ?? this.#find(id);
    this.#captured.set(id, known);
    known.catch(() => this.#captured.delete(id));
    return known;
  }

  async #find(id: string): Promise<Captured[]> {
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
