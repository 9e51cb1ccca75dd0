import { tokenEndpoint } from "../auth/token_endpoint.ts";
import { mediaImageEndpoint } from "../media/image_endpoint.ts";
import { mediaVideoEndpoints } from "../media/video_endpoints.ts";
import { mediaSpaceImageEndpoint } from "../media_space/image_endpoint.ts";
import { mediaSpaceVideoEndpoints } from "../media_space/video_endpoints.ts";
import type { Endpoint } from "./endpoint.ts";

/** All endpoints of the platform that are served here. */
export const ENDPOINTS: readonly Endpoint[] = [
  ...mediaSpaceVideoEndpoints,
  mediaSpaceImageEndpoint,
  ...mediaVideoEndpoints,
  mediaImageEndpoint,
  tokenEndpoint,
];
