import { io } from "socket.io-client";

/** Echo, from its start to its end. */
export function client(url) {
  return new Promise((end) => {
    const echo = io(url, { auth: { name: "echo" }, reconnection: false });
    echo.on("connect", () => {
      echo.emit("who", (names) => echo.emit("say", `here: ${names.join(", ")}`));
    });
    echo.on("connect_error", end);
    echo.on("whispered", (name, text) => echo.emit("whisper", name, text));
    echo.on("said", (text) => {
      if (text !== "bye") return;
      echo.disconnect();
      end();
    });
  });
}
