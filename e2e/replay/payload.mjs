// What an event or an acknowledgement carries: as the client has it, and as data (see crates/scenario/src/payload.rs).

/** The client's arguments as data: a list, or `{ args, attachments }` with a placeholder for each Buffer. */
export function toData(values) {
  const attachments = [];
  const replace = (value) => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
      return { _placeholder: true, num: attachments.push([...Buffer.from(value)]) - 1 };
    }
    return eachWithin(value, replace);
  };
  const args = values.map(replace);
  return attachments.length ? { args, attachments } : args;
}

/** Data as arguments for the client: a Buffer for each placeholder. */
export function fromData(payload = []) {
  if (Array.isArray(payload)) return payload;
  const replace = (value) =>
    value?._placeholder ? Buffer.from(payload.attachments[value.num]) : eachWithin(value, replace);
  return payload.args.map(replace);
}

function eachWithin(value, replace) {
  if (Array.isArray(value)) return value.map(replace);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replace(inner)]));
}
