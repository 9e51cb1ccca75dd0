#!/bin/sh
# The whole road of a product video in a shell: authorise a shop, upload a video and a picture, wait, make the item.
# SHOPEE_PARTNER_ID and SHOPEE_PARTNER_KEY are set, and SHOPEE_SHOP_ID once the first command has told it.
#
#     npx shopee-media auth --redirect https://erp.example/shopee
#     sh examples/whole_road.sh shoes.mp4 front.jpg RED-1
set -eu
video=$1 picture=$2 sku=$3

id=$(npx shopee-media upload --until uploaded --json "$video" | jq -er .videoUploadId)
image=$(npx shopee-media image --json "$picture" | jq -er .imageId)
npx shopee-media wait "$id"
sleep "${ATTACH_AFTER:-15}" # No item can have it before.

find_item() {
  npx shopee-media call GET /api/v2/product/search_item --query "item_sku=$sku" --query page_size=1 |
    jq -er '.response.item_id_list[0]'
}

jq -n --arg id "$id" --arg image "$image" --arg sku "$sku" '{
  item_name: "Red shoes", description: "They are red.", original_price: 12.5, category_id: 100001, item_sku: $sku,
  image: { image_id_list: [$image] }, video_upload_id: [$id]
}' >item.json
# When the call fails, the item may be there all the same: look before you try again.
find_item || npx shopee-media call POST /api/v2/product/add_item --body item.json | jq -er .response.item_id
