import { MediaManager } from "shopee-media";

try {
  new MediaManager({ partnerId: 1, partnerKey: "key", shopId: 2, accessToken: "token" });
} catch (error) {
  console.log(error.message);
}
