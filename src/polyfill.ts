/**
 * Installs web streams where the runtime lacks them: import it before `shopee-media`.
 *
 * @module
 */

import "web-streams-polyfill/polyfill";
