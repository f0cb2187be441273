// Receives deliveries of a webhook: verifies them, and prints the id of each change once. Put it
// behind a server with TLS. Needs Node.js 20 or newer, and nothing else.
//
//     WEBHOOK_SECRET=whsec_… node receive.mjs 8090

import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const WINDOW = 5 * 60; // seconds: what is older, or from the future, was sent by somebody else
const key = Buffer.from(process.env.WEBHOOK_SECRET.replace(/^whsec_/, ""), "base64");
const seen = new Set(); // keep it where it survives a restart

function isGenuine(headers, body) {
  const [id, at] = [headers["webhook-id"] ?? "", headers["webhook-timestamp"] ?? ""];
  if (!/^\d+$/.test(at) || Math.abs(Date.now() / 1000 - Number(at)) > WINDOW) return false;
  const digest = createHmac("sha256", key).update(`${id}.${at}.`).update(body).digest("base64");
  const want = Buffer.from(`v1,${digest}`);
  const given = (headers["webhook-signature"] ?? "").split(" "); // two while the secret is rotated
  return given.map((one) => Buffer.from(one)).some((one) => one.length === want.length && timingSafeEqual(one, want));
}

const server = createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const body = Buffer.concat(parts); // verify these bytes, not JSON written anew
  const genuine = isGenuine(request.headers, body);
  response.writeHead(genuine ? 204 : 401).end(); // answer first, work then: 15 seconds are all there is
  const id = request.headers["webhook-id"];
  if (!genuine || seen.has(id)) return;
  seen.add(id);
  const { data } = JSON.parse(body);
  if (!data.complete) console.log("fetch", data.fetch);
  for (const change of data.changes) console.log(change.deleted ? "deleted" : "changed", change.id);
});
server.listen(Number(process.argv[2]), "127.0.0.1", () => console.log("listening on", server.address().port));
