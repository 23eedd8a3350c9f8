import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

/** Where mail is handed over. */
export type MailServer = {
  readonly host: string;
  readonly port: number;
  /** `tls` asks for STARTTLS, `ssl` encrypts from the beginning. */
  readonly secure: string;
  readonly username: string;
  readonly password: string;
};

const patience = 5000;

/**
 * Says hello to a mail server as Appwrite does before it enables SMTP, and leaves. Gives what went wrong in Appwrite's words
 * (recorded where known), or an empty text.
 */
export function greetSmtp(server: MailServer): Promise<string> {
  return new Promise((resolve) => {
    const socket =
      server.secure === "ssl"
        ? connectTls({ host: server.host, port: server.port, rejectUnauthorized: false })
        : connect({ host: server.host, port: server.port });
    const end = (fault: string): void => {
      socket.destroy();
      resolve(fault === "" ? "" : `SMTP Error: ${fault}`);
    };
    socket.setTimeout(patience, () => end("Could not connect to SMTP host. Connection timed out"));
    socket.on("error", () => end("Could not connect to SMTP host. Failed to connect to server"));
    socket.on("close", () => end("Could not connect to SMTP host. Failed to connect to server"));
    void converse(socket, server).then(end, () => end("Could not connect to SMTP host. Failed to connect to server"));
  });
}

async function converse(socket: Socket, server: MailServer): Promise<string> {
  const answers = replies(socket);
  const ask = async (line: string): Promise<Answer> => {
    socket.write(`${line}\r\n`);
    return next(answers);
  };
  if ((await next(answers)).code !== 220) return "Could not connect to SMTP host. Failed to connect to server";
  const hello = await ask("EHLO appwrite");
  if (hello.code !== 250) return `EHLO command failed ${hello.text}`;
  if (server.secure === "tls") {
    const start = await ask("STARTTLS");
    return start.code === 220 ? "" : `Could not connect to SMTP host. STARTTLS command failed ${start.text}\r\n`;
  }
  if (server.username !== "") {
    const plain = Buffer.from(`\0${server.username}\0${server.password}`).toString("base64");
    const login = await ask(`AUTH PLAIN ${plain}`);
    if (login.code !== 235) return "Could not authenticate.";
  }
  await ask("QUIT");
  return "";
}

type Answer = { readonly code: number; readonly text: string };

/** The answers of a mail server, one at a time; those of several lines are one. */
async function* replies(socket: Socket): AsyncGenerator<Answer> {
  let rest = "";
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    rest += chunk.toString("utf8");
    for (let at = rest.indexOf("\n"); at >= 0; at = rest.indexOf("\n")) {
      const line = rest.slice(0, at).replace(/\r$/, "");
      rest = rest.slice(at + 1);
      if (/^\d{3}( |$)/.test(line)) yield { code: Number(line.slice(0, 3)), text: line.slice(4) };
    }
  }
}

async function next(answers: AsyncGenerator<Answer>): Promise<Answer> {
  const { value } = (await answers.next()) as { value?: Answer };
  if (!value) throw new Error("The mail server hung up.");
  return value;
}
