import type { EmptyEnvelope, Envelope } from "../platform/types/envelope.ts";
import type * as media from "../platform/types/media.ts";
import type * as mediaSpace from "../platform/types/media_space.ts";
import { type EndpointName, ENDPOINTS } from "../platform/endpoints.ts";
import { toBinary } from "./body/binary.ts";
import { imageFields } from "./body/multipart.ts";
import type { FormField } from "./body/multipart.ts";
import type { CallOptions } from "./call.ts";
import {
  checkManagerOptions,
  type InheritedManagerOptions,
  type MediaManagerOptions,
  resolveManagerOptions,
  resolveShop,
  type ShopOptions,
} from "./manager_options.ts";
import {
  IMAGES_RESPONSE,
  INIT_RESPONSE,
  MEDIA_IMAGES_RESPONSE,
  MEDIA_RESULT_RESPONSE,
  RESULT_RESPONSE,
} from "./response_shapes.ts";
import { type PlatformCall, resolvePlatformCall } from "./platform_call.ts";
import { createTransport, type Transport } from "./transport.ts";

/**
 * The twelve calls, without the class: all that `uploadVideo`, `uploadImages` and the others need of a {@linkcode MediaManager},
 * and so what a test may put in its place.
 *
 * @example
 * ```ts
 * import { type MediaApi, uploadImages } from "shopee-media";
 *
 * const image = { image_id: "sg-1", image_url_list: [] };
 * const media = {
 *   uploadImage: async () => ({
 *     ...{ error: "", message: "", request_id: "1" },
 *     response: { image_info_list: [{ id: 0, image_info: image }] },
 *   }),
 * } as Partial<MediaApi> as MediaApi;
 *
 * const [first] = await uploadImages(media, [new Blob(["not quite a picture"])], { preflight: false });
 * console.assert(first?.imageId === "sg-1");
 * ```
 */
export type MediaApi = Pick<MediaManager, EndpointName>;

/**
 * The twelve calls of Shopee's media APIs, one method each, with the platform's own parameters and answers.
 *
 * Every call is signed, retried when the failure is transient, and ends in Shopee's whole answer or in a typed error:
 * {@linkcode ShopeeApiError} when Shopee says no, {@linkcode TransportError} when no usable answer comes,
 * {@linkcode InvalidInputError} when the call cannot be made, or the signal's reason.
 *
 * It holds the partner key, so it belongs on a server or into a tool of one's own, never into a page that others open.
 *
 * @see https://open.shopee.com/documents/v2/v2.media_space.init_video_upload?module=91&type=1
 * @see https://open.shopee.com/documents/v2/v2.media.init_video_upload?module=130&type=1
 * @example
 * ```ts
 * import { MediaManager } from "shopee-media";
 * import { startEmulator } from "shopee-media/emulator";
 *
 * const emulator = await startEmulator();
 * const media = new MediaManager({ ...emulator.credentials, baseUrl: emulator.url });
 * const { response } = await media.initVideoUpload({ file_md5: "900150983cd24fb0d6963f7d28e17f72", file_size: 3 });
 * await media.cancelVideoUpload({ video_upload_id: response.video_upload_id });
 * await emulator.close();
 * ```
 */
export class MediaManager {
  readonly #options: InheritedManagerOptions;
  readonly #transport: Transport;

  /**
   * Makes no call yet.
   *
   * @param options Who you are, and how calls are made.
   * @throws {InvalidInputError} An option cannot work; the message names it.
   */
  constructor(options: MediaManagerOptions) {
    checkManagerOptions(options);
    const resolved = resolveManagerOptions(options);
    this.#options = { ...options, app: resolved.app };
    this.#transport = createTransport(resolved);
  }

  /**
   * Makes a manager for another shop of the same app. All managers made from one share what Shopee counts and limits by the
   * app: the pace, the day's limit, the clock, and which Public calls want a shop's signature.
   *
   * @param shop The shop and its access token.
   * @returns The manager, with all other options as here.
   * @throws {InvalidInputError} The shop cannot be one, or there is no token.
   * @example
   * ```ts
   * import { MediaManager } from "shopee-media";
   * import { startEmulator } from "shopee-media/emulator";
   *
   * const emulator = await startEmulator();
   * const { partnerId, partnerKey, shopId, accessToken } = emulator.credentials;
   * const app = new MediaManager({ partnerId, partnerKey, baseUrl: emulator.url });
   * const media = app.forShop({ shopId, accessToken });
   * await media.initVideoUpload({ file_md5: "900150983cd24fb0d6963f7d28e17f72", file_size: 3 });
   * await emulator.close();
   * ```
   */
  forShop(shop: ShopOptions): MediaManager {
    return new MediaManager({ ...this.#options, ...resolveShop(shop) });
  }

  /**
   * Makes any other call of the platform, such as `add_item`, to which a video is attached: signed, paced and judged as the
   * twelve are.
   *
   * One that is no `GET` is made again only where the answer proves that nothing was done, so that no item is made twice; an
   * error tells by `mayHaveSucceeded` whether it may have been carried out. On Deno `fetch` by itself sends a request again
   * whose connection broke before the answer, which nothing can keep it from.
   *
   * @param request What is called, and whose token signs it.
   * @param options A signal.
   * @returns Shopee's whole answer; nothing is known of its `response`.
   * @throws {InvalidInputError} The call cannot be made; the message names what is wrong.
   * @throws {ShopeeApiError} Shopee said no. `not_attachable` says that a video is too new for an item, which may have been
   * made all the same.
   * @throws {TransportError} No usable answer came.
   * @example
   * ```ts
   * import { MediaManager } from "shopee-media";
   *
   * const answer = { error: "", message: "", request_id: "1", response: { item_id: 7 } };
   * const fetch = async () => Response.json(answer);
   * const media = new MediaManager({ partnerId: 1, partnerKey: "key", shopId: 2, accessToken: "token", fetch });
   * const { response } = await media.call<{ item_id: number }>({
   *   method: "POST",
   *   path: "/api/v2/product/add_item",
   *   body: { item_name: "Shoes", video_upload_id: ["sg_1"] },
   * });
   * console.assert(response.item_id === 7);
   * ```
   */
  async call<Response = unknown>(request: PlatformCall, options?: CallOptions): Promise<Envelope<Response>> {
    const { endpoint, request: resolved } = resolvePlatformCall(request);
    return await this.#transport.call(endpoint, resolved, options);
  }

  /** Opens a session for a product video. Shop call. */
  initVideoUpload(
    params: mediaSpace.InitVideoUploadParams,
    options?: CallOptions,
  ): Promise<Envelope<mediaSpace.InitVideoUploadResponse>> {
    return this.#transport.call(ENDPOINTS.initVideoUpload, {
      task: "open an upload session",
      json: params,
      shape: INIT_RESPONSE,
    }, options);
  }

  /** Sends one part of a product video. Public call. */
  async uploadVideoPart(params: mediaSpace.UploadVideoPartParams, options?: CallOptions): Promise<EmptyEnvelope> {
    return await this.#transport.call(ENDPOINTS.uploadVideoPart, {
      task: `upload part ${params.part_seq}`,
      form: await partForm(params, { name: "content_md5", value: params.content_md5 }),
    }, options);
  }

  /**
   * Says that all parts of a product video were sent. Public call. When an attempt's answer is lost and the next one
   * learns that the session is complete already, that is success.
   */
  completeVideoUpload(params: mediaSpace.CompleteVideoUploadParams, options?: CallOptions): Promise<EmptyEnvelope> {
    return this.#transport.call(ENDPOINTS.completeVideoUpload, {
      task: `complete the upload ${params.video_upload_id}`,
      json: params,
      doneKind: "already_completed",
    }, options);
  }

  /** Asks what became of a product video. Shop call. */
  getVideoUploadResult(
    params: mediaSpace.GetVideoUploadResultParams,
    options?: CallOptions,
  ): Promise<Envelope<mediaSpace.GetVideoUploadResultResponse>> {
    return this.#transport.call(ENDPOINTS.getVideoUploadResult, {
      task: `get the result of ${params.video_upload_id}`,
      query: { video_upload_id: params.video_upload_id },
      shape: RESULT_RESPONSE,
    }, options);
  }

  /** Gives up a session of a product video. Shop call. */
  cancelVideoUpload(params: mediaSpace.CancelVideoUploadParams, options?: CallOptions): Promise<EmptyEnvelope> {
    return this.#transport.call(ENDPOINTS.cancelVideoUpload, {
      task: `cancel the upload ${params.video_upload_id}`,
      json: params,
      isUrgent: true,
    }, options);
  }

  /** Uploads up to 9 product images; each has its own error in the answer. Public call. */
  async uploadImage(
    params: mediaSpace.UploadImageParams,
    options?: CallOptions,
  ): Promise<Envelope<mediaSpace.UploadImageResponse>> {
    const { image, scene, ratio } = params;
    const form: FormField[] = [];
    if (scene !== undefined) form.push({ name: "scene", value: scene });
    if (ratio !== undefined) form.push({ name: "ratio", value: ratio });
    form.push(...await imageFields("image", image));
    return await this.#transport.call(ENDPOINTS.uploadImage, {
      task: "upload the images",
      form,
      shape: IMAGES_RESPONSE,
    }, options);
  }

  /** Opens a session for a Shopee Video; the answer tells the part size. Public call. */
  initMediaVideoUpload(
    params: media.InitMediaVideoUploadParams,
    options?: CallOptions,
  ): Promise<Envelope<media.InitMediaVideoUploadResponse>> {
    const request = { task: "open an upload session", json: params, shape: INIT_RESPONSE };
    return this.#transport.call(ENDPOINTS.initMediaVideoUpload, request, options);
  }

  /** Sends one part of a Shopee Video. Public call. */
  async uploadMediaVideoPart(params: media.UploadMediaVideoPartParams, options?: CallOptions): Promise<EmptyEnvelope> {
    return await this.#transport.call(ENDPOINTS.uploadMediaVideoPart, {
      task: `upload part ${params.part_seq}`,
      form: await partForm(params, { name: "part_md5", value: params.part_md5 }),
    }, options);
  }

  /**
   * Says that all parts of a Shopee Video were sent. Public call. When an attempt's answer is lost and the next one
   * learns that the session is complete already, that is success.
   */
  completeMediaVideoUpload(
    params: media.CompleteMediaVideoUploadParams,
    options?: CallOptions,
  ): Promise<EmptyEnvelope> {
    return this.#transport.call(ENDPOINTS.completeMediaVideoUpload, {
      task: `complete the upload ${params.video_upload_id}`,
      json: params,
      doneKind: "already_completed",
    }, options);
  }

  /** Asks what became of a Shopee Video. Public call. */
  getMediaVideoUploadResult(
    params: media.GetMediaVideoUploadResultParams,
    options?: CallOptions,
  ): Promise<Envelope<media.GetMediaVideoUploadResultResponse>> {
    return this.#transport.call(ENDPOINTS.getMediaVideoUploadResult, {
      task: `get the result of ${params.video_upload_id}`,
      query: { video_upload_id: params.video_upload_id },
      shape: MEDIA_RESULT_RESPONSE,
    }, options);
  }

  /** Gives up a session of a Shopee Video. Public call. */
  cancelMediaVideoUpload(params: media.CancelMediaVideoUploadParams, options?: CallOptions): Promise<EmptyEnvelope> {
    return this.#transport.call(ENDPOINTS.cancelMediaVideoUpload, {
      task: `cancel the upload ${params.video_upload_id}`,
      json: params,
      isUrgent: true,
    }, options);
  }

  /** Uploads up to 3 images for a return. Public call. */
  async uploadMediaImage(
    params: media.UploadMediaImageParams,
    options?: CallOptions,
  ): Promise<Envelope<media.UploadMediaImageResponse>> {
    const form: FormField[] = [
      { name: "business", value: `${params.business}` },
      { name: "scene", value: `${params.scene}` },
      ...await imageFields("images", params.images),
    ];
    return await this.#transport.call(ENDPOINTS.uploadMediaImage, {
      task: "upload the images",
      form,
      shape: MEDIA_IMAGES_RESPONSE,
    }, options);
  }
}

/** What both modules' parts have in common. */
interface PartParams {
  video_upload_id: string;
  part_seq: number;
  part_content: unknown;
}

async function partForm({ video_upload_id, part_seq, part_content }: PartParams, md5: FormField): Promise<FormField[]> {
  const file = await toBinary(part_content, `Cannot upload part ${part_seq}: part_content`);
  return [
    { name: "video_upload_id", value: video_upload_id },
    { name: "part_seq", value: `${part_seq}` },
    md5,
    { name: "part_content", file, fileName: `part-${part_seq}`, type: "application/octet-stream" },
  ];
}
