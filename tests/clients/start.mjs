// What every script begins with: the published client, pointed at the server under test.
import assert from "node:assert/strict";
import { APIV2Client, VantageAPIError } from "@vantage-sh/vantage-client";

// Left to itself, node would show the client's source, which is one line of 26 KB.
process.on("uncaughtException", (error) => {
  console.error(error.stack, error.body ?? "");
  process.exit(1);
});

export { assert };
export const client = new APIV2Client(process.env.TOKEN, false, process.env.ADDRESS);
export const stranger = new APIV2Client("nobody", false, process.env.ADDRESS);
export const workspace = (await client.workspaces.list({})).workspaces[0].token;

// What a refused call says: its status and its sentences.
export async function refusal(call) {
  try {
    await call();
  } catch (error) {
    assert.ok(error instanceof VantageAPIError, String(error));
    return [error.status, error.errors];
  }
  assert.fail("the call was not refused");
}

export const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
