import { connect, type Socket } from "node:net";

/** What came back. */
export interface Answer {
  readonly status: number;
  /** Head and body as they came. */
  readonly text: string;
}

/**
 * One HTTP/1.1 connection that is kept alive, one request at a time. Bare sockets rather than `node:http`, so that
 * the client takes little of the machine that the server is measured on.
 */
export class Connection {
  readonly #socket: Socket;
  #text = "";
  #bodyAt = -1;
  #length = -1;
  #settle: ((answer: Answer | Error) => void) | undefined;

  constructor(port: number) {
    this.#socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.#socket.setEncoding("latin1");
    this.#socket.on("data", (chunk) => this.#take(chunk as unknown as string));
    this.#socket.on("error", (error) => this.#finish(error));
    this.#socket.on("close", () => this.#finish(new Error("The server closed the connection.")));
  }

  /** Sends a request as {@link get} has written it. */
  send(request: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#settle = (answer) => (answer instanceof Error ? reject(answer) : resolve(answer));
      this.#socket.write(request, "latin1");
    });
  }

  close(): void {
    this.#settle = undefined;
    this.#socket.destroy();
  }

  #take(chunk: string): void {
    this.#text += chunk;
    if (this.#bodyAt < 0) {
      const end = this.#text.indexOf("\r\n\r\n");
      if (end < 0) return;
      this.#bodyAt = end + 4;
      const length = /\r\ncontent-length: (\d+)/i.exec(this.#text.slice(0, end));
      this.#length = length ? Number(length[1]) : -1;
    }
    const complete =
      this.#length >= 0 ? this.#text.length >= this.#bodyAt + this.#length : this.#text.endsWith("0\r\n\r\n");
    if (complete) this.#finish({ status: Number(this.#text.slice(9, 12)), text: this.#text });
  }

  #finish(answer: Answer | Error): void {
    const settle = this.#settle;
    this.#settle = undefined;
    this.#text = "";
    this.#bodyAt = -1;
    settle?.(answer);
  }
}

/** A request, ready to be sent. */
export function get(path: string, cookies = ""): string {
  const cookie = cookies && `Cookie: ${cookies}\r\n`;
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n${cookie}\r\n`;
}

/** What an answer's `Set-Cookie` lines make a browser send. */
export function cookiesOf({ text }: Answer): string {
  return [...text.matchAll(/\r\nset-cookie: ([^;\r]+)/gi)].map(([, pair]) => pair).join("; ");
}
