import { checkSignature } from "../auth/check_signature.ts";
import type { Clock } from "../clock.ts";
import { ConnectionReset } from "../server/connection.ts";
import type { Platform } from "../platform.ts";
import type { Answer } from "./answer.ts";
import type { Endpoint } from "./endpoint.ts";
import { ENDPOINTS } from "./endpoints.ts";
import { refusalAnswer } from "./refusal_answer.ts";
import { Refusal } from "./refusal.ts";

/** What {@linkcode answerCall} needs besides the request. */
export interface AnswerCallOptions {
  /** The emulator. */
  platform: Platform;
  /** The time by which the request is judged. */
  clock: Clock;
  /** Name of the request. */
  requestId: string;
}

/**
 * Does what a request of the API asks for, or refuses it.
 *
 * @throws {ConnectionReset} When the client went away before it had sent the body.
 */
export async function answerCall(request: Request, options: AnswerCallOptions): Promise<Answer> {
  const { requestId } = options;
  try {
    const { endpoint, result } = await run(request, options);
    const fields = endpoint.isFlat ? result : { response: result };
    const body = JSON.stringify({ error: "", message: "", request_id: requestId, ...fields });
    return { status: 200, error: "", headers: { "Content-Type": "application/json" }, body };
  } catch (error) {
    if (error instanceof Refusal) return refusalAnswer(error, requestId);
    if (error instanceof ConnectionReset || options.platform.closing.aborted) throw error;
    console.error(error);
    const refusal = new Refusal("error_server", "Something went wrong in the emulator.", { status: 500 });
    return refusalAnswer(refusal, requestId);
  }
}

async function run(
  request: Request,
  { platform, clock }: AnswerCallOptions,
): Promise<{ endpoint: Endpoint; result: object | undefined }> {
  const { pathname: path, searchParams: query, origin } = new URL(request.url);
  const endpoint = ENDPOINTS.find((candidate) => candidate.path === path);
  if (endpoint === undefined) throw new Refusal("error_not_found", `There is no ${path}.`, { status: 404 });
  demandMethod(request.method, endpoint.method);
  checkSignature({ path, query, signer: endpoint.signer, clock, vault: platform.vault });
  return { endpoint, result: await endpoint.handle({ request, query, origin, platform }) };
}

function demandMethod(given: string, want: string): void {
  if (given === want) return;
  throw new Refusal("error_param", `Wrong method ${given}: use ${want}.`, { status: 405, headers: { Allow: want } });
}
