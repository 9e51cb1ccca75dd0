import type { VideoUploadPush } from "./video_upload_push.ts";

/** How many deliveries are remembered: about 4 MB, and far more videos than end within Shopee's hours of retries. */
const REMEMBERED = 10_000;

/**
 * Wraps `deliver` so that it runs once for a video and a status, however often Shopee sends the push.
 *
 * A duplicate shares the fate of the delivery it repeats, also of one that still runs. A delivery that failed is
 * forgotten, so that the next push tries again.
 */
export function deliverOnce(
  deliver: (push: VideoUploadPush) => Promise<void>,
): (push: VideoUploadPush) => Promise<void> {
  const deliveries = new BoundedMap<string, Promise<void>>(REMEMBERED);

  return (push) => {
    const key = `${push.module} ${push.status} ${push.videoUploadId}`;
    const known = deliveries.get(key);
    if (known) return known;

    const delivery = deliver(push);
    deliveries.set(key, delivery);
    delivery.catch(() => deliveries.delete(key));
    return delivery;
  };
}

/** A `Map` that forgets its oldest entry when there are more than `limit`. */
export class BoundedMap<Key, Value> extends Map<Key, Value> {
  readonly #limit: number;

  constructor(limit: number) {
    super();
    this.#limit = limit;
  }

  override set(key: Key, value: Value): this {
    this.delete(key);
    super.set(key, value);
    for (const oldest of this.keys()) {
      if (this.size <= this.#limit) break;
      this.delete(oldest);
    }
    return this;
  }
}
