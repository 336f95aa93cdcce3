// A proxy between a client and the server. It passes bytes on, and does what a client can't be told to do.

import net from "node:net";

/** A proxy to the server at `upstream` (a URL), for all connections of one client. */
export async function startProxy(upstream) {
  const { hostname, port } = new URL(upstream);
  const [clients, servers] = [new Set(), new Set()];
  // `open`: the WebSockets that the server hasn't closed yet. Once it has, it knows that the client is gone.
  const proxy = { stopsPongs: false, isCutOff: false, webSockets: 0, open: 0 };

  const listener = net.createServer((client) => {
    const server = net.connect({ host: hostname, port: Number(port) });
    const head = new RequestHead(() => {
      proxy.webSockets += 1;
      proxy.open += 1;
      server.once("close", () => (proxy.open -= 1));
    });
    const frames = new Frames();
    join(clients, client, server, (bytes) => {
      const { before, after } = head.split(bytes);
      if (before) server.write(before);
      if (!after) return;
      if (!head.asksForWebSocket) return server.write(after);
      for (const frame of frames.take(after)) {
        if (!(proxy.stopsPongs && frame.isPongOrClose)) server.write(frame.bytes);
      }
    });
    join(servers, server, client, (bytes) => client.write(bytes));
  });

  function join(sockets, from, to, pass) {
    sockets.add(from);
    from.setNoDelay(true);
    from.on("data", (bytes) => proxy.isCutOff || pass(bytes));
    from.on("end", () => proxy.isCutOff || to.end());
    from.on("error", () => proxy.isCutOff || to.destroy());
    from.on("close", () => sockets.delete(from));
  }

  await new Promise((listening) => listener.listen(0, "127.0.0.1", listening));
  return Object.assign(proxy, {
    url: `http://127.0.0.1:${listener.address().port}`,
    /** From here on the client's pongs don't reach the server. */
    stopPongs: () => (proxy.stopsPongs = true),
    /** From here on nothing is passed on, either way. The server's connection stays open until the server ends it. */
    cutOff: () => (proxy.isCutOff = true),
    /** Drops all connections, and accepts no more. */
    dropConnections: () => {
      listener.close();
      for (const client of clients) client.destroy();
      // The server sees its connection end, without a word before. Then it closes it, too.
      for (const server of servers) server.end();
    },
  });
}

/** Finds the end of the first request's head, and whether it asks for a WebSocket. */
class RequestHead {
  #text = "";
  #isOver = false;
  #onWebSocket;
  asksForWebSocket = false;

  constructor(onWebSocket) {
    this.#onWebSocket = onWebSocket;
  }

  split(bytes) {
    if (this.#isOver) return { after: bytes };
    const length = this.#text.length;
    this.#text += bytes.toString("latin1");
    const end = this.#text.indexOf("\r\n\r\n");
    if (end < 0) return { before: bytes };
    this.#isOver = true;
    this.asksForWebSocket = /^upgrade: websocket\r?$/im.test(this.#text.slice(0, end + 2));
    if (this.asksForWebSocket) this.#onWebSocket();
    const rest = end + 4 - length;
    return { before: bytes.subarray(0, rest), after: rest < bytes.length ? bytes.subarray(rest) : undefined };
  }
}

/** Cuts a client's bytes into WebSocket frames. https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */
class Frames {
  #bytes = Buffer.alloc(0);

  *take(bytes) {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    for (let frame = this.#first(); frame; frame = this.#first()) {
      this.#bytes = this.#bytes.subarray(frame.bytes.length);
      yield frame;
    }
  }

  #first() {
    const bytes = this.#bytes;
    if (bytes.length < 2) return undefined;
    let [length, at] = [bytes[1] & 0x7f, 2];
    if (length === 126) {
      if (bytes.length < 4) return undefined;
      [length, at] = [bytes.readUInt16BE(2), 4];
    } else if (length === 127) {
      if (bytes.length < 10) return undefined;
      [length, at] = [Number(bytes.readBigUInt64BE(2)), 10];
    }
    const end = at + 4 + length;
    if (bytes.length < end) return undefined;
    // A pong, or the client's own close packet when no pings come any more: one masked byte of text.
    const text = length === 1 && (bytes[0] & 0x0f) === 1 ? String.fromCharCode(bytes[at + 4] ^ bytes[at]) : "";
    return { bytes: bytes.subarray(0, end), isPongOrClose: text === "3" || text === "1" };
  }
}
