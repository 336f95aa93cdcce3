// What a client received, as a sentence: word for word what `Line::told_of` in crates/stage/src/transcript.rs says.

/** A line as data, such as `{ hears: { ns, event, args } }`, as a sentence about `client`. */
export function sentence(client, line) {
  const [[kind, what]] = Object.entries(line);
  const { ns, event, args } = what;
  const place = (word) => (ns === "/" ? "" : ` ${word} ${ns}`);
  const eventWith = () => (args.length ? `${event} ${payload(args)}` : event);
  switch (kind) {
    case "is_in":
      return ns === "/" ? `${client} is in` : `${client} is in ${ns}`;
    case "is_refused":
      return `${client} is refused${place("at")}: ${JSON.stringify(what.reason)}`;
    case "hears":
      return `${client} hears ${eventWith()}${place("in")}`;
    case "is_asked":
      return `${client} is asked ${eventWith()}${place("in")}`;
    case "gets_answer":
      if (!args.length) return `${client} gets an empty answer to ${event}${place("in")}`;
      return `${client} gets an answer to ${event}${place("in")}: ${payload(args)}`;
    case "is_put_out":
      return `${client} is disconnected${place("from")} by the server`;
    case "connection_closes":
      return `${client}'s connection is closed by the server`;
    // On stage no client does this.
    case "gives_up":
      return `${client} gives the server up`;
    default:
      throw new Error(`no sentence for ${kind}`);
  }
}

/** Arguments as text: their keys in alphabetical order, bytes written out. */
function payload(args) {
  return args.map(value).join(", ");
}

function value(value) {
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return bytes(Buffer.from(value));
  if (Array.isArray(value)) return `[${value.map((item) => payload([item])).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const entries = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${payload([value[key]])}`);
    return `{${entries.join(",")}}`;
  }
  return JSON.stringify(value);
}

function bytes(buffer) {
  const SHOWN = 16;
  const shown = [...buffer.subarray(0, SHOWN)].map((byte) => ` ${byte.toString(16).padStart(2, "0")}`).join("");
  return `<${buffer.length} bytes:${shown}${buffer.length > SHOWN ? " …>" : ">"}`;
}

/** The arguments of a step as the client is to send them: bytes in the place of their placeholders. */
export function revive(payload = []) {
  if (Array.isArray(payload)) return payload;
  const put = (value) => {
    if (Array.isArray(value)) return value.map(put);
    if (value === null || typeof value !== "object") return value;
    if (value._placeholder) return Buffer.from(payload.attachments[value.num]);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, put(inner)]));
  };
  return payload.args.map(put);
}
