// A client of a scene: the official one, unmodified, behind a proxy. All its namespaces share one connection.

import { Manager } from "socket.io-client";
import { toData } from "./payload.mjs";
import { startProxy } from "./proxy.mjs";

/** Names that the client reserves: it throws when one is emitted. */
const RESERVED = ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

let fences = 0;

export class Client {
  /** What it received in the current step: a `ClientEvent` of crates/scenario each, as JSON. */
  events = [];
  /** The ids of each of its connections, and whether the server has connected it to a namespace there. */
  connections = [];
  /** Whether the connection is open. */
  isOpen = false;
  /** Whether it has left by an act of its own, or the server has closed the connection. */
  hasLeft = false;
  /** How often it has opened its connection. */
  connects = 0;
  /** What it did that no client does in the harness. */
  error = undefined;
  /** Whether its next connection counts as the same. */
  #goesOn = false;
  #sockets = new Map();
  #pendingAcks = [];

  static async start(name, url, transports) {
    const client = new Client();
    client.name = name;
    client.proxy = await startProxy(url);
    // To connect again is a step of the scene.
    client.manager = new Manager(client.proxy.url, { reconnection: false, autoConnect: false, transports });
    client.manager.on("open", () => {
      client.isOpen = true;
      if (!client.#goesOn) client.connections.push({ ids: new Set(), isAccepted: false });
      client.#goesOn = false;
      client.connections.at(-1).ids.add(client.manager.engine.id);
    });
    client.manager.on("close", (reason) => client.#closed(reason));
    return client;
  }

  #closed(reason) {
    this.isOpen = false;
    if (this.hasLeft) return;
    // The server has refused or disconnected it everywhere, and it closes the connection itself. In the harness it keeps
    // it, so the next one counts as the same.
    this.#goesOn = reason === "forced close";
    if (reason === "transport close" || reason === "transport error") {
      this.hasLeft = true;
      this.events.push({ connection_closed: {} });
    } else if (reason === "ping timeout") {
      this.error = `${this.name} closes the connection: no ping has come from the server`;
    }
  }

  isConnected(ns) {
    return this.#sockets.get(ns)?.connected ?? false;
  }

  connect(ns, auth) {
    if (this.isConnected(ns)) return void this.events.push({ already_connected: { ns } });
    if (!this.isOpen) this.connects += 1;
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
      const connection = this.connections.at(-1);
      connection.ids.add(socket.id);
      connection.isAccepted = true;
      this.events.push({ connected: { ns } });
    });
    socket.on("connect_error", (error) => {
      // An error of the transport has a type. A refusal has none.
      if (!error.type) this.events.push({ refused: { ns, message: error.message } });
    });
    socket.on("disconnect", (reason) => {
      if (reason === "io server disconnect") this.events.push({ disconnected: { ns } });
    });
    socket.onAny((event, ...args) => {
      const withAck = typeof args.at(-1) === "function";
      if (withAck) this.#pendingAcks.push(args.pop());
      this.events.push({ [withAck ? "event_with_ack" : "event"]: { ns, event, args: toData(args) } });
    });
  }

  /** Why the client can't do the step, if it can't. */
  obstacle(kind, { event }) {
    if (["emit", "emit_with_ack"].includes(kind) && RESERVED.includes(event)) {
      return `the JavaScript client reserves the name ${JSON.stringify(event)} for an event of its own`;
    }
    return undefined;
  }

  /** Whether it can send to a namespace. If it can't, it would keep what it emits; in a scene it sends nothing. */
  canSend(ns) {
    if (!this.hasLeft && this.isConnected(ns)) return true;
    this.events.push({ not_connected: { ns } });
    return false;
  }

  emit(ns, event, args) {
    this.#sockets.get(ns)?.emit(event, ...args);
  }

  emitWithAck(ns, event, args) {
    this.#sockets.get(ns)?.emit(event, ...args, (...ack) => {
      this.events.push({ acknowledged: { ns, event, args: toData(ack) } });
    });
  }

  acknowledge(args) {
    this.#pendingAcks.shift()?.(...args);
  }

  disconnect(ns) {
    // The manager gives the same socket again to a client that comes back. Here it's a new one.
    this.#sockets.get(ns)?.disconnect().off().offAny();
    this.#sockets.delete(ns);
    // From its last namespace the client closes the connection too.
    if (this.#sockets.size === 0) this.hasLeft = true;
  }

  /** Closes the connection in good order, without a DISCONNECT. */
  closeConnection() {
    this.hasLeft = true;
    this.manager.engine.close();
  }

  cutOff() {
    this.hasLeft = true;
    // It doesn't know yet. But nothing can be asked of it.
    this.isOpen = false;
    this.proxy.cutOff();
  }

  dropConnection() {
    this.hasLeft = true;
    this.proxy.dropConnections();
  }

  /** Whether its connection is a WebSocket by now. */
  get isUpgraded() {
    return !this.isOpen || this.manager.engine.transport.name === "websocket";
  }

  /** Whether the server knows that it has left, if it has. (Nobody tells the server that a client is cut off.) */
  get isMissed() {
    return !this.hasLeft || this.proxy.isCutOff || this.proxy.open === 0;
  }

  /**
   * Connects to a namespace that doesn't exist. The server refuses at once, and in order. So when the refusal is here,
   * all that the server had sent before is here too, and the server has read all that the client had sent before.
   */
  async fence() {
    // One that is cut off never gets its refusal.
    if (!this.isOpen || this.proxy.isCutOff) return;
    const socket = this.manager.socket(`/__fence-${(fences += 1)}`);
    const answered = new Promise((done) => {
      socket.once("connect", done);
      socket.once("connect_error", done);
      this.manager.once("close", done);
    });
    socket.connect();
    await answered;
    socket.disconnect();
  }

  close() {
    this.hasLeft = true;
    this.manager._close();
    this.proxy.dropConnections();
  }
}
