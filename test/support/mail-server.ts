import { createServer, type Server } from "node:net";

/** The port at which the recorded servers found a mail server, which knew no encryption. */
export const MAIL_PORT = 12_525;

/** A mail server that greets, and says OK to whatever it is told, STARTTLS included. */
export function startMailServer(port: number): Promise<Server> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.write("220 mail.example.com\r\n");
    socket.on("data", (chunk) => {
      for (const line of chunk.toString("utf8").split("\r\n")) if (line !== "") socket.write("250 OK\r\n");
    });
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
