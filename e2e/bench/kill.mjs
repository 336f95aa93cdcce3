// `kill -9` at random moments: e2e/rust/bench/src/kill.rs.

import { load } from "./processes.mjs";
import { print, short } from "./table.mjs";

export async function kill({ quick, seed, server }) {
  // Fails, and says which message, if one is lost or comes again.
  const it = await load("kill", server, quick ? 20 : 1_000, seed);
  const whole = (number) => number.toLocaleString("en");
  print([
    [`${server}, seed ${seed}`, ""],
    ["kills", whole(it.kills)],
    ["… of them while it started", whole(it.whileStarting)],
    ["published", whole(it.published)],
    ["accepted: acknowledged", whole(it.accepted)],
    ["accepted, and the crash was quicker than the acknowledgement", whole(it.acceptedUnheard)],
    ["… of all these, lost", "0"],
    ["received: acknowledged", whole(it.received)],
    ["… of these, came again", "0"],
    ["taken out, and the crash was quicker than the acknowledgement", whole(it.receivedUnheard)],
    ["came again before `received` was acknowledged: allowed", whole(it.cameAgain)],
    ["seconds", short(it.seconds)],
  ]);
}
