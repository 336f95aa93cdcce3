// The page that tries a server: a form in front of the client in client.js.
import { Socket } from "./client.js";

const $ = (id) => document.getElementById(id);
let socket = null;

// -- What is served -----------------------------------------------------------------------------------------------

const exercise = await (await fetch("exercise.json")).json();
document.title = `${exercise.question} · ${exercise.name}`;
$("question").textContent = `${exercise.question}, on ${exercise.served}`;
$("title").textContent = exercise.title;
$("window").hidden = !exercise.window;
// `code` stands between backticks. Bold words are only text here.
for (const [i, text] of exercise.task.trim().replaceAll("**", "").split("`").entries()) {
    $("task").append(i % 2 ? Object.assign(document.createElement("code"), { textContent: text }) : text);
}

// What the server answers beside Socket.IO opens in a tab of its own.
for (const path of exercise.paths) {
    const link = Object.assign(document.createElement("a"), { href: path, target: "_blank" });
    link.append(Object.assign(document.createElement("code"), { textContent: `GET ${path}` }));
    $("paths").append(link, " ");
    $("paths").hidden = false;
}

// The events and the connections of the exercise's scenes: a press fills in the form, and sends it.
for (const { namespace, auth } of exercise.connections) {
    const text = auth === undefined ? namespace : `${namespace} with ${JSON.stringify(auth)}`;
    preset("connections", text, () => {
        $("namespace").value = namespace;
        $("auth").value = auth === undefined ? "" : JSON.stringify(auth);
        connect();
    });
}
for (const { event, args, ack } of exercise.events) {
    const text = `${event}  ${args.map((arg) => JSON.stringify(arg)).join(", ")}${ack ? "  + ack" : ""}`;
    preset("events", text, () => {
        $("event").value = event;
        $("args").value = JSON.stringify(args);
        $("ack").checked = ack;
        emit();
    });
}
if (exercise.events.length) {
    const { event, args, ack } = exercise.events[0];
    $("event").value = event;
    $("args").value = JSON.stringify(args);
    $("ack").checked = ack;
}

function preset(where, text, press) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: text });
    button.addEventListener("click", press);
    $(where).append(button);
}

// -- Connect ------------------------------------------------------------------------------------------------------

$("connect").addEventListener("submit", (submit) => {
    submit.preventDefault();
    // One button: it says what it does. While the client tries to come back, it stops that.
    if (socket?.active) disconnect();
    else connect();
});
$("again").addEventListener("change", () => {
    if (socket) socket.reconnection = $("again").checked;
});

function connect() {
    const auth = json("auth", undefined, "an object", (value) => value && typeof value === "object" && !Array.isArray(value));
    if (!auth) return;
    if (socket?.active) disconnect();
    const mine = new Socket({
        namespace: $("namespace").value.trim() || "/",
        auth: auth.value,
        reconnection: $("again").checked,
    });
    mine.onframe = frame;
    mine.on("connect", () => {
        mine.active = true;
        log("✓", "connected", `to ${mine.namespace}, with the id ${mine.id}`);
        show("connected", `to ${mine.namespace}, id ${mine.id}`);
    });
    mine.on("connect_error", ({ message, data }) => {
        mine.active &&= message.includes("reached") && mine.reconnection;
        log("✗", "connect_error", message + (data === undefined ? "" : ` ${JSON.stringify(data)}`));
        show(mine.active ? "trying" : "off", mine.active ? "it tries again by itself" : message);
    });
    mine.on("disconnect", (reason) => {
        mine.active = mine.reconnection && !reason.startsWith("io ");
        log("✗", "disconnect", reason);
        show(mine.active ? "trying" : "off", mine.active ? `${reason}; it tries again by itself` : reason);
    });
    mine.on("*", (event, ...args) => {
        const answer = typeof args.at(-1) === "function" ? args.pop() : null;
        const item = log("←", event, args.map((arg) => JSON.stringify(arg)).join(", "), "in");
        if (answer) item.append(acknowledgement(event, answer));
    });
    mine.active = true;
    socket = mine;
    show("trying", "connecting");
    mine.connect();
}

function disconnect() {
    socket.active = false;
    const wasConnected = socket.connected;
    socket.disconnect();
    if (!wasConnected) show("off", "you stopped it");
}

function show(state, rest) {
    const words = { connected: "connected", trying: "not connected", off: "not connected" };
    $("sign").textContent = { connected: "●", trying: "◌", off: "○" }[state];
    $("state").textContent = rest ? `${words[state]}: ${rest}`.replace("connected: to", "connected to") : words[state];
    $("status").className = state;
    $("toggle").textContent = { connected: "Disconnect", trying: "Stop", off: "Connect" }[state];
    document.querySelector("#emit button").disabled = state !== "connected";
    for (const button of $("events").children) button.disabled = state !== "connected";
}

// -- Emit and acknowledge -----------------------------------------------------------------------------------------

$("emit").addEventListener("submit", (submit) => {
    submit.preventDefault();
    emit();
});

async function emit() {
    const args = json("args", [], "a list", Array.isArray);
    const event = $("event").value;
    if (!args || !socket?.connected) return;
    const said = args.value.map((arg) => JSON.stringify(arg)).join(", ");
    if (!$("ack").checked) {
        log("→", event, said, "out");
        socket.emit(event, ...args.value);
        return;
    }
    log("→", event, `${said}  (asks for an acknowledgement)`, "out");
    const answer = await socket.emitWithAck(event, ...args.value);
    log("←", `${event} acknowledged`, answer.map((arg) => JSON.stringify(arg)).join(", ") || "with nothing", "in");
}

// The server asks for an acknowledgement: what to send, and a button.
function acknowledgement(event, answer) {
    const form = document.createElement("form");
    form.className = "row";
    const input = Object.assign(document.createElement("input"), { value: '["ok"]', spellcheck: false });
    input.setAttribute("aria-label", `What to acknowledge ${event} with, as a JSON list`);
    form.append(input, Object.assign(document.createElement("button"), { textContent: "Acknowledge" }));
    form.addEventListener("submit", (submit) => {
        submit.preventDefault();
        const args = parsed(input, [], "a list", Array.isArray);
        if (!args) return;
        answer(...args.value);
        form.remove();
        log("→", `acknowledge ${event}`, args.value.map((arg) => JSON.stringify(arg)).join(", "), "out");
    });
    return form;
}

// -- What is read and written -------------------------------------------------------------------------------------

// The value of a field, or nothing if it isn't the JSON that belongs there: then the field says so.
function json(id, empty, what, fits) {
    return parsed($(id), empty, what, fits);
}

function parsed(field, empty, what, fits) {
    let value = empty;
    try {
        if (field.value.trim()) value = JSON.parse(field.value);
        if (value !== empty && !fits(value)) throw new Error();
        field.setCustomValidity("");
        return { value };
    } catch {
        field.setCustomValidity(`This must be ${what} in JSON. Texts and names stand in "double quotes".`);
        field.reportValidity();
        field.addEventListener("input", () => field.setCustomValidity(""), { once: true });
        return null;
    }
}

function log(sign, what, rest, kind = "life") {
    $("hint").hidden = true;
    $("box").hidden = false;
    const item = Object.assign(document.createElement("li"), { className: kind });
    const time = Object.assign(document.createElement("time"), { textContent: new Date().toLocaleTimeString("en-GB") });
    item.append(time, ` ${sign} `, Object.assign(document.createElement("b"), { textContent: what }), ` ${rest}`);
    $("log").append(item);
    $("box").scrollTop = $("box").scrollHeight;
    return item;
}

function frame(direction, text) {
    $("frames").append(`${direction === "sent" ? "▲ sent    " : "▼ received"} ${text}\n`);
    $("frames").scrollTop = $("frames").scrollHeight;
}

$("clear").addEventListener("click", () => {
    $("log").replaceChildren();
    $("frames").replaceChildren();
    $("box").hidden = true;
    $("hint").hidden = false;
});

show("off");
connect();
