// A client of a scene: the official one, unmodified, behind a proxy. All its namespaces share one connection.

import { Manager } from "socket.io-client";
import { startProxy } from "./proxy.mjs";
import { sentence } from "./sentences.mjs";

/** Names that the client keeps for itself: it throws when one is emitted. */
const RESERVED = ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

let fences = 0;

export class Client {
  /** What it received in the step that is being played: `{ ns, text }`. */
  lines = [];
  /** Every id it has had. */
  ids = new Set();
  /** Whether the connection is open. */
  isOpen = false;
  /** Whether it has gone by an act of its own, or the server has closed the connection. */
  isGone = false;
  #sockets = new Map();
  #owed = [];

  static async connect(name, url, transports) {
    const client = new Client();
    client.name = name;
    client.proxy = await startProxy(url);
    // To come back is an entrance of its own in a scene.
    client.manager = new Manager(client.proxy.url, { reconnection: false, autoConnect: false, transports });
    client.manager.on("open", () => (client.isOpen = true));
    client.manager.on("close", (reason) => client.#closed(reason));
    return client;
  }

  #closed(reason) {
    this.isOpen = false;
    if (this.isGone) return;
    if (reason === "transport close" || reason === "transport error") {
      this.isGone = true;
      this.#hears({ connection_closes: {} });
    } else if (reason === "ping timeout") {
      this.#hears({ gives_up: {} });
    }
  }

  #hears(line) {
    const [what] = Object.values(line);
    // The end of a connection comes last, as it does on stage.
    this.lines.push({ ns: what.ns ?? "\uffff", text: sentence(this.name, line) });
  }

  isIn(ns) {
    return this.#sockets.get(ns)?.connected ?? false;
  }

  enter(ns, auth) {
    let socket = this.#sockets.get(ns);
    if (!socket) {
      socket = this.manager.socket(ns);
      this.#sockets.set(ns, socket);
      this.#listen(ns, socket);
    }
    socket.auth = auth ?? {};
    socket.connect();
  }

  #listen(ns, socket) {
    socket.on("connect", () => {
      this.ids.add(socket.id);
      this.#hears({ is_in: { ns } });
    });
    socket.on("connect_error", (error) => {
      // An error of the transport has a type; a refusal has not.
      if (!error.type) this.#hears({ is_refused: { ns, reason: error.message } });
    });
    socket.on("disconnect", (reason) => {
      if (reason === "io server disconnect") this.#hears({ is_put_out: { ns } });
    });
    socket.onAny((event, ...args) => {
      if (typeof args.at(-1) !== "function") return this.#hears({ hears: { ns, event, args } });
      this.#owed.push(args.pop());
      this.#hears({ is_asked: { ns, event, args } });
    });
  }

  /** Why the client cannot take the step, if it cannot. */
  obstacle(kind, { ns = "/", event }) {
    if (this.isGone) return undefined;
    if (kind === "enter") return this.isIn(ns) ? "the JavaScript client is in already" : undefined;
    if (["emit", "ask"].includes(kind) && RESERVED.includes(event)) {
      return `the JavaScript client has a meaning of its own for an event called ${JSON.stringify(event)}`;
    }
    if (["emit", "ask", "disconnect"].includes(kind) && !this.isIn(ns)) {
      return "the JavaScript client sends nothing to a namespace that it is not in";
    }
    return undefined;
  }

  emit(ns, event, args) {
    this.#sockets.get(ns)?.emit(event, ...args);
  }

  ask(ns, event, args) {
    this.#sockets.get(ns)?.emit(event, ...args, (...answer) => {
      this.#hears({ gets_answer: { ns, event, args: answer } });
    });
  }

  answer(args) {
    this.#owed.shift()?.(...args);
  }

  disconnect(ns) {
    this.#sockets.get(ns)?.disconnect();
    this.#sockets.delete(ns);
    // From its last namespace the client closes the connection too.
    if (this.#sockets.size === 0) this.isGone = true;
  }

  lose() {
    this.isGone = true;
    this.proxy.lose();
  }

  /** Whether it speaks over a WebSocket by now. */
  get isUpgraded() {
    return !this.isOpen || this.manager.engine.transport.name === "websocket";
  }

  /**
   * Asks to enter a namespace that nobody has. The server refuses at once, in order: when the refusal is here, so is
   * all that the server had sent before, and it has read all that the client had sent before.
   */
  async fence() {
    if (!this.isOpen) return;
    const socket = this.manager.socket(`/__fence-${(fences += 1)}`);
    const back = new Promise((done) => {
      socket.once("connect", done);
      socket.once("connect_error", done);
      this.manager.once("close", done);
    });
    socket.connect();
    await back;
    socket.disconnect();
  }

  close() {
    this.isGone = true;
    this.manager._close();
    this.proxy.lose();
  }
}
