/** Brings the page and upload_server.ts together under one origin. */
export default { server: { proxy: { "/videos": "http://localhost:3000" } } };
