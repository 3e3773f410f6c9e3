// The pictures and recordings that are kept, page by page.

import type { Client } from '../../api/client';
import { toApiFailure, type ApiFailure } from '../../api/error';
import type { ArtifactView } from '../../api/generated/ArtifactView';

const PAGE = 12;

export class Captures {
  #list = $state.raw<readonly ArtifactView[] | null>(null);
  #more = $state(false);
  #loading = $state(false);
  #failure = $state.raw<ApiFailure | null>(null);
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  get list(): readonly ArtifactView[] | null {
    return this.#list;
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

  /** Begins anew at the newest. */
  async load(): Promise<void> {
    await this.#page(null, []);
  }

  async older(): Promise<void> {
    const known = this.#list ?? [];
    await this.#page(known.at(-1)?.number ?? null, known);
  }

  async #page(before: number | null, known: readonly ArtifactView[]): Promise<void> {
    if (this.#loading) return;
    this.#loading = true;
    this.#failure = null;
    try {
      const page = await this.#client.call('artifacts/list', { before, limit: PAGE });
      this.#list = [...known, ...page.artifacts];
      this.#more = page.more;
    } catch (cause) {
      this.#failure = toApiFailure(cause);
    } finally {
      this.#loading = false;
    }
  }

  /** The address of a small picture; none where it cannot be had. */
  async thumbnail({ id, hasThumbnail }: ArtifactView): Promise<string | null> {
    if (!hasThumbnail) return null;
    try {
      const { mediaType, base64 } = await this.#client.call('artifacts/thumbnail', { id });
      return mediaType === 'image/jpeg' ? `data:${mediaType};base64,${base64}` : null;
    } catch {
      return null;
    }
  }

  /** Deletes it; answers with what may be left of it. Throws an `ApiFailure`. */
  async remove({ id }: ArtifactView): Promise<string> {
    const { leftovers } = await this.#client.call('artifacts/delete', { id });
    this.#list = (this.#list ?? []).filter((one) => one.id !== id);
    return leftovers;
  }
}
