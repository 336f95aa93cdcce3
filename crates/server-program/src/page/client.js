// A Socket.IO client in a hundred lines: enough to connect, emit, listen, acknowledge and reconnect.
//
//     const socket = new Socket({ namespace: "/", auth: { token: "sesame" } });
//     socket.on("connect", () => socket.emit("chat message", "hi"));
//     socket.on("chat message", (text) => console.log(text));
//     socket.connect();
//
// It speaks over a WebSocket only. The official client can do more: long-polling where a WebSocket is blocked, binary
// data, several namespaces on one connection, and it keeps what you emit while you are away.
//
// The book's page "A client in a hundred lines" explains it. It shows the parts that stand between ANCHOR and ANCHOR_END.

// ANCHOR: packet
// Each WebSocket frame is an Engine.IO packet. Its first character says which kind.
const [OPEN, , PING, PONG, MESSAGE] = "01234";
// A MESSAGE carries a Socket.IO packet. Its next character says which kind.
const [CONNECT, DISCONNECT, EVENT, ACK, CONNECT_ERROR] = "01234";
// What follows: the namespace and a comma (not for "/"), the number of an acknowledgement, and JSON. All may be missing.
//     42["chat message","hi"]        42/admin,7["join","rust"]
const PACKET = /^4(\d)(?:(\/[^,]*),)?(\d+)?(.*)$/s;
// ANCHOR_END: packet

export class Socket {
    connected = false;
    id = null; // given by the server, another one at each connection
    onframe = () => {}; // is told of each frame: ("sent" or "received", the text)
    #ws = null;
    #listeners = new Map(); // event → the functions that listen for it
    #acks = new Map(); // number → the function that waits for this acknowledgement
    #ackNumber = 0;
    #heartbeat; // the timer that runs out when the server is silent
    #retry; // the timer until the next try to connect
    #tries = 0;

    constructor({ url = location.origin, namespace = "/", auth, reconnection = true } = {}) {
        Object.assign(this, { url, namespace, auth, reconnection });
    }

    // -- What you call ---------------------------------------------------------------------------------------------

    // ANCHOR: connect
    connect() {
        if (this.#ws) return;
        clearTimeout(this.#retry);
        const url = new URL("/socket.io/?EIO=4&transport=websocket", this.url);
        const ws = new WebSocket(url.href.replace("http", "ws"));
        this.#ws = ws;
        ws.onmessage = ({ data }) => ws === this.#ws && this.#receive(data);
        ws.onclose = () => ws === this.#ws && this.#end("transport close");
    }
    // ANCHOR_END: connect

    // ANCHOR: disconnect
    disconnect() {
        clearTimeout(this.#retry);
        if (this.connected) this.#packet(DISCONNECT);
        this.#end("io client disconnect");
    }
    // ANCHOR_END: disconnect

    // ANCHOR: listen
    on(event, listener) {
        this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
    }
    // ANCHOR_END: listen

    // ANCHOR: emit
    emit(event, ...args) {
        this.#packet(EVENT, [event, ...args]);
    }

    // Returns a promise of what the server acknowledges with.
    emitWithAck(event, ...args) {
        const number = this.#ackNumber++;
        this.#packet(EVENT, [event, ...args], number);
        return new Promise((resolve) => this.#acks.set(number, resolve));
    }
    // ANCHOR_END: emit

    // -- What comes in ---------------------------------------------------------------------------------------------

    // ANCHOR: receive
    #receive(frame) {
        this.onframe("received", frame);
        if (frame[0] === OPEN) {
            // The WebSocket is open. Now ask to connect to the namespace.
            const { pingInterval, pingTimeout } = JSON.parse(frame.slice(1));
            this.patience = pingInterval + pingTimeout;
            this.#packet(CONNECT, this.auth);
        } else if (frame[0] === PING) {
            this.#send(PONG); // the proof of life
        } else if (frame[0] === MESSAGE) {
            const [, kind, , number, json] = frame.match(PACKET);
            this.#handle(kind, number, json && JSON.parse(json));
        }
        // The server pings. If it is silent for too long, the connection is dead, even if nobody has closed it.
        clearTimeout(this.#heartbeat);
        if (this.#ws) this.#heartbeat = setTimeout(() => this.#end("ping timeout"), this.patience);
    }
    // ANCHOR_END: receive

    // ANCHOR: handle
    #handle(kind, number, data) {
        if (kind === CONNECT) {
            Object.assign(this, { connected: true, id: data.sid });
            this.#tries = 0;
            this.#tell("connect");
        } else if (kind === CONNECT_ERROR) {
            this.#end("refused"); // by a middleware, or there is no such namespace: another try would end the same way
            this.#tell("connect_error", data);
        } else if (kind === DISCONNECT) {
            this.#end("io server disconnect");
        } else if (kind === EVENT) {
            // A number means that the server asks for an acknowledgement. The listener gets a function that sends it.
            if (number) data.push((...args) => this.#packet(ACK, args, number));
            this.#tell(...data);
        } else if (kind === ACK) {
            this.#acks.get(Number(number))?.(data);
            this.#acks.delete(Number(number));
        }
    }
    // ANCHOR_END: handle

    // ANCHOR: tell
    #tell(event, ...args) {
        for (const listener of this.#listeners.get(event) ?? []) listener(...args);
        if (!["connect", "connect_error", "disconnect"].includes(event)) {
            for (const listener of this.#listeners.get("*") ?? []) listener(event, ...args);
        }
    }
    // ANCHOR_END: tell

    // -- What goes out, and the end --------------------------------------------------------------------------------

    // ANCHOR: packet-out
    #packet(kind, data, number = "") {
        const namespace = this.namespace === "/" ? "" : `${this.namespace},`;
        this.#send(MESSAGE + kind + namespace + number + (data === undefined ? "" : JSON.stringify(data)));
    }
    // ANCHOR_END: packet-out

    #send(frame) {
        if (this.#ws?.readyState !== WebSocket.OPEN) return;
        this.#ws.send(frame);
        this.onframe("sent", frame);
    }

    // ANCHOR: end
    #end(reason) {
        const [ws, wasConnected] = [this.#ws, this.connected];
        Object.assign(this, { connected: false, id: null });
        this.#ws = null;
        this.#acks.clear();
        clearTimeout(this.#heartbeat);
        ws?.close();
        if (wasConnected) this.#tell("disconnect", reason);
        else if (reason === "transport close") this.#tell("connect_error", { message: "the server can't be reached" });
        // Come back after an accident, but not when either side has said goodbye. Wait longer after each try.
        if (this.reconnection && ["transport close", "ping timeout"].includes(reason)) {
            this.#retry = setTimeout(() => this.connect(), Math.min(1000 * 2 ** this.#tries++, 5000));
        }
    }
    // ANCHOR_END: end
}
